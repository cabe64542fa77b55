from . import base_partner_merge, qbo_account_create, qbo_payment_refund, qbo_preview, qbo_setup
from . import qbo_setup_check, qbo_setup_options, qbo_setup_preview, qbo_setup_run  # parts of qbo_setup, in this order
