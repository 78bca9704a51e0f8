"""Whether a sheet's definition agrees with itself and with the other sheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from evalkit.ledger.model import Column, Sheet
from evalkit.ledger.rules import rule_faults

__all__ = ["sheet_faults"]

_NOT_IN_TABS = frozenset("[]:*?/\\")
"""Characters that spreadsheet programs refuse in the name of a sheet."""

_DAYS = ("date", "ym", "datetime")
_NUMBERS = ("int", "dec", "money", "pct")
_FORMS = {
    "ym": r"\d{4}-(0[1-9]|1[0-2])",
    "grade": r"\d{4}级",
    "grades": r"全体|\d{4}级(、\d{4}级)*",
}


def sheet_faults(sheet: Sheet, sheets: Sequence[Sheet]) -> list[str]:
    """Return every fault of a sheet, one ``path: what is wrong`` each.

    Parameters
    ----------
    sheet : Sheet
        The definition.
    sheets : sequence of Sheet
        All sheets of the same kind of workbook.
    """
    return [*_disagreements(sheet), *rule_faults(sheet, sheets)]


def _disagreements(sheet: Sheet) -> Iterator[str]:
    if not _NOT_IN_TABS.isdisjoint(sheet.title):
        yield "title: 表名会写在工作表的标签上，不能含有 [ ] : * ? / \\"
    names = Counter(column.name for column in sheet.columns)
    recognised = Counter(name for column in sheet.columns for name in column.names)
    for place, column in enumerate(sheet.columns):
        where = f"columns[{place}]"
        if names[column.name] > 1:
            yield f"{where}.name: 列名“{column.name}”重复"
        elif any(recognised[name] > 1 for name in column.names):
            yield f"{where}.header: 表头或别名与同表的另一列相同"
        yield from (f"{where}.{fault}" for fault in _contradictions(column))
    yield from (f"key: 没有名为“{name}”的列" for name in sheet.key if name not in names)
    for place, column in enumerate(sheet.columns):
        yield from (f"columns[{place}].{fault}" for fault in _neighbours(column, sheet))


def _contradictions(column: Column) -> Iterator[str]:
    """Yield what is wrong with a column whatever stands beside it."""
    if column.type in ("enum", "enums") and not column.allowed:
        yield "allowed: 选项列缺少可选值"
    if column.required == "conditional" and not column.when:
        yield "when: 条件必填的列要写明什么情况下必填"
    if column.required == "conditional" and not column.required_when:
        yield "required_when: 条件必填的列要写出条件，如 status == '已完成'"
    if column.required != "conditional" and column.required_when:
        yield "required: 写了 required_when 的列应为 conditional"
    if column.in_year is not None and column.type not in _DAYS:
        yield "in_year: 只用于日期、月份和时间"
    low, high = column.minimum, column.maximum
    if low is not None and high is not None and low > high:
        yield "minimum: 下限大于上限"
    if column.pattern is not None and not _compiles(column.pattern):
        yield "pattern: 不是合格的正则表达式"
    elif column.example and not _fits(column.example, column):
        yield f"example: “{column.example}”不是这一列能填的内容"


def _neighbours(column: Column, sheet: Sheet) -> Iterator[str]:
    """Yield what a column says of others that are not there, or not such as it needs."""
    types = {other.name: other.type for other in sheet.columns}
    for name in column.private_where:
        if name not in types:
            yield f"private_where: 没有名为“{name}”的列"
    if column.until and column.until not in types:
        yield f"until: 没有名为“{column.until}”的列"
    elif column.until and (column.type, types[column.until]) != ("date", "date"):
        yield "until: 只能从一个日期列指向另一个日期列"


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _fits(example: str, column: Column) -> bool:
    """Whether an example is a value of its column, written as the ledger writes it."""
    if column.type in _NUMBERS:
        return _is_number(example, column)
    if column.type == "enum":
        return example in column.allowed
    if column.type == "enums":
        return set(example.split("、")) <= set(column.allowed)
    if column.type == "bool":
        return example in ("是", "否")
    if column.type in ("date", "datetime"):
        return _is_day(example, "%Y-%m-%d" if column.type == "date" else "%Y-%m-%d %H:%M")
    form = _FORMS.get(column.type, column.pattern)
    return form is None or re.fullmatch(form, example) is not None


def _is_number(text: str, column: Column) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    low, high = column.minimum, column.maximum
    return (
        number.is_finite()
        and (column.type != "int" or number == number.to_integral_value())
        and (low is None or number >= low)
        and (high is None or number <= high)
        and (not column.step or number % column.step == 0)
    )


def _is_day(text: str, form: str) -> bool:
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007 -- a wall clock has no zone
    except ValueError:
        return False
    # strptime takes 2024-9-1 as well; the ledger writes both digits.
    return date(found.year, found.month, found.day).isoformat() == text[:10]
