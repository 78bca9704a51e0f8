"""Runs golden_scales.csv: every row is one paper and what must come out."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalkit.scales import load_scale, score

ROWS = Path(__file__).parent / "golden_scales.csv"


def rows() -> list[dict[str, str]]:
    with ROWS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answer(text: str) -> float:
    return np.nan if text == "空" else float(text)


def paper(text: str, items: int) -> list[float]:
    """“每题 1；第 3、5-7 题 2；第 9 题 空” → the answers in order; later words prevail."""
    first, *rest = text.split("；")
    answers = [answer(first.removeprefix("每题 "))] * items
    for part in rest:
        found = re.fullmatch(r"第 ([\d、-]+) 题 (\d|空)", part)
        assert found, part
        for span in found[1].split("、"):
            low, _, high = span.partition("-")
            for item in range(int(low), int(high or low) + 1):
                answers[item - 1] = answer(found[2])
    return answers


def yes(value: str) -> bool | None:
    return {"是": True, "否": False, "": None}[value]


@pytest.mark.parametrize("case", rows(), ids=lambda case: case["编号"])
def test_golden_scales(case: dict[str, str]) -> None:
    name = case["量表"]
    options: dict[str, Any] = dict(part.split("=") for part in case["计分选项"].split("；") if part)
    answers = paper(case["答案"], load_scale(name).sizes[-1])
    row = score(name, [answers], coding=case["编码"] or None, **options).table.iloc[0]
    if case["应得总分"]:
        assert row["total"] == pytest.approx(float(case["应得总分"]), abs=1e-9)
    else:
        assert pd.isna(row["total"])
    if case["应得标准分"]:
        assert row["standard"] == int(case["应得标准分"])
    assert (None if pd.isna(row["band"]) else row["band"]) == (case["应得分档"] or None)
    assert (None if pd.isna(row["positive"]) else row["positive"]) == yes(case["应得阳性"])
    assert row["valid"] == yes(case["应得有效"])
    assert row["reasons"] == case["应得作废原因"]
    hit = row["suicide_item"]
    assert (None if pd.isna(hit) else hit) == yes(case["自杀条目有反应"])


def test_every_scale_and_disputed_answer_stands_in_the_table() -> None:
    said = {
        (case["量表"], part) for case in rows() for part in case["计分选项"].split("；") if part
    }
    assert {name for name, _ in said} <= {case["量表"] for case in rows()}
    for name in {case["量表"] for case in rows()}:
        for question, choice in load_scale(name).choices.items():
            others = set(choice.options) - {choice.default}
            missing = {option for option in others if (name, f"{question}={option}") not in said}
            assert not missing or (name, question) == ("SAS", "rounding")
