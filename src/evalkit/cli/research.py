"""``evalkit research``: what researchers are given."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evalkit.cli.options import in_workspace, of_year
from evalkit.reports.research import add_missing_notebooks, make_research, research_jobs
from evalkit.workspace import FORMATS, AcademicYear, Workspace

__all__ = ["command"]

_EXAMPLES = """\b
例：
  evalkit research export --years 2023-2024,2024-2025 -o 提取
  evalkit research export --years 2023-2024 --years 2024-2025 --named --k 10 -o 提取
  evalkit research export --years 2024-2025 --level records --records 平台记录.csv -o 提取
  evalkit research export --years 2024-2025 --level records --store 全省 --school S0001 -o 提取
"""
_REPORT_EXAMPLES = """\b
例：
  evalkit research report                                   全部研究 notebook，最近一个学年
  evalkit research report screening_rates --formats docx    只要一篇，只要 Word
  evalkit research report --year 2023-2024 --formats html,docx,pdf
"""
_SEPARATORS = re.compile(r"[,，、;；\s]+")


@click.group(
    "research",
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
    help="供理论和实践研究使用的数据和报告。",
)
def command() -> None:
    """Group what researchers are given."""


@command.command(
    "export",
    options_metavar="[选项]",
    help=(
        "导出研究用的普测数据：CSV、Parquet、Excel，附数据字典、数据使用承诺书和清单。"
        "不含班级一级的数据，日期只到月份；大于 0 而小于 k 的学生人数，以及能推算出它们的数，"
        "一律隐去。重复导出得到相同的文件。"
    ),
    epilog=_EXAMPLES,
)
@click.option(
    "--years",
    "--year",
    "years",
    metavar="学年,…",
    multiple=True,
    help=(
        "获准使用的学年，用逗号隔开，例如 2023-2024,2024-2025；也可以写多次，每次一个。必须写明。"
    ),
)
@click.option(
    "--level",
    metavar="级别",
    default="college-grade-wave",
    show_default=True,
    help=(
        "college-grade-wave（学院 × 年级 × 批次的人数，来自台账）或 records（逐条记录）。"
        "逐条记录只来自测评平台的编码记录（一行一名学生的一次测评）：--records 写明的文件，"
        "不写则为数据文件夹中的 screening_records/，或 --store 中的。台账里没有逐条的普测数据；"
        "重点关爱和危机个案人数太少，不逐条提供。"
    ),
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="写入的文件夹：空的，或上一次导出的。",
)
@click.option(
    "--k",
    "k",
    metavar="N",
    type=int,
    help="人数下限；不写则为隐私规则（privacy.yaml）中对外公开的下限。",
)
@click.option("--named", is_flag=True, help="写明学院名称；不写则只有代码。须经批准。")
@click.option(
    "--store",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="装有许多学校数据的文件夹，内有 screening_records；不写则用工作区的数据。",
)
@click.option("--school", metavar="代码", help="与 --store 合用：提取哪一所学校，例如 S0001。")
@click.option(
    "--records",
    metavar="文件或文件夹",
    type=click.Path(path_type=Path, exists=True),
    help=(
        "本校测评平台导出的编码记录：.parquet 或 .csv，列为学年、学院代码、年级、批次、免测、有效、"
        "等级、已访谈、建档（或相应的机器名）；其余的列不读取。"
    ),
)
@in_workspace
def export(
    years: tuple[str, ...],
    level: str,
    folder: Path | None,
    k: int | None,
    named: bool,
    store: Path | None,
    school: str | None,
    records: Path | None,
    place: str,
) -> None:
    """Write an extract."""
    named_years = _listed(years)
    if not named_years:
        raise click.UsageError(
            "请用 --years 写明获准使用的学年，例如 --years 2023-2024,2024-2025。"
        )
    if folder is None:
        raise click.UsageError("请用 -o 写明写入的文件夹，例如 -o 提取。")
    from evalkit.privacy.log import record_files
    from evalkit.research import export as write

    done = write(
        folder,
        years=named_years,
        level=level,
        k=k,
        named=named,
        workspace=place,
        store=store,
        school=school,
        records=records,
    )
    extract = done.extract
    root = store if store is not None else Workspace.find(place).root
    what = f"研究提取（{'、'.join(extract.years)} 学年）"
    record_files(root, done.files, what, audience="researcher", snapshots=done.snapshots)
    rows = sum(len(table) for table in extract.tables.values())
    click.echo(
        f"已导出 {'、'.join(extract.years)} 学年，{len(extract.tables)} 张表 {rows:,} 行，"
        f"隐去 {extract.n_suppressed} 格（k = {extract.k}），共 {len(done.files)} 个文件：{folder}"
    )
    click.echo("请先填写并签署“数据使用承诺书.docx”，再把数据交给研究人员。")


@command.command(
    "report",
    options_metavar="[选项]",
    help=(
        "运行研究 notebook（工作区 notebooks/research/ 中的，或写明的几个），写成网页、Word 等，"
        "放在 reports/学年/research/。每次都重新运行；有没能生成的，退出码为 1。"
    ),
    epilog=_REPORT_EXAMPLES,
)
@click.argument("names", metavar="[名称]…", nargs=-1)
@of_year
@click.option(
    "--formats",
    metavar="格式,…",
    multiple=True,
    help=(
        f"要哪些文件：{'、'.join(FORMATS)}；用逗号隔开，或写多次。不写则为 html（网页）和 docx"
        "（Word）。"
    ),
)
@click.option(
    "--k",
    "k",
    metavar="N",
    type=int,
    help="人数下限；不写则用 notebook 中的。小于它的学生人数不显示。",
)
@click.option("--named", is_flag=True, help="写明学院名称；不写则只有代码。须经批准。")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="同时运行几个；不写则用 evalkit.toml 中 [report] 的 jobs。",
)
@in_workspace
def report(
    names: tuple[str, ...],
    year: str | None,
    formats: tuple[str, ...],
    k: int | None,
    named: bool,
    jobs: int | None,
    place: str,
) -> None:
    """Run research notebooks and say what came of each."""
    kinds = _listed(formats) or ["html", "docx"]
    for kind in kinds:
        if kind not in FORMATS:
            raise click.UsageError(f"没有名为“{kind}”的格式。可选：{'、'.join(FORMATS)}。")
    space = Workspace.find(Path(place))
    asked = space.year(year)
    for path in add_missing_notebooks(space, names):
        click.echo(f"工作区里还没有 {path.name}，已放入一份：{path}")
    wanted = research_jobs(space, asked, names, kinds)
    settings: dict[str, object] = {} if k is None else {"k": k}
    if named:
        settings["named"] = True
    failed = 0
    written: list[Path] = []
    for made in make_research(space, asked, wanted, settings, side_by_side=jobs or space.jobs):
        if made.error is None:
            written += made.files
            click.echo(f"已生成 {made.job.title}（{made.seconds:.0f} 秒）：")
        else:
            failed += 1
            click.secho(f"没有生成 {made.job.name}：{made.error}", fg="red", err=True)
        for file in made.files:
            click.echo(f"  {file}")
    if written:
        _log(space, asked, written)
    if failed:
        sys.exit(1)


def _log(space: Workspace, year: AcademicYear, files: Sequence[Path]) -> None:
    """Note in the log of releases what the notebooks wrote."""
    from evalkit.assessment import load_assessment
    from evalkit.privacy.log import record_files

    taken = load_assessment(year.name, workspace=space).snapshots
    snapshots = {each.name: snapshot.id for each, snapshot in taken.items()}
    what = f"{year} 学年的研究报告"
    record_files(space.root, files, what, audience="researcher", snapshots=snapshots)


def _listed(texts: Sequence[str]) -> list[str]:
    """Return the words of an option that may be given several times, or with commas."""
    return [word for text in texts for word in _SEPARATORS.split(text) if word]
