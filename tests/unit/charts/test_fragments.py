"""Tables and sentences: what people wrote is shown as text."""

from __future__ import annotations

import pandas as pd

from evalkit import charts
from evalkit.assessment import Assessment
from evalkit.findings import Finding, Location, Severity
from evalkit.privacy import Field, load_policy, release

HOSTILE = "<script>alert(1)</script>&\"'<img src=x onerror=alert(2)>"


def _body(fragment: charts.Fragment) -> str:
    return fragment.html


def test_prose_knows_bold_and_lists_and_nothing_else() -> None:
    html = _body(charts.prose(f"**甲** {HOSTILE}\n\n1. 一\n2. 二"))
    assert "<strong>甲</strong>" in html
    assert "<ol><li>一</li><li>二</li></ol>" in html
    assert "<script" not in html
    assert "<img" not in html


def test_bullets_and_tables_escape() -> None:
    assert "<script" not in _body(charts.bullets([HOSTILE]))
    frame = pd.DataFrame({"name": [HOSTILE]})
    table = release(frame, (Field("name", HOSTILE, HOSTILE),), load_policy())
    assert "<script" not in _body(charts.table(table))
    finding = Finding("X", Severity.ERROR, Location(HOSTILE), HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    assert "<script" not in _body(charts.findings([finding]))


def test_nothing_is_said_in_words() -> None:
    assert _body(charts.bullets([], otherwise="没有意见。")) == "<p>没有意见。</p>"
    assert "没有发现数据问题" in _body(charts.findings([]))
    empty = release(pd.DataFrame({"a": []}), (Field("a", "甲"),), load_policy())
    assert _body(charts.table(empty, otherwise="没有")) == '<p class="ek-none">没有</p>'


def test_table_prints_marks_units_and_note() -> None:
    frame = pd.DataFrame({"grade": ["甲", "乙", "丙"], "n": pd.array([2, 30, 40], dtype="Int64")})
    fields = (Field("grade", "年级"), Field("n", "预警", "人", "count", students=True))
    html = _body(charts.table(release(frame, fields, load_policy())))
    assert html.count("—*</td>") == 2
    assert "（人）" in html
    assert "—* 人数不足 5 人，或可由其他数字推算出不足 5 人，按隐私规则不显示。" in html


def test_panel_table_marks_dropped_and_recused(assessment: Assessment) -> None:
    school = assessment.school
    html = _body(charts.panel_table(school.judge_totals(), school.ranking()))
    panel = assessment.panel
    assert panel is not None
    assert html.count("ek-dropped") == sum(len(result.dropped) for result in panel)
    assert html.count(">回避<") == sum(len(result.recused) for result in panel) == 2
    for result in panel:
        assert f"{result.score}</td>" in html


def test_plain_text_for_those_without_html() -> None:
    assert repr(charts.prose("**甲** 得 90 分")) == "甲 得 90 分"


def test_plain_text_keeps_cells_apart() -> None:
    frame = pd.DataFrame({"n": [133], "year": ["2024-2025"]})
    fields = (Field("n", "数", kind="count"), Field("year", "学年"))
    assert repr(charts.table(release(frame, fields, load_policy()))) == "数 | 学年\n133 | 2024-2025"


def test_what_is_withheld_is_not_taken_for_nothing() -> None:
    frame = pd.DataFrame({"n": [1]})
    closed = release(frame, (Field("n", "数"),), load_policy("public"), topic="comments")
    said = "按隐私规则，评委意见不向读者“对外公开”提供。"
    assert repr(charts.table(closed, otherwise="没有")) == said
