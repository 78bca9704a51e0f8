"""``evalkit check``: what is wrong in the files that came in, and what has been mended since."""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import RenderableType

from evalkit.cli.check_json import changes_json, overview_json, rounds_json
from evalkit.cli.check_text import (
    PLAIN_WIDTH,
    WIDEST,
    changes_text,
    overview_text,
    render,
    rounds_text,
)
from evalkit.cli.options import in_workspace, of_year
from evalkit.errors import NoDataError, UnknownNameError
from evalkit.export.check_page import changes_page, check_page, rounds_page
from evalkit.findings import Finding, Severity
from evalkit.intake import freeze
from evalkit.intake.changes import compare
from evalkit.intake.overview import Overview, overview
from evalkit.intake.rounds import Round, find_round, list_rounds, record_round
from evalkit.ledger import Ledger, load_ledger
from evalkit.outputs import write_text
from evalkit.workspace import College, Workspace

__all__ = ["command"]

_EXAMPLES = """\b
例：
  evalkit check                                      核对最近一个学年，列出全部问题
  evalkit check --college C03 --errors-only          只看一个学院的错误
  evalkit check --format html -o 核对.html           写成一个网页，给心理中心查看
  evalkit check --annotate 反馈                      把有问题的台账加上批注，写入“反馈”文件夹
  evalkit check --rounds                             列出各轮更正
  evalkit check --since 1                            看第 1 轮以来改了什么
"""


@click.command(
    "check",
    options_metavar="[选项]",
    help=(
        "核对一个学年交来的台账和评分表：先按学院汇总，再逐条列出问题所在的文件、表和单元格。"
        "还有错误时退出码为 1，没有错误时为 0，用法不对时为 2。交来的文件从不改动。"
    ),
    epilog=_EXAMPLES,
)
@of_year
@click.option(
    "--college",
    "colleges",
    metavar="学院",
    multiple=True,
    help="只看这个学院：学院代码或名称；可以写多次。不写则看全部材料。",
)
@click.option(
    "--annotate",
    "target",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="给每份有问题的文件写一份带批注的副本，放入 DIR，供退回更正。",
)
@click.option(
    "--format",
    "kind",
    metavar="格式",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    help="text（文字，不写则为此）、json（供程序读取）或 html（一个网页）。",
)
@click.option(
    "-o",
    "--output",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写入这个文件；不写则显示在屏幕上。",
)
@click.option("--errors-only", is_flag=True, help="只列错误，不列警告和提示；汇总照常计数。")
@click.option("--rounds", "list_all", is_flag=True, help="列出这个学年的各轮更正。")
@click.option(
    "--since", metavar="轮次", help="列出某一轮以来的变化：轮次的序号，或快照编号的前几位。"
)
@in_workspace
def command(
    year: str | None,
    colleges: tuple[str, ...],
    target: Path | None,
    kind: str,
    output: Path | None,
    errors_only: bool,
    list_all: bool,
    since: str | None,
    place: str,
) -> None:
    """Check, say what was found, and exit with 1 if any error is open."""
    if sum((list_all, since is not None, target is not None)) > 1:
        raise click.UsageError("--rounds、--since 和 --annotate 一次只能用一个。")
    if kind == "html" and output is None and sys.stdout.isatty():
        raise click.UsageError("网页不便显示在屏幕上，请用 -o 指明要写入的文件。")
    space = Workspace.find(Path(place))
    _keep_out(space, target, "--annotate")
    _keep_out(space, output, "-o")
    try:
        wanted = space.year(year)
    except UnknownNameError as error:
        raise click.BadParameter(str(error), param_hint="--year") from None
    ledger = load_ledger(space.ledger)
    snapshot = freeze(space, wanted, ledger=ledger)
    record_round(snapshot.folder.parent, snapshot.id)
    rounds = list_rounds(snapshot.folder.parent)
    codes = _codes(snapshot.colleges, colleges)
    view = overview(snapshot, ledger, codes)
    on_terminal = output is None and sys.stdout.isatty()
    show = _Show(space, ledger, view, codes, errors_only, kind, on_terminal)
    if list_all:
        content = show.rounds(rounds)
    elif since is not None:
        try:
            content = show.changes(find_round(rounds, since))
        except UnknownNameError as error:
            raise click.BadParameter(str(error), param_hint="--since") from None
    else:
        content = show.overview()
    if output is None:
        click.echo(content, nl=False)
    else:
        click.echo(f"已写入 {write_text(output, content)}")
    if target is not None:
        for line in _annotate(space, view, target):
            click.echo(line, err=output is None)
    if view.count(Severity.ERROR):
        sys.exit(1)


@dataclass(frozen=True)
class _Show:
    """Puts what is asked for into the form that is asked for."""

    space: Workspace
    ledger: Ledger
    view: Overview
    codes: tuple[str, ...]
    errors_only: bool
    kind: str
    on_terminal: bool

    def overview(self) -> str:
        shown = self._shown(self.view.findings)
        if self.kind == "json":
            return overview_json(self.view, shown)
        if self.kind == "html":
            return check_page(self.space, self.view, shown)
        return self._text(overview_text(self.view, shown))

    def rounds(self, rounds: Sequence[Round]) -> str:
        counted = [(item, self._counts(item)) for item in rounds]
        if self.kind == "json":
            return rounds_json(self.view.snapshot.year.name, counted)
        if self.kind == "html":
            return rounds_page(self.space, self.view, counted)
        return self._text(rounds_text(counted))

    def changes(self, since: Round) -> str:
        found = compare(since.open(), self.view.snapshot, self.ledger, codes=self.codes)
        kinds = (found.solved, found.appeared, found.remaining)
        shown = [self._shown(self.view.in_order(findings)) for findings in kinds]
        if self.kind == "json":
            return changes_json(self.view, since, found, shown)
        if self.kind == "html":
            return changes_page(self.space, self.view, since, found, shown)
        return self._text(changes_text(self.view, since, found, shown))

    def _shown(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(f for f in findings if f.severity is Severity.ERROR or not self.errors_only)

    def _counts(self, item: Round) -> tuple[int, ...] | None:
        try:
            past = overview(item.open(), self.ledger, self.codes)
        except NoDataError:
            return None
        return tuple(past.count(severity) for severity in Severity)

    def _text(self, parts: Iterable[RenderableType]) -> str:
        width = PLAIN_WIDTH
        if self.on_terminal:
            width = min(shutil.get_terminal_size().columns, WIDEST)
        return render(parts, width=width, colour=self.on_terminal)


def _codes(colleges: Sequence[College], wanted: Iterable[str]) -> tuple[str, ...]:
    known = {
        name.casefold(): college.code
        for college in colleges
        for name in (college.code, college.name, *college.aliases)
    }
    for name in wanted:
        if name.casefold() not in known:
            listed = [f"{college.code} {college.name}" for college in colleges]
            message = str(UnknownNameError.of("学院", name, listed))
            raise click.BadParameter(message, param_hint="--college")
    return tuple(known[name.casefold()] for name in wanted)


def _keep_out(space: Workspace, path: Path | None, option: str) -> None:
    """Refuse to write among the inputs: the next check would take it for one of them."""
    if path is not None and path.resolve().is_relative_to(space.data.resolve()):
        raise click.BadParameter(
            f"“{path}”在材料文件夹 {space.data} 之内，会与交来的文件混在一起。请换一个文件夹。",
            param_hint=option,
        )


def _annotate(space: Workspace, view: Overview, target: Path) -> Iterator[str]:
    """Write the annotated copies; yield what to tell about them."""
    # Whatever edits workbooks is loaded only where it is needed.
    from evalkit.intake.annotate import annotate, annotated_name

    folder = space.inputs(view.snapshot.year)
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in view.findings:
        if view.owners.of(finding.location.file)[0] != "other":
            findings[finding.location.file].append(finding)
    sources = [folder / file for file in findings if (folder / file).is_file()]
    heading = f"{space.school}　{view.snapshot.year} 学年"
    for source in sources:
        path = target / annotated_name(source.name)
        annotate(source, findings[source.name], path, heading=heading)
    yield f"写了 {len(sources)} 份带批注的副本，在 {target}。"
    clean = [file for sender in view.senders for file in sender.files if file not in findings]
    stale = [name for name in map(annotated_name, clean) if (target / name).exists()]
    if stale:
        yield f"以下副本是以前写的，文件现在已经没有问题，不必再退回：{'、'.join(stale)}。"
