"""The page: whole in itself, the font cut to its characters, nothing executable."""

from __future__ import annotations

import base64
import io
import re

import nbformat
from fontTools.ttLib import TTFont

from evalkit.export import html_page
from evalkit.export.fonts import embedded_font


def _notebook() -> nbformat.NotebookNode:
    output = nbformat.v4.new_output(
        "execute_result", {"text/html": "<p>结果：九十分</p>"}, execution_count=1
    )
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# 题目\n\n写给谁"),
            nbformat.v4.new_markdown_cell("## 第一节"),
            nbformat.v4.new_code_cell("secret = 'code'", execution_count=1, outputs=[output]),
        ]
    )


def test_page_holds_outputs_and_no_code() -> None:
    page = html_page(_notebook(), title="报告", header="某校", footer=["来源", "说明"])
    assert "结果：九十分" in page
    assert "secret" not in page
    assert '<h2 id="s1">第一节</h2>' in page
    assert '<a href="#s1">第一节</a>' in page
    assert "<h1>报告</h1>" in page
    assert page.count("<h1") == 1
    assert "<script" not in page
    assert "https://" not in page


def test_titles_are_text() -> None:
    hostile = "<script>alert(1)</script>"
    page = html_page(_notebook(), title=hostile, header=hostile, footer=[hostile])
    assert "<script>" not in page


def test_same_notebook_same_page() -> None:
    notebook = _notebook()
    pages = {html_page(notebook, title="报告", header="某校", footer=[]) for _ in range(2)}
    assert len(pages) == 1


def test_font_is_cut_to_the_text() -> None:
    page = html_page(_notebook(), title="报告", header="某校", footer=[])
    (encoded,) = re.findall(r'src: url\("data:font/woff;base64,([^"]+)"\)', page)
    with TTFont(io.BytesIO(base64.b64decode(encoded))) as font:
        known = {chr(code) for code in font.getBestCmap()}
    assert set("结果九十分写给谁第一节报告某校") <= known
    assert "鑫" not in known


def test_font_is_small() -> None:
    assert len(embedded_font("心理")) < 8_000
