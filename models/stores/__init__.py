from . import change, store

# isort: split
# What extends it comes after.
from . import booked, close, entries, entry, entry_item
