from .billing import BillingCase

QUERIES_OF_A_PUSH = 30  # for each invoice of a wave; today 23


class TestCost(BillingCase):
    """How many queries of the database the engine needs: what grows with the number of records."""

    def test_what_comes_back_unchanged_costs_no_queries_of_its_own(self):
        self.synced_invoice()
        few = self._queries(self.pull, 'documents')
        self._post(20)
        self.run_engine()
        many = self._queries(self.pull, 'documents')
        self.assertLess(many - few, 10)
        self.assertEqual(self.env['qbo.link'].search_count([('res_model', '=', 'account.move')]), 21)

    def test_a_wave_reads_what_its_documents_share_once(self):
        self.synced_invoice()
        self._post(5)
        few = self._queries(self.run_engine)
        self._post(25)
        many = self._queries(self.run_engine)
        self.assertLess((many - few) / 20, QUERIES_OF_A_PUSH)
        self.assertNoErrors()

    def _post(self, count):
        for _number in range(count):
            self.invoice()

    def _queries(self, function, *args):
        """Return how many queries a call makes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(*args)
        return self.env.cr.sql_log_count - before
