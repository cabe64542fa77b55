"""A QuickBooks Online that runs on this machine.

Rooms, and who may call whom: :mod:`.wire` (HTTP) calls :mod:`.company` (behavior), which calls
:mod:`.database` (SQLite). Behavior never sees a request; wire never computes a balance. Tests
and scripts start it through :class:`.server.Sandbox`; a person starts it with
``python -m sandbox serve``. It imports neither Odoo nor the rest of the addon.

"qbo-api N" and "purchases N" in this folder are sections of the fact sheets in which the project writes
Intuit's behavior down; where nothing is known, the code says so.
"""
