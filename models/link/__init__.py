from . import link

# isort: split
# What extends it comes after.
from . import error_group, held, lifecycle
