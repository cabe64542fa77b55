from . import settlement

# isort: split
# What extends them comes after.
from . import application
