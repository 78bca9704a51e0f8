"""Training of peers: every semester, grade and role is a cell of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence import peer_training
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]
Counts = Callable[..., dict[str, Any]]
Cases = Callable[..., list[dict[str, Any]]]

C, O = "心理委员", "宿舍心理观察员"  # noqa: E741
CLASS = {"class_name": "化工2401班", "grade": "2024级", "on_campus_s2": True}


def session(
    day: str | None, role: str | None, grade: str | None = "2024级", n: int | None = 20
) -> dict[str, Any]:
    return {"date": day, "peer_role": role, "grade": grade, "n_attend": n, "n_expected": 20}


def test_every_semester_grade_and_role_is_a_cell(
    source: Build, rows_of: Plain, counts_of: Counts
) -> None:
    away = {"class_name": "化工2201班", "grade": "2022级", "on_campus_s2": False}
    rows = source(
        {
            "class_base": [CLASS, CLASS, away, {"class_name": "某班", "on_campus_s2": True}],
            "peer_training": [
                session("2024-10-24", C),
                session("2024-11-24", C),
                session("2025-03-20", O),
                session("2024-10-24", O, "2022级"),
                session("2024-10-24", C, "2019级"),
                session("2024-10-24", C, None),
                session("2024-10-24", None),
            ],
        }
    )
    cells = rows_of(
        peer_training.cell_table(rows), "semester", "grade", "peer_role", "n_sessions", "status"
    )
    assert cells == [
        ("第一学期", "2022级", O, 1, "done"),
        ("第一学期", "2022级", C, 0, "missing"),
        ("第一学期", "2024级", O, 0, "missing"),
        ("第一学期", "2024级", C, 2, "done"),
        ("第二学期", "2022级", O, 0, "exempt"),
        ("第二学期", "2022级", C, 0, "exempt"),
        ("第二学期", "2024级", O, 1, "done"),
        ("第二学期", "2024级", C, 0, "missing"),
    ]
    found = counts_of(peer_training.SUBJECT, rows)
    assert (found["n_cells"], found["n_cells_done"]) == (6, 3)


def test_one_training_for_two_grades_counts_where_the_ledger_says_so(
    counts_of_cases: Cases,
) -> None:
    classes = [CLASS, {**CLASS, "class_name": "化工2301班", "grade": "2023级"}]
    two = [session("2024-10-24", C), session("2024-10-24", C, "2023级")]
    cases = [
        {"class_base": classes, "peer_training": [{**row, "training_id": "T01"} for row in told]}
        for told in (two, two[:1])
    ]
    found = counts_of_cases(peer_training.SUBJECT, cases)
    assert [(row["n_cells_done"], row["n_cells"]) for row in found] == [(2, 8), (1, 8)]


def test_only_a_grade_that_is_wholly_away_is_exempt(counts_of_cases: Cases) -> None:
    here = [(False, False), (False, True), (False, None), (None, None)]
    cases = [
        {
            "class_base": [
                {"class_name": f"化工220{n}班", "grade": "2022级", "on_campus_s2": there}
                for n, there in enumerate(of_classes)
            ],
            "peer_training": [],
        }
        for of_classes in here
    ]
    found = counts_of_cases(peer_training.SUBJECT, cases)
    assert [row["n_cells"] for row in found] == [2, 4, 4, 4]
    assert [row["n_cells_done"] for row in found] == [0, 0, 0, 0]


def test_a_training_held_all_the_same_is_not_an_exemption(source: Build, rows_of: Plain) -> None:
    rows = source(
        {
            "class_base": [{**CLASS, "on_campus_s2": False}],
            "peer_training": [session("2025-04-10", C)],
        }
    )
    cells = rows_of(peer_training.cell_table(rows), "semester", "peer_role", "status")
    assert [cell for cell in cells if cell[0] == "第二学期"] == [
        ("第二学期", O, "exempt"),
        ("第二学期", C, "done"),
    ]


def test_what_is_no_training(counts_of_cases: Cases) -> None:
    told: list[tuple[str | None, int | None]] = [
        ("2024-10-24", 0),
        ("2024-10-24", None),
        (None, 20),
        ("2024-08-31", 20),
        ("2025-09-01", 20),
    ]
    cases = [{"class_base": [CLASS], "peer_training": [session(day, C, n=n)]} for day, n in told]
    found = counts_of_cases(peer_training.SUBJECT, cases)
    assert [(row["n_cells_done"], row["n_cells"]) for row in found] == [(0, 4)] * 5


def test_the_date_decides_the_semester(source: Build, rows_of: Plain) -> None:
    typed = {**session("2025-02-16", C), "semester": "第二学期"}
    rows = source({"class_base": [CLASS], "peer_training": [typed]})
    cells = rows_of(peer_training.cell_table(rows), "semester", "peer_role", "n_sessions")
    assert [cell for cell in cells if cell[2]] == [("第一学期", C, 1)]


def test_attendance(counts_of_cases: Cases) -> None:
    rows = [session("2024-10-24", C, n=18), session("2025-03-24", C, n=0)]
    cases = [
        {"peer_training": [*rows, session("2025-09-24", C)]},
        {"peer_training": [*rows, session("2024-10-24", C, n=None)]},
        {"peer_training": [], "class_base": []},
        {"class_base": [CLASS]},
    ]
    found = counts_of_cases(peer_training.SUBJECT, cases)
    names = ("n_trained_attend", "n_trained_expected", "n_cells")
    assert [tuple(row[name] for name in names) for row in found] == [
        (18, 40, None),
        (None, 60, None),
        (0, 0, 0),
        (None, None, None),
    ]
