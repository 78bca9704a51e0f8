"""The screening of a school as a study: rates that may be shown, with how sure they are.

Every number comes from the tables of the extract (:mod:`evalkit.research.protected`): what is
hidden there is hidden here, so that a manuscript and an extract can be laid side by side.
Each student counts once a year, in the first wave of the grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd

from evalkit.assessment import Assessment
from evalkit.epidemiology import Trend, trend, wilson
from evalkit.errors import NoDataError, UnknownNameError
from evalkit.privacy import Audience, Field, release
from evalkit.research.breaks import find_breaks
from evalkit.research.extract import checked_k
from evalkit.research.protected import ProtectedTable, protect_year
from evalkit.research.rates import Rates
from evalkit.research.screening import rows_from_snapshots

__all__ = [
    "LEVEL_NAMES",
    "Rates",
    "ScreeningStudy",
    "ScreeningTrend",
    "level_title",
    "screening_study",
]

LEVEL_NAMES: Mapping[str, str] = {
    "n_l1": "一级预警",
    "n_l2": "二级预警",
    "n_l3": "三级/关注",
    "n_valid": "参测",
}
"""Count → what its rate is called; of ``n_valid`` out of those required, of the others out of the
valid papers."""

By = Literal["college", "grade", "year"]
_TITLES: Mapping[By, str] = {"college": "学院", "grade": "年级", "year": "学年"}
BASE = 20
"""With fewer in the denominator no rate is given (handbook 6.3)."""


@dataclass(frozen=True, eq=False)
class ScreeningTrend:
    """A rate over the years, cut where the instrument changed."""

    years: tuple[str, ...]
    values: tuple[float, ...]
    result: Trend


@dataclass(frozen=True, eq=False)
class ScreeningStudy:
    """The screening of the years of an assessment, for researchers.

    Get one from :func:`screening_study`.

    Attributes
    ----------
    assessment : Assessment
        The year in question, and those before it.
    k : int
        The threshold.
    named : bool
        Whether colleges are named.
    """

    assessment: Assessment
    k: int
    named: bool

    @property
    def audience(self) -> Audience:
        """For whom tables are released."""
        return Audience(id="research", title="研究人员（已批准）", small=self.k, base=BASE)

    @property
    def years(self) -> tuple[str, ...]:
        """The years with screening, oldest first."""
        return tuple(self.tables)

    @property
    def year(self) -> str:
        """The year in question."""
        return self.assessment.year.name

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Exact rows of all years: for computing with, not for showing."""
        return rows_from_snapshots(self.assessment.snapshots, self.assessment.years)

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, ProtectedTable]]:
        """Year → the tables of the extract, with what goes from them."""
        grouped = self.rows.groupby("academic_year", sort=True)
        return {str(year): protect_year(own, self.k) for year, own in grouped}

    @cached_property
    def breaks(self) -> pd.DataFrame:
        """academic_year, college (code), note: as in the extract."""
        return find_breaks(self.assessment, self.years)

    @property
    def new_instruments(self) -> tuple[str, ...]:
        """Years in which a college used another instrument than the year before."""
        notes = self.breaks[self.breaks["note"].str.contains("测评工具", regex=False)]
        return tuple(sorted(set(notes["academic_year"])))

    def college(self, code: str) -> str:
        """Return how a college is called: by its code, or by name if that was approved."""
        return self.assessment.names.get(code, code) if self.named else code

    def rates(self, count: str = "n_l1", by: By = "college") -> Rates:
        """Return the rates of a level, or of participation (``"n_valid"``).

        Parameters
        ----------
        count : str
            A key of :data:`LEVEL_NAMES`.
        by : {"college", "grade", "year"}
            The units; colleges and grades of the year in question.

        Raises
        ------
        UnknownNameError
            If there is no such count.
        """
        title = level_title(count)
        whole = "n_required" if count == "n_valid" else "n_valid"
        exact, hidden = self._units(by)
        frame = pd.DataFrame({"unit": exact["unit"], "count": exact[count], "whole": exact[whole]})
        gone = pd.DataFrame({"count": hidden[count], "whole": hidden[whole]})
        fields = (
            Field("unit", _TITLES[by]),
            Field("count", title, "人", "count", students=True),
            Field("whole", "应测" if count == "n_valid" else "有效", "人", "count", students=True),
            Field("rate", "率", "%", "percent", of=("count", "whole")),
        )
        first = release(frame, fields, self.audience, hidden=gone)
        shown = first.frame["rate"].notna().to_numpy(dtype=bool)
        numbers = [first.frame.loc[shown, n].astype("int64") for n in ("count", "whole")]
        interval = wilson(numbers[0].to_numpy(), numbers[1].to_numpy())
        limits = {"low": interval.low, "high": interval.high}
        for name, values in limits.items():
            frame.loc[shown, name] = 100 * values
        more = (
            Field("low", "95% 下限", "%", "number", decimals=2),
            Field("high", "95% 上限", "%", "number", decimals=2),
        )
        return Rates(
            release(frame, (*fields, *more), self.audience, hidden=gone),
            tuple(frame.loc[shown, "unit"]),
            interval,
            tuple(numbers[0]),
            tuple(numbers[1]),
            int((~shown).sum()),
            f"{title}率",
        )

    def trend(self, count: str = "n_l1") -> ScreeningTrend:
        """Return the school's rate over the years, cut where an instrument changed.

        Raises
        ------
        UnknownNameError
            If there is no such count.
        NoDataError
            If there is no year with screening.
        """
        found = self.rates(count, "year")
        shown = {
            name: 100 * n / whole
            for name, n, whole in zip(found.names, found.count, found.whole, strict=True)
        }
        values = tuple(shown.get(year, float("nan")) for year in self.years)
        if not values:
            raise NoDataError("没有普测数据，看不出历年变化。请先补齐“普测统计”表。")
        breaks = [year for year in self.new_instruments if year != self.years[0]]
        cut = () if count == "n_valid" else tuple(breaks)
        return ScreeningTrend(self.years, values, trend(self.years, values, breaks=cut))

    def _units(self, by: By) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return exact counts with ``unit``, and what is hidden."""
        if by == "year":
            parts = [self.tables[year]["annual_school"] for year in self.years]
            exact = pd.concat([part.exact for part in parts], ignore_index=True)
            hidden = pd.concat([part.hidden for part in parts], ignore_index=True)
            return exact.assign(unit=exact["academic_year"]), hidden
        table = self.of_year(self.year)[f"annual_by_{by}"]
        names = table.exact[by]
        unit = [self.college(str(each)) for each in names] if by == "college" else list(names)
        return table.exact.assign(unit=unit), table.hidden

    def of_year(self, year: str) -> Mapping[str, ProtectedTable]:
        """Return the tables of a year.

        Raises
        ------
        NoDataError
            If no college handed in its screening.
        """
        if year not in self.tables:
            raise NoDataError(
                f"{year} 学年没有可用的普测数据。请换一个学年，或先补齐“普测统计”表。"
            )
        return self.tables[year]


def screening_study(
    assessment: Assessment, *, k: int | None = None, named: bool = False
) -> ScreeningStudy:
    """Return the screening of an assessment's years as a study.

    Parameters
    ----------
    assessment : Assessment
        The year in question.
    k : int, optional
        The threshold; that of the privacy policy for the public if not given.
    named : bool
        Whether colleges are named; only if that was approved.

    Raises
    ------
    DataError
        If `k` is below the lowest threshold of the privacy policy.
    """
    return ScreeningStudy(assessment, checked_k(k), named)


def level_title(count: str) -> str:
    """Return what a count is called in :data:`LEVEL_NAMES`.

    Raises
    ------
    UnknownNameError
        If there is no such count.
    """
    if count not in LEVEL_NAMES:
        raise UnknownNameError.of("人数", count, list(LEVEL_NAMES))
    return LEVEL_NAMES[count]
