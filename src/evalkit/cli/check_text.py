"""What ``evalkit check`` says on a terminal, or as plain text in a file or a pipe."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evalkit.findings import Finding, Severity
from evalkit.intake.changes import Comparison
from evalkit.intake.overview import Overview, Sender
from evalkit.intake.rounds import Round

__all__ = [
    "PLAIN_WIDTH",
    "WIDEST",
    "changes_text",
    "overview_text",
    "render",
    "rounds_text",
]

PLAIN_WIDTH = 100
"""Columns in a file or a pipe."""
WIDEST = 120
"""Columns on a terminal, however wide: longer lines are hard to read."""
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_STATES = {"齐全": "green", "待更正": "red", "未交": "yellow"}


def render(parts: Iterable[RenderableType], *, width: int, colour: bool) -> str:
    """Return what rich would show, as text; without colour it holds no control characters."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for part in parts:
        console.print(part)
    lines = stream.getvalue().splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def overview_text(view: Overview, shown: Sequence[Finding]) -> Iterator[RenderableType]:
    """Yield the summary by sender, the findings by file and sheet, and the total."""
    yield _senders(view.senders)
    yield from _findings(view, shown)
    yield Text()
    listed = "，".join(f"{kind.chinese} {view.count(kind)} 条" for kind in Severity)
    yield Text(f"{view.snapshot.year} 学年：读了 {view.n_files} 个文件，{listed}。")


def rounds_text(rounds: Sequence[tuple[Round, Sequence[int] | None]]) -> Iterator[RenderableType]:
    """Yield a table of the rounds with their numbers of findings."""
    table = _table("轮次", "快照", "核对时间（北京）", *(kind.chinese for kind in Severity))
    for item, counts in rounds:
        numbers = ("—", "—", "—") if counts is None else (str(number) for number in counts)
        table.add_row(str(item.number), item.snapshot, item.beijing, *numbers)
    for place in (0, 3, 4, 5):
        table.columns[place].justify = "right"
    yield table
    yield Text(f"共 {len(rounds)} 轮。")


def changes_text(
    view: Overview, since: Round, changes: Comparison, shown: Sequence[Sequence[Finding]]
) -> Iterator[RenderableType]:
    """Yield what changed since a round: files, findings, values, and the total."""
    yield Text(f"与第 {since.number} 轮（{since.beijing}，快照 {since.snapshot}）相比：", "bold")
    for title, files in (
        ("新交来的文件", changes.added),
        ("撤回的文件", changes.removed),
        ("有改动的文件", changes.changed),
    ):
        if files:
            yield Text(f"\n{title}（{len(files)} 个）", "bold")
            yield from (Text(f"  {file}") for file in files)
    for title, findings in zip(("已经解决", "新出现", "仍未解决"), shown, strict=True):
        if findings:
            yield Text(f"\n{title}的问题（{len(findings)} 条）", "bold")
            yield from _findings(view, findings)
    if len(changes.cells) or len(changes.rows):
        yield Text("\n改动的内容", "bold")
        yield _values(changes)
    yield Text()
    counts = (len(changes.solved), len(changes.appeared), len(changes.remaining))
    yield Text(
        f"{view.snapshot.year} 学年：解决 {counts[0]} 条，新增 {counts[1]} 条，"
        f"仍有 {counts[2]} 条；改动 {len(changes.cells)} 格，"
        f"增减 {len(changes.rows)} 行。"
    )


def _table(*headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _senders(senders: Iterable[Sender]) -> RenderableType:
    table = _table("", *(kind.chinese for kind in Severity), "数据质量", "状态")
    for column in table.columns[1:5]:
        column.justify = "right"
    for sender in senders:
        numbers = zip(Severity, (sender.errors, sender.warnings, sender.infos), strict=True)
        table.add_row(
            Text(sender.title),
            *(Text(str(n), _COLOURS[kind] if n else "dim") for kind, n in numbers),
            Text("—", "dim") if sender.score is None else Text(f"{sender.score:.1f}"),
            Text(sender.state, _STATES[sender.state]),
        )
    return Group(table, Text("数据质量只说明表格填得是否可用，不参与考核计分。", "dim"))


def _findings(view: Overview, findings: Sequence[Finding]) -> Iterator[RenderableType]:
    for file, in_file in groupby(findings, key=lambda f: f.location.file):
        kind, code = view.owners.of(file)
        title = Text(f"\n{file}", "bold")
        if kind == "college":
            title.append(f"　{view.owners.name((kind, code))}", "dim")
        yield title
        for sheet, in_sheet in groupby(in_file, key=lambda f: f.location.sheet):
            if sheet:
                yield Text(f"  {sheet}")
            yield Padding(_entries(in_sheet), (0, 0, 0, 4))


def _entries(findings: Iterable[Finding]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for width in (8, 7, None):
        grid.add_column(overflow="fold", min_width=width)
    for finding in findings:
        found = f"，填写的是“{finding.value}”" if finding.value else ""
        grid.add_row(
            Text(f"{finding.severity.chinese} {finding.code}", _COLOURS[finding.severity]),
            Text(finding.location.cell or ""),
            Text(f"{finding.what}{found}。\n允许：{finding.rule}。\n处理：{finding.mend}。"),
        )
    return grid


def _values(changes: Comparison) -> RenderableType:
    table = _table("学院", "表", "行", "列", "原来", "现在")
    for row in changes.cells.itertuples():
        cells = (row.college_code, row.title, row.row, row.column, row.old or "（空）",
                 row.new or "（空）")  # fmt: skip
        table.add_row(*(Text(str(cell)) for cell in cells))
    for college, title, names, change in changes.rows_in_short:
        table.add_row(*(Text(cell) for cell in (college, title, names, "", "", change)))
    return table
