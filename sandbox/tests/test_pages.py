"""The pages for people."""

import re

import pytest
import requests


class Browser:
    """Looks at pages and sends their forms."""

    def __init__(self, sandbox):
        self.url = sandbox.url

    def get(self, path, status=200, **params):
        """Return a page's text."""
        response = requests.get(self.url + path, params=params, timeout=5)
        assert response.status_code == status
        return response.text

    def send(self, path, **fields):
        """Send a form; return the page that follows."""
        response = requests.post(self.url + path, fields, timeout=5)
        assert response.status_code == 200, response.text
        return response.text

    def fields(self, path):
        """Return the fields of the first form that a person fills in, with their values."""
        form = re.search(r'<form method="post" class="card">.*?</form>', self.get(path), re.DOTALL).group()
        return dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', form))


@pytest.fixture
def browser(sandbox):
    """A person in front of the sandbox."""
    return Browser(sandbox)


@pytest.fixture
def customers(sandbox):
    """Where the customers are."""
    return f'/company/{sandbox.realm_id}/Customer'


def test_first_page_shows_the_customers_and_both_companies(browser):
    page = browser.get('/')

    assert all(name in page for name in ('Aldous Fenwick', 'Blue Heron Pool Care', 'Second Shore Holdings'))


@pytest.mark.parametrize(
    'type', ['Customer', 'Vendor', 'Employee', 'Item', 'Account', 'Class', 'Department', 'Term', 'PaymentMethod',
             'TaxCode', 'TaxRate', 'TaxAgency', 'CompanyInfo', 'Preferences'],
)  # fmt: skip
def test_every_type_has_a_list_and_its_records_a_page(sandbox, browser, type):
    body = sandbox.all(type)[0]
    link = f'/company/{sandbox.realm_id}/{type}/{body["Id"]}'

    assert link in browser.get(f'/company/{sandbox.realm_id}/{type}')
    assert browser.get(link)


def test_list_is_searched_without_case(browser, customers):
    page = browser.get(customers, q='HARBOR')

    assert ('Harbor Lights Hotel' in page, 'Aldous Fenwick' in page) == (True, False)


def test_list_shows_inactive_ones_as_such(browser, customers):
    assert re.search(r'<tr class="off">.*Old Mill Spa \(deleted\)', browser.get(customers))


def test_customer_is_created_in_quickbooks(sandbox, browser, customers):
    page = browser.send(f'{customers}/new', DisplayName='Walk-in', **{'BillAddr.City': 'Palmview'})

    assert 'Saved in QuickBooks.' in page
    created = sandbox.all('Customer')[-1]
    assert (created['DisplayName'], created['BillAddr']['City']) == ('Walk-in', 'Palmview')
    assert {'Notes', 'PrimaryPhone', 'CompanyName'}.isdisjoint(created)


def test_saving_a_form_as_it_is_changes_nothing(sandbox, browser, customers):
    before = sandbox.get('Customer', '12')
    browser.send(f'{customers}/12', **browser.fields(f'{customers}/12'))

    assert sandbox.get('Customer', '12') == before


def test_customer_is_edited_in_quickbooks(sandbox, browser, customers):
    fields = browser.fields(f'{customers}/12')
    browser.send(f'{customers}/12', **{**fields, 'Notes': 'Seen', 'PrimaryEmailAddr.Address': ''})
    customer = sandbox.get('Customer', '12')

    assert customer['Notes'] == 'Seen'
    assert 'PrimaryEmailAddr' not in customer


def test_address_lines_that_the_form_lacks_stay(sandbox, browser, customers):
    sandbox.update('Customer', '12', {'BillAddr': {'Line1': 'a', 'Line3': 'c'}})
    fields = browser.fields(f'{customers}/12')
    browser.send(f'{customers}/12', **{**fields, 'BillAddr.Line1': 'b'})

    address = sandbox.get('Customer', '12')['BillAddr']
    assert (address['Line1'], address['Line3']) == ('b', 'c')


def test_edit_that_is_too_late_is_refused_and_keeps_what_was_typed(sandbox, browser, customers):
    fields = browser.fields(f'{customers}/12')
    sandbox.update('Customer', '12', {'Notes': 'first'})
    page = browser.send(f'{customers}/12', **{**fields, 'Notes': 'second'})

    assert 'Stale Object Error' in page and 'second' in page
    assert sandbox.get('Customer', '12')['Notes'] == 'first'


def test_taken_name_is_refused_in_words(sandbox, browser, customers):
    page = browser.send(f'{customers}/new', DisplayName='Aldous Fenwick', Notes='typed')

    assert 'The name supplied already exists' in page and 'typed' in page


def test_customer_is_made_inactive_and_active_again(sandbox, browser, customers):
    browser.send(f'{customers}/12', toggle='1', SyncToken='0')
    assert sandbox.get('Customer', '12')['DisplayName'] == 'Freeman Sporting Goods (deleted)'

    browser.send(f'{customers}/12', toggle='1', SyncToken='1')
    assert sandbox.get('Customer', '12')['DisplayName'] == 'Freeman Sporting Goods'


def test_names_cannot_smuggle_html(sandbox, browser, customers):
    created = sandbox.create('Customer', {'DisplayName': '<script>alert(1)</script>', 'Notes': '</textarea><b>'})

    for path in (customers, f'{customers}/{created["Id"]}'):
        page = browser.get(path)
        assert '<script>' not in page and '</textarea><b>' not in page


def test_requests_are_shown_newest_first_and_cleared(sandbox, api, browser):
    api.get('customer/1')
    api.get('query', query='select * from Term')
    page = browser.get('/requests')

    assert page.index('select * from Term') < page.index('/customer/1')
    assert 'http-equiv="refresh"' in browser.get('/requests?live=1')
    browser.send('/requests')
    assert sandbox.requests == []


def test_fault_is_armed_and_disarmed_by_form(sandbox, api, browser):
    browser.send('/faults', name='status', status='500', on='customer', times='2')
    page = browser.get('/faults')
    assert 'Disarm' in page
    assert api.get('customer/1').status_code == 500

    browser.send('/faults/disarm', id=sandbox.armed()[0].id)
    assert api.get('customer/1').status_code == 200
    browser.send('/faults', name='slow', seconds='3')
    browser.send('/faults/disarm')
    assert sandbox.armed() == []


def test_bad_fault_is_refused_in_words(browser):
    assert 'No such fault' in browser.send('/faults', name='earthquake')


@pytest.mark.parametrize('lever, status', [('hour', 401), ('expire', 401), ('disconnect', 401)])
def test_levers_move_time_and_access(api, browser, lever, status):
    api.get('customer/1')
    browser.send('/levers', lever=lever)

    assert api.get('customer/1').status_code == status


def test_books_are_closed_and_opened(browser, sandbox):
    browser.send('/books', close='1', day='2026-06-30')
    assert 'closed up to 2026-06-30' in browser.get('/faults')
    assert sandbox.get('Preferences', '1')['AccountingInfoPrefs']['BookCloseDate'] == '2026-06-30'

    browser.send('/books', open='1', day='2026-06-30')
    assert 'They are open' in browser.get('/faults')
    assert not sandbox.get('Preferences', '1')['AccountingInfoPrefs'].get('BookCloseDate')


def test_unknown_company_and_record_say_so(browser, customers):
    assert 'no such company' in browser.get('/company/7/Customer')
    assert 'Object Not Found' in browser.get(f'{customers}/4711')
    assert browser.get('/nothing', status=404)


def test_address_of_intuits_own_pages_leads_to_the_record(browser, sandbox):
    id = sandbox.create('Customer', {'DisplayName': 'Found by its link'})['Id']

    assert 'Found by its link' in browser.get('/app/customerdetail', nameId=id)
