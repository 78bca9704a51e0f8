"""The numbers behind every table and figure of a report, as a workbook to reckon with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.named_styles import NamedStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.export.blocks import Block, Cards, Cell, Column, Figure, Items, Quote, Table
from evalkit.export.document import ReportDocument
from evalkit.export.fonts import text_width
from evalkit.export.numbers import Value, values_of
from evalkit.outputs import workbook_bytes

__all__ = ["numbers_workbook"]

CONTENTS, CARDS = "目录", "主要数字"
HEAD = 3
"""Row of the header on a sheet; caption and remark stand above."""
LONGEST = 32_767
"""Characters that a cell holds."""
WIDEST, NARROWEST = 60.0, 7.0
NAME = 31
"""Characters that a sheet's name may have."""
_FORBIDDEN = re.compile(r"[\\/*?:\[\]\n\t]+|^'|'$")
_CLAUSE = re.compile("[：，。；]")
"""Where a caption's first words end, which are enough for a name."""
_SIGNS = frozenset("=+-@")
"""Texts that begin so are marked as text for those who edit them."""
_FONT = "微软雅黑"
_BORDER = Border(*(Side(style="thin", color="C9D2DC"),) * 4)


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    label: str
    table: Table


def numbers_workbook(document: ReportDocument) -> bytes:
    """Return the workbook of a report, the same bytes each time.

    A sheet a table, and one for each table behind a figure. Numbers are numbers, as printed in
    the report and with formats that print them so; what the report does not show (``—*``) is not
    there either. Text is text, whatever it begins with: nothing becomes a formula.

    Parameters
    ----------
    document : ReportDocument
        The report.
    """
    sheets = list(_sheets(document.blocks))
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for style in _styles():
        workbook.add_named_style(style)
    _contents(workbook.create_sheet(CONTENTS), document, sheets)
    for sheet in sheets:
        _fill(workbook.create_sheet(sheet.name), sheet)
    workbook.properties.title = document.title[:255]
    return workbook_bytes(workbook)


def _sheets(blocks: Sequence[Block]) -> Iterator[_Sheet]:
    taken = {CONTENTS}
    for number, (kind, label, table) in enumerate(_tables(blocks), 1):
        words = _CLAUSE.split(table.caption, maxsplit=1)[0]
        name = _FORBIDDEN.sub(" ", f"{kind} {words}").strip() or f"表{number}"
        name = name[:NAME].strip()
        own, place = name, 1
        while own.casefold() in taken:
            place += 1
            own = f"{name[: NAME - len(f'（{place}）')]}（{place}）"
        taken.add(own.casefold())
        yield _Sheet(own, label, table)


def _tables(blocks: Sequence[Block]) -> Iterator[tuple[str, str, Table]]:
    """Return what becomes a sheet: how its name begins, its caption, the table."""
    for block in blocks:
        match block:
            case Table():
                yield f"表{block.number}", block.label, block
            case Figure():
                for table in block.data:
                    yield f"图{block.number}", f"{block.label}（数据）", table
            case Cards():
                yield "", CARDS, _cards(block)
            case Items():
                yield from _tables([each for item in block.items for each in item])
            case Quote():
                yield from _tables(block.blocks)
            case _:
                pass


def _cards(block: Cards) -> Table:
    columns = (
        Column("项目", kind="text"),
        Column("数值", kind="auto"),
        Column("说明", kind="text"),
    )
    rows = tuple((Cell(c.title), Cell(c.value), Cell(c.remark)) for c in block.cards)
    return Table(columns, rows, caption=CARDS)


def _styles() -> Iterator[NamedStyle]:
    """Return the looks of cells: those that share one are cheap to write."""
    font = partial(Font, name=_FONT, size=10)
    for name, letters, fill, alignment in (
        ("报告标题", font(size=14, bold=True, color="1F5C7A"), "", Alignment()),
        ("报告附注", font(size=9, color="5B6774"), "", Alignment(vertical="top")),
        ("报告表头", font(bold=True, color="FFFFFF"), "1F5C7A",
         Alignment(horizontal="center", vertical="center", wrap_text=True)),
        ("报告文字", font(), "", Alignment(vertical="center", wrap_text=True)),
        ("报告数字", font(), "", Alignment(horizontal="right", vertical="center")),
        ("报告未计", font(strike=True, color="5B6774"), "ECEFF2",
         Alignment(horizontal="right", vertical="center")),
    ):  # fmt: skip
        style = NamedStyle(name=name, font=letters, alignment=alignment)
        if fill:
            style.fill = PatternFill("solid", fgColor=fill)
        if name not in ("报告标题", "报告附注"):
            style.border = _BORDER
        yield style


def _contents(page: Worksheet, document: ReportDocument, sheets: Sequence[_Sheet]) -> None:
    _put(page, 1, 1, Value(document.title), "报告标题")
    _put(page, 2, 1, Value(document.header), "报告附注")
    row = 4
    for sheet in sheets:
        cell = _put(page, row, 1, Value(sheet.label), "报告文字")
        name = sheet.name.replace("'", "''")
        cell.hyperlink = f"#'{name}'!A1"
        cell.font = Font(name=_FONT, size=10, color="1F5C7A", underline="single")
        row += 1
    for line in document.footer:
        row += 1
        _put(page, row, 1, Value(line), "报告附注")
    page.column_dimensions["A"].width = 100
    _set_up(page, wide=False)


def _fill(page: Worksheet, sheet: _Sheet) -> None:
    table = sheet.table
    _put(page, 1, 1, Value(sheet.label), "报告标题")
    back = _put(page, 2, 1, Value("返回目录"), "报告附注")
    back.hyperlink = f"#'{CONTENTS}'!A1"
    for place, column in enumerate(table.columns, 1):
        title = f"{column.title}\n（{column.unit}）" if column.unit else column.title
        _put(page, HEAD, place, Value(title), "报告表头")
    values = values_of(table)
    cut = False
    for row, (cells, line) in enumerate(zip(table.rows, values, strict=True), HEAD + 1):
        for place, (cell, value) in enumerate(zip(cells, line, strict=True), 1):
            right = not isinstance(value.value, str) or table.columns[place - 1].right
            look = "报告数字" if right else "报告文字"
            cut |= len(cell.text) > LONGEST
            _put(page, row, place, value, "报告未计" if cell.mark == "dropped" else look)
    bottom = HEAD + len(table.rows) + 1
    notes = [table.note] if table.note else []
    if cut:
        notes.append(f"一个单元格最多 {LONGEST:,} 个字，更长的内容在此截断，全文见网页版。")
    for row, note in enumerate(notes, bottom + 1):
        _put(page, row, 1, Value(note), "报告附注")
    for place, column in enumerate(table.columns, 1):
        texts = [column.title, f"（{column.unit}）", *(row[place - 1].text for row in table.rows)]
        widest = max(2 * text_width(text[:200]) for text in texts)
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = min(max(widest + 2.5, NARROWEST), WIDEST)
    page.freeze_panes = f"B{HEAD + 1}"
    page.row_dimensions[HEAD].height = 32
    page.print_title_rows = f"{HEAD}:{HEAD}"
    _set_up(page, wide=len(table.columns) > 6)


def _set_up(page: Worksheet, *, wide: bool) -> None:
    page.row_dimensions[1].height = 26
    page.sheet_view.showGridLines = False
    page.page_setup.orientation = "landscape" if wide else "portrait"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(page: Worksheet, row: int, column: int, value: Value, look: str) -> Any:
    cell: Any = page.cell(row, column)
    if isinstance(value.value, str):
        cell.value = value.value[:LONGEST]
        cell.data_type = "s"  # whatever it begins with
    else:
        cell.value = value.value
    cell.style = look
    cell.quotePrefix = isinstance(value.value, str) and value.value[:1] in _SIGNS
    if value.number_format != "General":
        cell.number_format = value.number_format
    return cell
