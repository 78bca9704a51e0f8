"""A school's years as a part of a store of many schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.evidence.catalogue import SCHOOL_SUBJECTS, SUBJECTS
from evalkit.evidence.source import KEYS, Source
from evalkit.ledger import load_ledger
from evalkit.outputs import write_bytes

__all__ = ["add_to_store"]


def add_to_store(source: Source, folder: Path, school: str) -> list[Path]:
    """Write a school's tables into a store, each as ``<table>/<school>.parquet``.

    Of the sheets that metrics need, what they do not need of persons and running text stays behind.
    The names that they need become numbers, the same in all sheets and years. What the school wrote
    there before is replaced; other schools' files are left alone.

    Parameters
    ----------
    source : Source
        The school's tables, as :func:`evalkit.assessment.sources.build_source` returns them.
    folder : Path
        The store; made if it is not there.
    school : str
        The school's code.

    Returns
    -------
    list of Path
        The files.
    """
    sheets = {
        name: source.tables[name].select([*KEYS, *columns]) for name, columns in _columns().items()
    }
    frame = {
        "calendar": source.calendar,
        "due_months": source.due_months,
        "handed_in": source.handed_in,
    }
    return [
        _write(table, folder / name / f"{school}.parquet", school)
        for name, table in {**_numbered(sheets), **frame}.items()
    ]


@cache
def _columns() -> Mapping[str, Sequence[str]]:
    """Return what leaves the school: the columns of each sheet that metrics need.

    Columns are those of the built-in ledger, whatever the school has added or dropped, so that all
    schools' files fit each other.
    """
    needed: dict[str, set[str]] = defaultdict(set)
    for subject in (*SUBJECTS, *SCHOOL_SUBJECTS):
        for metric in subject.metrics:
            for sheet, columns in metric.needs.items():
                needed[sheet].update(columns)
    ledger = load_ledger()
    return {
        sheet: [
            column.name
            for column in ledger[sheet].columns
            if not (column.private or column.name in KEYS)
            and (column.name in own or not (column.people or column.type == "text"))
        ]
        for sheet, own in sorted(needed.items())
    }


def _numbered(sheets: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the sheets with numbers for the names of persons."""
    ledger = load_ledger()
    cells = {
        (sheet, column.name): [
            None if name is None else "".join(name.split())
            for name in table.column(column.name).to_pylist()
        ]
        for sheet, table in sheets.items()
        for column in ledger[sheet].columns
        if column.people and column.name in table.column_names
    }
    known = sorted({name for names in cells.values() for name in names if name is not None})
    numbers = {name: f"P{number:04d}" for number, name in enumerate(known, 1)}
    found = dict(sheets)
    for (sheet, column), names in cells.items():
        codes = [None if name is None else numbers[name] for name in names]
        place = found[sheet].column_names.index(column)
        found[sheet] = found[sheet].set_column(place, column, pa.array(codes, pa.string()))
    return found


def _write(table: pa.Table, path: Path, school: str) -> Path:
    codes = pa.array([school] * len(table), pa.string())
    sink = pa.BufferOutputStream()
    pq.write_table(table.add_column(0, "school_code", codes), sink, compression="zstd")
    return write_bytes(path, sink.getvalue().to_pybytes())
