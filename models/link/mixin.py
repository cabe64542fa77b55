"""What links and the records that they link show alike."""

from ..connection.connection import GROUP  # noqa: F401 - who sees it

STATES = [('synced', "QBO"), ('pending', "Pending"), ('differs', "Differs"), ('error', "Error")]
MODES = [('auto', "Automatic"), ('always', "Synchronise"), ('never', "Do not synchronise")]
