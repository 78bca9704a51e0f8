"""What the centre's calendar and dictionary say, before any college's ledger is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from evalkit.intake.cells import Context, clean
from evalkit.intake.checks import Setting
from evalkit.intake.senders import Input, pages_of
from evalkit.intake.sheets import find_page, read_sheet
from evalkit.ledger import Column, Ledger
from evalkit.ledger.model import normalise
from evalkit.spreadsheets import Book
from evalkit.workspace import AcademicYear

__all__ = ["Known", "learn"]

_CALENDAR = "calendar_dict"
_ALIAS, _SECOND_START = "alias", "sem2_start"
_DAY = Column(name="day", header="日期", type="date")


@dataclass(frozen=True, slots=True)
class Known:
    """The year with its semesters, and the colleges' further names with their codes."""

    setting: Setting
    aliases: dict[str, str]


def learn(
    centre: Input, book: Book, ledger: Ledger, year: AcademicYear, names: Mapping[str, str]
) -> Known:
    """Take the second semester's first day and further names from the centre's workbook.

    Parameters
    ----------
    centre, book
        The workbook, and what was read from it.
    ledger, year
        The definition of its sheets, and the year.
    names : mapping
        Normalised code, name or alias of a college → its code, as far as known. A further name
        that already means another college is passed over: the settings go first.
    """
    setting = Setting(year)
    aliases: dict[str, str] = {}
    sheet = next((s for s in ledger.of("centre") if s.name == _CALENDAR), None)
    page = find_page(pages_of(centre, book), sheet) if sheet is not None else None
    if sheet is None or page is None:
        return Known(setting, aliases)
    context = Context(year, all_text=book.format == "csv")
    for row in read_sheet(page, sheet, context).rows:
        key, value = row.values.get("key"), row.values.get("value")
        target = row.values.get("canonical")
        if key == _SECOND_START:
            day = clean(value, _DAY, context).value
            if isinstance(day, date) and year.first_day < day <= year.last_day:
                setting = Setting(year, day)
        elif key == _ALIAS and value and target:
            other = normalise(str(value))
            if other not in names:
                aliases.setdefault(other, names.get(normalise(str(target)), str(target)))
    return Known(setting, aliases)
