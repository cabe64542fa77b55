from .payment_case import BillPaymentCase


class TestAgain(BillPaymentCase):
    """What ended in QuickBooks and is confirmed again in Odoo, step by step, is there again, once."""

    def make(self, kind, side):
        """Return a confirmed record that is in QuickBooks."""
        if kind == 'BillPayment':
            record = self.paid()
        elif kind == 'Payment':
            vals = {'payment_type': 'inbound', 'partner_type': 'customer', 'partner_id': self.acme.id}
            record = self.env['account.payment'].create({**vals, 'amount': 20.0, 'journal_id': self.bank.id})
            record.action_post()
        elif kind in ('Bill', 'VendorCredit'):
            move_type = 'in_refund' if kind == 'VendorCredit' else 'in_invoice'
            record = self.bill(move_type=move_type, ref=f'A-{kind}-{side}')
        else:
            record = self.invoice(move_type='out_refund' if kind == 'CreditMemo' else 'out_invoice')
        self.run_engine()
        self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
        return record

    def test_what_ended_and_is_confirmed_again_is_there_again(self):
        kinds = ('Invoice', 'CreditMemo', 'Bill', 'VendorCredit', 'Payment', 'BillPayment')
        for kind, side in [(kind, side) for kind in kinds for side in ('here', 'there')]:
            known = {row['Id'] for row in self.sandbox.all(kind)}
            with self.subTest(kind, ended=side):
                record = self.make(kind, side)
                is_payment, total = kind.endswith('Payment'), self.in_qbo(record)['TotalAmt']
                if side == 'there':
                    self.sandbox.delete(kind, record.qbo_id)
                    self.pull('documents')
                elif is_payment:
                    record.action_cancel()
                else:
                    record.button_draft()
                    record.button_cancel()
                self.run_engine()
                self.assertIn(record.state, ('cancel', 'canceled'))
                self.assertFalse([amount for amount in self.totals(kind, known) if amount])

                for step in ('action_draft' if is_payment else 'button_draft', 'action_post'):
                    getattr(record, step)()
                    self.run_engine()
                    self.pull('documents')
                self.assertIn(record.state, ('posted', 'in_process', 'paid'))
                self.assertEqual((record.qbo_state, record.qbo_error), ('synced', False))
                self.assertEqual(self.totals(kind, known), [total])
                self.assertEqual(self.in_qbo(record)['TotalAmt'], total)

    def test_what_ended_there_can_be_deleted_here(self):
        for kind in ('Invoice', 'CreditMemo', 'Bill', 'VendorCredit', 'Payment', 'BillPayment'):
            with self.subTest(kind):
                record = self.make(kind, 'gone')
                link = self.link(record)
                self.sandbox.delete(kind, record.qbo_id)
                self.pull('documents')
                getattr(record, 'action_draft' if kind.endswith('Payment') else 'button_draft')()
                record.unlink()
                self.run_engine()
                self.assertEqual((link.state, link.error), ('gone', False))
                self.assertFalse(self.env['qbo.change'].search([]))

    def totals(self, kind, known):
        """Return the totals of what QuickBooks has of a type, but for these ids."""
        return [row['TotalAmt'] for row in self.sandbox.all(kind) if row['Id'] not in known]
