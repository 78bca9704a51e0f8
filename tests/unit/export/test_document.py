"""Notebooks of any kind as blocks."""

from __future__ import annotations

import base64
import io
from typing import Any

import nbformat
import pandas as pd
import pytest
from PIL import Image

from evalkit.export import read_document
from evalkit.export.blocks import (
    Code,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    Rule,
    Table,
    plain,
)


def _png(width: int = 4, height: int = 2) -> str:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(content, format="png")
    return base64.b64encode(content.getvalue()).decode()


def _notebook(*cells: str | dict[str, Any], **metadata: Any) -> nbformat.NotebookNode:
    """Markdown cells from texts, code cells with one output from bundles."""
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
            continue
        output = nbformat.v4.new_output("execute_result", cell, execution_count=1)
        made.append(nbformat.v4.new_code_cell("x", outputs=[output], execution_count=1))
    return nbformat.v4.new_notebook(cells=made, metadata=metadata)


def _blocks(*cells: str | dict[str, Any]) -> tuple[Any, ...]:
    return read_document(_notebook(*cells)).blocks


def test_title_is_the_first_heading_unless_said() -> None:
    notebook = _notebook("# 题目\n\n## 一\n\n### 甲\n\n## 二")
    document = read_document(notebook)
    assert (document.title, document.sections) == ("题目", ("一", "二"))
    assert read_document(notebook, title="另一题").title == "另一题"
    said = _notebook("# 题目", evalkit={"title": "三", "header": "某校", "footer": ["来源"]})
    document = read_document(said)
    assert (document.title, document.header, document.footer) == ("三", "某校", ("来源",))
    assert read_document(_notebook("文字"), otherwise="文件名").title == "文件名"
    assert read_document(_notebook("文字", evalkit="x")).title == "报告"


def test_levels_begin_with_one_and_leave_none_out() -> None:
    blocks = _blocks("### 深\n\n# 浅\n\n#### 更深\n\n## 中")
    levels = [(plain(b.runs), b.level) for b in blocks if isinstance(b, Heading)]
    assert levels == [("深", 1), ("更深", 2), ("中", 1)]  # “浅” is the title
    blocks = _blocks("# 题\n\n## 一\n\n#### 二\n\n### 三\n\n## 四")
    assert [b.level for b in blocks] == [1, 2, 2, 1]


def test_markdown() -> None:
    blocks = _blocks(
        "甲**乙**`c` [链](https://a.cn) [坏](javascript:x) <b>丙</b>\n下一行\n\n"
        "- 一\n  1. 内\n- [x] 二\n\n> 引\n\n---\n\n```py\n x = 1\n```\n\n"
        "|名|数|\n|---|--:|\n|甲|1|\n\n3. 三\n\n<div>网</div><script>x</script>"
    )
    first = blocks[0]
    assert isinstance(first, Paragraph)
    assert plain(first.runs) == "甲乙c 链 坏 丙下一行"
    assert [run.text for run in first.runs if run.bold] == ["乙"]
    assert [run.link for run in first.runs if run.link] == ["https://a.cn"]
    assert isinstance(blocks[1], Items)
    inner = blocks[1].items[0][1]
    assert isinstance(inner, Items)
    assert inner.ordered
    assert plain(blocks[1].items[1][0].runs) == "☑ 二"
    assert isinstance(blocks[2], Quote)
    assert isinstance(blocks[3], Rule)
    assert blocks[4] == Code(" x = 1")
    assert isinstance(blocks[5], Table)
    assert [column.right for column in blocks[5].columns] == [False, True]
    assert (blocks[6].start, blocks[6].ordered) == (3, True)
    assert plain(blocks[7].runs) == "网"
    assert len(blocks) == 8


def test_only_pictures_within_the_notebook_are_taken() -> None:
    notebook = _notebook(
        f"看 ![内](data:image/png;base64,{_png()}) 与 ![附](attachment:a.png) 与 "
        "![外](https://a.cn/b.png)"
    )
    notebook.cells[0]["attachments"] = {"a.png": {"image/png": _png()}}
    blocks = read_document(notebook).blocks
    assert [b.alt for b in blocks if isinstance(b, Figure)] == ["内", "附"]
    assert "外" in plain(blocks[-1].runs)


def test_pandas_frames_are_tables() -> None:
    frame = pd.DataFrame(
        {("人数", "男"): [1200, 3], ("人数", "女"): [4, 5]},
        index=pd.MultiIndex.from_tuples([("甲", "一"), ("甲", "二")], names=["院", "班"]),
    )
    (table,) = _blocks({"text/html": frame._repr_html_(), "text/plain": str(frame)})  # type: ignore[operator]
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["甲", "一", "1200", "4"],
        ["甲", "二", "3", "5"],
    ]
    assert [column.title for column in table.columns] == ["院", "班", "人数 · 男", "人数 · 女"]
    assert [column.right for column in table.columns] == [False, False, True, True]


def test_html_that_only_runs_gives_way_to_the_rest() -> None:
    script = "<script>draw()</script><style>a{}</style>"
    (figure,) = _blocks({"text/html": script, "image/png": _png(), "text/plain": "<Figure>"})
    assert isinstance(figure, Figure)
    assert figure.alt == "图 1"
    assert _blocks({"text/html": script, "text/plain": "四"}) == (Code("四"),)


def test_html_of_other_libraries() -> None:
    blocks = _blocks(
        {
            "text/html": "<h3>题</h3><p>甲 <b>乙</b><br>丙</p><ul><li>一</li></ul>"
            "<div class='alert alert-info'>注意</div><pre>a\n  b</pre><iframe src=x></iframe>"
            "<table><caption>名</caption><tr><th>a</th></tr><tr><td>1</td></tr></table>"
        }
    )
    # The first heading of the first level is the title.
    kinds = [type(block).__name__ for block in blocks]
    assert kinds == ["Heading", "Paragraph", "Items", "Quote", "Code", "Table"]
    assert plain(blocks[1].runs) == "甲 乙\n丙"
    assert blocks[4] == Code("a\n  b")
    assert blocks[5].caption == "名"


def test_streams_and_errors() -> None:
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="甲\n\x1b[31m红\x1b[0m\n"),
        nbformat.v4.new_output("error", ename="E", evalue="v", traceback=["\x1b[1mE\x1b[0m: v"]),
    ]
    cell = nbformat.v4.new_code_cell("x", outputs=outputs)
    document = read_document(nbformat.v4.new_notebook(cells=[cell]))
    assert document.blocks == (Code("甲\n红"), Code("E: v", error=True))


def test_tags_leave_out() -> None:
    output = nbformat.v4.new_output("stream", name="stdout", text="藏")
    cells = []
    for tag in ("parameters", "remove_cell", "remove-output"):
        cell = nbformat.v4.new_code_cell("x", outputs=[output])
        cell.metadata["tags"] = [tag]
        cells.append(cell)
    assert read_document(nbformat.v4.new_notebook(cells=cells)).blocks == ()


def test_captions_and_numbers() -> None:
    table = {"text/html": "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"}
    picture = {"image/png": _png(), "text/plain": "柱状图"}
    blocks = _blocks("## 普测", table, picture, table, "## 活动", table)
    labels = [b.label for b in blocks if isinstance(b, Table | Figure)]
    assert labels == ["表 1　普测", "图 1　柱状图", "表 2　普测（2）", "表 3　活动"]


@pytest.mark.parametrize("image", ["", "not base64!", base64.b64encode(b"GIF89a").decode()])
def test_broken_pictures_give_way_to_words(image: str) -> None:
    assert _blocks({"image/png": image, "text/plain": "图"}) == (Code("图"),)


def test_an_empty_notebook_is_a_document() -> None:
    document = read_document(nbformat.v4.new_notebook())
    assert (document.title, document.blocks) == ("报告", ())
