"""One sheet that was read, as the checks look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.table import Row, TableRead
from evalkit.ledger import Column, Sheet
from evalkit.ledger.rules import UNUSABLE, Records, Scope, Value, written
from evalkit.personal_data import masked
from evalkit.workspace import AcademicYear

__all__ = ["Book", "Checked", "Page", "Place", "Setting"]

Place = tuple[str, int, str]
"""Sheet, number of the row, column."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the checks know of the school: the year, and the first day of its second semester."""

    year: AcademicYear
    second_start: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks say of a workbook.

    ``spoilt`` are the cells that cannot be used: sheet, number of the row, column. ``replaced``
    are values to be put in the place of those that were read, such as a class by the name under
    which it is listed.
    """

    findings: tuple[Finding, ...]
    spoilt: frozenset[Place]
    replaced: Mapping[Place, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One sheet: its rows, and what may be said of them."""

    read: TableRead
    file: str

    @property
    def sheet(self) -> Sheet:
        """The definition."""
        return self.read.sheet

    @property
    def rows(self) -> Sequence[Row]:
        """The rows."""
        return self.read.rows

    @cached_property
    def unusable(self) -> frozenset[str]:
        """Addresses of cells in which something stands that cannot be used."""
        return frozenset(
            finding.location.cell
            for finding in self.read.findings
            if finding.severity is Severity.ERROR and finding.code != "V01"
            if finding.location.cell is not None
        )

    @cached_property
    def records(self) -> list[Mapping[str, object]]:
        """The rows as expressions see them."""
        unusable = self.unusable
        if not unusable:
            return [row.values for row in self.rows]
        return [
            {
                name: UNUSABLE if value is None and row.cells.get(name) in unusable else value
                for name, value in row.values.items()
            }
            for row in self.rows
        ]

    @cached_property
    def _guarded(self) -> tuple[Column, ...]:
        return tuple(c for c in self.sheet.columns if c.private or c.private_where)

    def hidden(self, row: Row) -> frozenset[str]:
        """Return the columns whose value in this row must not be shown."""
        if not self._guarded:
            return frozenset()
        return frozenset(column.name for column in self._guarded if row.private(column))

    def shown(self, row: Row, column: str) -> str:
        """Return a value as people write it, or nothing if it must not be shown."""
        return "" if column in self.hidden(row) else masked(written(row.values.get(column)))

    def header(self, column: str) -> str:
        """Return a column's header."""
        return self.sheet.column(column).header

    def finding(
        self,
        code: str,
        severity: Severity,
        row: Row | None,
        column: str,
        *,
        what: str,
        value: str,
        rule: str,
        mend: str,
    ) -> Finding:
        """Return a finding at a cell; at the row or the sheet if there is no such cell."""
        cell = None
        if row is not None:
            cell = row.cells.get(column, f"第 {row.number} 行")
        return Finding(
            code, severity, Location(self.file, self.read.tab, cell), what, value, rule, mend
        )


@dataclass(frozen=True)
class Book:
    """All sheets of one workbook that could be read."""

    pages: Mapping[str, Page]
    setting: Setting

    @classmethod
    def of(cls, reads: Mapping[str, TableRead], file: str, setting: Setting) -> Book:
        """Gather the sheets that say anything."""
        return cls({n: Page(read, file) for n, read in reads.items() if read.usable}, setting)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Definitions of the sheets."""
        return tuple(page.sheet for page in self.pages.values())

    @cached_property
    def records(self) -> Records:
        """All rows, for expressions."""
        tables = {name: page.records for name, page in self.pages.items()}
        return Records(tables, self.setting.year, self.setting.second_start)

    @cached_property
    def private_elsewhere(self) -> frozenset[tuple[str, str]]:
        """Columns whose values in other rows must never be shown."""
        return frozenset(
            (sheet.name, column.name)
            for sheet in self.sheets
            for column in sheet.columns
            if column.private or column.private_where
        )

    @cached_property
    def _scopes(self) -> dict[str, list[tuple[Row, Scope]]]:
        return {
            name: [(row, self.records.scope(name, n)) for n, row in enumerate(page.rows)]
            for name, page in self.pages.items()
        }

    def scopes(self, page: Page) -> Sequence[tuple[Row, Scope]]:
        """Return a sheet's rows, each with what expressions see from it."""
        return self._scopes[page.sheet.name]
