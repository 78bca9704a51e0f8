"""Opening a workbook: every sheet as a grid of raw cells with their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.clean import masked

__all__ = ["RawSheet", "address", "open_workbook"]

MAX_ROWS, MAX_COLUMNS = 20_000, 400
"""Sheets beyond this are no ledgers; reading them whole would only fill the memory."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as it was filled: ``grid[row][column]``, both from zero, beginning at cell A1."""

    file: str
    name: str
    grid: Sequence[Sequence[object]]

    def location(self, row: int | None = None, column: int | None = None) -> Location:
        """Return a place in this sheet; row and column count from zero."""
        if row is None:
            return Location(self.file, self.name)
        cell = f"第 {row + 1} 行" if column is None else address(row, column)
        return Location(self.file, self.name, cell)


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell; row and column count from zero.

    Examples
    --------
    >>> address(6, 10)
    'K7'
    """
    return f"{get_column_letter(column + 1)}{row + 1}"


def open_workbook(path: Path) -> tuple[list[RawSheet], list[Finding]]:
    """Read all sheets of a workbook, hidden ones too; the file itself is never written to.

    Returns
    -------
    sheets : list of RawSheet
        In the order of the tabs.
    findings : list of Finding
        Why the file, or one of its sheets, could not be read (codes ``F01``, ``F06``).
    """
    where = Location(path.name)
    allowed = "能用 Excel 或 WPS 打开、没有密码的 .xlsx 文件"
    try:
        workbook = CalamineWorkbook.from_path(path)
    except PasswordError:
        fault = _unreadable("F01", where, "文件设了密码，无法读取", allowed, "请去掉密码后重新提交")
        return [], [fault]
    except (CalamineError, OSError):
        mend = "请用 Excel 或 WPS 打开后另存为 .xlsx，再重新提交"
        return [], [_unreadable("F01", where, "文件损坏或不是工作簿，无法读取", allowed, mend)]
    sheets, findings = [], []
    with workbook:
        for name in workbook.sheet_names:
            try:
                sheet = workbook.get_sheet_by_name(name)
                last_row, last_column = sheet.end or (0, 0)  # from zero
                if last_row >= MAX_ROWS or last_column >= MAX_COLUMNS:
                    limit = f"至多 {MAX_ROWS} 行、{MAX_COLUMNS} 列"
                    mend = "请删去数据之外的空行空列（连同格式）后重新提交"
                    here = Location(path.name, masked(name))
                    findings.append(_unreadable("F06", here, "工作表过大，没有读取", limit, mend))
                    continue
                grid = sheet.to_python(skip_empty_area=False)
            except CalamineError:
                mend = "请用 Excel 或 WPS 打开检查这张表，另存后重新提交"
                here = Location(path.name, masked(name))
                findings.append(_unreadable("F01", here, "工作表损坏，无法读取", allowed, mend))
                continue
            sheets.append(RawSheet(path.name, masked(name), grid))
    return sheets, findings


def _unreadable(code: str, where: Location, what: str, rule: str, mend: str) -> Finding:
    return Finding(code, Severity.ERROR, where, what, "", rule, mend)
