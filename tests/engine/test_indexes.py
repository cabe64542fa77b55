"""Each partial index of the addon serves the query that it was made for: Odoo's own words imply its condition."""

import threading

from odoo.fields import Domain
from odoo.tools import SQL

from ...models.engine.lost import Lost
from ...models.engine.merged import follow_merged
from ...models.engine.pull import Pull
from ...models.engine.push import Push
from ...models.mapping.names import has_name
from ..common import QboCase

PARTIAL = SQL(
    "SELECT indexname, tablename FROM pg_indexes WHERE schemaname = current_schema AND indexdef LIKE %s "
    "AND (tablename LIKE %s OR indexname LIKE %s)",
    '% WHERE %',
    'qbo_%',
    '%qbo%',
)


class TestIndexes(QboCase):
    def look_ups(self):
        """Return ``{index: what looks up by it}``: the addon's own functions, or a search as Odoo makes it."""
        partner, step = self.synced_customer(), self.step()
        [link], company, connection = step.links_of(partner)[partner.id], step.qbo_company, step.connection
        here = ('connection_id', '=', connection.id)
        links, held = step.env['qbo.link'], Domain([('entity', '=', 'Customer'), ('qbo_id', '!=', False)])
        of_company = ('qbo_company_id', '=', company.id)
        of_record = ('res_model', '=', partner._name), ('res_id', '=', partner.id)
        of_entity = ('kind', '=', 'customer'), ('qbo_id', '=', link.qbo_id)

        def search(model, *domain):
            return lambda: step.env[model].search(domain).ids

        return {
            'qbo_company_unique_realm': lambda: company._of_realm(self.company, 'local', self.sandbox.realm_id),
            'qbo_company_realm_idx': search('qbo.company', ('realm_digest', '=', company.realm_digest)),
            'qbo_link_unique_record': lambda: step.links_of(partner),
            'qbo_link_unique_entity': lambda: step.links_to('Customer', [link.qbo_id, '0']),
            'qbo_link_retry_idx': lambda: Pull(step).failed(),
            'qbo_link_held_name_idx': lambda: links.search(held & links._named({'Acme'})).ids,
            'qbo_link_settled_idx': lambda: links.search(links._settling([('Invoice', '1')])).ids,
            'qbo_link_lost_idx': lambda: Lost(step).meet(self.mapping(partner), [{'Id': '1', 'DisplayName': 'A'}]),
            'qbo_link__waits_for_id_index': lambda: step.wake_waiting(link),
            'qbo_link__undo_index': lambda: connection._take_back(step),
            'qbo_request_pending_idx': lambda: step.env['qbo.request']._pending(connection),
            'qbo_request__link_id_index': lambda: link.request_ids.ids,
            'qbo_log__link_id_index': lambda: link.log_ids.ids,
            'qbo_log__request_id_index': search('qbo.log', ('request_id', 'in', link.request_ids.ids)),
            'qbo_change_merged_into_idx': lambda: follow_merged(Push(step)),
            'qbo_attachment_unique_there': search('qbo.attachment', of_company, ('qbo_id', '=', '1')),
            'qbo_attachment_open_idx': search('qbo.attachment', of_company, ('state', '=', 'pending')),
            'qbo_attachment_lost_idx': search(
                'qbo.attachment', of_company, ('state', '=', 'synced'), ('attachment_id', '=', False)
            ),
            'qbo_attachment__attachment_id_index': search('qbo.attachment', ('attachment_id', 'in', [1])),
            'qbo_attachment__request_id_index': search('qbo.attachment', ('request_id', '=', 1)),
            'qbo_match_unique_record': search('qbo.match', here, *of_record),
            'qbo_match_unique_entity': search('qbo.match', here, *of_entity),
            'qbo_setup_item__link_id_index': search('qbo.setup.item', ('link_id', 'in', link.ids)),
            'account_partial_reconcile__qbo_application_id_index': search(
                'account.partial.reconcile', ('qbo_application_id', 'in', [1])
            ),
            'account_partial_reconcile__qbo_payment_id_index': search(
                'account.partial.reconcile', ('qbo_payment_id', 'in', [1])
            ),
            'account_payment__qbo_refund_id_index': search('account.payment', ('qbo_refund_id', 'in', [1])),
            'account_payment__qbo_receipt_id_index': search('account.payment', ('qbo_receipt_id', 'in', [1])),
            'account_move__qbo_refunded_payment_id_index': search(
                'account.move', ('qbo_refunded_payment_id', 'in', [1])
            ),
            'account_account__qbo_account_id_index': search('account.account', ('qbo_account_id', 'in', [1])),
            **{
                f'product_product__{name}_index': search('product.product', (name, 'in', [1]))
                for name in ('qbo_income_account_id', 'qbo_expense_account_id', 'qbo_asset_account_id')
            },
        }

    def queries(self, look_up, table):
        """Return ``[(query, parameters)]`` of a table that a look-up makes."""
        sent, thread = [], threading.current_thread()
        self.env.flush_all()
        self.env.invalidate_all()
        thread.query_hooks = [lambda _cr, query, params, _start, _delay: sent.append((query, params))]
        try:
            look_up()
        finally:
            del thread.query_hooks
        return [(query, params) for query, params in sent if query.startswith('SELECT') and f'FROM "{table}"' in query]

    def plan_without_others(self, index, table, query, params):
        """Return the plan of a query where its table has no other index that the planner could take instead."""
        cr = self.env.cr
        others = SQL(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema AND tablename = %s AND indexname != %s "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            table,
            index,
        )
        savepoint = cr.savepoint(flush=False)
        for (name,) in self.env.execute_query(others):
            cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
        cr.execute("SET LOCAL enable_seqscan = off")
        cr.execute("EXPLAIN " + query, params)
        plan = "\n".join(line for (line,) in cr.fetchall())
        savepoint.rollback()
        savepoint.close(rollback=True)
        return plan

    def test_each_partial_index_serves_its_look_up(self):
        tables = dict(self.env.execute_query(PARTIAL))
        look_ups = self.look_ups()
        self.assertEqual(set(look_ups), set(tables), "each partial index stands here with what looks up by it")
        for index, look_up in look_ups.items():
            with self.subTest(index):
                plans = [
                    self.plan_without_others(index, tables[index], *query)
                    for query in self.queries(look_up, tables[index])
                ]
                self.assertTrue(any(index in plan for plan in plans), plans)

    def test_names_are_found_by_their_index(self):
        for model, indexed, index in (
            ('res.partner', 'res_partner', 'res_partner_qbo_name_idx'),
            ('product.product', 'product_template', 'product_template_qbo_name_idx'),
        ):
            records = self.env[model].sudo().with_context(lang='en_US', active_test=False)
            table = records._table
            [query] = self.queries(lambda records=records: records.search(has_name(["Harbor"])).ids, table)
            plan = self.plan_without_others(index, indexed, *query)
            self.assertIn(index, plan)
