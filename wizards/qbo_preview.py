from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..models.connection.dialog import dialog
from ..models.mapping.step import Step
from ..qbo import merge

NOT_IN_WORDS = ('Id', 'SyncToken', 'sparse')
ROW = Markup('<tr><th class="pe-3">%s</th><td>%s</td></tr>')
TABLE = Markup('<table class="table table-sm w-auto">%s</table>')
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
    words = fields.Html(readonly=True, sanitize=False, help="What is written, a line a field.")
    payload = fields.Text(readonly=True)

    @api.model
    def _open(self, record):
        """Return the action that shows what would be sent for ``record``. Sends nothing."""
        record.ensure_one()
        record.check_access('read')
        step = Step.of(self.env, record.env.company)
        return self._open_text(record.display_name, *self._look(step, record.sudo().with_company(step.company)))

    @api.model
    def _open_text(self, name, verdict, body, words=None):
        """Return the action that shows a sentence and the values that it speaks of, a dict or None.

        :param words: the same values for people, ``[(what, value)]``
        """
        payload = body and self.env['qbo.link']._pretty(body)
        table = TABLE % Markup().join(ROW % row for row in words) if words else False
        preview = self.create({'name': name, 'verdict': verdict, 'words': table, 'payload': payload})
        return dialog(preview, self.env._("What would be sent"))

    @api.model
    def _in_words(self, step, mapping, record, body):
        """Return ``[(what, value)]`` of what is written, as a person reads it; what has no name is only in the body."""
        labels, found = mapping._labels(), {}
        for path, value in merge.flatten(body).items():
            name = labels.get(path) or labels.get(path.split('.')[0])
            text = name and path not in NOT_IN_WORDS and mapping._in_words(step, record, path, value)
            if text:
                found.setdefault(name[:1].upper() + name[1:], []).append(str(text))
        return [(name, ", ".join(dict.fromkeys(texts))) for name, texts in found.items()]

    def _look(self, step, record):
        """Return ``(sentence, body or None)``, and what the body says in words where there is one."""
        if not step.connection:
            return self.env._("This company is not connected to QuickBooks."), None
        # Before the first run nothing is switched on, and shown all the same.
        mappings = step.mappings_of(record, even_switched_off=True)
        mapping = next((item for item in mappings if item._wanted(step, record)), None)
        if mapping is None:
            return self.env._("Nothing: this record is not synchronized."), None
        if reason := mapping._wait_reason(step, record) or mapping._hold_reason(step, record):
            return self.env._("Nothing yet. %s", reason.text(self.env)), None
        values, operation, body = mapping._plan(step, record)
        if body is None:
            return self.env._("Nothing: QuickBooks holds the same."), None
        values = {name: values[name] for name in body if name in (values or {})}  # the body has no empty ones
        words = self._in_words(step, mapping, record, values)
        return self._with_what_goes_first(step, mapping, record, VERDICTS[operation](self.env)), body, words

    def _with_what_goes_first(self, step, mapping, record, verdict):
        """Return a verdict with what is created in QuickBooks before; a new customer has no id yet to be named by."""
        required = mapping._requires(step, record)
        needed = [item for item_mapping, item in required if not step.qbo_id(item, item_mapping._entity)]
        if not needed:
            return verdict
        names = format_list(self.env, [item.display_name for item in needed])
        text = self.env._("Created there first, and named by their new ids: %s.", names)
        return f'{text} {verdict}'


class QboMixin(models.AbstractModel):
    _inherit = 'qbo.mixin'

    def action_qbo_preview(self):
        """Show what would be sent to QuickBooks."""
        self.ensure_one()
        self._check_may('read')
        return self.env['qbo.preview']._open((self._qbo_owner() or self).with_company(self._qbo_company()))


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def action_preview(self):
        """Show what would be sent."""
        self.ensure_one()
        self._check_may('read')
        record = self.sudo()._record()
        if not record:
            raise UserError(self.env._("%s does not exist in Odoo.", self.name))
        return self.env['qbo.preview']._open(record)
