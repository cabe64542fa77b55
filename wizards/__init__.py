from . import qbo_preview
