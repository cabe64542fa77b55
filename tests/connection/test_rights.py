from .rights_case import GROUPS, NEIGHBORS, RightsCase, public_methods

ALL = {'invoicing', 'accountant', 'user', 'manager'}
BOOKS = {'invoicing', 'accountant'}
ACCOUNTANT = {'accountant', 'manager'}
MANAGER = {'manager'}
NOBODY = set()

MAY = (
    ('qbo.connection', ALL, 'health overview prove pull_all retry_all view_links view_proofs view_settings'),
    (
        'qbo.connection', MANAGER,
        'check_pages choose_posting_mode compare connect connect_direct disconnect forget_unmatched '
        'import_customers move keys open_setup prepare production_keys refresh_lists start_over '
        'stop_collecting switch_off switch_off_billing switch_off_customers switch_off_entries '
        'switch_off_products switch_on switch_on_billing switch_on_customers switch_on_entries '
        'switch_on_products switch_on_purchases switch_off_purchases test told_addresses original restored',
    ),
    ('qbo.schedule', ALL, 'run_now'),
    (
        'qbo.link', ALL,
        'compare_lost map_accounts open_in_quickbooks open_journal open_record open_settling preview retry way '
        'way_more',
    ),
    (
        'qbo.link', BOOKS,
        'accept_tax create_again exclude follow_quickbooks include include_payments keep_odoo keep_quickbooks '
        'link_candidate link_record reactivate refund_there send_as_bill send_as_suggested send_odoo send_rate '
        'take_quickbooks undo_there',
    ),
    ('qbo.link', MANAGER, 'dismiss'),
    ('qbo.attachment', BOOKS, 'retry'),
    (
        'qbo.link of an invoice', BOOKS,
        'compare_lost map_accounts open_in_quickbooks open_journal open_record open_settling preview retry way '
        'way_more',
    ),
    (
        'qbo.link of what is gone', MANAGER,
        'accept_tax compare_lost create_again exclude follow_quickbooks include include_payments keep_odoo '
        'keep_quickbooks link_candidate link_record map_accounts open_in_quickbooks open_journal open_record '
        'open_settling preview reactivate refund_there retry send_as_bill send_as_suggested send_odoo send_rate '
        'take_quickbooks undo_there way way_more',
    ),
    ('qbo.error.group', ALL, 'fix retry view'),
    ('qbo.error.group', MANAGER, 'dismiss'),
    ('qbo.log', ALL, 'open_record'),
    ('qbo.reference', NOBODY, 'create_tax create_purchase_tax'),  # only who is an accountant too: it makes a tax
    ('qbo.store', ALL, 'view_entries'),
    ('qbo.store', ACCOUNTANT, 'compare_all end_of_day'),
    ('qbo.store', MANAGER, 'create_lists'),
    ('qbo.entry', ALL, 'qbo_details qbo_open qbo_preview qbo_sync'),
    ('qbo.entry.item', BOOKS, 'open_move'),
    ('qbo.payment.method', ALL, 'qbo_details qbo_open qbo_preview qbo_sync'),
    ('qbo.application', BOOKS, 'qbo_details qbo_open qbo_preview qbo_sync'),
    (
        'qbo.match', MANAGER,
        'accept_exact carry_out compare_again create download import_customers import_products import_vendors leave '
        'link open_in_quickbooks open_record pair part undecide',
    ),
    (
        'qbo.setup', MANAGER,
        'back begin_again cancel compare compare_again connect create_account next open pause refresh resume '
        'save_and_sync show_credits undo view_errors view_left view_log progress',
    ),
    ('qbo.setup.check', MANAGER, 'fix'),
    ('qbo.setup.count', MANAGER, 'show'),
    ('qbo.setup.item', MANAGER, 'payload'),
    ('qbo.reconciliation', ACCOUNTANT, 'compare print xlsx'),
    ('qbo.reconciliation.line', ACCOUNTANT, 'explain journal_items map'),
    ('qbo.reconciliation.reason', ACCOUNTANT, 'journal_items'),
    ('qbo.proof', ALL, 'prove_again'),
    ('qbo.proof.line', ALL, 'open open_partner'),
    ('qbo.proof.document', ALL, 'open open_in_quickbooks'),
    ('qbo.account.create', MANAGER, 'create'),
    ('qbo.lost', BOOKS, 'send_anyway'),
    ('qbo.lost.side', BOOKS, 'link'),
    ('qbo.tax.code.create', MANAGER, 'create'),
    ('qbo.payment.refund', BOOKS, 'refund'),
    ('qbo.posting.mode', MANAGER, 'confirm'),
    ('qbo.prepare', MANAGER, 'confirm'),
    ('res.partner', ALL, 'qbo_details qbo_give_credit qbo_open qbo_preview qbo_sync'),
    ('product.product', ALL, 'qbo_details qbo_open qbo_preview qbo_sync'),
    ('product.template', ALL, 'qbo_details qbo_open qbo_preview qbo_sync'),
    ('product.category', ALL, 'qbo_details qbo_open qbo_preview qbo_sync'),
    ('account.payment.term', ALL, 'qbo_details qbo_open qbo_preview qbo_sync'),
    ('account.move', BOOKS, 'qbo_accept_tax qbo_details qbo_entries qbo_open qbo_preview qbo_send qbo_sync'),
    ('account.move.line', BOOKS, 'qbo_entries'),
    ('account.payment', BOOKS, 'qbo_details qbo_open qbo_preview qbo_refund qbo_refund_there qbo_sync'),
    ('account.tax', MANAGER, 'qbo_create_code'),
    ('account.account', MANAGER, 'qbo_accept_suggestions qbo_create_account'),
    ('res.config.settings', NOBODY, 'qbo_health qbo_setup'),
)  # fmt: skip
"""Who may press what on the records of the own company; nobody may on those of another one."""

STANDARD = {
    'create', 'write', 'unlink', 'button_cancel', 'button_draft', 'action_register_payment',
    'action_send_and_print', 'lazy_session_info',
}  # fmt: skip
"""Methods of Odoo that the addon extends: Odoo asks for the rights that they need."""

SHARED = {'product.category'}
"""Models whose records belong to all companies."""


def table():
    """Return ``{(name of the record, method): who may}``."""
    found = {}
    for name, who, methods in MAY:
        for method in methods.split():
            found[name, method if method == 'progress' else f'action_{method}'] = who
    return found


class TestRights(RightsCase):
    """Each public method of each model, by nine kinds of users, on a record of their company and of another one."""

    def who_may(self, name, method):
        """Return who may do this; what is not said of a special link is what holds for links."""
        may, model = table(), name.split(' ')[0]
        return may[name, method] if (name, method) in may else may[model, method]

    def test_each_public_method_is_in_the_table(self):
        found = {
            (name, method)
            for name, model in self.env.items()
            if not model._abstract
            for method in public_methods(model) - STANDARD
        }
        self.assertEqual(found, {(name, method) for name, method in table() if ' ' not in name})

    def test_who_may_press_what(self):
        calls, wrong = 0, []
        with self.enter_registry_test_mode():
            for name, record in self.records['own'].items():
                model = record._name
                for method in sorted(public_methods(record) - STANDARD):
                    of_model = getattr(getattr(type(record), method), '_api_model', False)
                    for user in (*GROUPS, *NEIGHBORS):
                        kind, own = NEIGHBORS.get(user, user), self.owner(user)
                        for place in ('own', 'neighbor'):
                            may = kind in self.who_may(name, method)
                            may = may and (place == own or of_model or name in SHARED)
                            records = None if of_model else self.records[place][name]
                            context = {'qbo_field': 'income_account_id'}
                            calls += 1
                            if self.allows(user, model, method, records, **context) != may:
                                wrong.append((user, place, name, method))
        self.assertEqual(wrong, [])
        self.assertGreater(calls, 3000)

    def test_a_number_in_the_context_opens_nothing(self):
        """The comparison's buttons take their connection from the context, which anybody may fill in."""
        with self.enter_registry_test_mode():
            for method in (
                'accept_exact', 'import_customers', 'import_products', 'import_vendors', 'compare_again', 'carry_out',
                'download',
            ):  # fmt: skip
                for records in (None, self.records['own']['qbo.match']):
                    records = self.env['qbo.match'] if records is None else records
                    for user, connection in (('manager', self.other), ('neighbor_manager', self.connection)):
                        with self.subTest(method, user=user):
                            context = {'qbo_connection_id': connection.id}
                            self.assertFalse(
                                self.allows(user, 'qbo.match', f'action_{method}', records.browse(), **context)
                            )

    def test_another_company_cannot_be_chosen_in_the_context(self):
        context = {'allowed_company_ids': self.neighbor.ids}
        for name in ('account.account', 'account.tax', 'qbo.connection', 'qbo.match', 'qbo.setup'):
            for method in sorted(public_methods(self.env[name]) - STANDARD):
                record = self.records['neighbor'][name]
                of_model = getattr(getattr(type(record), method), '_api_model', False)
                with self.subTest(name, method=method), self.enter_registry_test_mode():
                    self.assertFalse(self.allows('manager', name, method, None if of_model else record, **context))

    def test_a_dialog_about_another_company_cannot_be_made(self):
        setup, payment = (self.records['neighbor'][name] for name in ('qbo.setup', 'account.payment'))
        bank, tax = (self.records['neighbor'][name] for name in ('account.journal', 'account.tax'))
        day = {'billing_start': '2026-01-01'}
        for model, vals, who in (
            ('qbo.prepare', {'connection_id': self.other.id, 'posting_mode': 'batch', **day}, MANAGER),
            ('qbo.posting.mode', {'connection_id': self.other.id, 'posting_mode': 'batch'}, MANAGER),
            ('qbo.account.create', {'setup_id': setup.id, 'setting': 'income_account_id', 'name': "New"}, MANAGER),
            ('qbo.lost', {'link_id': self.records['neighbor']['qbo.link'].id}, ALL),
            ('qbo.tax.code.create', {'connection_id': self.other.id, 'tax_id': tax.id}, MANAGER),
            ('qbo.payment.refund', {'payment_id': payment.id, 'amount': 1.0, 'journal_id': bank.id}, NOBODY),
        ):
            for user in (*GROUPS, *NEIGHBORS):
                may = user in NEIGHBORS and NEIGHBORS[user] in who
                with self.subTest(model, user=user):
                    self.assertEqual(self.allows(user, model, 'create', None, [vals]), may)

    def test_what_cannot_be_taken_back_waits_for_the_commit(self):
        self.connection.with_user(self.users['manager']).action_disconnect()
        self.assertFalse([row for row in self.sandbox.requests if row.entity == 'revoke'])
        self.after_commit()
        self.assertEqual(self.sandbox.requests[-1].entity, 'revoke')
