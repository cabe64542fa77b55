"""Which names, numbers and money an entity holds, and how it lets go of them: for the order of writes."""

from odoo import models


class QboMapping(models.AbstractModel):
    _inherit = 'qbo.mapping'

    def _frees(self, link, before, after, operation):
        """Return ``(keys that a write frees, keys that have to be free for it)``, for the order of writes.

        :param dict before: the values that were agreed
        :param dict after: the values that are sent, empty for a delete
        """
        held, holds = self._held(link, before), self._held(link, after)
        settled, settles = self._settles(before), self._settles(after)
        smaller = {('settled', *key) for key, amount in settled.items() if amount > settles.get(key, 0)}
        larger = {('settled', *key) for key, amount in settles.items() if amount > settled.get(key, 0)}
        gives = {key for key in held - holds if key[0] == 'name'} | smaller
        needs = {key for key in holds - held if key[0] == 'name'} | larger
        if operation in ('void', 'delete'):
            needs.add(('settled', link.entity, link.qbo_id))  # what settles it lets it go first
        return gives, needs - gives

    def _held(self, link, values):
        """Return the keys that an entity with these values holds: its name or number, the documents it settles."""
        name = self._taken_name(values)
        names = {('name', entity, name.casefold()) for entity in self._unique_lists() if name}
        return names | {('settled', *key) for key in self._settles(values)}

    def _held_back(self, step, record, reason):
        """Do what a record needs that waits with this :class:`Reason`, before it can go."""

    def _taken_name(self, values):
        """Return the name or number that QuickBooks may refuse to others of this entity type, None where it cannot."""
        return values.get(self._name_member) if self._is_name_unique and values.get('Active') is not False else None

    def _aside(self, step, record, keys):
        """Return ``(operation, values, body)`` that let go of what an entity holds, None where it cannot be.

        A step in between: values and body are of the entity as both sides agreed on it, under another name.

        :param record: may be deleted
        :param keys: what it is to let go of
        """
        link = step.link(record, self._entity)
        agreed = link.base_odoo or {}
        if not keys or not keys <= {key for key in self._held(link, agreed) if key[0] == 'name'}:
            return None
        return self._renamed_aside(link, self._name_member, self._name_max)

    def _renamed_aside(self, link, member, length):
        """Return what :meth:`_aside` does where an entity gets another name, or number, for a while."""
        agreed, suffix = link.base_odoo, f' ~{link.qbo_id}'
        name = {member: f'{agreed[member][: length - len(suffix)]}{suffix}'}
        return 'update', {**agreed, **name}, {**link._version(), **self._whole(name, link.snapshot or {})}
