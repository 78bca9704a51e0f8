"""The researcher's extract: tables that are safe together, and what is needed to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from evalkit.errors import DataError, NoDataError
from evalkit.privacy import load_policy
from evalkit.research.lattice import TABLES
from evalkit.research.protected import protect_year
from evalkit.research.records import coded_records

__all__ = ["LEVELS", "Extract", "checked_k", "default_k", "make_extract"]

LEVELS: Mapping[str, str] = {
    "college-grade-wave": "学院 × 年级 × 批次（汇总人数）",
    "records": "编码后的逐条记录",
}
"""Level → what it is called."""


@dataclass(frozen=True, eq=False)
class Extract:
    """What a researcher is given.

    Attributes
    ----------
    level : str
        A key of `LEVELS`.
    k : int
        Counts of students above zero and below this can be read from no table, nor worked out from
        all of them.
    years : tuple of str
        Academic years, oldest first.
    named : bool
        Whether colleges are named.
    tables : mapping of str to DataFrame
        Name → table. Counts are ``Int64``, missing where they were taken out or are not known;
        ``suppressed`` names those that were taken out (joined by ``、``).
    breaks : DataFrame
        academic_year, college, note: where a year does not compare with the one before.
    breaks_known : bool
        Whether breaks could be looked for: coded records tell neither instruments nor months.
    """

    level: str
    k: int
    years: tuple[str, ...]
    named: bool
    tables: Mapping[str, pd.DataFrame]
    breaks: pd.DataFrame = field(repr=False)
    breaks_known: bool = True

    @property
    def n_suppressed(self) -> int:
        """How many cells were taken out."""
        texts = (
            text
            for table in self.tables.values()
            if "suppressed" in table
            for text in table["suppressed"]
        )
        return sum(len(text.split("、")) for text in texts if text)


def default_k() -> int:
    """Return the threshold for whatever may be published, from ``resources/privacy.yaml``.

    Examples
    --------
    >>> default_k()
    10
    """
    return load_policy("public").small


def checked_k(k: int | None) -> int:
    """Return the threshold to work with: the one given, or :func:`default_k`.

    Raises
    ------
    DataError
        If it is below the lowest threshold of the privacy policy.
    """
    threshold = default_k() if k is None else k
    least = load_policy("internal").small
    if threshold < least:
        raise DataError(
            f"人数下限 k 是 {threshold}。允许：不小于 {least}（privacy.yaml 中校内的下限）。"
            f"请改大，或不写 k，按对外公开的下限 {default_k()} 处理。"
        )
    return threshold


def make_extract(
    rows: pd.DataFrame,
    *,
    k: int | None = None,
    names: Mapping[str, str] | None = None,
    breaks: pd.DataFrame | None = None,
    records: pd.DataFrame | None = None,
) -> Extract:
    """Return the tables of an extract, with small counts and those that give them away taken out.

    Each year is made safe by itself, whatever other years are asked for: an extract of two years
    and one of three show and hide the same cells of the years that they share.

    Parameters
    ----------
    rows : DataFrame
        As :func:`evalkit.research.screening.rows_from_snapshots` returns it; of one school.
    k : int, optional
        The threshold; :func:`default_k` if not given.
    names : mapping of str to str, optional
        Code → name of the colleges, for an extract that names them.
    breaks : DataFrame, optional
        academic_year, college (code), note; not known if not given.
    records : DataFrame, optional
        Coded records that add up to `rows`; the extract then holds records and no totals.

    Raises
    ------
    DataError
        If `k` is below the lowest threshold of the privacy policy.
    NoDataError
        If there is nothing to extract.
    """
    threshold = checked_k(k)
    if rows.empty:
        raise NoDataError(
            "所选学年没有可以提取的普测数据（“普测统计”表没有交，或没有填年级和批次）。"
            "请换一个学年，或先补齐台账。"
        )
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    kept: list[pd.DataFrame] = []
    for year, own in rows.groupby("academic_year", sort=True):
        for name, table in protect_year(own, threshold).items():
            found[name].append(table.published)
        if records is not None:
            mine = records[records["academic_year"] == year]
            kept.append(coded_records(mine, found["screening"][-1]))
    tables = {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}
    if records is not None:
        tables = {"records": _numbered(pd.concat(kept, ignore_index=True))}
    noted = pd.DataFrame(columns=["academic_year", "college", "note"]) if breaks is None else breaks
    if names is not None:
        tables = {name: _named(table, names) for name, table in tables.items()}
        noted = _named(noted, names)
    return Extract(
        "college-grade-wave" if records is None else "records",
        threshold,
        tuple(sorted(rows["academic_year"].astype(str).unique())),
        names is not None,
        tables,
        noted,
        breaks is not None,
    )


def _numbered(records: pd.DataFrame) -> pd.DataFrame:
    """Give the records numbers that follow from nothing but what they say."""
    ordered = records.sort_values(list(records.columns), ignore_index=True)
    codes = [f"R{number:07d}" for number in range(1, len(ordered) + 1)]
    ordered.insert(0, "record", pd.Series(codes, dtype="string"))
    return ordered


def _named(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    if "college" not in table:
        return table
    named = table.copy()
    place = named.columns.get_loc("college")
    column = [names.get(code, code) for code in named["college"]]
    named.insert(
        int(str(place)) + 1, "college_name", pd.Series(column, index=named.index, dtype="string")
    )
    return named
