from . import comparison, oauth, pages, reconciliation, webhook
