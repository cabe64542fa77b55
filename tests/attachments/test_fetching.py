"""Files of documents, QuickBooks to Odoo: only from Intuit's hosts, of the right size and kind, and once each."""

from .file_case import PDF, PNG, FileCase


class TestFetching(FileCase):
    # === WHICH === #

    def test_a_file_attached_in_quickbooks_comes_with_the_next_poll_and_is_not_sent_back(self):
        move = self.synced_invoice()
        made = self.attach_there(move)
        self.poll()
        # Which are new, then their addresses, then the file; what is new is no question whether it is still there.
        self.assertRequests('POST query', 'POST query')
        self.assertEqual(self.here(move), [("Signed.pdf", PDF)])
        row = self.rows(move)
        self.assertEqual((row.state, row.origin, row.qbo_id), ('synced', 'qbo', made['Id']))
        self.assertLogged("Signed.pdf of")
        self.poll()
        self.assertEqual((len(self.here(move)), len(self.there(move)), self.uploads()), (1, 1, 0))

    def test_reads_are_counted(self):
        move = self.synced_invoice()
        self.attach_there(move)
        before = self.connection.reads_this_month
        self.poll()
        self.assertEqual(self.connection.reads_this_month - before, 2)

    def test_several_documents_and_several_files_are_two_questions(self):
        one, two = self.synced_invoice(), self.synced_invoice(move_type='out_refund')
        self.attach_there(one, "a.pdf")
        self.attach_there(one, "b.png", PNG, 'image/png')
        self.attach_there(two, "c.pdf")
        self.sandbox.requests.clear()
        self.poll()
        self.assertRequests('POST query', 'POST query')
        self.assertEqual(self.here(one), [("a.pdf", PDF), ("b.png", PNG)])
        self.assertEqual(self.here(two), [("c.pdf", PDF)])

    def made_there(self):
        """Return an invoice that was made in QuickBooks, with a file."""
        detail = {'ItemRef': {'value': self.chlorine.qbo_id}, 'Qty': 1, 'UnitPrice': 10.0}
        line = {'DetailType': 'SalesItemLineDetail', 'Amount': 10.0, 'SalesItemLineDetail': detail}
        customer = {'value': self.acme.qbo_id}
        values = {'CustomerRef': customer, 'TxnDate': str(self.today), 'Line': [line]}
        made = self.sandbox.create('Invoice', values)
        self.sandbox.attach('Invoice', made['Id'], "Signed.pdf", PDF, 'application/pdf')
        return made

    def test_a_file_of_a_document_that_odoo_has_not_yet_comes_with_the_document(self):
        made = self.made_there()
        self.poll()
        self.assertEqual(self.env['qbo.attachment'].search([('entity_id', '=', made['Id'])]).state, 'pending')
        self.pull('documents')
        move = self.env['account.move'].search([('qbo_id', '=', made['Id'])])
        self.assertEqual(self.here(move), [("Signed.pdf", PDF)])

    def test_notes_and_files_of_others_stay_there(self):
        move = self.synced_invoice()
        ref = {'EntityRef': {'type': 'Invoice', 'value': move.qbo_id}}
        self.sandbox.create('Attachable', {'Note': "See the paper", 'AttachableRef': [ref]})
        self.sandbox.create('Attachable', {'FileName': "never.pdf", 'AttachableRef': [ref]})
        self.sandbox.attach('Customer', self.acme.qbo_id, "Contract.pdf", PDF, 'application/pdf')
        self.poll()
        self.assertFalse(self.env['qbo.attachment'].search([]))
        self.assertEqual(self.here(move), [])

    def test_one_file_of_two_documents_comes_to_both(self):
        one, two = self.synced_invoice(), self.synced_invoice()
        made = self.attach_there(one)
        refs = [{'EntityRef': {'type': 'Invoice', 'value': move.qbo_id}} for move in (one, two)]
        self.sandbox.update('Attachable', made['Id'], {'AttachableRef': refs})
        self.poll()
        self.assertEqual((self.here(one), self.here(two)), ([("Signed.pdf", PDF)], [("Signed.pdf", PDF)]))
        self.assertEqual((self.rows(one).qbo_id, self.rows(two).qbo_id), (made['Id'], made['Id']))

    def test_a_file_that_the_document_has_already_is_linked(self):
        move = self.synced_invoice()
        self.connection.attachments = 'none'
        self.attach(move, "Scan of Monday.pdf", PDF)
        self.attach_there(move, "Signed.pdf", PDF)
        self.connection.attachments = 'all'
        self.poll()
        self.assertEqual([name for name, _content in self.here(move)], ["Scan of Monday.pdf"])

    def test_where_odoo_is_the_source_no_file_comes(self):
        move = self.synced_invoice()
        self.connection.direction = 'odoo'
        self.attach_there(move)
        self.poll()
        self.assertEqual(self.here(move), [])
        self.attach(move, "Out.pdf", PNG)
        self.run_engine()
        self.assertEqual(self.uploads(), 1)

    # === WHAT IS FETCHED === #

    def fetch_with(self, fault, times=1, **params):
        """Let a file come under a fault; return its document and how it stands."""
        move = self.synced_invoice()
        self.attach_there(move)
        self.sandbox.arm(fault, times=times, **params)
        self.poll()
        return move, self.env['qbo.attachment'].search([])

    def test_another_host_gets_no_call(self):
        move, row = self.fetch_with('address_elsewhere', times=None, host='files.example.com')
        self.sandbox.disarm()
        self.assertLeft(row, "it is at files.example.com, which is not Intuit's")
        self.assertEqual(self.here(move), [])

    def test_half_a_file_is_fetched_again_and_in_the_end_said(self):
        move, row = self.fetch_with('download_cut', times=None)
        self.assertEqual((row.state, self.here(move)), ('pending', []))
        for _attempt in range(6):
            self.wait(hours=2)
            self.run_engine()
        self.assertLeft(row, "5 times in a row: not all of it came")
        self.sandbox.disarm()
        row.with_user(self.user).action_retry()
        self.run_engine()
        self.assertEqual(self.here(move), [("Signed.pdf", PDF)])

    def test_content_that_is_not_what_the_name_says_is_not_taken(self):
        move, row = self.fetch_with('download_other')
        self.assertLeft(row, "Its content is not what its name says")
        self.assertEqual(self.here(move), [])

    def test_a_kind_that_intuit_does_not_name_is_not_taken(self):
        move = self.synced_invoice()
        made = self.attach_there(move, "told.txt", b'told')
        self.sandbox.overwrite('Attachable', made['Id'], {'FileName': "told.html"})
        self.poll()
        self.assertLeft(self.rows(move), "Files of this kind are not taken")
        self.assertEqual(self.here(move), [])

    def test_a_page_in_a_text_is_served_as_text(self):
        """The engine may do all, and Odoo neutralizes only what others upload."""
        move = self.synced_invoice()
        page = b'<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'
        for name, content in (
            ("page.txt", page),
            ("page.xml", b'<?xml version="1.0"?>' + page),
            ("image.xml", b'<svg onload="alert(1)"/>'),
        ):
            self.attach_there(move, name, content, 'text/html')
        self.poll()
        files = self.env['ir.attachment'].search([('res_model', '=', 'account.move'), ('res_id', '=', move.id)])
        self.assertEqual(len(files), 3)
        self.assertEqual(set(files.mapped('mimetype')), {'text/plain'})
        self.assertFalse(any(files.mapped('public')))

    def test_an_error_while_fetching_stops_no_document(self):
        move = self.synced_invoice()
        self.attach_there(move)
        self.sandbox.arm('status', on='query', status=500, skip=1)
        self.poll()
        other = self.invoice()
        self.wait(hours=2)
        self.run_engine()
        self.assertEqual((other.qbo_state, move.qbo_state), ('synced', 'synced'))
        self.assertEqual(self.here(move), [("Signed.pdf", PDF)])

    # === DELETED === #

    def test_deleted_in_quickbooks_it_stays_in_odoo_and_is_not_sent_again(self):
        move = self.synced_invoice()
        self.attach(move)
        self.run_engine()
        self.sandbox.delete('Attachable', self.rows(move).qbo_id)
        self.poll()
        row = self.rows(move)
        self.assertEqual((row.state, len(self.here(move))), ('gone', 1))
        self.assertIn("deleted in QuickBooks. It stays in Odoo", row.message)
        self.assertLogged("deleted in QuickBooks. It stays in Odoo.")
        uploads = self.uploads()
        self.connection.attachments = 'none'
        self.connection.attachments = 'all'
        self.poll()
        self.assertEqual((self.uploads(), move.qbo_state), (uploads, 'synced'))

    def test_of_more_files_than_one_poll_asks_for_the_next_asks_for_the_rest(self):
        invoice = self.synced_invoice()
        ref = {'EntityRef': {'type': 'Invoice', 'value': invoice.qbo_id}}
        there = self.sandbox.create_many(
            'Attachable', [{'FileName': f'{number}.pdf', 'AttachableRef': [ref]} for number in range(520)]
        )
        file = self.attach(invoice)
        self.run_engine()
        known = {'qbo_company_id': self.connection.qbo_company_id.id, 'state': 'synced', 'attachment_id': file.id}
        known |= {'entity': 'Invoice', 'entity_id': invoice.qbo_id, 'origin': 'odoo', 'name': "x.pdf"}
        known |= {'res_model': 'account.move', 'res_id': invoice.id}
        rows = self.env['qbo.attachment'].create([{**known, 'qbo_id': item['Id']} for item in there])
        for item in there[-2:]:
            self.sandbox.delete('Attachable', item['Id'])
        found = []
        for _poll in range(2):
            self.wait(minutes=1)
            self.poll()
            found.append(len(rows.filtered(lambda row: row.state == 'gone')))
        self.assertEqual(found[-1], 2)

    def test_taken_off_its_document_there_it_stays_here_and_put_back_it_is_well(self):
        move = self.synced_invoice()
        made = self.attach_there(move)
        self.poll()
        customer = {'EntityRef': {'type': 'Customer', 'value': self.acme.qbo_id}}
        self.sandbox.update('Attachable', made['Id'], {'AttachableRef': [customer]})
        self.poll()
        row = self.rows(move)
        self.assertEqual((row.state, len(self.here(move))), ('gone', 1))
        self.assertIn("taken off the document", row.message)
        invoice = {'EntityRef': {'type': 'Invoice', 'value': move.qbo_id}}
        self.sandbox.update('Attachable', made['Id'], {'AttachableRef': [invoice]})
        self.poll()
        self.assertEqual((row.state, row.message, len(self.here(move))), ('synced', False, 1))

    def test_deleted_there_before_it_came_it_is_forgotten(self):
        move = self.synced_invoice()
        made = self.attach_there(move)
        self.env['qbo.attachment'].create(
            {
                'qbo_company_id': self.connection.qbo_company_id.id,
                'name': "Signed.pdf",
                'qbo_id': made['Id'],
                'entity': 'Invoice',
                'entity_id': move.qbo_id,
                'origin': 'qbo',
            }
        )
        self.sandbox.delete('Attachable', made['Id'])
        self.run_engine()
        self.assertFalse(self.env['qbo.attachment'].search([]))

    def test_undone_with_its_document_the_file_stays_in_quickbooks_and_comes_with_it_again(self):
        self.connection.take_invoices_as = 'draft'
        made = self.made_there()
        self.pull('documents')
        self.poll()
        move = self.env['account.move'].search([('qbo_id', '=', made['Id'])])
        self.assertEqual(self.here(move), [("Signed.pdf", PDF)])
        self.connection.sudo()._ask_to_take_back(self.link(move))
        self.run_engine()
        self.assertFalse(move.exists())
        [file] = self.sandbox.all('Attachable')
        self.assertEqual(file['AttachableRef'][0]['EntityRef'], {'type': 'Invoice', 'value': made['Id']})
        self.step().take([('Invoice', made['Id'])])
        self.run_engine()
        move = self.env['account.move'].search([('qbo_id', '=', made['Id'])])
        self.assertEqual((self.here(move), self.uploads()), ([("Signed.pdf", PDF)], 0))

    def test_the_poll_strikes_only_where_files_go_along(self):
        schedule = self.connection._schedule('attachments')
        self.assertTrue(schedule.next_run)
        self.connection.attachments = 'none'
        self.assertFalse(schedule.next_run)
        self.sandbox.requests.clear()
        self.poll()
        self.assertRequests()
