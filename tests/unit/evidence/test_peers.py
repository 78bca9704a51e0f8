"""The peer network: who covers what, and how they were chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from evalkit.evidence import peers
from evalkit.evidence.source import Source
from evalkit.evidence.terms import Terms

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]
Counts = Callable[..., dict[str, Any]]
Cases = Callable[..., list[dict[str, Any]]]

C, O, CORE = "心理委员", "宿舍心理观察员", "院级心理组织骨干"  # noqa: E741
CLASSES = (
    {"class_name": "化工2401班", "grade": "2024级", "n_dorms": 3},
    {"class_name": "化工2402班", "grade": "2024级", "n_dorms": 2},
)


def peer(number: int, role: str, class_name: str = "化工2401班", **more: Any) -> dict[str, Any]:
    return {"peer_id": f"XW{number:03}", "peer_role": role, "class_name": class_name, **more}


def both(*roster: Mapping[str, Any], classes: Sequence[Mapping[str, Any]] = CLASSES) -> Any:
    return {"class_base": classes, "peer_roster": roster}


@pytest.mark.parametrize(("unit", "units"), [("dorm", (5, 2)), ("class", (2, 2))])
def test_both_readings_of_the_observers_unit(
    source: Build, rows_of: Plain, counts_of: Counts, unit: Any, units: tuple[int, int]
) -> None:
    rows = source(
        both(
            peer(1, C),
            peer(2, C),
            peer(3, O, dorm="1-101"),
            peer(4, O, dorm="1-102"),
            peer(5, O, "化工2402班", dorm="1-102"),
            peer(6, O, "化工2499班", dorm=None),
            peer(7, CORE),
            peer(7, CORE),
        ),
        terms=Terms(observer_unit=unit),
    )
    columns = ("n_classes", "n_classes_covered", "n_units", "n_units_covered", "n_committee",
               "n_observers", "n_core")  # fmt: skip
    assert rows_of(peers.coverage_table(rows), *columns) == [(2, 1, *units, 2, 4, 1)]
    found = counts_of(peers.SUBJECT, rows)
    assert [found[name] for name in (*columns[:4], "n_core")] == [2, 1, *units, 1]


def test_counts_of_dorms(counts_of_cases: Cases) -> None:
    seven = [peer(n, O, dorm=f"1-{n}") for n in range(1, 8)]
    blank = {"class_name": "化工2403班", "n_dorms": None}
    cases = [
        both(*seven),
        both(*seven, classes=[*CLASSES, blank]),
        both(*seven, classes=[*CLASSES, *CLASSES]),
        both(*seven, classes=[*CLASSES, {"class_name": None, "n_dorms": 9}]),
    ]
    found = counts_of_cases(peers.SUBJECT, cases)
    assert [(row["n_classes"], row["n_units"], row["n_units_covered"]) for row in found] == [
        (2, 5, 5),  # more dorms than there are: no more than all
        (3, None, 7),
        (2, 5, 5),  # the same class in two rows
        (2, 5, 5),
    ]


TERMS: dict[tuple[str | None, str | None], tuple[int, int, int, int]] = {
    # from, to → in the year, on 2 October (30 days after the first), 30 October, 30 April
    ("2024-10-01", None): (1, 1, 1, 1),
    ("2024-10-02", None): (1, 1, 1, 1),
    ("2024-10-03", None): (1, 0, 1, 1),
    ("2024-10-31", None): (1, 0, 0, 1),
    (None, None): (1, 1, 1, 1),
    ("2023-09-10", "2024-09-01"): (1, 0, 0, 0),
    ("2023-09-10", "2024-10-30"): (1, 1, 1, 0),
    (None, "2025-04-30"): (1, 1, 1, 1),
    (None, "2025-04-29"): (1, 1, 1, 0),
    ("2025-08-31", None): (1, 0, 0, 0),
    ("2023-09-10", "2024-08-31"): (0, 0, 0, 0),
    ("2025-09-01", None): (0, 0, 0, 0),
}


def test_in_post_on_the_day(counts_of_cases: Cases) -> None:
    cases = [
        both(
            peer(1, C, from_date=begun, to_date=ended),
            peer(2, O, dorm="1-101", from_date=begun, to_date=ended),
        )
        for begun, ended in TERMS
    ]
    found = counts_of_cases(peers.SUBJECT, cases)
    for name in ("n_classes_covered", "n_units_covered"):
        days = ("", "_by_deadline", "_autumn", "_spring")
        shown = [tuple(row[f"{name}{day}"] for day in days) for row in found]
        assert dict(zip(TERMS, shown, strict=True)) == TERMS


def test_another_deadline(counts_of_cases: Cases) -> None:
    case = both(peer(1, C, from_date="2024-10-03"))
    terms = Terms(selection_days=31)
    [found] = counts_of_cases(peers.SUBJECT, [case], terms=terms)
    assert found["n_classes_covered_by_deadline"] == 1


def test_classes_without_a_committee_member(source: Build, rows_of: Plain) -> None:
    rows = source(
        {
            "class_base": [
                *CLASSES,
                {"class_name": "化工2301班", "grade": None},
                {"class_name": "化工2301班", "grade": "2023级"},
                {"class_name": "会计2401班", "grade": "2024级", "college_code": "C02"},
            ],
            "peer_roster": [
                peer(1, C),
                peer(2, O, "化工2402班"),
                peer(3, C, "化工2402班", to_date="2024-08-31"),
                peer(4, C, "化工2301班", college_code="C03"),
                peer(5, C, None),  # type: ignore[arg-type]
            ],
        },
        handed_in={"peer_roster": ["C01", "C03"]},
    )
    assert rows_of(peers.uncovered_classes(rows), "college_code", "grade", "class_name") == [
        ("C01", "2023级", "化工2301班"),
        ("C01", "2024级", "化工2402班"),
    ]


HELD: dict[str, tuple[list[tuple[str | None, str | None]], int]] = {
    "nobody": ([], 365),
    "all year": ([(None, None)], 0),
    "from 1 October": ([("2024-10-01", None)], 30),
    "until June": ([("2023-10-01", "2025-06-30")], 62),
    "a gap between two": ([(None, "2024-12-31"), ("2025-01-11", None)], 10),
    "one after the other": ([(None, "2024-12-31"), ("2025-01-01", None)], 0),
    "overlapping": ([(None, "2025-01-10"), ("2024-12-01", None)], 0),
    "one within the other": (
        [("2024-09-01", "2025-08-21"), ("2024-10-01", "2024-10-05"), ("2024-11-01", "2024-11-05")],
        10,
    ),
    "the same day twice": ([("2024-09-11", "2024-09-20"), ("2024-09-11", None)], 10),
    "a single day": ([("2025-03-01", "2025-03-01")], 364),
    "the end before the beginning": ([("2025-03-02", "2025-03-01")], 365),
    "another year": ([("2023-09-01", "2024-08-31"), ("2025-09-01", None)], 365),
}


def test_days_without_a_committee_member(counts_of_cases: Cases) -> None:
    cases = [
        both(
            *(peer(n, C, from_date=a, to_date=b) for n, (a, b) in enumerate(terms)),
            classes=CLASSES[:1],
        )
        for terms, _ in HELD.values()
    ]
    found = counts_of_cases(peers.SUBJECT, cases)
    shown = [row["vacancy_days"] for row in found]
    assert dict(zip(HELD, shown, strict=True)) == {name: days for name, (_, days) in HELD.items()}


def test_the_median_class(counts_of_cases: Cases) -> None:
    case = both(
        peer(1, C, from_date="2024-09-11"), peer(2, C, "化工2402班", from_date="2024-09-02")
    )
    [found] = counts_of_cases(peers.SUBJECT, [case])
    assert found["vacancy_days"] == 5.5


def test_how_they_were_chosen(source: Build, counts_of: Counts) -> None:
    rows = [
        peer(1, C, selection="自荐竞选", appraisal="优秀"),
        peer(2, O, selection="民主推选", appraisal="不合格"),
        peer(3, CORE, selection="辅导员指定", appraisal="未考核"),
        peer(4, O, selection=None, appraisal=None),
        peer(5, O, selection="民主推选", appraisal="合格", from_date="2025-09-01"),
    ]
    found = counts_of(peers.SUBJECT, source(both(*rows)))
    assert (found["n_peers"], found["n_selected_openly"], found["n_appraised"]) == (4, 2, 2)


def test_a_complete_network(counts_of_cases: Cases) -> None:
    one = [{"class_name": "化工2401班", "n_dorms": 1}]
    full = (peer(1, C), peer(2, O, dorm="1-101"), peer(3, CORE))
    gone = {**full[2], "to_date": "2024-08-31"}
    cases = [
        both(*full, classes=one),
        both(*full[:2], gone, classes=one),
        both(*full[1:], classes=one),
        both(full[0], full[2], classes=one),
        both(*full, classes=[{**one[0], "n_dorms": None}]),
        both(*full, classes=[]),
        {"class_base": one},
        {"peer_roster": full},
    ]
    found = counts_of_cases(peers.SUBJECT, cases)
    shown = [row["network_complete"] for row in found]
    assert shown == [1, 0, 0, 0, None, None, None, None]


def test_only_one_of_the_sheets(counts_of_cases: Cases) -> None:
    roster = [peer(1, C), peer(2, CORE)]
    found = counts_of_cases(peers.SUBJECT, [{"class_base": CLASSES}, {"peer_roster": roster}])
    names = ("n_classes", "n_units", "n_classes_covered", "n_units_covered", "n_core", "n_peers",
             "vacancy_days")  # fmt: skip
    assert [tuple(row[name] for name in names) for row in found] == [
        (2, 5, None, None, None, None, None),
        (None, None, None, None, 1, 2, None),
    ]
