"""Screening: sums of which a blank leaves nothing, and one student short of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence import screening
from evalkit.evidence.catalogue import metric_counts, metric_values
from evalkit.evidence.source import KEYS, Source

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]
Counts = Callable[..., dict[str, Any]]
Cases = Callable[..., list[dict[str, Any]]]


def wave(required: int | None, valid: int | None, **more: Any) -> dict[str, Any]:
    counts: dict[str, int | None] = dict.fromkeys(screening.COUNTS, 1)
    own = {"n_enrolled": required, "n_required": required, "n_valid": valid, "n_files": valid}
    return {"grade": "2024级", **counts, **own, **more}


def test_one_student_short_is_not_all(source: Build, counts_of: Counts) -> None:
    rows = [wave(1200, 1200), wave(1040, 1039, grade="2023级"), wave(5, 5, college_code="C02")]
    found = counts_of(screening.SUBJECT, source({"screening": rows}))
    assert (found["n_valid"], found["n_required"]) == (2239, 2240)
    counts = metric_counts(source({"screening": rows}), [screening.SUBJECT])
    values = metric_values(counts, KEYS, [screening.SUBJECT]).set_index(["college_code", "metric"])
    one, whole = values.loc[("C01", "participation")], values.loc[("C02", "participation")]
    assert one["state"] == whole["state"] == "known"
    assert 99.95 < one["value"] < 99.96
    assert whole["value"] == 100


def test_a_blank_makes_its_own_sum_missing(counts_of_cases: Cases) -> None:
    cases = [
        {"screening": [wave(100, 99), wave(50, 50, n_l1=None)]},
        {"screening": [wave(100, None), wave(50, 50)]},
        {"screening": [wave(None, 99), wave(50, 50)]},
        {"screening": []},
    ]
    found = counts_of_cases(screening.SUBJECT, cases)
    shown = [(row["n_required"], row["n_valid"], row["n_l1"]) for row in found]
    assert shown == [(150, 149, None), (None, None, 2), (None, None, 2), (0, 0, 0)]


def test_a_sheet_that_did_not_come_is_no_zero(source: Build) -> None:
    rows = source(
        {"screening": [wave(10, 10)], "checks": []}, {"screening": ["C01"], "checks": ["C02"]}
    )
    table = metric_counts(rows, [screening.SUBJECT]).set_index("college_code")
    assert "C02" not in table.index
    assert table.loc["C01", "n_valid"] == 10


def test_grades_over_their_waves(source: Build, rows_of: Plain) -> None:
    rows = [
        wave(100, 99, wave="秋季普测"),
        wave(98, 98, wave="春季普测"),
        wave(50, None, grade="2023级"),
        wave(30, 30, grade=None),
    ]
    table = screening.grade_table(source({"screening": rows}))
    assert rows_of(table, "college_code", "grade", "n_required", "n_valid", "n_enrolled") == [
        ("C01", "2023级", None, None, 50),
        ("C01", "2024级", 198, 197, 198),
    ]


def test_instruments_stand_once(source: Build, rows_of: Plain) -> None:
    names = ("UPI", "UPI", "SCL-90", None)
    rows = [wave(1, 1, instrument=name) for name in names]
    table = screening.instrument_table(source({"screening": rows}))
    assert rows_of(table, "college_code", "instrument") == [("C01", "SCL-90"), ("C01", "UPI")]
