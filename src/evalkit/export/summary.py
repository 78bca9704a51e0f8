"""汇总.xlsx: the sheet of totals, with live formulas that reproduce every sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.export.characters import visible
from evalkit.export.formulas import Layout
from evalkit.outputs import workbook_bytes
from evalkit.privacy import Released
from evalkit.rubric import Rubric

__all__ = ["SummaryTables", "summary_workbook"]

DETAILS, TOTALS, MEANS = "评分明细", "汇总", "要点均分"
_HEAD = PatternFill("solid", fgColor="1F5C7A")
_GREY = PatternFill("solid", fgColor="D5DAE0")
_PALE = PatternFill("solid", fgColor="F4F7FA")
_BORDER = Border(*(Side(style="thin", color="C9D2DC"),) * 4)
_FONT = "微软雅黑"
SHORT = 4
"""Texts of at most so many characters are centred, like numbers; longer ones begin at the left."""
_TOP = 4
"""Row of the header; title and note stand above, data below."""


@dataclass(frozen=True, slots=True)
class SummaryTables:
    """What goes into the workbook, released.

    ``details``, ``totals``, ``ranking``, ``results`` are ``SchoolView.score_details()``,
    ``judge_totals()``, ``ranking()``, ``exact_results()``; ``lists`` are further tables by the
    name of their sheet, written as they are.
    """

    details: Released
    totals: Released
    ranking: Released
    results: Released
    lists: Mapping[str, Released]


def summary_workbook(
    tables: SummaryTables, rubric: Rubric, *, title: str, notes: Sequence[str]
) -> bytes:
    """Return the workbook.

    Judges' scores are values; totals, means, final scores, bands and ranks are formulas over
    them, each with its result stored beside it for programs that do not calculate.

    Parameters
    ----------
    tables : SummaryTables
        The panel's results.
    rubric : Rubric
        The rules that the formulas follow.
    title : str
        School and year.
    notes : sequence of str
        Provenance and notices, on the last sheet.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    cached: dict[str, dict[str, str | int | float]] = {}
    if len(tables.ranking):
        totals_page = workbook.create_sheet(TOTALS)
        details_page = workbook.create_sheet(DETAILS)
        means_page = workbook.create_sheet(MEANS)
        rows = _details(details_page, tables, rubric, title, cached)
        _means(means_page, tables, rubric, title, cached, len(tables.details))
        _totals(totals_page, tables, rubric, title, cached, rows)
    for name, table in tables.lists.items():
        _list(workbook.create_sheet(name), table, f"{title}　{name}")
    _notes(workbook.create_sheet("说明"), title, notes)
    return workbook_bytes(workbook, cached)


def _details(
    page: Worksheet,
    tables: SummaryTables,
    rubric: Rubric,
    title: str,
    cached: dict[str, dict[str, str | int | float]],
) -> dict[tuple[str, str], int]:
    """Write every judge's scores; return the row of each college and judge."""
    heads = ["学院", "评委", "回避"]
    heads += [f"{i.label}\n（{i.points}分）" for i in rubric.indicators] + ["合计"]
    _start(page, f"{title}　评委评分明细", "分数为评委所评，合计为公式。回避的评委不评分。", heads)
    values = cached.setdefault(DETAILS, {})
    places: dict[tuple[str, str], int] = {}
    last = 3 + len(rubric.indicators)
    for row, record in enumerate(_records(tables.details), _TOP + 1):
        places[record["college"], record["judge"]] = row
        scores = [record[indicator.column] for indicator in rubric.indicators]
        _put(page, row, [record["college"], record["judge"], "是" if record["recused"] else ""])
        _put(page, row, scores, start=4)
        total: Any = page.cell(row, last + 1)
        if not record["recused"]:
            first, end = get_column_letter(4), get_column_letter(last)
            total.value = f"=SUM({first}{row}:{end}{row})"
            values[total.coordinate] = float(sum(scores, Decimal(0)))
        _dress(total, "0.0##")
    _widths(page, [16, 8, 8, *[13] * len(rubric.indicators), 10])
    page.freeze_panes = f"D{_TOP + 1}"
    return places


def _means(
    page: Worksheet,
    tables: SummaryTables,
    rubric: Rubric,
    title: str,
    cached: dict[str, dict[str, str | int | float]],
    n_details: int,
) -> None:
    note = (
        "各要点得分为全部评委的平均，不去极值，供反馈使用；各要点平均之和一般不等于去极值后的得分。"
    )
    heads = ["学院", *(f"{i.label}\n（{i.points}分）" for i in rubric.indicators)]
    _start(page, f"{title}　考评要点平均分", note, heads)
    values = cached.setdefault(MEANS, {})
    last = _TOP + n_details
    results = {record["college"]: record for record in _records(tables.results)}
    for row, record in enumerate(_records(tables.ranking), _TOP + 1):
        _put(page, row, [record["college"]])
        for place, indicator in enumerate(rubric.indicators):
            column = get_column_letter(4 + place)
            cell: Any = page.cell(row, 2 + place)
            cell.value = (
                f"=AVERAGEIF({DETAILS}!$A${_TOP + 1}:$A${last},$A{row},"
                f"{DETAILS}!{column}${_TOP + 1}:{column}${last})"
            )
            values[cell.coordinate] = float(results[record["college"]][indicator.column])
            _dress(cell, "0.00")
    _widths(page, [16, *[13] * len(rubric.indicators)])
    page.freeze_panes = f"B{_TOP + 1}"


def _totals(
    page: Worksheet,
    tables: SummaryTables,
    rubric: Rubric,
    title: str,
    cached: dict[str, dict[str, str | int | float]],
    places: Mapping[tuple[str, str], int],
) -> None:
    judges = sorted(set(tables.totals.frame["judge"]))
    ranking, results = _records(tables.ranking), _records(tables.results)
    layout = Layout(rubric, len(judges), len(ranking), _TOP + 1, MEANS)
    note = f"灰底为计分时去掉的最高分和最低分。{rubric.panel.description}"
    _start(page, f"{title}　评审汇总表", note, layout.heads(judges))
    values = cached.setdefault(TOTALS, {})
    given = {(record["college"], record["judge"]): record for record in _records(tables.totals)}
    total_column = get_column_letter(4 + len(rubric.indicators))
    for row, (shown, exact) in enumerate(zip(ranking, results, strict=True), _TOP + 1):
        _put(page, row, [None, shown["college"]])
        for place, judge in enumerate(judges):
            cell: Any = page.cell(row, layout.first_judge + place)
            record = given[shown["college"], judge]
            _dress(cell, "0.0##")
            if record["recused"]:
                cell.value = "回避"
            elif record["total"] is not None:
                cell.value = f"={DETAILS}!{total_column}{places[shown['college'], judge]}"
                values[cell.coordinate] = float(record["total"])
            if record["dropped"]:
                cell.fill = _GREY
                cell.font = Font(name=_FONT, size=10, strike=True)
        for source, column in layout.sources:
            _dress(page.cell(row, column, exact[source]), "0.00##")
        for column, formula, number_format, value in layout.formulas(row, shown, exact):
            cell = page.cell(row, column)
            cell.value = formula
            values[cell.coordinate] = value
            _dress(cell, number_format)
        _put(page, row, [shown["note"] or ""], start=layout.note)
        page.cell(row, layout.score).font = Font(name=_FONT, size=10, bold=True)
    bottom = _TOP + len(ranking) + 1
    _put(page, bottom, ["各评委最高分"], start=2)
    for place in range(len(judges)):
        letter = get_column_letter(layout.first_judge + place)
        cell = page.cell(bottom, layout.first_judge + place)
        cell.value = f"=MAX({letter}{_TOP + 1}:{letter}{bottom - 1})"
        column_totals = [given[r["college"], judges[place]]["total"] for r in ranking]
        values[cell.coordinate] = max((float(t) for t in column_totals if t is not None), default=0)
        _dress(cell, "0.0##")
        cell.fill = _PALE
    page.cell(
        bottom + 2, 1, "计分人：　　　　　　复核人：　　　　　　监督人：　　　　　　评审组组长："
    )
    page.cell(bottom + 2, 1).font = Font(name=_FONT, size=10)
    for row in range(_TOP + 1, bottom + 1):
        page.row_dimensions[row].height = 30
    _widths(page, layout.widths())
    page.freeze_panes = f"C{_TOP + 1}"


def _list(page: Worksheet, table: Released, title: str) -> None:
    _start(page, title, table.note, [field.header for field in table.fields])
    for row in range(len(table)):
        _put(page, _TOP + 1 + row, [table.text(row, field.name) for field in table.fields])
    _widths(page, [_width(table, field.name, field.header) for field in table.fields])
    page.freeze_panes = f"A{_TOP + 1}"


def _notes(page: Worksheet, title: str, notes: Sequence[str]) -> None:
    _text(page["A1"], f"{title}　说明")
    page["A1"].font = Font(name=_FONT, size=14, bold=True, color="1F5C7A")
    for row, note in enumerate(notes, 3):
        cell = page.cell(row, 1)
        _text(cell, note)
        cell.font = Font(name=_FONT, size=10)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 100
    page.sheet_view.showGridLines = False


def _start(page: Worksheet, title: str, note: str, heads: Sequence[str]) -> None:
    _text(page["A1"], title)
    page["A1"].font = Font(name=_FONT, size=14, bold=True, color="1F5C7A")
    _text(page["A2"], note)
    page["A2"].font = Font(name=_FONT, size=9, color="6B7785")
    for column, head in enumerate(heads, 1):
        cell: Any = page.cell(_TOP, column)
        _text(cell, head)
        cell.font = Font(name=_FONT, size=10, bold=True, color="FFFFFF")
        cell.fill = _HEAD
        cell.border = _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    page.row_dimensions[1].height = 26
    page.row_dimensions[_TOP].height = 44
    page.sheet_view.showGridLines = False
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{_TOP}:{_TOP}"


def _put(page: Worksheet, row: int, values: Sequence[object], start: int = 1) -> None:
    for column, value in enumerate(values, start):
        cell: Any = page.cell(row, column)
        if isinstance(value, str):
            _text(cell, value)
        elif value is not None:
            cell.value = value
        _dress(cell, "0.0##" if isinstance(value, Decimal) else "General")


def _text(cell: Any, value: str) -> None:
    """Write text as text, whatever it begins with: nothing becomes a formula."""
    cell.value = visible(value)
    cell.data_type = "s"


def _dress(cell: Any, number_format: str) -> None:
    cell.font = Font(name=_FONT, size=10)
    cell.border = _BORDER
    cell.number_format = number_format
    centred = number_format != "General" or not isinstance(cell.value, str)
    centred = centred or cell.data_type == "f" or len(cell.value) <= SHORT
    cell.alignment = Alignment(
        horizontal="center" if centred else None, vertical="center", wrap_text=True
    )


def _widths(page: Worksheet, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width


def _width(table: Released, name: str, header: str) -> float:
    texts = [header, *(table.text(row, name) for row in range(len(table)))]
    longest = max(sum(1 if ord(c) < 0x2000 else 2 for c in text) for text in texts)
    return min(longest + 2.0, 60.0)


def _records(table: Released) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.frame.to_dict("records")]
