"""The first page of a workbook: who fills what, how, and what never to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment
from openpyxl.worksheet.hyperlink import Hyperlink

from evalkit.ledger.cover_text import HOW, NEVER, SUBJECT, WHO
from evalkit.ledger.model import Sheet, Workbook
from evalkit.ledger.page import protect, set_up_print
from evalkit.ledger.styles import (
    BORDER,
    CONDITIONAL,
    EXAMPLE,
    FIXED,
    HEAD,
    INK,
    MISSING,
    MUTED,
    OPEN,
    OPTIONAL,
    PAPER,
    TABS,
    fill,
    font,
    lines,
)

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["COVER", "Cover", "write_cover"]

COVER = "填写说明"
"""Name of the tab; it is not read."""

_WIDTHS = (22, 14, 40, 30)
_WIDE = sum(_WIDTHS)
_LEGEND = (
    ("表头＊", HEAD, "FFFFFF", "必填的列"),
    ("表头（＊）", CONDITIONAL, "FFFFFF", "某些情况下必填，选中格子可以看到是什么情况"),
    ("表头", OPTIONAL, "FFFFFF", "选填的列"),
    ("例：示范", EXAMPLE, MUTED, "示范行，不会被读取"),
    ("", MISSING, INK, "这一行已经动笔，还缺这一格必填的内容；填好后颜色自动消失"),
    ("已填好", FIXED, INK, "已经由校心理中心填好，不用改动"),
)
_TAB_LEGEND = (
    ("核心", TABS["core"], "核心表的标签"),
    ("核心 · 用编号", TABS["coded"], "只能用编号、不能写姓名的表的标签"),
    ("可选", TABS["optional"], "可以整张留空的表的标签"),
)


@dataclass(frozen=True)
class Cover:
    """What is particular to one workbook.

    ``file`` is the name under which it is handed in, ``carried`` a remark on what was carried
    over from the year before, ``to`` whom it is sent to.
    """

    kind: Workbook
    file: str
    carried: str = ""
    to: str = ""


def write_cover(
    page: Worksheet, cover: Cover, sheets: Sequence[Sheet], heading: str, footer: str
) -> None:
    """Write the whole page."""
    for letter, width in zip("ABCD", _WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    _line(page, 1, f"{heading}　{SUBJECT[cover.kind]}填写说明", size=16, colour=HEAD, bold=True)
    page.row_dimensions[1].height = 34
    row = _paragraph(page, 2, f"致：{cover.to}") if cover.to else 2
    row = _section(page, row, "一、谁来填，什么时候交", WHO[cover.kind])
    if cover.carried:
        row = _paragraph(page, row, f"◆ {cover.carried}", bold=True)
    row = _blanks(page, row, cover)
    if cover.kind != "judge":
        row = _section(page, row + 1, "二、填哪些表（点表名可以跳过去）", ())
        row = _sheets(page, row, sheets)
    number = "二" if cover.kind == "judge" else "三"
    how = HOW.get(cover.kind, HOW["college"])
    row = _section(page, row + 1, f"{number}、怎样填", how)
    number = "三" if cover.kind == "judge" else "四"
    row = _section(page, row + 1, f"{number}、绝不能写的内容", ())
    row = _paragraph(page, row, NEVER[cover.kind], colour=TABS["coded"], bold=True)
    number = "四" if cover.kind == "judge" else "五"
    row = _section(page, row + 1, f"{number}、颜色的意思", ())
    _legend(page, row, cover)
    page.sheet_view.showGridLines = False
    page.sheet_properties.tabColor = TABS["cover"]
    set_up_print(page, footer, portrait=True, pages=1)
    protect(page)


def _line(
    page: Worksheet, row: int, text: str, *, size: int = 10, colour: str = INK, bold: bool = False
) -> None:
    page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_WIDTHS))
    cell = page.cell(row, 1, text)
    cell.font = font(size, colour, bold=bold)
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _section(page: Worksheet, row: int, head: str, paragraphs: Sequence[str]) -> int:
    _line(page, row, head, size=12, colour=HEAD, bold=True)
    page.row_dimensions[row].height = 26
    row += 1
    for number, text in enumerate(paragraphs, 1):
        row = _paragraph(page, row, f"{number}. {text}")
    return row


def _paragraph(
    page: Worksheet, row: int, text: str, *, colour: str = INK, bold: bool = False
) -> int:
    _line(page, row, text, colour=colour, bold=bold)
    page.row_dimensions[row].height = 16 * lines(text, _WIDE) + 4
    return row + 1


def _blanks(page: Worksheet, row: int, cover: Cover) -> int:
    """Write the lines that the centre fills before it sends the workbook out."""
    for label in ("交回的截止日期", "校心理中心联系人", "办公电话或邮箱"):
        name, value = page.cell(row, 1, label), page.cell(row, 2)
        name.font, name.fill, name.border = font(bold=True), fill(PAPER), BORDER
        name.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        page.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
        for place in (2, 3):
            page.cell(row, place).border = BORDER
        value.font, value.protection, value.number_format = font(), OPEN, "@"
        value.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        page.row_dimensions[row].height = 22
        row += 1
    return _paragraph(page, row, f"交回时文件名请保持“{cover.file}”，不要另加字样。")


def _sheets(page: Worksheet, row: int, sheets: Sequence[Sheet]) -> int:
    for place, head in enumerate(("表", "要求", "怎样算一行", "填写人（由站长分工）"), 1):
        cell = page.cell(row, place, head)
        cell.font, cell.fill, cell.border = font(bold=True, colour="FFFFFF"), fill(HEAD), BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center")
    page.row_dimensions[row].height = 22
    for sheet in sheets:
        row += 1
        need = "核心" if sheet.core else "可选"
        if sheet.coded:
            need += " · 用编号"
        for place, text in enumerate((sheet.tab, need, sheet.rows, None), 1):
            cell = page.cell(row, place, text)
            cell.font, cell.border = font(bold=place == 2 and sheet.core), BORDER
            cell.alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=place == 3, indent=1
            )
        link = page.cell(row, 1)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{sheet.tab}'!A1")
        link.font = font(colour="1A6FB0")
        page.cell(row, 4).protection = OPEN
        page.row_dimensions[row].height = 16 * lines(sheet.rows, _WIDTHS[2]) + 4
    return row + 1


def _legend(page: Worksheet, row: int, cover: Cover) -> None:
    shown = list(_LEGEND)
    if cover.kind == "judge":
        shown = [item for item in shown if item[1] not in (CONDITIONAL, MISSING)]
    else:
        shown += [(text, colour, "FFFFFF", meaning) for text, colour, meaning in _TAB_LEGEND]
    if cover.kind == "centre":
        shown = [item for item in shown if item[1] != TABS["coded"]]
    for text, ground, ink, meaning in shown:
        page.merge_cells(start_row=row, start_column=2, end_row=row, end_column=4)
        _swatch(page.cell(row, 1, text), ground, ink)
        remark = page.cell(row, 2, meaning)
        remark.font, remark.alignment = (
            font(),
            Alignment(horizontal="left", vertical="center", indent=1),
        )
        page.row_dimensions[row].height = 20
        row += 1


def _swatch(cell: Cell | MergedCell, ground: str, ink: str) -> None:
    cell.fill, cell.border = fill(ground), BORDER
    cell.font = font(9, ink, italic=ground == EXAMPLE, bold=ink == "FFFFFF")
    cell.alignment = Alignment(horizontal="center", vertical="center")
