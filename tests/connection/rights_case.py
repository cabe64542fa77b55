"""What the tests of rights share: two companies with QuickBooks, nine kinds of users, and one record of each model."""

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from ..billing import BillingCase

GROUPS = {
    'public': 'base.group_public',
    'portal': 'base.group_portal',
    'internal': 'base.group_user',
    'invoicing': 'base.group_user,base.group_partner_manager,account.group_account_invoice',
    'accountant': 'base.group_user,base.group_partner_manager,account.group_account_manager',
    'user': 'base.group_user,quickbooks_online.quickbooks_online_group_user',
    'manager': 'base.group_user,quickbooks_online.quickbooks_online_group_manager',
}
NEIGHBORS = {'neighbor_user': 'user', 'neighbor_manager': 'manager'}
"""Users of the other company, and what they are there."""

ADDON = 'odoo.addons.quickbooks_online.'


class _Undo(Exception):
    """Ends a savepoint, so that nothing of a call stays."""


class RightsCase(BillingCase):
    """Two companies, each connected to a QuickBooks company of its own, and with a record of each model."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.neighbor = cls.env['res.company'].create({'name': "Neighbor"})
        cls.env['account.chart.template'].try_loading('generic_coa', company=cls.neighbor, install_demo=False)
        cls.users = {name: cls._user_of(cls.company, name, groups) for name, groups in GROUPS.items()}
        for name, kind in NEIGHBORS.items():
            cls.users[name] = cls._user_of(cls.neighbor, name, GROUPS[kind])
        realm = cls.sandbox.realm_ids[1]
        cls.other = cls.env['qbo.connection'].create(
            {
                **cls._connection_vals(),
                'company_id': cls.neighbor.id,
                'realm_entry': realm,
                'token_entry': cls.sandbox.refresh_token(realm),
            }
        )
        cls.other.action_connect_direct()
        cls.records = {'own': cls._records_of(cls.connection), 'neighbor': cls._records_of(cls.other)}
        cls.sandbox.snapshot()
        cls.env.cr.postcommit.clear()

    @classmethod
    def _user_of(cls, company, name, groups):
        vals = {'company_id': company.id, 'company_ids': [Command.set(company.ids)]}
        return new_test_user(cls.env, f'rights_{name}', groups, context={'no_reset_password': True}, **vals)

    @classmethod
    def _records_of(cls, connection):
        """Return ``{name: a record of this company}``; of a link there are several, by what it is a link of."""
        company = connection.company_id
        env = cls.env(context={'allowed_company_ids': company.ids})
        found = {
            'qbo.connection': connection,
            'qbo.company': connection.qbo_company_id,
            'qbo.schedule': connection.schedule_ids[0],
        }
        found.update(cls._business_records(env, company))
        found.update(cls._links(env, connection, found))
        found.update(cls._screens(env, connection, found))
        return {name: record.with_env(cls.env) for name, record in found.items()}

    @classmethod
    def _business_records(cls, env, company):
        own = {'company_id': company.id}
        partner = env['res.partner'].create({'name': f"Customer of {company.name}", 'customer_rank': 1, **own})
        product = env['product.product'].create({'name': f"Product of {company.name}", **own})
        move = env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': partner.id, 'invoice_date': '2026-03-02',
            'invoice_line_ids': [Command.create({'product_id': product.id, 'price_unit': 10.0, 'tax_ids': []})],
        })  # fmt: skip
        move.action_post()
        bank = env['account.journal'].search([('type', '=', 'bank'), ('company_id', '=', company.id)], limit=1)
        payment = env['account.payment'].create(
            {'partner_id': partner.id, 'amount': 5.0, 'payment_type': 'inbound', 'journal_id': bank.id}
        )
        payment.action_post()
        return {
            'res.partner': partner,
            'product.product': product,
            'product.template': product.product_tmpl_id,
            'product.category': env['product.category'].create({'name': "Category"}),
            'account.move': move,
            'account.move.line': move.invoice_line_ids,
            'account.payment': payment,
            'account.payment.term': env['account.payment.term'].create({'name': "Term", **own}),
            'account.tax': env['account.tax'].search([('company_id', '=', company.id)], limit=1),
            'account.account': env['account.account'].search([('company_ids', 'in', company.ids)], limit=1),
            'account.journal': bank,
            'qbo.application': env['qbo.application'].create(own),
            'qbo.payment.method': env['qbo.payment.method'].create({'name': "Cheque", **own}),
        }

    @classmethod
    def _links(cls, env, connection, found):
        def link(entity, record=None, **vals):
            model = vals.pop('res_model', record is not None and record._name)
            res_id = vals.pop('res_id', record is not None and record.id)
            vals = {'entity': entity, 'res_model': model, 'res_id': res_id, **vals}
            vals['qbo_company_id'] = connection.qbo_company_id.id
            error = {'state': 'error', 'error_code': '6000', 'name': entity}
            return env['qbo.link'].create({**error, **vals})

        other = env['res.partner'].create({'name': "Another", 'company_id': connection.company_id.id})
        row = {'path': 'GivenName', 'base': 'a', 'odoo': 'b', 'qbo': 'c'}
        vals = {'base_odoo': {'GivenName': 'a'}, 'base_qbo': {'GivenName': 'a'}, 'conflicts': [row]}
        links = {
            'qbo.link': link('Customer', other, qbo_id='901', **vals),
            'qbo.link of an invoice': link('Invoice', found['account.move'], qbo_id='902'),
            'qbo.link of what is gone': link(
                'Customer', res_model='res.partner', res_id=99999999, qbo_id='903', **vals
            ),
            'qbo.link of an entity': link(
                'Customer', res_model='res.partner', res_id=False, qbo_id='904', mode='never'
            ),
        }
        env.flush_all()
        group = env['qbo.error.group'].search([('connection_id', '=', connection.id), ('entity', '=', 'Invoice')])
        request = env['qbo.request'].create({
            'qbo_company_id': connection.qbo_company_id.id, 'call_id': 'r', 'operation': 'create', 'state': 'done',
            'link_id': links['qbo.link'].id, 'body': '{"GivenName": "a"}', 'odoo_values': {'GivenName': 'a'},
        })  # fmt: skip
        log = connection._log('conflict', "Both changed it", links['qbo.link'], details=[{'field': 'f', 'odoo': 'a'}])
        file = env['qbo.attachment'].create({
            'qbo_company_id': connection.qbo_company_id.id, 'name': "Scan.pdf", 'origin': 'odoo', 'state': 'left',
            'res_model': 'account.move', 'res_id': found['account.move'].id,
        })  # fmt: skip
        own = {'qbo.error.group': group, 'qbo.request': request, 'qbo.log': log.with_env(env), 'qbo.attachment': file}
        return {**links, **own}

    @classmethod
    def _screens(cls, env, connection, found):
        own = {'connection_id': connection.id}
        setup = env['qbo.setup'].create(own)
        realm = {'qbo_company_id': connection.qbo_company_id.id}
        reference = {**realm, 'entity': 'TaxCode', 'entity_id': '99', 'name': "Code", 'kind': 'Sales'}
        reference['data'] = {'Taxable': True}
        match = {**own, 'kind': 'customer', 'verdict': 'only_odoo', 'res_model': 'res.partner'}
        store = env['qbo.store'].create({**own, 'name': "Store"})
        entry = env['qbo.entry'].create({**realm, 'store_id': store.id, 'date': '2026-03-02', 'kind': 'batch'})
        line = found['account.move.line']
        item = {'entry_id': entry.id, 'line_ref': line.id, 'move_ref': line.move_id.id, 'date': '2026-03-02'}
        report = env['qbo.reconciliation'].create(
            {'company_id': connection.company_id.id, 'date_from': '2026-03-01', 'date_to': '2026-03-31'}
        )
        report_line = env['qbo.reconciliation.line'].create({'reconciliation_id': report.id, 'name': "Line"})
        reason = {'line_id': report_line.id, 'reason': cls._first(env, 'qbo.reconciliation.reason', 'reason')}
        kind = cls._first(env, 'qbo.setup.count', 'kind')
        what = {'setup_id': setup.id, 'kind': kind, 'what': 'leave'}
        partner = {'res_model': 'res.partner', 'res_id': found['res.partner'].id}
        return {
            'qbo.setup': setup,
            'qbo.setup.check': env['qbo.setup.check'].create(
                {'setup_id': setup.id, 'name': "Check", 'verdict': 'warning', 'fix': 'move'}
            ),
            'qbo.setup.count': env['qbo.setup.count'].create(what),
            'qbo.setup.item': env['qbo.setup.item'].create({**what, **partner, 'entity': 'Customer'}),
            'qbo.reference': env['qbo.reference'].create(reference),
            'qbo.match': env['qbo.match'].create({**match, 'res_id': found['res.partner'].id}),
            'qbo.store': store,
            'qbo.entry': entry,
            'qbo.entry.item': env['qbo.entry.item'].create(
                {**item, 'move_id': line.move_id.id, 'account_id': line.account_id.id, 'balance': 1.0}
            ),
            **cls._proof(env, connection, found),
            'qbo.reconciliation': report,
            'qbo.reconciliation.line': report_line,
            'qbo.reconciliation.reason': env['qbo.reconciliation.reason'].create(reason),
        }

    @classmethod
    def _proof(cls, env, connection, found):
        proof = env['qbo.proof'].create({'qbo_company_id': connection.qbo_company_id.id, 'date': '2026-03-02'})
        vals = {'proof_id': proof.id, 'kind': cls._first(env, 'qbo.proof.line', 'kind'), 'key': 'k', 'name': "Line"}
        vals.update(verdict='differs', currency_id=env.company.currency_id.id, partner_id=found['res.partner'].id)
        line = env['qbo.proof.line'].create(vals)
        vals = {'line_id': line.id, 'entity': 'Invoice', 'qbo_id': '902'}
        vals.update(res_model='account.move', res_id=found['account.move'].id)
        return {
            'qbo.proof': proof,
            'qbo.proof.line': line,
            'qbo.proof.document': env['qbo.proof.document'].create(vals),
        }

    @classmethod
    def _first(cls, env, model, field):
        return env[model]._fields[field].get_values(env)[0]

    # === CALLING === #

    def owner(self, user):
        """Return whose records a user's own are: ``'own'`` or ``'neighbor'``."""
        return 'neighbor' if user in NEIGHBORS else 'own'

    def allows(self, user, model, method, records=None, *args, **context):
        """Return whether this user may call a method as over RPC. Nothing of the call stays.

        :param records: which, None for a method of the model
        """
        env = self.env(user=self.users[user], su=False)
        ids = [] if records is None else [records.ids]
        self.sandbox.requests.clear()
        try:
            with self.env.cr.savepoint():
                call_kw(env[model], method, [*ids, *args], {'context': context})
                self.env.flush_all()
                raise _Undo
        except _Undo:
            self.env.registry.clear_cache()  # of what is not there any more
            return True
        except (AccessError, MissingError) as refusal:
            self.assertFalse(self.sandbox.requests, f"QuickBooks was called before the refusal: {refusal}")
            return False
        except UserError:
            self.env.registry.clear_cache()
            return True
        finally:
            self.env.cr.postcommit.clear()
            self.env.cr.precommit.data.clear()
            self.env.invalidate_all()


def public_methods(model):
    """Return the names of the methods of a model that this addon defines and RPC reaches."""
    return {
        name
        for cls in type(model).mro()
        if cls.__module__.startswith(ADDON)
        for name, value in vars(cls).items()
        if not name.startswith('_') and (callable(value) or isinstance(value, (classmethod, staticmethod)))
    }
