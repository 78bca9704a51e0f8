"""The peer network: who covers what, and which grades were trained when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar, peers

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]
C, O = peers.ROLES  # noqa: E741
CLASSES = (
    {"class_name": "化工2401班", "grade": "2024级", "n_dorms": 3, "on_campus_s2": True},
    {"class_name": "化工2402班", "grade": "2024级", "n_dorms": 2, "on_campus_s2": True},
)


def peer(number: int, role: str, class_name: str = "化工2401班", **more: Any) -> dict[str, Any]:
    return {"peer_id": f"P-C01{number:04}", "peer_role": role, "class_name": class_name, **more}


def test_both_readings_of_the_observers_unit(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    roster = table(
        "peer_roster",
        peer(1, C),
        peer(2, C),
        peer(3, O, dorm="1-101"),
        peer(4, O, dorm="1-102"),
        peer(5, O, "化工2402班", dorm="1-102"),
        peer(6, "院级心理组织骨干"),
    )
    columns = ("n_classes", "n_classes_covered", "n_units", "n_units_covered", "n_committee",
               "n_observers", "n_core")  # fmt: skip
    readings: dict[Literal["dorm", "class"], tuple[int, ...]] = {
        "dorm": (2, 1, 5, 2, 2, 3, 1),
        "class": (2, 1, 2, 2, 2, 3, 1),
    }
    for unit, expected in readings.items():
        found = peers.coverage(table("class_base", *CLASSES), roster, calendar, observer_unit=unit)
        assert plain(found, *columns) == [expected]


def test_more_dorms_with_an_observer_than_dorms(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    roster = table("peer_roster", *(peer(n, O, dorm=f"1-{n}") for n in range(1, 8)))
    found = peers.coverage(table("class_base", *CLASSES), roster, calendar, observer_unit="dorm")
    assert plain(found, "n_units", "n_units_covered", "n_observers") == [(5, 5, 7)]


def test_observers_without_a_number_of_dorms(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    classes = table("class_base", {"class_name": "化工2401班", "n_dorms": None})
    roster = table("peer_roster", peer(1, O, dorm="1-101"))
    found = peers.coverage(classes, roster, calendar, observer_unit="dorm")
    assert plain(found, "n_classes", "n_units", "n_units_covered") == [(1, None, None)]


def test_a_class_that_does_not_exist_covers_none(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    roster = table("peer_roster", peer(1, C, "化工2499班"), peer(2, C, college_code="C02"))
    found = peers.coverage(table("class_base", *CLASSES), roster, calendar, observer_unit="dorm")
    assert plain(found, "college_code", "n_classes_covered", "n_committee") == [("C01", 0, 1)]


@pytest.mark.parametrize(
    ("from_date", "to_date", "counts"),
    [
        ("2024-10-01", None, 1),
        (None, None, 1),
        ("2023-09-10", "2024-09-01", 1),
        ("2025-08-31", None, 1),
        ("2023-09-10", "2024-08-31", 0),
        ("2025-09-01", None, 0),
    ],
)
def test_in_post_on_some_day_of_the_year(
    table: Table,
    plain: Plain,
    calendar: SchoolCalendar,
    from_date: str | None,
    to_date: str | None,
    counts: int,
) -> None:
    roster = table("peer_roster", peer(1, C, from_date=from_date, to_date=to_date))
    found = peers.coverage(table("class_base", *CLASSES), roster, calendar, observer_unit="dorm")
    assert plain(found, "n_classes_covered", "n_committee") == [(counts, counts)]


def test_a_successor_does_not_cover_a_class_twice(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    roster = table("peer_roster", peer(1, C, to_date="2025-01-10"), peer(2, C))
    found = peers.coverage(table("class_base", *CLASSES), roster, calendar, observer_unit="dorm")
    assert plain(found, "n_classes_covered", "n_committee") == [(1, 2)]


def session(
    day: str | None, role: str, grade: str = "2024级", n: int | None = 20
) -> dict[str, Any]:
    return {"date": day, "peer_role": role, "grade": grade, "n_attend": n}


def cells(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(semester, role) → status, of a frame with one grade."""
    return {(row["semester"], row["peer_role"]): row["status"] for row in frame.to_dict("records")}


def test_every_semester_grade_and_role_is_a_cell(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    classes = table(
        "class_base",
        *CLASSES,
        {"class_name": "化工2201班", "grade": "2022级", "on_campus_s2": False},
        {"class_name": "某班", "grade": None, "on_campus_s2": True},
    )
    training = table(
        "peer_training",
        session("2024-10-24", C),
        session("2024-11-24", C),
        session("2025-03-20", O),
        session("2024-10-24", O, "2022级"),
        session("2024-10-24", C, "2019级"),
    )
    assert plain(peers.training_cells(classes, training, calendar)) == [
        ("C01", "第一学期", "2022级", O, 1, "done"),
        ("C01", "第一学期", "2022级", C, 0, "missing"),
        ("C01", "第一学期", "2024级", O, 0, "missing"),
        ("C01", "第一学期", "2024级", C, 2, "done"),
        ("C01", "第二学期", "2022级", O, 0, "exempt"),
        ("C01", "第二学期", "2022级", C, 0, "exempt"),
        ("C01", "第二学期", "2024级", O, 1, "done"),
        ("C01", "第二学期", "2024级", C, 0, "missing"),
    ]


@pytest.mark.parametrize(
    ("on_campus", "status"),
    [
        ((False, False), "exempt"),
        ((False, True), "missing"),
        ((False, None), "missing"),
        ((None, None), "missing"),
    ],
    ids=["wholly away", "partly away", "one not said", "none said"],
)
def test_only_a_grade_that_is_wholly_away_is_exempt(
    table: Table, calendar: SchoolCalendar, on_campus: tuple[bool | None, ...], status: str
) -> None:
    classes = table(
        "class_base",
        *(
            {"class_name": f"化工220{n}班", "grade": "2022级", "on_campus_s2": here}
            for n, here in enumerate(on_campus)
        ),
    )
    found = cells(peers.training_cells(classes, table("peer_training"), calendar))
    assert found["第二学期", C] == found["第二学期", O] == status
    assert found["第一学期", C] == found["第一学期", O] == "missing"


def test_a_training_held_all_the_same_is_not_an_exemption(
    table: Table, calendar: SchoolCalendar
) -> None:
    classes = table("class_base", {"class_name": "甲", "grade": "2022级", "on_campus_s2": False})
    training = table("peer_training", session("2025-04-10", C, "2022级"))
    found = cells(peers.training_cells(classes, training, calendar))
    assert (found["第二学期", C], found["第二学期", O]) == ("done", "exempt")


@pytest.mark.parametrize(
    ("day", "n_attend"),
    [("2024-10-24", 0), ("2024-10-24", None), (None, 20), ("2024-08-31", 20), ("2025-09-01", 20)],
    ids=["nobody came", "not said who came", "no date", "the year before", "the year after"],
)
def test_what_is_no_training(
    table: Table, calendar: SchoolCalendar, day: str | None, n_attend: int | None
) -> None:
    training = table("peer_training", session(day, C, n=n_attend))
    found = peers.training_cells(table("class_base", *CLASSES), training, calendar)
    assert set(found["status"]) == {"missing"}


def test_the_date_decides_the_semester_of_a_training(
    table: Table, calendar: SchoolCalendar
) -> None:
    typed = {**session("2025-04-10", C), "semester": "第一学期"}
    found = cells(
        peers.training_cells(table("class_base", *CLASSES), table("peer_training", typed), calendar)
    )
    assert (found["第一学期", C], found["第二学期", C]) == ("missing", "done")
