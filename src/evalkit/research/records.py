"""Coded records for a researcher, with marks taken out where few share them.

A record is a student's paper in a wave. Whoever has the records can count them. So a mark is shown
only where the table of counts of the same level (:mod:`evalkit.research.extract`) shows the number
of students who bear it: what can be counted in the records stands in that table too, and that table
is safe. Nobody is alone in what may be known of them from elsewhere (year, college, grade, wave):
groups smaller than the threshold, and those that would give their size away, are left out.
"""

from __future__ import annotations

import pandas as pd

from evalkit.research.lattice import PLACE

__all__ = ["RECORD", "coded_records"]

RECORD = ("academic_year", *PLACE, "level", "interviewed", "suppressed")
"""What a record of the extract holds."""


def coded_records(records: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return the records of a year that may be given, marks taken out where they have to be.

    Parameters
    ----------
    records : DataFrame
        academic_year, college_code, grade, wave, valid, level, interviewed; one row a student and
        wave. Not changed.
    shown : DataFrame
        The table ``screening`` of the same year, with ``suppressed``.

    Returns
    -------
    DataFrame
        `RECORD`. Only valid papers: who took no part has no level. ``level`` 0 to 3, and
        ``interviewed`` (0, 1; levels 1 and 2 only) are ``Int64``.
    """
    own = records.rename(columns={"college_code": "college"})
    own = own[(own["valid"] == 1).fillna(False).astype(bool)]
    keys = ["academic_year", *PLACE]
    own = own[[*keys, "level", "interviewed"]].astype(dict.fromkeys(keys, "string"))
    marks = shown[keys].astype("string").assign(**_open(shown))
    joined = own.merge(marks, on=keys, how="inner")
    joined = joined[joined.pop("some")]
    level = joined["level"].astype("Int64")
    visible = pd.Series(False, index=joined.index)
    for number, name in enumerate(("none", "l1", "l2", "l3")):
        visible |= (level == number).fillna(False).astype(bool) & joined[name]
    seen = (level == 1).fillna(False).astype(bool) & joined["l1_seen"]
    seen |= (level == 2).fillna(False).astype(bool) & joined["l2_seen"]
    seen &= visible
    warned = ~visible | level.isin([1, 2]).fillna(False).astype(bool)
    gone = pd.Series("", index=joined.index, dtype="string")
    gone = gone.mask(~seen & warned, "interviewed").mask(~visible, "level、interviewed")
    return (
        joined[keys]
        .assign(
            level=level.where(visible),
            interviewed=joined["interviewed"].astype("Int64").where(seen),
            suppressed=gone,
        )
        .reset_index(drop=True)[list(RECORD)]
    )


def _open(shown: pd.DataFrame) -> dict[str, pd.Series]:
    """Return which counts of each row can be read; no warning only if all the others can."""
    known = {n: shown[f"n_{n}"].notna() for n in ("valid", "l1", "l2", "l3")}
    seen = {f"{n}_seen": shown[f"n_{n}_interviewed"].notna() & known[n] for n in ("l1", "l2")}
    none = known["l1"] & known["l2"] & known["l3"]
    levels = {n: known[n] for n in ("l1", "l2", "l3")}
    return {"some": known["valid"], "none": none, **levels, **seen}
