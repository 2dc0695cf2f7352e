"""Comparisons: rounds, proposals and positions side by side. Columns stand by date, then alphabetically.

shared      what they have in common
rounds      two to four rounds, or all of a series
proposals   proposals, and how each departs from one of them
positions   the latest stated positions of parties, issue by issue
"""

from talks.public.views.compare.positions import compare_positions
from talks.public.views.compare.proposals import compare_proposals
from talks.public.views.compare.rounds import compare_rounds

__all__ = ["compare_positions", "compare_proposals", "compare_rounds"]
