"""Runs golden_panel.csv: every row is one college, its judges' totals and what must come out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from evalkit.panel import evaluate
from evalkit.rubric import PanelRules, Rubric, ScoreSheet, Source, load_rubric

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ITEMS = {(row["编号"], row["评委"]): row for row in rows("golden_panel_items.csv")}


def rubric_of(case: dict[str, str]) -> Rubric:
    """The built-in rubric with the row's step and weights, and nothing else changed."""
    rubric = load_rubric()
    rules = PanelRules(**{**dict(rubric.panel), "step": Decimal(case["评分步长"])})
    weights = {"panel": case["现场评审会权重"], "daily_log": case["日常工作评价记录权重"]}
    sources = tuple(
        Source(id=source.id, name=source.name, weight=Decimal(weights.get(source.id) or 0))
        for source in rubric.sources
    )
    return rubric.model_copy(update={"panel": rules, "sources": sources})


def spread(total: Decimal, rubric: Rubric) -> dict[str, Decimal | None]:
    """Spread a total over the indicators: each its share in whole steps, the rest one by one."""
    step = rubric.panel.step
    scores = {i.id: i.points * total / rubric.total // step * step for i in rubric.indicators}
    for indicator in rubric.indicators:
        if sum(scores.values()) < total and scores[indicator.id] < indicator.points:
            scores[indicator.id] += step
    return dict(scores)


def sheets_of(case: dict[str, str], rubric: Rubric) -> Iterator[ScoreSheet]:
    for number, text in enumerate(case["各评委总分"].split("、"), 1):
        judge = f"J{number:02}"
        if text == "回避":
            yield ScoreSheet(judge, "C01", {i.id: None for i in rubric.indicators}, recused=True)
            continue
        item = ITEMS.get((case["编号"], judge))
        scores: dict[str, Decimal | None] = (
            {i.id: Decimal(item[i.id]) for i in rubric.indicators}
            if item
            else spread(Decimal(text), rubric)
        )
        yield ScoreSheet(judge, "C01", scores, total_reported=Decimal(text))


def item_wise(sheets: list[ScoreSheet], rubric: Rubric) -> Fraction:
    """What would come out if each indicator were trimmed on its own: not how it is done."""
    found = Fraction(0)
    for indicator in rubric.indicators:
        given = sorted(Fraction(sheet.scores[indicator.id] or 0) for sheet in sheets)[1:-1]
        found += sum(given, Fraction(0)) / len(given)
    return found


@pytest.mark.parametrize("case", rows("golden_panel.csv"), ids=lambda case: case["编号"])
def test_golden_panel(case: dict[str, str]) -> None:
    rubric = rubric_of(case)
    sheets = list(sheets_of(case, rubric))
    daily = case["日常工作评价记录得分"]
    result = evaluate(
        sheets,
        rubric,
        source_scores={"C01": {"daily_log": Decimal(daily)}} if daily else {},
    )
    college = result["C01"]
    assert college.method_label == case["应得计分办法"]
    assert "、".join(college.dropped) == case["应得去掉的评委"]
    assert college.untrimmed_mean == Fraction(case["应得未去极值平均"])
    assert str(college.score) == case["应得公布得分"]
    assert college.band == case["应得等次"]
    assert college.band_unrounded == case["取整前的等次"]
    assert college.band_differs == (case["应得等次"] != case["取整前的等次"])
    assert result.band_divergences == ((college,) if college.band_differs else ())
    if case["应得分项去极值后相加"]:
        other = item_wise(sheets, rubric)
        assert str(rubric.publish(other)) == case["应得分项去极值后相加"]
        assert rubric.publish(other) != college.score
