"""One sheet: find its header by name, read its rows, say what cannot be used and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evalkit.findings import Finding, Severity
from evalkit.intake.clean import Value, clean, is_blank, masked
from evalkit.intake.workbook import RawSheet, address
from evalkit.ledger import Column, Sheet
from evalkit.ledger.model import normalise

__all__ = ["Row", "TableRead", "find_sheet", "read_table"]

HEADER_ROWS = 15
"""How far down a header is looked for."""

_TOTAL = re.compile(r"^(合\s*计|小\s*计|总\s*计|累\s*计)[:：]?$")
_SIGNATURE = re.compile(r"^(填表人|填报人|审核人|负责人|制表|签\s*字|签\s*名)\s*[:：]")
_NOTE = re.compile(r"^(注|说明|备注)\s*[:：]")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its values by column, and the address of each value's cell."""

    values: Mapping[str, Value]
    cells: Mapping[str, str]
    number: int
    """Row in the sheet, from one."""

    def private(self, column: Column) -> bool:
        """Whether the column's value must not leave the workbook; when in doubt, it must not."""
        rules = column.private_where.items()
        return column.private or any(self.values.get(n) in (text, None) for n, text in rules)


@dataclass(frozen=True, slots=True)
class TableRead:
    """What was read from one sheet."""

    sheet: Sheet
    tab: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...] = ()
    """Headers that the definition does not know; their cells were not read."""


def find_sheet(sheets: Sequence[RawSheet], wanted: Sheet) -> RawSheet | None:
    """Return the sheet whose tab carries the wanted number, title or machine name."""
    title, name = normalise(wanted.title), normalise(wanted.name)
    number = wanted.id.casefold()
    for sheet in sheets:
        tab = normalise(sheet.name)
        if tab in (title, name, number) or tab == number + title or tab == number + name:
            return sheet
    return next((sheet for sheet in sheets if normalise(sheet.name).endswith(title)), None)


def read_table(raw: RawSheet, sheet: Sheet, *, bounded: bool = True) -> TableRead:
    """Read a sheet by its definition.

    Parameters
    ----------
    raw : RawSheet
        The cells.
    sheet : Sheet
        The definition; its layout says whether this is a table or a form.
    bounded : bool
        Whether numbers are held against the column's range here. Score sheets are not: the
        rubric does that, and says more.

    Returns
    -------
    TableRead
        A cell that cannot be used is ``None`` in its row and has a finding; the rest of the row
        stays usable.
    """
    if not bounded:
        loose = tuple(
            c.model_copy(update={"minimum": None, "maximum": None}) for c in sheet.columns
        )
        sheet = sheet.model_copy(update={"columns": loose})
    return _read_form(raw, sheet) if sheet.layout == "form" else _read_rows(raw, sheet)


def _read_rows(raw: RawSheet, sheet: Sheet) -> TableRead:
    header = _find_header(raw, sheet)
    if header is None:
        wanted = "、".join(c.header for c in sheet.columns if c.required == "always")
        fault = Finding(
            "H02",
            Severity.ERROR,
            raw.location(),
            f"前 {HEADER_ROWS} 行中没有找到表头",
            "",
            f"含有以下各列的一行：{wanted}",
            "请使用下发的模板，不要改动表头",
        )
        return TableRead(sheet, raw.name, (), (fault,))
    top, first, columns, unknown = header
    findings = [*_missing_columns(raw, sheet, columns, top), *_unknown_columns(raw, top, unknown)]
    rows: list[Row] = []
    for number in range(first, len(raw.grid)):
        cells = raw.grid[number]
        if all(is_blank(cell) for cell in cells) or _is_header(cells, sheet):
            continue
        what = _not_data(cells)
        if what is not None:
            findings.append(
                Finding(
                    "T03", Severity.INFO, raw.location(number), f"这一行是{what}，没有作为数据读取",
                    "", "数据行", "无需处理；若是数据，请去掉这些字样",
                )
            )  # fmt: skip
            continue
        if all(is_blank(cell) for place, cell in enumerate(cells) if place in columns):
            continue  # numbered beforehand in a column of the college's own, but not filled
        row, faults = _read_row(raw, number, columns)
        findings += faults
        rows.append(row)
    findings += _repeated_keys(raw, sheet, rows)
    return TableRead(sheet, raw.name, tuple(rows), tuple(findings), tuple(unknown.values()))


def _find_header(
    raw: RawSheet, sheet: Sheet
) -> tuple[int, int, dict[int, Column], dict[int, str]] | None:
    """Return the header's row, the first row below, and known and unknown columns by place."""
    best: tuple[int, int] | None = None
    for number, cells in enumerate(raw.grid[:HEADER_ROWS]):
        hits = len(_matches(cells, sheet))
        if hits >= min(2, len(sheet.columns)) and (best is None or hits > best[0]):
            best = (hits, number)
    if best is None:
        return None
    top = best[1]
    columns = _matches(raw.grid[top], sheet)
    first = top + 1
    # Machine names may stand in a (hidden) row of their own below: they know better.
    while first < len(raw.grid) and _is_header(raw.grid[first], sheet):
        below = _matches(raw.grid[first], sheet)
        columns = {p: c for p, c in columns.items() if c not in below.values()} | below
        first += 1
    unknown = {
        place: masked(cell).strip()
        for place, cell in enumerate(raw.grid[top])
        if place not in columns and not is_blank(cell)
    }
    return top, first, columns, unknown


def _matches(cells: Sequence[object], sheet: Sheet) -> dict[int, Column]:
    found: dict[int, Column] = {}
    taken: set[str] = set()
    for place, cell in enumerate(cells):
        if not isinstance(cell, str) or not cell.strip():
            continue
        text = normalise(cell)
        for column in sheet.columns:
            if text in column.names and column.name not in taken:
                found[place] = column
                taken.add(column.name)
                break
    return found


def _is_header(cells: Sequence[object], sheet: Sheet) -> bool:
    filled = sum(not is_blank(cell) for cell in cells)
    return filled > 0 and len(_matches(cells, sheet)) * 2 > filled


def _not_data(cells: Sequence[object]) -> str | None:
    texts = [cell.strip() if isinstance(cell, str) else "" for cell in cells if not is_blank(cell)]
    if any(_TOTAL.match(text) for text in texts):
        return "合计行"
    # These open their row; further right they are what a record says, such as a judge's comment.
    if _SIGNATURE.match(texts[0]):
        return "签名行"
    return "说明行" if _NOTE.match(texts[0]) else None


def _read_row(
    raw: RawSheet, number: int, columns: Mapping[int, Column]
) -> tuple[Row, list[Finding]]:
    cells = raw.grid[number]
    values: dict[str, Value] = {}
    addresses: dict[str, str] = {}
    findings: list[Finding] = []
    for place, column in columns.items():
        cell = cells[place] if place < len(cells) else None
        values[column.name], fault = _read_cell(raw, number, place, cell, column)
        addresses[column.name] = address(number, place)
        findings += fault
    return Row(values, addresses, number + 1), findings


def _read_cell(
    raw: RawSheet, row: int, place: int, cell: object, column: Column
) -> tuple[Value, list[Finding]]:
    value, problem = clean(cell, column)
    if problem is not None:
        shown = "" if column.private else masked(cell)
        finding = Finding(
            problem.code,
            Severity.ERROR,
            raw.location(row, place),
            f"“{column.header}”{problem.what}",
            shown,
            problem.rule,
            problem.mend,
        )
        return None, [finding]
    if value is None and column.required == "always":
        finding = Finding(
            "V01",
            Severity.ERROR,
            raw.location(row, place),
            f"“{column.header}”没有填写",
            "",
            column.note or "必须填写",
            "请补填",
        )
        return None, [finding]
    return (None if column.private else value), []


def _missing_columns(
    raw: RawSheet, sheet: Sheet, columns: Mapping[int, Column], top: int
) -> Iterator[Finding]:
    present = {column.name for column in columns.values()}
    for column in sheet.columns:
        if column.name not in present and column.required == "always":
            yield Finding(
                "H03",
                Severity.ERROR,
                raw.location(top),
                f"缺少“{column.header}”一列",
                "",
                "模板中的必填列都要保留",
                f"请补上“{column.header}”一列并填写",
            )


def _unknown_columns(raw: RawSheet, top: int, unknown: Mapping[int, str]) -> Iterator[Finding]:
    for place, text in unknown.items():
        yield Finding(
            "T04",
            Severity.INFO,
            raw.location(top, place),
            "模板中没有这一列，没有读取",
            text,
            "模板中的列",
            "无需处理；若是改了表头的列，请改回原名",
        )


def _repeated_keys(raw: RawSheet, sheet: Sheet, rows: Sequence[Row]) -> Iterator[Finding]:
    seen: dict[tuple[Value, ...], int] = {}
    for row in rows if sheet.key else ():
        key = tuple(row.values.get(name) for name in sheet.key)
        if None in key:
            continue
        if key in seen:
            columns = [sheet.column(name) for name in sheet.key]
            place = replace(raw.location(), cell=row.cells[sheet.key[0]])
            shown = "、".join(str(row.values[c.name]) for c in columns if not row.private(c))
            yield Finding(
                "V05",
                Severity.ERROR,
                place,
                f"“{'、'.join(c.header for c in columns)}”与第 {seen[key]} 行重复",
                masked(shown),
                "同一张表中不得重复",
                "请核对：重复的删去一行，编号写错的改正",
            )
        else:
            seen[key] = row.number


def _read_form(raw: RawSheet, sheet: Sheet) -> TableRead:
    values: dict[str, Value] = {}
    addresses: dict[str, str] = {}
    findings: list[Finding] = []
    for number, cells in enumerate(raw.grid):
        found = [c for c in _matches(cells, sheet).values() if c.name not in addresses]
        if not found:
            continue
        # The value may itself read like a label: the first one is meant. It may stand beside its
        # machine name; the value follows the last of them.
        column = found[0]
        place = max(_label_places(cells, column)) + 1
        cell = cells[place] if place < len(cells) else None
        values[column.name], fault = _read_cell(raw, number, place, cell, column)
        addresses[column.name] = address(number, place)
        findings += fault
    for column in sheet.columns:
        if column.name not in addresses and column.required == "always":
            findings.append(
                Finding(
                    "H03",
                    Severity.ERROR,
                    raw.location(),
                    f"缺少“{column.header}”一项",
                    "",
                    "模板中的必填项都要保留",
                    f"请补上“{column.header}”并填写",
                )
            )
    row = Row(values, addresses, 1)
    return TableRead(sheet, raw.name, (row,) if addresses else (), tuple(findings))


def _label_places(cells: Sequence[object], column: Column) -> list[int]:
    return [
        place
        for place, cell in enumerate(cells)
        if isinstance(cell, str) and normalise(cell) in column.names
    ]
