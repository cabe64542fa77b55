"""Who holds a name, a number or money in QuickBooks, by the values that both sides agreed on."""

import json

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..connection.reason import Reason, declare

_lt = LazyTranslate(__name__)
declare({'waits_for': _lt("It waits for %(name)s.")})

NAMES = ('DisplayName', 'Name', 'DocNumber')
SETTLING = ('Payment', 'BillPayment')


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
        self._wait(other._awaited(), other)

    def _awaited(self):
        """Return the reason of what waits for this link's record."""
        return Reason('waits_for', {'name': self.name})

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

        return Domain('entity', 'in', SETTLING) & Domain.custom(to_sql=settles)

    @api.model
    def _settled_by_changed(self, connection):
        """Return the domain of the links of documents that an entity settles whose record has a change."""

        def settled(model, alias, query):
            qbo_id = model._field_to_sql(alias, 'qbo_id', query)
            entity = model._field_to_sql(alias, 'entity', query)
            return SQL(
                """(%s, %s) IN (
                    SELECT linked ->> 'TxnType', linked ->> 'TxnId'
                      FROM qbo_change AS change
                      JOIN qbo_link AS settling ON settling.res_model = change.res_model
                       AND settling.res_id = change.res_id AND settling.qbo_company_id = %s
                     CROSS JOIN LATERAL jsonb_path_query(%s, '$.Line[*].LinkedTxn[*]') AS linked
                     WHERE change.connection_id = %s AND settling.entity IN %s)""",
                entity,
                qbo_id,
                connection.qbo_company_id.id,
                SQL("settling.base_odoo", to_flush=model._fields['base_odoo']),
                connection.id,
                SETTLING,
            )

        return Domain('qbo_id', '!=', False) & Domain.custom(to_sql=settled)
