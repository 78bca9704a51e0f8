"""Files of every kind with one number in a table, below or beside what it counts."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import nbformat
import pandas as pd
from docx import Document
from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from .planted import typeset

__all__ = ["TABLES"]

Plant = Callable[[int], bytes]
COLLEGES = ["甲学院", "乙学院"]


def _saved(thing: object) -> bytes:
    stream = io.BytesIO()
    thing.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def _frame(number: int, label: str = "一级预警") -> pd.DataFrame:
    return pd.DataFrame({"有效": [812, 640], label: [number, 41]}, index=COLLEGES)


def _workbook(*rows: list[object], state: str = "visible") -> bytes:
    book = Workbook()
    book.active["A1"] = "说明"  # type: ignore[index]
    sheet = book.create_sheet("数据")
    for row in rows:
        sheet.append(row)
    sheet.sheet_state = state
    return _saved(book)


def _merged(number: int) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["学院", "一级预警", ""], ["", "人数", "已访谈"], ["甲学院", number, 41]):
        sheet.append(row)
    sheet.merge_cells("B1:C1")
    return _saved(book)


def _written(write: Callable[[io.BytesIO], object]) -> bytes:
    stream = io.BytesIO()
    write(stream)
    return stream.getvalue()


def _word(number: int) -> bytes:
    document = Document()
    table = document.add_table(2, 3)
    for row, line in enumerate((["学院", "有效", "转介校中心（人）"], ["甲学院", "812", number])):
        for column, text in enumerate(line):
            table.cell(row, column).text = str(text)
    return _saved(document)


def _slide(number: int) -> bytes:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    frame = slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1))
    for row, line in enumerate((["学院", "重点关爱人数"], ["甲学院", number])):
        for column, text in enumerate(line):
            frame.table.cell(row, column).text = str(text)
    return _saved(deck)


def _chart(number: int, *, only: str) -> bytes:
    """A chart whose own numbers, or those of whose workbook, are planted; the others are not."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    data = CategoryChartData()
    data.categories = COLLEGES
    data.add_series("一级预警", (number if only == "chart" else 30, 41))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, 0, 0, Inches(4), Inches(3), data)
    rows: list[list[object]] = [["", "一级预警"], ["甲学院", 30], ["乙学院", 41]]
    rows[1][1] = number if only == "workbook" else 30
    frame.chart.part.chart_workbook.xlsx_part._blob = _workbook(*rows)
    return _saved(deck)


def _notebook(**data: str) -> bytes:
    shown = {name.replace("_", "/"): text for name, text in data.items()}
    output = nbformat.v4.new_output("execute_result", shown, execution_count=1)
    cell = nbformat.v4.new_code_cell("x", outputs=[output])
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()


def _printed(number: int) -> bytes:
    output = nbformat.v4.new_output("stream", name="stdout", text=f"{_frame(number)}\n")
    cell = nbformat.v4.new_code_cell("x", outputs=[output])
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()


def _parameters(number: int) -> bytes:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["papermill"] = {"parameters": {"一级预警": number}}
    return nbformat.writes(notebook).encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _pdf(rows: list[list[object]], align: str = "center") -> bytes:
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
    return typeset(f"#table(columns: {len(rows[0])}, align: {align}, {cells})")


def _html(inner: str) -> bytes:
    return f"<!DOCTYPE html><html><body>{inner}</body></html>".encode()


TABLES: dict[str, tuple[str, Plant]] = {
    "html": ("a.html", lambda n: _html(_frame(n).to_html())),
    "html on its side": ("a.html", lambda n: _html(_frame(n).T.to_html())),
    "html with levels": (
        "a.html",
        lambda n: _html(pd.concat({"2024": _frame(n)}, axis=1).to_html()),
    ),
    "html in a table": (
        "a.html",
        lambda n: _html(f"<table><tr><td>{_frame(n).to_html()}</td></tr></table>"),
    ),
    "html around a table": (
        "a.html",
        lambda n: _html(
            "<table><tr><th>学院</th><th>一级预警</th></tr><tr><td>甲<table><tr><td>乙</td></tr>"
            f"</table></td><td>{n}</td></tr></table>"
        ),
    ),
    "html with a cell over two rows": (
        "a.html",
        lambda n: _html(
            "<table><tr><th rowspan=2>学院</th><th colspan=2>一级预警</th></tr>"
            f"<tr><th>人数</th><th>已访谈</th></tr><tr><td>甲</td><td>{n}</td><td>9</td></tr></table>"
        ),
    ),
    "html in capitals, without an end": (
        "a.html",
        lambda n: _html(f"<TABLE><TR><TH>学院<TH>一级预警<TR><TD>甲学院<TD ALIGN=right>{n}</TD>"),
    ),
    "html script": (
        "a.html",
        lambda n: _html(f'<script>var s = {{"name": "x", "一级预警": [{n}, 41]}}</script>'),
    ),
    "ipynb html": ("a.ipynb", lambda n: _notebook(text_html=_frame(n).to_html())),
    "ipynb text": ("a.ipynb", lambda n: _notebook(text_plain=str(_frame(n)))),
    "ipynb markdown": (
        "a.ipynb",
        lambda n: _notebook(text_markdown=f"| 学院 | 一级预警 |\n|:--|--:|\n| 甲 | {n} |\n"),
    ),
    "ipynb printed": ("a.ipynb", _printed),
    "ipynb series": ("a.ipynb", lambda n: _notebook(text_plain=str(_frame(n).loc["甲学院"]))),
    "ipynb parameters": ("a.ipynb", _parameters),
    "csv": ("a.csv", lambda n: _frame(n).to_csv().encode("utf-8-sig")),
    "csv quoted": ("a.csv", lambda n: f'"学院","一级预警人数"\n"甲","{n}"\n'.encode("gb18030")),
    "csv below cells with commas": (
        "a.csv",
        lambda n: f'学院,有效,一级预警\n"甲, 本部","1,812",41\n"乙","640",{n}\n'.encode(),
    ),
    "csv below a title": (
        "a.csv",
        lambda n: (
            f"一级预警,二级预警统计表\n学院,有效,一级预警\n甲,812,41\n合计\n乙,640,{n}\n".encode()
        ),
    ),
    "tsv": ("a.txt", lambda n: _frame(n).to_csv(sep="\t").encode("utf-16")),
    "csv by machine name": ("a.csv", lambda n: f"college,n_l1\nC01,{n}\n".encode()),
    "csv far below": (
        "a.csv",
        lambda n: ("学院,一级预警\n" + "甲,50\n" * 900 + f"乙,{n}\n").encode(),
    ),
    "xlsx": ("a.xlsx", lambda n: _workbook(["学院", "一级预警（人次）"], ["甲学院", n])),
    "xlsx hidden": (
        "a.xlsx",
        lambda n: _workbook(["学院", "一级预警"], ["甲学院", n], state="veryHidden"),
    ),
    "xlsx on its side": (
        "a.xlsx",
        lambda n: _workbook(["指标", "甲学院", "乙学院"], ["转介医疗机构", n, 41]),
    ),
    "xlsx a row each": (
        "a.xlsx",
        lambda n: _workbook(["学院", "指标", "数值"], ["甲学院", "一级预警", n]),
    ),
    "xlsx far away": (
        "a.xlsx",
        lambda n: _workbook([*[None] * 200, "一级预警"], [], [], [*[None] * 200, n]),
    ),
    "xlsx merged header": ("a.xlsx", _merged),
    "docx": ("a.docx", _word),
    "pptx": ("a.pptx", _slide),
    "pptx numbers of a chart": ("a.pptx", lambda n: _chart(n, only="chart")),
    "pptx workbook of a chart": ("a.pptx", lambda n: _chart(n, only="workbook")),
    "parquet": ("a.parquet", lambda n: _written(_frame(n).to_parquet)),
    "parquet by machine name": ("a.parquet", lambda n: _written(_frame(n, "n_l2").to_parquet)),
    "parquet with gaps": (
        "a.parquet",
        lambda n: _written(
            lambda stream: pd.DataFrame({"一级预警": [float(n), None]}).to_parquet(stream)
        ),
    ),
    "parquet a row each": (
        "a.parquet",
        lambda n: _written(
            lambda stream: pd.DataFrame(
                {"college": ["C01", "C02"], "metric": ["n_l1", "n_valid"], "value": [n, 812]}
            ).to_parquet(stream)
        ),
    ),
    "parquet of many rows": (
        "a.parquet",
        lambda n: _written(pd.DataFrame({"有效": 812, "一级预警": [41] * 60_000 + [n]}).to_parquet),
    ),
    "feather": ("a.feather", lambda n: _written(_frame(n).reset_index().to_feather)),
    "pdf": ("a.pdf", lambda n: _pdf([["学院", "一级预警"], ["甲学院", n], ["乙学院", 41]])),
    "pdf with a header of two lines": (
        "a.pdf",
        lambda n: _pdf(
            [["学院", "有效\\\n（人次）", "一级预警\\\n（人次）", "率"], ["甲学院", 812, n, "0.4%"]]
        ),
    ),
    "pdf numbers on the right": (
        "a.pdf",
        lambda n: _pdf([["学院", "一级预警人数", "有效"], ["甲学院", n, 812]], "right"),
    ),
    "pdf on its side": ("a.pdf", lambda n: _pdf([["指标", "2024-2025"], ["转介校中心", n]])),
    "json": ("a.json", lambda n: _json({"C01": {"一级预警": n}})),
    "json records": ("a.json", lambda n: _json([{"学院": "甲", "一级预警": n}])),
    "json columns": ("a.json", lambda n: _frame(n).to_json(force_ascii=False).encode()),
    "json split": (
        "a.json",
        lambda n: _frame(n).to_json(orient="split", force_ascii=False).encode(),
    ),
    "json for a chart": ("a.json", lambda n: _json({"data": [{"name": "一级预警", "value": n}]})),
}
