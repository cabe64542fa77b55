from . import match

# isort: split
# What extends it comes after.
from . import action, carry, compare, export
