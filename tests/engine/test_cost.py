from ..billing import BillingCase

QUERIES_OF_A_PUSH = 22  # for each invoice of a wave; today 16


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


class TestThere(BillingCase):
    """Which records exist is asked once, and what a step deletes itself is not there any more."""

    def links(self, *records):
        return self.env['qbo.link'].concat(*(record.sudo().qbo_link_id for record in records))

    def test_records_behind_references_are_read_once_for_all(self):
        customers = [self.customer(f"Customer {number}") for number in range(20)]
        self.run_engine()
        refers = [('Customer', customer.qbo_id) for customer in customers] + [('Item', self.chlorine.qbo_id)]
        step = self.step()
        step.load_behind(refers)
        before = self.env.cr.sql_log_count

        found = [step.record_of(*pair) for pair in refers]

        self.assertEqual(self.env.cr.sql_log_count, before)
        self.assertEqual([record.id for record in found], [record.id for record in (*customers, self.chlorine)])

    def test_what_is_deleted_is_not_there(self):
        partner, product, single = self.customer(), self.chlorine, self.visit
        self.run_engine()
        for record, delete in (
            (partner, partner.unlink),
            (product, product.unlink),
            (single, single.product_tmpl_id.unlink),
        ):
            with self.subTest(record=record):
                step, link = self.step(), self.links(record)
                step.load_behind([(link.entity, link.qbo_id)])
                self.assertEqual(step.record_of(link.entity, link.qbo_id).id, record.id)

                delete()

                self.assertFalse(step.record_of(link.entity, link.qbo_id))
                self.assertFalse(step.record(link))
                self.run_engine()
                self.assertEqual(link.state, 'gone')

    def test_what_is_undone_is_there_again(self):
        partner = self.customer()
        self.run_engine()
        step, link = self.step(), self.links(partner)
        self.assertTrue(step.record(link))
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            partner.unlink()
            self.assertFalse(step.record(link))
            raise ZeroDivisionError
        self.assertTrue(step.record(link))
