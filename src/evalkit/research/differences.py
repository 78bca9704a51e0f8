"""Differences of rates with their limits, and what a change of instrument does."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import pandas as pd

from evalkit.epidemiology import wilson
from evalkit.privacy import Field, Released, release
from evalkit.research.study import ScreeningStudy, level_title

__all__ = ["Difference", "InstrumentChange", "instrument_change", "subtract"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A number with its limits."""

    estimate: float
    low: float
    high: float


def subtract(one: Difference, other: Difference) -> Difference:
    r"""Return one estimate minus another, with limits recovered from theirs.

    .. math:: d - \sqrt{(\hat a - l_a)^2 + (u_b - \hat b)^2}, \quad
              d + \sqrt{(u_a - \hat a)^2 + (\hat b - l_b)^2}

    With Wilson's limits of two independent proportions this is Newcombe's hybrid score interval.

    References
    ----------
    Newcombe (1998), Stat Med 17:873, method 10; Zou and Donner (2008), Stat Med 27:1693.

    Examples
    --------
    >>> low, high = wilson(56, 70)
    >>> other = wilson(48, 80)
    >>> found = subtract(Difference(56 / 70, low, high), Difference(0.6, other.low, other.high))
    >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    difference = one.estimate - other.estimate
    below = sqrt((one.estimate - one.low) ** 2 + (other.high - other.estimate) ** 2)
    above = sqrt((one.high - one.estimate) ** 2 + (other.estimate - other.low) ** 2)
    return Difference(difference, difference - below, difference + above)


@dataclass(frozen=True, eq=False)
class InstrumentChange:
    """Colleges that changed the instrument beside those that did not.

    Attributes
    ----------
    table : Released
        One row a group: colleges, rate before and after (%), change (percentage points) with its
        limits; a last row with the difference of the two changes.
    changed, unchanged : Difference
        Changes of the rate, in percentage points.
    beyond : Difference
        How much more the rate changed where the instrument did.
    years : tuple of str
        The year before, and the year of the change.
    n_hidden : int
        Colleges that are left out because their counts are small.
    why : str
        Why there is nothing to compare; the table has no rows then, the differences are no numbers.
    """

    table: Released
    changed: Difference
    unchanged: Difference
    beyond: Difference
    years: tuple[str, str]
    n_hidden: int
    why: str = ""

    @property
    def words(self) -> str:
        """What was found, in Chinese."""
        if self.why:
            return self.why
        left_out = f"另有 {self.n_hidden} 个学院人数过少，没有算在内。" if self.n_hidden else ""
        clear = "不包含 0" if self.beyond.low > 0 or self.beyond.high < 0 else "包含 0"
        return (
            f"从 {self.years[0]} 到 {self.years[1]} 学年，换了工具的学院变化 "
            f"{_signed(self.changed)}，没有换的变化 {_signed(self.unchanged)}；"
            f"两者之差 {_signed(self.beyond)}，区间{clear}。{left_out}"
        )


def instrument_change(study: ScreeningStudy, count: str = "n_l1") -> InstrumentChange:
    """Compare colleges that changed the instrument in the study's year with those that did not.

    Only colleges whose counts may be shown in both years are added up, so that no sum tells what
    is hidden.

    Parameters
    ----------
    study : ScreeningStudy
        The study.
    count : str
        ``"n_l1"``, ``"n_l2"`` or ``"n_l3"``.

    Returns
    -------
    InstrumentChange
        With ``why`` if there is no year before, no college changed, all did, or none may be shown.

    Raises
    ------
    UnknownNameError
        If there is no such level.
    """
    title = f"{level_title(count)}率"
    place = study.years.index(study.year) if study.year in study.years else 0
    if not place:
        why = "没有上一学年的普测数据，不能比较换工具前后。"
        return _nothing(study, ("", study.year), title, why)
    before, now = study.years[place - 1], study.year
    notes = study.breaks[study.breaks["academic_year"] == now]
    changed = set(notes.loc[notes["note"].str.contains("测评工具", regex=False), "college"])
    columns = ["college", count, "n_valid"]
    both = (
        study.of_year(before)["annual_by_college"].published[columns]
        .merge(study.of_year(now)["annual_by_college"].published[columns], on="college")
    )  # fmt: skip
    shown = both.dropna()
    groups = {
        "换了工具": shown[shown["college"].isin(changed)],
        "没有换": shown[~shown["college"].isin(changed)],
    }
    for name, group in groups.items():
        if group.empty:
            why = f"{now} 学年没有“{name}”而且人数可以显示的学院，不能比较换工具前后。"
            return _nothing(study, (before, now), title, why)
    rows, changes = [], []
    for name, group in groups.items():
        rates = [
            _rate(int(group[f"{count}_{side}"].sum()), int(group[f"n_valid_{side}"].sum()))
            for side in ("x", "y")
        ]
        change = subtract(rates[1], rates[0])
        changes.append(change)
        rows.append(
            {
                "group": name,
                "n": len(group),
                "before": rates[0].estimate,
                "after": rates[1].estimate,
            }
            | _limits(change)
        )
    beyond = subtract(changes[0], changes[1])
    rows.append({"group": "两组变化之差", **_limits(beyond)})
    table = release(
        pd.DataFrame(rows).astype({"n": "Int64"}), _fields(before, now, title), study.audience
    )
    return InstrumentChange(
        table, changes[0], changes[1], beyond, (before, now), len(both) - len(shown)
    )


def _fields(before: str, now: str, title: str) -> tuple[Field, ...]:
    return (
        Field("group", "组别"),
        Field("n", "学院", "个", "count"),
        Field("before", f"{before} {title}", "%", "number", decimals=2),
        Field("after", f"{now} {title}", "%", "number", decimals=2),
        Field("change", "变化", "百分点", "number", decimals=2),
        Field("low", "95% 下限", "百分点", "number", decimals=2),
        Field("high", "95% 上限", "百分点", "number", decimals=2),
    )


def _nothing(
    study: ScreeningStudy, years: tuple[str, str], title: str, why: str
) -> InstrumentChange:
    fields = _fields(*years, title)
    empty = pd.DataFrame({field.name: [] for field in fields})
    none = Difference(nan, nan, nan)
    return InstrumentChange(release(empty, fields, study.audience), none, none, none, years, 0, why)


def _signed(found: Difference) -> str:
    estimate, low, high = (
        f"{value:+.2f}".replace("-", "−") for value in (found.estimate, found.low, found.high)
    )
    return f"{estimate} 个百分点（95% 置信区间 {low} 至 {high}）"


def _rate(count: int, whole: int) -> Difference:
    found = wilson(count, whole)
    return Difference(100 * found.estimate, 100 * found.low, 100 * found.high)


def _limits(found: Difference) -> dict[str, float]:
    return {"change": found.estimate, "low": found.low, "high": found.high}
