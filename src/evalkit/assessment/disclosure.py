"""Metrics as an audience may see them: what is said of few students is said in words.

Metrics about students at risk are shares of processes: interviewed, followed up, reported in time.
Their counts are never shown. The share is not shown either where the number of students behind it
is hidden, or too small for a rate; then it is only said whether all was done.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from evalkit.evidence.metric import Metric
from evalkit.evidence.verdicts.wording import share_text, value_text
from evalkit.privacy import Audience, Field, release

__all__ = ["NOT_GIVEN", "STUDENTS_BEHIND", "WITHHELD", "disclose"]

WITHHELD = "withheld"
"""State of a value that is not given to the audience."""
NOT_GIVEN = "不提供"
"""What is printed in its place."""

STUDENTS_BEHIND: Mapping[str, str] = {
    "l1_interviewed": "n_l1",
    "l2_interviewed": "n_l2",
    "care_plans": "n_active",
    "care_followed": "n_active",
    "care_owners": "n_active",
    "care_measures": "n_active",
    "care_overdue": "n_active",
    "l1_referred": "n_l1_cases",
    "crisis_hours": "n_events",
    "crisis_in_limit": "n_events",
    "crisis_records": "n_events",
}
"""Metric → the count of students of whom it speaks."""


def disclose(
    values: pd.DataFrame,
    counts: pd.DataFrame,
    catalogue: Mapping[str, Metric],
    audience: Audience,
) -> pd.DataFrame:
    """Return metrics as an audience may see them.

    Parameters
    ----------
    values : DataFrame
        academic_year, college_code, metric, part, whole, value, state; exact.
    counts : DataFrame
        academic_year, college_code and the counts of `STUDENTS_BEHIND`.
    catalogue : mapping of str to Metric
        Metrics by name.
    audience : Audience
        For whom.

    Returns
    -------
    DataFrame
        The same with ``text``, as printed. For the metrics of `STUDENTS_BEHIND` part and whole are
        missing, and the value is cut off as printed, or missing where it may not be shown. For an
        audience that may see nothing of them their state is `WITHHELD`, whatever it was.
    """
    behind = _students(counts, audience)
    closed = not audience.may_see("risk", "own")
    names = values["metric"].tolist()
    keys = zip(values["academic_year"], values["college_code"], strict=True)
    exact = [_plain(values[name]) for name in ("part", "whole", "value")]
    shown: list[tuple[float | None, float | None, float | None, str]] = []
    for key, name, part, whole, value, state in zip(
        keys, names, *exact, values["state"].tolist(), strict=True
    ):
        metric = catalogue[name]
        if closed and name in STUDENTS_BEHIND:
            shown.append((None, None, None, NOT_GIVEN))
            continue
        if name not in STUDENTS_BEHIND or state != "known":
            hidden = name in STUDENTS_BEHIND
            text = value_text(metric, part, whole, state)
            shown.append((None if hidden else part, None if hidden else whole, value, text))
            continue
        number, gone = behind[STUDENTS_BEHIND[name]].get(key, (None, True))
        few = _few(number, gone, audience, of_share=whole is not None)
        if few:
            shown.append((None, None, None, f"{few}，{_in_words(metric, part, whole)}"))
        elif part is not None and whole is not None:
            text = share_text(part, whole)
            shown.append((None, None, float(text.removesuffix("%")), text))
        else:
            shown.append((None, None, value, value_text(metric, part, whole, state)))
    columns = list(zip(*shown, strict=True)) or [()] * 4
    numbers = {
        name: pd.array(list(column), dtype="Float64")
        for name, column in zip(("part", "whole", "value"), columns, strict=False)
    }
    told = values.assign(**numbers, text=pd.array(list(columns[3]), dtype="string"))
    if closed:
        about_students = told["metric"].isin(list(STUDENTS_BEHIND))
        told["state"] = told["state"].mask(about_students, WITHHELD)
    return told


def _plain(column: pd.Series) -> list[float | None]:
    return [None if missing else number for number, missing in zip(
        column.to_numpy("float64", na_value=float("nan")), column.isna(), strict=True
    )]  # fmt: skip


_Behind = dict[tuple[str, str], tuple[float | None, bool]]


def _students(counts: pd.DataFrame, audience: Audience) -> dict[str, _Behind]:
    """Return the numbers of students behind, and whether each is hidden.

    Colleges stand beside each other, and readers may know the school's total, so that hiding one
    number hides another with it.
    """
    names = list(dict.fromkeys(STUDENTS_BEHIND.values()))
    fields = [Field(name, name, kind="count", students=True) for name in names]
    found: dict[str, _Behind] = {name: {} for name in names}
    for year, rows in counts.groupby("academic_year", sort=False):
        suppressed = release(rows[names], fields, audience).suppressed
        for name in names:
            hidden = suppressed[name].tolist()
            numbers = _plain(rows[name])
            for college, number, gone in zip(rows["college_code"], numbers, hidden, strict=True):
                found[name][str(year), college] = (number, gone)
    return found


def _few(number: float | None, gone: bool, audience: Audience, *, of_share: bool) -> str:
    """Say that there are too few students to give a number; empty if there are enough."""
    if number is not None and 0 < number < audience.small:
        return f"1—{audience.small - 1} 例"
    if gone or number is None:
        return "例数不显示"
    return f"不足 {audience.base} 例" if of_share and number < audience.base else ""


def _in_words(metric: Metric, part: float | None, whole: float | None) -> str:
    if whole is None:
        return "数值不显示"
    if metric.direction == "lower":
        return "有超期的" if part else "均未超期"
    return "均已完成" if part == whole else "未全部完成"
