"""The buttons of the comparison."""

from odoo import api, models
from odoo.exceptions import UserError

from ...models.comparison.rules import FORBIDDING
from ...models.connection.auth import MANAGER
from ...models.mapping.names import like
from ...qbo import text

CREATES = ('create_odoo', 'create_qbo')


class QboMatch(models.Model):
    _inherit = 'qbo.match'

    @api.model
    def _show(self, connection):
        """Return the action that shows the comparison of a connection."""
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_match_action')
        action['domain'] = [('connection_id', '=', connection.id)]
        # Before the first run, Save & Sync carries out what is decided.
        is_live = connection.sync_customers or connection.sync_products
        action['context'] = {
            'qbo_connection_id': connection.id,
            'qbo_is_live': is_live,
            'search_default_by_verdict': 1,
        }
        return action

    # === DECIDING === #

    def action_link(self):
        """Decide that the pairs among these lines are linked."""
        return self._decide(('link',))

    def action_create(self):
        """Decide that what is alone in these lines is created on the other side."""
        return self._decide(CREATES)

    def action_leave(self):
        """Decide that these lines are left alone, on both sides."""
        return self._decide(('leave',))

    def action_undecide(self):
        """Take the decision about these lines back."""
        self._check_may('write')
        self.filtered(lambda line: not line.is_done).write({'decision': False})
        return True

    def action_accept_exact(self):
        """Decide that all pairs which are surely the same are linked."""
        return self._of_context([('verdict', '=', 'exact')])._decide(('link',))

    def action_import_customers(self):
        """Decide that all customers that only QuickBooks has are created in Odoo, but for those a rule excludes."""
        return self._of_context([('kind', '=', 'customer'), ('verdict', '=', 'only_qbo')])._decide(CREATES)

    def action_import_products(self):
        """The same for products."""
        return self._of_context([('kind', '=', 'product'), ('verdict', '=', 'only_qbo')])._decide(CREATES)

    def _decide(self, decisions):
        """Write one of these decisions to the lines that it fits, and say where it did not.

        :param decisions: of which at most one fits a line
        """
        self._check_may('write')
        fits = {line: [item for item in decisions if item in line._allowed()] for line in self if not line.is_done}
        for decision in decisions:
            lines = self.browse(line.id for line, found in fits.items() if found == [decision])
            lines.write({'decision': decision})
        decided = sum(map(bool, fits.values()))
        if decided == len(self):
            return True
        return self.env['qbo.connection']._toast(
            self.env._(
                "%(decided)s decided. It does not fit the other %(rest)s.", decided=decided, rest=len(self) - decided
            ),
            'warning',
        )

    def _check_may(self, operation):
        """Only administrators see the comparison, and decide what is linked and created."""
        text_ = self.env._("Only a QuickBooks administrator decides what is linked and created.")
        self._check_group(MANAGER, text_)
        return super()._check_may(operation)

    def _connection(self):
        """Return the connection whose comparison is on the screen, for one of its administrators.

        Its number stands in the context, which may hold anything.
        """
        connection_id = self.env.context.get('qbo_connection_id')
        connection = self.env['qbo.connection'].browse(connection_id) if connection_id else self.connection_id
        if not connection:
            connection = connection.search([('company_id', '=', self.env.company.id)])
        connection._check_may('write')
        return connection

    def _of_context(self, domain):
        return self.search([('connection_id', 'in', self._connection().ids), ('is_done', '=', False), *domain])

    # === PAIRING === #

    def action_part(self):
        """Say that a pair is not the same: it becomes two lines, and they are not paired again."""
        self._check_may('write')
        for line in self.sudo().filtered(lambda line: line.res_id and line.qbo_id and not line.is_done):
            line._part()
        return {'type': 'ir.actions.act_window_close'}

    def action_pair(self):
        """Pair the entity of this line with the record that was chosen in it."""
        self.ensure_one()
        self._check_may('write')
        line = self.sudo()
        record = line.choice_partner_id or line.choice_product_id
        if not record or not line.qbo_id or line.is_done:
            raise UserError(self.env._("Choose a record first."))
        line._pair(record)
        return {'type': 'ir.actions.act_window_close'}

    def _part(self):
        """Give the record of this pair a line of its own."""
        res_id, apart = self.res_id, [*(self.apart or []), self.res_id]
        self.write({'res_id': False, 'apart': apart, **self._as_new()})
        self.flush_recordset()  # before the other line has the record
        other = self.create(
            {
                'connection_id': self.connection_id.id,
                'kind': self.kind,
                'verdict': 'only_odoo',
                'res_model': self.res_model,
                'res_id': res_id,
            }
        )
        (self | other)._look_at_each()

    def _pair(self, record):
        """Make this line the pair of its entity and a record, which leaves the line that it stood in."""
        if record.with_company(self.company_id).qbo_id:
            raise UserError(self.env._("%s is linked with another one in QuickBooks.", record.display_name))
        before = self._line_of(record) - self
        if self.res_id and self.res_id != record.id:
            self._part()
        if before.qbo_id:
            before.write({'res_id': False, **before._as_new()})
            before.flush_recordset()
            before._recheck()
        else:
            before.unlink()
        self.write({'res_id': record.id, 'is_by_hand': True, 'decision': 'link', 'is_chosen': True, 'carried': False})
        self._recheck()

    def _meet(self):
        """Pair the record of this line, which was renamed, with the entity of that name, where that is alone too."""
        found = self._matches().filtered(
            lambda line: (
                not (line.res_id or line.is_done or line.rule in FORBIDDING) and self.res_id not in (line.apart or ())
            )
        )
        if len(found) == 1 and not self.qbo_id:
            vals = {'qbo_id': found.qbo_id, 'values': found.values, 'apart': found.apart}
            found.unlink()
            self.write({**self._as_new(), **vals})

    def _matches(self):
        """Return the other lines whose entity has the name of this line's record."""
        name = self.res_id and text.clean_name(self._record().name)
        domain = [('connection_id', '=', self.connection_id.id), ('kind', '=', self.kind), ('id', '!=', self.id)]
        return self.search([*domain, ('qbo_name', '=ilike', like(name))]) if name else self.browse()

    def _line_of(self, record):
        return self.search(
            [
                ('connection_id', '=', self.connection_id.id),
                ('res_model', '=', record._name),
                ('res_id', '=', record.id),
            ]
        )

    def _as_new(self):
        """Return the values of a line about which nobody has said anything."""
        return {
            'decision': False,
            'is_chosen': False,
            'is_by_hand': False,
            'carried': False,
            'choice_partner_id': False,
            'choice_product_id': False,
        }

    def _look_at_each(self):
        for line in self:
            line._recheck()

    # === GOING ON === #

    def action_compare_again(self):
        """Read QuickBooks once more and compare again."""
        return self._connection().action_compare()

    def action_carry_out(self):
        """Do what the lines say, now."""
        self._check_may('write')
        self._carry_out(self._connection().sudo())
        return self.env['qbo.connection']._toast(
            self.env._("What was decided is carried out now. You can go on working."),
            next={'type': 'ir.actions.client', 'tag': 'soft_reload'},
        )

    def action_open_record(self):
        """Open the record in Odoo."""
        self.ensure_one()
        self._check_may('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def action_open_in_quickbooks(self):
        """Open the entity in QuickBooks' own web application."""
        self.ensure_one()
        self._check_may('read')
        link = self.env['qbo.link'].sudo().new(
            {
                'qbo_company_id': self.sudo().connection_id.qbo_company_id.id,
                'entity': self._entity(),
                'qbo_id': self.qbo_id,
            }
        )  # fmt: skip
        return {'type': 'ir.actions.act_url', 'url': link._deep_link(), 'target': 'new'}

    def action_download(self):
        """Download the comparison; the format stands in the context: ``csv`` or ``xlsx``."""
        self._check_may('read')
        file_format = self.env.context.get('qbo_format', 'xlsx')
        url = f'/quickbooks_online/comparison/{self._connection().id}.{file_format}'
        return {'type': 'ir.actions.act_url', 'url': url, 'target': 'download'}


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def write(self, vals):
        result = super().write(vals)
        if any(name.startswith('skip_') for name in vals):
            for connection in self:
                self.env['qbo.match']._apply_rules(connection)
        return result

    def action_compare(self):
        """Have the engine read what QuickBooks has and compare it with Odoo's, and watch. Writes nothing there."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        return self.env['qbo.setup']._of(self)._compare_meanwhile()
