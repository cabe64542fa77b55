from . import company, connection

# isort: split
# What extends them comes after.
from . import (
    auth,
    billing,
    calls,
    credential,
    go_live,
    health,
    ir_cron,
    ir_http,
    lifecycle,
    res_config_settings,
    schedule,
    switches,
    webhook,
)
