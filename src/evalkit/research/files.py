"""An extract as files: CSV, Parquet, Excel, codebook, form, manifest. Same extract, same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from evalkit.errors import DataError
from evalkit.outputs import owner_only, workbook_bytes, write_bytes
from evalkit.privacy.gate import Gate
from evalkit.privacy.released import MARK
from evalkit.research.codebook import TABLE_TITLES, codebook_frame, codebook_text
from evalkit.research.extract import LEVELS, Extract
from evalkit.research.form import FormFacts, form_bytes

__all__ = ["FORM", "MANIFEST", "write_extract"]

FORM, MANIFEST = "数据使用承诺书.docx", "manifest.json"
FORMAT = 1
_MOST_ROWS = 1_000_000
"""Rows of one Excel sheet; more go on the next."""
_COUNT_WIDTH, _TEXT_WIDTH = 12, 18


def write_extract(
    extract: Extract, folder: Path, facts: FormFacts, sources: Mapping[str, Any], gate: Gate
) -> list[Path]:
    """Write an extract into a folder, the manifest last.

    What an earlier extract left there, as its manifest tells, is taken away, so that no folder
    holds parts of two.

    Parameters
    ----------
    extract : Extract
        The extract.
    folder : Path
        Where to; made if it is not there.
    facts : FormFacts
        For the data-use form.
    sources : mapping
        Where the data came from, for the manifest: snapshots' ids, hashes of files.
    gate : Gate
        What the files may not hold.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    DataError
        If the folder has a ``manifest.json`` that is none of an extract.
    ExposureError
        If a file would name a person; nothing is written then.
    """
    stale = _earlier(folder)
    contents = dict(_contents(extract, facts))
    gate.check(contents)
    listed = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(contents.items())
    ]
    manifest = {
        "format": FORMAT,
        "what": "evalkit research export",
        "evalkit": version("evalkit"),
        "school": facts.school,
        "fictional": facts.fictional,
        "settings": {
            "level": extract.level,
            "level_title": LEVELS[extract.level],
            "years": list(extract.years),
            "k": extract.k,
            "named": extract.named,
        },
        "sources": sources,
        "rows": {name: len(table) for name, table in extract.tables.items()},
        "suppressed_cells": extract.n_suppressed,
        "files": listed,
    }
    (folder / MANIFEST).unlink(missing_ok=True)
    with owner_only():  # who else may read it is for the form to say
        written = [write_bytes(folder / name, content) for name, content in contents.items()]
    for name in stale - contents.keys():
        (folder / name).unlink(missing_ok=True)
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    return [*written, write_bytes(folder / MANIFEST, text.encode("utf-8"))]


def _contents(extract: Extract, facts: FormFacts) -> Iterator[tuple[str, bytes]]:
    codebook = codebook_frame(extract)
    for name, table in (
        *extract.tables.items(),
        ("codebook", codebook),
        ("breaks", extract.breaks),
    ):
        yield f"{name}.csv", _csv(table)
    for name, table in extract.tables.items():
        yield f"{name}.parquet", _parquet(table)
    yield "extract.xlsx", _workbook(extract, codebook)
    yield "codebook.md", codebook_text(extract).encode("utf-8")
    yield FORM, form_bytes(extract, facts)


def _csv(table: pd.DataFrame) -> bytes:
    # Excel takes a .csv for its own encoding unless it begins with this mark.
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _parquet(table: pd.DataFrame) -> bytes:
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    sink = pa.BufferOutputStream()
    pq.write_table(arrow, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _workbook(extract: Extract, codebook: pd.DataFrame) -> bytes:
    book = Workbook(write_only=True)
    titles = dict(zip(codebook["column"], codebook["title"], strict=True))
    for name, table in extract.tables.items():
        for number, first in enumerate(range(0, max(len(table), 1), _MOST_ROWS), 1):
            label = name if number == 1 else f"{name}_{number}"
            _sheet(book, label, TABLE_TITLES[name], table[first : first + _MOST_ROWS], titles)
    heads = ("表", "列名", "含义", "单位", "类型", "来源", "说明")
    named = dict(zip(codebook.columns, heads, strict=True))
    _sheet(book, "codebook", "数据字典", codebook, named)
    labels = {"academic_year": "学年", "college": "学院代码", "college_name": "学院"}
    _sheet(book, "breaks", "断点", extract.breaks, {**labels, "note": "与上一学年相比"})
    return workbook_bytes(book)


def _sheet(
    book: Workbook, label: str, title: str, table: pd.DataFrame, titles: Mapping[str, str]
) -> None:
    sheet = book.create_sheet(label)
    for place, name in enumerate(table.columns, 1):
        width = _COUNT_WIDTH if pd.api.types.is_numeric_dtype(table[name]) else _TEXT_WIDTH
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A4"
    sheet.append([_cell(sheet, f"{title}（“{MARK}”为隐去的数，空白为没有数据）", bold=True)])
    sheet.append([_cell(sheet, titles.get(name, name), bold=True) for name in table.columns])
    sheet.append([_cell(sheet, name, bold=False) for name in table.columns])
    gone = [set(str(text).split("、")) for text in table.get("suppressed", [""] * len(table))]
    for out, row in zip(gone, table.itertuples(index=False), strict=True):
        sheet.append(
            [
                MARK if name in out else None if pd.isna(value) else value
                for name, value in zip(table.columns, row, strict=True)
            ]
        )


def _cell(sheet: Any, text: str, *, bold: bool) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=bold, color=None if bold else "6B7785")
    cell.alignment = Alignment(vertical="top")
    return cell


def _earlier(folder: Path) -> set[str]:
    """Return the files of the extract that lies in a folder.

    Raises
    ------
    DataError
        If what lies there is something else.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return set()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        names = {str(file["name"]) for file in found["files"]}
        own = found["what"] == "evalkit research export"
    except (ValueError, KeyError, TypeError):
        own, names = False, set()
    if not own or any(Path(name).name != name for name in names):
        raise DataError(
            f"文件夹 {folder} 里有一份不是由本命令写的 {MANIFEST}，没有写入。"
            "允许：空文件夹，或上一次导出的文件夹。请用 -o 换一个文件夹。"
        )
    return names
