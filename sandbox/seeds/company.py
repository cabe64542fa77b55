"""CompanyInfo and Preferences of the seeded companies."""

CURRENCY = {'US': 'USD', 'CA': 'CAD', 'GB': 'GBP'}
HOME = {
    'US': {'Line1': '14 Heron Landing', 'City': 'Palmview', 'CountrySubDivisionCode': 'FL',
           'PostalCode': '33499', 'Country': 'US'},
    'CA': {'Line1': '14 Heron Landing', 'City': 'Lakemere', 'CountrySubDivisionCode': 'ON',
           'PostalCode': 'K0K 9Z9', 'Country': 'CA'},
    'GB': {'Line1': '14 Heron Landing', 'City': 'Millbrook Sands', 'PostalCode': 'ZZ1 4HL',
           'Country': 'GB'},
}  # fmt: skip


def load(seeder, name, country):
    """Put in the company itself with the preferences of a fresh one."""
    address = HOME[country]
    seeder.put(
        'CompanyInfo', id='1', CompanyName=name, LegalName=f'{name} Ltd.', CompanyAddr=address,
        LegalAddr=address, CustomerCommunicationAddr=address, Country=country,
        Email={'Address': 'office@example.com'}, PrimaryPhone={'FreeFormNumber': '(555) 555-0140'},
        SupportedLanguages='en', FiscalYearStartMonth='January', CompanyStartDate='2025-01-02',
        NameValue=[
            {'Name': 'NeoEnabled', 'Value': 'true'},
            {'Name': 'IndustryType', 'Value': 'Swimming pool cleaning and maintenance services'},
            {'Name': 'OfferingSku', 'Value': 'QuickBooks Online Plus'},
            {'Name': 'PayrollFeature', 'Value': 'false'},
            {'Name': 'AccountantFeature', 'Value': 'false'},
            {'Name': 'ItemCategoriesFeature', 'Value': 'true'},
        ],
    )  # fmt: skip
    seeder.put('Preferences', id='1', **preferences(country))


def preferences(country):
    """Return the preferences of a fresh company (members as in qbo-api 9.14)."""
    return {
        'AccountingInfoPrefs': {
            'FirstMonthOfFiscalYear': 'January', 'TaxYearMonth': 'January', 'TaxForm': '6',
            'UseAccountNumbers': True, 'ClassTrackingPerTxn': False, 'ClassTrackingPerTxnLine': True,
            'TrackDepartments': True, 'DepartmentTerminology': 'Location',
            'CustomerTerminology': 'Customers',
        },
        'CurrencyPrefs': {
            'HomeCurrency': {'value': CURRENCY[country]}, 'MultiCurrencyEnabled': False,
        },
        'ProductAndServicesPrefs': {
            'ForSales': True, 'ForPurchase': True, 'QuantityWithPriceAndRate': True,
            'QuantityOnHand': True,
        },
        'SalesFormsPrefs': {
            'CustomTxnNumbers': False, 'AllowDiscount': True, 'AllowShipping': False,
            'AllowDeposit': True, 'AllowServiceDate': True, 'AllowEstimates': True,
            'AutoApplyCredit': True, 'AutoApplyPayments': False, 'DefaultTerms': {'value': '3'},
            'DefaultCustomerMessage': 'Thank you for swimming with us!',
            'ETransactionPaymentEnabled': False, 'EmailCopyToCompany': False,
        },
        'TaxPrefs': {'UsingSalesTax': False},
        'VendorAndPurchasesPrefs': {'TrackingByCustomer': True, 'BillableExpenseTracking': True},
        'TimeTrackingPrefs': {'UseServices': True, 'BillCustomers': True,
                              'WorkWeekStartDate': 'Monday'},
        'ReportPrefs': {'ReportBasis': 'Accrual', 'CalcAgingReportFromTxnDate': False},
        'EmailMessagesPrefs': {
            'InvoiceMessage': {'Subject': 'Your invoice', 'Message': 'Your invoice is attached.'},
        },
        'OtherPrefs': {'NameValue': [
            {'Name': 'SalesFormsPrefs.DefaultItem', 'Value': '1'},
            {'Name': 'WarnDuplicateCheckNumber', 'Value': 'true'},
            {'Name': 'WarnDuplicateBillNumber', 'Value': 'false'},
            {'Name': 'WarnDuplicateJournalNumber', 'Value': 'true'},
        ]},
    }  # fmt: skip


def use(seeder, accounts, tax_code, country):
    """Point the preferences at the accounts and the tax code that now exist."""
    books = seeder.books
    body = books.stored('Preferences', '1')
    body['SalesFormsPrefs']['DefaultDiscountAccount'] = accounts['Discounts given']
    body['TaxPrefs'] = {'UsingSalesTax': True}
    if country == 'US':
        body['TaxPrefs']['TaxGroupCodeRef'] = {'value': tax_code}
    books.overwrite('Preferences', '1', body, quiet=True)
