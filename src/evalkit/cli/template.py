"""``evalkit template``: the blank workbooks that go out."""

from __future__ import annotations

import re
from pathlib import Path

import click

from evalkit.cli.options import in_workspace
from evalkit.errors import NoDataError, UnknownNameError, WorkspaceError
from evalkit.intake import Snapshot, freeze
from evalkit.intake.carry_over import carry_over
from evalkit.intake.template import (
    Template,
    centre_template,
    college_template,
    judge_template,
    save_templates,
)
from evalkit.ledger import load_ledger
from evalkit.rubric import load_rubric
from evalkit.workspace import AcademicYear, College, Judge, Workspace

__all__ = ["command"]

_JUDGE = re.compile(r"J\d{2,}", re.ASCII)


@click.command(
    "template",
    options_metavar="[选项]",
    help=(
        "生成一个学年下发的空白工作簿：每个学院一份台账，校心理中心一份校级记录，每位评委一份评分表。"
        "不写 --college、--judge、--centre 时全部生成，否则只生成写到的几份。"
        "已有内容不同的同名文件时，一份也不写。"
    ),
    epilog=(
        "\b\n例如：\n"
        "  evalkit template --year 2024-2025 -o 下发\n"
        "  evalkit template --year 2024-2025 --college C03 --judge J01 -o 下发\n"
        "  evalkit template --year 2025-2026 --from 2024-2025 -o 下发"
    ),
)
@click.option("--year", metavar="学年", help="必填。学年，例如 2024-2025。")
@click.option(
    "--college", "colleges", multiple=True, metavar="学院", help="学院代码或名称，可以写几次。"
)
@click.option(
    "--judge", "judges", multiple=True, metavar="评委", help="评委编号，例如 J01，可以写几次。"
)
@click.option("--centre", is_flag=True, help="校心理中心的校级记录。")
@click.option("--from", "since", metavar="学年", help="沿用这个学年的班级、在任人员、场地和站名。")
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="必填。写到这个文件夹，没有则新建。",
)
@click.option("--force", is_flag=True, help="覆盖同名的文件，其中已填的内容会丢失。")
@in_workspace
def command(
    year: str | None,
    colleges: tuple[str, ...],
    judges: tuple[str, ...],
    centre: bool,
    since: str | None,
    folder: Path | None,
    force: bool,
    place: str,
) -> None:
    """Write the workbooks and say what they are."""
    if year is None or folder is None:
        missing = "--year" if year is None else "-o"
        raise click.UsageError(
            f"缺少 {missing}。请写明学年和文件夹，例如 evalkit template --year 2024-2025 -o 下发。"
        )
    space = Workspace.find(Path(place))
    wanted = _year(space, year)
    everything = not (colleges or judges or centre)
    if not space.colleges:
        raise WorkspaceError(
            f"{space.root / 'evalkit.toml'} 中还没有列出学院，不知道要生成哪些台账。"
            "请先在 [[colleges]] 中写明各学院的代码和名称。"
        )
    chosen = space.colleges if everything else [_college(space, name) for name in colleges]
    panel = space.judges if everything else [_judge(space, code) for code in judges]
    earlier = None if since is None else freeze(space, space.year(since))
    templates = _templates(space, wanted, chosen, panel, everything or centre, earlier)
    written = save_templates(templates, folder, force=force)
    for path in written:
        click.echo(f"  {path.name}")
    click.echo(f"已写入 {len(written)} 份空白工作簿：{folder.resolve()}")
    if everything and not space.judges:
        click.echo(
            "evalkit.toml 中没有列出评委，没有生成评分表。请在 [[judges]] 中写明评委，"
            "或用 --judge J01 --judge J02 指定编号。"
        )


def _templates(
    space: Workspace,
    year: AcademicYear,
    colleges: tuple[College, ...] | list[College],
    judges: tuple[Judge, ...] | list[Judge],
    centre: bool,
    earlier: Snapshot | None,
) -> list[Template]:
    ledger, rubric = load_ledger(space.ledger), load_rubric(space.rubric)
    made = []
    for college in colleges:
        carried = None
        if earlier is not None:
            carried = carry_over(
                earlier.tables, ledger, college.code, since=earlier.year, year=year
            )
        made.append(college_template(space, year, ledger, rubric, college, carried))
    if centre:
        made.append(centre_template(space, year, ledger, rubric))
    made += [judge_template(space, year, rubric, judge) for judge in judges]
    return made


def _year(space: Workspace, text: str) -> AcademicYear:
    """Return the year; it need not have inputs yet."""
    try:
        return AcademicYear.parse(text)
    except ValueError:
        pass
    try:
        known = list(space.years())
        known.append(AcademicYear(known[-1].start + 1))
    except NoDataError:
        known = []
    mend = "学年写作“2024-2025”，后一年等于前一年加一。"
    raise UnknownNameError.of("学年", text, [year.name for year in known], mend)


def _college(space: Workspace, text: str) -> College:
    for college in space.colleges:
        if text in (college.code, college.name, *college.aliases):
            return college
    known = [f"{college.code} {college.name}" for college in space.colleges]
    raise UnknownNameError.of(
        "学院", text, known, "要新增学院，请写进 evalkit.toml 的 [[colleges]]。"
    )


def _judge(space: Workspace, code: str) -> Judge:
    for judge in space.judges:
        if code == judge.code:
            return judge
    if not space.judges and _JUDGE.fullmatch(code):
        return Judge(code=code)
    mend = "评委编号写作“J01”；要新增评委，请写进 evalkit.toml 的 [[judges]]。"
    raise UnknownNameError.of("评委", code, [judge.code for judge in space.judges], mend)
