"""``evalkit sample``: an invented school of any size."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.cli.new_workspace import create_workspace
from evalkit.errors import WorkspaceError
from evalkit.synthetic import SCHOOL, generate, invented_colleges
from evalkit.synthetic.dirty import KEY, generate_dirty, is_ours
from evalkit.workspace import FILE_NAME, AcademicYear, Workspace, YearStatus

__all__ = ["command"]


@click.command(
    "sample",
    options_metavar="[选项]",
    help=(
        "在 DIR 生成虚构学校的台账和评分表。DIR 在某个工作区之内时，只放数据；"
        "否则在 DIR 建立一个完整的工作区，可以直接生成报告。相同的参数总是得到相同的文件。"
        "加上 --dirty，则在 DIR 建立另一个工作区，其中的台账有意安排了各种填写错误，并附答案，"
        "用来试验 evalkit check。加上 --schools，则在 DIR 生成许多学校的数据，"
        "用来试验 evalkit metrics --store。"
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
@click.option("--dirty", is_flag=True, help="生成有填写错误的台账和答案；学院、学年固定。")
@click.option(
    "--schools",
    metavar="N",
    type=click.IntRange(1, 9999),
    help="生成 N 所学校的数据：各校的学院从 --colleges 个学院中抽取，普测为逐人的记录（无身份）。",
)
@click.pass_context
def command(
    context: click.Context,
    folder: Path,
    colleges: int,
    years: int,
    seed: int,
    last_year: str,
    dirty: bool,
    schools: int | None,
) -> None:
    """Generate the workbooks, and a workspace around them if there is none."""
    if dirty:
        _refuse_sizes(context)
        _write_dirty(folder, seed)
        return
    try:
        last = AcademicYear.parse(last_year)
    except ValueError:
        raise click.BadParameter(
            f"“{last_year}”不是学年，请写成“2024-2025”这样。", param_hint="--last-year"
        ) from None
    if schools is not None:
        _write_store(folder, schools, colleges, years, seed, last)
        return
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


def _refuse_sizes(context: click.Context) -> None:
    """Refuse options that the dirty data set does not know, rather than pass over them."""
    given = [
        f"--{name.replace('_', '-')}"
        for name in ("colleges", "years", "last_year", "schools")
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(f"--dirty 的学院和学年固定，不能与 {'、'.join(given)} 同时用。")


def _write_dirty(folder: Path, seed: int) -> None:
    settings = folder / FILE_NAME
    if settings.exists() and not is_ours(settings):
        raise WorkspaceError(
            f"{folder} 已经是一个工作区，没有改动任何文件。请换一个文件夹，以免混入其中的材料。"
        )
    click.echo("正在生成有填写错误的虚构数据……")
    written = generate_dirty(folder, seed=seed)
    click.echo(f"已写入 {len(written)} 个文件：{folder.resolve()}")
    click.echo(f"答案在 {folder / KEY}")
    click.echo(f"接下来：evalkit check --workspace {folder}")


def _write_store(
    folder: Path, schools: int, colleges: int, years: int, seed: int, last: AcademicYear
) -> None:
    # Most of the program is loaded only where workbooks are read back.
    from evalkit.cli.sample_store import write_sample_store

    if folder.is_dir() and any(folder.iterdir()):
        raise WorkspaceError(f"{folder} 里已有文件，没有改动。请换一个空的文件夹。")
    click.echo(f"正在生成 {schools} 所学校、{years} 个学年的虚构数据……")
    written = write_sample_store(
        folder, schools=schools, colleges=colleges, years=years, seed=seed, last=last
    )
    click.echo(f"已写入 {len(written)} 张表，共 {sum(written.values()):,} 行：{folder.resolve()}")
    click.echo(f"接下来：evalkit metrics --store {folder} -o 指标.parquet")


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
