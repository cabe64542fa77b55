"""What a user decides and presses on a new connection, so that everything is synchronized."""

LOCALIZATIONS = {'CA': 'l10n_ca', 'GB': 'l10n_uk'}


def company_of(server, country):
    """Return the id of the Odoo company to connect: admin's own for the US, else a new one, which becomes admin's own.

    The one that is there has documents in dollars already, so it can have no other currency.
    """
    admin = server.execute('res.users', 'search', [('login', '=', 'admin')])
    if country == 'US':
        return server.execute('res.users', 'read', admin, ['company_id'])[0]['company_id'][0]
    [place] = server.execute('res.country', 'search_read', [('code', '=', country)], ['name', 'currency_id'])
    name = f'YourCompany, {place["name"]}'
    # First its taxes: Odoo would install them while it makes the company, and where another transaction disturbs it
    # then, repeat that although the company is there already.
    module = server.execute('ir.module.module', 'search', [('name', '=', LOCALIZATIONS[country])])
    server.execute('ir.module.module', 'button_immediate_install', module)
    values = {'name': name, 'country_id': place['id'], 'currency_id': place['currency_id'][0]}
    known = server.execute('res.company', 'search', [('name', '=', name)])
    company = known[0] if known else server.execute('res.company', 'create', values)
    server.execute('res.users', 'write', admin, {'company_id': company})
    return company


def switch_on(server, connection):
    """Press the buttons that bring customers, products and, from today on, documents in sync."""

    def press(button):
        server.execute('qbo.connection', button, [connection])

    press('action_refresh_lists')
    server.execute('qbo.connection', 'write', [connection], choices(server, connection))
    press('action_switch_on_customers')
    press('action_switch_on_products')
    press('action_switch_on_billing')


def switch_on_purchases(server, connection):
    """Have vendors, bills and their payments synchronized too: by bank from Checking, what is bought a cost."""
    [settings] = server.execute('qbo.connection', 'read', [connection], ['company_id', 'expense_account_id'])

    def journal(kind):
        domain = [('type', '=', kind), ('company_id', '=', settings['company_id'][0])]
        return server.execute('account.journal', 'search_read', domain, ['default_account_id'], limit=1)[0]

    bank, bought = journal('bank'), journal('purchase')
    checking = reference(server, connection, 'Account', ('name', '=', 'Checking'))
    server.execute('account.journal', 'write', [bank['id']], {'qbo_paid_from_id': checking})
    cost, [account, _name] = settings['expense_account_id'][0], bought['default_account_id']
    server.execute('account.account', 'write', [account], {'qbo_account_id': cost})
    server.execute('qbo.connection', 'write', [connection], {'bill_account_id': account})
    server.execute('qbo.connection', 'action_switch_on_purchases', [connection])


def choices(server, connection):
    """Return the settings of a connection that products and documents cannot do without."""
    [company] = server.execute('qbo.connection', 'read', [connection], ['company_id'])
    journal = [('type', '=', 'bank'), ('company_id', '=', company['company_id'][0])]
    return {
        'income_account_id': reference(server, connection, 'Account', ('name', '=', 'Sales of Product Income')),
        'expense_account_id': reference(server, connection, 'Account', ('name', '=', 'Cost of Goods Sold')),
        'asset_account_id': reference(server, connection, 'Account', ('name', '=', 'Inventory Asset')),
        'deposit_account_id': reference(server, connection, 'Account', ('name', '=', 'Undeposited Funds')),
        'payment_journal_id': server.execute('account.journal', 'search', journal, limit=1)[0],
        'default_tax_id': sales_tax(server, connection),
    }


def reference(server, connection, entity, condition):
    """Return the id in Odoo of the first entry of a list of QuickBooks that meets a condition."""
    domain = [('qbo_company_id.connection_ids', '=', connection), ('entity', '=', entity), condition]
    return server.execute('qbo.reference', 'search', domain, order='entity_id', limit=1)[0]


def sales_tax(server, connection):
    """Create the tax that is QuickBooks' first tax code, let products have it instead of the default, return its id."""
    [settings] = server.execute('qbo.connection', 'read', [connection], ['default_tax_id', 'tax_model', 'company_id'])
    default, company = settings['default_tax_id'][0], settings['company_id'][0]
    code = reference(server, connection, 'TaxCode', ('kind', '=', 'Sales'))
    server.execute('qbo.reference', 'action_create_tax', [code])
    [tax] = server.execute('account.tax', 'search', [('qbo_tax_code_id', '=', code)])
    # Outside the US QuickBooks wants a tax on every line.
    which = [] if settings['tax_model'] == 'coded' else [('taxes_id', 'in', [default])]
    products = server.execute('product.template', 'search', which)
    server.execute('product.template', 'write', products, {'taxes_id': [(3, default), (4, tax)]})
    map_taxes(server, connection, company)
    return tax


def map_taxes(server, connection, company):
    """Map the other taxes of the company to the first tax code of the same percentage: customers abroad have them."""
    domain = [('qbo_company_id.connection_ids', '=', connection), ('entity', '=', 'TaxCode'), ('kind', '=', 'Sales')]
    codes = {}
    for code in server.execute('qbo.reference', 'search_read', domain, ['tax_percent'], order='entity_id'):
        codes.setdefault(code['tax_percent'], code['id'])
    domain = [('type_tax_use', '=', 'sale'), ('company_id', '=', company), ('qbo_tax_code_id', '=', False)]
    for tax in server.execute('account.tax', 'search_read', domain, ['qbo_percent']):
        if code := codes.get(tax['qbo_percent']):
            server.execute('account.tax', 'write', [tax['id']], {'qbo_tax_code_id': code})


PARTNERS = (
    # name, e-mail, whether it is in use: what the comparison says of it beside Blue Heron Pool Care's customers
    ('Calla Nightingale', 'customer5@example.com', True),  # the same
    ('Freeman Sporting Good', 'customer12@example.com', True),  # probably the same
    ('Gideon Thistlewood', 'customer13@example.com', True),  # twice in Odoo
    ('Gideon Thistlewood (Pool)', 'customer13@example.com', True),
    ('Hester Bramble', 'customer15@example.com', False),  # archived here, in use there
    ('Percival Dunmore', 'customer32@example.com', True),  # in use here, inactive there
)
PRODUCTS = ('Weekly pool service', 'Skimmer baskets')  # the same; alike


def make_alike(server):
    """Give Odoo's demo company customers and products that QuickBooks' has too, so that each verdict is seen."""
    if server.execute('res.partner', 'search_count', [('name', '=', PARTNERS[0][0])]):
        return
    for name, email, active in PARTNERS:
        vals = {'name': name, 'email': email, 'customer_rank': 1, 'active': active}
        server.execute('res.partner', 'create', vals)
    for name in PRODUCTS:
        server.execute('product.product', 'create', {'name': name, 'type': 'service', 'sale_ok': True})
