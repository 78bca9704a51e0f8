from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from evalkit.rubric import Rubric, ScoreSheet, load_rubric

Scores = dict[str, Decimal]
Panel = Callable[..., list[ScoreSheet]]


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric()


@pytest.fixture(scope="session")
def spread(rubric: Rubric) -> Callable[[str], Scores]:
    """Total → ten scores: each indicator its share in half points, the rest one by one."""

    def scores_of(total: str) -> Scores:
        wanted, step = Decimal(total), rubric.panel.step
        scores = {i.id: i.points * wanted / rubric.total // step * step for i in rubric.indicators}
        for indicator in rubric.indicators:
            if sum(scores.values()) < wanted and scores[indicator.id] < indicator.points:
                scores[indicator.id] += step
        return scores

    return scores_of


@pytest.fixture(scope="session")
def panel(rubric: Rubric, spread: Callable[[str], Scores]) -> Panel:
    """``{"C01": "92 88.5 - 回避"}`` → the sheets of J01, J02 ...; ``-`` is not handed in."""

    def sheets_of(
        totals: Mapping[str, str],
        changes: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
    ) -> list[ScoreSheet]:
        sheets = []
        for college, given in totals.items():
            for number, text in enumerate(given.split(), 1):
                judge = f"J{number:02}"
                if text == "回避":
                    blank = dict.fromkeys(indicator.id for indicator in rubric.indicators)
                    sheets.append(ScoreSheet(judge, college, blank, recused=True))
                elif text != "-":
                    changed = (changes or {}).get((judge, college), {})
                    scores = spread(text) | {n: Decimal(s) for n, s in changed.items()}
                    sheets.append(ScoreSheet(judge, college, dict(scores)))
        return sheets

    return sheets_of
