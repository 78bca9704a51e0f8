"""Staff of the year, their training, and the head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from evalkit.evidence.source import Source
from evalkit.evidence.staff import SUBJECT, head_table
from evalkit.evidence.terms import Terms

Build = Callable[..., Source]
Cases = Callable[..., list[dict[str, Any]]]
Counts = Callable[..., dict[str, Any]]
Plain = Callable[..., list[tuple[Any, ...]]]


def member(name: str | None, role: str | None = "专职辅导员", **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, "from_date": "2020-09-01", **more}


def head(name: str | None, begun: str | None = "2020-09-01", **more: Any) -> dict[str, Any]:
    return member(name, "站长", **{"from_date": begun, **more})


def training(name: str | None, start: str | None = "2024-10-16", **more: Any) -> dict[str, Any]:
    return {"name": name, "start": start, "title": "培训", "kind": "专业培训", "hours": 8.0, **more}


def test_staff_of_the_year(source: Build, counts_of: Counts) -> None:
    staff = [
        member("甲", background="心理学"),
        member("乙", background="其他", certificate="无"),
        member("丙", "其他", certificate="系统培训证书"),
        member("丁", None),
        member("学", "学生干部", background="心理学", certificate="系统培训证书"),
        member("前任", to_date="2024-08-31"),
        member("后任", from_date="2025-09-01"),
        member("戊", college_code="C02", background="医学"),
    ]
    attended = [
        training("甲"),
        training("甲", "2025-05-10", hours=4.5),
        training("乙"),
        training("丁", "2024-08-31"),
        training("丁", None),
        training("外人"),
        training("学"),
        training(None),
    ]
    rows = source({"staff": staff, "staff_training": attended, "base_info": [{"n_students": 900}]})
    found = counts_of(SUBJECT, rows)
    assert {name: found[name] for name in list(found)[:7]} == {
        "n_dedicated": 2,
        "n_students": 900,
        "n_counsellors": 1,
        "n_qualified": 2,
        "n_staff": 4,
        "n_trained": 2,
        "hours": 20.5,
    }
    other = counts_of(SUBJECT, rows, "C02")
    assert (other["n_staff"], other["n_trained"], other["hours"]) == (1, 0, 0.0)


def test_two_rows_of_one_person(source: Build, counts_of: Counts) -> None:
    staff = [
        member("王芳", background="其他"),
        member("王 芳", "兼职心理咨询师", certificate="国家二级心理咨询师"),
    ]
    rows = source({"staff": staff, "staff_training": [training("王　芳")]})
    found = counts_of(SUBJECT, rows)
    names = ("n_staff", "n_dedicated", "n_counsellors", "n_qualified", "n_trained", "hours")
    assert [found[name] for name in names] == [1, 1, 1, 1, 1, 8.0]


def test_people_without_a_name_are_different_people(source: Build, counts_of: Counts) -> None:
    rows = source({"staff": [member(None), member(None), member("甲")], "staff_training": []})
    found = counts_of(SUBJECT, rows)
    assert (found["n_staff"], found["n_trained"]) == (3, 0)


def test_hours_that_are_not_known_leave_the_sum_open(source: Build, counts_of: Counts) -> None:
    attended = [training("甲"), training("甲", hours=None), training("外人", hours=None)]
    found = counts_of(SUBJECT, source({"staff": [member("甲")], "staff_training": attended}))
    assert (found["n_trained"], found["hours"]) == (1, None)
    others = [training("甲"), training("外人", hours=None)]
    found = counts_of(SUBJECT, source({"staff": [member("甲")], "staff_training": others}))
    assert (found["n_trained"], found["hours"]) == (1, 8.0)


CERTIFICATES = [
    ("国家二级心理咨询师", "其他", 1, 0),
    ("国家三级心理咨询师", None, 1, 0),
    ("国家二级心理咨询师", "教育学", 1, 1),
    ("系统培训证书", "其他", 1, 1),
    ("无", "其他", 0, 0),
    (None, None, 0, 0),
]


@pytest.mark.parametrize(("reading", "place"), [("accepted", 2), ("not_accepted", 3)])
def test_certificates_that_are_no_longer_issued(
    counts_of_cases: Cases, reading: Literal["accepted", "not_accepted"], place: int
) -> None:
    cases = [
        {"staff": [member("甲", certificate=certificate, background=background)]}
        for certificate, background, _, _ in CERTIFICATES
    ]
    found = counts_of_cases(SUBJECT, cases, terms=Terms(withdrawn_certificates=reading))
    assert [each["n_qualified"] for each in found] == [case[place] for case in CERTIFICATES]


def test_one_supervision_of_several_people_is_one(source: Build, counts_of: Counts) -> None:
    attended = [
        training("甲", kind="督导", title="秋季督导"),
        training("乙", kind="督导", title="秋季督导"),
        training("甲", "2025-03-10", kind="督导", title="秋季督导"),
        training("甲", "2025-09-01", kind="督导", title="下一年的"),
        training("甲"),
    ]
    found = counts_of(SUBJECT, source({"staff_training": attended}))
    assert (found["n_supervisions"], found["n_trained"]) == (2, None)


ATTENDED = [
    training("甲"),
    training("甲", "2025-08-31"),
    training("甲", "2025-09-01"),
    training("甲", kind="督导"),
    training("乙"),
    training("甲", college_code="C02"),
    training("甲", "2024-03-01", academic_year="2023-2024"),
    training("甲", "2023-10-01", academic_year="2023-2024"),
]


@pytest.mark.parametrize(
    ("terms", "number"),
    [(Terms(), 2), (Terms(training_year="calendar_year"), 2)],
    ids=["2024-09 to 2025-08", "2024"],
)
def test_trainings_of_the_head(
    source: Build, counts_of: Counts, rows_of: Plain, terms: Terms, number: int
) -> None:
    rows = source({"staff": [head("甲 ")], "staff_training": ATTENDED}, terms=terms)
    assert counts_of(SUBJECT, rows)["n_head_trainings"] == number
    assert rows_of(head_table(rows), "college_code", "name", "n_trainings") == [
        ("C01", "甲", number)
    ]


def test_a_calendar_year_reaches_into_the_ledger_before(source: Build, counts_of: Counts) -> None:
    attended = [training("甲", "2024-03-01", academic_year="2023-2024")]
    staff = [head("甲"), head("甲", academic_year="2023-2024")]
    tables = {"staff": staff, "staff_training": attended}
    calendar = source(tables, terms=Terms(training_year="calendar_year"))
    assert counts_of(SUBJECT, calendar)["n_head_trainings"] == 1
    assert counts_of(SUBJECT, calendar, year="2023-2024")["n_head_trainings"] == 0
    academic = source(tables)
    assert counts_of(SUBJECT, academic)["n_head_trainings"] == 0
    assert counts_of(SUBJECT, academic, year="2023-2024")["n_head_trainings"] == 1


ORIGINS: list[tuple[list[dict[str, Any]], int | None, int | None]] = [
    ([head("甲", background="心理学", years=0.0)], 1, 0),
    ([head("甲", background="其他", years=0.5)], 1, 0),
    ([head("甲", background="其他", years=0.0)], 0, 0),
    ([head("甲", background="其他")], None, 0),
    ([head("甲", years=0.0)], None, 0),
    ([head("甲", background="其他", years=0.0), member("甲", background="医学")], 1, 0),
    ([head("甲", years=3.0), member("甲 ", "兼职心理咨询师")], 1, 1),
    ([head("甲", years=3.0), member("乙", "兼职心理咨询师")], 1, 0),
    ([member("甲", background="心理学")], None, None),
    ([head(None, background="心理学")], None, None),
]


def test_where_the_head_comes_from(counts_of_cases: Cases) -> None:
    found = counts_of_cases(SUBJECT, [{"staff": rows} for rows, _, _ in ORIGINS])
    said = [(each["head_background"], each["head_is_counsellor"]) for each in found]
    assert said == [(suited, counsellor) for _, suited, counsellor in ORIGINS]


HEADS: dict[str, tuple[list[dict[str, Any]], str | None]] = {
    "changed": ([head("旧", to_date="2025-02-28"), head("新", "2025-03-01")], "新"),
    "two in post": ([head("旧"), head("新", "2025-03-01")], "新"),
    "one without a date": ([head("新", "2025-03-01"), head("不详", None)], "新"),
    "next year's": ([head("旧", to_date="2025-08-31"), head("新", "2025-09-01")], "旧"),
    "twice": ([head("甲", None), head("甲 ", None)], "甲"),
    "left": ([head("旧", to_date="2025-02-28")], None),
    "no name": ([head(None)], None),
    "deputy only": ([member("副", "副站长")], None),
}


def test_the_head_at_the_end_of_the_year(source: Build, rows_of: Plain) -> None:
    staff = [{**row, "college_code": code} for code, (rows, _) in HEADS.items() for row in rows]
    found = dict(rows_of(head_table(source({"staff": staff})), "college_code", "name"))
    assert found == {code: name for code, (_, name) in HEADS.items() if name is not None}


def test_a_head_who_left_within_the_year_was_head(source: Build, counts_of: Counts) -> None:
    rows = source({"staff": [head("旧", to_date="2025-02-28")], "staff_training": [training("旧")]})
    assert counts_of(SUBJECT, rows)["n_head_trainings"] == 1


MONTHS = {
    "2024-09-01": 12,
    "2024-09-02": 11,
    "2025-02-15": 6,
    "2025-03-01": 6,
    "2025-08-01": 1,
    "2025-08-31": 0,
    "2020-09-01": 60,
    None: None,
}


def test_whole_months_in_post(source: Build, rows_of: Plain) -> None:
    staff = [head("甲", since, college_code=str(since)) for since in MONTHS]
    found = rows_of(head_table(source({"staff": staff})), "college_code", "months_in_post")
    assert dict(found) == {str(since): months for since, months in MONTHS.items()}


def test_the_heads_form_beside_the_head(source: Build, rows_of: Plain) -> None:
    codes = ["C01", "C02", "C03", "C04"]
    days = ["2024-09-10", "2024-10-01", None]
    forms = [{"submitted_on": d, "college_code": c} for c, d in zip(codes, days, strict=False)]
    staff = [head("甲", college_code=code) for code in codes]
    found = head_table(source({"staff": staff, "head_form": forms}))
    assert rows_of(found, "college_code", "form_in_september") == [
        ("C01", 1),
        ("C02", 0),
        ("C03", None),
        ("C04", None),
    ]


def test_staff_without_a_list_of_trainings(source: Build, counts_of: Counts) -> None:
    found = counts_of(SUBJECT, source({"staff": [head("甲", background="心理学")]}))
    assert found == {
        "n_dedicated": 1,
        "n_students": None,
        "n_counsellors": 0,
        "n_qualified": 1,
        "n_staff": 1,
        "n_trained": None,
        "hours": None,
        "n_head_trainings": None,
        "n_supervisions": None,
        "head_background": 1,
        "head_is_counsellor": 0,
    }
