"""A list of students with their numbers → a table of codes, which goes into no ledger.

Ledgers hold codes and never student numbers. Who keeps a college's list gets the codes from here:
the same student has the same code in every year, and nobody without the key can tell whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from evalkit.errors import DataError
from evalkit.ledger.model import normalise
from evalkit.outputs import workbook_bytes
from evalkit.privacy.pseudonyms import Keys, plain_number, pseudonyms
from evalkit.spreadsheets import read_book

__all__ = ["CodeTable", "make_code_table"]

_TOP = 12
"""In how many rows at the top the header may stand."""
_NUMBER = frozenset({"学号", "学生学号", "学籍号"})
_BESIDE = frozenset({"姓名", "学生姓名", "班级", "年级", "学院", "专业"})
"""What is taken over beside the number, so that a person is found again."""


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Codes of students.

    Attributes
    ----------
    header : tuple of str
        编号, 学号, and what else of the list is taken over.
    rows : tuple of tuple of str
        One a student, in the order of the list.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def workbook(self) -> bytes:
        """Return it as a workbook; every cell is text."""
        book = Workbook()
        sheet = book.active
        if sheet is None:
            raise TypeError("a new workbook has a sheet")
        sheet.title = "编号对照表"
        for row, texts in enumerate((self.header, *self.rows), 1):
            for place, text in enumerate(texts, 1):
                cell = sheet.cell(row, place, text)
                cell.data_type = "s"  # whatever it begins with
                if row == 1:
                    cell.font = Font(bold=True)
        for letter in "ABCDEF":
            sheet.column_dimensions[letter].width = 18
        sheet.freeze_panes = "A2"
        return workbook_bytes(book)


def make_code_table(path: Path, keys: Keys, number: int | None = None) -> CodeTable:
    """Read a list of students and give each a code.

    Parameters
    ----------
    path : Path
        A workbook or .csv with a column 学号; it is only read.
    keys : Keys
        The keys.
    number : int, optional
        Which key; the newest if not given.

    Raises
    ------
    DataError
        If it has no such column, or a number is missing or stands there twice.
    KeyFileError
        If there is no such key, or two students get the same code.
    """
    grid, first, places = _found(path)
    header = tuple(str(grid[first - 1][place]).strip() for place in places)
    rows = []
    for at, cells in enumerate(grid[first:], first + 1):
        texts = tuple(_text(cells[place]) if place < len(cells) else "" for place in places)
        if not any(texts):
            continue
        if not texts[0]:
            raise DataError(f"{path.name} 的第 {at} 行没有学号。允许：每行一个学号。请补上后重试。")
        rows.append(texts)
    students = [texts[0] for texts in rows]
    twice = len(students) - len({plain_number(student) for student in students})
    if twice:
        raise DataError(
            f"{path.name} 中有 {twice} 个学号写了不止一次。允许：每名学生一行。请删去重复的后重试。"
        )
    codes = pseudonyms(students, keys, number)
    return CodeTable(("编号", *header), tuple((codes[texts[0]], *texts) for texts in rows))


def _found(path: Path) -> tuple[Sequence[Sequence[object]], int, list[int]]:
    """Return the cells, the first row below the header, and the columns, that of numbers first."""
    book = read_book(path)
    for sheet in book.sheets:
        for row, cells in enumerate(sheet.grid[:_TOP]):
            titles = [normalise(str(cell)) for cell in cells]
            at = [place for place, title in enumerate(titles) if title in _NUMBER]
            if len(at) == 1:
                beside = [place for place, title in enumerate(titles) if title in _BESIDE]
                return sheet.grid, row + 1, [*at, *beside]
    reason = "；".join(str(finding) for finding in book.findings)
    raise DataError(
        f"{path.name} 中没有“学号”一列{f'（{reason}）' if reason else ''}。"
        "允许：有一列表头为“学号”的表格，可以另有姓名、班级等列。请检查文件。"
    )


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "".join(c for c in str(cell) if c.isprintable()).strip()
