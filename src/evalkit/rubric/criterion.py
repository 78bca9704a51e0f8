"""The finest points of a rubric, and what each asks of the evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from evalkit.rubric.parts import Part, Points, Text, exact

__all__ = ["Criterion", "Requirement"]


def _limit(value: object) -> object:
    number = exact(value)
    if number == "all" or (isinstance(number, Decimal) and number.is_finite()):
        return number
    raise ValueError("应为数字或 all（全部）")


Limit = Annotated[Decimal | Literal["all"], BeforeValidator(_limit)]


class Requirement(Part):
    """What a criterion asks of a metric (佐证要求), or a metric that only stands beside it.

    ``at_least``, ``above``, ``at_most`` and ``equals`` are in the metric's own unit. ``at_least:
    all`` is the equality of two whole numbers: 2,239 of 2,240 is not all. ``basis`` says whether
    the official text gives the number (``text``, 规定值) or the school chose it (``reference``,
    参照值). With ``show`` the metric is listed and nothing is asked of it. With ``query`` a value
    outside the limits is a question to the college (提请核实) and decides nothing. ``wording`` is
    printed in the place of the sentence that the limits make.
    """

    metric: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    at_least: Limit | None = None
    above: Points | None = None
    at_most: Points | None = None
    equals: Points | None = None
    basis: Literal["text", "reference"] | None = None
    show: bool = False
    query: bool = False
    wording: str = ""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        limits = [self.at_least, self.above, self.at_most, self.equals]
        number = sum(limit is not None for limit in limits)
        if self.show and (number or self.basis or self.query):
            raise ValueError("show 只列出指标，不能同时写要求、basis 或 query")
        if not self.show and not number:
            raise ValueError("应写明 at_least、above、at_most、equals 之一，或写 show: true")
        if not self.show and not self.query and self.basis is None:
            raise ValueError("应写明 basis：text（规定值）或 reference（参照值）")
        if (self.equals is not None and number > 1) or None not in (self.at_least, self.above):
            raise ValueError("equals 不与别的要求同写，at_least 与 above 只写一个")
        lower = self.above if self.at_least is None else self.at_least
        if isinstance(lower, Decimal) and self.at_most is not None and lower > self.at_most:
            raise ValueError(f"下限 {lower} 大于上限 {self.at_most}")
        return self

    @property
    def decides(self) -> bool:
        """Whether the criterion's verdict depends on it."""
        return not (self.show or self.query)


class Criterion(Part):
    """One of the finest points (考评细则). It has a wording, never a score of its own.

    ``nature``: ``required`` (the text itself gives a number, a frequency or an existence),
    ``countable`` (can be counted, the text gives no number), ``judgement``. ``sheets`` are the
    ledger's sheets that speak to it. ``evidence`` is what is asked of its metrics. ``human`` says
    what stays for people to judge, whatever the figures say.
    """

    id: Text
    text: Text
    nature: tuple[Literal["required", "countable", "judgement"], ...] = Field(
        default=(), strict=False
    )
    sheets: tuple[str, ...] = Field(default=(), strict=False)
    evidence: tuple[Requirement, ...] = Field(default=(), strict=False)
    human: str = ""
