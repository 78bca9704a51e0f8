"""What stands in a judge's sheet, worked out from the record and the workbook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from evalkit.desk.history import Entry, Key, values_after
from evalkit.desk.refusals import EntryError
from evalkit.desk.workbook import YES, BookRow, JudgeBook
from evalkit.findings import Finding
from evalkit.rubric import Rubric, ScoreSheet, faults_of
from evalkit.workspace import AcademicYear, Judge, Workspace

__all__ = [
    "Owner",
    "Seal",
    "SheetRow",
    "SheetState",
    "content_digest",
    "in_workbook",
    "state_of",
    "unfinished",
]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One college in a judge's sheet.

    Attributes
    ----------
    college, name : str
        Code and name.
    recused : bool
        The judge stands back and gives no score.
    locked : bool
        Whether that follows from the settings, so that the judge cannot undo it.
    scores : mapping of str to Decimal
        Indicator number → points, from 0 to the indicator's maximum; blanks are left out.
    blank : tuple of str
        Numbers of the indicators without a score; none for a recusal.
    comment : str
        Goes to the college.
    notes : mapping of str to str
        Indicator number → the judge's own note; not in the workbook.
    findings : tuple of Finding
        What stands in the way of the row's being accepted, blanks apart.
    """

    college: str
    name: str
    recused: bool
    locked: bool
    scores: Mapping[str, Decimal]
    blank: tuple[str, ...]
    comment: str
    notes: Mapping[str, str]
    findings: tuple[Finding, ...]

    @property
    def total(self) -> Decimal:
        """Running total of what is scored so far (points), exact."""
        return sum(self.scores.values(), Decimal(0))

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return not self.blank and not self.findings


@dataclass(frozen=True, slots=True)
class Seal:
    """A submission.

    Attributes
    ----------
    time : str
        UTC, as ISO 8601.
    by : str
        The judge's code, or ``chair`` for a sheet that came in as a file and was taken over.
    digest : str
        SHA-256 of everything that was submitted.
    holds : bool
        Whether the workbook still says the same.
    """

    time: str
    by: str
    digest: str
    holds: bool


@dataclass(frozen=True, slots=True)
class SheetState:
    """What stands in a judge's sheet.

    Attributes
    ----------
    judge, year : str
        Whose, of which year.
    rows : tuple of SheetRow
        A row for each college, in the workbook's order.
    signed_on : date, optional
        Day of signature.
    seal : Seal, optional
        The submission, if there is one that was not opened again.
    reopened : int
        How many times a submitted sheet was opened again.
    changes : int
        Number of entries in the record.
    """

    judge: str
    year: str
    rows: tuple[SheetRow, ...]
    signed_on: date | None
    seal: Seal | None
    reopened: int
    changes: int

    @property
    def sealed(self) -> bool:
        """Whether the sheet is submitted and has not been changed since."""
        return self.seal is not None and self.seal.holds

    @property
    def blank(self) -> int:
        """How many scores are missing."""
        return sum(len(row.blank) for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether it can be submitted."""
        return all(row.done for row in self.rows)

    def row(self, college: str) -> SheetRow:
        """Return a college's row.

        Raises
        ------
        EntryError
            If there is none.
        """
        for row in self.rows:
            if row.college == college:
                return row
        listed = "、".join(row.college for row in self.rows)
        raise EntryError(f"评分表里没有代码为“{college}”的学院。现有：{listed}。请核对学院代码。")


@dataclass(frozen=True)
class Owner:
    """Whose sheet it is, and by which rules it is filled."""

    workspace: Workspace
    year: AcademicYear
    rubric: Rubric
    judge: Judge

    @property
    def names(self) -> Mapping[str, str]:
        """College code → name."""
        return {college.code: college.name for college in self.workspace.colleges}


def state_of(owner: Owner, book: JudgeBook, entries: Sequence[Entry]) -> SheetState:
    """Return what stands in a sheet after these entries."""
    values = values_after(entries)
    signed = values.get(("", "signed_on"))
    return SheetState(
        owner.judge.code,
        owner.year.name,
        tuple(_row(owner, own, values, book) for own in book.rows),
        date.fromisoformat(signed) if signed else None,
        _seal(owner, entries, values),
        sum(entry.action == "reopen" for entry in entries),
        len(entries),
    )


def unfinished(owner: Owner, book: JudgeBook, state: SheetState) -> list[Finding]:
    """Return everything that stands in the way of submitting."""
    found: list[Finding] = []
    for row, own in zip(state.rows, book.rows, strict=True):
        found += row.findings
        if row.blank:
            sheet = _score_sheet(owner, own, row.scores, row.recused, book)
            found += [fault for fault in faults_of(sheet, owner.rubric) if fault.code == "G04"]
    return found


def in_workbook(values: Mapping[Key, str]) -> dict[Key, str]:
    """Return what goes into the workbook: everything but the judge's own notes."""
    return {place: text for place, text in values.items() if not place[1].startswith("note:")}


def content_digest(owner: Owner, values: Mapping[Key, str]) -> str:
    """Return the SHA-256 of all that is submitted: whose, and every score, comment and day."""
    rows = sorted([*place, text] for place, text in in_workbook(values).items())
    said = [owner.judge.code, owner.year.name, rows]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(owner: Owner, own: BookRow, values: Mapping[Key, str], book: JudgeBook) -> SheetRow:
    college, points = own.college, owner.rubric.indicators
    forced = college in (owner.judge.college, *owner.judge.recused)
    recused = forced or values.get((college, "recused")) == YES
    scores = {
        point.id: Decimal(text)
        for point in points
        if (text := values.get((college, point.id))) is not None
    }
    notes = {
        key.removeprefix("note:"): text
        for (code, key), text in values.items()
        if code == college and key.startswith("note:")
    }
    places = _places_of(own.cells, owner.rubric)
    unread = [
        finding
        for finding in book.findings
        for key, cell in places.items()
        if finding.location.cell == cell and key != "total"
        if values.get((college, key)) is None
    ]
    sheet = _score_sheet(owner, own, scores, recused, book)
    faults = [fault for fault in faults_of(sheet, owner.rubric) if fault.code != "G04"]
    return SheetRow(
        college,
        owner.names.get(college, ""),
        recused,
        forced,
        scores,
        tuple(point.id for point in points if point.id not in scores and not recused),
        values.get((college, "comment"), ""),
        notes,
        (*faults, *unread),
    )


def _score_sheet(
    owner: Owner, own: BookRow, scores: Mapping[str, Decimal], recused: bool, book: JudgeBook
) -> ScoreSheet:
    return ScoreSheet(
        judge=owner.judge.code,
        college=own.college,
        scores={point.id: scores.get(point.id) for point in owner.rubric.indicators},
        recused=recused,
        file=book.path.name,
        sheet=book.tab,
        row=own.number,
        cells=_places_of(own.cells, owner.rubric),
    )


def _seal(owner: Owner, entries: Sequence[Entry], values: Mapping[Key, str]) -> Seal | None:
    for entry in reversed(entries):
        if entry.action == "reopen":
            return None
        if entry.action == "submit":
            holds = content_digest(owner, values) == entry.content
            return Seal(entry.time, entry.by, entry.content, holds)
    return None


def _places_of(cells: Mapping[str, str], rubric: Rubric) -> dict[str, str]:
    """Return the address of each value, by the key it is entered under."""
    found = {i.id: cells[i.column] for i in rubric.indicators if i.column in cells}
    names = {"recused": "recused", "total": "total_reported", "comment": "comment"}
    return found | {key: cells[column] for key, column in names.items() if column in cells}
