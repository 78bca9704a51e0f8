from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evalkit.desk import JudgeSheet, open_sheet
from evalkit.desk.refusals import (
    AccessError,
    ChangedError,
    EntryError,
    SealedError,
    SheetBusyError,
    SheetFormError,
    UnfinishedError,
)
from evalkit.desk.workbook import JudgeBook
from evalkit.intake import freeze
from evalkit.outputs import workbook_bytes
from evalkit.rubric import load_rubric
from evalkit.workspace import Workspace

YEAR = "2024-2025"
TAB = "J01 评委评分表"
POINTS = load_rubric("station-2024").indicators


def _fill(sheet: JudgeSheet, share: str = "0.5") -> None:
    scores = {p.id: (p.points * Decimal(share) * 2).to_integral_value() / 2 for p in POINTS}
    for row in sheet.state.rows:
        if not row.recused:
            sheet.set_scores(row.college, scores)


def _cells(path: Path, *, values: bool = False) -> dict[tuple[str, str], Any]:
    """College and column → cell of a workbook, as Excel would find it."""
    book = openpyxl.load_workbook(path, data_only=values)
    page = book[TAB]
    names = {cell.column_letter: cell.value for cell in page[4]}
    found = {}
    for row in range(6, page.max_row + 1):
        code = page[f"A{row}"].value
        for letter, name in names.items():
            found[str(code), str(name)] = page[f"{letter}{row}"].value
    return found


def test_a_new_sheet_is_the_one_that_goes_out(space: Workspace) -> None:
    state = open_sheet(space, YEAR, "J01").state
    assert [row.college for row in state.rows] == ["C01", "C02", "C03"]
    assert [(row.recused, row.locked) for row in state.rows] == [
        (False, False),
        (True, True),
        (False, False),
    ]
    assert state.blank == 20
    assert state.row("C01").total == 0
    assert not state.complete
    assert (space.inputs(space.year(YEAR)) / "评分表_2024-2025_J01.xlsx").is_file()


def test_every_change_is_in_the_workbook_at_once(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    state = sheet.set_score("C01", "1.1", "8.5")
    assert state.row("C01").total == Decimal("8.5")
    assert "1.1" not in state.row("C01").blank
    sheet.set_comment("C01", "=1+1 是评语，不是公式")
    cells = _cells(sheet.places.workbook)
    assert cells["C01", "s11"] == 8.5
    assert cells["C01", "comment"] == "=1+1 是评语，不是公式"
    assert cells["C01", "total_reported"].startswith("=IF(")
    assert cells["C03", "s11"] is None
    other = open_sheet(space, YEAR, "J01").state
    assert other.row("C01").scores == {"1.1": Decimal("8.5")}
    sheet.set_score("C01", "1.1", "")
    assert _cells(sheet.places.workbook)["C01", "s11"] is None


def test_totals_stand_beside_the_formulas(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    _fill(sheet)
    sheet.submit(signed_on=date(2025, 7, 1))
    shown = _cells(sheet.places.workbook, values=True)
    total = sheet.state.row("C01").total
    assert shown["C01", "total_reported"] == float(total)
    assert shown["C02", "total_reported"] in (None, "")
    assert shown["C03", "signed_on"].date() == date(2025, 7, 1)


def test_what_is_submitted_is_what_the_centre_reads(school: Workspace) -> None:
    path = school.inputs(school.year(YEAR)) / "评分表_2024-2025_J01.xlsx"
    path.unlink()
    sheet = open_sheet(school, YEAR, "J01")
    _fill(sheet, "0.8")
    sheet.set_comment("C01", "材料齐全。\n建议加强随访。")
    sheet.submit()
    snapshot = freeze(school, school.year(YEAR))
    accepted = {s.college: s for s in snapshot.score_sheets if s.judge == "J01"}
    assert set(accepted) == {f"C0{n}" for n in range(1, 9)}
    assert accepted["C05"].recused
    for row in sheet.state.rows:
        if not row.recused:
            assert accepted[row.college].scores == row.scores
            assert accepted[row.college].total == row.total
    assert accepted["C01"].comment == "材料齐全。\n建议加强随访。"
    told = {f.code for f in snapshot.findings if f.location.file == path.name}
    assert told <= {"T03"}  # the line for the signature, which goes out with every sheet


def test_all_workbooks_of_the_sample_can_be_gone_on_with(school: Workspace) -> None:
    for code in ("J02", "J03", "J07"):
        state = open_sheet(school, YEAR, code).state
        assert state.complete
        assert state.seal is None
    sheet = open_sheet(school, YEAR, "J03")
    before = sheet.state.row("C04")
    sheet.set_score("C04", "2.6", "3.5")
    assert open_sheet(school, YEAR, "J03").state.row("C04").scores == before.scores | {
        "2.6": Decimal("3.5")
    }
    raw = openpyxl.load_workbook(sheet.places.workbook)[TAB]
    column = next(cell.column_letter for cell in raw[4] if cell.value == "total_reported")
    row = next(n for n in range(5, 14) if raw.cell(n, 4).value == "C04")
    assert raw[f"{column}{row}"].value == float(sheet.state.row("C04").total)


def test_recused_rows_are_locked(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    with pytest.raises(EntryError) as caught:
        sheet.set_score("C02", "1.1", "5")
    assert str(caught.value) == (
        "评委 J01 对 C02 乙学院 回避，不评分，也不写评语。若并不回避，请先取消回避。"
    )
    with pytest.raises(EntryError, match="应当回避，不能改为评分"):
        sheet.recuse("C02", False)
    sheet.set_score("C01", "1.1", "5")
    state = sheet.recuse("C01")
    assert state.row("C01").recused
    assert not state.row("C01").scores
    assert _cells(sheet.places.workbook)["C01", "recused"] == "是"
    state = sheet.recuse("C01", False)
    assert len(state.row("C01").blank) == len(POINTS)


def test_unknown_colleges_and_indicators(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J02")
    with pytest.raises(EntryError, match="没有代码为“C09”的学院。现有：C01、C02、C03"):
        sheet.set_score("C09", "1.1", "5")
    with pytest.raises(EntryError, match="没有编号为“9\\.9”的考评要点"):
        sheet.set_score("C01", "9.9", "5")


def test_a_row_is_entered_whole_or_not_at_all(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J02")
    with pytest.raises(EntryError, match="超过满分 9 分"):
        sheet.set_scores("C01", {"1.1": 5, "1.2": 10})
    assert not sheet.state.row("C01").scores
    with pytest.raises(EntryError, match="回避"):
        open_sheet(space, YEAR, "J01").set_scores("C02", {"1.1": 5})
    sheet.set_scores("C01", {"1.1": 5, "1.2": "9"})
    assert sheet.state.row("C01").total == 14
    assert len(sheet.history[-1].changes) == 2


def test_nothing_changes_without_a_change(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J02")
    sheet.set_score("C01", "1.1", "5")
    entries, content = len(sheet.history), sheet.places.workbook.read_bytes()
    sheet.set_score("C01", "1.1", "5.0")
    sheet.set_comment("C01", "  ")
    assert len(sheet.history) == entries
    assert sheet.places.workbook.read_bytes() == content


def test_an_entry_changed_elsewhere_is_not_written_over(space: Workspace) -> None:
    one, other = open_sheet(space, YEAR, "J02"), open_sheet(space, YEAR, "J02")
    one.set_score("C01", "1.1", "5", expected=None)
    with pytest.raises(ChangedError) as caught:
        other.set_score("C01", "1.1", "7", expected="")
    assert caught.value.present == "5"
    assert str(caught.value) == (
        "C01 甲学院的“1.1”已在别处（Excel 或另一个窗口）改为“5”，这里的修改没有保存。"
        "请核对后重新填写。"
    )
    other.set_score("C01", "1.1", "5", expected="")  # the same again, whose answer was lost
    assert other.set_score("C01", "1.1", "7", expected="5").row("C01").scores["1.1"] == 7


def test_the_judge_may_go_on_in_excel(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    sheet.set_score("C01", "1.1", "5")
    book = openpyxl.load_workbook(sheet.places.workbook)
    page = book[TAB]
    page["E6"], page["F6"], page["G6"], page["O6"] = 8, "约6分", 99, "在 Excel 里写的"
    book.save(sheet.places.workbook)
    row = sheet.state.row("C01")
    assert row.scores == {"1.1": Decimal(5), "1.2": Decimal(8), "2.1": Decimal(99)}
    assert row.comment == "在 Excel 里写的"
    assert sheet.history[-1].action == "outside"
    codes = {finding.location.cell: finding.code for finding in row.findings}
    assert codes["F6"] == "N02"
    assert "G01" in codes.values()
    assert not row.done
    sheet.set_score("C01", "2.1", "3")
    assert openpyxl.load_workbook(sheet.places.workbook)[TAB]["F6"].value == "约6分"
    row = sheet.set_score("C01", "1.3", "6").row("C01")
    assert row.scores["1.3"] == 6
    assert not row.findings
    assert openpyxl.load_workbook(sheet.places.workbook)[TAB]["F6"].value == 6


@pytest.mark.parametrize("text", ["/", "—", "暂无", "同上", "合计", "合计："])
def test_a_comment_that_would_not_be_read_back_is_refused(space: Workspace, text: str) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    with pytest.raises(EntryError) as caught:
        sheet.set_comment("C01", text)
    assert str(caught.value) == (
        f"评语“{text}”写进评分表会被当作空白或合计行，没有保存。"
        "没有评语请留空；有评语请写成一句话。"
    )
    assert len(sheet.history) == 1


@pytest.mark.parametrize("text", ["无", "_x0041_", "各项合计合理", "1.", "注：见纪要", "8", "=1+1"])
def test_other_comments_are_read_back_as_they_are(space: Workspace, text: str) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    sheet.set_comment("C01", text)
    again = open_sheet(space, YEAR, "J01")
    assert again.state.row("C01").comment == text
    assert [entry.action for entry in again.history] == ["begin", "change"]


def test_formulas_of_the_judge_keep_what_they_gave(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    book = openpyxl.load_workbook(sheet.places.workbook)
    book[TAB]["D6"], book[TAB]["O6"], book[TAB]["T6"] = "=3+0.5", '="好"&"的"', "=1>0"
    cached = {TAB: {"D6": 3.5, "O6": "好的"}}
    sheet.places.workbook.write_bytes(workbook_bytes(book, cached))
    assert sheet.state.row("C01").scores == {"1.1": Decimal("3.5")}
    sheet.set_score("C03", "1.1", "2")
    again = open_sheet(space, YEAR, "J01")
    assert again.state.row("C01").scores == {"1.1": Decimal("3.5")}
    assert again.state.row("C01").comment == "好的"
    assert [entry.action for entry in again.history] == ["begin", "outside", "change"]
    assert openpyxl.load_workbook(sheet.places.workbook)[TAB]["D6"].value == "=3+0.5"


@pytest.mark.parametrize("how", ["deleted", "given out again"])
@pytest.mark.parametrize("restart", [False, True])
def test_a_blank_form_does_not_wipe_out_what_was_entered(
    space: Workspace, how: str, restart: bool
) -> None:
    path = space.inputs(space.year(YEAR)) / "评分表_2024-2025_J01.xlsx"
    sheet = open_sheet(space, YEAR, "J01")
    blank = path.read_bytes()
    _fill(sheet)
    sheet.set_comment("C01", "材料齐全")
    state = sheet.submit(signed_on=date(2025, 7, 3))
    path.unlink()
    if how != "deleted":
        path.write_bytes(blank)
    again = open_sheet(space, YEAR, "J01") if restart else sheet
    assert again.state.rows == state.rows
    assert again.state.sealed
    assert "outside" not in {entry.action for entry in again.history}
    shown = _cells(path, values=True)
    assert shown["C01", "comment"] == "材料齐全"
    assert shown["C01", "s11"] == 4.5
    assert shown["C03", "signed_on"].date() == date(2025, 7, 3)


def test_a_workbook_that_excel_is_just_saving_is_not_made_anew(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    sheet.set_score("C01", "1.1", "5")
    path = sheet.places.workbook
    content = path.read_bytes()
    path.with_name(f"~${path.name}").write_bytes(b"")
    path.unlink()
    with pytest.raises(SheetBusyError, match="正在 Excel、WPS 或 LibreOffice 中打开"):
        _ = sheet.state
    assert not path.exists()
    path.write_bytes(content)
    path.with_name(f"~${path.name}").unlink()
    assert sheet.state.row("C01").scores == {"1.1": Decimal(5)}


def test_a_workbook_that_is_open_in_excel_is_left_alone(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    mark = sheet.places.workbook.with_name(f"~${sheet.places.workbook.name}")
    mark.write_bytes(b"")
    content = sheet.places.workbook.read_bytes()
    with pytest.raises(SheetBusyError) as caught:
        sheet.set_score("C01", "1.1", "5")
    assert str(caught.value) == (
        "评分表 评分表_2024-2025_J01.xlsx 正在 Excel、WPS 或 LibreOffice 中打开，"
        "为免互相覆盖，这次修改没有保存。请在那里保存并关闭后再试；如果并没有打开，"
        "请删除同一文件夹里的“~$评分表_2024-2025_J01.xlsx”。"
    )
    assert sheet.places.workbook.read_bytes() == content
    mark.unlink()
    assert sheet.set_score("C01", "1.1", "5").row("C01").scores


def test_an_unfinished_sheet_cannot_be_submitted(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    _fill(sheet)
    sheet.set_score("C03", "2.4", None)
    with pytest.raises(UnfinishedError) as caught:
        sheet.submit()
    assert len(caught.value.findings) == 1
    assert "“2.4 危机干预及重点关注学生工作”没有分数" in str(caught.value)
    assert sheet.state.seal is None


def test_a_submitted_sheet_is_sealed(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    _fill(sheet)
    state = sheet.submit(signed_on=date(2025, 7, 3))
    assert state.sealed
    assert state.signed_on == date(2025, 7, 3)
    assert state.seal is not None
    assert len(state.seal.digest) == 64
    content = sheet.places.workbook.read_bytes()
    for change in (
        lambda: sheet.set_score("C01", "1.1", "1"),
        lambda: sheet.set_comment("C01", "改"),
        lambda: sheet.recuse("C01"),
        lambda: sheet.submit(),
    ):
        with pytest.raises(SealedError, match="已经提交并封存，不能再改"):
            change()
    assert sheet.places.workbook.read_bytes() == content
    sheet.set_note("C01", "1.1", "自己的笔记")
    assert sheet.state.sealed
    assert open_sheet(space, YEAR, "J01").state.seal == state.seal


def test_a_change_after_submission_leaves_a_trace(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    _fill(sheet)
    sheet.submit()
    book = openpyxl.load_workbook(sheet.places.workbook)
    book[TAB]["D6"] = 0.5
    book.save(sheet.places.workbook)
    state = sheet.state
    assert state.seal is not None
    assert not state.sealed
    assert sheet.history[-1].action == "outside"
    assert [(c.college, c.key, c.new) for c in sheet.history[-1].changes] == [("C01", "1.1", "0.5")]
    with pytest.raises(SealedError):
        sheet.set_score("C01", "1.1", "4.5")
    with pytest.raises(EntryError, match="必须写明理由"):
        sheet.reopen(" ")
    sheet.reopen("评委申请更正")
    sheet.set_score("C01", "1.1", "4.5")
    state = sheet.submit()
    assert state.sealed
    assert state.reopened == 1
    assert [entry.action for entry in sheet.history][-4:] == [
        "outside",
        "reopen",
        "change",
        "submit",
    ]
    assert sheet.history[-3].reason == "评委申请更正"


def test_saving_in_excel_without_a_change_breaks_no_seal(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    _fill(sheet)
    sheet.submit(signed_on=date(2025, 7, 3))
    book = openpyxl.load_workbook(sheet.places.workbook)
    book.properties.creator = "Excel"
    book.save(sheet.places.workbook)
    assert sheet.state.sealed


def test_a_sheet_that_is_not_submitted_cannot_be_given_back(space: Workspace) -> None:
    with pytest.raises(EntryError, match="还没有提交，不需要退回"):
        open_sheet(space, YEAR, "J01").reopen("无")


@pytest.mark.parametrize("action", ["change", "submit"])
def test_what_was_noted_before_a_kill_is_written_at_the_next_opening(
    space: Workspace, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    _fill(sheet)

    def killed(self: JudgeBook, values: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(JudgeBook, "write", killed)
        work = {
            "change": lambda: sheet.set_score("C01", "1.1", "1.5"),
            "submit": lambda: sheet.submit(signed_on=date(2025, 7, 9)),
        }
        with pytest.raises(KeyboardInterrupt):
            work[action]()
    again = open_sheet(space, YEAR, "J01")
    state = again.state
    shown = _cells(again.places.workbook)
    assert "outside" not in {entry.action for entry in again.history}
    if action == "change":
        assert state.row("C01").scores["1.1"] == Decimal("1.5")
        assert shown["C01", "s11"] == 1.5
    else:
        assert state.sealed
        assert shown["C01", "signed_on"].date() == date(2025, 7, 9)


def test_what_cannot_be_written_now_is_written_later(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = open_sheet(space, YEAR, "J01")

    def full(self: JudgeBook, values: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(JudgeBook, "write", full)
        with pytest.raises(SheetBusyError, match="填写的内容已经记录，能写时会自动写入"):
            sheet.set_score("C01", "1.1", "1.5")
        with pytest.raises(SheetBusyError):
            _ = sheet.state
    assert sheet.set_score("C01", "1.1", "1.5").row("C01").scores["1.1"] == Decimal("1.5")
    assert _cells(sheet.places.workbook)["C01", "s11"] == 1.5
    assert len(sheet.history) == 2


def test_threads_and_handles_mix_nothing(space: Workspace) -> None:
    sheets = [open_sheet(space, YEAR, "J02") for _ in range(3)]
    failures: list[BaseException] = []

    def work(sheet: JudgeSheet, college: str) -> None:
        try:
            for point in POINTS[:4]:
                sheet.set_score(college, point.id, point.points)
        except BaseException as error:
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(sheet, row.college))
        for sheet, row in zip(sheets, sheets[0].state.rows, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    state = open_sheet(space, YEAR, "J02").state
    assert [row.total for row in state.rows] == [sum(p.points for p in POINTS[:4])] * 3
    assert len(sheets[0].history) == 1 + 3 * 4


def test_only_judges_have_sheets(space: Workspace) -> None:
    for code in ("J04", "C01", "", "../J01", "J01/../J02", "Ｊ01", "chair"):
        with pytest.raises(AccessError, match="没有编号为"):
            open_sheet(space, YEAR, code)
    assert not list(space.root.glob("**/*J04*"))


@pytest.mark.parametrize("which", ["file", "folder"])
def test_nothing_outside_the_workspace_is_opened(
    space: Workspace, tmp_path_factory: pytest.TempPathFactory, which: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    folder = space.inputs(space.year(YEAR))
    if which == "file":
        (elsewhere / "x.xlsx").write_bytes(b"secret")
        (folder / "评分表_2024-2025_J01.xlsx").symlink_to(elsewhere / "x.xlsx")
    else:
        (folder / "评分记录").symlink_to(elsewhere)
    with pytest.raises(AccessError, match="不在工作区"):
        open_sheet(space, YEAR, "J01")
    assert [path.name for path in elsewhere.iterdir()] == (["x.xlsx"] if which == "file" else [])


def test_a_second_file_of_the_same_judge_is_not_passed_over(space: Workspace) -> None:
    sheet = open_sheet(space, YEAR, "J01")
    copy = sheet.places.workbook.with_name("评分表_2024-2025_J01(最终版).xlsx")
    copy.write_bytes(sheet.places.workbook.read_bytes())
    with pytest.raises(SheetFormError, match="不知道以哪一份为准"):
        open_sheet(space, YEAR, "J01")


def test_workbooks_that_cannot_be_used(space: Workspace) -> None:
    path = space.inputs(space.year(YEAR)) / "评分表_2024-2025_J01.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(SheetFormError, match="读不出来"):
        open_sheet(space, YEAR, "J01")
    path.write_bytes(open_sheet(space, YEAR, "J02").places.workbook.read_bytes())
    with pytest.raises(SheetFormError, match="里写的评委编号是“J02”，不是“J01”"):
        open_sheet(space, YEAR, "J01")
    path.unlink()
    book = openpyxl.load_workbook(open_sheet(space, YEAR, "J01").places.workbook)
    book[TAB].delete_rows(8)
    book.save(path)
    with pytest.raises(SheetFormError, match="里没有 C03 的一行"):
        open_sheet(space, YEAR, "J01")


def test_a_sheet_needs_colleges(tmp_path: Path) -> None:
    (tmp_path / "evalkit.toml").write_text(
        '[school]\nname = "甲"\n[[judges]]\ncode = "J01"\n', encoding="utf-8"
    )
    (tmp_path / "data" / "2024-2025").mkdir(parents=True)
    with pytest.raises(SheetFormError, match="没有列出学院，无法新建"):
        open_sheet(Workspace.find(tmp_path), YEAR, "J01")
