"""Files of documents, Odoo to QuickBooks: once each, and the document never waits for them."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form

from ...qbo import attachments
from .file_case import PDF, PNG, FileCase


class TestSending(FileCase):
    # === WHICH === #

    def test_a_file_attached_to_a_document_is_one_upload(self):
        move = self.synced_invoice()
        self.attach(move)
        self.run_engine()
        self.assertRequests('POST upload')
        self.assertEqual(self.there(move), [("Delivery note.pdf", PDF)])
        row = self.rows(move)
        self.assertEqual((row.state, row.origin, row.message), ('synced', 'odoo', False))
        self.assertEqual(move.qbo_state, 'synced')
        self.assertLogged("Delivery note.pdf of")
        self.run_engine()
        self.assertRequests('POST upload')

    def test_files_of_a_document_go_in_one_call(self):
        move = self.synced_invoice()
        self.attach(move, "a.pdf")
        self.attach(move, "b.png", PNG)
        self.run_engine()
        self.assertRequests('POST upload')
        self.assertEqual(self.there(move), [("a.pdf", PDF), ("b.png", PNG)])

    def test_files_of_a_draft_go_once_it_is_in_quickbooks(self):
        move = self.draft()
        self.attach(move)
        self.run_engine()
        self.assertRequests()
        self.assertEqual(self.rows(move).state, 'pending')
        move.action_post()
        self.run_engine()
        self.assertRequests('POST invoice', 'POST upload')

    def test_a_credit_note_has_files_too(self):
        move = self.synced_invoice(move_type='out_refund')
        self.attach(move)
        self.run_engine()
        self.assertEqual(self.there(move), [("Delivery note.pdf", PDF)])

    def test_a_file_of_what_is_no_document_of_quickbooks_is_forgotten(self):
        move, entry = self.invoice(qbo_invoice_type='odoo'), self.env['account.move'].create({'move_type': 'entry'})
        self.attach(move)
        self.attach(entry)
        self.attach(self.acme)
        self.run_engine()
        self.assertRequests()
        self.assertEqual(self.env['qbo.attachment'].search([]).mapped('res_id'), move.ids)  # it may be for it later

    def test_the_pdf_of_a_sent_invoice_goes_and_stays_one_when_it_is_detached(self):
        move = self.synced_invoice()
        pdf = self.send_invoice(move)
        self.run_engine()
        sent = self.there(move)  # in tests Odoo attaches the same as data too, which else is within the PDF
        self.assertIn((pdf.name, bytes(pdf.raw)), sent)
        self.assertEqual(self.uploads(), 1)
        self.sandbox.requests.clear()
        move.button_draft()  # Odoo makes a file that people see of it, under another name
        move.action_post()
        self.run_engine()
        self.assertEqual(self.uploads(), 0, self.sandbox.requests.table())
        self.assertEqual(self.there(move), sent)

    def test_pdfs_only_leaves_what_people_attach(self):
        self.connection.attachments = 'pdf'
        move = self.synced_invoice()
        self.attach(move)
        pdf = self.send_invoice(move)
        self.run_engine()
        self.assertEqual([name for name, _content in self.there(move)], [pdf.name])
        files = self.here(move)
        self.attach_there(move)
        self.poll()
        self.assertEqual(self.here(move), files)

    def test_technical_files_never_go(self):
        move = self.synced_invoice()
        self.attach(move.sudo(), "invoice.xml", b'<Invoice/>', res_field='ubl_cii_xml_file')
        self.env['ir.attachment'].create(
            {'name': "x", 'type': 'url', 'url': "https://x.example", 'res_model': move._name, 'res_id': move.id}
        )
        self.run_engine()
        self.assertRequests()
        self.assertFalse(self.rows(move))

    def test_none_notes_nothing_and_all_takes_what_was_attached_before(self):
        self.connection.attachments = 'none'
        move = self.synced_invoice()
        file = self.attach(move)
        self.run_engine()
        self.assertFalse(self.rows(move))
        self.connection.attachments = 'all'
        self.run_engine()
        self.assertEqual(self.there(move), [(file.name, PDF)])
        self.assertEqual(self.uploads(), 1)
        self.connection.attachments = 'none'
        self.connection.attachments = 'all'
        self.run_engine()
        self.assertEqual(self.uploads(), 1, self.sandbox.requests.table())

    def test_what_a_document_had_before_billing_goes_with_it(self):
        self.connection.sync_billing = False
        move = self.invoice()
        self.attach(move)
        self.run_engine()
        self.assertFalse(self.env['qbo.attachment'].search([]))
        self.connection.with_user(self.manager).action_switch_on_billing()
        self.run_engine()
        self.assertEqual(self.there(move), [("Delivery note.pdf", PDF)], self.sandbox.requests.table())
        self.assertEqual(self.uploads(), 1)

    def test_what_both_had_before_is_linked_and_not_sent_again(self):
        self.connection.attachments = 'none'
        move = self.synced_invoice()
        self.attach(move, "Same.pdf")
        made = self.attach_there(move, "Same.pdf")
        self.connection.attachments = 'all'
        self.run_engine()
        self.assertEqual((self.uploads(), self.rows(move).mapped('qbo_id')), (0, [made['Id']]))
        self.assertEqual((len(self.here(move)), len(self.there(move))), (1, 1))

    def test_a_chatter_message_brings_its_file(self):
        move = self.synced_invoice()
        file = self.env['ir.attachment'].create(
            {'name': "Told.txt", 'raw': b'told', 'res_model': 'mail.compose.message'}
        )
        move.message_post(attachment_ids=file.ids)
        self.run_engine()
        self.assertEqual(self.there(move), [("Told.txt", b'told')])

    # === ONCE EACH === #

    def test_the_same_content_twice_is_one_file(self):
        move = self.synced_invoice()
        self.attach(move, "One.pdf")
        self.attach(move, "Two.pdf")
        self.run_engine()
        self.attach(move, "Three.pdf")
        self.run_engine()
        self.assertEqual([name for name, _content in self.there(move)], ["One.pdf"])
        self.assertEqual(len(self.rows(move)), 1)

    def test_another_content_is_another_file(self):
        move = self.synced_invoice()
        file = self.attach(move, "Note.txt", b'first')
        self.run_engine()
        file.raw = b'second'
        self.run_engine()
        self.assertEqual(self.there(move), [("Note.txt", b'first'), ("Note.txt", b'second')])

    def test_a_lost_answer_is_looked_for_and_not_sent_again(self):
        move = self.synced_invoice()
        self.sandbox.arm('drop_after_commit', on='upload')
        self.attach(move, "a.pdf")
        self.attach(move, "b.png", PNG)
        self.run_engine()
        self.assertEqual(move.qbo_state, 'synced')
        self.wait(minutes=2)
        self.run_engine()
        self.assertRequests('POST upload', 'POST query')
        self.assertEqual(self.rows(move).mapped('state'), ['synced', 'synced'])
        self.assertEqual(len(self.there(move)), 2)

    def test_what_was_sent_after_the_backup_that_was_restored_is_looked_for(self):
        """Noted when the backup was made, stored and not sent yet, or sent and without an answer."""
        for state, attempts in (('pending', 0), ('sending', 0), ('sending', 1)):
            with self.subTest(state=state, attempts=attempts):
                move = self.synced_invoice()
                self.attach(move, "a.pdf")
                self.run_engine()
                row = self.rows(move)
                row.request_id.write({'state': 'unanswered', 'attempts': attempts})
                row.write({'state': state, 'qbo_id': False, 'attempts': attempts})
                if state == 'pending':
                    row.request_id.unlink()
                self.attach(move, "b.png", PNG)
                self.sandbox.requests.clear()
                self.connection.with_user(self.manager).action_restored()
                self.run_engine()
                self.wait(minutes=2)
                self.run_engine()
                self.assertEqual(self.there(move), [("a.pdf", PDF), ("b.png", PNG)], self.sandbox.requests.table())
                self.assertEqual(set(self.rows(move).mapped('state')), {'synced'})

    def test_what_was_not_kept_goes_again_under_its_request_id(self):
        move = self.synced_invoice()
        self.sandbox.arm('drop_before', on='upload')
        self.attach(move)
        self.run_engine()
        self.wait(minutes=2)
        self.run_engine()
        self.assertRequests('POST upload', 'POST query', 'POST upload')
        request = self.rows(move).request_id
        self.assertEqual((request.state, request.attempts, request.operation), ('done', 2, 'upload'))
        self.assertEqual(self.there(move), [("Delivery note.pdf", PDF)])

    def test_a_file_that_is_answered_by_null_is_looked_for(self):
        move = self.synced_invoice()
        self.sandbox.arm('upload_null')
        self.attach(move, "b.png", PNG)
        self.attach(move, "a.pdf")
        self.run_engine()
        self.wait(minutes=2)
        self.run_engine()
        self.assertRequests('POST upload', 'POST query', 'POST upload')
        self.assertEqual(sorted(self.there(move)), [("a.pdf", PDF), ("b.png", PNG)])

    def test_while_an_upload_has_no_answer_the_poll_does_not_take_it_for_a_new_one(self):
        move = self.synced_invoice()
        self.sandbox.arm('drop_after_commit', on='upload')
        self.attach(move)
        self.sandbox.arm('status', on='query', status=400, times=1)  # it cannot be looked for now
        self.run_engine()
        self.assertEqual(self.rows(move).state, 'sending')
        self.poll()
        self.wait(hours=2)
        self.run_engine()
        self.assertEqual((len(self.here(move)), len(self.there(move)), len(self.rows(move))), (1, 1, 1))
        self.assertEqual(self.uploads(), 1)

    def test_what_cannot_be_asked_stops_nothing_else(self):
        """Also for good: a question that QuickBooks does not understand any more is one about files only."""
        move = self.synced_invoice()
        self.sandbox.arm('drop_before', on='upload')
        self.sandbox.arm('status', on='query', status=400, times=None)
        self.attach(move)
        for _time in range(3):
            self.run_engine()
            self.wait(hours=2)
        self.assertFalse(self.connection.paused_until)
        self.assertLogged("Attachments rest for a while")
        other = self.invoice()
        self.run_engine()
        self.assertEqual((other.qbo_state, self.rows(move).state), ('synced', 'sending'))
        self.sandbox.disarm()
        self.wait(hours=2)
        self.run_engine()
        self.assertEqual(self.there(move), [("Delivery note.pdf", PDF)])

    # === REFUSED === #

    def test_throttled_everything_rests_for_a_minute_and_goes_on(self):
        move = self.synced_invoice()
        self.sandbox.arm('status', on='upload', status=429)
        self.attach(move)
        self.run_engine()
        self.assertTrue(self.connection.paused_until)
        self.wait(minutes=2)
        self.run_engine()
        self.assertEqual(self.there(move), [("Delivery note.pdf", PDF)])
        self.assertEqual(self.uploads(), 2)

    def test_an_error_of_quickbooks_is_tried_again_and_stops_no_document(self):
        move = self.synced_invoice()
        self.sandbox.arm('status', on='upload', status=500, times=None)
        self.attach(move)
        self.run_engine()
        other = self.invoice()
        self.run_engine()
        self.assertEqual((other.qbo_state, move.qbo_state), ('synced', 'synced'))
        for _attempt in range(6):
            self.wait(hours=2)
            self.run_engine()
        self.assertLeft(self.rows(move), "did not answer 5 times in a row")
        self.sandbox.disarm()
        self.rows(move).with_user(self.user).action_retry()
        self.run_engine()
        self.assertEqual(self.rows(move).state, 'synced', self.rows(move).message)

    def test_used_up_reads_have_files_wait_and_nothing_else(self):
        one, two = self.synced_invoice(), self.synced_invoice()
        self.sandbox.arm('drop_after_commit', on='upload')
        self.sandbox.arm('reads_used_up', on='query', times=None)
        self.attach(one)
        for _time in range(2):
            self.run_engine()
            self.wait(hours=2)
        self.assertFalse(self.connection.paused_until)
        self.assertEqual(self.rows(one).state, 'sending')
        self.sandbox.disarm()
        self.attach(two)
        self.run_engine()
        self.assertEqual((self.rows(one).state, self.rows(two).state), ('synced', 'synced'))
        self.assertEqual((len(self.there(one)), len(self.there(two))), (1, 1))

    def test_one_bad_file_stops_no_other(self):
        move = self.synced_invoice()
        self.sandbox.arm('data_fault', on='attachable', code='6000', detail="Files like this are not taken")
        self.attach(move, "bad.pdf")
        self.attach(move, "good.png", PNG)
        self.run_engine()
        bad, good = self.rows(move)
        self.assertLeft(bad, "QuickBooks refused it: Files like this are not taken")
        self.assertEqual(good.state, 'synced')

    def test_a_call_refused_as_a_whole_is_repeated_file_by_file(self):
        move = self.synced_invoice()
        self.sandbox.arm('status', on='upload', status=413)
        self.attach(move, "a.pdf")
        self.attach(move, "b.png", PNG)
        self.run_engine()
        self.assertRequests('POST upload', 'POST upload', 'POST upload')
        self.assertEqual(self.rows(move).mapped('state'), ['synced', 'synced'])

    def test_a_kind_that_intuit_does_not_take_is_said_and_not_sent(self):
        move = self.synced_invoice()
        self.attach(move, "page.html", b'<p>told</p>')
        self.attach(move, "without an end", b'told')
        self.attach(move, "empty.txt", b'')
        self.run_engine()
        self.assertRequests()
        for row, words in zip(self.rows(move), ("does not take", "does not take", "It is empty"), strict=True):
            self.assertLeft(row, words)

    def test_a_file_that_is_too_large_is_said(self):
        move, limit = self.synced_invoice(), attachments.FILE_MAX
        self.addCleanup(setattr, attachments, 'FILE_MAX', limit)
        attachments.FILE_MAX = 2_000_000
        self.attach(move, "large.txt", b'x' * 2_000_001)
        self.run_engine()
        self.assertRequests()
        self.assertLeft(self.rows(move), "This one has 2 MB")

    def test_renamed_it_goes(self):
        move = self.synced_invoice()
        self.attach(move, "scan", PDF)
        self.run_engine()
        self.attach(move, "scan.pdf", PDF)
        self.run_engine()
        self.assertEqual(self.there(move), [("scan.pdf", PDF)])
        self.assertEqual(self.rows(move).mapped('state'), ['synced'])

    # === SETTINGS, DELETED, RIGHTS === #

    def test_include_on_send_is_a_setting(self):
        move = self.synced_invoice()
        self.attach(move, "a.pdf")
        self.run_engine()
        with Form(self.connection.with_user(self.manager)) as form:
            form.attachments_on_send = True
        self.attach(move, "b.png", PNG)
        self.run_engine()
        refs = [item['AttachableRef'][0]['IncludeOnSend'] for item in self.sandbox.all('Attachable')]
        self.assertEqual(refs, [False, True])

    def test_deleted_in_odoo_it_stays_in_quickbooks_and_does_not_come_back(self):
        move = self.synced_invoice()
        file = self.attach(move)
        self.run_engine()
        file.unlink()
        self.run_engine()
        self.assertEqual((self.rows(move).state, len(self.there(move))), ('gone', 1))
        self.assertIn("deleted in Odoo. It stays in QuickBooks", self.rows(move).message)
        self.assertLogged("was deleted in Odoo. It stays in QuickBooks.")
        self.poll()
        self.assertEqual(self.here(move), [])
        self.attach(move)
        self.run_engine()
        self.assertEqual((self.rows(move).mapped('state'), len(self.there(move))), (['synced'], 1))

    def test_a_file_deleted_before_it_went_is_forgotten(self):
        move = self.synced_invoice()
        self.attach(move).unlink()
        self.run_engine()
        self.assertRequests()
        self.assertFalse(self.rows(move))

    def test_who_may_see_the_document_sees_its_files(self):
        move = self.synced_invoice()
        self.attach(move)
        self.run_engine()
        row = self.rows(move)
        self.assertEqual(move.with_user(self.user).qbo_attachment_ids.mapped('name'), ["Delivery note.pdf"])
        stranger = self._new_user('stranger', 'base.group_user')
        for user in (stranger, self._new_user('portal', 'base.group_portal')):
            with self.assertRaises(AccessError):
                row.with_user(user).read(['name'])
            with self.assertRaises(AccessError):
                row.with_user(user).action_retry()

    def test_a_document_that_waits_has_no_share_in_it(self):
        """Nothing of a file is a change of its document, or a request that it waits for."""
        move = self.synced_invoice()
        self.sandbox.arm('drop_after_commit', on='upload', times=None)
        self.attach(move)
        self.run_engine()
        step = self.step()
        self.assertFalse(step.env['qbo.request']._pending(self.connection))
        self.assertFalse(self.env['qbo.change'].search([('connection_id', '=', self.connection.id)]))
        move.write({'invoice_date_due': fields.Date.add(move.invoice_date, days=9)})
        self.run_engine()
        self.assertEqual(move.qbo_state, 'synced')
        self.assertEqual(self.sandbox.get('Invoice', move.qbo_id)['DueDate'], str(move.invoice_date_due))
