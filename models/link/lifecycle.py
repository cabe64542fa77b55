"""Links that outlive their connection: left with their QuickBooks company, or remembered through an uninstallation."""

from odoo import api, models

MODULE = '__quickbooks_online__'  # no addon has this name, so uninstalling removes none of these identifiers


class QboCompany(models.Model):
    _inherit = 'qbo.company'

    def _take_over(self, other):
        """Leave out here what is left out of another QuickBooks company; of one without a realm, have all it has.

        Journal entries are of their own company alone.
        """
        links = other.link_ids.filtered(lambda link: link.res_id and link.res_model != 'qbo.entry')
        links = links.filtered(lambda link: link.mode == 'never' or not other.realm_digest)
        here = {link._key(): link for link in self.link_ids}
        new = []
        for link in links:
            if known := here.get(link._key()):
                known.mode = link.mode if link.mode == 'never' else known.mode
            else:
                names = ('res_model', 'res_id', 'name', 'entity', 'mode')
                new.append({'qbo_company_id': self.id, **{name: link[name] for name in names}})
        self.link_ids.create(new)


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def _key(self):
        return self.res_model, self.res_id, self.entity

    @api.model
    def _forget(self, connection):
        """Delete the links of a connection and what was on its way. What a person excluded stays excluded.

        Journal entries keep theirs: their amounts must not be booked there twice.
        """
        links = connection.qbo_company_id.link_ids.filtered(lambda link: link.res_model != 'qbo.entry')
        excluded = links.filtered(lambda link: link.mode == 'never' and link.res_id)
        names = ('qbo_company_id', 'res_model', 'res_id', 'name', 'entity', 'mode')
        again = excluded.read(names, load='')
        pending = self.env['qbo.request']._pending(connection)
        pending.filtered(lambda request: not request.link_id or request.link_id in links).unlink()
        links._announce()
        links.unlink()
        self.create([{name: vals[name] for name in names} for vals in again])

    @api.model
    def _remember(self, connection):
        """Note which entity each record is, as external identifiers, which outlive the uninstallation of this addon."""
        vals = {}
        for link in self.search([('company_id', '=', connection.company_id.id), ('qbo_id', '!=', False)]):
            if link._outlives():
                name = f'{link.qbo_company_id.realm_digest}_{link.entity}_{link.qbo_id}'
                vals[name] = {'model': link.res_model, 'res_id': link.res_id}
        known = self.env['ir.model.data'].search([('module', '=', MODULE), ('name', 'in', list(vals))])
        known.unlink()
        self.env['ir.model.data'].create(
            [{**item, 'module': MODULE, 'name': name, 'noupdate': True} for name, item in vals.items()]
        )

    def _outlives(self):
        """Return whether there is a record left to find again when this addon is gone."""
        is_there = self.qbo_id and self.res_id and self.state != 'gone' and self.mode != 'never'
        return bool(is_there and not self.res_model.startswith('qbo.') and self._record())

    @api.model
    def _recall(self, connection):
        """Make the identifiers that an earlier installation left for this QuickBooks company links again.

        The entities are asked for and merged with the records as two that meet for the first time.
        """
        digest = connection.qbo_company_id.realm_digest
        known = self.env['ir.model.data'].sudo().search([('module', '=', MODULE), ('name', '=like', f'{digest}%')])
        if not known:
            return self.browse()
        linked = {link._key() for link in connection.qbo_company_id.link_ids}
        vals = []
        for item in known.filtered(lambda item: item.model in self.env):
            record = self.env[item.model].browse(item.res_id).exists()
            _digest, entity, qbo_id = item.name.split('_')
            if record and (item.model, item.res_id, entity) not in linked:
                vals.append(self._recalled_vals(connection, record, entity, qbo_id))
        known.unlink()
        return self.create(vals)

    @api.model
    def _recalled_vals(self, connection, record, entity, qbo_id):
        return {
            'qbo_company_id': connection.qbo_company_id.id,
            'res_model': record._name,
            'res_id': record.id,
            'name': record.display_name,
            'entity': entity,
            'qbo_id': qbo_id,
            'origin': 'qbo',
            'state': 'pending',
            'sync_token': -1,
            **self._taken_soon(),
        }
