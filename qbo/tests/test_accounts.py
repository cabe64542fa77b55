from .. import accounts

CHART = [
    accounts.Account('1', 'Checking', '1000', 'Bank', 'Asset'),
    accounts.Account('2', 'Accounts Receivable (A/R)', '1100', 'Accounts Receivable', 'Asset'),
    accounts.Account('3', 'Sales', '4000', 'Income', 'Revenue'),
    accounts.Account('4', 'Routes:Sales', '', 'Other Income', 'Revenue'),
    accounts.Account('5', 'Insurance', '6030', 'Expense', 'Expense'),
    accounts.Account('6', 'Insurance', '', 'Other Expense', 'Expense'),
]


def suggested(number, name, account_type, is_default=False):
    found = accounts.suggest(number, name, account_type, CHART, is_default)
    return found and found.key


def test_the_same_number_goes_before_the_same_name():
    assert suggested('4000', 'Insurance', 'income') == '3'


def test_a_number_of_another_classification_is_not_the_same_account():
    assert suggested('4000', 'Till', 'asset_cash') is None


def test_of_several_names_the_one_of_the_same_type():
    assert suggested(None, 'insurance', 'expense') == '5'
    assert suggested(None, 'Insurance', 'expense_other') == '6'


def test_a_name_below_another_is_found():
    assert suggested('9', 'Sales ', 'income_other') == '4'


def test_the_default_receivable_is_quickbooks_own_and_no_other_becomes_it():
    assert suggested('101200', 'Debtors', 'asset_receivable', is_default=True) == '2'
    assert suggested('101300', "Owner's Current Account", 'asset_receivable') is None
    assert suggested('131000', 'Tax Receivable', 'asset_current') is None
    assert suggested('1100', 'Other', 'asset_current') is None


def test_the_same_name_of_another_type_is_not_the_same_account():
    assert suggested(None, 'Insurance', 'expense_direct_cost') is None


def test_a_new_account_has_a_name_and_number_that_quickbooks_takes():
    assert accounts.new('101200', 'Till: "main"', 'asset_cash', 7) == {
        'Name': "Till- 'main'", 'AccountType': 'Bank', 'AccountSubType': 'Checking', 'AcctNum': '101200',
    }  # fmt: skip
    assert 'AcctNum' not in accounts.new('10120000', 'Till', 'asset_cash', 7)
