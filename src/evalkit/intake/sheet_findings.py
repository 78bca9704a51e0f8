"""What is to be said about a table as a whole: its columns, its hidden parts, its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from evalkit.findings import Finding, Severity
from evalkit.intake.cells import Value, is_blank
from evalkit.intake.headers import HEADER_ROWS, Header
from evalkit.intake.names_of_students import is_full_name
from evalkit.intake.reads import Row
from evalkit.ledger import Sheet
from evalkit.personal_data import masked
from evalkit.spreadsheets import RawSheet, address

__all__ = [
    "about_columns",
    "hidden_columns",
    "hidden_rows",
    "no_header",
    "numbered_only",
    "outside_year",
    "repeated_keys",
]

_LISTED = 20
"""Rows that are listed by number; of more it is said how many there are."""


def no_header(raw: RawSheet, sheet: Sheet) -> Finding:
    """Say that a table has no header."""
    wanted = "、".join(c.header for c in sheet.columns if c.required == "always")
    return Finding(
        "H02",
        Severity.ERROR,
        raw.location(),
        f"前 {HEADER_ROWS} 行中没有找到表头",
        "",
        f"含有以下各列的一行：{wanted}",
        "请使用下发的模板，不要改动表头",
    )


def about_columns(raw: RawSheet, sheet: Sheet, header: Header) -> Iterator[Finding]:
    """Say which columns are missing, unknown, there twice, or without a header."""
    present = {column.name: place for place, column in header.columns.items()}
    for column in sheet.columns:
        if column.name not in present and column.required == "always":
            yield Finding(
                "H03",
                Severity.ERROR,
                raw.location(header.last),
                f"缺少“{column.header}”一列",
                "",
                "模板中的必填列都要保留",
                f"请补上“{column.header}”一列并填写",
            )
    for place, text in header.unknown.items():
        yield Finding(
            "T04",
            Severity.INFO,
            raw.location(header.last, place),
            "模板中没有这一列，没有读取",
            # Where a record stands for the header, a name of a student stands for a column.
            "" if sheet.coded and is_full_name(text) else text,
            "模板中的列",
            "无需处理；若是改了表头的列，请改回原名",
        )
    for place, column in header.twice.items():
        read = address(0, present[column.name])[:-1]
        yield Finding(
            "T04",
            Severity.WARNING,
            raw.location(header.last, place),
            f"“{column.header}”这一列出现了不止一次，只读了 {read} 列",
            "",
            "每一列只出现一次",
            "请核对这几列的内容，保留一列",
        )
    yield from _without_header(raw, header)


def _without_header(raw: RawSheet, header: Header) -> Iterator[Finding]:
    named = {*header.columns, *header.unknown, *header.twice}
    width = max((len(cells) for cells in raw.grid), default=0)
    for place in range(width):
        if place in named:
            continue
        for cells in raw.grid[header.first_row :]:
            if place < len(cells) and cells[place] != "" and not is_blank(cells[place]):
                yield Finding(
                    "T04",
                    Severity.INFO,
                    raw.location(header.last, place),
                    "这一列没有表头，没有读取",
                    "",
                    "模板中的列",
                    "无需处理；若是模板中的列，请补上表头",
                )
                break


def outside_year(raw: RawSheet, rows: Sequence[int]) -> Iterator[Finding]:
    """List the rows that were left out because they belong to another year."""
    if rows:
        yield Finding(
            "D06",
            Severity.WARNING,
            raw.location(rows[0]),
            f"第 {_listed(rows)} 行的日期不在本学年内，这 {len(rows)} 行没有计入",
            "",
            "本学年 9 月 1 日至次年 8 月 31 日的事项",
            "请核对日期；确属其他学年的，请移到那一学年的台账",
        )


def numbered_only(raw: RawSheet, rows: Sequence[int]) -> Iterator[Finding]:
    """Say which rows hold a number and nothing else."""
    if rows:
        yield Finding(
            "T05",
            Severity.INFO,
            raw.location(rows[0]),
            f"第 {_listed(rows)} 行只有编号，没有其他内容，按空行处理",
            "",
            "没有内容的行留空",
            "无需处理；若有漏填，请补填",
        )


def hidden_rows(raw: RawSheet, rows: Sequence[int]) -> Iterator[Finding]:
    """Say which rows were read although they are hidden."""
    if rows:
        yield Finding(
            "T05",
            Severity.INFO,
            raw.location(rows[0]),
            f"第 {_listed(rows)} 行被隐藏或筛选掉了，已照常读取",
            "",
            "所有的行都可见",
            "请取消隐藏和筛选，核对这些行是否应当保留",
        )


def hidden_columns(raw: RawSheet, header: Header) -> Iterator[Finding]:
    """Say which columns were read although they are hidden."""
    hidden = [
        place
        for place in header.columns
        if place in raw.hidden_columns
        and any(
            place < len(cells) and not is_blank(cells[place])
            for cells in raw.grid[header.first_row :]
        )
    ]
    if hidden:
        names = "、".join(header.columns[place].header for place in hidden)
        yield Finding(
            "T05",
            Severity.INFO,
            raw.location(header.last, hidden[0]),
            f"“{names}”列被隐藏，已照常读取",
            "",
            "所有的列都可见",
            "请取消隐藏，核对内容",
        )


def repeated_keys(
    sheet: Sheet, raw: RawSheet, rows: Sequence[Row], shared: Mapping[int, object]
) -> Iterator[Finding]:
    """Say which rows have the key of an earlier row.

    ``shared`` tells of a row (from one) which merged cell holds its key: the rows of one merged
    cell are one entry that takes several rows.
    """
    if not sheet.key:
        return
    columns = [sheet.column(name) for name in sheet.key]
    seen: dict[tuple[Value, ...], int] = {}
    for row in rows:
        key = tuple(row.values.get(name) for name in sheet.key)
        if None in key:
            continue
        first = seen.setdefault(key, row.number)
        if first == row.number:
            continue
        if row.number in shared and shared[row.number] == shared.get(first):
            continue
        yield Finding(
            "V05",
            Severity.ERROR,
            replace(raw.location(), cell=row.cells[sheet.key[0]]),
            f"“{'、'.join(c.header for c in columns)}”与第 {first} 行重复",
            masked("、".join(str(row.values[c.name]) for c in columns if not row.private(c))),
            "同一张表中不得重复",
            "请核对：重复的删去一行，编号写错的改正",
        )


def _listed(rows: Sequence[int]) -> str:
    more = f"等 {len(rows)}" if len(rows) > _LISTED else ""
    return "、".join(str(row + 1) for row in rows[:_LISTED]) + more
