"""Personal data where it does not belong: found, located, never echoed.

A sheet in which an identity number, a mobile number, or in a sheet of codes a student's number or
name is found is not read at all. The finding names the cell and not its content.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

from evalkit.findings import Finding, Severity
from evalkit.intake.cells import is_blank
from evalkit.intake.forms import Place
from evalkit.intake.headers import Header
from evalkit.intake.left_out import LeftOut
from evalkit.intake.names_of_students import has_named_student, is_full_name, is_word_of_names
from evalkit.ledger import Column, Sheet
from evalkit.personal_data import has_personal_number
from evalkit.spreadsheets import RawSheet

__all__ = ["personal_anywhere", "personal_in_form", "personal_in_table"]

_TOLD = 50
"""Cells of a sheet that are told one by one."""

_SHORTEST = 11
"""Characters of a mobile number; what is shorter holds no number that names a person."""

_STUDENT_NUMBER = re.compile(r"(?<!\d)20[0-3]\d{7,9}(?!\d)")
_SOME_DIGITS = re.compile(r"\d{7}")
_BARE_NUMBER = re.compile(r"\s*\d{7,13}\s*")
_NAMING = re.compile(
    r"姓名|名字|学号|身份证|证件号|电话|手机|联系方式|微信|QQ|住址|(?:家长|监护人|父亲|母亲)$|^学生$",
    re.IGNORECASE,
)
_NAMING_ANYWHERE = re.compile(r"学号|身份证|(?:学生|来访者|来访学生|当事人)姓?名")
_NUMBERED = re.compile(r"身份证|证件|电话|手机|联系|微信|QQ", re.IGNORECASE)
_ABOUT_STAFF = re.compile(
    r"教师|老师|辅导员|班主任|导师|咨询师|责任|负责|跟进人|经办|记录人|填[表报写]|审核|指导|领导"
)

_NUMBER, _STUDENT, _PERSON = "身份证号或手机号", "学号", "学生姓名"

Found = dict[tuple[int, int], str]


def personal_in_form(raw: RawSheet, sheet: Sheet, places: Mapping[str, Place]) -> list[Finding]:
    """Return a finding for each cell of a form that holds personal data; none if all is well."""
    private = {(p.row, p.column) for name, p in places.items() if sheet.column(name).private}
    return _findings(raw, {at: what for at, what in _numbers(raw, {}) if at not in private})


def personal_in_table(raw: RawSheet, sheet: Sheet, header: Header | None) -> list[Finding]:
    """Return a finding for each cell of a table that holds personal data; none if all is well."""
    if header is None:
        return personal_anywhere(raw)
    found: Found = dict(_numbers(raw, header.columns))
    records = _Records(raw, sheet, header)
    found |= dict(records.in_naming_columns())
    if sheet.coded:
        found |= dict(records.of_students())
    return _findings(raw, found)


def personal_anywhere(raw: RawSheet) -> list[Finding]:
    """Return a finding for each cell of a sheet that holds a number of a person."""
    return _findings(raw, dict(_numbers(raw, {})))


def _findings(raw: RawSheet, found: Found) -> list[Finding]:
    cells = sorted(found.items())
    findings = [
        Finding(
            "P01",
            Severity.ERROR,
            raw.location(*place),
            f"这一格有{what}，整张表因此没有读取",
            "",
            "不含姓名、学号、身份证号和手机号的内容",
            "请删去后重新提交；佐证材料和姓名对照表由学院自己保管",
        )
        for place, what in cells[:_TOLD]
    ]
    if len(cells) > _TOLD:
        findings.append(
            Finding(
                "P01",
                Severity.ERROR,
                raw.location(),
                f"另有 {len(cells) - _TOLD} 格也有这样的内容，没有逐一列出",
                "",
                "不含姓名、学号、身份证号和手机号的内容",
                "请检查整张表，删去后重新提交",
            )
        )
    return findings


def _numbers(raw: RawSheet, columns: Mapping[int, Column]) -> Iterator[tuple[tuple[int, int], str]]:
    private = {place for place, column in columns.items() if column.private}
    for row, cells in enumerate(raw.grid):
        for place, cell in enumerate(cells):
            if type(cell) is str:
                if len(cell) < _SHORTEST or not has_personal_number(cell):
                    continue
            elif not (type(cell) in (float, int) and cell >= 1e10 and _is_personal(cell)):  # type: ignore[operator]
                continue
            if place not in private:
                yield (row, place), _NUMBER


def _is_personal(cell: object) -> bool:
    if not isinstance(cell, (int, float)) or not 1e10 <= cell < 1e18:
        return False
    # A spreadsheet keeps 15 digits: an identity number stored as a number has lost its last ones.
    return cell >= 1e17 or (cell == int(cell) and has_personal_number(str(int(cell))))


class _Records:
    """The rows of a table in which students may be named, and where."""

    def __init__(self, raw: RawSheet, sheet: Sheet, header: Header) -> None:
        self._raw, self._sheet, self._header = raw, sheet, header

    def in_naming_columns(self) -> Iterator[tuple[tuple[int, int], str]]:
        """Yield what stands in a column that was added for names or numbers of students."""
        pattern = _NAMING if self._sheet.coded else _NAMING_ANYWHERE
        places = {
            place: _called(header)
            for place, header in self._header.unknown.items()
            if pattern.search(header) and not _ABOUT_STAFF.search(header)
        }
        if places:
            for row, cells in self._rows():
                for place, what in places.items():
                    if place < len(cells) and not is_blank(cells[place]):
                        yield (row, place), what

    def of_students(self) -> Iterator[tuple[tuple[int, int], str]]:
        """Yield names and numbers of students among the codes."""
        below = range(self._header.first_row, len(self._raw.grid))
        every = [(row, self._raw.grid[row]) for row in below]
        # Most sheets are clean, and need no look at which of their rows are records.
        if next(self._in(every, lambda _place: True), None) is not None:
            rows = list(self._rows())
            named = self._columns_of_names(rows)
            yield from self._in(rows, named.__contains__)

    def _in(
        self, rows: Sequence[tuple[int, Sequence[object]]], lists_names: Callable[[int], bool]
    ) -> Iterator[tuple[tuple[int, int], str]]:
        columns = self._header.columns
        passed = {
            place
            for place, column in columns.items()
            if column.people or column.private or column.type not in ("id", "str", "text")
        }
        for row, cells in rows:
            for place, cell in enumerate(cells):
                if cell == "" or place in passed:
                    continue
                what = _in_cell(cell, columns.get(place), full_names=lists_names(place))
                if what:
                    yield (row, place), what

    def _rows(self) -> Iterator[tuple[int, list[object]]]:
        """Yield the records; who signs below them is no student."""
        left_out = LeftOut(self._raw, self._sheet, self._header)
        for row in range(self._header.first_row, len(self._raw.grid)):
            cells = list(self._raw.grid[row])
            places = [place for place, cell in enumerate(cells) if not is_blank(cell)]
            if places and left_out.kind(row, cells, places) is None:
                yield row, cells

    def _columns_of_names(self, rows: list[tuple[int, list[object]]]) -> set[int]:
        """Return the columns, among those that the definition does not know, that list names.

        One word that could be a name is no proof: 严重 and 单亲 could be. Different ones in nearly
        every row are.
        """
        found = set()
        width = max((len(cells) for _, cells in rows), default=0)
        for place in range(width):
            header = self._header.unknown.get(place, "")
            if place in self._header.columns or _ABOUT_STAFF.search(header):
                continue
            texts = [
                cells[place]
                for _, cells in rows
                if place < len(cells) and not is_blank(cells[place])
            ]
            names = [text for text in texts if isinstance(text, str) and is_full_name(text)]
            if names and len(names) >= 0.8 * len(texts) and len(set(names)) >= 0.6 * len(names):
                found.add(place)
        return found


def _called(header: str) -> str:
    if _NUMBERED.search(header):
        return _NUMBER
    return _STUDENT if "学号" in header else _PERSON


def _in_cell(cell: object, column: Column | None, *, full_names: bool) -> str:
    text = _as_text(cell)
    code = column is not None and column.type == "id"
    if not text:
        return ""
    if _SOME_DIGITS.search(text):
        digits = unicodedata.normalize("NFKC", text)  # wide ones name a student too
        if _STUDENT_NUMBER.search(digits) or (code and _BARE_NUMBER.fullmatch(digits)):
            return _STUDENT
    if text.isascii():
        return ""
    if code:
        bare = text.removeprefix("学生").removeprefix("同学")
        return _PERSON if is_word_of_names(bare) or has_named_student(text) else ""
    if column is None and full_names and is_full_name(text):
        return _PERSON
    long = column is None or column.type == "text"
    return _PERSON if long and has_named_student(text) else ""


def _as_text(cell: object) -> str:
    if isinstance(cell, str):
        return "" if is_blank(cell) else cell
    if isinstance(cell, (int, float)) and 1e6 <= cell < 1e13 and cell == int(cell):
        return str(int(cell))
    return ""
