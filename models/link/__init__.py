from . import mixin, link

# isort: split
# What extends them comes after.
from . import actions, error_group, lifecycle, words
