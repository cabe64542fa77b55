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
