"""Documents are pending, too, while something that settles them has not reached QuickBooks: as much is not open there.

Read when a badge is shown: a payment that is saved writes nothing on its documents, nor on their links.
"""

from odoo import models
from odoo.fields import Domain

from ..qbo import settlements

SETTLING = ('account.payment', 'qbo.application')


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _qbo_settled_by_waiting(self, step):
        return _settled_by_waiting(step, self, lambda move: move)

    def _qbo_changed(self, step):
        return super()._qbo_changed(step) | _settled_by_changed(step, self) | _moves_of_changed(step)


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    def _qbo_settled_by_waiting(self, step):
        """Of a payment that is a credit memo in QuickBooks, which another one may use."""
        return _settled_by_waiting(step, self, lambda payment: payment.move_id)

    def _qbo_changed(self, step):
        return super()._qbo_changed(step) | _settled_by_changed(step, self)


def _settled_by_waiting(step, records, entry_of):
    """Return the ids of the records, of one model, that something settles, on either side, which has a change.

    :param entry_of: a function that gives the entry of a record
    """
    changes = step.env['qbo.change']
    if not changes.search_count([('connection_id', '=', step.connection.id), ('res_model', 'in', SETTLING)], limit=1):
        return set()
    records = records.sudo()
    here = {record.id: entry_of(record)._qbo_settlements() for record in records}
    there = _settling_there(step, records)
    ids = {name: set() for name in SETTLING}
    for settling in (item for found in here.values() for item in found):
        ids[settling._name].update(settling._ids)
    for own in there:
        ids[own.res_model].add(own.res_id)
    waiting = {name: changes._waiting(step.connection, name, list(some)) for name, some in ids.items() if some}
    found = {key for key, all_ in here.items() if any(waiting.get(some._name, set()) & {*some._ids} for some in all_)}
    return found.union(*(of for own, of in there.items() if own.res_id in waiting.get(own.res_model, ())))


def _settling_there(step, records):
    """Return ``{link: record ids}`` of what settles these records in QuickBooks, as was agreed on last."""
    links = step.env['qbo.link']
    keys = {
        (link.entity, link.qbo_id): res_id
        for res_id, found in step.links_of(records).items()
        for link in found
        if link.qbo_id and link.entity in settlements.DOCUMENTS
    }
    if not keys:
        return {}
    here = Domain('qbo_company_id', '=', step.qbo_company.id) & Domain('res_model', 'in', SETTLING)
    return {
        own: {keys[key] for key in settlements.amounts((own.base_odoo or {}).get('Line')) if key in keys}
        for own in links.search(here & links._settling(sorted(keys)))
    }


def _settled_by_changed(step, records):
    """Return the domain of the records, of one model, that something settles in QuickBooks which has a change."""
    links = step.env['qbo.link']
    here = Domain('qbo_company_id', '=', step.qbo_company.id) & Domain('res_model', '=', records._name)
    found = links._search(here & links._settled_by_changed(step.connection))
    return Domain('id', 'in', found.subselect('res_id'))


def _moves_of_changed(step):
    """Return the domain of the entries that something settles in Odoo which has a change."""
    payments, applications = (
        step.env['qbo.change']
        ._search([('connection_id', '=', step.connection.id), ('res_model', '=', name)])
        .subselect('res_id')
        for name in SETTLING
    )
    of_payment = Domain('move_id.origin_payment_id', 'in', payments)
    partial = (
        Domain('qbo_application_id', 'in', applications)
        | Domain('qbo_payment_id', 'in', payments)
        | Domain('debit_move_id', 'any', of_payment)
        | Domain('credit_move_id', 'any', of_payment)
    )
    items = Domain('matched_debit_ids', 'any', partial) | Domain('matched_credit_ids', 'any', partial)
    return Domain('line_ids', 'any', items) | Domain('matched_payment_ids', 'in', payments)
