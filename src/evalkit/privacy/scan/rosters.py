"""Names to look for: those of students, wherever a school's workbooks list them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from evalkit.ledger import Column, Ledger, Sheet, load_ledger
from evalkit.ledger.model import normalise
from evalkit.privacy.scan.roster_memory import RosterMemory
from evalkit.spreadsheets import RawSheet, read_books
from evalkit.workspace import Workspace

__all__ = ["Roster", "read_names", "read_roster", "roster_of"]

ENDINGS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv"})
"""Endings of the files that may list names."""
MEMORY = "rosters.json"
"""File beside the snapshots in which is remembered which workbooks list no student."""
_TOP = 12
"""In how many rows at the top of a sheet the header may stand."""
_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,6}·[\u3400-\u9fff·]{1,12}")
_SEVERAL = re.compile(r"[、，,;；/\t\r\n]+")
_NAMING = re.compile(r"姓名|名字|^(?:学生|同学|当事人|来访者)$|(?:学生|来访者|当事人|组长|委员)名")
_STAFF = re.compile(
    r"教师|老师|辅导员|班主任|导师|咨询师|责任|负责|跟进|经办|记录|填[表报写]|审核|指导|领导|站长|评委|书记"
)


@dataclass(frozen=True, slots=True)
class Roster:
    """Names that a school's workbooks hold.

    Attributes
    ----------
    names : frozenset of str
        Of students; they may stand nowhere.
    allowed : frozenset of str
        Of staff, which reports may name.
    ordinary : frozenset of str
        Of students, but also words of the program's own texts, so that they cannot be looked for.
    """

    names: frozenset[str]
    allowed: frozenset[str]
    ordinary: frozenset[str]


def roster_of(space: Workspace, jobs: int = 2) -> Roster:
    """Return the names in all workbooks under a workspace's folder of inputs.

    Parameters
    ----------
    space : Workspace
        The workspace. Its inputs are only read.
    jobs : int
        How many processes read them.

    Raises
    ------
    DefinitionError
        If the school's own ledger sheets have faults.
    """
    found = (p for p in space.data.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    paths = sorted(p for p in found if not p.name.startswith(("~$", ".")))
    ledger = load_ledger(space.ledger)
    if not space.snapshots.is_dir():  # encrypted, or nothing was read yet: nothing is kept there
        return read_roster(paths, ledger, jobs)
    memory = RosterMemory(space.snapshots / MEMORY, ledger)
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    known = {path: memory.staff(digest) for path, digest in digests.items()}
    read = list(_read([path for path, staff in known.items() if staff is None], ledger, jobs))
    without = [(digests[path], staff) for path, staff in known.items() if staff is not None]
    without += [(digests[path], staff) for path, students, staff in read if not students]
    memory.keep(without)
    students = {name for _, names, _ in read for name in names}
    staff = {name for _, names in without for name in names}
    staff |= {name for _, _, names in read for name in names}
    return _roster(students, staff)


def read_roster(paths: Sequence[Path], ledger: Ledger, jobs: int = 2) -> Roster:
    """Return the names in some workbooks.

    Parameters
    ----------
    paths : sequence of Path
        Ledgers and rosters.
    ledger : Ledger
        By it columns of staff are told from those of students.
    jobs : int
        How many processes read them.
    """
    names: set[str] = set()
    staff: set[str] = set()
    for _, students, others in _read(paths, ledger, jobs):
        names |= students
        staff |= others
    return _roster(names, staff)


def read_names(path: Path) -> frozenset[str]:
    """Return the names in a list that somebody keeps: one a line or cell, or a column 姓名.

    Parameters
    ----------
    path : Path
        A text file (UTF-8 or GB 18030) or a workbook.
    """
    if path.suffix.lower() in ENDINGS:
        found: set[str] = set()
        for book in read_books([path], jobs=1):
            for raw in book.sheets:
                listed = {name for _, name in _names_in(raw, None)}
                cells = (str(cell) for row in raw.grid for cell in row)
                found |= listed or {n for cell in cells for n in _persons(cell)}
        return frozenset(found)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    return frozenset(name for line in text.splitlines() for name in _persons(line))


def _read(
    paths: Sequence[Path], ledger: Ledger, jobs: int
) -> Iterator[tuple[Path, frozenset[str], frozenset[str]]]:
    """Yield each workbook, the names of students in it, and those of staff."""
    if not paths:
        return
    for path, book in zip(paths, read_books(paths, jobs), strict=True):
        found = [pair for raw in book.sheets for pair in _names_in(raw, _sheet_of(raw, ledger))]
        students = frozenset(name for is_student, name in found if is_student)
        yield path, students, frozenset(name for is_student, name in found if not is_student)


def _roster(names: set[str], staff: set[str]) -> Roster:
    names = names - staff
    ordinary = {name for name in names if name in _own_text()}
    return Roster(frozenset(names - ordinary), frozenset(staff), frozenset(ordinary))


def _sheet_of(raw: RawSheet, ledger: Ledger) -> Sheet | None:
    tab = normalise(raw.name)
    # A CSV file is called after its ledger and, at the end, after its sheet.
    return next(
        (s for s in ledger.sheets if tab.endswith(normalise(s.tab)) or tab == normalise(s.title)),
        None,
    )


def _names_in(raw: RawSheet, sheet: Sheet | None) -> Iterator[tuple[bool, str]]:
    """Yield names and whether they are students'."""
    first, columns = _header(raw, sheet)
    for row in raw.grid[first:]:
        for place, (is_student, column) in columns.items():
            if place >= len(row) or (column is not None and not column.people):
                continue
            student = is_student or (column is not None and _is_private(row, column, columns))
            for name in _persons(str(row[place])):
                yield student, name


_Columns = dict[int, tuple[bool, Column | None]]


def _header(raw: RawSheet, sheet: Sheet | None) -> tuple[int, _Columns]:
    """Return the first row below the header; columns of names, and those that tell whose."""
    for number, row in enumerate(raw.grid[:_TOP]):
        found: _Columns = {}
        for place, cell in enumerate(row):
            text = str(cell).strip()
            column = _column(sheet, text)
            if column is not None and column.people:
                found[place] = (False, column)
            elif column is None and _NAMING.search(text) and len(text) <= 12:
                found[place] = (_STAFF.search(text) is None, None)
        if found and sum(str(cell).strip() != "" for cell in row) > (1 if sheet else 0):
            if sheet is not None:
                found = _with_conditions(row, sheet, found)
            return number + 1, found
    return len(raw.grid), {}


def _column(sheet: Sheet | None, text: str) -> Column | None:
    if sheet is None or not text:
        return None
    plain = normalise(text)
    return next((column for column in sheet.columns if plain in column.names), None)


def _with_conditions(row: Sequence[object], sheet: Sheet, found: _Columns) -> _Columns:
    needed = {n for _, c in found.values() if c is not None for n in c.private_where}
    for place, cell in enumerate(row):
        column = _column(sheet, str(cell).strip())
        if column is not None and column.name in needed and place not in found:
            found[place] = (False, column)
    return found


def _is_private(row: Sequence[object], column: Column, columns: _Columns) -> bool:
    for name, value in column.private_where.items():
        for place, (_, other) in columns.items():
            if other is not None and other.name == name and place < len(row):
                return normalise(str(row[place])) == normalise(value)
    return False


def _persons(text: str) -> Iterator[str]:
    for part in _SEVERAL.split(text):
        words = part.split()
        # 李　红 is one name, spread out; 李小红 王伟 are two.
        spread = len(words) > 1 and min(map(len, words)) == 1
        for word in ["".join(words)] if spread else words:
            if _PERSON.fullmatch(word):
                yield word


@cache
def _own_text() -> str:
    """Return all that the program itself says: a name that stands there would be found anywhere."""
    return "\n".join(_texts(files("evalkit").joinpath("resources")))


def _texts(folder: Traversable) -> Iterable[str]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _texts(each)
        elif each.name.endswith((".yaml", ".md", ".typ", ".html", ".ipynb", ".toml", ".txt")):
            yield each.read_text(encoding="utf-8")
