from . import link

# isort: split
# Models come after the mixins that they inherit, and rooms after those they extend.
from . import connection

# isort: split
from . import mapping

# isort: split
from . import (
    account_account,
    account_bank_statement_line,
    account_journal,
    account_move,
    account_move_discount,
    account_move_entry,
    account_move_expense,
    account_move_file,
    account_move_kept,
    account_move_line,
    account_move_pin,
    account_move_receipt,
    account_move_reconcile,
    account_move_refund,
    account_move_send,
    account_partial_reconcile,
    account_payment,
    account_payment_file,
    account_payment_memo,
    account_payment_method_line,
    account_payment_term,
    account_tax,
    account_tax_create,
    accountant,
    attachments,
    comparison,
    document_not_sent,
    engine,
    ir_attachment,
    lists,
    product_category,
    product_product,
    product_template,
    res_partner,
    settled_by,
    stores,
    watched,
)
