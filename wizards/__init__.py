from . import (
    account_move_send_batch_wizard,
    account_payment_register,
    base_partner_merge,
    comparison,
    qbo_account_create,
    qbo_payment_refund,
    qbo_posting_mode,
    qbo_prepare,
    qbo_preview,
    qbo_tax_code_create,
    reconciliation,
    setup,
)
