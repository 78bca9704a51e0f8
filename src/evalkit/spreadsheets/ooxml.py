"""Workbooks of the OOXML kind (.xlsx, .xlsm): which sheets there are, and where they stand."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from evalkit.spreadsheets import bounds, refusals
from evalkit.spreadsheets.contents import Contents, Tab
from evalkit.spreadsheets.markup import Element, elements
from evalkit.spreadsheets.package import Package, pack
from evalkit.spreadsheets.properties import OWN_NAMES
from evalkit.spreadsheets.refusals import Refusal, RefusedError
from evalkit.spreadsheets.worksheet import Details, scan

__all__ = ["main_part", "prepare"]

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_ROOT = (
    f'{_RELATIONS}<Relationship Id="r" Type="{_RELATION}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str


def main_part(package: Package) -> str:
    """Return the name of the part that holds the workbook (or document)."""
    for relation in _relations(package, "").values():
        if relation.kind == "officedocument" and relation.target in package:
            return relation.target
    return "xl/workbook.xml"


def prepare(package: Package, part: str) -> Contents:
    """Check a workbook and pack what is to be read for the reading library.

    Raises
    ------
    RefusedError
        The file as a whole cannot be read.
    """
    date1904, listed = _workbook(package.xml(part))
    if len(listed) > bounds.MAX_SHEETS:
        raise RefusedError(refusals.TOO_MANY_SHEETS)
    relations = _relations(package, part)
    shared, styles = (
        next((package.xml(r.target) for r in relations.values() if r.kind == kind), b"")
        for kind in ("sharedstrings", "styles")
    )
    longest = _longest(shared)
    parts: dict[str, bytes] = {}
    tabs: list[Tab] = []
    macros = package.ending("vbaproject.bin")
    for name, state, identity in listed:
        relation = relations.get(identity)
        if relation is not None and relation.kind != "worksheet":
            macros |= "macrosheet" in relation.kind
            continue
        tab = Tab(name, hidden=state in ("hidden", "veryHidden"))
        tabs.append(tab)
        outcome = _sheet(package, relation, longest)
        if isinstance(outcome, Refusal):
            tab.refusal = outcome
            continue
        tab.place = len(parts)
        tab.merged, tab.faults = outcome.merged, outcome.faults
        tab.hidden_rows, tab.hidden_columns = outcome.hidden_rows, outcome.hidden_columns
        tab.comments = _comments(package, relation)
        parts[f"xl/worksheets/sheet{tab.place}.xml"] = outcome.xml
    has_macros = macros or b"macroEnabled" in package.read("[Content_Types].xml")
    return Contents(
        "xlsm" if has_macros else "xlsx",
        pack({**_frame(len(parts), date1904, shared, styles), **parts}) if parts else b"",
        tabs,
        date1904=date1904,
        macros=macros,
        named=_names_a_person(package),
    )


def _workbook(xml: bytes) -> tuple[bool, list[tuple[str, str, str]]]:
    date1904, listed = False, []
    found = elements(xml)
    if not found or found[0][0] != "workbook":
        raise RefusedError(refusals.DAMAGED)
    for name, attributes, _ in found:
        if name == "workbookPr":
            date1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            state = attributes.get("state", "visible")
            listed.append((attributes.get("name", ""), state, attributes.get("id", "")))
    return date1904, listed


def _sheet(package: Package, relation: _Relation | None, longest: int) -> Details | Refusal:
    if relation is None or relation.target not in package:
        return refusals.SHEET_DAMAGED
    try:
        xml = package.xml(relation.target)
        # Each cell gets a copy of its shared text: a long one, much used, would fill the memory.
        if longest and longest * xml.count(b't="s"') > bounds.MAX_UNPACKED:
            return refusals.OUT_OF_MEMORY
        return scan(xml)
    except RefusedError as error:
        if error.refusal in (refusals.UNPACKED_TOO_LARGE, refusals.DTD, refusals.PASSWORD):
            raise
        return refusals.SHEET_DAMAGED if error.refusal is refusals.DAMAGED else error.refusal


def _longest(shared: bytes) -> int:
    if len(shared) < bounds.MIB:  # times the most cells that the bounds let through: harmless
        return 0
    ends = [0, *(match.end() for match in re.finditer(rb"</(?:\w+:)?si>", shared)), len(shared)]
    return max(after - before for before, after in pairwise(ends))


def _elements(package: Package, part: str, *, spare: bool) -> list[Element]:
    """Return a part's elements; a damaged part that can be spared has none."""
    try:
        return elements(package.xml(part))
    except RefusedError as error:
        if spare and error.refusal is refusals.DAMAGED:
            return []
        raise


def _relations(package: Package, part: str, *, spare: bool = False) -> dict[str, _Relation]:
    folder, name = posixpath.split(part)
    listed = _elements(package, posixpath.join(folder, "_rels", f"{name}.rels"), spare=spare)
    found: dict[str, _Relation] = {}
    for element, attributes, _ in listed:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", folder, attributes.get("Target", "").replace("\\", "/"))
            # Transitional and strict files differ in the address before the last word only.
            kind = attributes.get("Type", "").rpartition("/")[2].lower()
            found[attributes.get("Id", "")] = _Relation(kind, target)
    return found


def _comments(package: Package, sheet: _Relation | None) -> int:
    """Count the comments of a sheet, other than our own."""
    if sheet is None:
        return 0
    count = 0
    for relation in _relations(package, sheet.target.lstrip("/"), spare=True).values():
        if relation.kind != "comments":
            continue
        found = _elements(package, relation.target, spare=True)
        authors = [text.strip() for name, _, text in found if name == "author"]
        for name, attributes, _ in found:
            if name == "comment":
                number = attributes.get("authorId", "")
                known = number.isdecimal() and len(number) < 6 and int(number) < len(authors)
                count += not (known and authors[int(number)] == "evalkit")
    return count


def _names_a_person(package: Package) -> bool:
    for relation in _relations(package, "").values():
        if relation.kind == "core-properties":
            for name, _, text in _elements(package, relation.target, spare=True):
                own = text.strip().casefold() in OWN_NAMES
                if name in ("creator", "lastModifiedBy") and not own:
                    return True
    return False


def _frame(sheets: int, date1904: bool, shared: bytes, styles: bytes) -> dict[str, bytes]:
    """Return the parts around the sheets, which are called by their places."""
    workbook, relations = [], []
    for place in range(sheets):
        workbook.append(f'<sheet name="{place}" sheetId="{place + 1}" r:id="r{place}"/>')
        relations.append((f"r{place}", "worksheet", f"worksheets/sheet{place}.xml"))
    if shared:
        relations.append(("strings", "sharedStrings", "sharedStrings.xml"))
    if styles:
        relations.append(("styles", "styles", "styles.xml"))
    texts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": "".join(_workbook_parts(workbook, date1904)),
        "xl/_rels/workbook.xml.rels": _RELATIONS
        + "".join(
            f'<Relationship Id="{identity}" Type="{_RELATION}/{kind}" Target="{target}"/>'
            for identity, kind, target in relations
        )
        + "</Relationships>",
    }
    parts = {name: text.encode() for name, text in texts.items()}
    if shared:
        parts["xl/sharedStrings.xml"] = shared
    if styles:
        parts["xl/styles.xml"] = styles
    return parts


def _workbook_parts(sheets: list[str], date1904: bool) -> Iterator[str]:
    yield '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    yield f' xmlns:r="{_RELATION}"><workbookPr date1904="{int(date1904)}"/><sheets>'
    yield from sheets
    yield "</sheets></workbook>"
