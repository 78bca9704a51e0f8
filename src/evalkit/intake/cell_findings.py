"""One cell of a sheet: what it says, and what is to be said about it at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from evalkit.findings import Finding, Severity
from evalkit.intake.cells import Context, Reading, clean, is_blank
from evalkit.ledger import Column
from evalkit.personal_data import masked
from evalkit.spreadsheets import CellFault, RawSheet

__all__ = ["Cell", "as_typed", "read_cell", "told"]

_WORD = re.compile("[\u4e00-\u9fff]{2}")

_FORMULAS: dict[CellFault, tuple[str, str, str, Severity]] = {
    "no_result": (
        "是公式，但文件中没有保存计算结果",
        "数字或文字",
        "请用 Excel 或 WPS 打开，保存一次再提交，或直接填写结果",
        Severity.ERROR,
    ),
    "error": (
        "的公式出错，显示为错误值",
        "能算出结果的公式，或直接填写的数字",
        "请改正公式，或直接填写结果",
        Severity.ERROR,
    ),
    "external": (
        "的公式引用了另一个文件，读取的是上次保存的结果",
        "直接填写的数字，或只引用本文件的公式",
        "请核对结果，并改为直接填写",
        Severity.WARNING,
    ),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its sheet and its place; row and column count from zero."""

    raw: RawSheet
    row: int
    place: int
    content: object


def read_cell(
    cell: Cell, column: Column, context: Context, *, coded: bool = False
) -> tuple[Reading, list[Finding]]:
    """Read one cell.

    Parameters
    ----------
    cell : Cell
        What stands where.
    column : Column
        The column that it belongs to.
    context : Context
        What it is to be understood by.
    coded : bool
        Whether the sheet holds a row a student: words that cannot be used may then be a name, and
        are not repeated.

    Returns
    -------
    (Reading, list of Finding)
        With a finding of severity ``E`` there is no value.
    """
    faults = cell.raw.faults
    fault = faults.get((cell.row, cell.place)) if faults else None
    if fault == "external" and is_blank(cell.content):
        fault = "no_result"
    if fault in ("no_result", "error"):
        return Reading(None), [_formula(cell, column, fault)]
    reading = clean(cell.content, column, context)
    findings = [] if fault is None else [_formula(cell, column, fault)]
    if reading.remarks or reading.blank:
        findings += told(cell, column, context, reading, coded=coded)
    return reading, findings


def told(
    cell: Cell, column: Column, context: Context, reading: Reading, *, coded: bool = False
) -> list[Finding]:
    """Return what is to be said about a cell that was read."""
    content = cell.content
    refused = reading.value is None and not reading.blank
    if refused and coded and isinstance(content, str) and _WORD.search(content):
        column = _hushed(column)
        reading = clean(content, column, context)
    findings = list(_remarks(cell, column, reading))
    if reading.blank and column.required == "always":
        findings.append(_not_filled(cell, column))
    return findings


def _hushed(column: Column) -> Column:
    return column.model_copy(update={"private": True})


def _remarks(cell: Cell, column: Column, reading: Reading) -> Iterator[Finding]:
    where = cell.raw.location(cell.row, cell.place)
    # A column that is private in some rows is silent in all: the row is not yet known.
    silent = column.private or bool(column.private_where)
    shown = "" if silent else masked(as_typed(cell.content))
    for remark in reading.remarks:
        yield Finding(
            remark.code,
            remark.severity,
            where,
            f"“{column.header}”{remark.what}",
            shown,
            remark.rule,
            remark.mend,
        )


def _not_filled(cell: Cell, column: Column) -> Finding:
    return Finding(
        "V01",
        Severity.ERROR,
        cell.raw.location(cell.row, cell.place),
        f"“{column.header}”没有填写",
        "",
        column.note or "必须填写",
        "请补填",
    )


def _formula(cell: Cell, column: Column, fault: CellFault) -> Finding:
    what, rule, mend, severity = _FORMULAS[fault]
    where = cell.raw.location(cell.row, cell.place)
    return Finding("T06", severity, where, f"“{column.header}”{what}", "", rule, mend)


def as_typed(content: object) -> object:
    """Return a cell as its sheet shows it."""
    if isinstance(content, datetime):
        midnight = (content.hour, content.minute, content.second) == (0, 0, 0)
        return f"{content:%Y-%m-%d}" if midnight else f"{content:%Y-%m-%d %H:%M}"
    return content.isoformat() if isinstance(content, date) else content
