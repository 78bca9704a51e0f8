"""Conditions as a scale's file writes them: ``total >= 20 and item 8 >= 1``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, cast

__all__ = ["Condition", "Subject", "read_condition"]

Subject = Literal[
    "total", "standard", "index", "positive_items", "auxiliary", "factor", "key_factor",
    "item", "fact", "positive",
]  # fmt: skip
_COMPARISON = re.compile(
    r"(?P<subject>total|standard|index|positive_items|auxiliary|factor|key_factor|item \d+)"
    r" (?P<sign>>=|>) (?P<border>\d+(?:\.\d+)?)"
)
_FACT = re.compile(r"fact (?P<fact>[a-z_]+)")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison, exact.

    Parameters
    ----------
    subject : str
        What is compared. ``factor`` and ``key_factor`` hold if any of the factors does; ``fact``
        and ``positive`` are true or false by themselves.
    border : Fraction
        With what, in the numbers of the scale's first coding.
    included : bool
        Whether the border itself counts.
    item : int
        Number of the item, for ``item``.
    fact : str
        Name of the fact, for ``fact``.
    """

    subject: Subject
    border: Fraction = Fraction(0)
    included: bool = True
    item: int = 0
    fact: str = ""

    def shifted(self, shift: int, items: int) -> Condition:
        """Return the same border for answers that are `shift` higher each.

        Parameters
        ----------
        shift : int
            How much higher.
        items : int
            How many items a total adds up.
        """
        by = {"total": shift * items, "factor": shift, "key_factor": shift, "item": shift}
        return replace(self, border=self.border + by.get(self.subject, 0))


def read_condition(text: str) -> tuple[Condition, ...]:
    """Read conditions that hold together.

    Parameters
    ----------
    text : str
        One or more, joined by `` and ``.

    Raises
    ------
    ValueError
        If one is not understood, in Chinese.

    Examples
    --------
    >>> [(c.subject, str(c.border), c.item) for c in read_condition("total > 20 and item 8 >= 1")]
    [('total', '20', 0), ('item', '1', 8)]
    """
    return tuple(_one(part.strip()) for part in text.split(" and "))


def _one(text: str) -> Condition:
    if text == "positive":
        return Condition("positive")
    if fact := _FACT.fullmatch(text):
        return Condition("fact", fact=fact["fact"])
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise ValueError(
            f"看不懂条件“{text}”。写法如 total >= 20、standard >= 53、index >= 0.5、"
            "positive_items > 43、factor > 2、key_factor >= 3.5、auxiliary >= 2、item 25 >= 1、"
            "fact asks_for_help、positive，几个条件同时满足用 and 连接"
        )
    subject, _, number = found["subject"].partition(" ")
    return Condition(
        cast(Subject, subject),
        Fraction(found["border"]),
        found["sign"] == ">=",
        int(number) if number else 0,
    )
