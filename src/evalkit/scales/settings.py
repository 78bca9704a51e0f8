"""How a scale is to be applied: what was asked for, checked, and said again in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, get_args

from evalkit.errors import UnknownNameError
from evalkit.scales.answers import OutOfRange
from evalkit.scales.columns import AnswersError
from evalkit.scales.definition import Scale
from evalkit.scales.judge import Missing, Rules, StraightLining
from evalkit.scales.load import chosen, load_scale
from evalkit.scales.parts import Coding

__all__ = ["Settings", "notes_on", "settings_of"]

_MANY = 0.05
"""From this share of void papers on, the reader is told to look whether the rule fits."""


@dataclass(frozen=True)
class Settings:
    """How a scale is to be applied, before the answers have been seen."""

    scale: Scale
    coding: str | None
    missing: Missing
    most_missing: Fraction
    straight_lining: StraightLining
    out_of_range: OutOfRange
    seconds_per_item: Fraction
    choices: Mapping[str, str]

    def rules(self, coding: str) -> Rules:
        """Return the rules for answers in a coding."""
        return Rules(
            self.scale,
            coding,
            self.missing,
            self.most_missing,
            self.straight_lining,
            self.seconds_per_item,
        )

    def options(self, coding: str, *, timed: bool) -> dict[str, str]:
        """Return every setting as text."""
        found = {"coding": coding, "missing": self.missing}
        if self.missing == "prorate":
            found["most_missing"] = str(self.most_missing)
        found |= {"straight_lining": self.straight_lining, "out_of_range": self.out_of_range}
        if timed:
            found["seconds_per_item"] = str(self.seconds_per_item)
        return found | chosen(self.scale, self.choices)

    @property
    def sources(self) -> tuple[str, ...]:
        """Who described the scale and each choice."""
        lines = list(self.scale.sources)
        for name, answer in chosen(self.scale, self.choices).items():
            choice = self.scale.choices[name]
            option = choice.options[answer]
            lines.append(
                f"{choice.title}（{name}={answer}）：{option.meaning}。来源：{option.source}"
            )
        return tuple(lines)


def settings_of(
    name: str,
    *,
    coding: str | None,
    missing: Missing,
    most_missing: float,
    straight_lining: StraightLining | None,
    out_of_range: OutOfRange,
    seconds_per_item: float,
    choices: Mapping[str, str],
) -> Settings:
    """Check what was asked for."""
    answered = {question: str(answer) for question, answer in choices.items()}
    scale = load_scale(name, **answered)
    straight = scale.straight_lining if straight_lining is None else straight_lining
    for title, value, allowed in (
        ("缺答处理方式（missing）", missing, get_args(Missing)),
        ("雷同作答规则（straight_lining）", straight, get_args(StraightLining)),
        ("超范围处理方式（out_of_range）", out_of_range, get_args(OutOfRange)),
    ):
        if value not in allowed:
            raise UnknownNameError.of(title, str(value), allowed)
    if not 0 <= most_missing < 1:
        raise AnswersError(f"缺答比例上限 most_missing 是 {most_missing:g}。允许：0 与 1 之间。")
    if not 0 <= seconds_per_item < float("inf"):
        raise AnswersError(
            f"每题最少秒数 seconds_per_item 是 {seconds_per_item:g}。允许：不小于 0 的数。"
        )
    return Settings(
        scale,
        coding,
        missing,
        Fraction(str(most_missing)),
        straight,
        out_of_range,
        Fraction(str(seconds_per_item)),
        answered,
    )


def notes_on(
    rules: Rules,
    columns: int,
    facts: Mapping[str, Any],
    *,
    lowest_given: bool,
    papers: int,
    straight: int,
) -> tuple[str, ...]:
    """Say what was not there and therefore did not count, and what looks odd."""
    scale, coding = rules.scale, rules.coding
    notes = []
    others = [name for name in scale.codings if name != coding]
    if not lowest_given and others:
        lowest = Coding.named(coding).lowest
        notes.append(
            f"全部答案中没有一个 {lowest}，请确认确实是 {coding} 编码，而不是 {'、'.join(others)}。"
        )
    if scale.auxiliary and columns == scale.items:
        first, last = scale.auxiliary[0], scale.auxiliary[-1]
        notes.append(f"数据中没有辅助题（第 {first}–{last} 题），分类时按没有处理。")
    used = {text for band in scale.bands for text in band.when} | set(scale.positive)
    for name, title in scale.facts.items():
        if name not in facts and f"fact {name}" in used:
            notes.append(f"没有提供“{title}”（facts={{{name!r}: …}}），分类时按没有处理。")
    if straight > _MANY * papers:
        notes.append(
            f"{papers:,} 份答卷中有 {straight:,} 份因各题答案全部相同而作废。题目少的量表里，"
            '认真作答也常常如此；请抽查后决定是否写 straight_lining="ignore"。'
        )
    return tuple(notes)
