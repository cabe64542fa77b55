"""What the values in QuickBooks are computed from: the paths that mappings declare, turned round for those who ask."""

import logging

from odoo import api, models, tools
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class QboMapping(models.AbstractModel):
    _inherit = 'qbo.mapping'

    @api.model
    @tools.ormcache()
    def _watched(self):
        """Return ``{model: {field: climbs}}`` of all fields that a value in QuickBooks is computed from.

        A climb leads from a record of the model to the one whose change is noted: ``''`` is the record itself,
        ``'parent_id'`` what it is a part of. Cached, because every save of these models asks.
        """
        watched = {}
        for model, name, climb, _owner, _path, _follower in self._triggers():
            watched.setdefault(model, {}).setdefault(name, set()).add(climb)
        return watched

    @api.model
    @tools.ormcache()
    def _dependent_models(self):
        """Return ``{model: {record model: paths}}`` of models that have no mapping and that values are computed from.

        The paths lead from the record model of a mapping to the model: ``{'account.tax': {'product.product':
        {'taxes_id', …}}}``.
        """
        dependents = {}
        for _model, _name, _climb, owner, path, dependent in self._triggers():
            if path:
                dependents.setdefault(owner, {}).setdefault(dependent, set()).add(path)
        return dependents

    @api.model
    def _following(self, records):
        """Return ``{record model: domain}`` of the records whose values follow from these.

        Those that are archived do not count: all of them is compared when they are in use again.
        """
        found = {}
        for model, paths in self._dependent_models().get(records._name, {}).items():
            domain = Domain.OR(Domain(path, 'in', records.ids) for path in sorted(paths))
            found[model] = domain & Domain('active', '=', True) if 'active' in self.env[model]._fields else domain
        return found

    def _triggers(self):
        """Return what the paths of all mappings come to, as :func:`_along` gives it, with the record model.

        A path that leads nowhere is a fault of its mapping, and no reason to let a save fail. So is one through records
        that are synchronized themselves and no parts: a change of theirs is sent, not followed.
        """
        found, mapped = [], self._models()
        for mapping in self._all():
            for path in mapping._paths():
                try:
                    steps = list(_along(self.env, mapping._record_model, path))
                except KeyError:
                    steps = []
                if not steps or any(to_owner and owner in mapped for *_field, owner, to_owner in steps):
                    _logger.error("%s cannot track %s", mapping._name, path)
                else:
                    found += [(*step, mapping._record_model) for step in steps]
        return found


def _along(env, model, path):
    """Yield ``(model, field, climb, owner model, path to the owner)`` of each field that a path reads.

    What stands in a one2many is a part of its record: the record it is a part of is noted, also when the part moves or
    is deleted. Anything else is noted itself, and ``path`` leads to it; the path to a record of the mapping is empty.
    """
    owner, climb, hops, to_owner = model, [], [], ''
    names = path.split('.')
    for name in names:
        field = env[model]._fields[name]
        hops.append(name)
        is_parts = field.type == 'one2many' and len(hops) < len(names)
        if not is_parts:
            yield model, name, '.'.join(climb), owner, to_owner
        if is_parts:
            model, climb = field.comodel_name, [field.inverse_name, *climb]
            yield model, field.inverse_name, '.'.join(climb), owner, to_owner
        elif field.relational:
            model = owner = field.comodel_name
            climb, to_owner = [], '.'.join(hops)
