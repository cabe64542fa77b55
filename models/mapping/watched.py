from odoo import api, models

from .step import THERE


class QboWatched(models.AbstractModel):
    """A model that values in QuickBooks are computed from: its hooks note what is saved, and do nothing else.

    Which fields count say the paths of the mappings (``_paths``). A synchronized model inherits ``qbo.mixin``, which is
    more; any other one, an attribute value or a tax, this. For such a record too one row is noted, and the engine finds
    the records whose values follow from it (``engine/dependents.py``).
    """

    _name = 'qbo.watched'
    _description = "Computed From for QuickBooks"

    def _qbo_fields(self):
        """Return ``{field of this model whose change matters to QuickBooks: climbs}``, see ``_watched``."""
        return self.env['qbo.mapping']._watched().get(self._name, {})

    def _qbo_notes(self, vals):
        """Return whether writing these values to these records may matter to QuickBooks."""
        return not self._qbo_fields().keys().isdisjoint(vals)

    def _qbo_owner(self):
        """Return the records whose QuickBooks values change with these; an address belongs to its customer."""
        return self

    def _qbo_noted(self, names):
        """Return the records to note where these fields of these records change, as a list of recordsets."""
        if not self.env['qbo.connection']._collecting():
            return []
        watched = self._qbo_fields()
        climbs = sorted({climb for name in watched.keys() & set(names) for climb in watched[name]})
        return [self.sudo().mapped(climb)._qbo_owner() if climb else self._qbo_owner() for climb in climbs]

    def _qbo_append(self, noted):
        """Append one change for each of these records.

        :param noted: a list of recordsets
        """
        by_model = {}
        for records in noted:
            by_model[records._name] = records | by_model.get(records._name, records)
        for records in by_model.values():
            self.env['qbo.change']._append(records)

    def _qbo_has_dependents(self):
        """Return whether these are records of which others are computed, and none of QuickBooks' own."""
        return self._name in self.env['qbo.mapping']._dependent_models()

    def _qbo_of_company(self, company_id):
        """Return the records that a connection of this company may see: its own and the shared ones.

        A tax of the company that this one is a branch of is the branch's too.
        """
        if 'company_id' not in self._fields:
            return self
        ids = {False, company_id}
        if self._qbo_has_dependents():
            ids.update(self.env['res.company'].sudo().browse(company_id).parent_ids.ids)
        return self.filtered(lambda record: record.sudo().company_id.id in ids)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Nothing refers to a new record yet, but it may be a part of another one."""
        records = super().create(vals_list)
        noted = records._qbo_noted(records._qbo_fields())
        if self._qbo_has_dependents():
            noted = [other for other in noted if other._name != self._name]
        self._qbo_append(noted)
        return records

    def write(self, vals):
        """What something was a part of, and what it is a part of now, are both others."""
        names = vals if self._qbo_notes(vals) else ()
        before = self._qbo_noted(names)
        result = super().write(vals)
        self._qbo_append([*before, *self._qbo_noted(names)])
        return result

    def unlink(self):
        """What follows from a record is not found any more when that is gone."""
        noted = self._qbo_noted(self._qbo_fields())
        if self._qbo_has_dependents():
            noted = [other for other in noted if other._name != self._name]
            self.env['qbo.change']._append_dependents(self)
        else:
            noted.append(self)
        self._qbo_append(noted)
        result = super().unlink()
        self.env.cr.cache.pop(THERE, None)
        return result
