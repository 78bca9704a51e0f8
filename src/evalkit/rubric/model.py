"""The rubric's parts, as read from a YAML file."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from evalkit.rubric.criterion import Criterion
from evalkit.rubric.parts import Id, Part, Points, Text
from evalkit.rubric.settings import Settings

__all__ = [
    "Award",
    "Band",
    "Dimension",
    "Indicator",
    "PanelRules",
    "Rubric",
    "Source",
    "Trim",
]


class Indicator(Part):
    """What judges give a score for (考评要点)."""

    id: Id
    name: Text
    points: Points = Field(gt=0)
    criteria: tuple[Criterion, ...] = Field(default=(), strict=False)

    @property
    def column(self) -> str:
        """Machine name of the score's column: ``"2.4"`` → ``"s24"``."""
        return "s" + self.id.replace(".", "").lower()

    @property
    def label(self) -> str:
        """Number and name, as printed: ``"2.4 危机干预及重点关注学生工作"``."""
        return f"{self.id} {self.name}"


class Dimension(Part):
    """A group of indicators (考评指标)."""

    id: Id
    name: Text
    points: Points = Field(gt=0)
    indicators: tuple[Indicator, ...] = Field(min_length=1, strict=False)


class Band(Part):
    """A grade band (等级), named by its lower edge in points."""

    name: Text
    lower: Points = Field(ge=0)


class Trim(Part):
    """How many of the highest and lowest totals are left out, and from how many judges on."""

    highest: int = Field(default=1, ge=0)
    lowest: int = Field(default=1, ge=0)
    min_judges: int = Field(default=5, ge=1)


class PanelRules(Part):
    """How the judges' totals become one score.

    ``ties`` is the chain that orders equal scores, tried from left to right: ``untrimmed_mean``,
    ``indicator:ID``, ``first_places``. What is still equal is left to the panel.
    """

    method: Literal["trimmed_mean", "mean"] = "trimmed_mean"
    trim: Trim = Trim()
    decimals: int = Field(default=2, ge=0, le=6)
    rounding: Literal["half_up", "half_even"] = "half_up"
    step: Points = Field(default=Decimal("0.5"), gt=0)
    ties: tuple[str, ...] = Field(default=(), strict=False)

    @property
    def description(self) -> str:
        """How scores are computed, in Chinese, as printed with them."""
        if self.method == "trimmed_mean":
            text = (
                f"评委不少于 {self.trim.min_judges} 人时，去掉 {self.trim.highest} 个最高分、"
                f"{self.trim.lowest} 个最低分后平均；不足 {self.trim.min_judges} 人时直接平均。"
            )
        else:
            text = "得分为全部评委总分的平均。"
        rounding = "四舍五入" if self.rounding == "half_up" else "四舍六入五成双"
        return f"{text}结果{rounding}保留 {self.decimals} 位小数，只取整一次。"


class Source(Part):
    """One of the sources of judgement and its weight in the final score."""

    id: Literal["panel", "site_visit", "ledger", "daily_log"]
    name: Text
    weight: Points = Field(ge=0, le=1)


class Award(Part):
    """An award that the panel is asked to decide on.

    ``band``: the band that a nominee should have reached; one that has not is proposed with a
    mark. ``close_margin``: a lead, in points, below which the panel is asked to deliberate.
    ``vetoes``: facts that mark a nominee, by name; they never remove one.
    """

    id: Id
    title: Text
    kind: Literal["station", "head"]
    number: int = Field(ge=1)
    band: str | None = None
    close_margin: Points = Field(default=Decimal("0.5"), ge=0)
    min_months_in_post: int = Field(default=0, ge=0)
    vetoes: tuple[str, ...] = Field(default=(), strict=False)


class Rubric(Part):
    """A whole rubric (考核办法).

    Read one with :func:`evalkit.rubric.load_rubric`, which also checks that its parts agree.
    """

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]+$")]
    title: Text
    version: Text
    total: Points = Field(gt=0)
    source: str = ""
    dimensions: tuple[Dimension, ...] = Field(min_length=1, strict=False)
    bands: tuple[Band, ...] = Field(min_length=1, strict=False)
    panel: PanelRules = PanelRules()
    sources: tuple[Source, ...] = Field(
        default=(Source(id="panel", name="现场评审会", weight=Decimal(1)),), strict=False
    )
    awards: tuple[Award, ...] = Field(default=(), strict=False)
    settings: Settings = Settings()

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in the order of the rubric."""
        return tuple(i for dimension in self.dimensions for i in dimension.indicators)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the order of the rubric."""
        return tuple(c for indicator in self.indicators for c in indicator.criteria)

    def indicator(self, id: str) -> Indicator:  # noqa: A002 -- the field's own name
        """Return the indicator with this number.

        Raises
        ------
        KeyError
            If there is none.
        """
        for indicator in self.indicators:
            if indicator.id == id:
                return indicator
        raise KeyError(id)

    @property
    def blended(self) -> bool:
        """Whether anything beside the panel's score has a weight."""
        return any(source.weight for source in self.sources if source.id != "panel")

    def publish(self, score: Fraction | Decimal) -> Decimal:
        """Round a score to the published number of decimals, exactly.

        Works on the exact fraction, so that a value on the edge (90.125) goes where the rule
        says and not where binary arithmetic would put it.

        Examples
        --------
        >>> from evalkit.rubric import load_rubric
        >>> load_rubric().publish(Fraction("90.125"))
        Decimal('90.13')
        """
        scaled = Fraction(score) * 10**self.panel.decimals
        whole, rest = divmod(scaled, 1)
        half = Fraction(1, 2)
        up = rest > half or (rest == half and (self.panel.rounding == "half_up" or whole % 2 == 1))
        return Decimal(whole + up).scaleb(-self.panel.decimals)

    def band(self, score: Fraction | Decimal) -> Band:
        """Return the band of a score, compared as it is given, without rounding.

        Raises
        ------
        ValueError
            If the score is below zero or above the total.

        Examples
        --------
        >>> from evalkit.rubric import load_rubric
        >>> [load_rubric().band(Decimal(s)).name for s in ("90", "89.99", "60", "59.99")]
        ['优秀', '良好', '合格', '不合格']
        """
        exact = Fraction(score)
        if not 0 <= exact <= Fraction(self.total):
            raise ValueError(f"score {score} is outside 0..{self.total}")
        lower_included = self.settings.band_edges.value == "lower_included"
        for band in self.bands[:-1]:
            lower = Fraction(band.lower)
            if exact > lower or (lower_included and exact == lower):
                return band
        return self.bands[-1]

    def band_interval(self, band: Band) -> str:
        """Return the band's interval as printed: ``"[80, 90)"``."""
        place = self.bands.index(band)
        upper = self.total if place == 0 else self.bands[place - 1].lower
        if self.settings.band_edges.value == "lower_included":
            return f"[{band.lower}, {upper}{']' if place == 0 else ')'}"
        return f"{'[' if band is self.bands[-1] else '('}{band.lower}, {upper}]"
