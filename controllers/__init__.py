from . import comparison, oauth, reconciliation, webhook
