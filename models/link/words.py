"""Values of QuickBooks as users read them: names instead of ids."""

from odoo import models

REFERRED = {  # how a reference's name ends: the type that it refers to
    'Parent': 'Item',
    **{kind: kind for kind in ('Customer', 'Term', 'PaymentMethod', 'TaxCode', 'Class', 'Account')},
}


class QboMixin(models.AbstractModel):
    _inherit = 'qbo.mixin'

    def _qbo_in_words(self, path, value):
        """Return one of the values of :meth:`_qbo_values` as a user reads it.

        :param str path: where it stands: ``SalesTermRef.value``
        """
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        kind = next((kind for member, kind in REFERRED.items() if path.endswith(f'{member}Ref.value')), None)
        if value is None:
            return ''
        return self._qbo_name_of(kind, value) if kind else str(value)

    def _qbo_name_of(self, entity, qbo_id):
        """Return the name of an entity: that of the record linked with it, else of QuickBooks' list, else its id."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        record = self.env['qbo.link'].sudo()._record_of(connection, entity, qbo_id)
        return record.display_name or self.env['qbo.reference'].sudo()._of(connection, entity, qbo_id).name or qbo_id
