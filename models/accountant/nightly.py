"""The nightly proof: each night the books of both sides are compared, and every cent of difference has a name.

One row a night and connection. The clock and the button only add a row; the engine does what it asks for, a step at a
time, when there is nothing else to do. What is compared says ``nightly_figures.py``, which documents a difference
comes from ``nightly_documents.py``.
"""

import logging
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.fields import Domain

from ...qbo import errors
from ..connection.messages import sentence
from .nightly_documents import Documents
from .nightly_figures import SIDES, Figures

_logger = logging.getLogger(__name__)

KEEP = timedelta(days=120)
CALLS_MAX = 40  # of one proof, explaining included; an unusual night leaves the rest for the next
AT_ONCE = {'customer': 50, 'vendor': 50, 'owed': 1}
ACCOUNTS_AT_ONCE = 20
PASSING = (errors.Kind.TRANSIENT, errors.Kind.THROTTLED, errors.Kind.QUOTA, errors.Kind.AUTHORIZATION)


class QboProof(models.Model):
    _name = 'qbo.proof'
    _description = "QuickBooks Nightly Proof"
    _inherit = ['qbo.guard']
    _check_company_auto = True
    _order = 'date desc, id desc'
    _rec_name = 'date'

    qbo_company_id = fields.Many2one('qbo.company', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='qbo_company_id.company_id', store=True, index=True)
    connection_id = fields.Many2one(related='qbo_company_id.connection_id', help="Empty where it was left.")
    currency_id = fields.Many2one(related='company_id.currency_id')
    date = fields.Date(required=True, readonly=True, help="Up to this day the accounts of both sides are added up.")
    ran_at = fields.Datetime("Compared", readonly=True)
    state = fields.Selection(
        [
            ('asked', "Waiting"),
            ('explaining', "Being explained"),
            ('agrees', "Agrees"),
            ('differs', "Differs"),
            ('failed', "Not compared"),
        ],
        required=True,
        default='asked',
        readonly=True,
    )
    is_opening = fields.Boolean(
        "Opening", readonly=True, help="The first one: what the two sides differed by before is fixed with it."
    )
    compared_count = fields.Integer("Compared Figures", readonly=True)
    differs_count = fields.Integer("Differences", readonly=True)
    expected_count = fields.Integer("Explained and Expected", readonly=True)
    difference = fields.Monetary(
        "Amount that Differs", readonly=True, help="Of all differences together, whichever side has more."
    )
    calls = fields.Integer("Requests", readonly=True)
    error = fields.Text("Why Not", readonly=True)
    line_ids = fields.One2many('qbo.proof.line', 'proof_id', "Lines", readonly=True)
    differing_ids = fields.One2many(
        'qbo.proof.line', 'proof_id', "Difference", domain=[('verdict', '=', 'differs')], readonly=True
    )
    expected_ids = fields.One2many('qbo.proof.line', 'proof_id', domain=[('verdict', '=', 'expected')], readonly=True)

    # === ACTION METHODS === #

    def action_prove_again(self):
        """Compare the books of this connection once more, in a moment."""
        self._check_may('read')
        return self.sudo().connection_id._ask_for_proof()

    # === ASKED FOR === #

    @api.model
    def _append(self, connection):
        """Ask the engine for a proof of a connection; one that waits already is enough. Inserts, and wakes it.

        :param connection: as superuser
        """
        company = connection.qbo_company_id
        if not self.search_count([('qbo_company_id', '=', company.id), ('state', '=', 'asked')], limit=1):
            self.create({'qbo_company_id': company.id, 'date': connection._today()})
        connection._wake()

    def _advance(self):
        """Do one step of this proof: take all figures, or explain some. Calls QuickBooks."""
        try:
            with self.env.cr.savepoint():
                self._take() if self.state == 'asked' else self._explain()
        except psycopg2.Error:
            raise
        except errors.QboError as error:
            if error.kind in PASSING:
                raise  # the engine rests and repeats this step
            self._fail(sentence(self.env, error))
        except ValueError as error:
            self._fail(str(error))
        except Exception as error:
            _logger.exception("The proof of %s met an unknown fault", self.connection_id)
            self._fail(self.env._("A fault of this app: %s", error))  # what is synchronized goes on
        return 1

    def _fail(self, text):
        self.line_ids.unlink()
        self.write({'state': 'failed', 'error': text, 'ran_at': fields.Datetime.now()})
        self.connection_id._log('connection', self.env._("The books were not compared: %s", text), level='warning')

    # === THE FIGURES === #

    def _take(self):
        """Take the figures of both sides and note what is not the same."""
        connection = self.connection_id
        self.date = connection._today()
        opened_on = self.qbo_company_id.proof_opened_on
        self.is_opening = not opened_on
        figures = Figures(connection, self.date)
        items = figures.take()
        openings = self.env['qbo.proof.opening']._amounts(self.qbo_company_id, figures.year_start)
        covered = [_covered(items, side, figures.home) for side in figures.sides]
        vals_list = []
        for item in items:
            item.figure.opening = openings.get(item.key, 0)
            vals = self.env['qbo.proof.line']._vals(item, any(item is each for each in covered), opened_on)
            if vals['verdict'] != 'agrees' or vals['is_open']:
                vals_list.append({'proof_id': self.id, **vals})
        self.env['qbo.proof.line'].create(vals_list)
        self.write({'state': 'explaining', 'compared_count': len(items), 'calls': figures.calls})
        if not self.line_ids.filtered('is_open'):
            self._finish()

    # === EXPLAINING === #

    def _explain(self):
        """Find the documents behind some of the differences; finish when there are no more."""
        todo = self.line_ids.filtered('is_open')
        some = todo.filtered(lambda line: line.kind == todo[:1].kind)
        some = some[: AT_ONCE.get(todo[:1].kind, ACCOUNTS_AT_ONCE)]
        if some:
            figures = Figures(self.connection_id, self.date)
            found = self._documents(figures, some) if self.calls < CALLS_MAX else {}
            for line in some:
                line._conclude(found.get(line._place(), []), is_looked_at=self.calls < CALLS_MAX)
            self.calls += figures.calls
        if len(some) == len(todo):
            self._finish()

    def _documents(self, figures, lines):
        """Return ``{place of a line: [Found]}`` for lines of one kind."""
        documents, kind = Documents(figures), lines[0].kind
        if side := next((side for side in SIDES.values() if side.who == kind), None):
            qbo_ids = list(dict.fromkeys(lines.filtered('qbo_id').mapped('qbo_id')))
            with_nobody = any(not line._place() for line in lines)
            return documents.of_customers(side, qbo_ids, lines.partner_id, with_nobody)
        if kind == 'account':
            return documents.of_accounts(lines.mapped('qbo_id'))
        if kind == 'owed':
            side = SIDES[lines.key.removeprefix('owed:')]
            return documents.of_accounts(figures.accounts_there(side), side)
        return {
            line._place(): documents.of_credits([(tuple(key), *rest) for key, *rest in line.apart]) for line in lines
        }

    # === THE END === #

    def _finish(self):
        """Note how it came out, forget what is not needed any more, and tell the accountant when it turned."""
        connection, lines = self.connection_id, self.line_ids
        if self.is_opening:
            self.env['qbo.proof.opening']._fix(self)
        before = self.search(
            [('qbo_company_id', '=', self.qbo_company_id.id), ('state', 'in', ('agrees', 'differs'))], limit=1
        )
        since = {line.key: line.since for line in before.line_ids if line.verdict == 'differs'}
        for line in lines.filtered(lambda line: line.verdict == 'differs'):
            line.since = since.get(line.key) or self.date
        lines.filtered(lambda line: line.verdict == 'agrees').unlink()
        differing = self.line_ids.filtered(lambda line: line.verdict == 'differs')
        rates = {currency: currency._convert(1.0, self.currency_id, self.company_id, self.date)
                 for currency in differing.currency_id}  # fmt: skip
        self.write(
            {
                'state': 'differs' if differing else 'agrees',
                'ran_at': fields.Datetime.now(),
                'differs_count': len(differing),
                'expected_count': len(self.line_ids - differing),
                'difference': sum(abs(line.to_explain) * rates[line.currency_id] for line in differing),
            }
        )
        self._forget()
        connection._note_proof(self)

    def _forget(self):
        """Keep one proof a night, of former nights what differed, and of those that are long ago nothing."""
        former = [('qbo_company_id', '=', self.qbo_company_id.id), ('id', '!=', self.id)]
        old = Domain('date', '<', self.date - KEEP)
        replaced = Domain([('date', '=', self.date), ('is_opening', '=', False), ('id', '<', self.id)])
        self.search(Domain(former) & (old | replaced)).unlink()
        lines = self.env['qbo.proof.line']
        lines.search([('proof_id', 'any', former), ('verdict', '!=', 'differs')]).unlink()


def _covered(items, side, home):
    """Return the item of all that is owed on a side where the differences of each are all of its difference, else
    None."""
    parties = [item for item in items if item.kind == side.who and item.figure.rest]
    if any(item.currency != home for item in parties):
        return None
    total = sum(item.figure.rest for item in parties)
    key = f'owed:{side.name}'
    return next((item for item in items if item.key == key and total and item.figure.rest == total), None)
