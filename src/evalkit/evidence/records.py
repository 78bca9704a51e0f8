"""Coded screening records → the counts of the ledger's sheet 普测统计 (S11).

A platform that screens millions keeps one row a student; a college's ledger has one row for each
wave and grade. The metrics are computed from the latter, so records are added up to it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from evalkit.evidence.source import STORE_KEYS, Frame

__all__ = ["COLLEGE_COLUMNS", "RECORD_COLUMNS", "screening_from_records"]

_MARKS = ("exempt", "valid", "level", "interviewed", "filed")
COLLEGE_COLUMNS = (*STORE_KEYS, *_MARKS)
"""What the counts of a whole college are made of."""
RECORD_COLUMNS = (*STORE_KEYS, "grade", "wave", *_MARKS)
"""What a record holds: the keys, grade and wave; exempt, valid, interviewed and filed as 0 or 1;
level 0 (none) to 3. Nothing that could name or number a student."""


def screening_from_records(records: Any, by: Sequence[str] = ("wave", "grade")) -> Frame:
    """Add records up to rows of the sheet 普测统计.

    As in the sheet, what is not known is not zero: where a record leaves open whether it belongs to
    a count, that count of its row is missing. Levels count in valid records only, and interviews
    only at level 1 and 2; elsewhere these two marks may be blank.

    Parameters
    ----------
    records : frame
        One row a student and wave, of any engine, with `COLLEGE_COLUMNS` and those of `by`.
    by : sequence of str
        What a college's rows are told apart by. With nothing, a college has one row a year, which
        is what its rows for each wave and grade would add up to.

    Returns
    -------
    Frame
        `STORE_KEYS`, those of `by`, n_enrolled, n_exempt, n_required, n_valid, n_l1, n_l2, n_l3,
        n_l1_interviewed, n_l2_interviewed, n_files (students); lazy where the engine is.
    """
    frame: Frame = nw.from_native(records).lazy()
    keys = (*STORE_KEYS, *by)
    # Of millions of records hardly any two hundred differ: all else is done with these few.
    alike = frame.group_by(*keys, *_MARKS).agg(nw.len().alias("n_enrolled"))
    valid, interviewed = nw.col("valid") == 1, nw.col("interviewed") == 1
    warned = {n: valid & (nw.col("level") == n) for n in (1, 2, 3)}
    belongs = {
        "n_exempt": nw.col("exempt") == 1,
        "n_valid": valid,
        "n_files": nw.col("filed") == 1,
        **{f"n_l{n}": here for n, here in warned.items()},
        **{f"n_l{n}_interviewed": warned[n] & interviewed for n in (1, 2)},
    }
    number = nw.col("n_enrolled").cast(nw.Int64)
    added_up = (
        alike.select(
            *keys, number, **{n: here.cast(nw.Int64) * number for n, here in belongs.items()}
        )
        .group_by(*keys)
        .agg(
            nw.len().alias("n_kinds"),
            nw.col("n_enrolled", *belongs).sum(),
            nw.col(*belongs).count().name.suffix("_told"),
        )
    )
    of_all = {
        name: nw.when(nw.col(f"{name}_told") == nw.col("n_kinds")).then(nw.col(name))
        for name in belongs
    }
    return (
        added_up.with_columns(**of_all)
        .with_columns(n_required=nw.col("n_enrolled") - nw.col("n_exempt"))
        .drop(["n_kinds", *(f"{name}_told" for name in belongs)])
    )
