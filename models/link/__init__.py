from . import link

# isort: split
# What extends it comes after.
from . import hold  # isort: skip
from . import error_group, held, lifecycle
