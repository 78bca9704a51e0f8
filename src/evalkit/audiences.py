"""Audiences: who reads, and what they may see. Read from ``resources/privacy.yaml``.

:mod:`evalkit.privacy` applies it; whoever only has to know of it need not load tables for that.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evalkit.definitions import read_yaml, schema_faults
from evalkit.errors import DefinitionError, UnknownNameError

__all__ = [
    "INTERNAL",
    "LEVELS",
    "TOPICS",
    "Audience",
    "Level",
    "SmallCountTerms",
    "Topic",
    "audiences",
    "load_policy",
    "small_count_terms",
]

INTERNAL = "internal"
"""For whom everything is, unless somebody else is asked for."""

Topic = Literal["risk", "results", "ranks", "verdicts", "judging", "comments", "heads", "findings"]
"""What not everybody may see; everything else is open to all."""
Level = Literal["none", "school", "own", "college"]
"""How fine: not at all, the school as a whole, a college in its own report, every college."""
Part = Literal["school", "colleges", "summary"]

TOPICS: dict[Topic, str] = {
    "risk": "预警等级、访谈、转介、重点关爱与危机干预",
    "results": "考核得分与等次",
    "ranks": "名次",
    "verdicts": "佐证结论与整改清单",
    "judging": "评委评分与建议名单",
    "comments": "评委意见",
    "heads": "站长比较",
    "findings": "数据问题与数据来源",
}
"""How people call each topic."""
LEVELS: tuple[Level, ...] = ("none", "school", "own", "college")
"""From nothing to everything."""


class Audience(BaseModel):
    """Who reads, what they may see, and from which numbers of students on.

    ``small``: counts of students above zero and below this are not shown. ``base``: with fewer
    students than this in the denominator no rate is given. ``packet``: which reports are made for
    them. ``provisional``: whether they see results while score sheets are missing. ``sees``: the
    finest level at which they see each topic; a topic that is not named is closed to them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    small: int = Field(ge=2)
    base: int = Field(ge=2)
    name: str = ""
    packet: tuple[Part, ...] = Field((), strict=False)
    provisional: bool = False
    sees: dict[Topic, Level] = Field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.id)

    def may_see(self, topic: Topic | None, level: Level) -> bool:
        """Return whether a topic is open to them at a level; no topic is open to all.

        Examples
        --------
        >>> public = load_policy("public")
        >>> public.may_see("risk", "school"), public.may_see("risk", "own")
        (True, False)
        """
        if topic is None:
            return True
        given = self.sees.get(topic, "none")
        return given != "none" and LEVELS.index(level) <= LEVELS.index(given)

    def closed_topics(self, level: Level) -> tuple[str, ...]:
        """Return the topics that they may not see at a level, as people call them."""
        return tuple(name for topic, name in TOPICS.items() if not self.may_see(topic, level))

    def refusal(self, what: str) -> str:
        """Return the sentence that stands where something is not given to them."""
        return f"按隐私规则，{what}不向读者“{self.name or self.title}”提供。"


class SmallCountTerms(BaseModel):
    """What students are counted by of whom few may not be told.

    ``terms``: words with a number beside them in a text, or at the head of a column, a row, a key.
    ``columns``: words that say it at the head of a column, a row or a key only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    terms: tuple[str, ...] = Field(min_length=1, strict=False)
    columns: tuple[str, ...] = Field((), strict=False)


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    audiences: tuple[Audience, ...] = Field(min_length=1, strict=False)
    small_counts: SmallCountTerms


def audiences() -> tuple[Audience, ...]:
    """Return all audiences of the policy.

    Raises
    ------
    DefinitionError
        If the policy file has faults.
    """
    return _policy().audiences


def small_count_terms() -> SmallCountTerms:
    """Return what may not be told of few students.

    Raises
    ------
    DefinitionError
        If the policy file has faults.
    """
    return _policy().small_counts


@cache
def _policy() -> _Policy:
    path = Path(str(files("evalkit").joinpath("resources", "privacy.yaml")))
    raw, faults = read_yaml(path)
    if faults:
        raise DefinitionError("隐私规则文件", path, faults)
    try:
        return _Policy.model_validate(raw)
    except ValidationError as error:
        raise DefinitionError("隐私规则文件", path, schema_faults(error)) from None


def load_policy(audience: str = INTERNAL) -> Audience:
    """Return the policy for an audience.

    Raises
    ------
    UnknownNameError
        If the policy does not name that audience.
    DefinitionError
        If the policy file has faults.
    """
    for candidate in audiences():
        if candidate.id == audience:
            return candidate
    raise UnknownNameError.of("读者类别", audience, [a.id for a in audiences()])
