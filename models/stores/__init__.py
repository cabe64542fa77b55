from . import store

# isort: split
# What extends it comes after.
from . import close, entries, entry, entry_item
