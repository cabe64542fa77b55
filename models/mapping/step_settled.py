"""What a step does about documents whose settlements are others now: it notes what is open of them, and compares."""

from ...qbo import open_amounts


class Settled:
    """What ``Step`` knows of settled documents."""

    def note_settled(self, mapping, before, after, row, is_ours=False, known=None):
        """Note what is open of documents now that a settlement of them is another; QuickBooks' own word comes later.

        What came from QuickBooks since the settlement was written knows of it, and is left as it is.

        :param dict before: the values of the settlement that were agreed
        :param dict after: those that it has now, empty when it was deleted
        :param dict row: it, as QuickBooks sent it
        :param bool is_ours: whether this is the answer to a write, before which nothing has come but where an earlier
            answer to it was lost
        :param dict known: ``{(entity type, id): link}`` of all documents that have a record, where that was read before
        """
        old, new, time = mapping._settles(before), mapping._settles(after), open_amounts.touched(row)
        changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        others = (
            self.links_of_keys(changed) if known is None else [known[key] for key in sorted(changed & known.keys())]
        )
        for other in others:
            key, snapshot = (other.entity, other.qbo_id), other.snapshot
            if not snapshot:
                continue
            links = mapping._ledger.links
            is_known = open_amounts.has_come(snapshot, row.get('Id'), key not in old, time, links)
            if not is_known and (is_ours or open_amounts.is_before(snapshot, time)):
                moved_by = new.get(key, 0.0) - old.get(key, 0.0)
                other.snapshot = open_amounts.settled(snapshot, row.get('Id'), moved_by, key in new, time, links)

    def compare_settled(self, *values_of, mapping):
        """Compare the documents that a settlement settles, or did.

        :param values_of: values of the settlement, before and after
        :param mapping: of the settlement
        """
        self.compare_all(self.links_of_keys(set().union(*(mapping._settles(values) for values in values_of))))

    def compare_all(self, links):
        """Compare several records with their entities: what that reads of them is read at once."""
        records = self.records(links)
        for name, some in links.grouped('res_model').items():
            mapping = self.mapping_of_link(some[0])
            mapping._load_compared(self, self.env[name].concat(*(records[link] for link in some if link in records)))
        for link in links:
            self.compare(link, record=records.get(link, self.env[link.res_model]))

    def links_of_keys(self, keys):
        """Return the links of entities that have a record, a query a type.

        :param keys: ``(entity type, id)`` each
        """
        ids = {}
        for entity, qbo_id in sorted(keys):
            ids.setdefault(entity, []).append(qbo_id)
        links = [self.links_to(entity, some).filtered('res_id') for entity, some in ids.items()]
        return self.env['qbo.link'].concat(*links)
