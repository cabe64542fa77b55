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


def custom_fields(group, what):
    """Return three fields of the company's own that are turned off, as answers have them."""
    return [{'CustomField': [
        {'Name': f'{group}.Use{what}Custom{number}', 'Type': 'BooleanType', 'BooleanValue': False}
        for number in (3, 2, 1)
    ]}]  # fmt: skip


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
            'ETransactionPaymentEnabled': False, 'ETransactionEnabledStatus': 'NotApplicable',
            'ETransactionAttachPDF': False, 'EmailCopyToCompany': False, 'IPNSupportEnabled': False,
            'UsingPriceLevels': False, 'CustomField': custom_fields('SalesFormsPrefs', 'Sales'),
        },
        'TaxPrefs': {'UsingSalesTax': False},
        'VendorAndPurchasesPrefs': {
            'TrackingByCustomer': True, 'BillableExpenseTracking': True,
            'POCustomField': custom_fields('PurchasePrefs', 'Purchase'),
        },
        'TimeTrackingPrefs': {'UseServices': True, 'BillCustomers': True,
                              'WorkWeekStartDate': 'Monday', 'MarkTimeEntriesBillable': True,
                              'ShowBillRateToAll': False},
        'ReportPrefs': {'ReportBasis': 'Accrual', 'CalcAgingReportFromTxnDate': False},
        'EmailMessagesPrefs': {
            f'{name}Message': {'Subject': f'Your {text}', 'Message': f'Your {text} is attached.'}
            for name, text in (('Invoice', 'invoice'), ('Estimate', 'estimate'), ('SalesReceipt', 'sales receipt'),
                               ('Statement', 'statement'))
        },
        'OtherPrefs': {'NameValue': [
            {'Name': 'SalesFormsPrefs.DefaultCustomerMessage', 'Value': 'Thank you for swimming with us!'},
            {'Name': 'SalesFormsPrefs.DefaultItem', 'Value': '1'},
            {'Name': 'WarnDuplicateCheckNumber', 'Value': 'true'},
            {'Name': 'WarnDuplicateBillNumber', 'Value': 'false'},
            {'Name': 'WarnDuplicateJournalNumber', 'Value': 'true'},
            {'Name': 'TimeTrackingFeatureEnabled', 'Value': 'true'},
            {'Name': 'ProjectsEnabled', 'Value': 'false'},
            {'Name': 'DateFormat', 'Value': 'Month Date Year separated by a slash'},
            {'Name': 'DateFormatMnemonic', 'Value': 'MMDDYYYY_SEP_SLASH'},
            {'Name': 'NumberFormat', 'Value': 'US Number Format'},
            {'Name': 'NumberFormatMnemonic', 'Value': 'US_NB'},
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
