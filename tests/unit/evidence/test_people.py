"""Staff, their training, and the station's head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar, people

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


def member(name: str | None, role: str | None = "专职辅导员", **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, "from_date": "2020-09-01", **more}


def training(name: str | None, start: str | None = "2024-10-16", **more: Any) -> dict[str, Any]:
    return {"name": name, "start": start, "kind": "专业培训", "hours": 8.0, **more}


def test_staff_of_the_year(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    staff = table(
        "staff",
        member("甲", background="心理学"),
        member("乙", background="其他", certificate="无"),
        member("丙", background="其他", certificate="系统培训证书"),
        member("丁"),
        member("学1", "学生干部", background="心理学"),
        member("前任", to_date="2024-08-31"),
        member("后任", from_date="2025-09-01"),
        member("戊", college_code="C02", background="医学"),
    )
    attended = table(
        "staff_training",
        training("甲"),
        training("甲", "2025-05-10", hours=4.5),
        training("乙", hours=None),
        training("丁", "2024-08-31"),
        training("丁", None),
        training("外人"),
        training("学1"),
    )
    columns = ("college_code", "n_staff", "n_qualified", "n_trained", "hours")
    assert plain(people.staff_totals(staff, attended, calendar), *columns) == [
        ("C01", 4, 2, 2, 12.5),
        ("C02", 1, 1, 0, 0.0),
    ]


def test_two_rows_of_one_person(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    staff = table(
        "staff",
        member("王芳", background="其他"),
        member("王 芳", "兼职心理咨询师", certificate="国家二级心理咨询师"),
    )
    attended = table("staff_training", training("王　芳"))
    columns = ("n_staff", "n_qualified", "n_trained", "hours")
    assert plain(people.staff_totals(staff, attended, calendar), *columns) == [(1, 1, 1, 8.0)]


@pytest.mark.parametrize(
    ("certificate", "background", "counts"),
    [
        ("国家二级心理咨询师", "其他", (1, 0)),
        ("国家三级心理咨询师", None, (1, 0)),
        ("国家二级心理咨询师", "教育学", (1, 1)),
        ("系统培训证书", "其他", (1, 1)),
        ("无", "其他", (0, 0)),
        (None, None, (0, 0)),
    ],
)
def test_certificates_that_are_no_longer_issued(
    table: Table,
    plain: Plain,
    calendar: SchoolCalendar,
    certificate: str | None,
    background: str | None,
    counts: tuple[int, int],
) -> None:
    staff = table("staff", member("甲", certificate=certificate, background=background))
    readings: tuple[Literal["accepted", "not_accepted"], ...] = ("accepted", "not_accepted")
    found = [
        people.staff_totals(
            staff, table("staff_training"), calendar, withdrawn_certificates=reading
        )
        for reading in readings
    ]
    assert [plain(each, "n_qualified") for each in found] == [[(counts[0],)], [(counts[1],)]]


def test_people_without_a_name_are_different_people(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    staff = table("staff", member(None), member(None), member("甲", None))
    attended = table("staff_training", training(None))
    columns = ("n_staff", "n_trained", "hours")
    assert plain(people.staff_totals(staff, attended, calendar), *columns) == [(3, 0, 0.0)]


def head(name: str | None, from_date: str | None, to_date: str | None = None) -> dict[str, Any]:
    return {"name": name, "role": "站长", "from_date": from_date, "to_date": to_date}


def of_heads(
    table: Table, calendar: SchoolCalendar, *rows: dict[str, Any], forms: tuple[Any, ...] = ()
) -> pd.DataFrame:
    return people.heads(
        table("staff", *rows),
        table("staff_training"),
        table("head_form", *({"submitted_on": day} for day in forms)),
        calendar,
    )


@pytest.mark.parametrize(
    ("since", "months"),
    [
        ("2024-09-01", 12),
        ("2024-09-02", 11),
        ("2024-09-30", 11),
        ("2025-02-15", 6),
        ("2025-03-01", 6),
        ("2025-08-01", 1),
        ("2025-08-31", 0),
        ("2020-09-01", 60),
        (None, None),
    ],
)
def test_whole_months_in_post(
    table: Table, plain: Plain, calendar: SchoolCalendar, since: str | None, months: int | None
) -> None:
    found = of_heads(table, calendar, head("甲", since))
    assert plain(found, "college_code", "name", "months_in_post") == [("C01", "甲", months)]


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([head("旧", "2020-09-01", "2025-02-28"), head("新", "2025-03-01")], "新"),
        ([head("新", "2025-03-01"), head("旧", "2020-09-01", "2025-02-28")], "新"),
        ([head("旧", "2020-09-01"), head("新", "2025-03-01")], "新"),
        ([head("新", "2025-03-01"), head("不详", None)], "新"),
        ([head("旧", "2020-09-01", "2025-08-31"), head("新", "2025-09-01")], "旧"),
    ],
    ids=["changed", "changed, in any order", "two in post", "one without a date", "next year's"],
)
def test_the_head_at_the_end_of_the_year(
    table: Table, calendar: SchoolCalendar, rows: list[dict[str, Any]], name: str
) -> None:
    assert of_heads(table, calendar, *rows)["name"].tolist() == [name]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [head("旧", "2020-09-01", "2025-02-28")],
        [head("新", "2025-09-01")],
        [head(None, "2020-09-01")],
        [{"name": "副", "role": "副站长", "from_date": "2020-09-01"}],
    ],
    ids=["no staff", "left", "not yet", "no name", "deputy only"],
)
def test_no_head(table: Table, calendar: SchoolCalendar, rows: list[dict[str, Any]]) -> None:
    found = of_heads(table, calendar, *rows, forms=("2024-09-10",))
    assert len(found) == 0


def test_trainings_of_the_head(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    attended = table(
        "staff_training",
        training("甲"),
        training("甲", "2025-08-31"),
        training("甲", "2025-09-01"),
        training("甲", "2024-08-31"),
        training("甲", kind="督导"),
        training("乙"),
        training("甲", college_code="C02"),
    )
    staff = table("staff", head("甲", "2020-09-01"))
    found = people.heads(staff, attended, table("head_form"), calendar)
    assert plain(found, "college_code", "name", "n_trainings") == [("C01", "甲", 2)]


@pytest.mark.parametrize(
    ("forms", "in_september"),
    [
        (("2024-09-01",), True),
        (("2024-09-30",), True),
        (("2024-10-01",), False),
        (("2023-09-10",), False),
        (("2023-09-10", "2024-09-10"), True),
        ((None,), None),
        ((), None),
    ],
)
def test_the_form_in_september(
    table: Table,
    plain: Plain,
    calendar: SchoolCalendar,
    forms: tuple[str | None, ...],
    in_september: bool | None,
) -> None:
    found = of_heads(table, calendar, head("甲", "2020-09-01"), forms=forms)
    assert plain(found, "form_in_september") == [(in_september,)]
