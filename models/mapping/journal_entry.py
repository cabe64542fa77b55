from odoo import models


class QboMappingJournalEntry(models.AbstractModel):
    _name = 'qbo.mapping.journal_entry'
    _inherit = 'qbo.mapping.legacy'
    _description = "JournalEntry"

    _entity = 'JournalEntry'
    _record_model = 'qbo.entry'
    _switch = 'sync_entries'
    _name_member = 'DocNumber'
    _refers_to = ('Customer',)
    _is_source = True
