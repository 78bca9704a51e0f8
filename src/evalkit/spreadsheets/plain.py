"""A worksheet's XML in the one plain shape that the scan and the reading library share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evalkit.spreadsheets import refusals
from evalkit.spreadsheets.addresses import column_number, inside
from evalkit.spreadsheets.markup import local, parse, parser
from evalkit.spreadsheets.model import address
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["plain"]

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_TEXT = {"v", "f", "t"}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_QUOTED = _ESCAPES | {ord('"'): "&quot;"}


def plain(xml: bytes) -> bytes:
    """Write a worksheet part anew, with its used cells, hidden rows and merged ranges only.

    Raises
    ------
    RefusedError
        The part is not well formed, or has used cells beyond the bounds.
    """
    writer = _Writer()
    made = parser()
    made.StartElementHandler = writer.start
    made.EndElementHandler = writer.end
    made.CharacterDataHandler = writer.text
    parse(made, xml, refusals.SHEET_DAMAGED)
    return writer.result()


class _Writer:
    def __init__(self) -> None:
        self.columns: list[str] = []
        self.cells: list[str] = []
        self.merged: list[str] = []
        self.in_data = self.in_cell = False
        self.phonetic = 0
        self.row, self.column = -1, -1
        self.attributes: Mapping[str, str] = {}
        self.formula: str | None = None
        self.value: str | None = None
        self.inline: str | None = None
        self.characters: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "sheetData":
            self.in_data = True
        elif not self.in_data:
            if name in ("col", "mergeCell"):
                target = self.columns if name == "col" else self.merged
                target.append(f"<{name}{_written(attributes)}/>")
        elif self.in_cell:
            self._start_in_cell(name, attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "c":
            self._start_cell(attributes)

    def end(self, name: str) -> None:
        name = local(name)
        if name == "sheetData":
            self.in_data = False
        elif not self.in_cell:
            return
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self.phonetic -= 1
        elif name in _TEXT and self.characters is not None:
            text, self.characters = "".join(self.characters), None
            if name == "v":
                self.value = text
            elif name == "t" and not self.phonetic:
                self.inline = (self.inline or "") + text
            elif name == "f" and self.formula is not None:
                self.formula += f"{text.translate(_ESCAPES)}</f>"

    def text(self, characters: str) -> None:
        if self.characters is not None:
            self.characters.append(characters)

    def result(self) -> bytes:
        parts = ["<worksheet><cols>", *self.columns, "</cols><sheetData>", *self.cells]
        parts += ["</sheetData><mergeCells>", *self.merged, "</mergeCells></worksheet>"]
        return "".join(parts).encode("utf-8", "replace")

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r")
        if number is not None and _ROW.fullmatch(number) is None:
            raise RefusedError(refusals.SHEET_DAMAGED)
        self.row = self.row + 1 if number is None else int(number) - 1
        self.column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.cells.append(f'<row r="{self.row + 1}" hidden="1"></row>')

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self.column += 1
        else:
            match = _ADDRESS.fullmatch(place)
            if match is None:
                raise RefusedError(refusals.SHEET_DAMAGED)
            self.row, self.column = int(match[2]) - 1, column_number(match[1].encode())
        self.in_cell, self.phonetic = True, 0
        self.attributes = attributes
        self.formula = self.value = self.inline = self.characters = None

    def _start_in_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "rPh":
            self.phonetic += 1
        elif name in _TEXT:
            self.characters = []
            if name == "f":
                self.formula = f"<f{_written(attributes)}>"

    def _end_cell(self) -> None:
        self.in_cell = False
        if self.formula is None and self.value is None and self.inline is None:
            return  # formatted, but blank
        if not inside(max(self.row, 0), self.column):
            raise RefusedError(refusals.SHEET_TOO_LARGE)
        kept = {k: v for k, v in self.attributes.items() if k in ("s", "t")}
        parts = [f'<c r="{address(max(self.row, 0), self.column)}"{_written(kept)}>']
        if self.formula is not None:
            parts.append(self.formula)
        if self.value is not None:
            parts.append(f"<v>{self.value.translate(_ESCAPES)}</v>")
        if self.inline is not None:
            text = self.inline.translate(_ESCAPES)
            parts.append(f'<is><t xml:space="preserve">{text}</t></is>')
        self.cells.append("".join([*parts, "</c>"]))


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f' {local(k)}="{v.translate(_QUOTED)}"' for k, v in attributes.items())
