from . import attachment

# isort: split
from . import connection, link
