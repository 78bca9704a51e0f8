"""Before and after: whether colleges that did more changed otherwise than those that did not."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.epidemiology import ControlChart, u_chart
from evalkit.errors import DataError
from evalkit.evidence.catalogue import find_metric
from evalkit.privacy import Field, Released, release
from evalkit.research.permutations import splits
from evalkit.research.study import LEVEL_NAMES, ScreeningStudy

__all__ = ["ActivityEffect", "activity_effect", "counselling_chart"]

FEWEST = 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ActivityEffect:
    """Changes of colleges from one year to the next, by how much more they did.

    Attributes
    ----------
    table : Released
        One row a college: group, exposure before and after, outcome before and after, change.
    effect : float
        Mean change of those that did more minus mean change of the others, in units of the outcome.
    p : float
        Share of all ways to make the groups in which the difference is as far from zero.
    smallest_p : float
        The smallest p that so few colleges can give.
    detectable : float
        How large a difference has to be for 80 % of its kind to be seen, from the spread of changes
        within the groups.
    years : tuple of str
        Before and after.
    units, more : int
        Colleges, and how many of them did more.
    left_out : tuple of str
        Colleges that are left out, each with the reason.
    exposure, outcome, unit : str
        What was compared, in Chinese, and the outcome's unit.
    why : str
        Why there is nothing to compare; the numbers are no numbers then.
    """

    table: Released
    effect: float
    p: float
    smallest_p: float
    detectable: float
    years: tuple[str, str]
    units: int
    more: int
    left_out: tuple[str, ...]
    exposure: str
    outcome: str
    unit: str
    why: str = ""

    @property
    def words(self) -> str:
        """What was found, in Chinese."""
        if self.why:
            return self.why
        left_out = f"没有算在内的：{'；'.join(self.left_out)}。" if self.left_out else ""
        unit = "个百分点" if self.unit == "%" else self.unit
        return (
            f"{self.years[0]} 到 {self.years[1]} 学年，{self.exposure}增加较多的 {self.more} 个"
            "学院，"
            f"{self.outcome}的平均变化比其余 {self.units - self.more} 个学院"
            f"{'多' if self.effect >= 0 else '少'} {abs(self.effect):.2f} {unit}，"
            f"随机化检验 p = {self.p:.3f}。这么几个学院，最小的 p 也有 {self.smallest_p:.3f}；"
            f"按组内的离散程度，差别要到 {self.detectable:.2f} {unit}左右才有八成把握看出来。"
            f"{left_out}"
        )

    @property
    def naive(self) -> str:
        """What a comparison without other colleges would have said, in Chinese."""
        if self.why:
            return self.why
        own = self.table.frame
        own = own[own["group"] == "增加较多"]
        before, after = own["outcome_before"].mean(), own["outcome_after"].mean()
        return (
            f"只看增加较多的 {self.more} 个学院：{self.outcome}平均由 {before:.2f} 变为 "
            f"{after:.2f} {self.unit}。只有这一组的前后，不能说变化是活动带来的。"
        )


def activity_effect(
    study: ScreeningStudy, exposure: str = "reach", outcome: str = "sessions_per_1000"
) -> ActivityEffect:
    """Compare the changes of colleges whose exposure grew most with those of the others.

    Groups are halves by the growth of the exposure. Chance is judged by randomisation: what the
    difference would be under every other way to make groups of this size.

    Parameters
    ----------
    study : ScreeningStudy
        The year after is the study's, the one before is the year before.
    exposure : str
        A metric of the colleges' work.
    outcome : str
        Another metric, or a level (``"n_l1"``): then colleges with another instrument, or whose
        count may not be shown, are left out.

    Returns
    -------
    ActivityEffect
        With ``why`` if there is no year before, or fewer than four colleges can be compared.

    Raises
    ------
    UnknownNameError
        If there is no such metric.

    References
    ----------
    Rosenbaum (2002), Observational Studies, chapter 2.
    """
    before, after = study.assessment.year.previous.name, study.year
    if study.assessment.year.previous not in study.assessment.snapshots:
        why = f"没有 {before} 学年的数据，不能作前后比较。"
        return _nothing(study, (before, after), exposure, outcome, (), why)
    frame, left_out = _changes(study, before, after, exposure, outcome)
    if len(frame) < FEWEST:
        why = f"两个学年都有数据而可以比较的学院只有 {len(frame)} 个，不足 {FEWEST} 个，不作比较。"
        return _nothing(study, (before, after), exposure, outcome, tuple(left_out), why)
    growth = frame["exposure_after"] - frame["exposure_before"]
    more = (growth.rank(method="first", ascending=False) <= len(frame) // 2).to_numpy(dtype=bool)
    change = frame["change"].to_numpy(dtype=float)
    effect = float(change[more].mean() - change[~more].mean())
    ways, every = splits(len(frame), int(more.sum()))
    ways = ways if every else np.vstack([more, ways])
    dealt = ways @ change / more.sum() - ~ways @ change / (~more).sum()
    p = float((np.abs(dealt) >= abs(effect) - 1e-12).mean())
    title, unit = _named(outcome)
    groups = np.where(more, "增加较多", "其余")
    ordered = frame.assign(group=groups).sort_values(["group", "unit"], ignore_index=True)
    return ActivityEffect(
        release(ordered, _fields((before, after), exposure, outcome), study.audience),
        effect,
        p,
        float((np.abs(dealt) >= np.abs(dealt).max() - 1e-12).mean()),
        _detectable(change, more),
        (before, after),
        len(frame),
        int(more.sum()),
        tuple(left_out),
        find_metric(exposure).title,
        title,
        unit,
    )


def counselling_chart(study: ScreeningStudy) -> ControlChart:
    """Chart the school's counselling sessions for each 1,000 students month by month.

    The first semester's months are the baseline. Sessions are no students: somebody who comes
    often counts often.

    Raises
    ------
    DataError
        If no college handed in its counselling.
    """
    figures = study.assessment.figures[study.assessment.year]
    sessions = figures.counselling_by_month.groupby("month")["n_sessions"].sum()
    students = figures.by_college["n_students"].sum()
    if sessions.empty or not students:
        raise DataError("没有个体辅导的逐月记录。请换一个学年，或先补齐“个体辅导”表。")
    months = [str(month) for month in sessions.index]
    autumn = [month < f"{study.assessment.year.start + 1}-02" for month in months]
    exposure = [float(students) / 1000] * len(months)
    return u_chart(
        sessions.astype(float).tolist(), exposure, sample=months,
        baseline=autumn if any(autumn) else None,
    )  # fmt: skip


def _fields(years: tuple[str, str], exposure: str, outcome: str) -> tuple[Field, ...]:
    of, (title, unit) = find_metric(exposure), _named(outcome)
    before, after = years
    return (
        Field("group", "组别"),
        Field("unit", "学院"),
        Field("exposure_before", f"{before} {of.title}", of.unit, "number", decimals=2),
        Field("exposure_after", f"{after} {of.title}", of.unit, "number", decimals=2),
        Field("outcome_before", f"{before} {title}", unit, "number", decimals=2),
        Field("outcome_after", f"{after} {title}", unit, "number", decimals=2),
        Field("change", "变化", "百分点" if unit == "%" else unit, "number", decimals=2),
    )


def _nothing(
    study: ScreeningStudy,
    years: tuple[str, str],
    exposure: str,
    outcome: str,
    left_out: tuple[str, ...],
    why: str,
) -> ActivityEffect:
    fields = _fields(years, exposure, outcome)
    table = release(pd.DataFrame({f.name: [] for f in fields}), fields, study.audience)
    title, unit = _named(outcome)
    return ActivityEffect(
        table, nan, nan, nan, nan, years, 0, 0, left_out, find_metric(exposure).title, title, unit,
        why,
    )  # fmt: skip


def _changes(
    study: ScreeningStudy, before: str, after: str, exposure: str, outcome: str
) -> tuple[pd.DataFrame, list[str]]:
    exposed = {year: _metric(study, exposure, year) for year in (before, after)}
    measured = {
        year: _rate(study, outcome, year) if outcome in LEVEL_NAMES
        else _metric(study, outcome, year)
        for year in (before, after)
    }  # fmt: skip
    notes = study.breaks[study.breaks["academic_year"] == after]
    changed = set(notes.loc[notes["note"].str.contains("测评工具", regex=False), "college"])
    rows, left_out = [], []
    for code in sorted({*exposed[before], *exposed[after]}):
        name = study.college(code)
        numbers = [kind[year].get(code) for kind in (exposed, measured) for year in (before, after)]
        if outcome in LEVEL_NAMES and outcome != "n_valid" and code in changed:
            left_out.append(f"{name}：换了测评工具")
        elif any(number is None for number in numbers):
            left_out.append(f"{name}：有一个学年没有数据，或人数过少不能显示")
        else:
            values = [float(number) for number in numbers if number is not None]
            names = ("exposure_before", "exposure_after", "outcome_before", "outcome_after")
            row = dict(zip(names, values, strict=True))
            rows.append({"unit": name, **row, "change": values[3] - values[2]})
    columns = ["unit", "exposure_before", "exposure_after", "outcome_before", "outcome_after"]
    return pd.DataFrame(rows, columns=[*columns, "change"]), left_out


def _metric(study: ScreeningStudy, name: str, year: str) -> dict[str, float]:
    find_metric(name)
    known = study.assessment.metrics
    own = known[(known["academic_year"] == year) & (known["metric"] == name)]
    own = own.dropna(subset="value")
    return dict(zip(own["college_code"], own["value"].astype(float), strict=True))


def _rate(study: ScreeningStudy, count: str, year: str) -> dict[str, float]:
    whole = "n_required" if count == "n_valid" else "n_valid"
    own = study.of_year(year)["annual_by_college"].published.dropna(subset=[count, whole])
    own = own[own[whole] > 0]
    rates = 100 * own[count].astype(float) / own[whole].astype(float)
    return dict(zip(own["college"].astype(str), rates, strict=True))


def _named(outcome: str) -> tuple[str, str]:
    if outcome in LEVEL_NAMES:
        return f"{LEVEL_NAMES[outcome]}率", "%"
    metric = find_metric(outcome)
    return metric.title, metric.unit


def _detectable(change: Floats, more: NDArray[np.bool_]) -> float:
    """Return the difference that is seen in four of five such comparisons, roughly."""
    groups = (change[more], change[~more])
    freedom = len(change) - 2
    spread = sum(float(((own - own.mean()) ** 2).sum()) for own in groups) / freedom
    return float(2.8 * np.sqrt(spread * sum(1 / len(own) for own in groups)))
