from . import setup

# isort: split
# What extends it comes after.
from . import check, options, preview, run

# isort: split
from . import purchases
