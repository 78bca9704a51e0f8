"""Published rates to hold a school's against: ``resources/research/published_rates.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evalkit.definitions import read_yaml, schema_faults
from evalkit.errors import DefinitionError
from evalkit.privacy import Field as Column
from evalkit.privacy import Released, release
from evalkit.research.study import ScreeningStudy

__all__ = ["PublishedRate", "beside_published", "published_notes", "published_rates"]

Part = Literal["all", "participation", "detection"]
Own = Literal["participation", "l1", "l2", "any", "none"]


class PublishedRate(BaseModel):
    """A rate that somebody has published.

    ``low`` and ``high`` are the same where one figure is given, ``year`` is when it was collected
    (``未注明`` if the source does not tell). ``own`` is the school's figure
    that comes nearest to it, ``differs`` says why the two are not the same thing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantity: str = Field(min_length=1)
    low: float
    high: float
    unit: Literal["%", "‰"]
    who: str = Field(min_length=1)
    year: str = Field(min_length=1)
    instrument: str = Field(min_length=1)
    source: str = Field(min_length=1)
    own: Own
    differs: str = Field(min_length=1)

    @property
    def text(self) -> str:
        """The figure or range as printed."""
        if self.low == self.high:
            return f"{self.low:g}{self.unit}"
        return f"{self.low:g}{self.unit}—{self.high:g}{self.unit}"


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rates: tuple[PublishedRate, ...] = Field(min_length=1)


@cache
def published_rates() -> tuple[PublishedRate, ...]:
    """Return the published rates, in the order of the file.

    Raises
    ------
    DefinitionError
        If the file has faults.

    Examples
    --------
    >>> published_rates()[0].text
    '96.87%'
    """
    path = Path(str(files("evalkit").joinpath("resources", "research", "published_rates.yaml")))
    raw, faults = read_yaml(path)
    if faults:
        raise DefinitionError("已发表的检出率文件", path, faults)
    try:
        return _File.model_validate(raw).rates
    except ValidationError as error:
        raise DefinitionError("已发表的检出率文件", path, schema_faults(error)) from None


def beside_published(study: ScreeningStudy, part: Part = "all") -> Released:
    """Set the school's rates of the study's year beside the published ones.

    Parameters
    ----------
    study : ScreeningStudy
        The study.
    part : {"all", "participation", "detection"}
        Which of the published rates.

    Returns
    -------
    Released
        One row a published rate: quantity, the published figure, its year, by which instrument,
        the school's nearest figure. Whose they are, from where, and why they differ:
        :func:`published_notes`.
    """
    own = _own(study)
    rows = [
        {
            "quantity": rate.quantity,
            "published": rate.text,
            "year": rate.year,
            "instrument": rate.instrument,
            "own": own[rate.own],
        }
        for rate in _of_part(part)
    ]
    fields = (
        Column("quantity", "指标"),
        Column("published", "已发表"),
        Column("year", "年份"),
        Column("instrument", "工具与界值"),
        Column("own", "本校最接近的数"),
    )
    return release(pd.DataFrame(rows), fields, study.audience)


def published_notes(part: Part = "all") -> tuple[str, ...]:
    """Return whose the published rates are, from where, and why they do not compare; one each.

    Parameters
    ----------
    part : {"all", "participation", "detection"}
        Which of the published rates.

    Examples
    --------
    >>> len(published_notes("participation"))
    3
    """
    return tuple(
        f"{rate.quantity} {rate.text}：{rate.who}；年份：{rate.year}；"
        f"工具与界值：{rate.instrument}。"
        f"与本校不同：{rate.differs}。出处：{rate.source}。"
        for rate in _of_part(part)
    )


def _of_part(part: Part) -> list[PublishedRate]:
    wanted = {"all": (True, False), "participation": (True,), "detection": (False,)}[part]
    return [rate for rate in published_rates() if (rate.own == "participation") in wanted]


def _own(study: ScreeningStudy) -> dict[Own, str]:
    names: dict[Own, tuple[str, str]] = {
        "participation": ("n_valid", "参测率"),
        "l1": ("n_l1", "一级预警率"),
        "l2": ("n_l2", "二级预警率"),
    }
    found: dict[Own, str] = {"none": "本校没有对应的数"}
    for own, (count, title) in names.items():
        found[own] = f"{title} {study.rates(count, 'year').text(study.year)}"
    levels = [study.rates(count, "year") for count in ("n_l1", "n_l2", "n_l3")]
    if all(study.year in rates.names for rates in levels):
        places = [rates.names.index(study.year) for rates in levels]
        cases = sum(rates.count[place] for rates, place in zip(levels, places, strict=True))
        found["any"] = f"三级合计 {100 * cases / levels[0].whole[places[0]]:.2f}%"
    else:
        found["any"] = "三级合计有人数过少的，不显示"
    return found
