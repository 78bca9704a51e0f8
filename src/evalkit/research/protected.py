"""The tables of a year, each with what has to go from it so that all are safe together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalkit.privacy import load_policy
from evalkit.research.lattice import COUNTS, TABLES, Lattice, build_lattice, first_wave
from evalkit.research.reported import told_in_reports
from evalkit.research.suppression import Pattern, suppress

__all__ = ["ProtectedTable", "protect_year"]

_CONTEXT = ("instrument", "month_start", "month_end")


@dataclass(frozen=True, eq=False)
class ProtectedTable:
    """A table with exact counts, and which of them nobody may see.

    Attributes
    ----------
    exact : DataFrame
        academic_year, what the rows are about, instrument (and months), and the counts
        (``Int64``): for computing with, not for showing.
    hidden : DataFrame
        The counts' columns; true where a count goes.
    """

    exact: pd.DataFrame
    hidden: pd.DataFrame

    @property
    def published(self) -> pd.DataFrame:
        """The table without what has to go, which ``suppressed`` names."""
        shown = self.exact.assign(**self.exact[list(COUNTS)].mask(self.hidden))
        flags = self.hidden.to_numpy(dtype=bool)
        gone = ["、".join(np.array(COUNTS)[row]) for row in flags]
        return shown.assign(suppressed=pd.Series(gone, index=shown.index, dtype="string"))


def protect_year(rows: pd.DataFrame, k: int) -> dict[str, ProtectedTable]:
    """Return the tables of :data:`evalkit.research.lattice.TABLES` for one year.

    Parameters
    ----------
    rows : DataFrame
        As :func:`evalkit.research.screening.rows_from_snapshots` returns it, of one year.
    k : int
        Counts of students above zero and below this may not be told.

    Raises
    ------
    DataError
        If what is left does not stand up to the proofs that it is safe.
    """
    lattice = build_lattice(rows)
    least = load_policy("internal").small
    pattern = suppress(lattice, k, least, told_in_reports(rows, lattice))
    first = rows[first_wave(rows)]
    return {
        name: _table(first if name.startswith("annual") else rows, name, about, lattice, pattern)
        for name, about in TABLES.items()
    }


def _table(
    rows: pd.DataFrame, name: str, about: Sequence[str], lattice: Lattice, pattern: Pattern
) -> ProtectedTable:
    values = lattice.values
    keys = ["academic_year", *about]
    context = list(_CONTEXT) if name == "screening" else ["instrument"]
    table = rows.groupby(keys, sort=True)[context].agg(_joined).reset_index()
    counts: dict[str, pd.Series] = {}
    hidden: dict[str, list[bool]] = {}
    for count in COUNTS:
        places = (tuple(map(str, p)) for p in table[list(about)].itertuples(index=False))
        totals = [lattice.totals.get((name, place, count)) for place in places]
        numbers = [None if total is None else int(values[total]) for total in totals]
        counts[count] = pd.Series(numbers, index=table.index, dtype="Int64")
        hidden[count] = [total is not None and bool(pattern.hidden[total]) for total in totals]
    exact = table.astype(dict.fromkeys((*keys, *context), "string")).assign(**counts)
    return ProtectedTable(exact, pd.DataFrame(hidden, index=table.index, dtype=bool))


def _joined(column: pd.Series) -> str:
    return "、".join(
        sorted({part for text in column.dropna() for part in text.split("、") if part})
    )
