"""Workbooks of the ledger: filled ones, and the blank ones that go out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from openpyxl import Workbook

from evalkit.ledger.content import Filling, Record, check_records
from evalkit.ledger.cover_page import COVER, Cover, write_cover
from evalkit.ledger.form_page import write_list, write_paper_form
from evalkit.ledger.model import Sheet
from evalkit.ledger.page import protect, set_up_print, title
from evalkit.ledger.score_template import (
    WORDING,
    as_judges_see_it,
    write_score_page,
    write_wording,
)
from evalkit.ledger.styles import TABS, CellValue
from evalkit.ledger.table_page import FIRST_ROW, source, write_table
from evalkit.ledger.validation import Lists, Setting
from evalkit.outputs import CachedValues
from evalkit.rubric import Rubric
from evalkit.workspace import AcademicYear

__all__ = [
    "FIRST_ROW",
    "CellValue",
    "Cover",
    "Filling",
    "Record",
    "write_template",
    "write_workbook",
]

Offers = Mapping[str, Sequence[str]]
_NOTHING: Offers = MappingProxyType({})


def write_workbook(
    content: Iterable[tuple[Sheet, Sequence[Record]]], *, heading: str, example: str = ""
) -> Workbook:
    """Lay records out in a new workbook, one sheet after the other.

    Parameters
    ----------
    content : iterable of (Sheet, records)
        A record maps machine names of columns to values; what is not given stays blank.
    heading : str
        Put before each sheet's title, such as ``"示例学院 2024-2025 学年"``.
    example : str
        Remark put behind each sheet's note, such as a notice that the data are invented.

    Raises
    ------
    KeyError
        If a record names a column that its sheet does not have.
    """
    workbook, setting = _begin(None, (), _NOTHING)
    for sheet, records in content:
        check_records(sheet, records)
        page = workbook.create_sheet(sheet.tab)
        if sheet.layout == "form":
            write_list(page, sheet, records[0] if records else {}, setting)
        else:
            write_table(page, Filling(sheet, records), setting)
        last = 4 if sheet.layout == "form" else len(sheet.columns)
        note = "　".join(text for text in (sheet.note, example) if text)
        title(page, f"{heading}　{sheet.title}", note, last)
        page.sheet_view.showGridLines = sheet.layout == "table"
        set_up_print(page, heading)
    _end(workbook, setting)
    return workbook


def write_template(
    fillings: Sequence[Filling],
    *,
    heading: str,
    footer: str,
    year: AcademicYear,
    cover: Cover,
    offers: Offers = _NOTHING,
) -> Workbook:
    """Lay out a blank workbook that is sent out to be filled.

    Parameters
    ----------
    fillings : sequence of Filling
        Its sheets, and what is filled in beforehand.
    heading : str
        Put before each sheet's title.
    footer : str
        Printed at the foot of each page, such as school and year.
    year : AcademicYear
        The year, for the days, months and grades that the cells take.
    cover : Cover
        What the first page says.
    offers : mapping, optional
        Column name → values that its cells suggest, such as the codes of the colleges.

    Raises
    ------
    KeyError
        If a record names a column that its sheet does not have.
    """
    workbook, setting = _begin(year, [filling.sheet for filling in fillings], offers)
    sheets = [filling.sheet for filling in fillings]
    write_cover(workbook.create_sheet(COVER), cover, sheets, heading, footer)
    for filling in fillings:
        sheet = filling.sheet
        check_records(sheet, filling.records)
        page = workbook.create_sheet(sheet.tab)
        if sheet.layout == "form":
            write_paper_form(page, filling, setting, f"{heading}　{sheet.title}")
        else:
            write_table(page, filling, setting)
            note = "　".join(text for text in (sheet.note, filling.remark) if text)
            title(page, f"{heading}　{sheet.title}", note, len(sheet.columns))
        page.sheet_view.showGridLines = sheet.layout == "table"
        kind = "coded" if sheet.coded else "core" if sheet.core else "optional"
        page.sheet_properties.tabColor = TABS[kind]
        form = sheet.layout == "form"
        set_up_print(page, footer, portrait=form, pages=1 if form else 0)
        protect(page)
    workbook.properties.title = heading
    _end(workbook, setting)
    return workbook


def write_score_template(
    filling: Filling,
    rubric: Rubric,
    *,
    heading: str,
    footer: str,
    year: AcademicYear,
    cover: Cover,
    offers: Offers = _NOTHING,
) -> tuple[Workbook, CachedValues]:
    """Lay out a judge's workbook: what to do, the score sheet, the full wording of the rubric.

    Parameters
    ----------
    filling : Filling
        The score sheet's definition, and one record for each college.
    rubric : Rubric
        What is judged.
    heading, footer, year, cover, offers
        As for :func:`write_template`.

    Returns
    -------
    workbook : Workbook
        The workbook.
    cached : mapping
        What its formulas show before anyone has typed, for :mod:`evalkit.outputs`.
    """
    workbook, setting = _begin(year, (), offers)
    check_records(filling.sheet, filling.records)
    filling = replace(filling, sheet=as_judges_see_it(filling.sheet))
    write_cover(workbook.create_sheet(COVER), cover, [filling.sheet], heading, footer)
    page = workbook.create_sheet(filling.sheet.tab)
    shown = write_score_page(page, filling, setting, rubric, heading)
    set_up_print(page, footer, pages=1)
    protect(page)
    write_wording(workbook.create_sheet(WORDING), rubric, heading, footer)
    workbook.properties.title = heading
    _end(workbook, setting)
    return workbook, {page.title: shown}


def _begin(
    year: AcademicYear | None, sheets: Sequence[Sheet], offers: Offers
) -> tuple[Workbook, Setting]:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    tables = {sheet.name: sheet for sheet in sheets if sheet.layout == "table"}
    sources = {
        f"{sheet.name}.{column.name}": source(sheet, column, template=year is not None)
        for sheet in tables.values()
        for column in sheet.columns
    }
    return workbook, Setting(Lists(workbook), year, sources, offers)


def _end(workbook: Workbook, setting: Setting) -> None:
    setting.lists.close()
    workbook.active = 0
    workbook.security.lockStructure = True
