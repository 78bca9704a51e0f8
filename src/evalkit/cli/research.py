"""``evalkit research``: what researchers are given."""

from __future__ import annotations

import re
from pathlib import Path

import click

from evalkit.cli.options import in_workspace

__all__ = ["command"]

_EXAMPLES = """\b
例：
  evalkit research export --years 2023-2024,2024-2025 -o 提取
  evalkit research export --years 2024-2025 --named --k 10 -o 提取
  evalkit research export --years 2024-2025 --level records --store 全省 --school S0001 -o 提取
"""


@click.group(
    "research",
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
    help="供理论和实践研究使用的数据。",
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
    metavar="学年,…",
    help="获准使用的学年，用逗号隔开，例如 2023-2024,2024-2025。必须写明。",
)
@click.option(
    "--level",
    metavar="级别",
    default="college-grade-wave",
    show_default=True,
    help=(
        "college-grade-wave（学院 × 年级 × 批次的人数）或 records"
        "（逐条记录，要有测评平台的编码记录）。"
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
@in_workspace
def export(
    years: str | None,
    level: str,
    folder: Path | None,
    k: int | None,
    named: bool,
    store: Path | None,
    school: str | None,
    place: str,
) -> None:
    """Write an extract."""
    if not years or not years.strip():
        raise click.UsageError(
            "请用 --years 写明获准使用的学年，例如 --years 2023-2024,2024-2025。"
        )
    if folder is None:
        raise click.UsageError("请用 -o 写明写入的文件夹，例如 -o 提取。")
    from evalkit.research import export as write

    named_years = [name for name in re.split(r"[,，、\s]+", years) if name]
    done = write(
        folder,
        years=named_years,
        level=level,
        k=k,
        named=named,
        workspace=place,
        store=store,
        school=school,
    )
    extract = done.extract
    rows = sum(len(table) for table in extract.tables.values())
    click.echo(
        f"已导出 {'、'.join(extract.years)} 学年，{len(extract.tables)} 张表 {rows:,} 行，"
        f"隐去 {extract.n_suppressed} 格（k = {extract.k}），共 {len(done.files)} 个文件：{folder}"
    )
    click.echo("请先填写并签署“数据使用承诺书.docx”，再把数据交给研究人员。")
