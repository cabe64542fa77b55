from . import watched

# isort: split
from . import mixin

# isort: split
from . import mapping, money, paid, paths, settlement

# isort: split
# What extends them comes after.
from . import direction, document, kept, party

# isort: split
from . import (
    document_hold,
    document_import,
    document_join,
    document_lines,
    document_tax,
    document_values,
    due,
    payment_form,
    received,
    settled,
    settlement_join,
)

# isort: split
from . import paid_out, purchase_form, receipt, sales_form

# isort: split
from . import spent

# isort: split
from . import (
    application,
    applied_credit,
    bill,
    category,
    credit_memo,
    customer,
    expense,
    expense_items,
    invoice,
    item,
    item_tax,
    journal_entry,
    payment,
    payment_credit,
    payment_import,
    payment_method,
    payment_money,
    purchase,
    refund_receipt,
    sales_receipt,
    term,
    vendor,
    vendor_credit,
    vendor_name,
)

# isort: split
# Money from customers goes first: what is nobody's counts as such.
from . import bill_payment

# isort: split
# What connections and links know through the mappings.
from . import connection, follow, held, link, link_actions, lost, ways
