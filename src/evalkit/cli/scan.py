"""``evalkit scan``: whether files that are about to leave name anybody."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from evalkit.audiences import INTERNAL, audiences, load_policy
from evalkit.cli.options import in_workspace, text_or_json
from evalkit.errors import WorkspaceError
from evalkit.privacy.gate import allowed_in
from evalkit.privacy.scan.files import files_in, scan_files
from evalkit.privacy.scan.model import Exposure
from evalkit.privacy.scan.patterns import STUDENT_NUMBER, usable
from evalkit.privacy.scan.rosters import read_names, roster_of
from evalkit.workspace import Workspace

__all__ = ["command"]

_EXAMPLES = """\b
例：
  evalkit scan reports/2024-2025              检查一个学年的全部报告
  evalkit scan 通报.docx 大屏.pptx            检查两个文件
  evalkit scan --audience public 网页.html    要公开的，人数线更高
  evalkit scan --names 学生名单.xlsx reports  另外查找名单中的姓名
"""


@click.command(
    "scan",
    options_metavar="[选项]",
    help=(
        "在要发出的文件中查找身份证号（核对校验码）、手机号、学号、工作区各台账中登记的学生姓名，"
        "以及不足人数线的预警、转介、危机等人数（“一级预警3人”，或表头为“一级预警”的一列中的 3）："
        "网页、Word、Excel（含隐藏的表、批注、名称、属性）、PowerPoint（含备注、替代文字、内嵌工作簿）、"
        "PDF、notebook、Parquet、图片信息，以及压缩包里的文件。找到的只显示开头几个字。"
        "什么也没有找到，退出码为 0；找到了，或有文件无法检查，为 1。文件只读，不改动。"
    ),
    epilog=_EXAMPLES,
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--names",
    "lists",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="另外查找这个名单中的姓名：每行一个，或表格中“姓名”一列。可以写多次。",
)
@click.option(
    "--allow",
    metavar="TEXT",
    multiple=True,
    help="允许出现的号码或姓名，例如公示用的值班手机号；也可以写进工作区的 allowed.txt，每行一个。",
)
@click.option(
    "--student-number",
    metavar="REGEX",
    default=STUDENT_NUMBER,
    show_default=True,
    help="本校学号的写法（正则表达式）。",
)
@click.option(
    "--audience",
    type=click.Choice([each.id for each in audiences()]),
    default=INTERNAL,
    show_default=True,
    help="发给哪类读者，决定人数线：" + "，".join(f"{a.id} {a.small}" for a in audiences()) + "。",
)
@click.option("--no-counts", is_flag=True, help="不查人数，例如检查学院交来的台账时。")
@text_or_json
@in_workspace
def command(
    paths: Sequence[str],
    lists: Sequence[Path],
    allow: Sequence[str],
    student_number: str,
    audience: str,
    no_counts: bool,
    kind: str,
    place: str,
) -> None:
    """Look into the files and tell what was found, masked."""
    number = _checked(student_number)
    names, allowed, notes = _names(place, lists)
    known = [Path(path) for path in paths]
    missing = [str(path) for path in known if not path.exists()]
    if missing:
        raise click.UsageError(f"找不到要检查的文件：{'、'.join(missing)}。请检查路径。")
    files = len(list(files_in(known)))
    small = 0 if no_counts else load_policy(audience).small
    found = scan_files(known, names, allowed={*allowed, *allow}, student_number=number, small=small)
    if kind == "json":
        listed = [asdict(each) for each in found]
        facts = {"files": files, "names": len(names), "small": small, "found": listed}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        _tell(files, len(names), small, notes, found)
    if found:
        sys.exit(1)


def _checked(student_number: str) -> str:
    import re

    try:
        re.compile(student_number)
    except re.error:
        raise click.UsageError(
            f"学号的写法“{student_number}”不是合格的正则表达式，例如 20\\d{{8}}。"
        ) from None
    return student_number


def _names(place: str, lists: Sequence[Path]) -> tuple[frozenset[str], frozenset[str], list[str]]:
    """Return the names to look for, those that may stand there, and what the reader should know."""
    notes = []
    names: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    try:
        space = Workspace.find(Path(place))
    except WorkspaceError:
        notes.append("这里不是工作区，没有台账，没有查找其中的学生姓名。")
    else:
        roster = roster_of(space)
        names, allowed = roster.names, roster.allowed | allowed_in(space.root)
        if roster.ordinary:
            notes.append(f"有 {len(roster.ordinary)} 个姓名与常用词相同，无法查找，请人工核对。")
    for path in lists:
        listed = usable(read_names(path))
        if not listed:
            raise click.UsageError(f"{path} 中没有找到姓名。请每行写一个姓名，或用表格的“姓名”列。")
        names |= listed
        allowed -= listed
    return names, allowed, notes


def _tell(
    files: int, names: int, small: int, notes: Sequence[str], found: Sequence[Exposure]
) -> None:
    for each in found:
        click.echo(str(each))
    for note in notes:
        click.echo(note)
    counts = f"，以及不足 {small} 人的预警、转介等人数" if small else ""
    looked = f"检查了 {files} 个文件，查找身份证号、手机号、学号和 {names} 个姓名{counts}"
    if found:
        few = any(each.kind == "过小的人数" for each in found)
        click.secho(
            f"{looked}，发现 {len(found)} 处。请删去或改用编号后再发出；"
            f"{'过小的人数请写作“—*”；' if few else ''}“无法检查”的文件请改成可以打开的格式。",
            fg="red",
        )
    else:
        click.secho(f"{looked}，没有发现。", fg="green")
