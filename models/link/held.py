"""Who holds a name, a number or money in QuickBooks, by the values that both sides agreed on."""

import json

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...qbo import settlements
from ..connection.reason import Reason, declare

_lt = LazyTranslate(__name__)
declare({'waits_for': _lt("It waits for %(name)s.")})

NAMES = ('DisplayName', 'Name', 'DocNumber')


class QboLink(models.Model):
    _inherit = 'qbo.link'

    _held_name_idx = models.Index(
        "(entity, lower(COALESCE(base_odoo ->> 'DisplayName', base_odoo ->> 'Name', base_odoo ->> 'DocNumber')))"
        " WHERE qbo_id IS NOT NULL"
    )
    _settled_idx = models.Index(
        "USING gin ((base_odoo -> 'Line') jsonb_path_ops) WHERE entity IN ('Payment', 'BillPayment')"
    )

    def _wait_for(self, other):
        """Hold this record back until another link's is settled, by name; that one's reason is shown with this."""
        self._wait(Reason('waits_for', {'name': other.name}), other)

    @api.model
    def _named(self, names):
        """Return the domain of the links whose entities have one of these names or numbers, whatever their case."""

        def has_name(model, alias, query):
            held = model._field_to_sql(alias, 'base_odoo', query)
            members = [SQL("%s ->> %s", held, SQL(f"'{member}'")) for member in NAMES]
            name = SQL("lower(COALESCE(%s))", SQL(", ").join(members))
            return SQL("%s = ANY(ARRAY(SELECT lower(name) FROM unnest(%s) AS names(name)))", name, sorted(names))

        return Domain.custom(to_sql=has_name)

    @api.model
    def _settling(self, documents):
        """Return the domain of the links whose entities settle one of these documents.

        :param documents: ``[(entity type, id)]``
        """

        def settles(model, alias, query):
            lines = SQL("%s -> 'Line'", model._field_to_sql(alias, 'base_odoo', query))
            texts = [json.dumps([{'LinkedTxn': [{'TxnId': qbo_id, 'TxnType': kind}]}]) for kind, qbo_id in documents]
            return SQL("(%s)", SQL(" OR ").join(SQL("(%s) @> %s::jsonb", lines, text) for text in texts))

        return Domain('entity', 'in', settlements.PAYMENTS) & Domain.custom(to_sql=settles)
