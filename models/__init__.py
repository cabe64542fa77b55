from . import qbo_mixin

# isort: split
# Models come after the mixin that they inherit.
from . import (
    ir_cron,
    product_product,
    product_template,
    qbo_change,
    qbo_connection,
    qbo_connection_answer,
    qbo_connection_auth,
    qbo_connection_billing,
    qbo_connection_engine,
    qbo_connection_merge,
    qbo_connection_pull,
    qbo_connection_push,
    qbo_connection_webhook,
    qbo_credential,
    qbo_event,
    qbo_link,
    qbo_link_action,
    qbo_log,
    qbo_reference,
    qbo_request,
    qbo_schedule,
    res_partner,
)
