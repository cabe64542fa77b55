from . import setup

# isort: split
# What extends it comes after.
from . import check, documents, menu, options, preview, run, task, tax

# isort: split
from . import purchases
