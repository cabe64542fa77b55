from odoo import api, fields, models
from odoo.tools import format_list

VERDICTS = {
    'create': lambda env: env._("This would be created in QuickBooks:"),
    'update': lambda env: env._("These fields would be updated in QuickBooks:"),
    'void': lambda env: env._("This would be voided in QuickBooks:"),
    'send': lambda env: env._("QuickBooks would be asked to send this by e-mail:"),
    'delete': lambda env: env._("This would be deleted in QuickBooks:"),
}


class QboPreview(models.TransientModel):
    """What would be sent to QuickBooks for a record, made by the function that makes the request itself."""

    _name = 'qbo.preview'
    _description = "What Would Be Sent"

    name = fields.Char(readonly=True)
    verdict = fields.Char(readonly=True)
    payload = fields.Text(readonly=True)

    @api.model
    def _open(self, record):
        """Return the action that shows what would be sent for ``record``. Sends nothing."""
        record.ensure_one()
        record.check_access('read')
        connection = self.env['qbo.connection']._of_company(record.env.company)
        return self._open_text(record.display_name, *self._look(connection, record.sudo()))

    @api.model
    def _open_text(self, name, verdict, body):
        """Return the action that shows a sentence and the values that it speaks of, a dict or None."""
        payload = body and self.env['qbo.link']._pretty(body)
        preview = self.create({'name': name, 'verdict': verdict, 'payload': payload})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("What would be sent"),
            'res_model': self._name,
            'res_id': preview.id,
            'view_mode': 'form',
            'target': 'new',
        }

    def _look(self, connection, record):
        """Return ``(sentence, body or None)``."""
        if not connection:
            return self.env._("This company is not connected to QuickBooks."), None
        link = self.env['qbo.link'].sudo()._for(connection, record)
        if not record._qbo_wanted(link):
            return self.env._("Nothing: this record is not synchronised."), None
        if reason := record._qbo_ready():
            return self.env._("Nothing yet. %s", reason), None
        _values, operation, body = link._plan(record)
        if body is None:
            return self.env._("Nothing: QuickBooks holds the same."), None
        return self._with_what_goes_first(record, VERDICTS[operation](self.env)), body

    def _with_what_goes_first(self, record, verdict):
        """Return a verdict with what is created in QuickBooks before; a new customer has no id yet to be named by."""
        needed = [item for item in record._qbo_requires() if not item.qbo_link_id.qbo_id]
        if not needed:
            return verdict
        names = format_list(self.env, [item.display_name for item in needed])
        text = self.env._("Created there first, and named by their new ids: %s.", names)
        return f'{text} {verdict}'
