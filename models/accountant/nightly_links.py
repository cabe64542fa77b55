"""Which document of QuickBooks a journal entry of Odoo is there: what the nightly proof compares documents by."""

from ...qbo.settlements import AT_ONCE


class Links:
    """The links of documents that a proof met. A key is ``(entity type, id)``; of what QuickBooks does not have
    ``('odoo', model, id)``."""

    def __init__(self, step):
        self.step, self.env = step, step.env
        self._by_key, self._records = {}, {}
        self._waiting = None

    # === FROM ODOO === #

    def records_of(self, moves):
        """Return ``{entry: record}``: what each entry is a part of, which is what goes to QuickBooks.

        Of a payment its entry is a part, and so is the bank statement line of one that has none of its own; what a
        payment gained at another rate; the payment of a refund or a receipt that is one document there.
        """
        found = {move: self._record_of(move) for move in moves}
        for name in ('account.move', 'account.payment'):
            records = self.env[name].union(*(record for record in found.values() if record._name == name))
            self.step.load_links(records)
        return found

    def _record_of(self, move):
        payment = move.origin_payment_id or move.statement_line_id.payment_ids.filtered(lambda item: not item.move_id)
        gained = move.exchange_diff_partial_ids._qbo_moves() - move
        if refund := payment[:1].qbo_refund_id:
            return refund
        receipt = payment[:1].qbo_receipt_id
        if receipt and self.link_there(receipt).entity in AT_ONCE and not self.link_there(payment[:1]):
            return receipt
        if len(payment) == 1:
            return payment
        return gained.origin_payment_id[:1] or gained[:1] or move

    def link_there(self, record):
        """Return the link of what QuickBooks has of a record, empty where it has nothing."""
        mappings = self.env['qbo.mapping']._of_model(record._name)
        links = (self.step.link(record, mapping._entity) for mapping in mappings)
        return next((link for link in links if link._is_there()), self.env['qbo.link'])

    def key_there(self, record):
        """Return the key of a record that QuickBooks has, None of any other."""
        link = self.link_there(record)
        return (link.entity, link.qbo_id) if link else None

    def key(self, record):
        """Return the key of a record, whether QuickBooks has it or not."""
        return self.key_there(record) or ('odoo', record._name, record.id)

    # === FROM QUICKBOOKS === #

    def load(self, keys):
        """Read the links of these keys, all at once."""
        ids = {key[1] for key in keys if key[0] != 'odoo' and key not in self._by_key}
        domain = [('qbo_company_id', '=', self.step.qbo_company.id), ('qbo_id', 'in', sorted(ids))]
        links = self.env['qbo.link'].search(domain) if ids else self.env['qbo.link']
        self._by_key.update({key: self._by_key.get(key, self.env['qbo.link']) for key in keys})
        self._by_key.update({(link.entity, link.qbo_id): link for link in links})
        self._records.update(self.step.records(links) if links else {})

    def link(self, key):
        """Return the link of a key, empty where there is none: of what only Odoo has, one that has still no id."""
        if key[0] == 'odoo':
            record = self.env[key[1]].browse(key[2])
            mappings = self.env['qbo.mapping']._of_model(record._name) if 'qbo_link_id' in record else ()
            links = [self.step.link(record, mapping._entity) for mapping in mappings]
            return next(filter(None, links), self.env['qbo.link'])
        if key not in self._by_key:
            self.load([key])
        return self._by_key[key]

    def record(self, key):
        """Return the record of a key, None where Odoo has none."""
        if key[0] == 'odoo':
            return self.env[key[1]].browse(key[2])
        return self._records.get(self.link(key))

    def is_waiting(self, link):
        """Return whether a change of a record is still on its way to QuickBooks, or waits for something that is.

        What is on hold is not: it waits for a person.
        """
        if self._waiting is None:
            changes = self.env['qbo.change']._read_group(
                [('connection_id', '=', self.step.connection.id)], ['res_model', 'res_id']
            )
            self._waiting = set(changes)
        return (link.state == 'pending' or (link.res_model, link.res_id) in self._waiting) and not link.is_held
