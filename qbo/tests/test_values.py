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
