from ...qbo.reports import trial_balance
from ..common import QboCase


class TestReports(QboCase):
    def test_the_trial_balance_is_what_the_documents_post_and_a_read_in_the_trace(self):
        self.sandbox.create(
            'Invoice',
            {
                'CustomerRef': {'value': '1'},
                'Line': [
                    {
                        'Amount': 145,
                        'DetailType': 'SalesItemLineDetail',
                        'SalesItemLineDetail': {'ItemRef': {'value': '1'}},
                    }
                ],
            },
        )
        today = self.sandbox.clock.today().isoformat()
        with self.enter_registry_test_mode():
            answer = self.connection._read(
                'GET reports/TrialBalance', lambda qbo: qbo.report('TrialBalance', start_date=today, end_date=today)
            )

        found = trial_balance(answer.values)
        self.assertEqual(found, {account: cents for (account, _none), cents in self.sandbox.balances().items()})
        self.assertTrue(found)
        self.assertEqual(sum(found.values()), 0)
        self.assertRequests('GET reports')
        trace = self.env['qbo.request'].search(
            [('qbo_company_id', '=', self.connection.qbo_company_id.id)], order='id desc', limit=1
        )
        self.assertEqual((trace.operation, trace.body), ('read', 'GET reports/TrialBalance'))
