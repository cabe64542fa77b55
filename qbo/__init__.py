"""QuickBooks Online in plain Python: no Odoo in here, and relative imports only.

The same files work as ``qbo`` (tests, scripts) and as ``odoo.addons.quickbooks_online.qbo`` (the addon). Nothing in
this room sleeps, loops on a failure or keeps state between calls: it raises what it knows and the engine schedules.
"""
