"""The old binary workbooks (.xls, and the .et files that are of the same kind).

The stream of records is walked once before the library reads it: passwords, how far each sheet
reaches, hidden rows and columns, error values. A sheet beyond the bounds is closed right after
its opening record, so that the library sees an empty one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from evalkit.spreadsheets import bounds, refusals
from evalkit.spreadsheets.cfb import Streams, with_stream
from evalkit.spreadsheets.contents import Contents, Tab
from evalkit.spreadsheets.properties import names_a_person
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["STREAMS", "prepare"]

STREAMS = ("Workbook", "Book")

_BOF, _EOF = {0x0809, 0x0409, 0x0209, 0x0009}, 0x000A
_FILEPASS, _DATE1904, _BOUNDSHEET = 0x002F, 0x0022, 0x0085
_FORMULA, _BOOLERR, _MULRK = {0x0006, 0x0206, 0x0406}, 0x0205, 0x00BD
# LABELSST, LABEL, RSTRING, NUMBER, RK and the old INTEGER: one used cell each.
_VALUES = {0x00FD, 0x0204, 0x0004, 0x00D6, 0x0203, 0x0003, 0x027E, 0x0002}
_ROW, _COLINFO, _NOTE, _MACROS, _STRINGS = 0x0208, 0x007D, 0x001C, 0x00D3, 0x00FC
_DIMENSIONS = 0x0200
_STATES = {1, 2}


@dataclass(slots=True)
class _Globals:
    date1904: bool = False
    macros: bool = False
    sheets: list[tuple[int, int, int]] = field(default_factory=list)
    """Offset, state and type of each sheet in the stream."""


def prepare(streams: Streams) -> Contents:
    """Check a workbook and pack what is to be read for the reading library.

    Raises
    ------
    RefusedError
        The file as a whole cannot be read.
    """
    name = next(name for name in STREAMS if name in streams)
    stream = bytearray(streams.read(name))
    found = _globals(stream)
    if len(found.sheets) > bounds.MAX_SHEETS:
        raise RefusedError(refusals.TOO_MANY_SHEETS)
    tabs: list[Tab] = []
    used = 0
    for place, (offset, state, kind) in enumerate(found.sheets):
        tab = Tab("", hidden=state in _STATES, place=place)
        _sheet(stream, offset, tab)
        if tab.refusal is None and used + tab.rows * tab.columns > bounds.MAX_CELLS:
            tab.refusal = refusals.TOO_MANY_CELLS
        if kind != 0:
            found.macros |= kind == 1
            tab.skipped = True
        if tab.refusal is not None or tab.skipped:
            _close(stream, offset)
        else:
            used += tab.rows * tab.columns
        tabs.append(tab)
    return Contents(
        "xls",
        with_stream(name, bytes(stream)),
        tabs,
        date1904=found.date1904,
        macros=found.macros,
        named=names_a_person(streams),
    )


def _globals(stream: bytearray) -> _Globals:
    found = _Globals()
    place, end = 0, len(stream) - 4
    while place <= end:
        record, length = struct.unpack_from("<HH", stream, place)
        body = place + 4
        if record == _FILEPASS:
            raise RefusedError(refusals.PASSWORD)
        if record == _EOF:
            break
        if record == _DATE1904 and length >= 2:
            found.date1904 = stream[body : body + 2] == b"\1\0"
        elif record == _STRINGS and length >= 8 and body + 8 <= len(stream):
            # The library makes room for as many texts as are announced; each takes three bytes.
            if struct.unpack_from("<I", stream, body + 4)[0] > len(stream) // 3:
                raise RefusedError(refusals.DAMAGED)
        elif record == _MACROS:
            found.macros = True
        elif record == _BOUNDSHEET and length >= 6 and body + 6 <= len(stream):
            offset, state, kind = struct.unpack_from("<IBB", stream, body)
            found.sheets.append((offset, state & 3, kind))
        place = body + length
    return found


def _sheet(stream: bytearray, offset: int, tab: Tab) -> None:
    """Walk a sheet's records up to its closing one; charts inside it are passed over."""
    depth, place, end = 0, offset, len(stream) - 4
    while place <= end:
        record, length = struct.unpack_from("<HH", stream, place)
        body, place = place + 4, place + 4 + length
        if place > len(stream):
            break
        if record == _DIMENSIONS:
            # The library makes room for the area that is announced, however large.
            stream[body:place] = bytes(length)
        elif record in _BOF:
            depth += 1
        elif record == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth > 1:
            continue
        elif (record in _VALUES or record in _FORMULA or record == _BOOLERR) and length >= 4:
            row, column = struct.unpack_from("<HH", stream, body)
            _use(tab, row, column)
            if record in _FORMULA or record == _BOOLERR:
                _note_error(stream, body, length, record, tab, row, column)
        elif record == _MULRK and length >= 6:
            row, _ = struct.unpack_from("<HH", stream, body)
            _use(tab, row, struct.unpack_from("<H", stream, place - 2)[0])
        elif record == _ROW and length >= 14:
            row, flags = *struct.unpack_from("<H", stream, body), stream[body + 12]
            if flags & 0x20 and row < bounds.MAX_ROWS:
                tab.hidden_rows.add(row)
        elif record == _COLINFO and length >= 10:
            first, last, _, _, flags = struct.unpack_from("<HHHHH", stream, body)
            if flags & 1:
                tab.hidden_columns.update(range(first, min(last + 1, bounds.MAX_COLUMNS)))
        elif record == _NOTE:
            tab.comments += 1


def _use(tab: Tab, row: int, column: int) -> None:
    tab.rows, tab.columns = max(tab.rows, row + 1), max(tab.columns, column + 1)
    if tab.rows > bounds.MAX_ROWS or tab.columns > bounds.MAX_COLUMNS:
        tab.refusal = refusals.SHEET_TOO_LARGE


def _note_error(
    stream: bytearray, body: int, length: int, record: int, tab: Tab, row: int, column: int
) -> None:
    if record == _BOOLERR:
        error = length >= 8 and stream[body + 7] == 1
    else:
        result = stream[body + 6 : body + 14]
        error = length >= 14 and result[6:8] == b"\xff\xff" and result[0] == 2
    if error:
        tab.faults[row, column] = "error"


def _close(stream: bytearray, offset: int) -> None:
    if offset + 4 <= len(stream):
        length = struct.unpack_from("<H", stream, offset + 2)[0]
        place = offset + 4 + length
        stream[place : place + 4] = struct.pack("<HH", _EOF, 0)
