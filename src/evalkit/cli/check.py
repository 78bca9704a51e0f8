"""``evalkit check``: what is wrong in the files that came in."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import click

from evalkit.findings import Finding, Severity
from evalkit.intake import freeze
from evalkit.workspace import Workspace

__all__ = ["command"]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


@click.command(
    "check",
    options_metavar="[选项]",
    help="核对一个学年交来的台账和评分表，逐条列出问题所在的文件、表和单元格。有错误时退出码为 1。",
)
@click.option("--year", metavar="学年", help="学年，例如 2024-2025；不写则为最近一个学年。")
@click.option(
    "--workspace",
    "place",
    metavar="DIR",
    default=".",
    help="工作区所在的文件夹；不写则从当前文件夹向上找。",
)
@click.option("--errors-only", is_flag=True, help="只列错误，不列警告和提示。")
def command(year: str | None, place: str, errors_only: bool) -> None:
    """List the findings file by file; exit 1 if any is an error."""
    space = Workspace.find(Path(place))
    snapshot = freeze(space, space.year(year))
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in snapshot.findings:
        if finding.severity is Severity.ERROR or not errors_only:
            by_file[finding.location.file].append(finding)
    for file, findings in sorted(by_file.items()):
        click.secho(file, bold=True)
        for finding in findings:
            click.secho(f"  {finding}", fg=_COLOURS[finding.severity])
    counts = {kind: sum(f.severity is kind for f in snapshot.findings) for kind in Severity}
    listed = "，".join(f"{kind.chinese} {number} 条" for kind, number in counts.items())
    click.echo(f"{snapshot.year} 学年：读了 {len(snapshot.manifest['inputs'])} 个文件，{listed}。")
    if counts[Severity.ERROR]:
        sys.exit(1)
