from . import guard

# isort: split
from . import company, connection, timed

# isort: split
# What extends them comes after.
from . import (
    auth,
    backup,
    billing,
    calls,
    credential,
    go_live,
    health,
    ir_http,
    lifecycle,
    notice,
    place,
    purchases,
    rehearsal,
    res_config_settings,
    schedule,
    switches,
    webhook,
)

# isort: split
from . import discovery, keys, reads
