"""All documents of a year: what stands in them, for whom, and that nothing else does."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from evalkit.assessment import Assessment, load_assessment
from evalkit.assessment.improvements import improvements
from evalkit.errors import UnknownNameError
from evalkit.export.documents import Documents, load_decisions
from evalkit.export.documents.decision import MARK, YearDecisions
from evalkit.export.documents.feedback import feedback_facts
from evalkit.export.documents.make import KINDS, choose
from evalkit.export.documents.meeting import agenda_facts, members, score_form_facts
from evalkit.export.documents.results import circular_facts, winners
from evalkit.workspace import Workspace

from .conftest import of_file


def test_every_document_is_marked_until_the_decision(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) == 1 + 7 + 8 + 4 + 1 + 1 + 16 + 1 + 1 + 1 + 2
    assert [path.name for path in files if MARK not in of_file(path)] == []


def test_no_document_is_marked_after_it(decided: Assessment, tmp_path: Path) -> None:
    packet = Documents(decided, load_decisions(decided)).write(tmp_path)
    assert packet.left_out == ("审定结果：审定结果已经录入，不再需要空白的录入文件",)
    assert [p.name for p in packet.written if "待审定" in of_file(p)] == []
    notice = of_file(tmp_path / "获奖名单公示.docx")
    for text in (
        "1. 生物制药学院",
        "2. 舒子阳（建筑艺术学院）",
        "公示期为2025年7月5日至2025年7月11日，共7天",
        "学校纪委",
        "联系电话：023-00000000；电子邮箱：xinli@example.edu.cn",
    ):
        assert text in notice
    circular = of_file(tmp_path / "考核结果通报.docx")
    assert "经校党委学生工作委员会审定，现将结果通报如下。" in circular
    assert "2025年7月14日" in circular
    assert "示化院心" not in circular  # the number belongs to the red head, which was not asked for
    agenda = of_file(tmp_path / "评审会议程.docx")
    assert "时间：2025年7月3日 09:00" in agenda
    assert "种子：甲乙丙。" in agenda


def test_the_same_bytes_each_time(folder: Path, assessment: Assessment, tmp_path: Path) -> None:
    only = ["评审会议程", "大屏", "得分明细", "考核结果通报", "移交学生工作考评"]
    packet = Documents(assessment).write(tmp_path, only)
    assert len(packet.written) == 1 + 4 + 1 + 1 + 2
    for path in packet.written:
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_for_publication_there_is_no_score_and_no_rank(
    folder: Path, assessment: Assessment
) -> None:
    assert assessment.panel is not None
    for name in ("考核结果通报.docx", "获奖名单公示.docx"):
        text = of_file(folder / name)
        for result in assessment.panel:
            assert str(result.score) not in text
        assert "名次" not in text
        assert "第 1" not in text
    circular = of_file(folder / "考核结果通报.docx")
    # Within a band by code, not by rank: C03 and C06; C01, C02, C04; C05 and C08.
    assert "生物制药学院、建筑艺术学院。" in circular
    assert "精细化工学院、环境监测学院、数字技术学院。" in circular
    assert "装备制造学院、健康护理学院。" in circular


def test_feedback_names_no_other_college(folder: Path, assessment: Assessment) -> None:
    for college in assessment.colleges:
        others = [c for c in assessment.colleges if c.code != college.code]
        for kind, suffix in (("反馈意见书", "docx"), ("整改清单", "xlsx")):
            text = of_file(folder / "反馈意见书" / f"{kind}_{college.code}.{suffix}")
            assert college.name in text
            for other in others:
                assert other.name not in text
                assert other.code not in text


def test_feedback_says_what_the_panel_found(assessment: Assessment) -> None:
    facts = feedback_facts(assessment, YearDecisions(), "C05")
    assert (facts["score"], facts["band"]) == ("75.63", "中等")
    assert facts["change"] == "+2.00 分（上学年 73.63 分，中等）"
    assert [each["label"] for each in facts["weak"]] == [
        "2.2 心理健康教育宣教活动", "3.1 工作特色与成效", "2.1 常规工作与计划总结",
    ]  # fmt: skip
    assert facts["weak"][0] == {
        "label": "2.2 心理健康教育宣教活动", "mean": "10.42", "points": "15", "rate": "69.4%",
    }  # fmt: skip
    assert facts["comments"] == list(assessment.college("C05").comments)
    assert facts["due"] == "2025年9月30日"


def test_improvements_are_the_criteria_that_are_not_met(assessment: Assessment) -> None:
    view = assessment.college("C05")
    failed = [v.criterion for v in view.verdicts if v.state in ("未达标", "部分达标", "无数据")]
    listed = improvements(view)
    assert [each.criterion.split()[0] for each in listed] == failed
    cover = next(each for each in listed if each.criterion.startswith("1.3.②"))
    assert cover.names == ("数控2403班",)
    assert cover.problem.endswith("没有心理委员的班级：数控2403班")
    assert cover.basis == (
        "心理委员班级覆盖率：应为 100%（规定值）；宿舍心理观察员覆盖率：应为 100%（规定值）"
    )


def test_a_college_that_hides_small_numbers_keeps_them_hidden(assessment: Assessment) -> None:
    texts = [
        e.problem for c in assessment.colleges for e in improvements(assessment.college(c.code))
    ]
    care = [text for text in texts if "不足 20 例" in text or "1—4 例" in text]
    assert care  # said in words
    assert not any("（" in t.split("例")[0] for t in care if t.startswith("一生一策"))


def test_registration_forms_hold_no_personal_numbers(folder: Path) -> None:
    text = of_file(folder / "站长登记表" / "站长登记表_C05.docx")
    for part in ("苏元松", "社会工作", "☑心理咨询师（二级）", "□其他相关证书", "2024-09-17"):
        assert part in text
    assert "@" not in text
    assert "请本人填写" in text


def test_agenda(assessment: Assessment) -> None:
    facts = agenda_facts(assessment, YearDecisions())
    assert [slot["code"] for slot in facts["slots"]] == [
        "C06", "C03", "C05", "C04", "C08", "C07", "C02", "C01",
    ]  # fmt: skip
    third = facts["slots"][2]
    assert (third["time"], third["recused"], third["n_judges"]) == ("09:30—09:40", "J01", 6)
    assert facts["talks_end"] == "10:30"
    assert facts["sources"] == [{"name": "现场评审会", "weight": "100"}]
    assert (facts["n_panel"], facts["n_external"], facts["uneven"]) == (7, 3, "")


def test_agenda_warns_of_colleges_with_too_few_judges(
    assessment: Assessment, sample: Path, tmp_path: Path
) -> None:
    settings = (sample / "evalkit.toml").read_text("utf-8")
    for code in ("J05", "J06", "J07"):
        settings = settings.replace(f'[[judges]]\ncode = "{code}"\ntype = "校外"\n', "")
    fewer = _with(assessment, tmp_path, settings)
    facts = agenda_facts(fewer, YearDecisions())
    assert facts["uneven"].split("、")[:2] == ["建筑艺术学院", "生物制药学院"]
    assert facts["n_panel"] == 4


def test_score_forms_have_a_page_for_each_college_and_none_to_score_at_recusals(
    assessment: Assessment, folder: Path
) -> None:
    judge = members(assessment)[0]
    facts = score_form_facts(assessment, YearDecisions(), judge)
    assert [c["name"] for c in facts["colleges"] if c["recused"]] == ["装备制造学院"]
    text = of_file(folder / "评委评分表" / "评委评分表_J01.docx")
    assert text.count("工作考核评分表") == 8
    assert text.count("合计（满分 100 分，以 0.5 分为一档）") == 7
    assert "本人（评委 J01）与装备制造学院有关，按评审规则回避，对该学院不评分。" in text
    points = [i["points"] for d in facts["dimensions"] for i in d["indicators"]]
    assert sum(map(int, points)) == 100


def test_the_panel_without_settings_is_that_of_the_score_sheets(
    assessment: Assessment, sample: Path, tmp_path: Path
) -> None:
    settings = (sample / "evalkit.toml").read_text("utf-8").partition("[[judges]]")[0]
    found = members(_with(assessment, tmp_path, settings))
    assert [m.code for m in found] == [f"J0{n}" for n in range(1, 8)]
    assert [(m.type, m.college, set(m.recused)) for m in found[:3]] == [
        ("校内", "C05", {"C05"}), ("校内", "C08", {"C08"}), ("校内", None, set()),
    ]  # fmt: skip


def test_details_show_the_panels_means(folder: Path, assessment: Assessment) -> None:
    page = load_workbook(folder / "得分明细.xlsx", data_only=True)["得分明细"]
    assert assessment.panel is not None
    rows = {row[1]: row for row in page.iter_rows(min_row=4, values_only=True)}
    for result in assessment.panel:
        row = rows[assessment.names[result.college]]
        assert row[0] == result.rank
        means = [assessment.rubric.publish(m) for m in result.indicator_means.values()]
        assert row[2:12] == tuple(map(float, means))
        assert row[13] == float(result.score)
    scores = [float(result.score) for result in assessment.panel]
    assert rows["全校平均"][13] == pytest.approx(sum(scores) / len(scores), abs=1e-12)
    live = load_workbook(folder / "得分明细.xlsx")["得分明细"]
    assert live["N12"].value == "=AVERAGE(N4:N11)"


def test_handover(folder: Path, assessment: Assessment) -> None:
    text = (folder / "移交学生工作考评.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["学年", "学院代码", "学院", "得分", "等次", "奖项", "状态"]
    assert rows[3] == [
        "2024-2025", "C03", "生物制药学院", "92.90", "优秀",
        "优秀二级心理辅导站；优秀二级心理辅导站站长（周启恒）", MARK,
    ]  # fmt: skip
    assert len(rows) == 9
    page = load_workbook(folder / "移交学生工作考评.xlsx")["移交学生工作考评"]
    again = [
        [str(c) if c is not None else "" for c in r]
        for r in page.iter_rows(min_row=4, values_only=True)
    ]
    assert [[*r[:3], *r[4:]] for r in again] == [[*r[:3], *r[4:]] for r in rows[1:]]


def test_winners_are_the_decided_ones(decided: Assessment) -> None:
    decisions = load_decisions(decided)
    assert decisions.decision is not None
    others = decisions.decision.model_copy(
        update={"awards": {"station": (), "head": decisions.decision.awards["head"][:1]}}
    )
    changed = decisions.model_copy(update={"decision": others})
    assert [award["names"] for award in winners(decided, changed)] == ["", "周启恒（生物制药学院）"]
    assert circular_facts(decided, changed)["decided_day"] == "2025年7月4日"


def test_a_year_that_is_not_scored_has_what_needs_no_score(sample: Path, tmp_path: Path) -> None:
    year = load_assessment("2022-2023", workspace=sample)
    packet = Documents(year).write(tmp_path)
    assert {path.relative_to(tmp_path).parts[0] for path in packet.written} == {
        "评审会议程.docx", "评委评分表", "站长登记表", "大屏",
    }  # fmt: skip
    assert {p.name for p in packet.written if p.parent.name == "大屏"} == {
        "大屏_会前.html", "大屏_会前.pptx",
    }  # fmt: skip
    names = [kind.name for kind in KINDS if kind.scores]
    assert packet.left_out == tuple(f"{name}：本学年还没有评审组评分" for name in names)


def test_unknown_documents_are_named() -> None:
    with pytest.raises(UnknownNameError) as caught:
        choose(["考核通报"])
    names = "、".join(kind.name for kind in KINDS)
    assert str(caught.value) == (
        f"没有名为“考核通报”的文书。您要的是不是“考核结果通报”？现有：{names}。"
    )


def test_the_red_head_is_there_when_asked_for(assessment: Assessment, tmp_path: Path) -> None:
    Documents(assessment, red_head=True).write(tmp_path, ["考核结果通报"])
    assert "示例化工职业学院文件" in of_file(tmp_path / "考核结果通报.docx")


def _with(assessment: Assessment, root: Path, settings: str) -> Assessment:
    """The same year under other settings."""
    path = root / "evalkit.toml"
    path.write_text(settings, "utf-8")
    return replace(assessment, workspace=Workspace.read(path))
