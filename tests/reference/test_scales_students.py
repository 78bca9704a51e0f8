"""PHQ-9 and GAD-7 of 223 real students: an independent count with the csv module.

No publication of these data is known to us, so nothing here claims to be a published figure. The
cut-offs are those of Kroenke et al. (2001) and Spitzer et al. (2006).
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from statistics import fmean, stdev

import pandas as pd
import pytest

from evalkit.scales import score

DATA = Path(__file__).parent / "cases" / "scale_phq9_gad7_students" / "data.csv"
SCALES = {
    "PHQ-9": ("D", 9, [(20, "重度"), (15, "中重度"), (10, "中度"), (5, "轻度"), (0, "无")]),
    "GAD-7": ("A", 7, [(15, "重度"), (10, "中度"), (5, "轻度"), (0, "无")]),
}


def papers(letter: str, items: int) -> list[list[int]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return [
            [int(row[f"{letter}{item}"]) for item in range(1, items + 1)]
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize("name", SCALES)
def test_students(name: str) -> None:
    letter, items, borders = SCALES[name]
    rows = papers(letter, items)
    totals = [sum(row) for row in rows]
    bands = [next(band for low, band in borders if total >= low) for total in totals]
    even = [len(set(row)) == 1 and row[0] > 0 for row in rows]
    result = score(name, pd.read_csv(DATA))
    table = result.table
    assert table["total"].tolist() == totals
    assert table["band"].tolist() == bands
    assert table["positive"].tolist() == [total >= 10 for total in totals]
    assert table["valid"].tolist() == [not flat for flat in even]
    counted = [band for band, flat in zip(bands, even, strict=True) if not flat]
    summary = result.summary
    assert dict(zip(summary.bands["band"], summary.bands["papers"], strict=True)) == {
        band: Counter(counted)[band] for _, band in reversed(borders)
    }
    kept = [total for total, flat in zip(totals, even, strict=True) if not flat]
    line = summary.table.iloc[0]
    assert (line["papers"], line["valid"], line["void"]) == (223, 223 - sum(even), sum(even))
    assert line["positive"] == sum(total >= 10 for total in kept)
    assert line["total_mean"] == pytest.approx(fmean(kept), rel=1e-14)
    assert line["total_sd"] == pytest.approx(stdev(kept), rel=1e-12)


def test_every_hit_on_item_nine_is_reported() -> None:
    rows = papers("D", 9)
    result = score("PHQ-9", pd.read_csv(DATA))
    hits = [number for number, row in enumerate(rows) if row[8] >= 1]
    assert result.follow_up.tolist() == hits
    void = [number for number in hits if len(set(rows[number])) == 1]
    assert void, "the data should have a void paper with a hit"
    assert result.summary.table["suicide_item_void"].tolist() == [len(void)]


def test_without_straight_lining_all_students_count() -> None:
    table = score("PHQ-9", pd.read_csv(DATA), straight_lining="ignore").summary.table
    totals = [sum(row) for row in papers("D", 9)]
    assert table["valid"].tolist() == [223]
    assert table["positive"].tolist() == [sum(total >= 10 for total in totals)]
    assert table["total_mean"][0] == pytest.approx(1968 / 223)
