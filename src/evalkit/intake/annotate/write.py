"""Writing a college's workbook back, with every fault marked in its cell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from evalkit.findings import Finding
from evalkit.intake.annotate.cells import Address, SheetPart
from evalkit.intake.annotate.comments import Comments, Note
from evalkit.intake.annotate.list_sheet import (
    Head,
    key_of,
    list_part,
    list_title,
    names_of,
)
from evalkit.intake.annotate.looks import Looks
from evalkit.intake.annotate.marks import Entry, address_of, arrange, titles_by_name, worst
from evalkit.intake.annotate.package import MOST_BYTES, Package, UnsafePackageError
from evalkit.intake.annotate.plain_copy import plain_copy
from evalkit.intake.annotate.properties import forget_people, forget_titles
from evalkit.intake.annotate.styles import Styles
from evalkit.intake.annotate.undo import clear
from evalkit.intake.annotate.wording import LONGEST, comment_text
from evalkit.intake.annotate.workbook import WorkbookPart
from evalkit.outputs import owner_only, write_bytes
from evalkit.personal_data import masked
from evalkit.spreadsheets import read_book
from evalkit.spreadsheets.model import Book

__all__ = ["annotate", "annotated_name"]

_PREFIX = "反馈_"
_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def annotated_name(source_name: str) -> str:
    """Return the file name under which a workbook goes back to its sender.

    Examples
    --------
    >>> annotated_name("台账_2024-2025_C03.xls"), annotated_name("反馈_台账.xlsm")
    ('反馈_台账_2024-2025_C03.xlsx', '反馈_台账.xlsm')
    """
    name = Path(source_name)
    suffix = ".xlsm" if name.suffix.lower() == ".xlsm" else ".xlsx"
    stem = name.stem if name.suffix else name.name
    return f"{_PREFIX}{stem.removeprefix(_PREFIX)}{suffix}"


def annotate(
    source: Path,
    findings: Sequence[Finding],
    target: Path,
    *,
    book: Book | None = None,
    heading: str = "",
) -> Path:
    """Write a copy of a workbook in which every fault is coloured, explained and listed.

    All else in a .xlsx or .xlsm file is kept. Of other formats, and of a package that cannot be
    edited safely, the copy holds the values alone. Marks of an earlier round are taken out first.

    Parameters
    ----------
    source : Path
        What the college sent. It is never written to.
    findings : sequence of Finding
        What is wrong in it.
    target : Path
        Where the copy goes; see :func:`annotated_name`.
    book : Book, optional
        What was read from `source`, if it is at hand.
    heading : str
        Put before the title of the list, such as ``"示例学院 2024-2025 学年 第一轮"``.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    ValueError
        If `target` is `source`.
    """
    if target.resolve() == source.resolve() or (target.exists() and target.samefile(source)):
        raise ValueError("反馈文件不能写在原文件上，请换一个文件夹或文件名。")
    name = masked(source.name, 80)
    try:
        if source.stat().st_size > MOST_BYTES:
            raise UnsafePackageError("file too large")
        package = Package(source.read_bytes())
        return _write(target, _marked(package, findings, Head(heading, name)))
    except (UnsafePackageError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        # Whatever shape the package has: the college gets its marks, if need be on the values.
        content, titles = plain_copy(book or read_book(source))
    remark = (
        f"说明：原文件“{name}”的格式无法保留，本文件是按它的内容另外生成的，"
        "只有数据和标记；您可以在本文件中改正，也可以在原文件中改正。"
    )
    package = Package(content)
    if target.suffix.lower() == ".xlsm":
        package.set_content_type(WorkbookPart(package).part, _MACROS)
    return _write(target, _marked(package, findings, Head(heading, name, remark), titles))


def _write(target: Path, content: bytes) -> Path:
    with owner_only():  # it holds the sender's coded records
        return write_bytes(target, content)


def _marked(
    package: Package,
    findings: Sequence[Finding],
    head: Head,
    titles: Mapping[str, str] | None = None,
) -> bytes:
    workbook = WorkbookPart(package)
    styles = Styles(workbook)
    sheets: dict[str, SheetPart] = {}
    memory = clear(workbook, styles, sheets)
    tabs = workbook.tabs
    names = titles_by_name(tabs) | dict(titles or {})
    meant = {names.get(finding.location.sheet or "") for finding in findings}
    for tab in tabs:
        if tab.cells and tab.title in meant and tab.part not in sheets:
            sheets[tab.part] = SheetPart(package, tab.part)
    entries = arrange(findings, tabs, names, sheets)
    kept = _mark_cells(workbook, styles, sheets, entries)
    answers = {
        number: answer
        for number, entry in enumerate(entries)
        if (answer := memory.answers.get(tuple(key_of(entry.finding))))
    }
    title = list_title([tab.title for tab in tabs])
    page = list_part(workbook, Looks.of(styles), head, entries, kept, answers)
    workbook.add_first(title, page, names_of(title, len(entries)))
    forget_people(package)
    forget_titles(package)
    return package.to_bytes()


def _mark_cells(
    workbook: WorkbookPart,
    styles: Styles,
    sheets: Mapping[str, SheetPart],
    entries: Sequence[Entry],
) -> list[str]:
    """Colour and comment the cells; return for each entry what the list has to remember."""
    kept: list[dict[str, object]] = [{"key": key_of(entry.finding)} for entry in entries]
    for number, tab in enumerate(workbook.tabs, 1):
        cells: dict[Address, list[int]] = {}
        for place, entry in enumerate(entries):
            if entry.tab == tab and entry.place is not None:
                cells.setdefault(entry.place, []).append(place)
        if not cells:
            continue
        sheet = sheets[tab.part]
        notes = []
        for at, members in cells.items():
            found = [entries[member].finding for member in members]
            cell, is_new = sheet.cell(at)
            index = sheet.style(cell)
            remembered = kept[members[0]]
            remembered["at"] = [masked(tab.title), address_of(at)]
            remembered["look"] = dict(styles.former(index))
            if is_new:
                remembered["new"] = True
            sheet.restyle(cell, styles.tinted(index, worst(found)))
            notes.append(Note(address_of(at), at, *comment_text(found)))
        for at, box in Comments(workbook, sheet, number).add(notes).items():
            kept[cells[at][0]]["box"] = box
    return [_remembered(each) for each in kept]


def _remembered(kept: Mapping[str, object]) -> str:
    text = json.dumps(kept, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text if len(text) <= LONGEST else ""
