"""What a cell says while it is being filled: drop-downs, hints, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from evalkit.ledger.model import LISTS, Column
from evalkit.ledger.styles import NUMERIC
from evalkit.workspace import AcademicYear

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Lists", "Setting", "hint", "validate"]

_Style = Literal["stop", "warning", "information"]
_STYLES: dict[str, _Style] = {"E": "stop", "W": "warning", "I": "information"}
_ANY = 999_999_999
_DAY_ZERO = date(1899, 12, 30)
_EARLIEST, _LATEST = date(1950, 1, 1), date(2099, 12, 31)


class Lists:
    """The hidden sheet whose columns feed the drop-downs."""

    def __init__(self, workbook: Workbook) -> None:
        self._page = workbook.create_sheet(LISTS)
        self._workbook = workbook
        self._columns: dict[tuple[str, ...], str] = {}

    def reference(self, options: Sequence[str]) -> str:
        """Return the cells that hold these options, written there once."""
        options = tuple(options)
        if options not in self._columns:
            place = len(self._columns) + 1
            for row, option in enumerate(options, 1):
                self._page.cell(row, place, option)
            letter = get_column_letter(place)
            self._columns[options] = f"{LISTS}!${letter}$1:${letter}${len(options)}"
        return self._columns[options]

    def close(self) -> None:
        """Hide the sheet, and put it behind all others."""
        self._page.sheet_state = "hidden"
        self._workbook.move_sheet(self._page, len(self._workbook.worksheets))


@dataclass(frozen=True)
class Setting:
    """What the rules of all cells share.

    ``sources`` gives, for a column named as in ``Column.refers``, the cells of the same workbook
    that hold its values; ``offers``, by the name of a column, values that the school's own
    settings suggest. Without a ``year``, days are not held against one.
    """

    lists: Lists
    year: AcademicYear | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, Sequence[str]] = field(default_factory=dict)


def hint(column: Column) -> str:
    """Return what whoever fills the cell is told: whether it must be filled, and how."""
    must = {"always": "必填", "optional": "选填", "conditional": column.when}[column.required]
    several = ""
    if column.type == "enums":
        several = f"可填多项，用“、”隔开：{'、'.join(column.allowed)}"
    unit = f"单位：{column.unit}" if column.unit else ""
    return "；".join(text for text in (must, column.note, unit, several) if text)


def validate(
    page: Worksheet, column: Column, cells: str, setting: Setting, *, unique: bool = False
) -> None:
    """Give a column's cells their drop-down, hint and limits.

    Parameters
    ----------
    page : Worksheet
        The sheet.
    column : Column
        The definition.
    cells : str
        One range or cell, such as ``"C6:C2000"``.
    setting : Setting
        What all cells share.
    unique : bool
        Whether a value may stand in these cells only once.
    """
    rule = _rule(column, cells.partition(":")[0], setting)
    if rule is None:
        rule = _only_once(cells) if unique else DataValidation(type=None)
    rule.allow_blank = True
    rule.promptTitle = column.header[:32]
    rule.prompt = hint(column)[:255]
    rule.showInputMessage = True
    rule.errorTitle = "填写有误" if rule.errorStyle in (None, "stop") else "请再核对"
    rule.add(cells)
    page.add_data_validation(rule)


def _rule(column: Column, first: str, setting: Setting) -> DataValidation | None:
    if column.type in ("enum", "bool"):
        options = column.allowed or ("是", "否")
        return _choice(
            setting.lists.reference(options), f"请从下拉列表中选择：{'、'.join(options)}"
        )
    if offered := setting.offers.get(column.name):
        error = f"一般为：{'、'.join(offered)}。确实是别的内容的，可以继续。"
        return _choice(setting.lists.reference(offered), error, "warning")
    if column.refers in setting.sources and column.type in ("str", "id"):
        return _reference(column, setting.sources[column.refers])
    if column.type in NUMERIC:
        return _number(column, first)
    if column.type in ("date", "datetime"):
        return _day(column, setting.year)
    if setting.year is None:
        return None
    return _of_the_year(column, setting.lists, setting.year)


def _choice(cells: str, error: str, style: _Style | None = "stop") -> DataValidation:
    """Return a drop-down; without a style it only suggests."""
    return DataValidation(
        type="list",
        formula1=cells,
        errorStyle=style or "stop",
        error=error[:255],
        showErrorMessage=style is not None,
    )


def _reference(column: Column, cells: str) -> DataValidation:
    """Offer what the other sheet holds; a name that is not there yet is queried, not refused."""
    error = f"另一张表里还没有这个{column.header}。写法须与那张表完全相同；确实无误的，可以继续。"
    # Several names in a cell, or only some of the rows: no list can tell a right one from a wrong.
    loose = column.people or bool(column.refers_when)
    return _choice(cells, error, None if loose else "warning")


def _of_the_year(column: Column, lists: Lists, year: AcademicYear) -> DataValidation | None:
    grades = [f"{year.start - back}级" for back in range(5)]
    if column.type == "grade":
        error = f"一般为 {grades[2]}至 {grades[0]}，写作“{grades[0]}”。确实是别的年级的，可以继续。"
        return _choice(lists.reference(grades), error, "warning")
    if column.type == "grades":
        return _choice(lists.reference(["全体", *grades]), "", None)
    if column.type == "ym":
        months = [year.month_label(month) for month in year.months]
        error = f"请从下拉列表中选择，或写作“{months[0]}”。"
        if column.in_year != "E":
            error += "确实不在本学年的，可以继续。"
        return _choice(lists.reference(months), error, _STYLES[column.in_year or "W"])
    return None


def _day(column: Column, year: AcademicYear | None) -> DataValidation:
    first, last, weight = _EARLIEST, _LATEST, "E"
    error = "请写作“2024-10-12”这样的日期"
    if year is not None:
        error = f"请写作“{year.start}-10-12”这样的日期"
    if column.type == "datetime":
        error = error.replace("-12”", "-12 21:30”").replace("日期", "日期和时间")
    error += "，一格只写一个。"
    if year is not None and column.in_year is not None:
        first, last, weight = year.first_day, year.last_day, column.in_year
        error += f"本学年为 {first} 至 {last}。"
        if weight != "E":
            error += "确实不在本学年的，可以继续。"
    return DataValidation(
        type="date",
        operator="between",
        formula1=str(_serial(first)),
        # The last day counts to its end.
        formula2=f"{_serial(last)}.99999" if column.type == "datetime" else str(_serial(last)),
        errorStyle=_STYLES[weight],
        error=error,
        showErrorMessage=True,
    )


def _serial(day: date) -> int:
    return (day - _DAY_ZERO).days


def _number(column: Column, first: str) -> DataValidation:
    low, high = column.minimum, column.maximum
    kind = "整数" if column.type == "int" else "数"
    if low is not None and high is not None:
        allowed = f" {low} 至 {high} 之间的{kind}"
    elif low is not None:
        allowed = f"不小于 {low} 的{kind}"
    elif high is not None:
        allowed = f"不大于 {high} 的{kind}"
    else:
        allowed = kind
    least = Decimal(-_ANY) if low is None else low
    most = Decimal(_ANY) if high is None else high
    error = f"请填{allowed}，不带单位"
    if column.step is not None and column.type != "int":
        steps = f"{first}/{column.step}"
        return DataValidation(
            type="custom",
            formula1=(
                f"AND(ISNUMBER({first}),{first}>={least},{first}<={most},"
                f"ABS({steps}-ROUND({steps},0))<0.000001)"
            ),
            error=f"{error}，以 {column.step} 为一档",
            showErrorMessage=True,
        )
    return DataValidation(
        type="whole" if column.type == "int" else "decimal",
        operator="between",
        formula1=str(least),
        formula2=str(most),
        error=error,
        showErrorMessage=True,
    )


def _only_once(cells: str) -> DataValidation:
    first, _, last = cells.partition(":")
    column, row = first.rstrip("0123456789"), first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    fixed = f"${column}${row}:${column}${last.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"
    return DataValidation(
        type="custom",
        formula1=f"COUNTIF({fixed},{first})<2",
        errorStyle="warning",
        error="上面或下面的某一行已经用过这个内容。请核对；确实无误的，可以继续。",
        showErrorMessage=True,
    )
