"""Counting that many subjects share: rows by condition, sums, people's names, days as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import narwhals as nw

from evalkit.evidence.source import Frame, Source

__all__ = [
    "complete",
    "day_number",
    "enrolled",
    "flag",
    "spelled",
    "tally",
    "tally_colleges",
    "together",
    "zeros",
]


def flag(condition: nw.Expr) -> nw.Expr:
    """Return 1 where a condition holds and 0 elsewhere, also where it cannot be told."""
    return condition.fill_null(value=False).cast(nw.Int64)


def spelled(name: str) -> nw.Expr:
    """Return a column of names without their spaces: “王 芳” and “王芳” are one person."""
    # Engines disagree on what \s is; these are the spaces that Chinese workbooks hold.
    return nw.col(name).str.replace_all("[\\s\u00a0\u3000]+", "")


def day_number(day: str) -> nw.Expr:
    """Return a column of moments as whole days since a fixed one; the clock is left out.

    No engine-independent difference of two moments exists: Spark has no durations.
    """
    moment = nw.col(day).dt
    before = moment.year() - 1
    leap_days = before // 4 - before // 100 + before // 400
    return before * 365 + leap_days + moment.ordinal_day()


def tally(
    rows: Frame,
    keys: Iterable[str],
    counts: Mapping[str, nw.Expr],
    sums: Sequence[str] = (),
) -> Frame:
    """Count the rows for which conditions hold, and add columns up, for each group.

    Parameters
    ----------
    rows : frame
        Rows with the keys.
    keys : iterable of str
        What the rows are grouped by.
    counts : mapping of str to expression
        Name of a count → condition.
    sums : sequence of str
        Columns to add up; a sum is missing where one of its values is, since what a blank cell
        leaves out is not zero.

    Returns
    -------
    frame
        The keys, the counts, the sums; groups without a row are not there.
    """
    return _whole(_tally(rows, keys, counts, sums), sums)


def _tally(
    rows: Frame, keys: Iterable[str], counts: Mapping[str, nw.Expr], sums: Sequence[str]
) -> Frame:
    flags = {name: flag(condition) for name, condition in counts.items()}
    blanks = {f"{name}_blank": flag(nw.col(name).is_null()) for name in sums}
    narrow = rows.select(*keys, *sums, **flags, **blanks)
    return narrow.group_by(*keys).agg(nw.col(*flags, *sums, *blanks).sum())


def _whole(summed: Frame, sums: Sequence[str]) -> Frame:
    if not sums:
        return summed
    whole = {name: nw.when(nw.col(f"{name}_blank") == 0).then(nw.col(name)) for name in sums}
    return summed.with_columns(**whole).drop(*(f"{name}_blank" for name in sums))


def tally_colleges(
    source: Source,
    rows: Frame,
    sheets: Sequence[str],
    counts: Mapping[str, nw.Expr],
    sums: Sequence[str] = (),
) -> Frame:
    """Tally the rows of each college that handed in all of the sheets: zeros where it has none.

    Parameters and result are those of :func:`tally`, with the source's keys.
    """
    summed = _tally(rows, source.keys, counts, sums)
    blanks = (f"{name}_blank" for name in sums)
    return _whole(zeros(source, summed, sheets, (*counts, *sums, *blanks)), sums)


def zeros(source: Source, counted: Frame, sheets: Sequence[str], counts: Sequence[str]) -> Frame:
    """Give a row to each college that handed in all of the sheets: zeros if it was not counted.

    For counts that are never missing; others go through :func:`complete`.
    """
    keys = list(source.keys)
    joined = source.colleges(*sheets).join(counted, on=keys, how="left")
    return joined.select(*keys, nw.col(*counts).fill_null(value=0))


def complete(source: Source, counted: Frame, sheets: Sequence[str], counts: Sequence[str]) -> Frame:
    """Give a row to each college that handed in all of the sheets: zeros if nothing was counted.

    See :meth:`evalkit.evidence.source.Source.complete`, which does it for one.
    """
    first, *others = sheets
    full = source.complete(counted, first, counts)
    for sheet in others:
        full = full.join(source.colleges(sheet), on=list(source.keys), how="semi")
    return full


def together(source: Source, *parts: Frame) -> Frame:
    """Put counts from several sheets side by side.

    Returns
    -------
    frame
        One row for each college that handed in any sheet; what a part does not have is missing.
    """
    keys = list(source.keys)
    result = source.everyone
    for part in parts:
        result = result.join(part, on=keys, how="left")
    return result


def enrolled(source: Source) -> Frame:
    """Return the keys and n_students (在校生总数 of S00), one row a college."""
    return source.table("base_info").group_by(*source.keys).agg(nw.col("n_students").max())
