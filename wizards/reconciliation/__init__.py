from . import reconciliation

# isort: split
# What extends it comes after.
from . import compare, export, line
