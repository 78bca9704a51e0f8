"""What a scale is: which items it has, how they are added up, and what follows from the sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from evalkit.scales.conditions import Condition, read_condition
from evalkit.scales.parts import (
    Band,
    Choice,
    Coding,
    CodingName,
    Factor,
    LieItems,
    Norm,
    Number,
    Part,
    Standard,
    SuicideItems,
    Text,
    When,
)

__all__ = ["Scale"]


class Scale(Part):
    """A questionnaire's key and rules. No item texts.

    Attributes
    ----------
    name, title, aliases, period, sources
        What it is called, over what time it asks, and who described it.
    items : int
        Number of items that have to be answered; they are numbered from 1.
    auxiliary : tuple of int
        Items after these that are not scored and may be absent.
    codings : tuple of str
        How answers may be written, the one in which everything below is written first.
    detect_coding : bool
        Whether the answers decide between two codings that are both in use.
    totals_as_given : bool
        Whether totals are returned in the answers' own coding; otherwise in the first one.
    reversed : tuple of int
        Items that are turned round before they are added up.
    positive_item : int, optional
        Answer from which on an item counts as positive.
    straight_lining : {"any", "above_lowest"}
        Which papers with one and the same answer throughout are void: all, or those with another
        answer than the lowest (which says that there are no complaints, as most people do).
    facts : mapping
        What may be known about a person beside the answers, and counts.
    positive, positive_in, bands
        The rules; see :mod:`evalkit.scales.conditions`.
    choices : mapping
        The disputed questions.
    norms : tuple of Norm
        What others scored.
    """

    name: Text
    title: Text
    aliases: tuple[Text, ...] = ()
    period: Text
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    items: Number
    auxiliary: tuple[Number, ...] = ()
    codings: Annotated[tuple[CodingName, ...], Field(min_length=1)]
    detect_coding: bool = False
    totals_as_given: bool = False
    reversed: tuple[Number, ...] = ()
    positive_item: int | None = None
    suicide: SuicideItems | None = None
    lie: LieItems | None = None
    factors: tuple[Factor, ...] = ()
    key_factors: tuple[str, ...] = ()
    straight_lining: Literal["any", "above_lowest"] = "above_lowest"
    standard: Standard | None = None
    facts: Mapping[str, Text] = Field(default_factory=dict)
    positive: Annotated[tuple[When, ...], Field(min_length=1)]
    positive_in: Mapping[CodingName, tuple[When, ...]] = Field(default_factory=dict)
    bands: Annotated[tuple[Band, ...], Field(min_length=2)]
    choices: Mapping[str, Choice] = Field(default_factory=dict)
    norms: tuple[Norm, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Scale:
        faults = list(_disagreements(self))
        if faults:
            raise ValueError("；".join(faults))
        return self

    @property
    def coding(self) -> Coding:
        """The coding in which the rules are written."""
        return Coding.named(self.codings[0])

    @cached_property
    def scored(self) -> tuple[int, ...]:
        """Items that are added up."""
        lies = self.lie.items if self.lie else ()
        return tuple(item for item in range(1, self.items + 1) if item not in lies)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many columns a paper may have."""
        whole = self.items + len(self.auxiliary)
        return (self.items, whole) if self.auxiliary else (self.items,)

    @property
    def band_names(self) -> tuple[str, ...]:
        """Bands, the least severe first."""
        return tuple(band.name for band in reversed(self.bands))

    def positive_rule(self, coding: str) -> tuple[tuple[Condition, ...], ...]:
        """Return what makes a paper positive, in the numbers of the first coding."""
        own = self.positive_in.get(coding)
        if own is None:
            return tuple(read_condition(text) for text in self.positive)
        shift = self.coding.lowest - Coding.named(coding).lowest
        return tuple(
            tuple(part.shifted(shift, len(self.scored)) for part in read_condition(text))
            for text in own
        )


def _disagreements(scale: Scale) -> Iterator[str]:
    """Check what no single field can."""
    numbers = set(range(1, scale.items + 1))
    lists = {
        "reversed": scale.reversed,
        "suicide": scale.suicide.items if scale.suicide else (),
        "lie": scale.lie.items if scale.lie else (),
        "factors": tuple(item for factor in scale.factors for item in factor.items),
    }
    for name, items in lists.items():
        if not set(items) <= numbers or len(set(items)) != len(items):
            yield f"{name}: 题号应在 1 至 {scale.items} 之间，每题至多一次"
    if scale.factors and set(lists["factors"]) != set(scale.scored):
        yield "factors: 各因子的题目合起来应恰好是全部计分题"
    if scale.auxiliary and scale.auxiliary != tuple(
        range(scale.items + 1, scale.items + len(scale.auxiliary) + 1)
    ):
        yield f"auxiliary: 辅助题应从第 {scale.items + 1} 题起连续编号"
    widths = {c.highest - c.lowest for c in map(Coding.named, scale.codings)}
    if len(widths) != 1:
        yield "codings: 各种编码的选项数应相同"
    codes = {factor.code for factor in scale.factors}
    if not set(scale.key_factors) <= codes:
        yield "key_factors: 含有没有定义的因子"
    if not set(scale.positive_in) <= set(scale.codings):
        yield "positive_in: 含有没有定义的编码"
    if scale.bands[-1].when or not all(band.when for band in scale.bands[:-1]):
        yield "bands: 只有最后一档没有条件，表示其余全部"
    for choice in scale.choices.values():
        if choice.default not in choice.options:
            yield f"choices: “{choice.title}”的默认值不在选项之中"
    for norm in scale.norms:
        if not set(norm.values) <= codes | {"total"}:
            yield f"norms: {norm.code} 含有没有定义的因子"
    yield from _conditions_without_ground(scale, numbers)


def _conditions_without_ground(scale: Scale, numbers: set[int]) -> Iterator[str]:
    texts = [*scale.positive, *(text for band in scale.bands for text in band.when)]
    texts += [text for own in scale.positive_in.values() for text in own]
    missing = {
        "standard": scale.standard is None,
        "positive_items": scale.positive_item is None,
        "auxiliary": not scale.auxiliary,
        "factor": not scale.factors,
        "key_factor": not scale.key_factors,
    }
    for text in texts:
        for part in read_condition(text):
            known = part.item in numbers if part.subject == "item" else True
            known &= part.fact in scale.facts if part.subject == "fact" else True
            if missing.get(part.subject, False) or not known:
                yield f"条件“{text}”用到了没有定义的内容"
    parts = [part for text in scale.positive for part in read_condition(text)]
    if any(part.subject == "positive" for part in parts):
        yield "positive: 不能用自己定义自己"
