"""Whether the records of an entity type are synchronized, and which way: both, to QuickBooks only, or only from it."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..connection.reason import declare

_lt = LazyTranslate(__name__)
declare(
    {
        'comes_only': _lt("It changed in Odoo, and such records only come from QuickBooks. Change it there."),
        'comes_new': _lt(
            "It is not in QuickBooks, and such records only come from there. Create it there under the same name: Odoo "
            "links the two when it comes."
        ),
    }
)


class QboMapping(models.AbstractModel):
    _inherit = 'qbo.mapping'

    _direction_field = None
    """The connection's field that says which way its records go, of those that have one."""

    def _is_on(self, connection):
        """Return whether a connection synchronizes this entity type this way."""
        return bool(connection[self._switch])

    def _direction(self, connection):
        """Return which way its records go: ``'two_way'``, ``'odoo'`` (to QuickBooks only) or ``'qbo'`` (only from)."""
        of_all = connection.direction
        return connection[self._direction_field] if self._direction_field and of_all == 'two_way' else of_all
