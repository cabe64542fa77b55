"""What the activity log, and the chatter of a document, say of rows that are imported."""

from markupsafe import Markup

IN_CHATTER = ('account.move', 'account.payment')
"""Documents, in whose chatter stands what QuickBooks changed: their readers ask who did that."""


class ApplyLog:
    """The lines that ``Apply`` writes to the activity log, all of a chunk at once."""

    def note(self, text, link, kind='pull', level='info', **vals):
        """Have a line added to the activity log: those of a chunk together, and none of what was undone."""
        vals = {'kind': kind, 'level': level, 'text': text, 'link_id': link.id, **vals}
        self.notes.append({'connection_id': self.connection.id, **vals})

    def leave_out(self, mapping, row, link, reason):
        """Note why an entity is not imported, never in silence; an import of everything counts them by reason."""
        if self.is_import:
            self.left_out.append(reason)
            return
        snapshot = mapping._snapshot(self.step, row)
        if link and (link.reason, link.snapshot) == (reason.stored(), snapshot):
            return
        link = self.named(mapping, row, link)
        if link.reason != reason.stored():
            why = self.connection._words(reason)
            self.note(self.env._("%(name)s is not imported: %(why)s", name=link.name, why=why), link)
        vals = {'state': 'none', 'snapshot': snapshot, 'sync_token': int(row.get('SyncToken') or 0)}
        link.write({**link._cleared(), **reason.vals(), **vals})
        self.settled.append((mapping, {}, {}, snapshot))

    def log_changes(self, mapping, record, link, changes):
        """Say in the activity log which fields were imported."""
        if not changes:
            return
        labels = mapping._labels()
        text = self.env._(
            "%(model)s %(name)s updated from QuickBooks: %(fields)s",
            model=mapping._noun(self.step, record),
            name=link.name,
            fields=", ".join(sorted({link._label(decision.path, labels) for decision in changes})),
        )
        words = [link._in_words(item.path, item.odoo, item.qbo) for item in changes]
        self.note(text, link, details=[dict(zip(('field', 'odoo', 'qbo'), row, strict=True)) for row in words])
        self.tell(record, self.env._("Changed in QuickBooks"), words)

    def tell(self, record, text, words=()):
        """Say in the chatter of a document what QuickBooks did with it.

        :param words: ``[(field, value so far, new value)]``
        """
        if record._name not in IN_CHATTER:
            return
        rows = Markup().join(
            Markup('<li>%s: %s → %s</li>') % (field, old or '–', new or '–') for field, old, new in words
        )
        record._message_log(body=Markup('<p>%s</p><ul>%s</ul>') % (text, rows) if rows else text)

    def log_conflicts(self, link, decisions):
        """Say in the activity log what both sides changed, and what became of it."""
        conflicts = [decision for decision in decisions if decision.conflict]
        if not conflicts:
            return
        winners = {'odoo': self.env._("Odoo's stays"), 'qbo': self.env._("QuickBooks' stays")}
        details = []
        for item in conflicts:
            words = link._in_words(item.path, item.base_odoo, item.odoo, item.qbo)
            outcome = self.env._("a person decides") if item.asked else winners[item.outcome]
            details.append({**dict(zip(('field', 'base', 'odoo', 'qbo'), words, strict=True)), 'outcome': outcome})
        text = self.env._("%s was changed in Odoo and in QuickBooks", link.name)
        self.note(text, link, kind='conflict', level='warning', details=details)
