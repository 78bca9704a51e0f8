"""What a worksheet's XML says beyond its values: formulas, errors, hidden rows, merged ranges.

The usual programs write plain XML, of which a few searches tell everything; a parser would take
longer than reading the values. A sheet of any other shape (prefixes, comments, cells without an
address ...) is first parsed and written anew in the plain shape, so that there is one scan only
and the reading library sees what was scanned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evalkit.spreadsheets import refusals
from evalkit.spreadsheets.addresses import column_number, inside
from evalkit.spreadsheets.bounds import MAX_COLUMNS, MAX_ROWS
from evalkit.spreadsheets.model import Area, CellFault
from evalkit.spreadsheets.plain import plain
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["Details", "scan"]

# Columns to OJ (400) and rows to 20000: a search for what does *not* fit is one pass in C.
_WITHIN = rb"(?:[A-Z]|[A-N][A-Z]|O[A-J])(?:[1-9][0-9]{0,3}|1[0-9]{4}|20000)"
_UNUSUAL = re.compile(rb'<c(?! r="' + _WITHIN + rb'"[ />])[ />\s]')
_ADDRESSED = rb' r="([A-Z]{1,3})([1-9][0-9]{0,6})"'
_ODD = re.compile(rb"<c(?!" + _ADDRESSED + rb"[ />])[ />\s]")
_FULL = re.compile(rb"<c [^>]*(?<!/)>(?!\s*</c>)")
_FULL_BEYOND = re.compile(
    rb'<c r="(?:[A-Z]{3}[0-9]|(?:O[K-Z]|[P-Z][A-Z])[0-9]|[A-Z]{1,2}'
    rb"(?:2000[1-9]|200[1-9][0-9]|20[1-9][0-9]{2}|2[1-9][0-9]{3}|[3-9][0-9]{4}|[1-9][0-9]{5,}))"
    rb"[^>]*(?<!/)>(?!\s*</c>)"
)
_HAS_FORMULA = re.compile(rb"<f[\s/>]")
_FORMULA = re.compile(
    rb"<c" + _ADDRESSED + rb"([^>]*)>\s*<f((?:\s[^>]*?)?)(?:/>|>([^<]*)</f>)"
    rb"\s*(?:<v[^>]*>([^<]*)</v>)?"
)
_ERROR = re.compile(rb"<c" + _ADDRESSED + rb'[^>]* t="e"[^>]*>')
_SHARED = re.compile(rb'si="(\d+)"')
_QUOTED = re.compile(rb'(?:&quot;|")(?:(?!&quot;|").)*(?:&quot;|")', re.DOTALL)
_EXTERNAL = re.compile(
    rb"(?:'|&apos;)[^'\[\]]*\[\d+\](?:[^'&]|''|&(?!apos;))*(?:'|&apos;)!"
    rb"|(?<![\w\]\x80-\xff])\[\d+\][^\s!'\"()\[\],+*/&-]*!"
)
_LONGEST_FORMULA = 4 * 8192  # Excel's own bound, in characters of up to four bytes
_HIDDEN = b' hidden="'
_NUMBER = {name: re.compile(rb" " + name + rb'="(\d{1,7})"') for name in (b"r", b"min", b"max")}
_MERGED = re.compile(
    rb'<mergeCell[^>]* ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"'
)


@dataclass(slots=True)
class Details:
    """What one scan found."""

    xml: bytes
    """The sheet as the reading library shall see it; nothing if it is beyond the bounds."""
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    faults: dict[tuple[int, int], CellFault] = field(default_factory=dict)


def scan(xml: bytes) -> Details:
    """Return the details of a worksheet part.

    Raises
    ------
    RefusedError
        The sheet is damaged, or has used cells beyond the bounds.
    """
    unusual = _UNUSUAL.search(xml)
    formulas = _has_formulas(xml)
    if not _is_plain(xml, formulas=formulas) or (unusual and _ODD.search(xml)):
        xml = plain(xml)
        formulas = _has_formulas(xml)
    elif unusual:
        xml = _within_bounds(xml, unusual.start())
    details = Details(xml)
    if formulas:
        details.faults.update(_formula_faults(xml))
    if b' t="e"' in xml:
        for match in _ERROR.finditer(xml):
            row, column = int(match[2]) - 1, column_number(match[1])
            if inside(row, column):
                details.faults[row, column] = "error"
        # The library knows the old error values only, and gives up a sheet with any other.
        details.xml = _ERROR.sub(lambda m: m[0].replace(b' t="e"', b' t="str"'), xml)
    _note_hidden(xml, details)
    details.merged.extend(_merged(xml))
    return details


def _within_bounds(xml: bytes, place: int) -> bytes:
    """Return a sheet without the blank rest that begins with the cell at `place`."""
    end = xml.rfind(b"</sheetData>")
    if end > place and not _FULL.search(xml, place):
        return xml[:place] + b"</row>" + xml[end:]
    if _FULL_BEYOND.search(xml, place):
        raise RefusedError(refusals.SHEET_TOO_LARGE)
    return xml


def _is_plain(xml: bytes, *, formulas: bool) -> bool:
    # A single rare character is looked for first: that takes a hundredth of the time.
    return (
        b"<sheetData" in xml
        and not (b"!" in xml and b"<!" in xml)
        and not (xml.find(b"?", xml.find(b">")) >= 0 and xml.find(b"<?", 1) >= 0)
        and not (b"'" in xml and b"='" in xml)
        and not _has_prefixes(xml)
        and (not formulas or _formulas_are_plain(xml))
        and all(_NUMBER[b"r"].search(tag) for tag in _hidden(xml) if tag.startswith(b"<row "))
    )


def _has_prefixes(xml: bytes) -> bool:
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    return xml.find(b":", start, end) >= 0 and any(
        xml.find(mark, start, end) >= 0 for mark in (b":c ", b":c>", b":f ", b":f>", b":row ")
    )


def _has_formulas(xml: bytes) -> bool:
    # Other elements with this beginning follow the cells.
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    return xml.find(b"f", start, end) >= 0 and xml.find(b"<f", start, end) >= 0


def _formulas_are_plain(xml: bytes) -> bool:
    seen = sum(1 for _ in _FORMULA.finditer(xml))
    return seen == sum(1 for _ in _HAS_FORMULA.finditer(xml))


def _formula_faults(xml: bytes) -> Iterator[tuple[tuple[int, int], CellFault]]:
    shared: dict[bytes, bool] = {}
    for match in _FORMULA.finditer(xml):
        letters, digits, cell, formula, text, result = match.groups(default=b"")
        external = bool(text) and _is_external(text)
        index = _SHARED.search(formula)
        if index is not None:
            external = shared.setdefault(index[1], external)
        row, column = int(digits) - 1, column_number(letters)
        if not inside(row, column):
            continue
        # A formula may well give an empty text; it is marked as text then.
        if not result and b't="str"' not in cell:
            yield (row, column), "no_result"
        elif external:
            yield (row, column), "external"


def _is_external(formula: bytes) -> bool:
    formula = formula[:_LONGEST_FORMULA]
    return b"[" in formula and _EXTERNAL.search(_QUOTED.sub(b'""', formula)) is not None


def _hidden(xml: bytes) -> Iterator[bytes]:
    """Yield the tags that are marked as hidden."""
    place = xml.find(_HIDDEN)
    while place >= 0:
        end = place + len(_HIDDEN)
        if xml.startswith((b'1"', b'true"'), end):
            yield xml[xml.rfind(b"<", 0, place) : xml.find(b">", end)]
        place = xml.find(_HIDDEN, end)


def _note_hidden(xml: bytes, details: Details) -> None:
    for tag in _hidden(xml):
        if tag.startswith(b"<row "):
            row = _number(tag, b"r") - 1
            if 0 <= row < MAX_ROWS:
                details.hidden_rows.add(row)
        elif tag.startswith(b"<col "):
            first, last = max(_number(tag, b"min"), 1), min(_number(tag, b"max"), MAX_COLUMNS)
            details.hidden_columns.update(range(first - 1, last))


def _number(tag: bytes, name: bytes) -> int:
    match = _NUMBER[name].search(tag)
    return 0 if match is None else int(match[1])


def _merged(xml: bytes) -> Iterator[Area]:
    for match in _MERGED.finditer(xml, max(xml.rfind(b"</sheetData>"), 0)):
        top, left = int(match[2]) - 1, column_number(match[1])
        bottom, right = int(match[4]) - 1, column_number(match[3])
        if inside(top, left) and bottom >= top and right >= left:
            yield top, left, min(bottom, MAX_ROWS - 1), min(right, MAX_COLUMNS - 1)
