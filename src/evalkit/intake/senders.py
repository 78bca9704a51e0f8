"""Whose each file is: by its name, or else by what stands in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.cells import Context, clean
from evalkit.intake.files import Candidate, Kind, is_standard_name, shown_name, unknown_file
from evalkit.intake.forms import form_places
from evalkit.intake.headers import find_header
from evalkit.intake.sheets import find_page
from evalkit.ledger import Ledger, Sheet
from evalkit.ledger.model import normalise
from evalkit.spreadsheets import Book, RawSheet
from evalkit.workspace import AcademicYear

__all__ = ["Identified", "Input", "identify", "pages_of"]


@dataclass(frozen=True, slots=True)
class Input:
    """A file, and whose it is."""

    path: Path
    kind: Kind
    code: str
    sha256: str
    part: str = ""

    @property
    def file(self) -> str:
        """Its name, as it may be shown."""
        return shown_name(self.path)


@dataclass(frozen=True, slots=True)
class Identified:
    """Whose the files of a year are.

    ``aside`` are senders who handed in, but more than once: their files are not used.
    """

    inputs: tuple[Input, ...]
    aside: frozenset[tuple[Kind, str]]
    findings: tuple[Finding, ...]


def identify(
    candidates: Sequence[Candidate],
    look: Callable[[Path], Book],
    ledger: Ledger,
    score_sheet: Sheet,
    names: Mapping[str, str],
    year: AcademicYear,
) -> Identified:
    """Say whose each file is, by its name or else by what stands in it.

    Two files for the same sender are both left aside: nobody but the sender knows which is meant.

    Parameters
    ----------
    candidates : sequence of Candidate
        The files.
    look : callable
        Gives the book of a file. Files that are called as they should be are not opened for this.
    ledger, score_sheet
        The definitions of their sheets.
    names : mapping
        Normalised code, name or alias of a college → its code.
    year : AcademicYear
        The year of the folder.
    """
    found: dict[tuple[Kind, str], list[Input]] = defaultdict(list)
    findings: list[Finding] = []
    whose = _Whose(look, ledger, score_sheet, names)
    for candidate in candidates:
        kind, code = whose.of(candidate)
        file = shown_name(candidate.path)
        if kind is None or (kind != "centre" and not code):
            # A file that cannot be read has its finding already.
            findings += look(candidate.path).findings or [unknown_file(file, year)]
            continue
        item = Input(candidate.path, kind, code, candidate.sha256, candidate.part)
        found[kind, code].append(item)
        if not is_standard_name(file) and look(candidate.path).sheets:
            findings.append(_odd_name(item, year))
    inputs: list[Input] = []
    aside: set[tuple[Kind, str]] = set()
    for sender, items in found.items():
        if len(items) == 1 or _parts_of_one(items):
            inputs += items
        else:
            aside.add(sender)
            findings += [_one_of_several(item, items) for item in items]
    order = {candidate.path: place for place, candidate in enumerate(candidates)}
    inputs.sort(key=lambda item: order[item.path])
    return Identified(tuple(inputs), frozenset(aside), tuple(findings))


def pages_of(item: Input, book: Book) -> list[RawSheet]:
    """Return a file's sheets; a .csv file's only one is called what the file's name says."""
    if book.format == "csv" and item.part:
        return [replace(page, name=item.part) for page in book.sheets]
    return list(book.sheets)


def _parts_of_one(items: Sequence[Input]) -> bool:
    """Whether files are the sheets of one ledger, each saved as .csv."""
    parts = [normalise(item.part) for item in items]
    return all(item.path.suffix.casefold() == ".csv" for item in items) and (
        "" not in parts and len({*parts}) == len(parts)
    )


class _Whose:
    """Tells a file's sender."""

    def __init__(
        self,
        look: Callable[[Path], Book],
        ledger: Ledger,
        score_sheet: Sheet,
        names: Mapping[str, str],
    ) -> None:
        self._look, self._ledger = look, ledger
        self._score_sheet, self._names = score_sheet, names

    def of(self, candidate: Candidate) -> tuple[Kind | None, str]:
        """Return kind and code; ``None`` or ``""`` if they cannot be told."""
        kind = candidate.kind
        if kind == "centre" or (kind is not None and candidate.code):
            return kind, candidate.code
        book = self._look(candidate.path)
        if kind != "college" and (judge := self._judge_in(book)):
            return "judge", judge
        # Any file may be called after a college: only a ledger's content makes it one.
        if kind == "college" or (kind is None and self._is_ledger(book)):
            code = self._college_in_name(candidate) or self._college_in(book)
            if code:
                return "college", code
        if kind is None and any(find_page(book.sheets, s) for s in self._ledger.of("centre")):
            return "centre", ""
        return None, ""

    def _is_ledger(self, book: Book) -> bool:
        return any(find_page(book.sheets, sheet) for sheet in self._ledger.of("college"))

    def _college_in_name(self, candidate: Candidate) -> str:
        """Return the code of the one college whose name or alias stands in a file's name."""
        text = normalise(candidate.path.stem)
        named = [
            name for name, code in self._names.items() if name != normalise(code) and name in text
        ]
        # 化工学院 is part of 精细化工学院, which is then the one that is meant.
        longest = [n for n in named if not any(n != other and n in other for other in named)]
        codes = {self._names[name] for name in longest}
        return codes.pop() if len(codes) == 1 else ""

    def _college_in(self, book: Book) -> str:
        """Return the code on a ledger's cover sheet, or that of the name on it."""
        for sheet in self._ledger.of("college"):
            columns = {column.name for column in sheet.columns}
            if sheet.layout != "form" or not {"college_code", "college_name"} <= columns:
                continue
            page = find_page(book.sheets, sheet)
            if page is None:
                continue
            places = form_places(page, sheet)
            for name in ("college_code", "college_name"):
                if name not in places:
                    continue
                context = Context(colleges=self._names)
                value = clean(places[name].cell, sheet.column(name), context).value
                if isinstance(value, str) and name == "college_code":
                    return value
                if isinstance(value, str) and normalise(value) in self._names:
                    return self._names[normalise(value)]
        return ""

    def _judge_in(self, book: Book) -> str:
        page = find_page(book.sheets, self._score_sheet)
        header = find_header(page, self._score_sheet) if page is not None else None
        if page is None or header is None:
            return ""
        column = self._score_sheet.column("judge_id")
        place = next((p for p, c in header.columns.items() if c.name == column.name), None)
        rows = page.grid[header.first_row :] if place is not None else ()
        cells = [row[place] for row in rows if place is not None and place < len(row)]
        codes = {str(value) for cell in cells if (value := clean(cell, column).value) is not None}
        return codes.pop() if len(codes) == 1 else ""


def _odd_name(item: Input, year: AcademicYear) -> Finding:
    wanted, read_as = {
        "college": (f"台账_{year}_{item.code}.xlsx", f" {item.code} 的台账"),
        "judge": (f"评分表_{year}_{item.code}.xlsx", f"评委 {item.code} 的评分表"),
        "centre": (f"校级_{year}.xlsx", "校心理中心的工作簿"),
    }[item.kind]
    return Finding(
        "T08",
        Severity.INFO,
        Location(item.file),
        f"文件名与规定的不同，已按{read_as}读取",
        "",
        wanted,
        "请核对是不是这一份；下次请按规定的文件名提交",
    )


def _one_of_several(item: Input, items: Sequence[Input]) -> Finding:
    others = "、".join(f"“{other.file}”" for other in items if other is not item)
    sender = {
        "college": f"学院 {item.code} ",
        "judge": f"评委 {item.code} ",
        "centre": "校心理中心",
    }
    return Finding(
        "F02",
        Severity.ERROR,
        Location(item.file),
        f"{sender[item.kind]}交来了 {len(items)} 份文件（另有{others}），都没有读取",
        "",
        "一个学年一份",
        "请确认以哪一份为准，把其余的移出这个文件夹",
    )
