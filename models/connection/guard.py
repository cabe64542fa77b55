"""Who may do what: the one check of every button, and fields that nobody but the addon writes."""

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import MAGIC_COLUMNS

FIXED = ('company_id', 'connection_id', 'setup_id')
"""What says whose a record is: chosen once, when it is created."""


class QboGuard(models.AbstractModel):
    """What each model with buttons or settings of QuickBooks inherits."""

    _name = 'qbo.guard'
    _description = "Access to QuickBooks"

    def _check_may(self, operation):
        """Refuse a user who may not read these records, or not decide about them.

        Each public method begins with it, with the user's own rights: before ``sudo()`` and before anything that cannot
        be undone. The superuser's code has checked already.

        :param str operation: ``read``: to look, and to have it tried again; ``write``: to decide
        :raise AccessError: with who may
        """
        self.check_access(operation)

    def _check_group(self, group, text):
        """Refuse whoever is not in a group.

        :param str text: who may do this, translated
        :raise AccessError: with the text
        """
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(text)

    # === FIELDS === #

    def _has_field_access(self, field, operation):
        """What is read-only on the screen is read-only for every other client too."""
        is_ours = field.name.startswith('qbo_') or (self._name.startswith('qbo.') and field.name not in MAGIC_COLUMNS)
        if operation == 'write' and is_ours and not (self.env.su or self._transient) and self._is_locked(field):
            return False
        return super()._has_field_access(field, operation)

    def _is_locked(self, field):
        """Return whether only the addon writes a field: it is read-only, here or where it is related to."""
        path = field.related.split('.') if field.related else ()
        if field.readonly or len(path) != 2:
            return field.readonly
        there = self.env[self._fields[path[0]].comodel_name]
        return hasattr(there, '_is_locked') and there._is_locked(there._fields[path[1]])

    def _check_search(self, name):
        """Refuse who may not read a field to search it, which the ORM does for stored fields only.

        Also where a search comes through another model, which then asks with all rights.

        :raise AccessError: the user may not read the field
        """
        self.sudo(False)._check_field_access(self._fields[name], 'read')

    def write(self, vals):
        """Nothing goes over to another company or connection.

        :raise UserError: with what to do instead
        """
        if self._name.startswith('qbo.'):
            for name in vals.keys() & self._fields.keys() & set(FIXED):
                if any(record[name].id != vals[name] for record in self if record[name]):
                    label = self._fields[name]._description_string(self.env)
                    raise UserError(self.env._("%s cannot be changed. Create another record instead.", label))
        return super().write(vals)
