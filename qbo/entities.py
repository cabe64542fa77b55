"""What distinguishes QuickBooks' entity types for a client."""

# Name lists: made inactive instead of deleted, and hidden from queries while inactive (qbo-api 5, 9.1).
LISTS = frozenset(
    {
        'Account',
        'Class',
        'CompanyCurrency',
        'Customer',
        'Department',
        'Employee',
        'Item',
        'PaymentMethod',
        'TaxCode',
        'TaxRate',
        'Term',
        'Vendor',
    }
)

# Types that share one list of names: a customer cannot be called like a vendor (qbo-api 9.4).
SHARED_NAMES = ('Customer', 'Vendor', 'Employee')

# What drop-downs, documents and taxes need, and of each what they need to know of an entry besides its name. Lists
# that Odoo has records for (customers, products) are links instead.
REFERENCE_LISTS = {
    'Account': ('AccountType', 'AccountSubType', 'Classification', 'AcctNum', 'CurrencyRef'),
    'Class': ('ParentRef',),
    'Department': ('ParentRef',),
    'TaxAgency': ('TaxTrackedOnSales',),
    'TaxRate': ('RateValue', 'EffectiveTaxRate', 'AgencyRef', 'SpecialTaxType'),
    'TaxCode': ('SalesTaxRateList', 'PurchaseTaxRateList', 'TaxGroup', 'Taxable', 'TaxCodeConfigType'),
}
