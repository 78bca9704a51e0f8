"""The pages for the screen: evidence without scores before, results hidden after."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from pptx import Presentation

from evalkit.assessment import Assessment, load_assessment
from evalkit.export.deck import Deck, deck_of, deck_page, deck_slides, results_of
from evalkit.export.deck.content import PAGE_LINES, lines_of
from evalkit.export.documents.facts import for_audience
from evalkit.workspace import College


def made(year: Assessment, *, mark: str = "建议名单（待审定）") -> Deck:
    order = [college.code for college in year.colleges]
    return deck_of(
        for_audience(year, "panel"), order=order, rules=["去掉一个最高分", "回避"],
        recusals=[("装备制造学院", "J01")], minutes=(8, 2), mark=mark,
    )  # fmt: skip


@pytest.fixture(scope="module")
def before(assessment: Assessment) -> Deck:
    return made(assessment)


@pytest.fixture(scope="module")
def after(assessment: Assessment, before: Deck) -> Deck:
    awards = [("优秀二级心理辅导站", ["生物制药学院", "建筑艺术学院"]), ("空奖", [])]
    return replace(before, results=results_of(assessment, awards))


def parts(content: bytes) -> str:
    """Everything in a presentation, the workbooks of its charts too."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith(".xlsx"):
                found.append(parts(part))
            elif name.endswith((".xml", ".rels")):
                found.append(part.decode("utf-8"))
    return "\n".join(found)


def slides(deck: Deck) -> Any:
    return Presentation(io.BytesIO(deck_slides(deck)))


class _Reader(HTMLParser):
    """Notes what asks for something from elsewhere, what may be seen, and what is a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.secret: list[str] = []
        self.open: list[str] = []
        self.labels: list[str] = []
        self._depth: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.asked += [str(values[key]) for key in ("src", "href", "action") if key in values]
        if values.get("role") == "img":
            self.labels.append(str(values.get("aria-label")))
        if tag not in ("meta", "link", "br"):
            hidden = "secret" in (values.get("class") or "").split()
            self._depth.append(hidden or bool(self._depth and self._depth[-1]))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- the parser's signature
        self._depth.pop()

    def handle_data(self, data: str) -> None:
        if self.lasttag in ("style", "script"):
            return
        (self.secret if self._depth and self._depth[-1] else self.open).append(data)


def read(page: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(page.decode("utf-8"))
    return reader


def test_before_the_results_no_score_is_anywhere(assessment: Assessment, before: Deck) -> None:
    assert assessment.panel is not None
    page, file = deck_page(before).decode("utf-8"), parts(deck_slides(before))
    page = re.sub(r"data:font/woff;base64,[\w+/=]+", "", page)
    for result in assessment.panel:
        for text in (page, file):
            assert str(result.score) not in text
            assert f"{float(result.untrimmed_mean):.2f}" not in text
    for word in ("优秀</", "良好</", "名次"):
        assert word not in page
        assert word not in file


def test_results_are_in_the_page_and_not_to_be_seen(assessment: Assessment, after: Deck) -> None:
    assert assessment.panel is not None
    reader = read(deck_page(after))
    secret, seen = "\n".join(reader.secret), "\n".join(reader.open)
    for result in assessment.panel:
        assert str(result.score) in secret
        assert str(result.score) not in seen
    assert "良好（3 个）" in secret
    assert "（空缺）" in secret
    css = deck_page(after).decode("utf-8")
    assert ".secret { visibility: hidden; }" in css


def test_the_page_asks_nobody_for_anything(after: Deck) -> None:
    text = deck_page(after).decode("utf-8")
    assert read(text.encode("utf-8")).asked == []
    assert re.findall(r"url\(([^)]{12})", text) == ['"data:font/w']
    assert "default-src 'none'" in text
    assert not re.search(r"https?://", text)


def test_every_character_has_its_letter_in_the_page(after: Deck) -> None:
    text = deck_page(after).decode("utf-8")
    encoded = re.search(r"base64,([\w+/=]+)", text)
    assert encoded is not None
    font = TTFont(io.BytesIO(base64.b64decode(encoded[1])))
    reader = read(text.encode("utf-8"))
    shown = {c for c in "".join([*reader.open, *reader.secret]) if not c.isspace()}
    assert sorted(shown - {chr(code) for code in font.getBestCmap()}) == []


def test_pictures_are_told_in_words(after: Deck) -> None:
    labels = read(deck_page(after)).labels
    assert len(labels) == 8 * (4 + 23)
    assert any(
        label.startswith("普测参测率（应为 100%）。2022级 98.76%，2023级 98.71%")
        for label in labels
    )
    assert any(label.startswith("月报：按时 7 / 应报 10。9月按时，10月迟交") for label in labels)
    assert "2.4 危机干预及重点关注学生工作①：未达标" in labels


def test_nearly_all_is_not_all(after: Deck) -> None:
    # C01: 2,239 of 2,240.
    text = deck_page(after).decode("utf-8")
    assert "全院 99.95%" in text
    first = slides(after).slides[4]
    dots = next(
        s.chart
        for s in first.shapes
        if s.has_chart and "参测率" in s.chart.chart_title.text_frame.text
    )
    assert list(dots.plots[0].series[0].values)[-1] == 99.95


def test_charts_are_native_and_hold_the_released_numbers(
    assessment: Assessment, after: Deck
) -> None:
    slide = slides(after).slides[4 + 4]
    assert slide.shapes.title.text_frame.text == "5. 装备制造学院"
    charts = [shape.chart for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 3
    months = assessment.college("C05").activities_by_month().frame["n_activities"]
    assert list(charts[0].plots[0].series[0].values) == [float(n) for n in months]
    assert list(charts[0].plots[0].categories) == [str(n) for n in (9, 10, 11, 12, *range(1, 9))]
    tables = [shape.table for shape in slide.shapes if shape.has_table]
    assert [(len(t.rows), len(t.columns)) for t in tables] == [(10, 5), (2, 5), (4, 5)]
    for shape in slide.shapes:
        if shape.has_chart or shape.has_table:
            assert shape._element.xpath(".//p:cNvPr")[0].get("descr")


def test_nothing_lies_outside_the_slide(after: Deck) -> None:
    file = slides(after)
    for slide in file.slides:
        assert slide.shapes.title.text_frame.text
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= file.slide_width
            assert shape.top + shape.height <= file.slide_height


def test_the_same_bytes_each_time(after: Deck) -> None:
    assert deck_page(after) == deck_page(after)
    assert deck_slides(after) == deck_slides(after)


def test_hostile_names_stay_text(assessment: Assessment, before: Deck) -> None:
    name = '{{ 7*7 }}</section><script>alert(1)</script>"&\x00\u202e=1+1'
    page = replace(before.pages[0], name=name, highlights=(name,), points=(name,), head=name)
    deck = replace(before, pages=(page,), title=name, rules=(name,), recusals=((name, name),))
    text = deck_page(deck).decode("utf-8")
    assert text.count("<script>") == 1
    assert "{{ 7*7 }}&lt;/section&gt;" in text
    assert "\u202e" not in text
    titles = [s.shapes.title.text_frame.text for s in slides(deck).slides]
    assert titles[-1] == '1. {{ 7*7 }}</section><script>alert(1)</script>"&=1+1'


def test_a_college_without_a_ledger(sample: Any, assessment: Assessment) -> None:
    # Nobody of this name handed in anything.
    missing = College(code="C77", name="没有台账的学院")
    manifest = {**assessment.snapshot.manifest}
    manifest["colleges"] = [*manifest["colleges"], missing.model_dump(mode="json")]
    snapshot = replace(assessment.snapshot, manifest=manifest)
    year = replace(assessment, snapshots={**assessment.snapshots, assessment.year: snapshot})
    deck = deck_of(year, order=["C77"], rules=[], recusals=[], minutes=(8, 2), mark="")
    text = deck_page(deck).decode("utf-8")
    assert "活动：没有交来台账" in text
    assert "普测参测率：无数据" in text
    assert "站内 无数据 人" in text
    assert len(slides(deck).slides) == 3


def test_bands_of_many_colleges_go_on_on_the_next_page(assessment: Assessment) -> None:
    names = [f"第{n}个名称很长的二级学院" for n in range(60)]
    pages = results_of(assessment, [("奖", names), ("次奖", names[:2])]).awards
    assert len(pages) > 1
    assert pages[1][0][0] == "奖，续"
    for page in pages:
        assert sum(1 + lines_of(text) for _, text in page) <= PAGE_LINES
    told = "、".join(text for page in pages for title, text in page if title.startswith("奖"))
    assert told.split("、") == names


def test_years_that_are_not_scored_have_a_deck(sample: Any) -> None:
    deck = made(load_assessment("2022-2023", workspace=sample))
    assert len(slides(deck).slides) == 1 + 1 + 1 + 1 + 8
