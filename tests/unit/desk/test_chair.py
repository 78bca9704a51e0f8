"""Who has submitted; totals once all are in; the decisions that the documents take."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from evalkit.assessment import Assessment, load_assessment
from evalkit.cli import documents
from evalkit.desk.answers import meeting_facts, status_facts
from evalkit.desk.chair import NotAllInError, open_meeting
from evalkit.desk.decisions import decisions_made, enter_decision, enter_minute
from evalkit.desk.refusals import DeskError, EntryError
from evalkit.desk.roster import Roster
from evalkit.errors import DefinitionError
from evalkit.export.documents import decision_path, load_decisions
from evalkit.export.documents.decision import Winner, result_code
from evalkit.rubric import load_rubric
from evalkit.workspace import Workspace

YEAR = "2024-2025"
WHY = "评委交来 Excel 评分表"


def _roster(space: Workspace) -> Roster:
    return Roster(space, space.year(YEAR), load_rubric(space.rubric))


def test_nothing_is_made_for_those_who_have_not_begun(space: Workspace) -> None:
    roster = _roster(space)
    assert [(s.code, s.state, s.blank) for s in roster.statuses()] == [
        ("J01", "没有开始", 30), ("J02", "没有开始", 30), ("J03", "没有开始", 30),
    ]  # fmt: skip
    assert not list(space.inputs(space.year(YEAR)).glob("*.xlsx"))
    sheet = roster.sheet("J02")
    assert roster.statuses()[1].state == "没有开始"
    sheet.set_score("C01", "1.1", 5)
    found = roster.statuses()[1]
    assert (found.state, found.blank) == ("正在评分", 29)
    assert roster.missing() == ("J01", "J02", "J03")


def test_a_sheet_that_cannot_be_read_is_said_to_be_so(space: Workspace) -> None:
    (space.inputs(space.year(YEAR)) / "评分表_2024-2025_J01.xlsx").write_bytes(b"x")
    found = _roster(space).statuses()[0]
    assert found.state == "无法读取"
    assert "读不出来" in found.message


def test_the_chair_sees_no_score_before_all_are_in(school: Workspace) -> None:
    roster = _roster(school)
    for judge in roster.judges[:-1]:
        roster.sheet(judge.code).submit(by="chair", reason=WHY)
    assert roster.missing() == ("J07",)
    with pytest.raises(NotAllInError) as caught:
        open_meeting(roster)
    assert str(caught.value) == (
        "评分表没有收齐，不显示总分和名次。还没有提交的评委：J07。请等全部评委提交后再看。"
    )
    statuses = roster.statuses()
    assert {s.state for s in statuses[:-1]} == {"已提交"}
    assert statuses[-1].state == "已填完"
    told = status_facts(statuses)
    assert not any(isinstance(value, float) for facts in told for value in facts.values())
    roster.sheet("J07").submit()
    meeting = open_meeting(roster)
    panel = load_assessment(YEAR, workspace=school).panel
    assert panel is not None
    assert [r.score for r in meeting.panel] == [r.score for r in panel]
    assert len(meeting.totals()) == 8 * 7
    assert len(meeting.leave_one_out()) == 7 * 8


def test_ties_and_near_ties(school: Workspace) -> None:
    (close,) = open_meeting(_roster(school)).closeness
    assert {close.first, close.second} == {"C01", "C04"}
    assert close.margin == 0
    assert not close.tied
    assert close.note == "与数字技术学院同为 86.30 分，按未去极值的平均分排序"


def test_decisions_are_entered_where_the_documents_take_them(school: Workspace) -> None:
    meeting = open_meeting(_roster(school))
    assessment = meeting.assessment
    path = decision_path(assessment)
    winners = {"station": [Winner(college="C03"), Winner(college="C06")]}
    made = enter_decision(assessment, winners, by="评审组", reason="会议纪要第 1 号")
    assert made.decision is not None
    assert made.decision.result == result_code(assessment.panel)
    assert [w.college for w in made.decision.awards["station"]] == ["C03", "C06"]
    text = path.read_text(encoding="utf-8")
    assert "# notice:" in text
    assert "# issue:" in text
    # What people add to the file by hand stays.
    path.write_text(
        text.replace("# issue:", "issue:\n  day: 2025-07-14\n# 自己的说明\n# issue:", 1),
        encoding="utf-8",
    )
    enter_decision(assessment, {"station": []}, by="评审组", reason="改为\n空缺：见纪要")
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert raw["decision"]["reason"] == "改为 空缺：见纪要"
    assert raw["decision"]["awards"] == {"station": []}
    assert "# 自己的说明" in path.read_text(encoding="utf-8")
    found = load_decisions(assessment)
    assert found.issue is not None
    assert found.decision is not None
    enter_minute(assessment, "C01 与 C04 并列", "C01 在前", "举手表决 5 比 2")
    record = decisions_made(assessment)
    assert [[c.new for c in entry.changes] for entry in record] == [
        ["C03、C06"],
        ["空缺"],
        ["C01 在前"],
    ]
    assert record[0].reason == "评审组：会议纪要第 1 号"
    assert all(entry.time for entry in record)


def test_the_documents_take_what_was_decided(school: Workspace, tmp_path: Path) -> None:
    """Not the proposal: the panel may decide otherwise, and may leave an award vacant."""
    assessment = open_meeting(_roster(school)).assessment
    head = Winner(college="C08", name=_heads(assessment)["C08"])
    winners = {"station": [Winner(college="C08")], "head": [head]}
    enter_decision(assessment, winners, by="评审组", reason="会议纪要第 2 号")
    result = CliRunner().invoke(
        documents.command,
        ["--workspace", str(school.root), "--only", "获奖名单公示", "-o", str(tmp_path), YEAR],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    text = "\n".join(p.text for p in docx.Document(str(tmp_path / "获奖名单公示.docx")).paragraphs)
    assert "优秀二级心理辅导站（1个）\n1. 健康护理学院" in text
    assert f"1. {head.name}（健康护理学院）" in text
    assert "生物制药学院" not in text
    assert "待审定" not in text
    enter_decision(assessment, {"station": []}, by="评审组", reason="改为空缺")


def _heads(assessment: Assessment) -> dict[str, str]:
    table = assessment.figures[assessment.year].heads
    return dict(zip(table["college_code"], table["name"], strict=False))


def test_a_faulty_decision_leaves_the_file_as_it_was(school: Workspace) -> None:
    assessment = open_meeting(_roster(school)).assessment
    path = decision_path(assessment)
    before = path.read_bytes()
    with pytest.raises(DefinitionError, match="没有代码为“C99”的学院"):
        enter_decision(assessment, {"station": [Winner(college="C99")]}, by="甲", reason="乙")
    for by, reason in (("", "乙"), ("甲", " ")):
        with pytest.raises(EntryError, match="必须写明由谁审定和理由"):
            enter_decision(assessment, {"station": []}, by=by, reason=reason)
    with pytest.raises(EntryError, match="必须写明事项、决定和理由"):
        enter_minute(assessment, "事项", "", "理由")
    assert path.read_bytes() == before
    assert len(decisions_made(assessment)) == 5


def test_the_meeting_as_the_page_gets_it(school: Workspace) -> None:
    facts = meeting_facts(open_meeting(_roster(school)))
    assert "生物制药学院" in facts["ranking"]
    assert "去掉 J01" in facts["stability"]
    assert facts["proposed"]["station"][0]["college"] == "C03"
    assert facts["decided"]["awards"] == {"station": []}
    assert len(facts["record"]) == 5


def test_a_change_after_submission_hides_the_totals_again(school: Workspace) -> None:
    roster = _roster(school)
    path = roster.sheet("J03").places.workbook
    book = openpyxl.load_workbook(path)
    page = book["J01 评委评分表"]
    column = next(cell.column_letter for cell in page[4] if cell.value == "s11")
    page[f"{column}5"] = 1
    book.save(path)
    assert roster.missing() == ("J03",)
    assert {s.code: s.state for s in roster.statuses()}["J03"] == "提交后有改动"
    with pytest.raises(NotAllInError):
        open_meeting(roster)
    roster.sheet("J03").reopen("文件被改动")
    roster.sheet("J03").set_score("C01", "1.1", 7)
    roster.sheet("J03").submit()
    assert open_meeting(roster).panel is not None
    assert roster.statuses()[2].reopened == 1


def test_rows_that_cannot_be_used_hide_the_totals(
    school: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = _roster(school)
    monkeypatch.setattr("evalkit.intake.Snapshot.returned", (("J02", "C01"),))
    with pytest.raises(DeskError, match="评委 J02 的评分表虽已提交，核对时却有不能使用的行"):
        open_meeting(roster)
