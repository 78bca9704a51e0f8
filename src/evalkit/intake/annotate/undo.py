"""Taking out what an earlier round put in: the list, our comments, our colours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from evalkit.intake.annotate.cells import Address, SheetPart, place_of
from evalkit.intake.annotate.comments import Comments
from evalkit.intake.annotate.list_sheet import ANSWER, MARKER
from evalkit.intake.annotate.styles import Former, Styles
from evalkit.intake.annotate.workbook import WorkbookPart
from evalkit.personal_data import masked

__all__ = ["Memory", "clear"]


@dataclass(slots=True)
class Memory:
    """What the list of the earlier round remembers.

    ``looks``: shown name of the sheet and cell → how the cell looked. ``new``: cells that were
    made only to be coloured. ``boxes``: where boxes of comments stood. ``answers``: key of a
    finding → what the college wrote in the last column.
    """

    looks: dict[tuple[str, Address], Former] = field(default_factory=dict)
    new: set[tuple[str, Address]] = field(default_factory=set)
    boxes: dict[tuple[str, Address], str] = field(default_factory=dict)
    answers: dict[tuple[str, ...], str] = field(default_factory=dict)

    def former(self, sheet: str, place: Address) -> Former:
        """Return how a cell looked; a cell that has moved looked as its column did."""
        if (sheet, place) in self.looks:
            return self.looks[sheet, place]
        column = (look for (s, p), look in self.looks.items() if (s, p[1]) == (sheet, place[1]))
        return next(column, {})

    def learn(self, kept: object, answer: str) -> None:
        """Take in one row of the list."""
        if not isinstance(kept, Mapping):
            return
        key = kept.get("key")
        if isinstance(key, list) and answer:
            self.answers[tuple(str(part) for part in key)] = answer
        at = kept.get("at")
        if not isinstance(at, list) or len(at) != 2:
            return
        place = place_of(str(at[1]))
        if place is None:
            return
        spot = (str(at[0]), place)
        if isinstance(kept.get("look"), Mapping):
            self.looks[spot] = kept["look"]
        if kept.get("new"):
            self.new.add(spot)
        if isinstance(kept.get("box"), str):
            self.boxes[spot] = kept["box"]


def clear(workbook: WorkbookPart, styles: Styles, sheets: dict[str, SheetPart]) -> Memory:
    """Take the marks of an earlier round out of a workbook that carries any.

    Parameters
    ----------
    workbook : WorkbookPart
        The workbook.
    styles : Styles
        Its style sheet.
    sheets : dict
        Part → the sheet, as far as it has been opened; those opened here are put in.
    """
    memory = _take_list(workbook)
    marked = memory is not None
    memory = memory or Memory()
    for number, tab in enumerate(workbook.tabs, 1):
        if not tab.cells or (not marked and workbook.package.related(tab.part, "comments") is None):
            continue
        sheet = sheets.setdefault(tab.part, SheetPart(workbook.package, tab.part))
        name = masked(tab.title)
        boxes = {place: box for (s, place), box in memory.boxes.items() if s == name}
        marked |= Comments(workbook, sheet, number).remove_ours(boxes)
    tints = styles.tints() if marked else frozenset()
    if tints:
        for tab in workbook.tabs:
            if tab.cells:
                sheet = sheets.setdefault(tab.part, SheetPart(workbook.package, tab.part))
                _take_colours(sheet, masked(tab.title), styles, tints, memory)
    return memory


def _take_colours(
    sheet: SheetPart, name: str, styles: Styles, tints: frozenset[int], memory: Memory
) -> None:
    done: dict[tuple[int, int], int] = {}
    for place, cell in [*sheet.cells()]:
        index = sheet.style(cell)
        if index not in tints:
            continue
        if (name, place) in memory.new and len(cell) == 0:
            sheet.remove(cell)
            continue
        former = memory.former(name, place)
        key = (index, id(former))
        if key not in done or not former:
            done[key] = styles.restored(index, former)
        sheet.restyle(cell, done[key])


def _take_list(workbook: WorkbookPart) -> Memory | None:
    """Read our list and take it out; nothing if there is none."""
    package = workbook.package
    strings = package.related(workbook.part, "sharedStrings")
    sign = MARKER.encode("ascii")
    if strings is not None and sign not in package.read(strings):
        strings = None
    memory = None
    for number, tab in reversed([*enumerate(workbook.tabs)]):
        if not tab.cells or (strings is None and sign not in package.read(tab.part)):
            continue
        sheet = SheetPart(package, tab.part)
        shared = package.tree(strings) if strings is not None else None
        rows = _rows(sheet, [] if shared is None else [*shared.iterchildren("{*}si")])
        column = next((c for (r, c), text in rows.items() if r == 1 and text == MARKER), None)
        if column is None:
            continue
        memory = memory or Memory()
        header = next((place for place, text in rows.items() if text == ANSWER), (0, 0))
        for (row, at), text in rows.items():
            if at == column and row != 1:
                memory.learn(_read(text), rows.get((row, header[1]), "").strip())
        workbook.remove(number)
    return memory


def _rows(sheet: SheetPart, shared: list[etree._Element]) -> dict[Address, str]:
    return {place: text for place, cell in sheet.cells() if (text := _text(cell, shared))}


def _text(cell: etree._Element, shared: list[etree._Element]) -> str:
    value = next((child.text or "" for child in cell.iterchildren("{*}v")), "")
    if cell.get("t") == "s":
        at = int(value or -1)
        return "".join(_pieces(shared[at])) if 0 <= at < len(shared) else ""
    return "".join(_pieces(cell)) or value


def _pieces(element: etree._Element) -> Iterator[str]:
    for piece in element.iter("{*}t"):
        parent = piece.getparent()
        if parent is None or etree.QName(parent).localname != "rPh":
            yield piece.text or ""


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
