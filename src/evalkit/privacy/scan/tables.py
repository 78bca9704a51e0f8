"""Tables in columns: Parquet, Feather, Arrow; and old Excel workbooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

from evalkit.privacy.scan.grids import Table, columns_table
from evalkit.privacy.scan.texts import Piece, decoded

__all__ = ["TableError", "column_pieces", "old_workbook_pieces"]


MOST_CELLS = 100_000
"""Size of a table up to which it is looked at row by row."""


class TableError(Exception):
    """A table that cannot be read; the text says why, in Chinese."""


def column_pieces(content: bytes) -> Iterator[Piece]:
    """Yield the metadata, the columns' names, and every different value of text or number.

    Raises
    ------
    TableError
        If the file is broken or encrypted.
    """
    import pyarrow as pa  # slow to import, and few files need it
    import pyarrow.feather
    import pyarrow.parquet

    try:
        if content.startswith(b"PAR1"):
            table = pyarrow.parquet.read_table(BytesIO(content))
        else:
            table = pyarrow.feather.read_table(BytesIO(content))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(f"表格文件损坏或有密码（{type(error).__name__}）") from None
    for key, value in (table.schema.metadata or {}).items():
        yield f"文件的说明 {decoded(key)[:40]}", decoded(value)
    whole = table.num_rows * table.num_columns <= MOST_CELLS
    if whole:  # of larger ones each column by itself
        yield "", columns_table(table.column_names, (each.to_pylist() for each in table.columns))
    for number, field in enumerate(table.schema):
        yield "列名", field.name
        for key, value in (field.metadata or {}).items():
            yield f"列“{field.name}”的说明", f"{decoded(key)}\n{decoded(value)}"
        kind = field.type
        if pa.types.is_temporal(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
            continue
        column = table.column(number).combine_chunks()
        try:
            values = column.unique().to_pylist()
        except pa.ArrowNotImplementedError:  # lists and the like
            values = column.to_pylist()
        texts = (v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values)
        listed = list(texts)
        yield f"列“{field.name}”", "\n".join(listed)
        if not whole and (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            yield f"列“{field.name}”", columns_table([field.name], [listed])


def old_workbook_pieces(content: bytes) -> Iterator[Piece]:
    """Yield the cells of an .xls or .xlsb workbook, hidden sheets included, and its raw texts.

    Raises
    ------
    TableError
        If it cannot be opened.
    """
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(BytesIO(content))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python()
            cells = [[_text(cell) for cell in row] for row in rows]
            yield f"工作表“{name}”", "\n".join(cell for row in cells for cell in row)
            yield f"工作表“{name}”", Table(cells)
    except (CalamineError, ValueError, OSError) as error:
        raise TableError(f"工作簿损坏、有密码或不认识（{type(error).__name__}）") from None
    yield from raw_pieces(content)


def raw_pieces(content: bytes) -> Iterator[Piece]:
    """Yield what may be text in a file that is not known: runs of it, in UTF-8 and UTF-16."""
    yield "", "\n".join(run.decode("utf-8", "replace") for run in _RUN.findall(content))
    for start in (0, 1):
        text = content[start:].decode("utf-16-le", "ignore")
        yield "", "\n".join(_WIDE.findall(text))


_RUN = re.compile(rb"(?:[\x20-\x7e\t]|[\xc2-\xef][\x80-\xbf]{1,2}){4,}")
_WIDE = re.compile("[\u0020-\u007e\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]{2,}")


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
