"""What a lost create may have become in QuickBooks."""

from .. import lost

LINE = {
    'DetailType': 'SalesItemLineDetail',
    'Amount': 20.0,
    'SalesItemLineDetail': {'ItemRef': {'value': '7'}, 'Qty': 2, 'UnitPrice': 10.0},
}
SUBTOTAL = {'DetailType': 'SubTotalLineDetail', 'Amount': 20.0, 'SubTotalLineDetail': {}}


def payment(**more):
    return {'CustomerRef': {'value': '1'}, 'TxnDate': '2026-03-03', 'TotalAmt': 50.0, **more}


def invoice(**more):
    return {'CustomerRef': {'value': '1'}, 'TxnDate': '2026-03-03', 'Line': [LINE], **more}


def test_what_is_asked_for():
    assert lost.conditions('Customer', [{'DisplayName': "O'Neil"}, {'DisplayName': 'Ada'}], 'DisplayName') == [
        r"DisplayName IN ('Ada', 'O\'Neil')"
    ]
    assert lost.conditions('Payment', [payment(), payment(CustomerRef={'value': '2'})], 'TotalAmt') == [
        "CustomerRef IN ('1', '2') AND TxnDate IN ('2026-03-03')"
    ]
    assert lost.conditions('Invoice', [invoice(DocNumber='9'), invoice()], 'DocNumber') == [
        "DocNumber IN ('9')",
        "CustomerRef IN ('1') AND TxnDate IN ('2026-03-03')",
    ]
    bill = {'VendorRef': {'value': '3'}, 'TxnDate': '2026-03-04'}
    assert lost.conditions('Bill', [bill], 'DocNumber') == ["VendorRef IN ('3') AND TxnDate IN ('2026-03-04')"]
    expense = {'EntityRef': {'value': '3'}, 'TxnDate': '2026-03-04'}
    assert lost.conditions('Purchase', [expense], 'DocNumber') == ["TxnDate IN ('2026-03-04')"]


def test_many_names_are_asked_for_in_parts():
    bodies = [{'Name': str(number)} for number in range(120)]
    assert len(lost.conditions('Item', bodies, 'Name')) == 3


def alike(body, row, entity='Invoice', member='DocNumber', **options):
    return lost.likeness(entity, body, {'Id': '5', **row}, member, **options)


def test_a_payment_is_known_by_customer_day_and_amount():
    for row, expected in (
        (payment(), lost.SURELY),
        (payment(TotalAmt=50.01), lost.NO),
        (payment(TxnDate='2026-03-04'), lost.NO),
        (payment(CustomerRef={'value': '2'}), lost.NO),
        (payment(CurrencyRef={'value': 'USD'}), lost.SURELY),
        (payment(PaymentRefNum='8'), lost.PERHAPS),
        (payment(Line=[{'Amount': 5.0, 'LinkedTxn': [{'TxnId': '1', 'TxnType': 'Invoice'}]}]), lost.PERHAPS),
    ):
        assert alike(payment(), row, 'Payment', 'TotalAmt') == expected, row
    euros = payment(CurrencyRef={'value': 'EUR'})
    assert alike(euros, payment(CurrencyRef={'value': 'USD'}), 'Payment', 'TotalAmt') == lost.NO


def test_a_document_is_known_by_its_number():
    for row, expected in (
        (invoice(DocNumber='inv-9', Line=[LINE, SUBTOTAL]), lost.SURELY),
        (invoice(DocNumber='INV-10'), lost.NO),
        (invoice(DocNumber='INV-9', Line=[]), lost.PERHAPS),
        (invoice(DocNumber='INV-9', CustomerRef={'value': '2'}), lost.PERHAPS),
    ):
        assert alike(invoice(DocNumber='INV-9'), row) == expected, row


def test_two_vendors_may_have_the_same_number():
    body, row = ({'VendorRef': {'value': party}, 'TxnDate': '2026-03-03', 'DocNumber': '1'} for party in '12')
    assert alike(body, row, 'Bill', is_name_of_party=True) == lost.NO
    assert alike(body, {**body}, 'Bill', is_name_of_party=True) == lost.SURELY


def test_a_document_without_a_number_is_known_by_its_lines_and_total():
    other = {**LINE, 'SalesItemLineDetail': {'ItemRef': {'value': '8'}}}
    for row, expected in (
        (invoice(TotalAmt=20.0), lost.SURELY),
        (invoice(TotalAmt=20.0, Line=[SUBTOTAL, LINE]), lost.SURELY),
        (invoice(TotalAmt=20.0, Line=[other]), lost.PERHAPS),
        (invoice(TotalAmt=21.0), lost.NO),
    ):
        assert alike(invoice(), row, amount=20.0) == expected, row


def verdicts(bodies, rows):
    found = lost.verdicts(bodies, rows, lambda number, row: lost.likeness('Payment', bodies[number], row, 'TotalAmt'))
    return [(item.row and item.row['Id'], [row['Id'] for row in item.perhaps]) for item in found]


def rows(*ids, **more):
    return [payment(Id=qbo_id, **more) for qbo_id in ids]


def test_one_that_is_the_same_is_it():
    assert verdicts([payment()], rows('1')) == [('1', [])]
    assert verdicts([payment()], []) == [(None, [])]


def test_several_that_are_the_same_are_asked_about():
    assert verdicts([payment()], rows('1', '2')) == [(None, ['1', '2'])]


def test_as_many_as_were_sent_are_these():
    assert verdicts([payment(), payment()], rows('1', '2')) == [('1', []), ('2', [])]


def test_a_row_is_what_one_of_them_became():
    assert verdicts([payment(), payment()], rows('1')) == [('1', []), (None, [])]


def test_what_is_the_same_goes_before_what_may_be():
    assert verdicts([payment()], rows('1', PaymentRefNum='8') + rows('2')) == [('2', [])]
    assert verdicts([payment()], rows('1', PaymentRefNum='8')) == [(None, ['1'])]
