"""Colleges' rates made comparable by grade. The ledgers do not tell the students' sex."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from evalkit.epidemiology import (
    StandardisedRate,
    StandardisedRatio,
    directly_standardised_rate,
    indirectly_standardised_ratio,
)
from evalkit.privacy import Field, Released, release
from evalkit.research.lattice import first_wave
from evalkit.research.study import ScreeningStudy, level_title

__all__ = ["Standardised", "standardise"]


@dataclass(frozen=True, eq=False)
class Standardised:
    """Colleges held against the school, grade by grade.

    Attributes
    ----------
    ratios : mapping of str to StandardisedRatio
        College → observed over expected: indirect, needs the college's total only.
    rates : mapping of str to StandardisedRate
        College → rate in 1,000 if its grades were as large as the school's: direct; only colleges
        whose counts may be shown in every grade.
    table : Released
        Both side by side.
    why : str
        Why there is nothing, if there is nothing.
    """

    ratios: Mapping[str, StandardisedRatio]
    rates: Mapping[str, StandardisedRate]
    table: Released
    why: str = ""


def standardise(study: ScreeningStudy, count: str = "n_l1") -> Standardised:
    """Standardise the rates of a level by grade, in the study's year.

    Parameters
    ----------
    study : ScreeningStudy
        The study.
    count : str
        ``"n_l1"``, ``"n_l2"`` or ``"n_l3"``.

    Returns
    -------
    Standardised
        Empty, with ``why``, if the school's own count of a grade is too small to be shown.

    Raises
    ------
    UnknownNameError
        If there is no such level.
    NoDataError
        If the year has no screening.
    """
    level_title(count)
    tables = study.of_year(study.year)
    grades = tables["annual_by_grade"].published.set_index("grade")
    if grades[[count, "n_valid"]].isna().to_numpy().any():
        why = "有的年级全校人数也过少，求不出期望数。"
        return Standardised({}, {}, _released([], study), why)
    reference = grades[count].astype(float) / grades["n_valid"].astype(float)
    finest = tables["screening"].published
    own_year = study.rows[study.rows["academic_year"] == study.year]
    once = own_year.loc[first_wave(own_year), ["college", "grade", "wave"]]
    cells = finest.merge(once, on=["college", "grade", "wave"])
    ratios: dict[str, StandardisedRatio] = {}
    rates: dict[str, StandardisedRate] = {}
    rows = []
    for _, college in tables["annual_by_college"].published.iterrows():
        own = cells[cells["college"] == college["college"]].set_index("grade")
        name = study.college(str(college["college"]))
        row: dict[str, object] = {"unit": name}
        if not pd.isna(college[count]) and own["n_valid"].notna().all():
            sizes = own["n_valid"].astype(float)
            ratio = indirectly_standardised_ratio(
                int(college[count]), sizes.to_numpy(), reference.reindex(sizes.index).to_numpy()
            )
            ratios[name] = ratio
            row |= {"ratio": ratio.estimate, "ratio_low": ratio.low, "ratio_high": ratio.high}
            if own[count].notna().all() and set(own.index) == set(grades.index):
                weights = grades["n_valid"].reindex(own.index).astype(float)
                rate = directly_standardised_rate(
                    own[count].astype(float).to_numpy(), sizes.to_numpy(), weights.to_numpy(),
                    multiplier=1000,
                )  # fmt: skip
                rates[name] = rate
                row |= {"crude": rate.crude, "rate": rate.estimate}
                row |= {"rate_low": rate.low, "rate_high": rate.high}
        rows.append(row)
    return Standardised(ratios, rates, _released(rows, study))


def _released(rows: list[dict[str, object]], study: ScreeningStudy) -> Released:
    fields = (
        Field("unit", "学院"),
        Field("ratio", "标准化比", "", "number", decimals=2),
        Field("ratio_low", "下限", "", "number", decimals=2),
        Field("ratio_high", "上限", "", "number", decimals=2),
        Field("crude", "粗率", "‰", "number"),
        Field("rate", "直接标准化率", "‰", "number"),
        Field("rate_low", "下限", "‰", "number"),
        Field("rate_high", "上限", "‰", "number"),
    )
    frame = pd.DataFrame(rows, columns=[field.name for field in fields])
    return release(frame, fields, study.audience)
