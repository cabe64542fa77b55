from . import comparison, oauth, webhook
