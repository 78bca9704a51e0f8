"""A year's folder: which files it holds, and what they say."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evalkit.errors import NoDataError
from evalkit.findings import Finding, Location, Severity
from evalkit.intake.clean import masked
from evalkit.intake.frames import table_frame
from evalkit.intake.score_sheets import accept_score_sheets
from evalkit.intake.table import TableRead, find_sheet, read_table
from evalkit.intake.workbook import open_workbook
from evalkit.ledger import Ledger, Sheet, score_sheet_definition
from evalkit.rubric import Rubric, ScoreSheet
from evalkit.workspace import AcademicYear, College, Workspace

__all__ = ["Input", "YearIntake", "list_inputs", "read_year"]

_LEDGER = re.compile(r"台账_(\d{4}-\d{4})_(C\d{2,})\.xlsx", re.ASCII)
_JUDGE = re.compile(r"评分表_(\d{4}-\d{4})_(J\d{2,})\.xlsx", re.ASCII)
_CENTRE = re.compile(r"校级_(\d{4}-\d{4})\.xlsx", re.ASCII)


@dataclass(frozen=True, slots=True)
class Input:
    """One file of a year's folder."""

    path: Path
    kind: str
    """``college``, ``judge`` or ``centre``."""
    code: str
    sha256: str


@dataclass(frozen=True, slots=True)
class YearIntake:
    """What a year's files say, with everything that is wrong in them.

    ``tables`` holds a frame for each sheet of the ledger, over all colleges; ``handed_in`` says
    whose workbooks had that sheet at all, for an empty sheet is zero and an absent one is no data.
    ``returned`` are the
    pairs of judge and college whose score sheets go back. ``judges`` are all who handed in.
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


def list_inputs(workspace: Workspace, year: AcademicYear) -> tuple[list[Input], list[Finding]]:
    """Return the files of a year that can be told by their names, and findings on the others."""
    folder = workspace.inputs(year)
    inputs: list[Input] = []
    findings: list[Finding] = []
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if path.is_dir() or path.name.startswith(("~$", ".")) or path.suffix == ".md":
            continue
        kind, match = _kind(path.name)
        if match is None or kind is None:
            findings.append(_strange_file(path.name, year))
        elif match[1] != year.name:
            findings.append(_wrong_year(path.name, year))
        else:
            code = match[2] if match.re.groups == 2 else ""
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            inputs.append(Input(path, kind, code, digest))
    return inputs, findings


def _kind(name: str) -> tuple[str | None, re.Match[str] | None]:
    for kind, pattern in (("college", _LEDGER), ("judge", _JUDGE), ("centre", _CENTRE)):
        if match := pattern.fullmatch(name):
            return kind, match
    return None, None


def read_year(
    workspace: Workspace, year: AcademicYear, ledger: Ledger, rubric: Rubric
) -> YearIntake:
    """Read everything that was handed in for a year.

    Raises
    ------
    NoDataError
        If the folder holds no ledger.
    """
    inputs, findings = list_inputs(workspace, year)
    if not any(item.kind == "college" for item in inputs):
        raise NoDataError.empty_year(workspace.inputs(year))
    reads: dict[str, list[tuple[str, str, TableRead]]] = defaultdict(list)
    for item in inputs:
        if item.kind != "judge":
            sheets = list(ledger.of("college" if item.kind == "college" else "centre"))
            found, faults = _read_file(item, sheets)
            findings += faults
            for name, read in found.items():
                reads[name].append((item.code, item.path.name, read))
    findings += _identity(reads["base_info"], year)
    colleges = _colleges(workspace, inputs, reads["base_info"])
    findings += _not_handed_in(colleges, inputs, year)
    tables = {
        sheet.name: table_frame(sheet, reads[sheet.name])
        for sheet in ledger.sheets
        if sheet.workbook != "judge"
    }
    handed_in = {name: tuple(code for code, _, _ in found if code) for name, found in reads.items()}
    codes = [college.code for college in colleges]
    scores, judges, returned, faults = _read_judges(inputs, rubric, codes)
    return YearIntake(
        year,
        colleges,
        tables,
        handed_in,
        scores,
        judges,
        returned,
        (*findings, *faults),
        tuple(inputs),
    )


def _read_file(item: Input, wanted: Sequence[Sheet]) -> tuple[dict[str, TableRead], list[Finding]]:
    raw, findings = open_workbook(item.path)
    if not raw:
        return {}, findings
    found: dict[str, TableRead] = {}
    used: set[str] = set()
    for sheet in wanted:
        page = find_sheet(raw, sheet)
        if page is not None:
            used.add(page.name)
            found[sheet.name] = read_table(page, sheet)
            findings += found[sheet.name].findings
        elif sheet.core:
            findings.append(_missing_sheet(item.path.name, sheet))
    findings += [
        Finding(
            "H05", Severity.INFO, page.location(), "台账中没有这张表，没有读取", "",
            "模板中的各表", "无需处理；若是改了名的表，请把表名改回原样",
        )
        for page in raw
        if page.name not in used and not page.name.startswith("_")
    ]  # fmt: skip
    return found, findings


def _read_judges(
    inputs: Iterable[Input], rubric: Rubric, codes: Sequence[str]
) -> tuple[tuple[ScoreSheet, ...], tuple[str, ...], tuple[tuple[str, str], ...], list[Finding]]:
    definition = score_sheet_definition(rubric)
    sheets: list[ScoreSheet] = []
    judges: list[str] = []
    returned: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for item in inputs:
        if item.kind != "judge":
            continue
        judges.append(item.code)
        raw, faults = open_workbook(item.path)
        findings += faults
        page = find_sheet(raw, definition)
        if page is None:
            findings += [] if faults else [_missing_sheet(item.path.name, definition)]
            continue
        read = read_table(page, definition, bounded=False)
        judged = accept_score_sheets(read, item.path.name, rubric, codes)
        foreign = [s for s in judged.accepted if s.judge != item.code]
        findings += [*judged.findings, *(_foreign_judge(s, item.code) for s in foreign)]
        sheets += [sheet for sheet in judged.accepted if sheet.judge == item.code]
        # Rows go back to whoever handed in the file, whichever judge they name.
        returned += [(item.code, college) for _, college in judged.returned]
        returned += [(item.code, sheet.college) for sheet in foreign]
    return tuple(sheets), tuple(judges), tuple(returned), findings


def _colleges(
    workspace: Workspace,
    inputs: Sequence[Input],
    base: Sequence[tuple[str, str, TableRead]],
) -> tuple[College, ...]:
    """Return the listed colleges, and after them those that handed in without being listed."""
    names = {code: row.values.get("college_name") for code, _, read in base for row in read.rows}
    known = {college.code: college for college in workspace.colleges}
    for item in inputs:
        if item.kind == "college" and item.code not in known:
            name = str(names.get(item.code) or item.code)
            known[item.code] = College(code=item.code, name=name)
    return tuple(known.values())


def _identity(base: Sequence[tuple[str, str, TableRead]], year: AcademicYear) -> list[Finding]:
    """Hold the cover sheet's year and code against the file's name."""
    findings = []
    for code, file, read in base:
        for row in read.rows:
            for name, wanted in (("academic_year", year.name), ("college_code", code)):
                given = row.values.get(name)
                if given is not None and given != wanted:
                    header = read.sheet.column(name).header
                    where = Location(file, read.tab, row.cells[name])
                    findings.append(
                        Finding(
                            "F04", Severity.ERROR, where, f"“{header}”与文件名不一致", str(given),
                            wanted, "请核对是否拿错了文件，再改正这一格或文件名",
                        )
                    )  # fmt: skip
    return findings


def _not_handed_in(
    colleges: Sequence[College], inputs: Sequence[Input], year: AcademicYear
) -> list[Finding]:
    present = {item.code for item in inputs if item.kind == "college"}
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
        if college.code not in present
    ]


def _missing_sheet(file: str, sheet: Sheet) -> Finding:
    return Finding(
        "H01",
        Severity.WARNING,
        Location(file, sheet.tab),
        f"没有“{sheet.title}”表",
        "",
        "模板中的核心表都要保留",
        "请补上这张表；没有内容也保留空表",
    )


def _strange_file(name: str, year: AcademicYear) -> Finding:
    return Finding(
        "F05",
        Severity.WARNING,
        Location(masked(name, 120)),
        "从文件名认不出是哪一份材料，没有读取",
        "",
        f"“台账_{year}_C01.xlsx”“评分表_{year}_J01.xlsx”或“校级_{year}.xlsx”",
        "请按规定的文件名重命名；多余的副本请移走",
    )


def _wrong_year(name: str, year: AcademicYear) -> Finding:
    return Finding(
        "F04",
        Severity.ERROR,
        Location(name),
        "文件名中的学年与所在文件夹不符，没有读取",
        "",
        year.name,
        "请放到对应学年的文件夹，或改正文件名",
    )


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
