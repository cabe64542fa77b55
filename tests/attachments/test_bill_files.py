"""Scans of bills, both ways: what holds for files of invoices holds for these, and the scan is what one looks at."""

from ..purchases.purchase_case import PurchaseCase
from .file_case import PDF, PNG, Files


class TestBillFiles(Files, PurchaseCase):
    def test_the_scan_of_a_bill_goes_with_it(self):
        move = self.draft_bill()
        self.attach(move, "Scan of the bill.pdf")
        move.action_post()
        self.run_engine()
        self.assertEqual(move.qbo_state, 'synced', move.qbo_error)
        self.assertEqual(self.there(move), [("Scan of the bill.pdf", PDF)])
        self.assertEqual(self.uploads(), 1)

    def test_a_scan_that_is_attached_later_is_one_upload(self):
        move = self.synced_bill()
        self.attach(move, "Scan of the bill.pdf")
        self.run_engine()
        self.assertRequests('POST upload')
        self.assertEqual(self.rows(move).state, 'synced')

    def test_a_scan_that_is_attached_in_quickbooks_is_what_one_looks_at_here(self):
        move = self.synced_bill()
        self.attach_there(move, "Scan.pdf")
        self.attach_there(move, "Photo.png", PNG, 'image/png')
        self.poll()
        self.assertEqual(self.here(move), [("Scan.pdf", PDF), ("Photo.png", PNG)])
        self.assertEqual(move.message_main_attachment_id.name, "Scan.pdf")
        self.assertRequests('POST query', 'POST query')
        self.assertEqual((move.qbo_state, self.uploads()), ('synced', 0))

    def test_a_bill_made_in_quickbooks_brings_its_scan(self):
        made = self.buy()
        self.sandbox.attach('Bill', made['Id'], "Scan.pdf", PDF, 'application/pdf')
        self.poll()
        self.pull('documents')
        move = self.bill_of(made)
        self.assertEqual(self.here(move), [("Scan.pdf", PDF)])
        self.assertEqual(move.message_main_attachment_id.name, "Scan.pdf")

    def test_a_vendor_credit_has_files_too(self):
        move = self.synced_bill(move_type='in_refund')
        self.attach(move)
        self.attach_there(move, "Signed.png", PNG, 'image/png')
        self.poll()
        self.assertEqual(sorted(self.there(move)), [("Delivery note.pdf", PDF), ("Signed.png", PNG)])
        self.assertEqual(sorted(self.here(move)), [("Delivery note.pdf", PDF), ("Signed.png", PNG)])

    def test_payments_and_receipts_have_files_too(self):
        """The scan of a check, and the slip of a receipt: what money is paid with, or comes with, on either side."""
        self.bank.qbo_paid_from_id = self.account('Bank', name='Checking')
        sold = self.invoice(move_type='out_receipt')
        bought = self.bill(move_type='in_receipt', ref='R-1')
        records = [self.pay(self.bill()), self.pay(self.invoice()), sold, bought]
        self.pay(sold), self.pay(bought)
        for record in records:
            self.attach(record)
        self.run_engine()
        self.assertNoErrors()
        for record in records:
            with self.subTest(self.link(record).entity):
                self.attach_there(record, "Signed.png", PNG, 'image/png')
                self.poll()
                self.assertEqual(sorted(self.there(record)), [("Delivery note.pdf", PDF), ("Signed.png", PNG)])
                self.assertEqual(sorted(self.here(record)), [("Delivery note.pdf", PDF), ("Signed.png", PNG)])
                self.assertEqual(set(self.rows(record).mapped('state')), {'synced'})
        self.assertEqual({self.link(record).entity for record in records},
                         {'BillPayment', 'Payment', 'SalesReceipt', 'Purchase'})  # fmt: skip

    def test_files_of_bills_are_never_enclosed_in_e_mails(self):
        self.connection.attachments_on_send = True
        move = self.synced_bill()
        self.attach(move)
        self.run_engine()
        [file] = self.sandbox.all('Attachable')
        self.assertFalse(file['AttachableRef'][0]['IncludeOnSend'])
