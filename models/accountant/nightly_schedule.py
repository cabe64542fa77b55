"""When a connection proves its books, what they began with, and what the page Overview says of it."""

from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...qbo import reports, schedule
from ...qbo.lines import cents
from .nightly_figures import SIDES

CRON = 'quickbooks_online.qbo_proof_cron'
ACTIVITY = 'quickbooks_online.qbo_proof_activity'
AT = 3.0  # hours on the wall of the company: QuickBooks is quiet, and the day before is over


class QboProofSchedule(models.Model):
    """The clock of the nightly proof of one connection."""

    _name = 'qbo.proof.schedule'
    _description = "Clock of a QuickBooks Nightly Proof"
    _inherit = ['qbo.timed']
    _check_company_auto = True
    _rec_name = 'connection_id'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)

    _unique_connection = models.Constraint('UNIQUE(connection_id)', "A connection has one clock for its proof.")

    @api.model
    def _cron_prove(self):
        """Ask for the proof of each connection whose night has come. Commits; called by the scheduled action."""
        self._take_due(self.env.ref(CRON))

    @api.model
    def _complete(self):
        """Give each connection its clock: those of a database that was there before have none."""
        known = [connection.id for [connection] in self._read_group([], ['connection_id'])]
        missing = self.env['qbo.connection'].search([('id', 'not in', known)])
        self.create([{'connection_id': connection.id} for connection in missing])._plan()

    def _cron(self):
        return (self.env.ref(CRON, raise_if_not_found=False) or self.env['ir.cron']).sudo()

    def _is_planned(self):
        connection = self.connection_id
        is_on = connection.sync_billing or connection.sync_purchases or connection.sync_entries
        return connection.state == 'connected' and connection.sync_on and is_on

    def _next(self):
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return schedule.next_closing(AT, now, self.connection_id.tz).replace(tzinfo=None)

    def _run_due(self):
        self.env['qbo.proof']._append(self.connection_id)


class QboProofOpening(models.Model):
    """What one figure differed by when documents began to be synchronized. It stays so."""

    _name = 'qbo.proof.opening'
    _description = "Opening Difference with QuickBooks"
    _check_company_auto = True
    _order = 'name, id'

    qbo_company_id = fields.Many2one('qbo.company', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='qbo_company_id.company_id', store=True, index=True)
    key = fields.Char(required=True, readonly=True)
    name = fields.Char("Who", readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="Odoo less QuickBooks.")
    is_of_year = fields.Boolean(readonly=True, help="Income or expenses: with the next fiscal year it is gone.")
    date = fields.Date("Fixed on", required=True, readonly=True)

    _unique_key = models.Constraint('UNIQUE(qbo_company_id, key)', "A figure has one opening difference.")

    @api.model
    def _amounts(self, qbo_company, year_start):
        """Return ``{key: cents}`` of what still counts."""
        openings = self.search([('qbo_company_id', '=', qbo_company.id)])
        return {item.key: cents(item.amount) for item in openings if not item.is_of_year or item.date >= year_start}

    @api.model
    def _fix(self, proof):
        """Fix what each figure of a QuickBooks company differed by: what documents of both sides do not explain.

        :param proof: the first one, whose lines are explained
        """
        qbo_company, lines = proof.qbo_company_id, proof.line_ids
        accounts = self.env['qbo.reference'].with_context(active_test=False)
        accounts = accounts.search([('qbo_company_id', '=', qbo_company.id), ('entity', '=', 'Account')])
        yearly = {item.entity_id for item in accounts if (item.data or {}).get('Classification') in reports.OF_A_YEAR}
        for line in lines.filtered(lambda line: line.kind == 'owed' and not line.opening and line.is_covered):
            who = SIDES[line.key.removeprefix('owed:')].who
            line.opening = sum(lines.filtered(lambda line, who=who: line.kind == who).mapped('opening'))
        self.create(
            [
                {
                    'qbo_company_id': qbo_company.id,
                    'key': line.key,
                    'name': line.name,
                    'currency_id': line.currency_id.id,
                    'amount': line.opening,
                    'is_of_year': line.kind == 'account' and line.qbo_id in yearly,
                    'date': proof.date,
                }
                for line in lines
                if line.opening
            ]
        )
        qbo_company.proof_opened_on = proof.date


class QboCompany(models.Model):
    _inherit = 'qbo.company'

    proof_opened_on = fields.Date("Opening Difference Fixed", readonly=True, copy=False)

    def write(self, vals):
        """With another start the opening difference is another one: it is fixed anew."""
        before = {company: (company.billing_since, company.purchases_since) for company in self}
        result = super().write(vals)
        self.filtered(
            lambda company: (company.billing_since, company.purchases_since) != before[company]
        )._forget_opening()
        return result

    def _forget_opening(self):
        """Have the next proof fix the opening difference anew."""
        self.env['qbo.proof.opening'].sudo().search([('qbo_company_id', 'in', self.ids)]).unlink()
        self.filtered('proof_opened_on').proof_opened_on = False


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    proof_id = fields.Many2one('qbo.proof', "Last Proof", compute='_compute_proof_id', compute_sudo=True)
    proof_state = fields.Selection(
        lambda self: self.env['qbo.proof']._fields['state'].selection,
        "Proof",
        compute='_compute_proof_id',
        compute_sudo=True,
    )
    proof_text = fields.Char("Books", compute='_compute_proof_id', compute_sudo=True)
    accountant_id = fields.Many2one(
        'res.users',
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets an activity when the nightly proof finds a difference; empty: the QuickBooks administrators do.",
    )

    # === COMPUTE METHODS === #

    def _compute_proof_id(self):
        for connection in self:
            done = [
                ('qbo_company_id', '=', connection.qbo_company_id.id),
                ('state', 'in', ('agrees', 'differs', 'failed')),
            ]
            connection.proof_id = self.env['qbo.proof'].search(done, limit=1)
            connection.proof_state = connection.proof_id.state
            connection.proof_text = connection._proof_in_words(connection.proof_id)

    def _proof_in_words(self, proof):
        """Return how a proof came out, in one line."""
        if not proof:
            return self.env._("Not compared yet.")
        day = format_date(self.env, proof.date)
        if proof.state == 'failed':
            return self.env._("%(day)s: not compared. %(why)s", day=day, why=proof.error)
        if proof.state == 'agrees':
            return self.env._(
                "%(day)s: the books of both sides agree. Explained and expected: %(count)s.",
                day=day,
                count=proof.expected_count,
            )
        return self.env._(
            "%(day)s: the books of both sides differ. Differences: %(count)s, together %(amount)s.",
            day=day,
            count=proof.differs_count,
            amount=proof.currency_id.format(proof.difference),
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        schedules = self.env['qbo.proof.schedule'].sudo()
        schedules.create([{'connection_id': connection.id} for connection in connections])
        return connections

    def write(self, vals):
        before = {connection: connection.billing_start for connection in self}
        result = super().write(vals)
        moved = self.filtered(lambda connection: before[connection] != connection.billing_start)
        moved.sudo().qbo_company_id._forget_opening()
        if vals.keys() & {'tz', 'state', 'sync_on', 'sync_billing', 'sync_purchases', 'sync_entries', 'qbo_company_id'}:
            self.env['qbo.proof.schedule'].sudo().search([('connection_id', 'in', self.ids)])._plan()
        return result

    # === ACTION METHODS === #

    def action_prove(self):
        """Compare the books of both sides in a moment, whatever the clock says."""
        self.ensure_one()
        self._check_may('read')
        return self.sudo()._ask_for_proof()

    def action_view_proofs(self):
        """Show the last proof, or all where there is none yet."""
        self.ensure_one()
        self._check_may('read')
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_proof_action')
        action['domain'] = [('qbo_company_id', '=', self.sudo().qbo_company_id.id)]
        if self.proof_id:
            action.update(res_id=self.proof_id.id, view_mode='form', views=[(False, 'form')])
        return action

    # === BUSINESS METHODS === #

    def _ask_for_proof(self):
        """Append a proof for the engine.

        :raise UserError: QuickBooks is not connected, or nothing is synchronized that could be compared
        """
        self._check_connected()
        if not (self.sync_billing or self.sync_purchases or self.sync_entries):
            raise UserError(self.env._("Switch on billing or stores first: there is nothing to compare yet."))
        self.env['qbo.proof'].sudo()._append(self)
        return self._toast(self.env._("The books are compared in a moment."))

    def _proof_schedule(self):
        return self.env['qbo.proof.schedule'].sudo().search([('connection_id', '=', self.id)])

    def _last_steps(self, step):
        return [*super()._last_steps(step), self._prove]

    def _prove(self):
        """Do one step of the oldest proof that is asked for. Return how many were done."""
        todo = [('qbo_company_id', '=', self.qbo_company_id.id), ('state', 'in', ('asked', 'explaining'))]
        proof = self.env['qbo.proof'].search(todo, order='id', limit=1)
        return proof._advance() if proof else 0

    def _note_proof(self, proof):
        """Tell the accountant once when a proof finds a difference, and take that back when there is none any more."""
        if proof.state == 'agrees':
            self.activity_unlink([ACTIVITY])
            return
        told = self.activity_ids.filtered(lambda item: item.activity_type_id == self.env.ref(ACTIVITY))
        if told:
            return
        text = self._proof_in_words(proof)
        self._log('connection', text, level='warning')
        for user in self.accountant_id or self._administrators():
            self.activity_schedule(
                ACTIVITY, user_id=user.id, summary=self.env._("Odoo and QuickBooks differ"), note=text
            )
