"""``evalkit metrics``: the metrics of one school or of thousands, by the engine that fits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalkit.errors import StoreError, UnknownNameError
from evalkit.evidence.store import ENGINES, Engine, open_store

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence.metric import Subject
    from evalkit.evidence.source import Source

__all__ = ["command"]


@click.command(
    "metrics",
    options_metavar="[选项]",
    help=(
        "计算各学院各项指标的值，写成一张表：学校、学年、学院、指标、分子、分母、值、状态"
        "（known 有值，no_data 无数据，not_applicable 不适用）。"
        "不写 --store 时计算当前工作区；写了则计算一个装有许多学校数据的文件夹，"
        "可以用 pandas、DuckDB 或 Spark 计算，结果相同。"
    ),
)
@click.option(
    "--store",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="装有许多学校数据的文件夹，由 --add-to 生成。",
)
@click.option(
    "--engine",
    metavar="引擎",
    type=click.Choice(ENGINES),
    default="duckdb",
    show_default=True,
    help="用什么计算：pandas（全部读入内存）、duckdb（单机，内存有限也可以）、spark（集群）。",
)
@click.option(
    "--master",
    metavar="地址",
    default="local[2]",
    show_default=True,
    help="Spark 主节点的地址，例如 spark://host:7077。",
)
@click.option("--memory", metavar="大小", help="DuckDB 或 Spark 最多用多少内存，例如 2GB。")
@click.option(
    "--subjects", metavar="名称,…", help="只计算这几组指标，例如 screening,activities；不写则全部。"
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="结果文件，.parquet 或 .csv。",
)
@click.option(
    "--add-to",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="不计算，而是把当前工作区的数据（不含姓名）加入这个文件夹，供 --store 使用。",
)
@click.option("--school", metavar="代码", help="与 --add-to 合用：本校的代码，例如 S001。")
@click.option(
    "--workspace",
    "place",
    metavar="DIR",
    default=".",
    help="工作区所在的文件夹；不写则从当前文件夹向上找。",
)
def command(
    store: Path | None,
    engine: Engine,
    master: str,
    memory: str | None,
    subjects: str | None,
    output: Path | None,
    add_to: Path | None,
    school: str | None,
    place: str,
) -> None:
    """Compute the metrics, or add this school's data to a store."""
    if add_to is not None:
        _add(add_to, school, place)
        return
    if output is None:
        raise click.UsageError("请用 -o 写明结果文件，例如 -o 指标.parquet。")
    if output.suffix not in (".parquet", ".csv"):
        raise click.UsageError(f"结果文件“{output.name}”应以 .parquet 或 .csv 结尾。")
    chosen = _subjects(subjects)
    if store is None:
        table = _values(_own(place), chosen)
    else:
        with open_store(store, engine, memory=memory, master=master) as source:
            table = _values(source, chosen)
    _write(table, output)
    rows, metrics = len(table), table["metric"].nunique()
    click.echo(f"已写入 {rows:,} 行，{metrics} 项指标：{output}")


def _subjects(names: str | None) -> tuple[Subject, ...]:
    from evalkit.evidence.catalogue import SUBJECTS

    if names is None:
        return SUBJECTS
    known = {subject.name: subject for subject in SUBJECTS}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise UnknownNameError.of("指标组", name, list(known))
    return tuple(known[name] for name in dict.fromkeys(wanted))


def _own(place: str) -> Source:
    from evalkit.assessment import load_assessment

    return load_assessment(workspace=place).evidence.source


def _values(source: Source, subjects: tuple[Subject, ...]) -> pd.DataFrame:
    from evalkit.evidence.catalogue import metric_counts, metric_values

    # What a store does not hold cannot be counted: those metrics are left out, not zero.
    able = tuple(
        subject
        for subject in subjects
        if all(sheet in source.tables for metric in subject.metrics for sheet in metric.needs)
    )
    if not able:
        raise StoreError("数据中没有计算这些指标所需的表。请检查 --store 或 --subjects。")
    return metric_values(metric_counts(source, able), source.keys, able)


def _write(table: pd.DataFrame, path: Path) -> None:
    from evalkit.outputs import write_bytes

    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        # Excel takes a .csv for its own encoding unless it begins with this mark.
        write_bytes(path, table.to_csv(index=False).encode("utf-8-sig"))
    else:
        write_bytes(path, table.to_parquet(index=False))


def _add(folder: Path, school: str | None, place: str) -> None:
    from evalkit.assessment.stores import add_to_store

    if school is None or not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", school):
        raise click.UsageError("请用 --school 写明本校代码：字母、数字、- 和 _，不超过 32 个。")
    files = add_to_store(_own(place), folder, school)
    click.echo(f"已把本校（{school}）的 {len(files)} 张表加入 {folder}。")
