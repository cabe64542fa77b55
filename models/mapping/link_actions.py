"""The buttons on a link."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...qbo import merge
from ..connection.dialog import dialog


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def _dialog(self):
        return dialog(
            self, self.env._("QuickBooks"), views=[(self.env.ref('quickbooks_online.qbo_link_view_form').id, 'form')]
        )

    def action_retry(self):
        """Try these records again."""
        self._check_may('read')
        for link in self.sudo():
            link._reopen()
            link._append_change()
        self.sudo().filtered(lambda link: not link.res_id).connection_id._wake()
        return self.env['qbo.connection']._toast(self.env._("It is tried again now."))

    def action_link_candidate(self):
        """Link this record with the QuickBooks customer that has its name."""
        self.ensure_one()
        self._check_may('write')
        link = self.sudo()
        if not link.can_link_candidate:
            raise UserError(self.env._("This QuickBooks record cannot be linked with %s.", link.name))
        return link._tie_soon(link.candidate['id'])

    def action_link_record(self):
        """Link this entity with the record of Odoo that was asked about; an archived one is in use again."""
        self.ensure_one()
        self._check_may('write')
        link = self.sudo()
        if link.error_fix != 'meet':
            raise UserError(self.env._("Nothing is asked about %s any more.", link.name))
        record = self.env[link.res_model].browse(link.candidate['res_id']).exists()
        record.check_access('write')
        step, mapping = link._step(), link._mapping()
        own = step.link_for(mapping, record.sudo())
        if not record or own.qbo_id:
            raise UserError(self.env._("It is linked with another one in QuickBooks, or deleted. Press Retry."))
        if 'active' in record and not record.active:
            record.action_unarchive()
        return own._tie_soon(link.qbo_id)

    def _tie_soon(self, qbo_id):
        """Tie this record to an entity that exists; the engine fetches it and merges the two."""
        self._make_room(qbo_id)
        self.write({**self._tied_vals(qbo_id), 'mode': 'auto', **self._taken_soon()})
        self.connection_id._retry_refused()  # what refers to it may be taken now
        return self.env['qbo.connection']._toast(self.env._("It is linked now."))

    def _link_found(self, qbo_id):
        """Link this record, which was sent and not answered, with what it is in QuickBooks."""
        if qbo_id not in [row['id'] for row in self.perhaps or ()]:
            raise UserError(self.env._("Nothing is asked about %s any more.", self.name))
        step = self._step()
        if step.links_to(self.entity, [qbo_id])._is_taken():
            raise UserError(self.env._("Another record is linked with it by now. Press Retry."))
        step.wake_waiting(self)  # the others that it might have been
        self.lost = False
        return self._tie_soon(qbo_id)

    def _send_anyway(self):
        """Create this record in QuickBooks: nothing that was found there is the same. That is imported by itself."""
        if not self.perhaps:
            raise UserError(self.env._("Nothing is asked about %s any more.", self.name))
        rows = self.search([('waits_for_id', '=', self.id), ('res_id', '=', False)])
        rows.write({**self._cleared(), 'mode': 'always', **self._taken_soon()})
        self.write({**self._cleared(), 'state': 'pending', 'lost': 'anyway'})
        self._append_change()
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def action_send_as_suggested(self):
        """Send this record under another name in QuickBooks; its name in Odoo stays."""
        self.ensure_one()
        self._check_may('write')
        link = self.sudo()
        if not link.suggested_name:
            raise UserError(self.env._("%s has its own name in QuickBooks.", link.name))
        link._mapping()._take_suggestion(link._step(), link._record())
        link.write({**link._cleared(), 'state': 'pending'})
        link._append_change()
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def action_keep_odoo(self):
        """Decide a conflict for Odoo's version: it is sent to QuickBooks."""
        for link in self._in_conflict():
            link.base_qbo = merge.unflatten(
                {**merge.flatten(link.base_qbo or {}), **{row['path']: row['qbo'] for row in link.conflicts}}
            )
            link.write({**link._cleared(), 'state': 'pending'})
            link._append_change()
        return {'type': 'ir.actions.act_window_close'}

    def action_keep_quickbooks(self):
        """Decide a conflict for QuickBooks' version: it is written to the Odoo record."""
        for link in self._in_conflict():
            link._write_quickbooks(link.conflicts)
            link.write({**link._cleared(), 'state': 'synced'})
            link._append_change()  # what was not in conflict may still be owed
        return {'type': 'ir.actions.act_window_close'}

    def action_send_odoo(self):
        """Have Odoo's values in QuickBooks where somebody changed them there and Odoo did not take them."""
        for link in self._not_taken(('unapplied_changes', 'send_odoo')):
            rows = {row['path']: row['qbo'] for row in link.unapplied_changes}
            link.base_odoo = merge.unflatten({**merge.flatten(link.base_odoo), **rows})
            link.unapplied_changes = False
            link._append_change()
        return {'type': 'ir.actions.act_window_close'}

    def action_take_quickbooks(self):
        """Take over what somebody changed or created in QuickBooks, though Odoo is the source."""
        for link in self._not_taken(('unapplied_changes', 'take', 'meet')):
            if link.unapplied_changes:
                link._write_quickbooks(link.unapplied_changes)
                link.unapplied_changes = False
                link._step().compare(link)
            else:
                link.write({'mode': 'always', **link._taken_soon()})
                link.connection_id._retry_refused()
        return {'type': 'ir.actions.act_window_close'}

    def action_reactivate(self):
        """Make what this document refers to active in QuickBooks again, and send the document after it."""
        self.ensure_one()
        self._check_may('write')
        link = self.sudo()
        step = link._step()
        for mapping, record in link._mapping()._requires(step, link._record()):
            if 'active' in record and not record.active:
                raise UserError(
                    self.env._("%s is archived in Odoo too. Unarchive it first, then try again.", record.display_name)
                )
            needed = step.link_for(mapping, record)
            if needed.base_odoo and 'Active' in needed.base_odoo:
                needed.base_odoo = {**needed.base_odoo, 'Active': False}
            needed._append_change()
        link._reopen()
        link._append_change()
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def action_accept_tax(self):
        """Take QuickBooks' tax over into the document."""
        self.ensure_one()
        self._check_may('write')
        if self.res_model != 'account.move':
            raise UserError(self.env._("%s has no taxes.", self.name))
        self.sudo()._record().with_env(self.env).action_qbo_accept_tax()
        return {'type': 'ir.actions.act_window_close'}

    def action_map_accounts(self):
        """Open the accounts that this entry or bill needs, to map them."""
        self.ensure_one()
        self._check_may('read')
        if self.res_model == 'account.move':
            record = self.sudo()._record()
            accounts = record.invoice_line_ids.account_id | record._qbo_money().journal_id.default_account_id
            return self.env['account.account']._qbo_mapping_action(accounts)
        items = self.env['qbo.entry.item'].search([('entry_id', '=', self.res_model == 'qbo.entry' and self.res_id)])
        return self.env['account.account']._qbo_mapping_action(items.account_id)

    def action_open_journal(self):
        """Open the journal of this payment, to choose the account of QuickBooks that it stands for."""
        self.ensure_one()
        self._check_may('read')
        record = self.sudo()._record()
        if 'journal_id' not in record or not record.journal_id:
            raise UserError(self.env._("%s has no journal.", self.sudo().name))
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.journal',
            'res_id': record.journal_id.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def action_create_again(self):
        """Create the record in QuickBooks once more, after it was deleted there."""
        self._check_may('write')
        for link in self.sudo().filtered(lambda link: link.error_fix == 'create_again'):
            link.write({**link._cleared(), 'qbo_id': False, 'base_odoo': False, 'base_qbo': False, 'state': 'pending'})
            link._append_change()
        return {'type': 'ir.actions.act_window_close'}

    def action_exclude(self):
        """Keep this record out of the synchronization, in both directions."""
        self._check_may('write')
        self.sudo().write({'mode': 'never'})
        for link in self.sudo():
            link._mapping()._mode_chosen(link._step(), link._record())
        return {'type': 'ir.actions.act_window_close'}

    def action_include(self):
        """Synchronize what was left out: a record goes to QuickBooks, an entity without one becomes a record."""
        self._check_may('write')
        for link in self.sudo().filtered(lambda link: link.mode == 'never'):
            if link.res_id:
                link.write({**link._cleared(), 'mode': 'auto'})
                link._append_change()
            else:
                link.write({**link._cleared(), 'mode': 'always', **link._taken_soon()})
        self.sudo().connection_id._retry_refused()
        return {'type': 'ir.actions.act_window_close'}

    def _taken_soon(self):
        """Return the values of a link whose entity is to be taken with the next step of the engine."""
        return {'direction': 'pull', 'retry_at': fields.Datetime.now()}

    def action_open_record(self):
        """Open the Odoo record."""
        self.ensure_one()
        self._check_may('read')
        record = self.sudo()._record()
        if not record:
            raise UserError(self.env._("%s does not exist in Odoo.", self.sudo().name))
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def action_open_in_quickbooks(self):
        """Open the entity in QuickBooks' own web application."""
        self.ensure_one()
        self._check_may('read')
        if not self.sudo().qbo_id:
            raise UserError(self.env._("It is not in QuickBooks yet."))
        return {'type': 'ir.actions.act_url', 'url': self.sudo()._deep_link(), 'target': 'new'}

    def _write_quickbooks(self, rows):
        """Write QuickBooks' version of some fields to the record, and agree on it.

        :param rows: as in ``conflicts``
        """
        values = {row['path']: row['qbo'] for row in rows}
        step, mapping, record = self._step(), self._mapping(), self._record()
        mapping._apply_changes(step, record, merge.unflatten(values))
        now = merge.flatten(mapping._values(step, record))
        self.base_odoo = merge.unflatten(
            {**merge.flatten(self.base_odoo or {}), **{path: now[path] for path in values}}
        )
        self.base_qbo = merge.unflatten({**merge.flatten(self.base_qbo or {}), **values})

    def _not_taken(self, fixes):
        self._check_may('write')
        return self.sudo().filtered(lambda link: link.error_fix in fixes)

    def _in_conflict(self):
        self._check_may('write')
        return self.sudo().filtered('conflicts')
