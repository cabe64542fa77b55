from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError

from ..models.connection.dialog import dialog
from ..qbo import merge


class QboLost(models.TransientModel):
    """A record that was sent and not answered, beside what it may have become in QuickBooks: a person decides."""

    _name = 'qbo.lost'
    _inherit = ['qbo.guard']
    _description = "Compare With QuickBooks"

    link_id = fields.Many2one('qbo.link', required=True, readonly=True, ondelete='cascade')
    side_ids = fields.One2many('qbo.lost.side', 'lost_id', "Both Sides", readonly=True)

    def action_send_anyway(self):
        """Create the record in QuickBooks: none of what was found there is the same."""
        self.ensure_one()
        link = self.link_id
        link._check_may('write')
        return link.sudo()._send_anyway()


class QboLostSide(models.TransientModel):
    _name = 'qbo.lost.side'
    _inherit = ['qbo.guard']
    _description = "One Side of a Comparison With QuickBooks"
    _order = 'id'

    lost_id = fields.Many2one('qbo.lost', required=True, readonly=True, ondelete='cascade')
    qbo_id = fields.Char("QuickBooks Id", readonly=True, help="Empty for Odoo's side.")
    name = fields.Char(readonly=True)
    details = fields.Html(readonly=True, sanitize=False, help="Made of escaped values.")

    def action_link(self):
        """Link the record with this entity: the two are the same."""
        self.ensure_one()
        link = self.lost_id.link_id
        link._check_may('write')
        return link.sudo()._link_found(self.qbo_id)


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def action_compare_lost(self):
        """Show this record side by side with what it may be in QuickBooks."""
        self.ensure_one()
        self._check_may('read')
        link = self.sudo()
        link = link if link.perhaps else link.waits_for_id
        if not link.perhaps:
            raise UserError(self.env._("Nothing is asked about %s any more.", self.sudo().name))
        link.with_env(self.env)._check_may('read')
        sides = [{'name': link.name, 'details': link._side_by_side(0)}]
        for place, row in enumerate(link.perhaps):
            sides.append({'qbo_id': row['id'], 'name': row['name'], 'details': link._side_by_side(place + 1)})
        lost = (
            self.env['qbo.lost']
            .sudo()
            .create({'link_id': link.id, 'side_ids': [fields.Command.create(side) for side in sides]})
        )
        return dialog(lost.sudo(False), self.env._("Compare With QuickBooks"))

    def _side_by_side(self, place):
        """Return what one side says, as HTML: a line a field, those in red that are not the same on all sides.

        :param int place: 0 for Odoo, else the number of what may be it
        """
        step, mapping = self._step(), self._mapping()
        sides = [mapping._values(step, self._record()), *(row['values'] for row in self.perhaps)]
        sides = [merge.flatten(side) for side in sides]
        shown = Markup()
        for path in sides[0]:
            label, *words = self._in_words(path, *(side.get(path) for side in sides))
            whole = mapping._in_words(step, self._record(), path, sides[place].get(path))
            if any(words) or whole:
                mark = '' if len({str(side.get(path)) for side in sides}) == 1 else 'text-danger'
                line = Markup('<div><span class="text-muted">%s:</span> <span class="%s">%s</span></div>')
                shown += line % (label, mark, whole)
        return shown
