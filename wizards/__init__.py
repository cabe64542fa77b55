from . import qbo_payment_refund, qbo_preview
