"""What the client library python-quickbooks does with each entity, in its own objects, as its integration tests do
against Intuit's sandbox companies: whatever they send must be taken, and read back as it was sent."""

import uuid
from datetime import date

import pytest
import requests
from quickbooks import QuickBooks, objects
from quickbooks.objects.base import AttachableRef, CustomerMemo
from quickbooks.objects.billpayment import BillPaymentLine, CheckPayment
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.deposit import DepositLine, DepositLineDetail
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    ItemBasedExpenseLine,
    ItemBasedExpenseLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.journalentry import JournalEntryLine, JournalEntryLineDetail
from quickbooks.objects.refundreceipt import RefundReceiptCheckPayment
from quickbooks.objects.taxservice import TaxRateDetails, TaxService
from quickbooks.objects.trackingclass import Class

PEOPLE = {'GivenName': 'Imre', 'MiddleName': 'B', 'FamilyName': 'Falkner', 'Suffix': 'Jr'}


@pytest.fixture
def qb(sandbox):
    """The library's client, led to the sandbox."""
    client = QuickBooks(company_id=sandbox.realm_id, minorversion=75)
    client.sandbox, client.sandbox_api_url_v3 = True, f'{sandbox.url}/v3'
    client.session = requests.Session()
    client.session.access_token = sandbox.access_token()
    return client


def first(kind, qb):
    return kind.all(max_results=1, qb=qb)[0]


def made(kind, **members):
    found = kind()
    for name, value in members.items():
        setattr(found, name, value)
    return found


def saved(body, qb, **options):
    """Save an object; return it as read again."""
    body.save(qb=qb, **options)
    return type(body).get(body.Id, qb=qb)


def address():
    return made(objects.Address, Line1='1 Pier Plaza', Line2='Dock 2', City='Palmview', Country='U.S.A',
                CountrySubDivisionCode='FL', PostalCode='33499')  # fmt: skip


def item_line(qb, amount=100, **detail):
    line = made(SalesItemLine, LineNum=1, Description='Told', Amount=amount)
    line.SalesItemLineDetail = made(SalesItemLineDetail, ItemRef=first(objects.Item, qb).to_ref(), **detail)
    return line


def expense_line(qb, amount=200):
    line = made(AccountBasedExpenseLine, Amount=amount, DetailType='AccountBasedExpenseLineDetail')
    ref = made(objects.Ref, type='Account', value=1)
    line.AccountBasedExpenseLineDetail = made(AccountBasedExpenseLineDetail, AccountRef=ref)
    return line


# Lists.


@pytest.mark.parametrize('kind, field', [
    (objects.Customer, 'GivenName'), (objects.Vendor, 'GivenName'), (objects.Employee, 'FamilyName'),
    (objects.Department, 'Name'), (Class, 'Name'), (objects.Term, 'DueDays'), (objects.Item, 'Description'),
    (objects.Account, 'Name'), (objects.PaymentMethod, 'Name'),
])  # fmt: skip
def test_list_record_is_read_changed_and_saved_whole(qb, kind, field):
    body = first(kind, qb)
    setattr(body, field, 60 if field == 'DueDays' else 'Changed')

    assert getattr(saved(body, qb), field) == getattr(body, field)


@pytest.mark.parametrize('kind', [objects.Customer, objects.Vendor])
def test_names_are_created(qb, kind):
    body = made(kind, Title='Ms.', CompanyName='Nova 1', DisplayName='Nova 1', BillAddr=address(), **PEOPLE)
    body.PrimaryPhone = made(objects.PhoneNumber, FreeFormNumber='555-555-5555')
    body.PrimaryEmailAddr = made(objects.EmailAddress, Address='nova@example.com')
    if kind is objects.Vendor:
        body.TaxIdentifier, body.AcctNum, body.PrintOnCheckName = '99-9999999', '27111530', 'Nova 1'
        body.WebAddr = made(objects.WebAddress, URI='http://example.com')
    found = saved(body, qb)

    for name in ('Title', 'CompanyName', 'DisplayName', *PEOPLE):
        assert getattr(found, name) == getattr(body, name)
    for name in ('Line1', 'Line2', 'City', 'Country', 'CountrySubDivisionCode', 'PostalCode'):
        assert getattr(found.BillAddr, name) == getattr(body.BillAddr, name)
    assert (found.PrimaryPhone.FreeFormNumber, found.PrimaryEmailAddr.Address) == ('555-555-5555', 'nova@example.com')


def test_employee_is_created(qb):
    body = made(objects.Employee, SSN=None, GivenName='Imre', FamilyName='Falkner 1', HiredDate='2020-07-22',
                PrimaryAddr=address())  # fmt: skip
    body.PrimaryPhone = made(objects.PhoneNumber, FreeFormNumber='4085251234')
    found = saved(body, qb)

    assert (found.GivenName, found.FamilyName, found.PrimaryAddr.City) == ('Imre', 'Falkner 1', 'Palmview')


def test_account_with_a_long_number_is_created_found_and_renamed(qb):
    body = made(objects.Account, AcctNum='20261127153', Name='Petty cash', AccountSubType='CashOnHand')
    assert saved(body, qb).AcctNum == '20261127153'

    (found,) = objects.Account.filter(Name='Petty cash', qb=qb)
    found.Name = 'Petty cash 2'
    assert saved(found, qb).Name == 'Petty cash 2'


def test_inventory_item_is_created(qb):
    def account(clause):
        return objects.Account.where(clause, max_results=1, qb=qb)[0].to_ref()

    body = made(
        objects.Item, Name='Filter', Type='Inventory', TrackQtyOnHand=True, QtyOnHand=10, InvStartDate='2015-01-01',
        IncomeAccountRef=account("AccountType = 'Income' and AccountSubType = 'SalesOfProductIncome'"),
        ExpenseAccountRef=account("AccountSubType = 'SuppliesMaterialsCogs'"),
        AssetAccountRef=account("AccountSubType = 'Inventory'"), Sku='F-1',
    )  # fmt: skip
    found = saved(body, qb)

    assert (found.Name, found.Type, found.TrackQtyOnHand, found.QtyOnHand) == ('Filter', 'Inventory', True, 10)
    assert objects.Item.query('select *, Sku from Item where Name = \'Filter\'', qb=qb)[0].Sku == 'F-1'


@pytest.mark.parametrize('kind, members', [
    (objects.Department, {'Name': 'Dock'}), (Class, {'Name': 'Dock'}),
    (objects.Term, {'Name': 'In ten', 'DueDays': 10}),
    (objects.TaxAgency, {'DisplayName': 'Harbor office'}),
])  # fmt: skip
def test_small_lists_are_written(qb, kind, members):
    found = saved(made(kind, **members), qb)

    assert {name: getattr(found, name) for name in members} == members


def test_tax_codes_rates_and_agencies_are_read(qb):
    assert len(objects.TaxCode.all(max_results=1, qb=qb)) == 4  # Three of them are none.
    assert len(objects.TaxRate.all(max_results=1, qb=qb)) == len(objects.TaxAgency.all(max_results=1, qb=qb)) == 1


def test_tax_service_makes_a_code(qb):
    service = made(TaxService, TaxCode='TaxCode 271530')
    service.TaxRateDetails.append(
        made(TaxRateDetails, TaxRateName='TaxCode 271530', RateValue=10, TaxAgencyId=1, TaxApplicableOn='Sales')
    )
    found = service.save(qb=qb)

    (detail,) = found.TaxRateDetails
    assert (found.TaxCode, detail.RateValue, detail.TaxAgencyId) == ('TaxCode 271530', 10, '1')


def test_preferences_are_read_and_written(qb):
    found = objects.Preferences.get(qb=qb)
    assert (found.Id, found.AccountingInfoPrefs.TaxYearMonth) == ('1', 'January')
    assert found.ProductAndServicesPrefs.ForPurchase and found.VendorAndPurchasesPrefs.BillableExpenseTracking
    assert found.TimeTrackingPrefs.WorkWeekStartDate == 'Monday'
    assert found.OtherPrefs.NameValue[0].Name == 'SalesFormsPrefs.DefaultCustomerMessage'

    found.EmailMessagesPrefs.EstimateMessage.Subject = 'An offer'
    found.save(qb=qb)
    assert objects.Preferences.get(qb=qb).EmailMessagesPrefs.EstimateMessage.Subject == 'An offer'


# Sales.


@pytest.mark.parametrize('kind', [objects.Invoice, objects.CreditMemo, objects.SalesReceipt])
def test_sales_forms_are_created_as_the_library_fills_them(qb, kind):
    customer = first(objects.Customer, qb)
    body = made(kind, CustomerRef=customer.to_ref(), CustomerMemo=made(CustomerMemo, value='Memo'))
    body.Line.append(item_line(qb))
    found = saved(body, qb)

    memo = found.CustomerMemo['value'] if kind is objects.SalesReceipt else found.CustomerMemo.value
    assert (found.CustomerRef.name, memo) == (customer.DisplayName, 'Memo')
    assert (found.Line[0].Description, found.Line[0].Amount, found.Line[0].LineNum) == ('Told', 100, 1)
    found.PrivateNote = 'Changed'
    assert saved(found, qb).PrivateNote == 'Changed'


def test_invoice_is_sent_once_and_deleted(qb):
    customer, key = first(objects.Customer, qb), str(uuid.uuid4())
    bodies = [made(objects.Invoice, CustomerRef=customer.to_ref(), Line=[item_line(qb)]) for _each in range(2)]
    for body in bodies:
        body.save(qb=qb, request_id=key)
    assert bodies[0].Id == bodies[1].Id

    body = objects.Invoice.get(bodies[0].Id, qb=qb)
    body.delete(qb=qb)
    assert objects.Invoice.filter(Id=body.Id, qb=qb) == []


@pytest.mark.parametrize('kind', [objects.Invoice, objects.SalesReceipt])
def test_sales_forms_are_voided(qb, kind):
    line = item_line(qb, Qty=1, UnitPrice=100.0, ServiceDate=date.today().isoformat())
    found = saved(made(kind, CustomerRef=first(objects.Customer, qb).to_ref(), Line=[line]), qb)
    assert (found.TotalAmt, found.Line[0].SalesItemLineDetail['Qty'] if kind is objects.SalesReceipt else 1) == (100, 1)

    found.void(qb=qb)
    found = kind.get(found.Id, qb=qb)
    assert found.TotalAmt == 0 and 'Voided' in found.PrivateNote


def test_refund_receipt_is_created(qb):
    check = made(
        RefundReceiptCheckPayment, CheckNum='1001', NameOnAcct='Imre Falkner', AcctNum='0000000000', BankName='B'
    )
    bank = objects.Account.where("Name = 'checking'", max_results=1, qb=qb)[0]
    body = made(objects.RefundReceipt, DocNumber='DocNum123', TotalAmt=100, Balance=100, PrivateNote='Private',
                PaymentType='Check', CheckPayment=check, DepositToAccountRef=bank.to_ref())  # fmt: skip
    body.Line.append(item_line(qb, 200))
    found = saved(body, qb)

    assert (found.DocNumber, found.Line[0].Amount, found.DepositToAccountRef.value) == ('DocNum123', 200, bank.Id)


def test_payments_are_listed_received_and_voided(qb):
    customer, method = first(objects.Customer, qb), first(objects.PaymentMethod, qb)
    for _each in range(5):
        body = made(objects.Payment, TotalAmt=140.0, CustomerRef=customer.to_ref(), PaymentMethodRef=method.to_ref())
        found = saved(body, qb)
    assert (found.CustomerRef.name, found.TotalAmt, found.PaymentMethodRef.value) == (
        customer.DisplayName,
        140,
        method.Id,
    )
    assert len(objects.Payment.all(max_results=5, qb=qb)) == 5

    found.void(qb=qb)
    found = objects.Payment.get(found.Id, qb=qb)
    assert found.TotalAmt == 0 and 'Voided' in found.PrivateNote


def test_deposit_goes_from_bank_to_bank(qb):
    banks = objects.Account.filter(AccountType='Bank', max_results=2, qb=qb)
    line = made(DepositLine, Amount=20.0, DetailType='DepositLineDetail')
    line.DepositLineDetail = made(DepositLineDetail, AccountRef=banks[0].to_ref())
    body = made(objects.Deposit, DepositToAccountRef=banks[1].to_ref(), Line=[line])

    assert saved(body, qb).TotalAmt == 20


def test_journal_entry_is_created_and_saved_again(qb):
    lines = []
    for side, place in (('Debit', 0), ('Credit', 1)):
        ref = objects.Account.filter(AccountType='Bank', max_results=2, qb=qb)[place].to_ref()
        detail = made(JournalEntryLineDetail, PostingType=side, AccountRef=ref)
        lines.append(made(JournalEntryLine, Amount=25.54, JournalEntryLineDetail=detail))
    found = saved(made(objects.JournalEntry, Line=lines), qb)
    found.PrivateNote = 'Changed'

    assert saved(found, qb).PrivateNote == 'Changed'


# Purchases.


def bill(qb):
    body = made(objects.Bill, VendorRef=first(objects.Vendor, qb).to_ref(), Line=[expense_line(qb)])
    body.save(qb=qb)
    return body


def test_bill_and_vendor_credit_are_created_and_saved_again(qb):
    found = objects.Bill.get(bill(qb).Id, qb=qb)
    assert [line.Amount for line in found.Line] == [200]
    found.PrivateNote = 'Changed'
    assert saved(found, qb).PrivateNote == 'Changed'

    memo = made(objects.VendorCredit, VendorRef=first(objects.Vendor, qb).to_ref(), Line=[expense_line(qb)])
    assert saved(memo, qb).TotalAmt == 200


def test_bill_is_paid_and_the_payment_voided(qb):
    body = made(objects.BillPayment, PayType='Check', TotalAmt=200, PrivateNote='Private note',
                VendorRef=first(objects.Vendor, qb).to_ref())  # fmt: skip
    bank = objects.Account.where("AccountSubType = 'Checking'", qb=qb)[0]
    body.CheckPayment = made(CheckPayment, BankAccountRef=bank.to_ref())
    body.APAccountRef = objects.Account.where("AccountSubType = 'AccountsPayable'", qb=qb)[0].to_ref()
    body.Line.append(made(BillPaymentLine, Amount=200, LinkedTxn=[bill(qb).to_linked_txn()]))
    found = saved(body, qb)
    assert (found.PayType, found.TotalAmt, found.PrivateNote) == ('Check', 200, 'Private note')
    assert [line.Amount for line in found.Line] == [200]

    found.void(qb=qb)
    found = objects.BillPayment.get(found.Id, qb=qb)
    assert found.TotalAmt == 0 and 'Voided' in found.PrivateNote


def test_purchase_of_an_item_is_created(qb):
    card = objects.Account.filter(AccountType='Credit Card', max_results=1, qb=qb)[0]
    customer, code = first(objects.Customer, qb), first(objects.TaxCode, qb)
    item = objects.Item.filter(Type='Inventory', max_results=1, qb=qb)[0]
    line = made(ItemBasedExpenseLine, Amount=100)
    line.ItemBasedExpenseLineDetail = made(
        ItemBasedExpenseLineDetail, BillableStatus='NotBillable', UnitPrice=100, Qty=1, CustomerRef=customer.to_ref(),
        TaxCodeRef=code.to_ref(), ItemRef=item.to_ref(),
    )  # fmt: skip
    for _each in range(2):
        body = made(objects.Purchase, DocNumber='Doc123', PaymentType='CreditCard', AccountRef=card.to_ref(),
                    TotalAmt=100, Line=[line])  # fmt: skip
        found = saved(body, qb, params={'include': 'allowduplicatedocnum'})

    assert (found.AccountRef.value, found.DocNumber, found.TotalAmt) == (card.Id, 'Doc123', 100)
    detail = found.Line[0].ItemBasedExpenseLineDetail
    assert (detail.UnitPrice, detail.Qty, detail.CustomerRef.value) == (100, 1, customer.Id)
    assert (detail.TaxCodeRef.value, detail.ItemRef.value) == (code.Name, item.Id)


# Files, currencies, reports.


@pytest.mark.parametrize('name, how', [('notes.txt', 'path'), ('notes.txt', 'bytes'), ('TestFileName', 'bytes')])
def test_file_is_attached(qb, tmp_path, name, how):
    vendor = first(objects.Vendor, qb)
    (tmp_path / name).write_bytes(b'told')
    body = made(objects.Attachable, FileName=name, ContentType='text/plain')
    body.AttachableRef.append(made(AttachableRef, EntityRef=vendor.to_ref()))
    if how == 'path':
        body._FilePath = str(tmp_path / name)
    else:
        body._FileBytes = b'told'
    found = saved(body, qb)

    assert (found.AttachableRef[0].EntityRef.value, found.Size) == (vendor.Id, 4)
    assert requests.get(found.TempDownloadUri, timeout=10).content == b'told'


def test_note_is_attached_and_changed(qb):
    body = made(objects.Attachable, Note='Told')
    body.AttachableRef.append(made(AttachableRef, EntityRef=first(objects.Vendor, qb).to_ref()))
    assert saved(body, qb).Note == 'Told'

    found = first(objects.Attachable, qb)
    found.Note = 'Changed'
    assert saved(found, qb).Note == 'Changed'


def test_currencies_and_their_rates(sandbox, qb):
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
    made(CompanyCurrency, Code='CAD').save(qb=qb)
    assert CompanyCurrency.get(id=1, qb=qb).Name == 'Canadian Dollar'
    assert len(CompanyCurrency.all(qb=qb)) == 1

    rate = ExchangeRate.where("SourceCurrencyCode = 'EUR'", qb=qb)[0]
    assert (rate.SourceCurrencyCode, rate.TargetCurrencyCode) == ('EUR', 'USD')
    rate.Rate = wanted = rate.Rate + 1
    rate.save(qb=qb)
    assert ExchangeRate.where("SourceCurrencyCode = 'EUR'", qb=qb)[0].Rate == wanted


def test_accounts_but_one_are_found(qb):
    asked = "Classification = 'Asset' AND FullyQualifiedName != 'Accounts Receivable (A/R)'"

    assert len(objects.Account.where(asked, max_results=2, qb=qb)) == 2
    assert qb.get_report('TrialBalance')['Header']['ReportName'] == 'TrialBalance'
