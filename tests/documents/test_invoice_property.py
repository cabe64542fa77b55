"""Random documents: Odoo's total is QuickBooks' to the cent, or the record says why not."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ..common import size
from .test_invoice_tax import TaxCase

# The examples share a transaction: they add documents and change no settings. The same ones come each time.
RUN = settings(
    max_examples=size(2, 8),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.differing_executors],
)
LINES = st.lists(
    st.tuples(
        st.booleans(),  # taxed
        st.integers(1, 40_000).map(lambda number: number / 100),  # quantity
        st.integers(1, 999_999).map(lambda number: number / 100),  # price
        st.sampled_from([0, 0, 5, 12.5, 33.33]),  # line discount
    ),
    min_size=1,
    max_size=6,
)
DOCUMENTS = st.lists(
    st.fixed_dictionaries(
        {
            'lines': LINES,
            'taxes': st.integers(0, 2),
            'discount': st.sampled_from([0, 0, 3, 7.5, 33.3]),
            'before_tax': st.booleans(),
            'refund': st.booleans(),
            'foreign': st.booleans(),
        }
    ),
    min_size=6,
    max_size=12,
)


class PropertyCase(TaxCase):
    """Makes documents of what hypothesis draws, and compares both sides."""

    def make(self, spec):
        taxes = self.choices()[spec['taxes'] % len(self.choices())]
        none = self.env['account.tax']
        lines = [
            (self.chlorine, quantity, price, taxes if taxed else self.untaxed() or none, {'discount': discount})
            for taxed, quantity, price, discount in spec['lines']
        ]
        vals = {'qbo_discount': spec['discount'], 'qbo_discount_before_tax': spec['before_tax']}
        if spec['foreign'] and self.foreign:
            vals['currency_id'] = self.foreign.id
        partner = self.abroad if spec['foreign'] else self.acme
        return self.draft(partner, lines, 'out_refund' if spec['refund'] else 'out_invoice', **vals)

    def untaxed(self):
        """Return the taxes of a line that is not taxed."""
        return self.env['account.tax']

    def check(self, specs):
        moves = self.env['account.move'].union(*map(self.make, specs))
        moves.action_post()
        self.run_engine()
        for move in moves:
            self.assertEqual(move.qbo_state, 'synced', move.qbo_error)
            entity = self.in_qbo(move)
            self.assertEqual(
                (entity['TotalAmt'], (entity.get('TxnTaxDetail') or {}).get('TotalTax')),
                (move.amount_total, move.amount_tax),
            )


class TestRandomUsDocuments(PropertyCase):
    """The US with several currencies: manual codes, tax as billed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.deal_in_euros(('2025-01-01', 0.8765))
        cls.abroad = cls.env['res.partner'].create({'name': "Abroad"})

    def choices(self):
        return [self.taxes['GA State'], self.taxes['FL State'] + self.taxes['FL Surtax']]

    @RUN
    @given(specs=DOCUMENTS)
    def test_totals_agree_to_the_cent_rounding_each_line(self, specs):
        self.company.tax_calculation_rounding_method = 'round_per_line'
        self.check(specs)

    @RUN
    @given(specs=DOCUMENTS)
    def test_totals_agree_to_the_cent_rounding_the_sum(self, specs):
        self.company.tax_calculation_rounding_method = 'round_globally'
        self.check(specs)


class TestRandomBritishDocuments(PropertyCase):
    """Outside the US: a code on every line, tax included or not."""

    sandbox_country = 'GB'
    rates = {'20.0% S': 20.0, '5.0% R': 5.0, '0.0% Z': 0.0}
    foreign = None

    @classmethod
    def _connection_vals(cls):
        cls.env.ref('base.GBP').active = True
        cls.company.currency_id = cls.env.ref('base.GBP')
        return super()._connection_vals()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls.acme

    def choices(self):
        return [self.taxes['20.0% S'], self.taxes['5.0% R']]

    def untaxed(self):
        return self.taxes['0.0% Z']

    @RUN
    @given(specs=DOCUMENTS)
    def test_totals_agree_to_the_cent_with_tax_on_top(self, specs):
        self.check(specs)

    @RUN
    @given(specs=DOCUMENTS)
    def test_totals_agree_to_the_cent_with_tax_included(self, specs):
        for tax in self.taxes.values():
            tax.price_include_override = 'tax_included'
        self.check(specs)
