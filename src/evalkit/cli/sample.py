"""``evalkit sample``: an invented school of any size."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.cli.new_workspace import create_workspace
from evalkit.errors import WorkspaceError
from evalkit.synthetic import SCHOOL, generate, invented_colleges
from evalkit.workspace import AcademicYear, Workspace, YearStatus

__all__ = ["command"]


@click.command(
    "sample",
    options_metavar="[选项]",
    help=(
        "在 DIR 生成虚构学校的台账和评分表。DIR 在某个工作区之内时，只放数据；"
        "否则在 DIR 建立一个完整的工作区，可以直接生成报告。相同的参数总是得到相同的文件。"
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--colleges",
    metavar="N",
    default=8,
    show_default=True,
    type=click.IntRange(1, 999),
    help="学院个数。",
)
@click.option(
    "--years",
    metavar="N",
    default=3,
    show_default=True,
    type=click.IntRange(1, 10),
    help="学年个数。",
)
@click.option(
    "--seed",
    metavar="N",
    default=2025,
    show_default=True,
    type=click.IntRange(0),
    help="随机种子。",
)
@click.option(
    "--last-year", metavar="学年", default="2024-2025", show_default=True, help="最后一个学年。"
)
def command(folder: Path, colleges: int, years: int, seed: int, last_year: str) -> None:
    """Generate the workbooks, and a workspace around them if there is none."""
    try:
        last = AcademicYear.parse(last_year)
    except ValueError:
        raise click.BadParameter(
            f"“{last_year}”不是学年，请写成“2024-2025”这样。", param_hint="--last-year"
        ) from None
    inside = _surrounding(folder)
    data = folder
    if inside is None:
        data = folder / "data"
        create_workspace(
            folder,
            SCHOOL,
            fictional=True,
            years=_statuses(last, years),
            colleges=invented_colleges(colleges),
        )
    click.echo(f"正在生成 {colleges} 个学院、{years} 个学年的虚构数据……")
    written = generate(data, colleges=colleges, years=years, seed=seed, last_year=last_year)
    click.echo(f"已写入 {len(written)} 个文件：{data.resolve()}")
    root = folder if inside is None else inside.root
    click.echo(f"接下来：evalkit report --workspace {root}")


def _surrounding(folder: Path) -> Workspace | None:
    try:
        return Workspace.find(folder)
    except WorkspaceError:
        return None


def _statuses(last: AcademicYear, number: int) -> dict[str, YearStatus]:
    """Call the first of three or more years a baseline, the one before the last partial."""
    years = [AcademicYear(last.start - back) for back in range(number)][::-1]
    statuses: dict[str, YearStatus] = {year.name: "baseline" for year in years}
    if number >= 2:
        statuses[years[-2].name] = "partial"
    return statuses | {last.name: "assessed"}
