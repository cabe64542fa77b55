"""Links that outlive their connection: archived with a company file, or remembered through an uninstallation."""

from odoo import api, models

MODULE = '__quickbooks_online__'  # no addon has this name, so uninstalling removes none of these identifiers


class QboLink(models.Model):
    _inherit = 'qbo.link'

    @api.model
    def _take_up(self, connection, digest):
        """Return the links that were archived with a company file, active again.

        :param str digest: of the company file, as ``qbo.credential`` has it
        """
        archived = [('connection_id', '=', connection.id), ('active', '=', False), ('realm_digest', '=', digest)]
        links = self.search(archived)
        if not links:
            return links
        excluded = self.search([('connection_id', '=', connection.id), ('mode', '=', 'never'), ('res_id', '!=', False)])
        current = {(link.res_model, link.res_id, link.entity): link for link in excluded}
        for link in links:
            if other := current.get((link.res_model, link.res_id, link.entity)):
                link.mode = other.mode  # it was excluded while the file was away
                other.unlink()
        links.write({'active': True, 'realm_digest': False})
        links._announce()
        return links

    @api.model
    def _remember(self, connection):
        """Note which entity each record is, as external identifiers, which outlive the uninstallation of this addon."""
        archived = [('connection_id', '=', connection.id), ('active', '=', False), ('realm_digest', '!=', False)]
        vals = {}
        for link in connection.link_ids | self.search(archived):
            digest = link.realm_digest or connection._credential().realm_digest
            if link._outlives():
                vals[f'{digest}_{link.entity}_{link.qbo_id}'] = {'model': link.res_model, 'res_id': link.res_id}
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
        """Make the identifiers that an earlier installation left for this company file links again.

        The entities are asked for and merged with the records as two that meet for the first time.
        """
        digest = connection._credential().realm_digest
        known = self.env['ir.model.data'].sudo().search([('module', '=', MODULE), ('name', '=like', f'{digest}%')])
        if not known:
            return self.browse()
        linked = {(link.res_model, link.res_id, link.entity) for link in connection.link_ids}
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
            'connection_id': connection.id,
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
