"""How much goes to QuickBooks at once."""

BATCH_SIZE = 30  # qbo-api 7: more than 30 items and the whole call fails
CALLS_IN_FLIGHT = 4  # qbo-api 3: 10 at once are allowed; the rest is left to pulls and to people
WAVE_SIZE = BATCH_SIZE * CALLS_IN_FLIGHT
AIM_S = 0.5  # of our own work in a wave of bulk work; HTTP not counted


class Pace:
    """How many records of bulk work go with a wave: as many as half a second of our own work takes.

    A person's edit waits for one wave. What QuickBooks needs for its answers is not counted: calls go side by side.
    """

    def __init__(self):
        self.size, self.waited_s = WAVE_SIZE, 0.0

    def note(self, records, seconds):
        """Note how long a wave took; what was waited for QuickBooks meanwhile is in ``waited_s``."""
        own_s, self.waited_s = max(seconds - self.waited_s, 0.001), 0.0
        self.size = max(BATCH_SIZE, min(WAVE_SIZE, int(AIM_S * records / own_s)))
