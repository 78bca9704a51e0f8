"""The judge's workbook: a row for each college, and the wording of what is judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Protection
from openpyxl.utils import get_column_letter

from evalkit.ledger.content import Filling
from evalkit.ledger.examples import EXAMPLE_MARK
from evalkit.ledger.model import Sheet
from evalkit.ledger.page import protect, set_up_print, tint, title
from evalkit.ledger.styles import (
    BORDER,
    FIXED,
    HEAD,
    MISSING,
    MUTED,
    OPEN,
    PAPER,
    TABS,
    CellValue,
    fill,
    font,
    lines,
)  # fmt: skip
from evalkit.ledger.table_page import FIRST_ROW, HEADER_ROW, set_heights, write_table
from evalkit.ledger.validation import Setting
from evalkit.rubric import Criterion, Indicator, Rubric

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["WORDING", "as_judges_see_it", "write_score_page", "write_wording"]

WORDING = "考核细则"
"""Name of the tab with the criteria; it is not read."""

_FIRST = ("college_code", "college_name", "recused")
_LAST = ("judge_id", "judge_type", "judge_college")
_WIDTHS = {
    "college_code": 9, "college_name": 16, "recused": 8, "total_reported": 9, "comment": 40,
    "signed_on": 12, "judge_id": 9, "judge_type": 9, "judge_college": 11,
}  # fmt: skip
_SCORE_WIDTH = 10.5
_SIGNATURE = "签名：　　　　　　　　　　　　　　　　　　　　　日期：　　　　　年　　　月　　　日"


def as_judges_see_it(sheet: Sheet) -> Sheet:
    """Return the score sheet's definition in the order in which it is filled.

    The college comes first; what is the same in each row stands at the right, beside the paper.
    """
    middle = [c for c in sheet.columns if c.name not in (*_FIRST, *_LAST)]
    columns = [sheet.column(n) for n in _FIRST], middle, [sheet.column(n) for n in _LAST]
    return sheet.model_copy(update={"columns": tuple(c for part in columns for c in part)})


def write_score_page(
    page: Worksheet, filling: Filling, setting: Setting, rubric: Rubric, heading: str
) -> dict[str, str | int | float]:
    """Write the score sheet, a row for each record.

    Returns
    -------
    dict
        Address → what a formula shows before anyone has typed: nothing.
    """
    sheet = filling.sheet
    letters = {c.name: get_column_letter(n) for n, c in enumerate(sheet.columns, 1)}
    first, last = FIRST_ROW + 1, FIRST_ROW + len(filling.records)
    grey = _grey(sheet, rubric)
    write_table(page, filling, setting, grey=grey, last_row=last)
    for name, letter in letters.items():
        page.column_dimensions[letter].width = _WIDTHS.get(name, _SCORE_WIDTH)
        page.column_dimensions[letter].protection = Protection(locked=True)
    title(page, f"{heading}　{sheet.title}", sheet.note, len(sheet.columns) - len(_LAST))
    page.merge_cells(f"A{FIRST_ROW}:{letters['recused']}{FIRST_ROW}")
    scores = [letters[indicator.column] for indicator in rubric.indicators]
    for indicator, letter in zip(rubric.indicators, scores, strict=True):
        page[f"{letter}{HEADER_ROW}"] = indicator.label
        page[f"{letter}{HEADER_ROW}"].fill = fill(HEAD)
    for cell in page[FIRST_ROW]:
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    set_heights(page, sheet, [None, *grey[1:]])
    formulas = _write_rows(page, filling, letters, scores)
    _mark_rows(page, letters, scores, first, last)
    _sign(page, last + 2, letters["signed_on"])
    page.freeze_panes = f"C{first}"
    page.print_area = f"A1:{letters['signed_on']}{last + 2}"
    page.sheet_properties.tabColor = TABS["core"]
    return dict.fromkeys(formulas, "")


def _grey(sheet: Sheet, rubric: Rubric) -> list[CellValue]:
    said: dict[str, CellValue] = {
        indicator.column: f"满分 {indicator.points}\n{rubric.panel.step} 分一档"
        for indicator in rubric.indicators
    }
    said["college_code"] = f"{EXAMPLE_MARK}八分半写作 8.5；各项满分与分档见右"
    said["total_reported"] = f"满分 {rubric.total}\n自动算出"
    said["comment"] = "亮点、不足和建议，会反馈给学院"
    said["signed_on"] = "只填第一行"
    return [said.get(column.name) for column in sheet.columns]


def _write_rows(
    page: Worksheet, filling: Filling, letters: dict[str, str], scores: Sequence[str]
) -> list[str]:
    """Unlock what judges fill, put the formulas in; return where these stand."""
    formulas = []
    first = FIRST_ROW + 1
    open_columns = [*scores, letters["comment"], letters["signed_on"]]
    for row, record in enumerate(filling.records, first):
        recused = record.get("recused") is True
        for name, letter in letters.items():
            cell: Any = page[f"{letter}{row}"]
            blank = name in _LAST and record.get(name) is None
            unlocked = blank or letter in open_columns or (name == "recused" and not recused)
            if recused and (letter in scores or name in ("comment", "recused")):
                unlocked = False
                cell.fill = fill(FIXED)
            cell.protection = OPEN if unlocked else Protection(locked=True)
            if name in ("college_name", "comment"):
                cell.alignment = Alignment(vertical="center", wrap_text=True)
            elif name not in ("signed_on", "judge_college"):
                cell.alignment = Alignment(horizontal="center", vertical="center")
        page[f"{letters['total_reported']}{row}"] = (
            f"=IF(COUNT({scores[0]}{row}:{scores[-1]}{row})={len(scores)},"
            f'SUM({scores[0]}{row}:{scores[-1]}{row}),"")'
        )
        page[f"{letters['total_reported']}{row}"].font = font(bold=True)
        formulas.append(f"{letters['total_reported']}{row}")
        if row > first:
            day = f"{letters['signed_on']}${first}"
            page[f"{letters['signed_on']}{row}"] = f'=IF({day}="","",{day})'
            formulas.append(f"{letters['signed_on']}{row}")
        page.row_dimensions[row].height = 44
    return formulas


def _mark_rows(
    page: Worksheet, letters: dict[str, str], scores: Sequence[str], first: int, last: int
) -> None:
    """Grey the rows of a recusal; colour what is missing in a row that has been begun."""
    recused = f'${letters["recused"]}{first}="是"'
    tint(page, f"{scores[0]}{first}:{letters['comment']}{last}", recused, FIXED, last=True)
    row = f"${scores[0]}{first}:${scores[-1]}{first}"
    missing = f"AND(COUNTA({row})>0,LEN(TRIM({scores[0]}{first}))=0)"
    tint(page, f"{scores[0]}{first}:{scores[-1]}{last}", missing, MISSING)


def _sign(page: Worksheet, row: int, right: str) -> None:
    page.merge_cells(f"A{row}:{right}{row}")
    page[f"A{row}"] = _SIGNATURE
    page[f"A{row}"].font = font(11)
    page[f"A{row}"].alignment = Alignment(vertical="center")
    page.row_dimensions[row].height = 36


def write_wording(page: Worksheet, rubric: Rubric, heading: str, footer: str) -> None:
    """Write the rubric's full wording beside the points, one row for each criterion."""
    for letter, wide in zip("ABCD", (20, 30, 9, 88), strict=True):
        page.column_dimensions[letter].width = wide
    note = f"{rubric.title}。评委按“考评要点”打分，“考评细则”没有单独的分值。{rubric.source}"
    title(page, f"{heading}　{WORDING}", note, 4)
    for place, head in enumerate(("考评指标", "考评要点", "满分", "考评细则"), 1):
        cell = page.cell(3, place, head)
        cell.font, cell.fill, cell.border = font(bold=True, colour="FFFFFF"), fill(HEAD), BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center")
    page.row_dimensions[3].height = 24
    row = 4
    for dimension in rubric.dimensions:
        top = row
        for indicator in dimension.indicators:
            start = row
            for text in [_criterion(indicator, c) for c in indicator.criteria] or [""]:
                page.cell(row, 4, text)
                page.row_dimensions[row].height = 15 * lines(text, 86) + 5
                row += 1
            page.cell(start, 2, indicator.label)
            page.cell(start, 3, indicator.points)
            for place in (2, 3):
                page.merge_cells(
                    start_row=start, start_column=place, end_row=row - 1, end_column=place
                )
        page.cell(top, 1, f"{dimension.id} {dimension.name}\n（{dimension.points} 分）")
        page.merge_cells(start_row=top, start_column=1, end_row=row - 1, end_column=1)
    for cells in page.iter_rows(min_row=4, max_row=row - 1, max_col=4):
        for place, shown in enumerate(cells, 1):
            shown.font = font(bold=place < 4)
            shown.border = BORDER
            shown.alignment = Alignment(
                horizontal="center" if place == 3 else None, vertical="center", wrap_text=True
            )
            if place < 4:
                shown.fill = fill(PAPER)
    page.cell(row, 1, f"满分合计 {rubric.total} 分").font = font(9, MUTED)
    page.freeze_panes = "A4"
    page.sheet_view.showGridLines = False
    page.sheet_properties.tabColor = TABS["optional"]
    set_up_print(page, footer, pages=1)
    page.print_title_rows = "1:3"
    protect(page)


def _criterion(indicator: Indicator, criterion: Criterion) -> str:
    """Return a criterion as the measures print it: ``① ...``, without a number if it is alone."""
    number = criterion.id.removeprefix(indicator.id).removeprefix(".")
    return f"{number} {criterion.text}".strip()
