"""A year's folder: which files it holds, and what their names say."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from evalkit.findings import Finding, Location, Severity
from evalkit.ledger.model import LISTS
from evalkit.personal_data import masked
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Candidate", "Kind", "is_standard_name", "list_files", "shown_name", "unknown_file"]

Kind = Literal["college", "judge", "centre"]

_SPREADSHEETS = frozenset(
    {
        *(".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".xlt"),
        *(".ods", ".ots", ".csv", ".et", ".ett"),
    }
)
_NO_SPREADSHEETS = frozenset(
    {
        *(".pdf", ".doc", ".docx", ".wps", ".rtf", ".ppt", ".pptx", ".ofd", ".odt"),
        *(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".mp4"),
        *(".zip", ".rar", ".7z", ".lnk", ".url", ".eml"),
    }
)
"""Scans, letters and archives that lie beside a ledger, whatever they are called."""
_KINDS: Mapping[str, Kind] = {"台账": "college", "评分表": "judge", "校级": "centre"}
_BETWEEN = r"\s?[-‐-―−_~～.至到、]{1,2}\s?"
_YEAR = re.compile(rf"(?<!\d)(20\d{{2}}){_BETWEEN}(20\d{{2}})(?!\d)")
_SHORT_YEAR = re.compile(rf"(?<!\d)(?:20)?(\d{{2}}){_BETWEEN}(\d{{2}})\s?(?=学年)")
_CODES: Mapping[Kind, re.Pattern[str]] = {
    "college": re.compile(r"(?<![A-Za-z0-9])C\d{2,}(?!\d)", re.ASCII | re.IGNORECASE),
    "judge": re.compile(r"(?<![A-Za-z0-9])J\d{2,}(?!\d)", re.ASCII | re.IGNORECASE),
}
_STANDARD = re.compile(
    r"(?:反馈_)?(?:台账_\d{4}-\d{4}_C\d{2,}|评分表_\d{4}-\d{4}_J\d{2,}|校级_\d{4}-\d{4})"
    r"(?:[_-][^.]+\.csv|\.(?:xlsx|xlsm|xlsb|xls|ods|csv))",
    re.ASCII,
)
_OPENING = re.compile(r"^\s*(?:反馈[_\s-]*)?(?:台账|评分表|校级)(?![\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a ledger, a score sheet or the centre's workbook.

    ``kind`` and ``code`` are what its name says, ``None`` and ``""`` where it says nothing;
    ``part`` is the sheet that a .csv file's name says it holds.
    """

    path: Path
    sha256: str
    kind: Kind | None
    code: str
    part: str = ""


def list_files(workspace: Workspace, year: AcademicYear) -> tuple[list[Candidate], list[Finding]]:
    """Return the files of a year's folder that are to be opened, and findings on the others.

    Folders, hidden files, the lock files of office programs and ``.md`` files are passed over.
    """
    folder = workspace.inputs(year)
    candidates: list[Candidate] = []
    findings: list[Finding] = []
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        suffix = path.suffix.casefold()
        passed_over = path.name.startswith(("~$", "~", ".")) or suffix in (".md", ".tmp")
        if passed_over or not path.is_file():
            continue
        kind, code, named, part = _from_name(path)
        if suffix in _NO_SPREADSHEETS or (kind is None and suffix not in _SPREADSHEETS):
            findings.append(unknown_file(shown_name(path), year))
        elif named is not None and named != year.name:
            findings.append(_wrong_year(shown_name(path), year))
        else:
            candidates.append(Candidate(path, _sha256(path), kind, code, part))
    return candidates, findings


def is_standard_name(name: str) -> bool:
    """Whether a file is called as it should be."""
    return _STANDARD.fullmatch(name) is not None


def shown_name(path: PurePath) -> str:
    """Return a file's name as it may be shown: no personal numbers, nothing unprintable."""
    return masked(path.name, 255)


def _sha256(path: Path) -> str:
    """Return the hash of a file; nothing for one that cannot be opened: its reader says why."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _from_name(path: Path) -> tuple[Kind | None, str, str | None, str]:
    """Return what a file's name says: kind, code, year, and the sheet of a .csv file."""
    stem = unicodedata.normalize("NFKC", path.stem)
    kind = next((kind for word, kind in _KINDS.items() if word in stem), None)
    match = _YEAR.search(stem) or _SHORT_YEAR.search(stem)
    year = f"20{match[1][-2:]}-20{match[2][-2:]}" if match else None
    # Without the year: its own digits belong to no code.
    rest = f"{stem[: match.start()]}_{stem[match.end() :]}" if match else stem
    code = ""
    if kind in ("college", "judge"):
        found = _CODES[kind].search(rest)
        if found is not None:
            code = found[0].upper()
            rest = f"{rest[: found.start()]}_{rest[found.end() :]}"
    part = ""
    if path.suffix.casefold() == ".csv":
        part = _OPENING.sub("", rest, count=1).strip(" _-").removeprefix("学年").strip(" _-")
        part = LISTS if part == LISTS.strip("_") else part
    return kind, code, year, part


def unknown_file(name: str, year: AcademicYear) -> Finding:
    """Say that nobody knows what a file is."""
    return Finding(
        "F05",
        Severity.WARNING,
        Location(name),
        "认不出是哪一份材料，没有读取",
        "",
        f"“台账_{year}_C01.xlsx”“评分表_{year}_J01.xlsx”或“校级_{year}.xlsx”",
        "请按规定的文件名重命名；多余的文件请移走",
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
