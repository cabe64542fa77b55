"""What the tests of attachments share: a company whose files go along, and files."""

from ..billing import BillingCase

PDF = b'%PDF-1.4 a scan'
PNG = b'\x89PNG\r\n\x1a\n a picture'


class Files:
    """All files of documents go along, both ways. To be mixed with a case of documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.with_user(cls.manager).attachments = 'all'
        cls().run_engine()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    # === ACTING === #

    def attach(self, move, name="Delivery note.pdf", content=PDF, **vals):
        """Attach a file as the bookkeeper does."""
        return (
            self.env['ir.attachment']
            .with_user(self.user)
            .create({'name': name, 'raw': content, 'res_model': move._name, 'res_id': move.id, **vals})
        )

    def attach_there(self, move, name="Signed.pdf", content=PDF, type='application/pdf'):
        """Attach a file in QuickBooks as a person does; return its Attachable."""
        return self.sandbox.attach(self.mapping(move)._entity, move.qbo_id, name, content, type)

    def send_invoice(self, move):
        """Send an invoice from Odoo; return its PDF."""
        self.env['account.move.send.wizard'].with_context(active_model='account.move', active_ids=move.ids).create(
            {'move_id': move.id, 'sending_methods': ['manual']}
        ).action_send_and_print()
        return move.invoice_pdf_report_id

    def poll(self):
        """Let QuickBooks be asked for files."""
        return self.pull('attachments')

    # === LOOKING === #

    def rows(self, move):
        """Return how the files of a document stand, in the order in which they were noted."""
        return move.qbo_attachment_ids.sorted('id')

    def there(self, move):
        """Return ``[(name, content)]`` of the files of a document in QuickBooks."""
        entity, ref = self.mapping(move)._entity, move.qbo_id
        return [
            (item['FileName'], self.sandbox.content(item['Id']))
            for item in self.sandbox.all('Attachable')
            if any(each['EntityRef'] == {'type': entity, 'value': ref} for each in item.get('AttachableRef') or ())
        ]

    def here(self, move):
        """Return ``[(name, content)]`` of the files of a document in Odoo that people see."""
        files = self.env['ir.attachment'].search([('res_model', '=', move._name), ('res_id', '=', move.id)], order='id')
        return [(file.name, bytes(file.raw)) for file in files]

    def uploads(self):
        """Return how many uploads QuickBooks saw."""
        return sum(row.entity == 'upload' for row in self.sandbox.requests)

    def assertLeft(self, row, words):
        """Assert that a file was left out with a sentence, and that its document is no error for it."""
        self.assertEqual(row.state, 'left')
        self.assertIn(words, row.message)
        document = self.env[row.res_model].browse(row.res_id)
        self.assertEqual(document.qbo_state, 'synced', document.qbo_error)
        self.assertLogged(row.name)


class FileCase(Files, BillingCase):
    """Invoices and credit notes with their files."""
