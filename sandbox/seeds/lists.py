"""Accounts, items and the small lists of the seeded companies."""

from datetime import timedelta

ACCOUNTS = (
    ('1000', 'Checking', 'Bank', 'Checking'),
    ('1010', 'Savings', 'Bank', 'Savings'),
    ('1100', 'Accounts Receivable (A/R)', 'Accounts Receivable', 'AccountsReceivable'),
    ('1200', 'Undeposited Funds', 'Other Current Asset', 'UndepositedFunds'),
    ('1300', 'Inventory Asset', 'Other Current Asset', 'Inventory'),
    ('1310', 'Prepaid Expenses', 'Other Current Asset', 'PrepaidExpenses'),
    ('1500', 'Truck', 'Fixed Asset', 'Vehicles'),
    ('1510', 'Truck depreciation', 'Fixed Asset', 'AccumulatedDepreciation'),
    ('1520', 'Pumps and tools', 'Fixed Asset', 'MachineryAndEquipment'),
    ('2000', 'Accounts Payable (A/P)', 'Accounts Payable', 'AccountsPayable'),
    ('2100', 'Company Card', 'Credit Card', 'CreditCard'),
    ('2200', 'Sales Tax Payable', 'Other Current Liability', 'SalesTaxPayable'),
    ('2210', 'Customer deposits', 'Other Current Liability', 'OtherCurrentLiabilities'),
    ('2500', 'Truck loan', 'Long Term Liability', 'NotesPayable'),
    ('3000', 'Opening Balance Equity', 'Equity', 'OpeningBalanceEquity'),
    ('3100', 'Retained Earnings', 'Equity', 'RetainedEarnings'),
    ('3200', "Owner's capital", 'Equity', 'OwnersEquity'),
    ('4000', 'Pool service income', 'Income', 'ServiceFeeIncome'),
    ('4010', 'Repair income', 'Income', 'ServiceFeeIncome'),
    ('4100', 'Sales of Product Income', 'Income', 'SalesOfProductIncome'),
    ('4900', 'Discounts given', 'Income', 'DiscountsRefundsGiven'),
    ('5000', 'Cost of Goods Sold', 'Cost of Goods Sold', 'SuppliesMaterialsCogs'),
    ('5010', 'Field labour', 'Cost of Goods Sold', 'CostOfLaborCos'),
    ('6000', 'Advertising', 'Expense', 'AdvertisingPromotional'),
    ('6010', 'Fuel', 'Expense', 'Auto'),
    ('6020', 'Bank and card fees', 'Expense', 'BankCharges'),
    ('6030', 'Insurance', 'Expense', 'Insurance'),
    ('6040', 'Office supplies', 'Expense', 'OfficeGeneralAdministrativeExpenses'),
    ('6050', 'Yard rent', 'Expense', 'RentOrLeaseOfBuildings'),
    ('6060', 'Truck repairs', 'Expense', 'RepairMaintenance'),
    ('6070', 'Water testing supplies', 'Expense', 'SuppliesMaterials'),
    ('6080', 'Phone and power', 'Expense', 'Utilities'),
    ('7000', 'Interest earned', 'Other Income', 'InterestEarned'),
    ('8000', 'Depreciation', 'Other Expense', 'Depreciation'),
)
SUB_ACCOUNTS = (
    ('4001', 'Weekly routes', 'Pool service income'),
    ('4002', 'One-time cleanings', 'Pool service income'),
    ('6011', 'Diesel', 'Fuel'),
)
TERMS = (('Due on receipt', 0), ('Net 15', 15), ('Net 30', 30), ('Net 60', 60))
METHODS = ('Cash', 'Check', 'Visa', 'MasterCard', 'American Express', 'Discover', 'Bank transfer')
CARDS = frozenset({'Visa', 'MasterCard', 'American Express', 'Discover'})
CLASSES = ('Residential', 'Residential:Weekly', 'Residential:One-time', 'Commercial',
           'Commercial:Hotels', 'Commercial:Clubs')  # fmt: skip
DEPARTMENTS = ('North depot', 'North depot:Route 1', 'North depot:Route 2', 'South depot')
ITEMS = (
    # name, type, price, income account, taxable
    ('Weekly pool service', 'Service', 145, 'Pool service income', False),
    ('Pool opening', 'Service', 325, 'Pool service income', False),
    ('Pool closing', 'Service', 295, 'Pool service income', False),
    ('Repair hour', 'Service', 95, 'Repair income', False),
    ('Chlorine tablets 10 kg', 'NonInventory', 89.5, 'Sales of Product Income', True),
    ('Muriatic acid 4 l', 'NonInventory', 14.25, 'Sales of Product Income', True),
    ('Skimmer basket', 'NonInventory', 22.4, 'Sales of Product Income', True),
    ('Variable speed pump', 'NonInventory', 1249, 'Sales of Product Income', True),
)


def load_accounts(seeder):
    """Put in the chart of accounts; return ids by name."""
    ids = {}
    for number, name, type, subtype in ACCOUNTS:
        body = seeder.put('Account', Name=name, AcctNum=number, AccountType=type, AccountSubType=subtype)
        ids[name] = body['Id']
    for number, name, parent in SUB_ACCOUNTS:
        above = seeder.books.stored('Account', ids[parent])
        seeder.put(
            'Account', Name=name, AcctNum=number, AccountType=above['AccountType'],
            AccountSubType=above['AccountSubType'], ParentRef={'value': ids[parent]},
        )  # fmt: skip
    return ids


def load_small(seeder, nested=True):
    """Put in terms, payment methods and, if ``nested``, classes and departments."""
    for name, days in TERMS:
        seeder.put('Term', Name=name, DueDays=days)
    for name in METHODS:
        kind = 'CREDIT_CARD' if name in CARDS else 'NON_CREDIT_CARD'
        seeder.put('PaymentMethod', Name=name, Type=kind)
    if nested:
        _load_tree(seeder, 'Class', CLASSES)
        _load_tree(seeder, 'Department', DEPARTMENTS)


def _load_tree(seeder, type, paths):
    ids = {}
    for path in paths:
        above, _colon, name = path.rpartition(':')
        members = {'ParentRef': {'value': ids[above]}} if above else {}
        ids[path] = seeder.put(type, Name=name, **members)['Id']


def load_items(seeder, accounts, country):
    """Put in products and services."""
    for name, type, price, account, taxable in ITEMS:
        members = {'Taxable': taxable} if country == 'US' else {}
        seeder.put(
            'Item', Name=name, Type=type, UnitPrice=price,
            IncomeAccountRef={'value': accounts[account]}, **members,
        )  # fmt: skip
    category = seeder.put('Item', Name='Pool equipment', Type='Category')['Id']
    day = seeder.books.clock.today() - timedelta(days=390)
    seeder.put(
        'Item', Name='Salt cell', Sku='SC-40', Type='Inventory', UnitPrice=689, PurchaseCost=412, TrackQtyOnHand=True,
        QtyOnHand=12, InvStartDate=day.isoformat(), SubItem=True, ParentRef={'value': category},
        IncomeAccountRef={'value': accounts['Sales of Product Income']},
        ExpenseAccountRef={'value': accounts['Cost of Goods Sold']},
        AssetAccountRef={'value': accounts['Inventory Asset']}, **({'Taxable': True} if country == 'US' else {}),
    )  # fmt: skip
