"""What documents have in common: money, lines, taxes, dates, numbers, links, postings.

``entities`` use it; it knows books only by what they are asked (``stored``, ``preference``, …).
"""

from .. import entities  # First, whoever comes first: its field kinds are used here, and it uses what is here.
