"""What people enter about a year, and every fault of it at once, in Chinese."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.assessment import Assessment, load_assessment
from evalkit.errors import DefinitionError
from evalkit.export.documents import decision as module
from evalkit.export.documents.decision import MARK, Meeting, YearDecisions, load_decisions
from evalkit.export.documents.lots import draw_lots


@pytest.fixture(scope="module")
def unscored(sample: Path) -> Assessment:
    return load_assessment("2022-2023", workspace=sample)


@pytest.fixture
def written(
    assessment: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Assessment, Path]:
    path = tmp_path / "decision.yaml"
    monkeypatch.setattr(module, "decision_path", lambda _: path)
    return assessment, path


def faults_of(written: tuple[Assessment, Path], text: str) -> tuple[str, ...]:
    assessment, path = written
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_decisions(assessment)
    assert str(caught.value).startswith(f"审定结果文件 {path} 有 ")
    return caught.value.faults


def test_nothing_is_decided_without_the_file(assessment: Assessment) -> None:
    found = load_decisions(assessment)
    assert (found, found.mark) == (YearDecisions(), MARK)


def test_an_empty_file_decides_nothing(written: tuple[Assessment, Path]) -> None:
    written[1].write_text("# 还没有\n", encoding="utf-8")
    assert load_decisions(written[0]).mark == MARK


def test_the_blank_form_filled_in_is_a_decision(decided: Assessment) -> None:
    found = load_decisions(decided)
    assert found.mark == ""
    assert found.meeting == Meeting(day=date(2025, 7, 3), place="行政楼三楼会议室", seed="甲乙丙")
    assert found.decision is not None
    winners = found.decision.awards
    assert [each.college for each in winners["station"]] == ["C03", "C06"]
    assert [(each.college, each.name) for each in winners["head"]] == [
        ("C03", "周启恒"), ("C06", "舒子阳"),
    ]  # fmt: skip
    assert found.notice is not None
    assert (found.notice.last - found.notice.first).days == 6
    assert found.issue is not None
    assert found.issue.number == "示化院心〔2025〕3号"


def test_times_that_yaml_takes_for_numbers(written: tuple[Assessment, Path]) -> None:
    written[1].write_text("meeting:\n  begin: 14:30\n  seed: 618\n", encoding="utf-8")
    meeting = load_decisions(written[0]).meeting
    assert (meeting.begin, meeting.seed) == ("14:30", "618")


def test_faults_of_form(written: tuple[Assessment, Path]) -> None:
    text = (
        "meeting:\n  begin: 25:00\n  talk_minutes: 0\n"
        "decision:\n  day: 2025-07-04\n  awards: {station: [{college: 三院}]}\n"
        "notice:\n  first: 2025-07-11\n  last: 2025-07-05\n考核: 是\n"
    )
    assert faults_of(written, text) == (
        'meeting.begin: 应为文字；数字请加引号，例如 "1.1"，现为 1500',
        "meeting.talk_minutes: 应不小于 1，现为 0",
        "decision.by: 缺少这一项",
        "decision.reason: 缺少这一项",
        "decision.awards.station[0].college: 写法不合要求（应符合 ^C\\d{2,}$），现为 '三院'",
        "notice: 公示的最后一天 2025-07-05 早于第一天 2025-07-11",
        "考核: 不认识这一项，请检查拼写或删去，现为 '是'",
    )


def test_faults_of_content(written: tuple[Assessment, Path]) -> None:
    text = (
        'academic_year: "2023-2024"\n'
        "decision:\n  day: 2025-07-04\n  by: 校党委\n  reason: 纪要\n  result: r00000000\n"
        "  awards:\n"
        "    station: [{college: C03}, {college: C03}, {college: C99}]\n"
        "    head: [{college: C03, name: 王芳}, {college: C06}]\n"
        "    best: []\n"
    )
    code = module.result_code(written[0].panel)
    changed = (
        f"decision.result: 审定所依据的评分是 r00000000，现在的评分是 {code}；"
        "审定之后评分有变化，请重新审定，再改写这一项"
    )
    assert faults_of(written, text) == (
        "academic_year: 写的是 2023-2024 学年，文件却放在 2024-2025 学年的文件夹里，请核对",
        changed,
        "decision.awards.station: 优秀二级心理辅导站共 2 个，这里写了 3 个，请核对",
        "decision.awards.station[1]: “C03”写了两次",
        "decision.awards.station[2].college: 没有代码为“C99”的学院",
        "decision.awards.head[0].name: “王芳”不是生物制药学院登记的站长，登记的是“周启恒”，请核对",
        "decision.awards.head[1].name: 请写明站长的姓名",
        "decision.awards.best: 考核办法中没有这个奖项，现有 station、head",
    )


def test_a_year_without_scores_cannot_be_decided(
    unscored: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "decision.yaml"
    monkeypatch.setattr(module, "decision_path", lambda _: path)
    text = "decision:\n  day: 2025-07-04\n  by: 校\n  reason: 无\n  awards: {station: []}\n"
    assert faults_of((unscored, path), text) == (
        "decision: 本学年还没有评审组评分，不能审定，请先收齐评分表",
    )


def test_no_mapping_is_a_fault(written: tuple[Assessment, Path]) -> None:
    assert faults_of(written, "- 1\n") == ("（文件开头）: 应为“名称: 值”的对照表",)


def test_codes_of_results_tell_changed_scores(assessment: Assessment) -> None:
    code = module.result_code(assessment.panel)
    assert code != module.result_code(assessment.previous_panel)
    assert module.result_code(None) == ""


@given(st.sets(st.from_regex(r"C[0-9]{2}", fullmatch=True), max_size=40), st.text(max_size=20))
def test_lots_are_an_order_that_hangs_on_nothing_but_the_seed(codes: set[str], seed: str) -> None:
    try:
        seed.encode()
    except UnicodeEncodeError:
        return
    lots = draw_lots(codes, seed)
    assert sorted(lot.college for lot in lots) == sorted(codes)
    assert [lot.place for lot in lots] == list(range(1, len(codes) + 1))
    assert lots == draw_lots(sorted(codes, reverse=True), seed)


def test_a_lot_is_what_sha256sum_prints() -> None:
    # printf '2024-2025/C01' | sha256sum
    first = {lot.college: lot.digest for lot in draw_lots(["C01"], "2024-2025")}
    assert first["C01"].startswith("ec79e0f5f2ce3b98")
