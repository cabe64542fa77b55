"""Random months of bills and vendor credits, edited on both sides: the same to the cent, whoever wrote last."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ..common import size
from .purchase_case import ACCOUNT, PurchaseCase

RUN = settings(
    max_examples=size(2, 8),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.differing_executors],
)
CENTS = st.integers(1, 99_999).map(lambda number: number / 100)
MONTH = st.lists(
    st.fixed_dictionaries(
        {
            'by': st.sampled_from(['odoo', 'qbo']),
            'kind': st.sampled_from(['in_invoice', 'in_invoice', 'in_refund']),
            'accounts': st.lists(CENTS, min_size=1, max_size=3),
            'items': st.lists(st.tuples(st.integers(1, 40), CENTS), max_size=2),
            'edit': st.sampled_from(['none', 'odoo', 'qbo', 'cancel', 'delete']),
            'amount': CENTS,
        }
    ),
    min_size=6,
    max_size=9,
)
ENTITIES = {'in_invoice': 'Bill', 'in_refund': 'VendorCredit'}


class TestRandomMonths(PurchaseCase):
    @RUN
    @given(MONTH)
    def test_both_sides_owe_the_vendor_the_same(self, month):
        with self.env.cr.savepoint(flush=True) as savepoint:
            self.sandbox.restore()
            pairs = [(spec, self._make(number, spec)) for number, spec in enumerate(month)]
            self.run_engine()
            self.pull('documents')
            moves = [(spec, made if made._name == 'account.move' else None, made) for spec, made in pairs]
            moves = [(spec, self._move(move, made)) for spec, move, made in moves]
            for spec, move in moves:
                self._edit(spec, move)
            self.run_engine()
            self.pull('documents')
            self.run_engine()
            self.assertAgree([move for _spec, move in moves])
            savepoint.rollback()
        self.env.invalidate_all()

    def _make(self, number, spec):
        """Return a posted bill, or a holder of the entity that was made in QuickBooks."""
        if spec['by'] == 'odoo':
            lines = [(self.fuel, 1, amount) for amount in spec['accounts']]
            lines += [(self.chlorine, quantity, price) for quantity, price in spec['items']]
            return self.bill(lines, ref=f'P-{number}', move_type=spec['kind'])
        lines = [self.account_line(amount) for amount in spec['accounts']]
        lines += [self.item_line(self.chlorine, quantity, price) for quantity, price in spec['items']]
        return _Made(self.buy(ENTITIES[spec['kind']], lines=lines, DocNumber=f'Q-{number}'))

    def _move(self, move, made):
        found = self.bill_of(made.entity) if move is None else move
        self.assertEqual((found.qbo_state, found.qbo_error), ('synced', False))
        return found

    def _edit(self, spec, move):
        if spec['edit'] in ('odoo', 'cancel'):
            move.button_draft()
            if spec['edit'] == 'cancel':
                move.button_cancel()
                return
            move.invoice_line_ids[0].price_unit = spec['amount']
            move.action_post()
        elif spec['edit'] == 'delete':
            self.sandbox.delete(self.link(move).entity, self.link(move).qbo_id)
        elif spec['edit'] == 'qbo':
            there = self.bill_there(move)
            there['Line'][0] |= {'Amount': spec['amount'], 'DetailType': ACCOUNT}
            self.sandbox.update(self.link(move).entity, there['Id'], {'Line': there['Line']})

    def assertAgree(self, moves):
        self.assertNoErrors()
        owed = 0.0
        for move in moves:
            if move.state == 'cancel':
                continue
            there = self.bill_there(move)
            nets = [line.price_subtotal for line in move.invoice_line_ids]
            self.assertEqual([line['Amount'] for line in there['Line']], nets)
            self.assertEqual((there['TotalAmt'], move.qbo_state), (move.amount_total, 'synced'))
            owed -= move.amount_total_signed
        self.assertEqual(self.vendor_there(self.tackle)['Balance'], round(owed, 2))


class _Made:
    """An entity that was made in QuickBooks, and is still to come."""

    _name = None

    def __init__(self, entity):
        self.entity = entity
