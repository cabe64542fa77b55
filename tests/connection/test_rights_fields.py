from odoo.exceptions import AccessError, UserError
from odoo.orm.models import MAGIC_COLUMNS, NO_ACCESS

from .rights_case import ADDON, GROUPS, NEIGHBORS, RightsCase

USERS = {'invoicing', 'accountant', 'user', 'manager'}
HIDDEN = {
    'qbo.link': {'base_odoo', 'base_qbo', 'snapshot', 'conflicts', 'unapplied_changes', 'candidate'},
    'qbo.request': {'body', 'answer', 'odoo_values'},
    'qbo.log': {'details'},
    'qbo.match': {'values'},
    'qbo.setup.item': {'in_qbo'},
    'qbo.company': {'realm_digest'},
}
"""What holds values of records of both sides: nobody's to read but through what asks for the record."""


class TestFields(RightsCase):
    """What nobody may read, write or search, whatever the screens show."""

    def ours(self, name):
        """Return the fields of this addon of a model, by name."""
        fields = self.env[name]._fields.values()
        return [field for field in fields if name.startswith('qbo.') or field.name.startswith('qbo_')]

    # === WRITING === #

    def test_what_is_read_only_is_read_only_over_rpc(self):
        wrong, cells = [], 0
        for name, record in self.records['own'].items():
            if ' ' in name:
                continue
            for field in self.ours(name):
                if not field.readonly or not field.store or field.name in MAGIC_COLUMNS:
                    continue
                value = field.convert_to_write(record[field.name], record)
                for user in ('invoicing', 'accountant', 'manager'):
                    cells += 1
                    if self.allows(user, name, 'write', record, {field.name: value}):
                        wrong.append((user, name, field.name))
        self.assertEqual(wrong, [])
        self.assertGreater(cells, 300)

    def test_a_switch_or_a_state_cannot_be_given_to_a_new_connection(self):
        company = self.env['res.company'].create({'name': "Third"})
        self.users['manager'].company_ids += company
        connections = self.env['qbo.connection'].with_user(self.users['manager'])
        for vals in ({'state': 'connected'}, {'sync_customers': True}, {'preferences': {}}):
            with self.subTest(vals), self.assertRaises(AccessError):
                connections.create({'company_id': company.id, **vals})

    def test_nothing_goes_over_to_another_company(self):
        """Not even by code with all rights."""
        for name, record in self.records['own'].items():
            other = self.records['neighbor'][name]
            for field in ('company_id', 'connection_id', 'setup_id'):
                if not name.startswith('qbo.') or field not in record._fields:
                    continue
                if not record[field] or record._fields[field].related or not record._auto:
                    continue
                with self.subTest(name, field=field), self.assertRaises(UserError), self.env.cr.savepoint():
                    record.write({field: other[field].id})
                record.write({field: record[field].id})

    def test_a_list_item_of_another_company_is_refused(self):
        foreign = self.records['neighbor']['qbo.reference']
        seen = set()
        for name, record in self.records['own'].items():
            if ' ' in name:
                continue
            for field in self.ours(name):
                is_choice = field.comodel_name == 'qbo.reference' and field.type == 'many2one' and field.store
                if not is_choice or (field.readonly and not field.compute):
                    continue
                seen.add(f'{name}.{field.name}')
                record = record.with_company(self.company)
                with self.subTest(name, field=field.name), self.assertRaises(UserError), self.env.cr.savepoint():
                    record.write({field.name: foreign.id})
        self.assertGreaterEqual(len(seen), 14, seen)

    def test_a_list_item_of_another_company_is_not_sent(self):
        foreign = self.records['neighbor']['qbo.reference']
        own = self.records['own']['qbo.reference']
        self.assertIsNone(self.step().list_id(foreign))
        self.assertEqual(self.step().list_id(own), own.qbo_id)

    # === READING === #

    def test_values_of_both_sides_are_read_by_nobody(self):
        for name, hidden in HIDDEN.items():
            record = self.records['own'][name]
            for field in hidden:
                self.assertEqual(record._fields[field].groups, NO_ACCESS, f'{name}.{field}')
                for user in (*GROUPS, *NEIGHBORS):
                    for method, args in (('read', [[field]]), ('search_count', [[(field, '!=', False)]])):
                        records = record if method == 'read' else None
                        with self.subTest(name, field=field, user=user, method=method):
                            self.assertFalse(self.allows(user, name, method, records, *args))

    def shown(self, user, record, field):
        """Return what a user reads in a field, False where that is refused too."""
        self.env.invalidate_all()
        try:
            return record.with_user(self.users[user]).read([field])[0][field]
        except AccessError:
            return False

    def test_both_versions_are_shown_to_who_may_read_the_record(self):
        row = {'path': 'PrivateNote', 'base': 'a', 'odoo': 'b', 'qbo': 'c'}
        invoice = self.records['own']['qbo.link of an invoice']
        invoice.conflicts = [row]
        gone, entity = (self.records['own'][f'qbo.link of {what}'] for what in ('what is gone', 'an entity'))
        entity.conflicts = [row]
        for link, who in (
            (self.records['own']['qbo.link'], USERS),
            (invoice, {'invoicing', 'accountant'}),
            (gone, {'manager'}),
            (entity, USERS),
        ):
            for user in (*GROUPS, *NEIGHBORS):
                with self.subTest(link.name, user=user):
                    self.assertEqual(bool(self.shown(user, link, 'conflict_text')), user in who)

    def test_the_log_and_the_trace_show_values_to_who_may_read_the_record(self):
        log, request = self.records['own']['qbo.log'], self.records['own']['qbo.request']
        places = (
            (self.records['own']['qbo.link'], USERS),
            (self.records['own']['qbo.link of an invoice'], {'invoicing', 'accountant'}),
            (self.records['own']['qbo.link of what is gone'], {'manager'}),
            (self.env['qbo.link'], {'manager'}),
        )
        for link, who in places:
            log.link_id = request.link_id = link
            for user in (*GROUPS, *NEIGHBORS):
                with self.subTest(link.name, user=user):
                    self.assertEqual(bool(self.shown(user, log, 'details_text')), user in who)
                    self.assertEqual(bool(self.shown(user, request, 'shown_body')), user == 'manager' and user in who)

    def test_who_may_not_read_a_field_may_not_search_it(self):
        """Else a search is an oracle: it finds a number letter by letter."""
        wrong, cells = [], 0
        for name, model in self.env.items():
            if name.startswith('qbo.') or model._abstract or model._transient:
                continue
            for field in self.ours(name):
                if not field.groups or not (field.store or field.search):
                    continue
                for user in ('internal', 'portal', 'public'):
                    for domain in ([(field.name, '!=', False)], [(field.name, 'in', ['1'])]):
                        cells += 1
                        if self.allows(user, name, 'search_count', None, domain):
                            wrong.append((user, name, field.name))
        self.assertEqual(wrong, [])
        self.assertGreater(cells, 150)

    def test_a_search_through_another_model_is_no_way_around(self):
        for path in ('partner_id.qbo_id', 'partner_id.qbo_state', 'partner_id.qbo_link_id.qbo_id'):
            for user in ('internal', 'portal'):
                with self.subTest(path, user=user):
                    domain = [(path, '!=', False)]
                    self.assertFalse(self.allows(user, 'res.users', 'search_count', None, domain))

    def test_each_model_with_a_company_looks_after_it(self):
        for name, model in self.env.items():
            mine = name.startswith('qbo.') and type(model).mro()[1].__module__.startswith(ADDON)
            if mine and model._auto and not model._abstract and 'company_id' in model._fields:
                self.assertTrue(model._check_company_auto, name)
