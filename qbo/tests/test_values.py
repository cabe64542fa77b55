from ..values import for_create, for_update

ADDRESS = {'Line1': '1 Main', 'City': 'Miami', 'Country': 'United States'}


def test_a_create_sends_nothing_empty():
    values = {'DisplayName': 'Ann', 'Notes': None, 'BillAddr': {'City': '', 'Line1': None}, 'Active': True, 'Line': []}
    assert for_create(values) == {'DisplayName': 'Ann', 'Active': True}


def test_an_update_sends_only_what_changed_and_blanks_with_an_empty_text():
    now = {'DisplayName': 'Ann', 'Notes': None, 'Active': False}
    assert for_update(now, {}, {}, {'Notes', 'Active'}) == {'Active': False, 'Notes': ''}


def test_a_block_goes_whole_with_unchanged_members_as_quickbooks_spells_them():
    base_qbo = {'BillAddr': {**ADDRESS, 'Country': 'USA'}}
    sent = for_update({'BillAddr': {**ADDRESS, 'City': 'Tampa'}}, {'BillAddr': ADDRESS}, base_qbo, {'BillAddr'})
    assert sent == {'BillAddr': {'Line1': '1 Main', 'City': 'Tampa', 'Country': 'USA'}}


def test_an_address_keeps_what_odoo_has_no_field_for():
    known = {'Id': '7', 'Line1': '1 Main', 'Line2': 'Suite 2', 'Line3': 'Floor 3', 'City': 'Miami', 'Note': 'blue door',
             'Lat': '25.7', 'Long': '-80.1'}  # fmt: skip
    base_qbo = {'Line1': '1 Main', 'Line2': 'Suite 2, Floor 3', 'City': 'Miami', 'Country': None}
    for change, sent in (
        ({'City': 'Tampa'}, {'Line3': 'Floor 3', 'City': 'Tampa'}),
        ({'Line2': 'Suite 4'}, {'Line2': 'Suite 4', 'City': 'Miami'}),
    ):
        now = {'BillAddr': {**base_qbo, **change}}
        found = for_update(now, {'BillAddr': base_qbo}, {'BillAddr': base_qbo}, {'BillAddr'}, {'BillAddr': known})
        kept = {key: known[key] for key in ('Id', 'Line1', 'Line2', 'Note')}
        assert found['BillAddr'] == {**kept, **sent}


def test_another_address_altogether_takes_nothing_along():
    now = {'BillAddr': {'Line1': None, 'City': None}}
    base = {'BillAddr': {'Line1': '1 Main', 'City': 'Miami'}}
    known = {'BillAddr': {**base['BillAddr'], 'Line3': 'Floor 3'}}
    assert for_update(now, base, base, {'BillAddr'}, known) == {'BillAddr': {'Line1': '', 'City': ''}}
