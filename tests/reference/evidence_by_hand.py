"""Every metric of a college's year, worked out from the measures and the criteria alone.

Plain loops over plain cells, slow and obvious; nothing of the program is used. A sheet that came
back empty counts as none of what it lists; a share of nothing is no share at all.
"""

from __future__ import annotations

from .by_hand.care import count_care
from .by_hand.network import count_network
from .by_hand.outcomes import count_outcomes
from .by_hand.station import count_station
from .by_hand.work import count_work
from .by_hand.workbooks import Book, Counts


def count_evidence(book: Book) -> Counts:
    return {
        **count_station(book),
        **count_network(book),
        **count_work(book),
        **count_care(book),
        **count_outcomes(book),
    }
