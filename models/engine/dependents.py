"""Finds the records whose values in QuickBooks follow from a record of another model, such as a tax."""

from odoo.fields import Domain

from .change import ANY

PAGE = 500  # found and noted in about as long as anything else that a user's edit waits for


class Dependents:
    """Takes the changes of models that have no mapping, a page of the records that follow from them at a time.

    Only records with a link count: any other one is decided about with all its values when its turn comes.
    """

    def __init__(self, step):
        self.step, self.connection, self.env = step, step.connection, step.env

    def next(self):
        """Append the changes of one page. Return how many changes were looked at, 0 when there is nothing left.

        Changes of one model that are equally far go together: a mass edit of attribute values is one search.
        """
        mappings = self.env['qbo.mapping']
        rows = self.env['qbo.change']._read_group(
            Domain('connection_id', '=', self.connection.id) & Domain('res_model', 'not in', mappings._models()),
            ['res_model', 'found_model', 'found_id'],
            ['id:recordset', 'res_id:array_agg'],
            order='id:min',
            limit=1,
        )
        for res_model, found_model, found_id, changes, res_ids in rows:
            switched_on = {mapping._record_model for mapping in self.step.mappings}
            models = sorted(switched_on & mappings._dependent_models().get(res_model, {}).keys())
            models = [name for name in models if name >= (found_model or '')]
            if not models:
                changes.unlink()
                return len(res_ids)
            found_id = found_id if models[0] == found_model else 0
            page = self.page(models[0], self.env[res_model].browse(res_ids), found_id)
            self.env['qbo.change']._append(page, self.connection, is_bulk=bool(found_id))
            if len(page) == PAGE:
                changes.write({'found_model': models[0], 'found_id': page[-1].id})
            elif len(models) > 1:
                changes.write({'found_model': models[1], 'found_id': 0})
            else:
                changes.unlink()
            return len(res_ids)
        return 0

    def page(self, model, changed, found_id):
        """Return the next records of a model, by their ids, that follow from changed ones and have a link.

        :param changed: :data:`ANY` among them stands for all
        :param int found_id: the last one of the page before
        """
        links = self.env['qbo.link']._search([
            ('qbo_company_id', '=', self.step.qbo_company.id), ('res_model', '=', model), ('res_id', '!=', False),
        ])  # fmt: skip
        domain = Domain('id', '>', found_id) & Domain('id', 'in', links.subselect('res_id'))
        if ANY not in changed._ids:
            domain &= self.env['qbo.mapping']._following(changed)[model]
        # An archived tax may still stand on a product.
        records = self.env[model].with_context(active_test=False)
        return records.search(domain, order='id', limit=PAGE)
