"""What documents have in common: money, lines, taxes, dates, numbers, links, postings.

``entities`` use it; it knows books only by what they are asked (``stored``, ``preference``, …).
"""
