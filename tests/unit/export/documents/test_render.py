"""Templates: the page of GB/T 9704, the school's own copies, and text that stays text."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given
from hypothesis import strategies as st

from evalkit.assessment import Assessment
from evalkit.export.deck.plain_text import plain
from evalkit.export.documents import TemplateFaultError, Templates, save_templates
from evalkit.export.documents.decision import YearDecisions
from evalkit.export.documents.results import notice_facts
from evalkit.export.documents.templates import TEMPLATES, template_bytes

from .conftest import all_text


@pytest.fixture(scope="module")
def facts(assessment: Assessment) -> dict[str, Any]:
    return notice_facts(assessment, YearDecisions())


def millimetres(*lengths: int) -> list[int]:
    """Word keeps twentieths of a point."""
    return [round(length / Mm(1)) for length in lengths]


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def test_page_of_official_documents() -> None:
    document = opened(template_bytes("考核结果通报"))
    section = document.sections[0]
    assert millimetres(section.page_width, section.page_height) == [210, 297]
    assert millimetres(
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin
    ) == [37, 26, 35, 28]
    body, title = document.styles["Normal"], document.styles["Title"]
    assert (body.font.size, title.font.size) == (Pt(16), Pt(22))
    assert body.paragraph_format.line_spacing == pytest.approx(Pt(28.95), abs=Pt(0.05))
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3")
    }
    assert fonts == {
        "Normal": "仿宋_GB2312", "Title": "方正小标宋简体", "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312", "Heading 3": "仿宋_GB2312",
    }  # fmt: skip


def test_page_numbers_stand_outside() -> None:
    document = opened(template_bytes("考核结果通报"))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (2, 0)
    assert odd.text.startswith("— ")
    assert odd.text.endswith(" —")
    assert odd._p.xpath(".//w:instrText")[0].text == " PAGE "


@pytest.mark.parametrize("name", TEMPLATES)
def test_tables_repeat_their_heads_and_keep_rows_whole(name: str) -> None:
    for table in opened(template_bytes(name)).tables:
        rows = [row for row in table.rows if "{%tr" not in row.cells[0].text]
        heads = [row for row in rows if row._tr.xpath("./w:trPr/w:tblHeader")]
        assert len(heads) == (0 if name == "站长登记表" or len(table.columns) == 1 else 1)
        whole = [row for row in rows if row._tr.xpath("./w:trPr/w:cantSplit")]
        assert len(whole) == len(rows) - (2 if name == "站长登记表" else 0)


def test_hostile_texts_stay_texts(facts: dict[str, Any]) -> None:
    hostile = "{{ 7*7 }}{% if x %}<w:p/>&amp;]]>\x00\x07\u202e=1+1\n“学院”"
    content = Templates().fill("获奖名单公示", facts | {"office": hostile, "school": hostile})
    text = all_text(content)
    assert "{{ 7*7 }}{% if x %}<w:p/>&amp;]]>=1+1" in text
    assert "49" not in text
    assert "\u202e" not in text
    assert len(opened(content).paragraphs) == len(
        opened(Templates().fill("获奖名单公示", facts)).paragraphs
    )


@given(st.text(max_size=200))
def test_whatever_a_text_holds_it_is_fit_for_xml(text: str) -> None:
    found = plain(text)
    assert found.encode("utf-8").decode("utf-8") == found
    assert not any(ord(c) < 32 and c != "\n" for c in found)
    assert plain(found) == found


def test_a_long_text(facts: dict[str, Any]) -> None:
    content = Templates().fill("获奖名单公示", facts | {"office": "心" * 100_000})
    assert all_text(content).count("心") >= 100_000


def test_the_schools_own_template_is_used(tmp_path: Path, facts: dict[str, Any]) -> None:
    written = save_templates(tmp_path)
    assert sorted(path.stem for path in written) == sorted(TEMPLATES)
    own = docx.Document(str(tmp_path / "获奖名单公示.docx"))
    own.paragraphs[0].insert_paragraph_before("本校自定：{{ school }}")
    own.save(str(tmp_path / "获奖名单公示.docx"))
    assert "本校自定：示例化工职业学院" in all_text(Templates(tmp_path).fill("获奖名单公示", facts))
    assert save_templates(tmp_path) == []  # what is there is kept


def test_faults_of_a_template_are_said(tmp_path: Path, facts: dict[str, Any]) -> None:
    path = tmp_path / "获奖名单公示.docx"
    mend = (
        "请在 Word 中改正，或删去这个文件，改用内置的模板；"
        f"内置模板可用“evalkit documents --templates {tmp_path}”另存一份。"
    )
    for change, what in (
        ("{{ shcool }}", "其中的标记“shcool”没有对应的内容"),
        ("{% if x %}", "其中有一处 {% if %} 或 {% for %} 没有用 {% endif %} 或 {% endfor %} 结束"),
        ("{{ school school }}", "其中的标记写错了，在“{{ school school }}”附近"),
        ("{{ ''.__class__ }}", "其中的标记写错了"),
    ):
        own = docx.Document(io.BytesIO(template_bytes("获奖名单公示")))
        own.add_paragraph(change)
        own.save(str(path))
        with pytest.raises(TemplateFaultError) as caught:
            Templates(tmp_path).fill("获奖名单公示", facts)
        assert str(caught.value) == f"文书模板 {path} 不能使用：{what}。{mend}"
    path.write_text("这不是 Word", "utf-8")
    with pytest.raises(TemplateFaultError) as caught:
        Templates(tmp_path).fill("获奖名单公示", facts)
    assert str(caught.value) == f"文书模板 {path} 不能使用：它不是 Word 文档（.docx）。{mend}"
