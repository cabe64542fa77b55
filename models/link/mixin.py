"""What links and the records that they link show alike."""

STATES = [('synced', "QBO"), ('pending', "Pending"), ('differs', "Differs"), ('error', "Error")]
MODES = [('auto', "Automatic"), ('always', "Synchronise"), ('never', "Do not synchronise")]
GROUP = 'quickbooks_online.quickbooks_online_group_user'  # portal users read their own records over RPC
