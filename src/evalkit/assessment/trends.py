"""Every metric over the years, with marks where a year does not compare with the one before."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from evalkit.assessment.comparison import school_ranges
from evalkit.assessment.evidence import Evidence
from evalkit.evidence.engine import lazy
from evalkit.evidence.metric import Metric
from evalkit.evidence.verdicts.requirements import catalogue

__all__ = ["BASE_SHIFT", "find_trends"]

BASE_SHIFT = 1.5
"""A base that is this many times as large as last year's, or as small, is another base."""

_BASES = frozenset(
    {"n_students", "n_enrolled", "n_required", "n_check_required", "n_classes", "n_units"}
)
"""Denominators that count the college itself; others may change as they like."""
_LEVELS = frozenset({"n_l1", "n_l2"})

_Used = dict[tuple[str, str], frozenset[str]]


def find_trends(evidence: Evidence, metrics: pd.DataFrame) -> pd.DataFrame:
    """Put each metric beside its value of the year before and the school's range.

    Parameters
    ----------
    evidence : Evidence
        The counts and tables of all years.
    metrics : DataFrame
        The metrics of all years as the audience may see them.

    Returns
    -------
    DataFrame
        academic_year, college_code, college, metric, title, unit, value, text, previous (value of
        the year before), change (value − previous; missing at a break), break_note (why the year
        does not compare with the one before, empty if it does), n_colleges, median, low, high (of
        the school; missing for fewer than five colleges with the value).
    """
    columns = ["academic_year", "college_code", "college", "metric", "title", "unit"]
    table = metrics[[*columns, "value", "text"]]
    before = {year.name: year.previous.name for year in evidence.snapshots}
    past = table[["academic_year", "college_code", "metric", "value"]].rename(
        columns={"academic_year": "before", "value": "previous"}
    )
    linked = table.assign(before=table["academic_year"].map(before).astype("string"))
    joined = linked.merge(past, on=["before", "college_code", "metric"], how="left")
    notes = _break_notes(evidence, joined)
    change = (joined["value"] - joined["previous"]).where(notes == "")
    result = joined.drop(columns="before").assign(change=change, break_note=notes)
    return result.merge(school_ranges(metrics), on=["academic_year", "metric"], how="left")


def _break_notes(evidence: Evidence, joined: pd.DataFrame) -> pd.Series:
    instruments = _used(evidence, "screening", "instrument")
    waves = _used(evidence, "screening", "wave")
    templates = _used(evidence, "base_info", "template_version")
    bases = _bases(evidence)
    notes = []
    for year, college, name, past in zip(
        joined["academic_year"],
        joined["college_code"],
        joined["metric"],
        joined["before"],
        strict=True,
    ):
        metric, now, then = catalogue()[name], (year, college), (past, college)
        screened = metric.needs.get("screening", ())
        reasons = [
            *_changed("模板版本", templates, now, then),
            *(_changed("测评批次", waves, now, then) if screened else ()),
            *(_changed("测评工具", instruments, now, then) if _LEVELS & set(screened) else ()),
            *_shifted(metric, bases, now, then),
        ]
        notes.append("；".join(reasons))
    return pd.Series(notes, index=joined.index, dtype="string")


def _used(evidence: Evidence, sheet: str, column: str) -> _Used:
    """Return the different entries of a column by year and college."""
    rows = lazy(evidence.source.tables[sheet]).select("academic_year", "college_code", column)
    table = rows.unique().drop_nulls().collect("pandas").to_native()
    found: dict[tuple[str, str], set[str]] = {}
    for year, college, entry in table.itertuples(index=False):
        found.setdefault((year, college), set()).add(entry)
    return {key: frozenset(entries) for key, entries in found.items()}


def _changed(what: str, used: _Used, now: tuple[str, str], then: tuple[str, str]) -> Iterator[str]:
    new, old = used.get(now), used.get(then)
    if new and old and new != old:
        yield f"{what}由{'、'.join(sorted(old))}改为{'、'.join(sorted(new))}"


def _bases(evidence: Evidence) -> dict[tuple[str, str, str], float]:
    counts = evidence.counts
    return {
        (year, college, name): float(number)
        for name in sorted(_BASES.intersection(counts.columns))
        for year, college, number in zip(
            counts["academic_year"], counts["college_code"], counts[name], strict=True
        )
        if not pd.isna(number)
    }


def _shifted(
    metric: Metric,
    bases: dict[tuple[str, str, str], float],
    now: tuple[str, str],
    then: tuple[str, str],
) -> Iterator[str]:
    new, old = (bases.get((*key, metric.whole or "")) for key in (now, then))
    if new and old and not old / BASE_SHIFT <= new <= old * BASE_SHIFT:
        yield f"分母由 {old:,.0f} 变为 {new:,.0f}"
