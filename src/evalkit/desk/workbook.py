"""A judge's workbook: read as ``evalkit check`` reads it, written cell by cell.

Everything else in the file stays as it is: the wording, the drop-downs, the formats.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from evalkit.desk.history import Key
from evalkit.desk.refusals import SheetBusyError
from evalkit.findings import Finding
from evalkit.intake.cells import Context
from evalkit.intake.seals import points_text
from evalkit.outputs import workbook_bytes, write_bytes
from evalkit.rubric import Rubric
from evalkit.spreadsheets import RawSheet

__all__ = [
    "BookRow",
    "JudgeBook",
    "closed_elsewhere",
    "hash_of",
]

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- what days of workbooks count from, in no zone
YES, NO = "是", "否"


@dataclass(frozen=True, slots=True)
class BookRow:
    """What the workbook says of one college.

    ``cells`` are the addresses by column of the score sheet.
    """

    college: str
    recused: bool
    scores: Mapping[str, Decimal | None]
    comment: str
    signed_on: date | None
    cells: Mapping[str, str]
    number: int


@dataclass
class JudgeBook:
    """An open workbook.

    Attributes
    ----------
    path : Path
        The file.
    tab : str
        Name of the tab with the scores.
    rows : tuple of BookRow
        A row for each college, as it was read.
    findings : tuple of Finding
        What could not be read in it.
    digest : str
        SHA-256 of the file as it was last read or written.
    rubric : Rubric
        By whose indicators the columns are called.
    raw, context
        The tab's cells as they were read, and what they were understood by.
    """

    path: Path
    tab: str
    rows: tuple[BookRow, ...]
    findings: tuple[Finding, ...]
    digest: str
    rubric: Rubric
    raw: RawSheet = field(repr=False)
    context: Context = field(repr=False)
    _workbook: Any = field(default=None, repr=False)
    _results: dict[str, str | int | float] = field(default_factory=dict, repr=False)
    _written: dict[Key, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._written = self.values

    @property
    def values(self) -> dict[Key, str]:
        """What was read: (college, key) → text, blanks left out."""
        found: dict[Key, str] = {}
        for row in self.rows:
            found |= {
                (row.college, name): points_text(score)
                for name, score in row.scores.items()
                if score is not None
            }
            if row.recused:
                found[row.college, "recused"] = YES
            if row.comment:
                found[row.college, "comment"] = row.comment
        days = [row.signed_on for row in self.rows if row.signed_on is not None]
        if days:
            found["", "signed_on"] = min(days).isoformat()
        return found

    def write(self, values: Mapping[Key, str]) -> None:
        """Bring the cells in line with the values and replace the file, whole or not at all.

        Parameters
        ----------
        values : mapping
            (college, key) → text, as :func:`evalkit.desk.history.values_after` gives them; what is
            not there is blank.
        """
        if self._workbook is None:
            self._workbook = openpyxl.load_workbook(self.path)
            self._results = _results(self.path, self.tab)
        page = self._workbook[self.tab]
        cached: dict[str, str | int | float] = {}
        # What could not be understood stands as it was typed until it is replaced.
        changed = {key for key, _ in values.items() ^ self._written.items()}
        for row in self.rows:
            self._write_row(page, row, values, changed, cached)
        others = self._other_formulas(page, cached)
        content = workbook_bytes(self._workbook, {self.tab: {**others, **cached}})
        write_bytes(self.path, content)
        _settle(self.path.parent)
        self._written = dict(values)
        self.digest = hashlib.sha256(content).hexdigest()

    def _write_row(
        self,
        page: Any,
        row: BookRow,
        values: Mapping[Key, str],
        changed: Collection[Key],
        cached: dict[str, str | int | float],
    ) -> None:
        def value(key: str) -> str | None:
            return values.get((row.college, key))

        scores = [value(indicator.id) for indicator in self.rubric.indicators]
        for indicator, score in zip(self.rubric.indicators, scores, strict=True):
            if (row.college, indicator.id) in changed:
                _put(page, row.cells[indicator.column], None if score is None else _number(score))
        if (row.college, "recused") in changed:
            _put(page, row.cells["recused"], value("recused") or NO)
        if (row.college, "comment") in changed:
            _put(page, row.cells["comment"], value("comment"))
        given = [Decimal(score) for score in scores if score is not None]
        total = sum(given, Decimal(0)) if len(given) == len(scores) else None
        if "total_reported" in row.cells:
            shown = None if total is None else _number(str(total))
            _put_result(page, row.cells["total_reported"], shown, cached)
        signed = values.get(("", "signed_on"))
        if "signed_on" in row.cells:
            day = None if signed is None else date.fromisoformat(signed)
            _put_result(page, row.cells["signed_on"], day, cached)

    def _other_formulas(
        self, page: Any, known: Mapping[str, object]
    ) -> dict[str, str | int | float]:
        """Return what the judge's own formulas gave when their program last worked them out.

        Without it a score that is a formula would be read as blank.
        """
        return {
            cell.coordinate: self._results.get(cell.coordinate, "")
            for cells in page.iter_rows()
            for cell in cells
            if cell.data_type == "f" and cell.coordinate not in known
        }


def closed_elsewhere(path: Path) -> None:
    """Refuse to write while an office program has the workbook open.

    Raises
    ------
    SheetBusyError
        If the mark of one that is at work lies beside the file.
    """
    for name in (f"~${path.name}", f".~lock.{path.name}#"):
        if path.with_name(name).exists():
            raise SheetBusyError.by_office(path.name, name)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file; empty if there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settle(folder: Path) -> None:
    """Have the folder on the disk too: a power cut must not bring an older workbook back."""
    if sys.platform != "win32":
        stream = os.open(folder, os.O_RDONLY)
        try:
            with suppress(OSError):  # not every file system of a network can
                os.fsync(stream)
        finally:
            os.close(stream)


def _number(text: str) -> int | float:
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _put(page: Any, address: str, value: str | int | float | date | None) -> None:
    cell = page[address]
    cell.value = _ESCAPE.sub("_x005F_", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # else a comment that begins with = would be a formula


_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""In a workbook ``_x0041_`` is another way to write A."""


def _results(path: Path, tab: str) -> dict[str, str | int | float]:
    """Return every value of a tab as it is kept beside a formula, by address."""
    page = openpyxl.load_workbook(path, data_only=True)[tab]
    found: dict[str, str | int | float] = {}
    for cells in page.iter_rows():
        for cell in cells:
            if isinstance(cell.value, datetime):
                found[cell.coordinate] = (cell.value - _EPOCH) / timedelta(days=1)
            elif isinstance(cell.value, bool):
                found[cell.coordinate] = int(cell.value)
            elif isinstance(cell.value, (str, int, float)):
                found[cell.coordinate] = cell.value
    return found


def _put_result(
    page: Any,
    address: str,
    value: int | float | date | None,
    cached: dict[str, str | int | float],
) -> None:
    """Write a result: beside the formula where there is one, else into the cell."""
    if page[address].data_type != "f":
        _put(page, address, value)
    elif isinstance(value, date):
        cached[address] = (value - _EPOCH.date()).days
    else:
        cached[address] = "" if value is None else value
