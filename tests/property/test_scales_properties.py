"""Scales: the whole column at once gives what a plain loop over single papers gives."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.scales import load_scale, score, score_batches

Paper = list[int | None]
Verdict = dict[str, Any]

# As the handbook prints it, read here anew.
FACTORS = """
躯体化 1,4,12,27,40,42,48,49,52,53,56,58 · 强迫 3,9,10,28,38,45,46,51,55,65 ·
人际敏感 6,21,34,36,37,41,61,69,73 · 抑郁 5,14,15,20,22,26,29,30,31,32,54,71,79 ·
焦虑 2,17,23,33,39,57,72,78,80,86 · 敌对 11,24,63,67,74,81 · 恐怖 13,25,47,50,70,75,82 ·
偏执 8,18,43,68,76,83 · 精神病性 7,16,35,62,77,84,85,87,88,90 · 其他 19,44,59,60,64,66,89
"""
KEY = {
    name: [int(item) for item in items.split(",")]
    for name, items in re.findall(r"(\S+) ([\d,]+)", FACTORS)
}
SCALES = {
    "SCL-90": (1, 5, 90),
    "UPI": (0, 1, 64),
    "SDS": (1, 4, 20),
    "SAS": (1, 4, 20),
    "PHQ-9": (0, 3, 9),
    "GAD-7": (0, 3, 7),
}


def plain(name: str, paper: Paper) -> Verdict:
    """One paper by the handbook's words, as somebody with a pencil would do it."""
    required = paper[:60] if name == "UPI" else paper
    if None in required:
        return {"valid": False, "total": None, "suicide": hit(name, paper)}
    answers = [int(answer or 0) for answer in paper]
    found = {
        "SCL-90": scl90,
        "UPI": upi,
        "SDS": lambda given: zung(given, {2, 5, 6, 11, 12, 14, 16, 17, 18, 20}, (53, 63, 73)),
        "SAS": lambda given: zung(given, {5, 9, 13, 17, 19}, (50, 60, 70)),
        "PHQ-9": lambda given: added(given, (5, 10, 15, 20), 10),
        "GAD-7": lambda given: added(given, (5, 10, 15), 10),
    }[name](answers)
    lowest = SCALES[name][0]
    same = len(set(answers[: len(required)])) == 1
    straight = same and (name in ("SDS", "SAS") or answers[0] != lowest)
    lied = found.pop("lied", False)
    found["valid"] = not straight and not lied
    return {**found, "suicide": hit(name, paper)}


def hit(name: str, paper: Paper) -> bool | None:
    asked = {"SCL-90": (15, 2), "UPI": (25, 1), "SDS": (19, 2), "PHQ-9": (9, 1)}
    if name not in asked:
        return None
    item, lowest = asked[name]
    answer = paper[item - 1]
    return None if answer is None else answer >= lowest


def scl90(answers: list[int]) -> Verdict:
    total = sum(answers)
    factors = {
        name: Fraction(sum(answers[item - 1] for item in items), len(items))
        for name, items in KEY.items()
    }
    positive_items = [answer for answer in answers if answer >= 2]
    positive = total > 160 or len(positive_items) > 43 or any(f > 2 for f in factors.values())
    found: Verdict = {"total": total, "positive": positive}
    found["band"] = "阳性" if positive else "阴性"
    found["positive_items"] = len(positive_items)
    if positive_items:
        negative = len(answers) - len(positive_items)
        found["positive_mean"] = (total - negative) / len(positive_items)
    return found | {name: float(value) for name, value in factors.items()}


def upi(answers: list[int]) -> Verdict:
    lies = {5, 20, 35, 50}
    total = sum(answers[item - 1] for item in range(1, 61) if item not in lies)
    helped = sum(answers[60:])
    first = total >= 25 or answers[24] == 1 or helped >= 2
    second = total >= 20 or any(answers[item - 1] for item in (8, 16, 26)) or helped == 1
    return {
        "total": total,
        "positive": first,
        "band": "第一类" if first else "第二类" if second else "第三类",
        "lied": all(answers[item - 1] for item in lies),
    }


def zung(answers: list[int], backward: set[int], borders: tuple[int, ...]) -> Verdict:
    raw = sum(5 - answer if item in backward else answer for item, answer in enumerate(answers, 1))
    standard = int((Decimal(raw) * Decimal("1.25")).quantize(Decimal(1), ROUND_HALF_UP))
    band = ["无", "轻度", "中度", "重度"][sum(standard >= border for border in borders)]
    return {
        "total": raw,
        "standard": standard,
        "band": band,
        "positive": standard >= borders[0],
        "index": raw / 80,
    }


def added(answers: list[int], borders: tuple[int, ...], cutoff: int) -> Verdict:
    total = sum(answers)
    names = ["无", "轻度", "中度", "中重度", "重度"]
    if len(borders) == 3:
        names.remove("中重度")
    band = names[sum(total >= border for border in borders)]
    return {"total": total, "band": band, "positive": total >= cutoff}


@st.composite
def papers(draw: st.DrawFn, name: str, *, gaps: bool = True) -> list[Paper]:
    """Papers of people of all kinds: without complaints, with many, careless, unfinished."""
    low, high, items = SCALES[name]
    number = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    found: list[Paper] = []
    for _ in range(number):
        share = rng.beta(0.6, 1.2)
        answers = low + rng.binomial(high - low, share, items)
        if rng.random() < 0.15:
            answers[:] = rng.integers(low, high + 1)
        paper: Paper = [int(answer) for answer in answers]
        if gaps and rng.random() < 0.2:
            paper[int(rng.integers(items))] = None
        found.append(paper)
    return found


def frame(name: str, rows: list[Paper]) -> pd.DataFrame:
    return pd.DataFrame(
        [[np.nan if answer is None else answer for answer in row] for row in rows],
        columns=[f"q{item}" for item in range(1, SCALES[name][2] + 1)],
        dtype="float64",
    )


def coding(name: str) -> str:
    low, high, _ = SCALES[name]
    return f"{low}-{high}"


def columns_of(name: str) -> dict[str, str]:
    """The plain loop's names of factors → the table's."""
    return {factor.title: factor.code for factor in load_scale(name).factors}


@pytest.mark.parametrize("name", SCALES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_columns_at_once_are_papers_one_by_one(name: str, data: st.DataObject) -> None:
    rows = data.draw(papers(name))
    table = score(name, frame(name, rows), coding=coding(name)).table
    titles = columns_of(name)
    for (_, row), paper in zip(table.iterrows(), rows, strict=True):
        wanted = plain(name, paper)
        assert row["valid"] == wanted.pop("valid")
        assert row["missing"] == sum(answer is None for answer in paper[: load_scale(name).items])
        suicide = wanted.pop("suicide")
        assert pd.isna(row["suicide_item"]) if suicide is None else row["suicide_item"] == suicide
        if wanted["total"] is None:
            assert row[["total", "band", "positive"]].isna().all()
            assert row["reasons"].startswith("缺答 ")
            continue
        for column, value in wanted.items():
            assert row[titles.get(column, column)] == value, column
        assert (row["reasons"] == "") == row["valid"]


@pytest.mark.parametrize("name", SCALES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_order_and_pieces_do_not_matter(name: str, data: st.DataObject) -> None:
    answers = frame(name, data.draw(papers(name)))
    table = score(name, answers, coding=coding(name)).table
    order = data.draw(st.permutations(range(len(answers))))
    again = score(name, answers.iloc[order], coding=coding(name)).table
    pd.testing.assert_frame_equal(again.loc[table.index], table, check_categorical=False)
    cut = data.draw(st.integers(0, len(answers)))
    pieces = score_batches(name, [answers[:cut], answers[cut:]], coding=coding(name))
    whole = score(name, answers, coding=coding(name)).summary
    pd.testing.assert_frame_equal(pieces.table, whole.table, rtol=1e-12)
    pd.testing.assert_frame_equal(pieces.bands, whole.bands)
    pd.testing.assert_frame_equal(pieces.voids, whole.voids)


@pytest.mark.parametrize("name", SCALES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_more_complaints_never_score_less(name: str, data: st.DataObject) -> None:
    scale = load_scale(name)
    low, high, _ = SCALES[name]
    answers = frame(name, data.draw(papers(name, gaps=False)))
    item = data.draw(st.sampled_from(scale.scored))
    worse = answers.copy()
    if item in scale.reversed:
        worse[f"q{item}"] = (worse[f"q{item}"] - 1).clip(lower=low)
    else:
        worse[f"q{item}"] = (worse[f"q{item}"] + 1).clip(upper=high)
    before = score(name, answers, coding=coding(name)).table
    after = score(name, worse, coding=coding(name)).table
    assert (after["total"] >= before["total"]).all()
    assert (after["band"] >= before["band"]).all()
    assert (after["positive"] | ~before["positive"]).all()


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_prorated_totals_are_exact_fractions(data: st.DataObject) -> None:
    rows = data.draw(papers("SCL-90"))
    table = score("SCL-90", frame("SCL-90", rows), coding="1-5", missing="prorate").table
    for (_, row), paper in zip(table.iterrows(), rows, strict=True):
        given_answers = [answer for answer in paper if answer is not None]
        exact = Fraction(sum(given_answers) * 90, len(given_answers))
        assert row["total"] == pytest.approx(float(exact), rel=1e-15)
        assert row["prorated"] == (len(given_answers) < 90)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_both_codings_of_scl90_agree(data: st.DataObject) -> None:
    answers = frame("SCL-90", data.draw(papers("SCL-90")))
    options = {"border": "above_in_both"}
    first = score("SCL-90", answers, coding="1-5", **options).table
    other = score("SCL-90", answers - 1, coding="0-4", **options).table
    same = ["band", "positive", "valid", "reasons", "suicide_item", "positive_items"]
    pd.testing.assert_frame_equal(first[same], other[same], check_categorical=False)
    assert (first["total"].dropna() - other["total"].dropna() == 90).all()
    np.testing.assert_allclose(first["depression"] - 1, other["depression"], atol=1e-12)
