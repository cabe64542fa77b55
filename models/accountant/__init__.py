from . import proof

# isort: split
from . import nightly, nightly_line, nightly_schedule
