"""What a link knows of its record, through the mapping of its entity type."""

import re

from odoo import api, models
from odoo.fields import Domain

from ...qbo import merge
from ..connection.auth import MANAGER
from ..connection.reason import label
from .step import Step


class QboLink(models.Model):
    _inherit = 'qbo.link'

    # === COMPUTE METHODS === #

    @api.depends('conflicts', 'unapplied_changes')
    @api.depends_context('uid')
    def _compute_conflict_text(self):
        self.conflict_text = False
        for link in self._readable():
            rows = (link._in_words(row['path'], row['odoo'], row['qbo']) for row in link._undecided())
            link.conflict_text = '\n'.join(
                self.env._(
                    "%(field)s: Odoo “%(odoo)s”, QuickBooks “%(qbo)s”", field=field, odoo=in_odoo, qbo=in_quickbooks
                )
                for field, in_odoo, in_quickbooks in rows
            )

    @api.depends('candidate', 'name', 'error_fix', 'sent_as', 'res_id')
    @api.depends_context('uid')
    def _compute_candidate(self):
        self.candidate_name = self.suggested_name = self.can_link_candidate = False
        for link in self._readable():
            candidate = link.candidate or {}
            link.candidate_name = candidate.get('name')
            is_free = bool(candidate) and candidate['entity'] == link.entity and not candidate['linked']
            link.can_link_candidate = is_free and bool(candidate['id']) and not link.qbo_id
            if link.res_id and (candidate or link.error_fix == 'send_as'):
                link.suggested_name = link._mapping()._suggestion(link._step(), link._record())

    # === ACCESS === #

    def _check_may(self, operation):
        """Whoever sees or decides about a link may do so with its record; a record that is gone is an administrator's.

        An entity without a record is decided about by who may create one.
        """
        super()._check_may('read')
        if self.env.su:
            return
        for model, links in self.grouped('res_model').items():
            records = self._records_of(model, links)
            if records:
                records._check_may(operation)
            linked = links.filtered('res_id')
            if gone := linked.filtered(lambda link, ids=records._ids: link.res_id not in ids):
                gone.connection_id._check_may('write')
            if operation == 'write' and links - linked:
                (self.env[model] if model in self.env else links.connection_id).check_access('create')

    def _readable(self):
        """Return those of these links whose values this user may read, also where the code that asks may read all."""
        links = self.sudo(False)
        if links.env.su:
            return self
        found = self.browse()
        links = links._filtered_access('read')
        is_manager = self.env.user.has_group(MANAGER)
        for model, some in links.grouped('res_model').items():
            records = self._records_of(model, some)
            gone = set(some.mapped('res_id')) - set(records._ids)
            readable = set(records.sudo(False)._filtered_access('read')._ids)
            found += some.filtered(
                lambda link, gone=gone, readable=readable: (
                    link.res_id in readable or not link.res_id or (is_manager and link.res_id in gone)
                )
            )
        return found.with_env(self.env)

    def _records_of(self, model, links):
        """Return the records of links of one model that exist, whoever may see them."""
        if model not in self.env:  # of another addon, which is uninstalled
            return self.env['res.partner']
        ids = links.filtered('res_id').mapped('res_id')
        return self.env[model].browse(ids).exists()

    # === WHAT IT IS A LINK OF === #

    def _step(self):
        """Return a step of this link's connection."""
        return Step(self.connection_id)

    def _mapping(self):
        """Return the mapping of this link."""
        return self.env['qbo.mapping']._of_link(self)

    def _record(self):
        """Return the linked record, for the connection's company; empty where it is deleted or was never created."""
        self.ensure_one()
        return self._step().record(self)

    def _noun(self):
        """Return what users call the linked record: "Customer", "Invoice"."""
        return self._mapping()._noun(self._step(), self._record())

    def _label(self, path, labels=None):
        """Return the name in words of a QuickBooks field path (``BillAddr.City``)."""
        return self._mapping()._label(path, labels)

    def _labeled(self, path):
        """Return the same as a value of a reason."""
        return label(path, self._mapping()._name)

    def _in_words(self, path, *values):
        """Return ``[label, value, value …]``: what a user reads of several versions of one field."""
        step, mapping, record = self._step(), self._mapping(), self._record().sudo()
        words = (mapping._in_words(step, record, path, value) for value in merge.apart(*values))
        return [self._label(path), *words]

    def _suggested_suffix(self):
        """Return the next suffix that was not refused yet: " (customer)" beside a vendor, else " (2)", " (3)" …"""
        if not self.name_suffix and self.candidate['entity'] != self.entity:
            return f' ({self._noun().lower()})'
        number = re.search(r'(\d+)\)$', self.name_suffix or '')
        return f' ({int(number[1]) + 1 if number else 2})'

    # === BUSINESS METHODS === #

    def _announce(self):
        """Have open screens show the new state, once this transaction commits: one message for all its links."""
        changed = self.env.cr.precommit.data.setdefault('quickbooks_online.announce', {})
        if not changed:
            self.env.cr.precommit.add(self._send_announcement)
        for links in self.filtered('res_id').grouped(lambda link: (link.res_model, link.entity)).values():
            records = self.env[links[0].res_model].browse(links.mapped('res_id'))
            for shown in links[0]._mapping()._shown_on(records):
                changed.setdefault(shown._name, set()).update(shown._ids)

    @api.model
    def _recheck(self, connections, models, codes):
        """Have the engine look again at records that are on hold or in error for what may be fixed now.

        :param models: names of models
        :param codes: what the keys of reasons begin with that a setting may fix
        """
        here = Domain([('qbo_company_id', 'in', connections.qbo_company_id.ids), ('res_model', 'in', models)])
        failed = Domain.OR(Domain('error_code', '=like', f'{code}%') for code in codes) & Domain('state', '=', 'error')
        waiting = Domain([('state', '=', 'pending'), ('waits_for_id', '=', False)])
        links = self.sudo().search(here & (failed | waiting))
        for (connection, res_model), some in links.grouped(lambda link: (link.connection_id, link.res_model)).items():
            records = self.env[res_model].with_company(connection.company_id).browse(some.mapped('res_id'))
            self.env['qbo.change']._append(records.exists(), connection)

    def _append_change(self, is_bulk=False):
        """Append a change of this link's record, where it has one."""
        self._step().append_change(self, is_bulk)

    def _compare_again(self, connection):
        """Have the engine compare the records of these links, all of a connection, after what people saved."""
        for res_model, links in self.filtered('res_id').grouped('res_model').items():
            records = self.env[res_model].with_company(connection.company_id).browse(links.mapped('res_id'))
            self.env['qbo.change']._append(records.exists(), connection, is_bulk=True)

    @api.model
    def _left_out_text(self, connection, entity, qbo_id):
        """Return what to do about an entity that a person left out of the synchronization, None for any other."""
        company = connection.qbo_company_id
        domain = [('qbo_company_id', '=', company.id), ('entity', '=', entity), ('qbo_id', '=', qbo_id)]
        link = self.search([*domain, ('res_id', '=', False), ('mode', '=', 'never')])
        if not link:
            return None
        return self.env._(
            "%(name)s was left out of the synchronization. Open it under QuickBooks, Operations, Synchronized Records "
            "and press Synchronize, or link it in the comparison.",
            name=link.name,
        )
