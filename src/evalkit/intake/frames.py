"""Rows → frames whose columns the ledger's definition declares."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalkit.intake.columns import Columns
from evalkit.ledger import Column, Ledger, Sheet, load_ledger

__all__ = ["PROVENANCE", "definitions_of_frames", "table_frame"]

PROVENANCE = ("source_file", "source_sheet", "source_row")
"""Columns that say where a row came from."""

_DTYPES = {
    "int": "Int64",
    "bool": "boolean",
    "dec": "Float64",
    "money": "Float64",
    "pct": "Float64",
    "date": "datetime64[us]",
    "datetime": "datetime64[us]",
}


def definitions_of_frames(ledger: Ledger) -> tuple[Sheet, ...]:
    """Return the sheets of which a year has a table: the school's, and what it left out.

    Figures are computed from the built-in sheets and columns. Those that a school dropped stay in
    its tables, without a value: 无数据.
    """
    own = {sheet.name: sheet for sheet in ledger.sheets if sheet.workbook != "judge"}
    for builtin in load_ledger().sheets:
        sheet = own.setdefault(builtin.name, builtin)
        names = {column.name for column in sheet.columns}
        dropped = tuple(column for column in builtin.columns if column.name not in names)
        if dropped:
            columns = (*sheet.columns, *dropped)
            own[builtin.name] = sheet.model_copy(update={"columns": columns})
    return tuple(own.values())


def table_frame(sheet: Sheet, reads: Sequence[tuple[str, Columns]]) -> pd.DataFrame:
    """Put one sheet of all colleges into a frame.

    Parameters
    ----------
    sheet : Sheet
        The definition.
    reads : sequence of (college code, Columns)
        What each workbook said.

    Returns
    -------
    DataFrame
        ``college_code``, the definition's columns that may leave the workbook, and
        ``source_file``, ``source_sheet``, ``source_row``. Text is ``string``, whole numbers
        ``Int64``, other numbers ``Float64``, yes/no ``boolean``, dates ``datetime64[us]``; what is
        blank or unusable is missing. The dtypes are the same however few rows there are.
    """
    columns = {column.name: column for column in sheet.columns if not column.private}
    own_code = columns.pop("college_code", None) is not None
    codes: list[object] = []
    for code, read in reads:
        codes += read.of("college_code") if own_code and not code else [code] * len(read)
    frame = {
        name: _series([value for _, read in reads for value in read.of(name)], column)
        for name, column in columns.items()
    }
    files = [read.file for _, read in reads for _ in read.numbers]
    tabs = [read.tab for _, read in reads for _ in read.numbers]
    numbers = [number for _, read in reads for number in read.numbers]
    return pd.DataFrame(
        {
            "college_code": pd.Series(codes, dtype="string"),
            **frame,
            "source_file": pd.Series(files, dtype="string"),
            "source_sheet": pd.Series(tabs, dtype="string"),
            "source_row": pd.Series(numbers, dtype="Int64"),
        }
    )


def _series(values: list[object], column: Column) -> pd.Series:
    return pd.Series(values, dtype=_DTYPES.get(column.type, "string"))
