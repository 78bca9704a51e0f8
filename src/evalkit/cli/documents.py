"""``evalkit documents``: what is printed, posted, sent and shown around the review meeting."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evalkit.assessment import load_assessment
from evalkit.cli.options import in_workspace, of_year
from evalkit.export.documents import (
    Documents,
    Templates,
    decision_path,
    load_decisions,
    save_templates,
)
from evalkit.export.documents.make import KINDS, choose
from evalkit.privacy.log import record_files
from evalkit.workspace import Workspace

__all__ = ["command"]

OWN_TEMPLATES = "templates"
"""Folder of the workspace in which the school keeps templates of its own."""

_EXAMPLES = """\b
例：
  evalkit documents                                   最近一个学年的全部文书
  evalkit documents 2024-2025 --only 大屏             只要大屏页面
  evalkit documents --only 考核结果通报 --red-head    通报带红头
  evalkit documents --templates templates             另存 Word 模板，供学校修改
"""


@click.command(
    "documents",
    options_metavar="[选项]",
    help=(
        "生成评审会前后的文书："
        + "、".join(kind.name for kind in KINDS)
        + "。审定结果录入之前，各文书都注明“建议名单（待审定）”；"
        "录入用的空白文件 decision.yaml 也一同生成，填好后放进该学年的“会议”文件夹。"
        f"工作区的 {OWN_TEMPLATES} 文件夹里若有同名的 Word 模板，就用学校自己的。"
    ),
    epilog=_EXAMPLES,
)
@click.argument("academic_year", metavar="[学年]", required=False)
@of_year
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="写到这个文件夹；不写则为 reports/学年/文书。",
)
@click.option("--only", metavar="文书", multiple=True, help="只生成这一种，可以写多次。")
@click.option("--red-head", is_flag=True, help="通报印上红头；不写则用印好红头的纸。")
@click.option(
    "--templates",
    "templates",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="不生成文书，只把内置的 Word 模板存到这个文件夹，供学校修改；已有的不覆盖。",
)
@in_workspace
def command(
    academic_year: str | None,
    year: str | None,
    folder: Path | None,
    only: tuple[str, ...],
    red_head: bool,
    templates: Path | None,
    place: str,
) -> None:
    """Write the documents and say what they are, or write the templates."""
    if templates is not None:
        _save(templates)
        return
    if academic_year and year and academic_year != year:
        raise click.UsageError(f"写了两个不同的学年：{academic_year} 和 {year}，请只写一个。")
    choose(only)  # before anything is read
    space = Workspace.find(Path(place))
    assessment = load_assessment(academic_year or year, workspace=space)
    decisions = load_decisions(assessment)
    documents = Documents(assessment, decisions, Templates(space.root / OWN_TEMPLATES), red_head)
    target = folder or space.reports / assessment.year.name / "文书"
    packet = documents.write(target, only)
    snapshots = {year.name: taken.id for year, taken in assessment.snapshots.items()}
    for audience, paths in packet.audiences.items():
        what = f"{assessment.year} 学年的文书"
        record_files(space.root, paths, what, audience=audience, snapshots=snapshots)
    for path in packet.written:
        click.echo(f"  {path.relative_to(target)}")
    for reason in packet.left_out:
        click.secho(f"  没有生成 {reason}。", fg="yellow")
    for reason in packet.stopped:
        click.secho(f"  {reason}", fg="red", err=True)
    click.echo(f"{assessment.year} 学年：已写入 {len(packet.written)} 份文书：{target.resolve()}")
    if decisions.decision is None and assessment.panel is not None:
        click.echo(
            "审定结果还没有录入，各文书注明“建议名单（待审定）”。"
            f"审定后请填写 decision.yaml，放到 {decision_path(assessment)}，再运行一次。"
        )
    if packet.stopped:
        sys.exit(1)


def _save(folder: Path) -> None:
    written = save_templates(folder)
    for path in written:
        click.echo(f"  {path.name}")
    click.echo(f"已写入 {len(written)} 份 Word 模板：{folder.resolve()}")
    click.echo(
        f"改好后放在工作区的 {OWN_TEMPLATES} 文件夹里，evalkit documents 就会使用；"
        "文件名和其中的 {{ }}、{% %} 标记请保留。"
    )
