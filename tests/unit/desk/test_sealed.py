"""A workbook that is changed after its submission: who notices, and what becomes of its row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest

from evalkit.desk import JudgeSheet, open_sheet
from evalkit.desk.roster import Roster
from evalkit.findings import Severity
from evalkit.intake import freeze
from evalkit.intake.seals import sealed_in
from evalkit.rubric import load_rubric
from evalkit.workspace import Workspace

YEAR = "2024-2025"
JUDGE = "J02"
FILE = f"评分表_{YEAR}_{JUDGE}.xlsx"
MEND = "请向评委核实；确需更正的，由组长在评审页面退回，改后重新提交，否则恢复提交时的内容"


@pytest.fixture
def sealed(school: Workspace) -> Iterator[JudgeSheet]:
    """J02's sheet of the sample, submitted; afterwards everything is as before."""
    path = school.inputs(school.year(YEAR)) / FILE
    content = path.read_bytes()
    sheet = open_sheet(school, YEAR, JUDGE)
    sheet.set_score("C01", "1.1", "7")
    sheet.set_comment("C02", "材料齐全")
    sheet.submit(signed_on=date(2025, 7, 3))
    yield sheet
    path.write_bytes(content)
    sheet.places.history.unlink()


def _change(sheet: JudgeSheet, college: str, header: str, value: object) -> str:
    """Change a cell as any program could; return its address."""
    book = openpyxl.load_workbook(sheet.places.workbook)
    page = next(p for p in book if p.sheet_state == "visible" and "评分" in p.title)
    names = {str(cell.value): cell.column_letter for cell in page[4]}
    row = next(
        n
        for n in range(5, page.max_row + 1)
        if page[f"{names['college_code']}{n}"].value == college
    )
    address = f"{names[header]}{row}"
    page[address] = value
    book.save(sheet.places.workbook)
    return address


def _told(school: Workspace) -> list[tuple[str, str, str, str]]:
    found = [f for f in freeze(school, school.year(YEAR)).findings if f.code == "G15"]
    assert all(f.severity is Severity.ERROR for f in found)
    assert all(
        (f.location.file, f.rule, f.mend) == (FILE, "评分表提交后不再改动", MEND) for f in found
    )
    return [(str(f.location.sheet), str(f.location.cell), f.what, f.value) for f in found]


def test_what_was_submitted_counts(school: Workspace, sealed: JudgeSheet) -> None:
    assert _told(school) == []
    snapshot = freeze(school, school.year(YEAR))
    assert len([s for s in snapshot.score_sheets if s.judge == JUDGE]) == 8


def test_a_changed_score_goes_back_and_is_told(school: Workspace, sealed: JudgeSheet) -> None:
    address = _change(sealed, "C01", "s11", 8.5)
    ((_, cell, what, value),) = _told(school)
    label = load_rubric(school.rubric).indicators[0].label
    assert (cell, value) == (address, "8.5")
    assert what == f"评分表提交封存后，“{label}”被改动，提交时为“7”"
    snapshot = freeze(school, school.year(YEAR))
    assert (JUDGE, "C01") in snapshot.returned
    assert "C01" not in {s.college for s in snapshot.score_sheets if s.judge == JUDGE}
    # The chair sees it on the page; it stays told until the sheet is opened again and submitted.
    roster = Roster(school, school.year(YEAR), load_rubric(school.rubric))
    assert {s.code: s.state for s in roster.statuses()}[JUDGE] == "提交后有改动"
    assert len(_told(school)) == 1
    sealed.reopen("评委认可改动")
    assert _told(school) == []
    sealed.submit()
    assert _told(school) == []
    after = freeze(school, school.year(YEAR))
    assert after.id != snapshot.id
    assert (JUDGE, "C01") not in after.returned


def test_comment_recusal_and_day_are_sealed_too(school: Workspace, sealed: JudgeSheet) -> None:
    _change(sealed, "C02", "comment", "换一句")
    _change(sealed, "C03", "signed_on", date(2025, 7, 1))
    assert [(what, value) for _, _, what, value in _told(school)] == [
        ("评分表提交封存后，“评语”被改动", ""),
        ("评分表提交封存后，“签名日期”被改动，提交时为“2025-07-03”", "2025-07-01"),
    ]
    _change(sealed, "C04", "recused", "是")
    assert ("评分表提交封存后，“是否回避”被改动，提交时为“空白”", "是") in [
        (what, value) for _, _, what, value in _told(school)
    ]


def test_restoring_the_content_is_enough(school: Workspace, sealed: JudgeSheet) -> None:
    _change(sealed, "C01", "s11", 1)
    assert len(_told(school)) == 1
    _change(sealed, "C01", "s11", 7)
    assert _told(school) == []
    assert sealed.state.sealed


def test_records_that_make_no_sense_seal_nothing(school: Workspace, sealed: JudgeSheet) -> None:
    folder = school.inputs(school.year(YEAR))
    path = sealed.places.history
    content = path.read_bytes()
    try:
        assert sealed_in(folder, JUDGE) is not None
        assert sealed_in(folder, "J99") is None
        for line in (b"x\n", b"[]\n", b"null\n", b'{"action": "submit"}\n', b'{"changes": [1]}\n'):
            path.write_bytes(line + content)
            assert sealed_in(folder, JUDGE) is None
        torn = json.dumps({"action": "submit", "changes": []}).encode()
        path.write_bytes(torn)
        assert sealed_in(folder, JUDGE) is None
    finally:
        path.write_bytes(content)
