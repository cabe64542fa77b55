"""What links and the records that they link show alike."""

from ..connection.connection import GROUP  # noqa: F401 - who sees it

STATES = [('synced', "QBO"), ('pending', "Pending"), ('differs', "Differs"), ('error', "Error")]
SHOWN = [*STATES[:2], ('held', "On hold"), *STATES[2:]]
"""The states that a record shows: of what is pending on its link, some needs somebody."""
MODES = [('auto', "Automatic"), ('always', "Synchronize"), ('never', "Do not synchronize")]
