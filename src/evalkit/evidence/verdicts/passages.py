"""Where figures come from: file, sheet and cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evalkit.evidence.engine import lazy
from evalkit.evidence.source import Source
from evalkit.evidence.verdicts.model import Passage

__all__ = ["find_passages", "rows_text"]

CODED = frozenset({"key_students", "crisis"})
"""Sheets with a row a student: how many rows there are must not be told."""
FORMS = frozenset({"base_info", "head_form"})
"""Sheets that are one form each."""
MOST = 4
"""With more runs of rows than this, only their span and number are said."""

_PLACE = ("source_file", "source_sheet", "source_row")

Widths = Mapping[tuple[str, str, str], tuple[str, str]]
"""(academic year, file, tab) → letters of the first and the last column that were read."""


def find_passages(
    source: Source, sheets: Iterable[str], widths: Widths | None = None
) -> Mapping[tuple[str, ...], tuple[Passage, ...]]:
    """Return the cells of each college in each sheet.

    Parameters
    ----------
    source : Source
        The tables, with where each row came from.
    sheets : iterable of str
        Machine names of the sheets.
    widths : mapping, optional
        How far the tabs reach to the right; without it only rows are said.

    Returns
    -------
    mapping
        (the source's keys, sheet) → its passages, one for each file and tab; sheets without a row
        of a college are not there.
    """
    found: dict[tuple[str, ...], dict[tuple[str, str], list[int]]] = {}
    keys = list(source.keys)
    year, known = keys.index("academic_year"), widths or {}
    for sheet in sheets:
        rows = lazy(source.tables[sheet]).select(*keys, *_PLACE).collect("pyarrow")
        columns: list[list[Any]] = [rows[name].to_list() for name in (*keys, *_PLACE)]
        for *key, file, tab, number in zip(*columns, strict=True):
            places = found.setdefault((*key, sheet), {})
            places.setdefault((file, tab), []).append(number)
    return {
        key: tuple(
            Passage(
                file,
                tab,
                ""
                if key[-1] in CODED | FORMS
                else rows_text(numbers, known.get((key[year], file, tab))),
            )
            for (file, tab), numbers in places.items()
        )
        for key, places in found.items()
    }


def rows_text(numbers: Iterable[int], width: tuple[str, str] | None = None) -> str:
    """Return where rows are, runs of them from first to last.

    Parameters
    ----------
    numbers : iterable of int
        Row numbers, from one.
    width : (str, str), optional
        Letters of the first and the last column.

    Examples
    --------
    >>> rows_text([5, 6, 7, 9], ("A", "K")), rows_text([5, 6, 7, 9])
    ('A5:K7、A9:K9', '第 5—7、9 行')
    """
    ordered = sorted(set(numbers))
    runs: list[list[int]] = []
    for number in ordered:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    if len(runs) > MOST:
        return f"{_cells(ordered[0], ordered[-1], width)}中的 {len(ordered)} 行"
    if width is not None:
        return "、".join(_cells(first, last, width) for first, last in runs)
    told = "、".join(f"{a}—{b}" if b > a else f"{a}" for a, b in runs)
    return f"第 {told} 行"


def _cells(first: int, last: int, width: tuple[str, str] | None) -> str:
    return f"第 {first}—{last} 行" if width is None else f"{width[0]}{first}:{width[1]}{last}"
