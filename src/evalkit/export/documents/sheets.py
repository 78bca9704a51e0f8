"""Workbooks: means by indicator, lists of improvements, what goes to the students' office."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.assessment import Assessment, CollegeView
from evalkit.assessment.improvements import improvements
from evalkit.export.deck.plain_text import plain
from evalkit.export.documents.decision import MARK, YearDecisions
from evalkit.export.documents.feedback import by_rate
from evalkit.export.documents.results import winners
from evalkit.ledger.styles import lines
from evalkit.outputs import workbook_bytes

__all__ = ["details_workbook", "handover_csv", "handover_workbook", "improvements_workbook"]

_TOP = 3
"""Row of the header; title and note stand above, data below."""
_HEAD = PatternFill("solid", fgColor="E3EBF0")
_LINE = Border(*(Side(style="thin", color="8C96A2"),) * 4)
_FONT = "宋体"


def details_workbook(assessment: Assessment, decisions: YearDecisions) -> bytes:
    """Return 得分明细.xlsx: each college's mean on each indicator beside the school's.

    Means are over all judges, none left out; the last row is a live formula. A second sheet names
    strengths and gaps.
    """
    rubric, panel = assessment.rubric, tuple(assessment.panel or ())
    workbook, page = _workbook("得分明细")
    heads = [f"{i.label}（{i.points}分）" for i in rubric.indicators]
    heads = ["名次", "学院", *heads, "各要点之和", "得分", "等次"]
    note = "各要点得分为全部评委的平均，不去极值；各要点之和一般不等于去极值后的得分。"
    _start(page, _title(assessment, "得分明细"), _noted(note, decisions), heads)
    for row, result in enumerate(panel, _TOP + 1):
        means = [rubric.publish(result.indicator_means[i.id]) for i in rubric.indicators]
        whole = rubric.publish(result.untrimmed_mean)
        values = [result.rank, assessment.names[result.college], *means, whole, result.score]
        _put(page, row, [*values, result.band])
    cached: dict[str, float] = {}
    bottom = _TOP + len(panel) + 1
    _put(page, bottom, [None, "全校平均"])
    for place in range(len(rubric.indicators) + 2):
        letter = get_column_letter(3 + place)
        cell: Any = page.cell(bottom, 3 + place)
        cell.value = f"=AVERAGE({letter}{_TOP + 1}:{letter}{bottom - 1})"
        numbers = [page.cell(row, 3 + place).value for row in range(_TOP + 1, bottom)]
        cached[cell.coordinate] = float(sum(map(Fraction, map(str, numbers))) / len(numbers))
        _dress(cell, "0.00")
    _put(page, bottom, [""], start=len(heads))
    _widths(page, [7, 22, *[12] * len(rubric.indicators), 11, 9, 9])
    page.freeze_panes = f"C{_TOP + 1}"
    _standouts(workbook.create_sheet("亮点与差距"), assessment, decisions)
    return workbook_bytes(workbook, {"得分明细": cached})


def improvements_workbook(view: CollegeView, decisions: YearDecisions) -> bytes:
    """Return a college's 整改清单.xlsx, for the college to fill in and the centre to sign off."""
    workbook, page = _workbook("整改清单")
    heads = ["序号", "问题", "考评细则", "依据", "缺少的内容（全部）", "整改措施", "责任人", "期限"]
    heads += ["佐证材料", "销号"]
    note = "整改措施、责任人和佐证材料由学院填写，销号由校心理中心填写。"
    title = _title(view.assessment, f"{view.name}整改清单")
    _start(page, title, _noted(note, decisions), heads)
    listed = improvements(view)
    assessment = view.assessment
    due = str(assessment.year.next.day(assessment.workspace.schedule.corrections))
    for number, each in enumerate(listed, 1):
        names = "、".join(each.names)
        values = [number, each.problem, each.criterion, each.basis, names, "", "", due, "", ""]
        _put(page, _TOP + number, values)
    if listed:
        choice = DataValidation(type="list", formula1='"未销号,已销号"', allow_blank=True)
        choice.add(f"J{_TOP + 1}:J{_TOP + len(listed)}")
        page.add_data_validation(choice)
    else:
        _put(page, _TOP + 1, ["", "没有需要整改的考评细则"])
    _widths(page, [6, 44, 24, 34, 34, 30, 11, 12, 22, 10])
    page.freeze_panes = f"C{_TOP + 1}"
    return workbook_bytes(workbook)


def handover_workbook(assessment: Assessment, decisions: YearDecisions) -> bytes:
    """Return 移交学生工作考评.xlsx: code, score, band and award of each college."""
    workbook, page = _workbook("移交学生工作考评")
    heads, rows = _handover(assessment, decisions)
    note = "供纳入二级学院学生工作考评体系（管理办法第八条）。"
    _start(page, _title(assessment, "移交学生工作考评数据"), _noted(note, decisions), heads)
    for row, values in enumerate(rows, _TOP + 1):
        _put(page, row, values)
    _widths(page, [13, 11, 24, 10, 10, 44, 22])
    page.freeze_panes = f"A{_TOP + 1}"
    return workbook_bytes(workbook)


def handover_csv(assessment: Assessment, decisions: YearDecisions) -> bytes:
    """Return the same as CSV (UTF-8 with a mark, as Excel wants it).

    A text that a spreadsheet program would take for a formula begins with an apostrophe.
    """
    stream = io.StringIO(newline="")
    heads, rows = _handover(assessment, decisions)
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_unformula(plain(value)) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _handover(
    assessment: Assessment, decisions: YearDecisions
) -> tuple[list[str], list[list[object]]]:
    awards: dict[str, list[str]] = {}
    for award in winners(assessment, decisions):
        for each in award["people"]:
            who = f"{award['title']}（{each['name']}）" if each["name"] else award["title"]
            awards.setdefault(each["college"], []).append(who)
    panel = {result.college: result for result in assessment.panel or ()}
    rows: list[list[object]] = []
    for college in assessment.colleges:
        result = panel.get(college.code)
        rows.append(
            [
                assessment.year.name,
                college.code,
                college.name,
                result.score if result else "",
                result.band if result else "尚无评分",
                "；".join(awards.get(college.name, ())),
                decisions.mark or "已审定",
            ]
        )
    return ["学年", "学院代码", "学院", "得分", "等次", "奖项", "状态"], rows


def _standouts(page: Worksheet, assessment: Assessment, decisions: YearDecisions) -> None:
    heads = ["学院", "得分率较高的考评要点", "得分率较低的考评要点"]
    note = "按各考评要点得分占满分的比例，各取最多三项。"
    _start(page, _title(assessment, "亮点与差距"), _noted(note, decisions), heads)
    for row, result in enumerate(assessment.panel or (), _TOP + 1):
        table = assessment.college(result.college).indicators().frame
        texts = [
            "\n".join(f"{i['label']} {i['mean']}/{i['points']} 分（{i['rate']}）" for i in found)
            for found in (by_rate(table, best=True), by_rate(table, best=False))
        ]
        _put(page, row, [assessment.names[result.college], *texts])
    _widths(page, [24, 52, 52])
    page.freeze_panes = f"B{_TOP + 1}"


def _workbook(name: str) -> tuple[Workbook, Worksheet]:
    workbook = Workbook()
    page = workbook.worksheets[0]
    page.title = name
    return workbook, page


def _title(assessment: Assessment, what: str) -> str:
    return f"{assessment.workspace.school} {assessment.year} 学年　{what}"


def _noted(note: str, decisions: YearDecisions) -> str:
    return f"【{MARK}】{note}" if decisions.mark else note


def _start(page: Worksheet, title: str, note: str, heads: Sequence[str]) -> None:
    _text(page["A1"], title)
    _text(page["A2"], note)
    page["A1"].font, page["A2"].font = Font(name="黑体", size=14), Font(name=_FONT, size=9)
    for column, head in enumerate(heads, 1):
        cell: Any = page.cell(_TOP, column)
        _text(cell, head)
        cell.font, cell.fill, cell.border = Font(name="黑体", size=10), _HEAD, _LINE
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    page.row_dimensions[1].height, page.row_dimensions[_TOP].height = 26, 44
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
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
        _dress(cell, "0.00" if isinstance(value, Decimal) else "General")


def _text(cell: Any, value: str) -> None:
    """Write text as text, whatever it begins with: nothing becomes a formula."""
    cell.value = plain(value)
    cell.data_type = "s"


def _dress(cell: Any, number_format: str) -> None:
    cell.font, cell.border, cell.number_format = Font(name=_FONT, size=10), _LINE, number_format
    cell.alignment = Alignment(
        horizontal="center" if _is_short(cell) else None, vertical="center", wrap_text=True
    )


def _is_short(cell: Any) -> bool:
    return not isinstance(cell.value, str) or len(cell.value) <= 10 or cell.data_type == "f"


def _widths(page: Worksheet, widths: Sequence[float]) -> None:
    """Set the columns' widths, and rows high enough for what they hold."""
    for column, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width
        below = [page.cell(row, column) for row in range(_TOP + 1, page.max_row + 1)]
        if not all(map(_is_short, below)):  # a column begins everywhere at the same place
            for cell in below:
                if cell.has_style and isinstance(cell.value, str):
                    cell.alignment = Alignment(vertical="center", wrap_text=True)
    for row in range(_TOP + 1, page.max_row + 1):
        cells = [(page.cell(row, n), wide) for n, wide in enumerate(widths, 1)]
        texts = [(str(cell.value), wide) for cell, wide in cells if cell.data_type == "s"]
        most = max((lines(text, wide - 1) for text, wide in texts), default=1)
        # No program takes rows higher than 409 points.
        page.row_dimensions[row].height = min(13.5 * most + 6, 409)


def _unformula(value: object) -> object:
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        return f"'{value}"
    return value
