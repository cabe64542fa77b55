"""What is open of documents, while rows of QuickBooks are imported: see ``mapping/money.py`` for what is compared."""

from ...qbo import open_amounts


class Amounts:
    """What ``Apply`` notes of amounts."""

    def __init__(self, step):
        self.step, self.connection, self.env = step, step.connection, step.env
        self.settled = []  # [(mapping, row, values before, values now)] of what settles documents

    def compare_settled(self):
        """Compare the documents that imported rows settle, or did, each once; and note what is open of them since."""
        keys = set()
        for mapping, _row, before, after in self.settled:
            keys.update(mapping._settles(before), mapping._settles(after))
        links = self.step.links_of_keys(keys)
        known = {(link.entity, link.qbo_id): link for link in links}
        for mapping, row, before, after in self.settled:
            if row:
                self.step.note_settled(mapping, before, after, row, known=known)
        self.step.compare_all(links)

    def look_at_money(self, mapping, row, link, record):
        """Compare the amounts of an echo: money moves in QuickBooks while the version of an entity stays."""
        snapshot = link.snapshot or {}
        if not record or link.state not in ('synced', 'differs') or int(row['SyncToken']) < link.sync_token:
            return
        now = open_amounts.seen_again(snapshot, row)
        if now != snapshot:
            link.snapshot = now
        self.step.compare(link, mapping, record)
