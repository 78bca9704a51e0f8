"""A year's folder, read whole: tables, score sheets, and everything that is wrong in them."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evalkit.errors import NoDataError
from evalkit.findings import Finding, Location, Severity
from evalkit.intake.checks import Setting
from evalkit.intake.columns import Columns
from evalkit.intake.files import Candidate, Kind, is_standard_name, list_files
from evalkit.intake.frames import definitions_of_frames, table_frame
from evalkit.intake.ledger_processes import LEAST, LedgerFile, LedgerProcesses
from evalkit.intake.ledgers import (
    LastYear,
    LedgerRead,
    Page,
    Rules,
    pages_read,
    read_ledger,
)
from evalkit.intake.reads import TableRead
from evalkit.intake.school_facts import Known, learn
from evalkit.intake.score_sheets import JudgeRead, accept_score_sheets
from evalkit.intake.seals import sealed_in
from evalkit.intake.senders import Identified, Input, identify, pages_of
from evalkit.intake.sheets import read_sheets
from evalkit.intake.shelf import Shelf
from evalkit.ledger import Ledger, Sheet, score_sheet_definition
from evalkit.ledger.model import normalise
from evalkit.rubric import Rubric, ScoreSheet
from evalkit.spreadsheets import read_books
from evalkit.workspace import AcademicYear, College, Workspace

__all__ = ["LastYear", "Page", "YearIntake", "read_year"]


@dataclass(frozen=True, slots=True)
class YearIntake:
    """What a year's files say, with everything that is wrong in them.

    ``tables`` holds a frame for each sheet of the ledger, over all colleges; ``handed_in`` says
    whose workbooks had that sheet at all, for an empty sheet is zero and an absent one is no data.
    ``returned`` are the pairs of judge and college whose score sheets go back. ``judges`` are all
    who handed in.
    """

    year: AcademicYear
    colleges: tuple[College, ...]
    tables: Mapping[str, pd.DataFrame]
    handed_in: Mapping[str, tuple[str, ...]]
    score_sheets: tuple[ScoreSheet, ...]
    judges: tuple[str, ...]
    returned: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    inputs: tuple[Input, ...]
    pages: tuple[Page, ...]


def read_year(
    workspace: Workspace,
    year: AcademicYear,
    ledger: Ledger,
    rubric: Rubric,
    *,
    last_year: LastYear | None = None,
    files: tuple[Sequence[Candidate], Sequence[Finding]] | None = None,
) -> YearIntake:
    """Read everything that was handed in for a year.

    Parameters
    ----------
    workspace, year
        Whose folder.
    ledger, rubric
        The rules.
    last_year : mapping, optional
        Accepted rows of the year before, against which some are held.
    files : (candidates, findings), optional
        What :func:`evalkit.intake.files.list_files` said, if it was asked already.

    Raises
    ------
    NoDataError
        If the folder holds no ledger.
    """
    candidates, about_files = files if files is not None else list_files(workspace, year)
    away = _read_elsewhere(candidates)
    with (
        _collector_at_rest(),
        LedgerProcesses(workspace.jobs if away else 0) as processes,
        _shelf(candidates, away, workspace.jobs) as shelf,
    ):
        score_table = score_sheet_definition(rubric)
        names = _college_names(workspace.colleges)
        identified = identify(candidates, shelf.look, ledger, score_table, names, year)
        centre = next((item for item in identified.inputs if item.kind == "centre"), None)
        known = Known(Setting(year), {})
        if centre is not None:
            known = learn(centre, shelf.look(centre.path), ledger, year, names)
        if known.aliases:
            # A college may call itself in its file's name as only the centre's dictionary knows.
            names |= known.aliases
            identified = identify(candidates, shelf.look, ledger, score_table, names, year)
        reading = _Year(
            workspace, year, ledger, rubric, score_table, names, known.setting, last_year or {}
        )
        return reading.read(shelf, processes, identified, about_files, candidates)


def _read_elsewhere(candidates: Sequence[Candidate]) -> frozenset[Path]:
    """Return the files that are read and checked in processes of their own.

    Many ledgers, called as they should be: their sender is known without opening them.
    """
    plain = [
        candidate.path
        for candidate in candidates
        if candidate.kind == "college"
        and candidate.path.suffix != ".csv"
        and is_standard_name(candidate.path.name)
    ]
    return frozenset(plain if len(plain) >= LEAST else ())


def _shelf(candidates: Sequence[Candidate], away: frozenset[Path], jobs: int) -> Shelf:
    """Order the other files as they are wanted: first those whose sender only they can tell."""

    def turn(candidate: Candidate) -> tuple[bool, str, str]:
        plain = is_standard_name(candidate.path.name) and candidate.kind != "centre"
        return plain, candidate.kind or "", candidate.code

    paths = [c.path for c in sorted(candidates, key=turn) if c.path not in away]
    # Beside processes that read ledgers, another reader is enough.
    return Shelf(paths, lambda some: read_books(some, jobs=1 if away else jobs))


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let the collector of cyclic garbage rest: a year's rows hold none, and are very many."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class _Year:
    """The reading of one year's files."""

    def __init__(
        self,
        workspace: Workspace,
        year: AcademicYear,
        ledger: Ledger,
        rubric: Rubric,
        score_table: Sheet,
        names: Mapping[str, str],
        setting: Setting,
        last_year: LastYear,
    ) -> None:
        self._workspace, self._year = workspace, year
        self._ledger, self._rubric, self._score_table = ledger, rubric, score_table
        self._rules = Rules(year, ledger, workspace.colleges, names, setting, last_year)
        self._findings: list[Finding] = []
        self._pages: list[Page] = []
        self._reads: dict[str, list[tuple[str, Columns]]] = defaultdict(list)

    def read(
        self,
        shelf: Shelf,
        processes: LedgerProcesses,
        identified: Identified,
        about_files: Sequence[Finding],
        candidates: Sequence[Candidate],
    ) -> YearIntake:
        senders: dict[tuple[Kind, str], list[Input]] = defaultdict(list)
        for item in identified.inputs:
            senders[item.kind, item.code].append(item)
        # Who handed in what cannot be read, or too much of it, has handed in all the same.
        present = {*senders, *identified.aside, *((c.kind, c.code) for c in candidates if c.code)}
        if not any(kind == "college" for kind, _ in present):
            raise NoDataError.empty_year(self._workspace.inputs(self._year))
        self._findings += [*about_files, *identified.findings]
        for read in self._ledgers(shelf, processes, senders):
            self._add(read)
        colleges = self._colleges(sorted(code for kind, code in present if kind == "college"))
        self._findings += _not_handed_in(colleges, present, self._year)
        tables = {
            sheet.name: table_frame(sheet, self._reads[sheet.name])
            for sheet in definitions_of_frames(self._ledger)
        }
        handed_in = {
            name: tuple(code for code, read in found if code and read.usable)
            for name, found in self._reads.items()
        }
        codes = [college.code for college in colleges]
        judges = {code for kind, code in present if kind == "judge"}
        scores, returned = self._read_judges(shelf, senders, codes)
        return YearIntake(
            self._year,
            colleges,
            tables,
            handed_in,
            scores,
            tuple(sorted(judges)),
            returned,
            tuple(self._findings),
            identified.inputs,
            tuple(self._pages),
        )

    def _ledgers(
        self,
        shelf: Shelf,
        processes: LedgerProcesses,
        senders: Mapping[tuple[Kind, str], Sequence[Input]],
    ) -> list[LedgerRead]:
        """Read every ledger; return them in the order of the senders."""
        reads: dict[tuple[Kind, str], LedgerRead] = {}
        away: list[LedgerFile] = []
        for (kind, code), items in sorted(senders.items(), key=lambda pair: pair[0]):
            if kind == "judge":
                continue
            if items[0].path not in shelf:
                away.append(LedgerFile(kind, code, items[0]))
                continue
            books = [(item, shelf.take(item.path)) for item in items]
            reads[kind, code] = read_ledger(kind, code, books, self._rules)
        for file, read in zip(away, processes.read(away, self._rules), strict=True):
            reads[file.kind, file.code] = read
        return [reads[sender] for sender in sorted(reads)]

    def _add(self, read: LedgerRead) -> None:
        self._findings += read.findings
        self._pages += read.pages
        for name, table in read.tables.items():
            self._reads[name].append((read.code, table))

    def _colleges(self, handed_in: Sequence[str]) -> tuple[College, ...]:
        """Return the listed colleges, and after them those that handed in without being listed."""
        forms = [s.name for s in self._ledger.of("college") if s.layout == "form"]
        given = {
            code: name
            for form in forms
            for code, read in self._reads.get(form, ())
            if "college_code" in read.values
            for name in read.of("college_name")
            if name
        }
        known = {college.code: college for college in self._workspace.colleges}
        for code in handed_in:
            if code not in known:
                known[code] = College(code=code, name=str(given.get(code) or code))
        return tuple(known.values())

    def _read_judges(
        self,
        shelf: Shelf,
        senders: Mapping[tuple[Kind, str], Sequence[Input]],
        codes: Sequence[str],
    ) -> tuple[tuple[ScoreSheet, ...], tuple[tuple[str, str], ...]]:
        sheets: list[ScoreSheet] = []
        returned: list[tuple[str, str]] = []
        for (kind, code), (item, *_) in sorted(senders.items(), key=lambda pair: pair[0]):
            if kind != "judge":
                continue
            book = shelf.take(item.path)
            self._findings += book.findings
            if not book.sheets:
                continue
            pages, context = pages_of(item, book), self._rules.context(book)
            found = read_sheets(item.file, pages, [self._score_table], context, scored=True)
            read = found.tables.get(self._score_table.name)
            in_table = set(map(id, read.findings)) if read is not None else set()
            self._findings += [f for f in found.findings if id(f) not in in_table]
            if read is None:
                continue
            self._pages += pages_read(kind, code, found)
            judged = accept_score_sheets(read, item.file, self._rubric, codes)
            judged = self._as_sealed(judged, read, item.file, code)
            foreign = [s for s in judged.accepted if s.judge != code]
            self._findings += [*judged.findings, *(_foreign_judge(s, code) for s in foreign)]
            sheets += [sheet for sheet in judged.accepted if sheet.judge == code]
            # Rows go back to whoever handed in the file, whichever judge they name.
            returned += [(code, college) for _, college in judged.returned]
            returned += [(code, sheet.college) for sheet in foreign]
        return tuple(sheets), tuple(returned)

    def _as_sealed(self, judged: JudgeRead, read: TableRead, file: str, code: str) -> JudgeRead:
        """Send back the rows that were changed after the judge had submitted them."""
        sealed = sealed_in(self._workspace.inputs(self._year), code)
        if sealed is None:
            return judged
        broken = sealed.held_against(read, file, self._rubric)
        return JudgeRead(
            tuple(sheet for sheet in judged.accepted if sheet.college not in broken.colleges),
            (*judged.returned, *((code, college) for college in sorted(broken.colleges))),
            (*judged.findings, *broken.findings),
        )


def _college_names(colleges: Iterable[College]) -> dict[str, str]:
    return {
        normalise(text): college.code
        for college in colleges
        for text in (college.code, college.name, *college.aliases)
    }


def _not_handed_in(
    colleges: Sequence[College], present: Iterable[tuple[object, str]], year: AcademicYear
) -> list[Finding]:
    there = {code for kind, code in present if kind == "college"}
    return [
        Finding(
            "F03",
            Severity.WARNING,
            Location(f"台账_{year.name}_{college.code}.xlsx"),
            f"{college.name}没有交来台账",
            "",
            "每个学院一份台账",
            "请催交；在此之前该学院的各项指标显示为“无数据”",
        )
        for college in colleges
        if college.code not in there
    ]


def _foreign_judge(sheet: ScoreSheet, owner: str) -> Finding:
    return Finding(
        "G10",
        Severity.ERROR,
        sheet.location(),
        "评委编号与文件名不一致",
        sheet.judge,
        owner,
        "请核对是否拿错了评分表",
    )
