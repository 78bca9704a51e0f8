"""One head on every day, an archivist, forms, handing over, pledges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence.source import Source
from evalkit.evidence.station import SUBJECT

Build = Callable[..., Source]
Cases = Callable[..., list[dict[str, Any]]]
Counts = Callable[..., dict[str, Any]]


def head(name: str | None, begun: str | None, left: str | None = None) -> dict[str, Any]:
    return {"name": name, "role": "站长", "from_date": begun, "to_date": left}


def member(name: str | None, begun: str | None = "2020-09-01", **more: Any) -> dict[str, Any]:
    return {"name": name, "role": "专职辅导员", "from_date": begun, **more}


DAYS: dict[str, tuple[list[dict[str, Any]], int, int]] = {
    "none": ([], 365, 0),
    "one": ([head("甲", "2020-09-01")], 0, 0),
    "undated": ([head("甲", None)], 0, 0),
    "exactly": ([head("甲", "2024-09-01", "2025-08-31")], 0, 0),
    "a day late and a day early": ([head("甲", "2024-09-02", "2025-08-30")], 2, 0),
    "changed": ([head("甲", "2020-09-01", "2024-09-09"), head("乙", "2024-09-10")], 0, 0),
    "two days between": ([head("甲", "2020-09-01", "2024-09-09"), head("乙", "2024-09-12")], 2, 0),
    "three days together": (
        [head("甲", "2020-09-01", "2024-09-12"), head("乙", "2024-09-10")],
        0,
        3,
    ),
    "last day together": ([head("甲", "2020-09-01"), head("乙", "2025-08-31")], 0, 1),
    "three at once": (
        [
            head("甲", "2020-09-01"),
            head("乙", "2025-01-01", "2025-01-10"),
            head("丙", "2025-01-05", "2025-01-20"),
        ],
        0,
        20,
    ),
    "before and after": (
        [head("甲", "2020-09-01", "2024-08-31"), head("乙", "2025-09-01")],
        365,
        0,
    ),
    "the wrong way round": ([head("甲", "2025-01-10", "2025-01-01")], 365, 0),
}


def test_days_without_a_head_and_with_several(counts_of_cases: Cases) -> None:
    cases = [{"staff": [*heads, member("某")]} for heads, _, _ in DAYS.values()]
    found = counts_of_cases(SUBJECT, cases)
    days = [(each["n_head_gap_days"], each["n_head_overlap_days"]) for each in found]
    expected = {name: (gap, overlap) for name, (_, gap, overlap) in DAYS.items()}
    assert dict(zip(DAYS, days, strict=True)) == expected


def test_a_leap_year_has_a_day_more(source: Build, counts_of: Counts) -> None:
    rows = source({"staff": [member("某", academic_year="2023-2024")]})
    assert counts_of(SUBJECT, rows, year="2023-2024")["n_head_gap_days"] == 366


ARCHIVISTS: list[tuple[str | None, list[dict[str, Any]], int | None]] = [
    ("赵 六", [member("赵六")], 1),
    ("赵六", [member("赵　六"), member("钱七")], 1),
    ("赵六", [member("钱七")], 0),
    ("赵六", [member("赵六", role="学生干部")], 0),
    ("赵六", [member("赵六", to_date="2024-08-31")], 0),
    ("赵六", [], 0),
    (None, [member("赵六")], None),
    (None, [member(None)], None),
]


def test_the_archivist_is_on_the_staff(counts_of_cases: Cases) -> None:
    cases = [
        {"base_info": [{"archivist_name": name}], "staff": staff} for name, staff, _ in ARCHIVISTS
    ]
    found = [each["n_archivist_on_staff"] for each in counts_of_cases(SUBJECT, cases)]
    assert found == [there for _, _, there in ARCHIVISTS]


FORMS: list[tuple[list[tuple[str | None, int | None, int | None]], int | None, int | None]] = [
    ([("2024-09-01", 1, 1)], 1, 1),
    ([("2024-09-30", 2, 1)], 1, 1),
    ([("2024-10-01", 0, 1)], 0, 0),
    ([("2025-09-01", 1, 0)], 0, 0),
    ([("2024-10-01", None, 1), ("2024-09-10", 1, 1)], 1, 1),
    ([(None, None, 1)], None, None),
    ([], None, None),
]


def test_the_heads_form(counts_of_cases: Cases) -> None:
    columns = ("submitted_on", "n_copies_centre", "n_copies_college")
    cases = [
        {"head_form": [dict(zip(columns, form, strict=True)) for form in forms]}
        for forms, _, _ in FORMS
    ]
    found = counts_of_cases(SUBJECT, cases)
    said = [(each["head_form_in_september"], each["head_form_copies"]) for each in found]
    assert said == [(in_september, copies) for _, in_september, copies in FORMS]


HANDED_OVER = {"kind": "换岗交接", "to_person": "乙", "witness": "书记", "signed": True}
CHANGED = [head("甲", "2020-09-01", "2024-09-09"), head("乙", "2024-09-10")]


OF_HEADS: dict[str, tuple[list[dict[str, Any]], int]] = {
    "no change": ([head("甲", "2020-09-01")], 0),
    "changed": (CHANGED, 1),
    "began, nobody before": ([head("乙", "2024-10-10")], 1),
    "began on the first day": ([head("乙", "2024-09-01")], 0),
    "changed on the first day": (
        [head("甲", "2020-09-01", "2024-08-31"), head("乙", "2024-09-01")],
        1,
    ),
    "the one before left long ago": (
        [head("甲", "2020-09-01", "2023-08-31"), head("乙", "2024-09-01")],
        0,
    ),
    "a second term": ([head("乙", "2020-09-01", "2024-12-31"), head("乙 ", "2025-01-01")], 0),
    "no names": ([head(None, "2020-09-01", "2024-12-31"), head(None, "2025-01-01")], 1),
    "next year": ([head("甲", "2020-09-01"), head("乙", "2025-09-01")], 0),
    "there and back": ([*CHANGED, head("甲", "2025-01-01")], 2),
    "another member": ([head("甲", None), member("乙", "2024-10-10")], 0),
}


def test_changes_of_the_head(counts_of_cases: Cases) -> None:
    cases = [
        {"staff": staff, "base_info": [{}], "confidentiality": []} for staff, _ in OF_HEADS.values()
    ]
    found = counts_of_cases(SUBJECT, cases)
    assert [each["n_handovers_recorded"] for each in found] == [0] * len(cases)
    changes = [each["n_role_changes"] for each in found]
    expected = {name: number for name, (_, number) in OF_HEADS.items()}
    assert dict(zip(OF_HEADS, changes, strict=True)) == expected


RECORDS: list[tuple[dict[str, Any], int]] = [
    (HANDED_OVER, 1),
    ({**HANDED_OVER, "to_person": " 乙"}, 1),
    ({**HANDED_OVER, "to_person": "甲"}, 0),
    ({**HANDED_OVER, "to_person": None}, 0),
    ({**HANDED_OVER, "signed": False}, 0),
    ({**HANDED_OVER, "signed": None}, 0),
    ({**HANDED_OVER, "witness": None}, 0),
    ({**HANDED_OVER, "kind": "档案借阅"}, 0),
]


def test_what_is_a_record_of_handing_over(counts_of_cases: Cases) -> None:
    cases = [
        {"staff": CHANGED, "base_info": [{}], "confidentiality": [record, record]}
        for record, _ in RECORDS
    ]
    found = counts_of_cases(SUBJECT, cases)
    assert [each["n_role_changes"] for each in found] == [1] * len(cases)
    assert [each["n_handovers_recorded"] for each in found] == [number for _, number in RECORDS]


OF_ARCHIVISTS: dict[str, tuple[list[dict[str, Any]], int]] = {
    "new": ([member("乙", "2024-10-10")], 1),
    "on the first day": ([member("乙", "2024-09-01")], 0),
    "another post before": ([member("乙", "2020-09-01"), member("乙", "2024-10-10")], 0),
    "undated": ([member("乙", None), member("乙", "2024-10-10")], 0),
    "another": ([member("丙", "2024-10-10")], 0),
    "the new head": (CHANGED, 1),
}


def test_changes_of_the_archivist(counts_of_cases: Cases) -> None:
    others = {"base_info": [{"archivist_name": "乙"}], "confidentiality": [HANDED_OVER]}
    cases = [{"staff": staff, **others} for staff, _ in OF_ARCHIVISTS.values()]
    found = counts_of_cases(SUBJECT, cases)
    changes = [(each["n_role_changes"], each["n_handovers_recorded"]) for each in found]
    expected = {name: (number, number) for name, (_, number) in OF_ARCHIVISTS.items()}
    assert dict(zip(OF_ARCHIVISTS, changes, strict=True)) == expected


def test_pledges_of_everybody_but_students(source: Build, counts_of: Counts) -> None:
    staff = [
        member("甲"),
        member("甲", role="兼职心理咨询师"),
        member("乙"),
        member("丙"),
        member(None),
        member("学", role="学生干部"),
        member("前任", to_date="2024-08-31"),
    ]
    signed = {"kind": "保密承诺书", "signed": True}
    pledges = [
        {**signed, "person": "甲"},
        {**signed, "person": "甲"},
        {**signed, "person": "乙", "signed": False},
        {**signed, "person": "丙", "kind": "档案归档"},
        {**signed, "person": None},
        {**signed, "person": "学"},
        {**signed, "person": "前任"},
    ]
    found = counts_of(SUBJECT, source({"staff": staff, "confidentiality": pledges}))
    assert (found["n_pledged"], found["n_staff"]) == (1, 4)


def test_a_sheet_that_did_not_come_leaves_gaps(source: Build, counts_of: Counts) -> None:
    rows = source({"staff": [head("甲", None)]}, handed_in={"confidentiality": ["C02"]})
    assert counts_of(SUBJECT, rows) == {
        "n_head_gap_days": 0,
        "n_head_overlap_days": 0,
        "n_archivist_on_staff": None,
        "head_form_in_september": None,
        "head_form_copies": None,
        "n_handovers_recorded": None,
        "n_role_changes": None,
        "n_pledged": None,
        "n_staff": 1,
    }
    assert counts_of(SUBJECT, rows, "C02")["n_pledged"] is None
