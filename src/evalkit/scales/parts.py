"""The parts of a scale's definition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from evalkit.scales.conditions import read_condition

__all__ = [
    "Band",
    "Choice",
    "Coding",
    "CodingName",
    "Factor",
    "LieItems",
    "Norm",
    "Number",
    "Option",
    "Part",
    "Standard",
    "SuicideItems",
    "Text",
    "When",
]

_CODING = re.compile(r"(\d+)-(\d+)")


class Part(BaseModel):
    """Frozen, and nothing in it that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _understood(text: str) -> str:
    read_condition(text)
    return text


def _coding(text: str) -> str:
    found = _CODING.fullmatch(text)
    if found is None or int(found[1]) >= int(found[2]) or int(found[2]) > 9:
        raise ValueError('编码应写作“最低-最高”，例如 "1-5"')
    return text


Text = Annotated[str, Field(min_length=1)]
When = Annotated[str, AfterValidator(_understood)]
CodingName = Annotated[str, AfterValidator(_coding)]
Number = Annotated[int, Field(ge=1)]
Items = Annotated[tuple[Number, ...], Field(min_length=1)]


class Coding(Part):
    """How answers are written as numbers: the lowest and the highest.

    Examples
    --------
    >>> str(Coding(lowest=0, highest=3))
    '0-3'
    """

    lowest: int
    highest: int

    @classmethod
    def named(cls, name: str) -> Coding:
        """Read ``"1-5"``."""
        low, high = name.split("-")
        return cls(lowest=int(low), highest=int(high))

    def __str__(self) -> str:
        return f"{self.lowest}-{self.highest}"


class Factor(Part):
    """Items that belong together; the factor's score is their mean."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    title: Text
    items: Items


class SuicideItems(Part):
    """Items that ask about suicide, and the answer from which somebody has to follow up."""

    items: Items
    lowest_hit: int = Field(alias="from")


class LieItems(Part):
    """Items that nobody affirms who answers truthfully; not scored."""

    items: Items
    void_from: Number


class Standard(Part):
    """The standard score: the raw total times ``times / over``, made whole."""

    times: Number
    over: Number
    rounding: Literal["half_up", "truncate"]


class Band(Part):
    """A band, and what puts a paper into it; no condition is the band of all others."""

    name: Text
    when: tuple[When, ...] = ()


class Option(Part):
    """One answer to a disputed question of scoring."""

    meaning: Text
    source: Text
    set: Mapping[str, Any] = Field(default_factory=dict)


class Choice(Part):
    """A disputed question of scoring."""

    title: Text
    default: str
    options: Mapping[str, Option]


class Norm(Part):
    """What a sample of people scored, and when that was.

    `values` gives the mean and the standard deviation of factors and of the total, in the scale's
    first coding; empty where only the sample is known.
    """

    code: Text
    year: Annotated[int, Field(ge=1900, le=2100)]
    n: Number
    source: Text
    note: str = ""
    values: Mapping[str, tuple[Decimal, Decimal]] = Field(default_factory=dict)
