"""``evalkit metrics``: the metrics of one school or of thousands, by the engine that fits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalkit.cli.options import in_workspace
from evalkit.errors import StoreError, UnknownNameError
from evalkit.evidence.store import ENGINES, Engine, open_store

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.evidence.metric import Subject
    from evalkit.evidence.source import Source
    from evalkit.privacy import Audience

__all__ = ["command"]

_EXAMPLES = """\b
例：
  evalkit metrics -o 指标.csv                            计算当前工作区
  evalkit metrics --add-to 全省 --school S001            把本校的数据加入文件夹“全省”
  evalkit metrics --store 全省 --memory 2GB -o 指标.parquet
  evalkit metrics --store 全省 --engine spark --master spark://host:7077 -o 指标.parquet
"""


@click.command(
    "metrics",
    options_metavar="[选项]",
    help=(
        "计算各学院各项指标的值，写成一张表：学校、学年、学院、指标、分子、分母、值、状态"
        "（known 有值，no_data 无数据，not_applicable 不适用，withheld 因人数少而不给出）。"
        "不写 --store 时计算当前工作区；写了则计算一个装有许多学校数据的文件夹，"
        "可以用 pandas、DuckDB 或 Spark 计算，结果相同。"
    ),
    epilog=_EXAMPLES,
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
    "--rubric",
    metavar="考核办法",
    help="计算 --store 所用的考核办法：内置的名称或 .yaml 文件；不写则为内置的考核办法。",
)
@click.option(
    "--subjects", metavar="名称,…", help="只计算这几组指标，例如 screening,activities；不写则全部。"
)
@click.option(
    "--audience",
    metavar="读者",
    default="internal",
    show_default=True,
    help="结果给谁看，按其隐私规则不给出人数少的值：internal、panel 或 public。",
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
    help=(
        "不计算，而是把当前工作区的数据加入这个文件夹，供 --store 使用："
        "只含计算指标要用的表，姓名换成编号，不含计算用不到的文字。"
    ),
)
@click.option("--school", metavar="代码", help="与 --add-to 合用：本校的代码，例如 S001。")
@in_workspace
@click.pass_context
def command(
    context: click.Context,
    store: Path | None,
    engine: Engine,
    master: str,
    memory: str | None,
    rubric: str | None,
    subjects: str | None,
    audience: str,
    output: Path | None,
    add_to: Path | None,
    school: str | None,
    place: str,
) -> None:
    """Compute the metrics, or add this school's data to a store."""
    if add_to is not None:
        others = ("store", "engine", "master", "memory", "rubric", "subjects", "audience", "output")
        _refuse(context, others, "--add-to 只加入数据，不计算")
        _add(add_to, school, place)
        return
    if store is None:
        _refuse(context, ("engine", "master", "memory", "rubric"), "没有写 --store")
    else:
        _refuse(context, ("place",), "写了 --store，计算的不是工作区")
    _refuse(context, ("school",), "没有写 --add-to")
    target = _target(output, store)
    chosen, reader = _subjects(subjects), _audience(audience)
    if store is None:
        table = _values(_own(place), chosen, reader)
    else:
        from evalkit.evidence.terms import Terms
        from evalkit.rubric import load_rubric

        rules = load_rubric() if rubric is None else load_rubric(rubric)
        terms = Terms.of(rules.settings)
        with open_store(store, engine, terms=terms, memory=memory, master=master) as source:
            table = _values(source, chosen, reader)
    _write(table, target)
    click.echo(f"已写入 {len(table):,} 行，{table['metric'].nunique()} 项指标：{target}")


def _refuse(context: click.Context, names: Iterable[str], why: str) -> None:
    """Refuse options that would not do anything, rather than pass over them."""
    given = [
        option.opts[-1]
        for option in context.command.params
        if option.name in names
        and context.get_parameter_source(option.name) is click.core.ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(f"{why}，不能与 {'、'.join(given)} 同时用。")


def _target(output: Path | None, store: Path | None) -> Path:
    if output is None:
        raise click.UsageError("请用 -o 写明结果文件，例如 -o 指标.parquet。")
    if output.suffix not in (".parquet", ".csv"):
        raise click.UsageError(f"结果文件“{output.name}”应以 .parquet 或 .csv 结尾。")
    if store is not None and output.resolve().is_relative_to(store.resolve()):
        raise click.BadParameter(
            f"“{output}”在数据文件夹 {store} 之内，会与其中的数据混在一起。请换一个文件夹。",
            param_hint="-o",
        )
    return output


def _subjects(names: str | None) -> tuple[Subject, ...]:
    from evalkit.evidence.catalogue import SUBJECTS

    if names is None:
        return SUBJECTS
    known = {subject.name: subject for subject in SUBJECTS}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            message = str(UnknownNameError.of("指标组", name, list(known)))
            raise click.BadParameter(message, param_hint="--subjects")
    return tuple(known[name] for name in dict.fromkeys(wanted))


def _audience(name: str) -> Audience:
    from evalkit.privacy import load_policy

    try:
        return load_policy(name)
    except UnknownNameError as error:
        raise click.BadParameter(str(error), param_hint="--audience") from None


def _own(place: str) -> Source:
    from evalkit.assessment import load_assessment

    return load_assessment(workspace=place).evidence.source


def _values(source: Source, subjects: tuple[Subject, ...], audience: Audience) -> pd.DataFrame:
    from evalkit.assessment.withhold import withhold
    from evalkit.evidence.catalogue import metric_counts, metric_values
    from evalkit.ledger import load_ledger

    ledger, able = load_ledger(), []
    for subject in subjects:
        # What a store does not hold cannot be counted: those metrics are left out, not zero.
        needed = {sheet for metric in subject.metrics for sheet in metric.needs}
        missing = sorted(needed - set(source.tables))
        if missing:
            named = "、".join(f"“{ledger[sheet].title}”表（{sheet}）" for sheet in missing)
            click.echo(f"注意：没有{named}，没有计算“{subject.title}”的指标。", err=True)
        else:
            able.append(subject)
    if not able:
        raise StoreError("没有计算这些指标所需的表。请检查 --store 或 --subjects。")
    counts = metric_counts(source, able)
    return withhold(metric_values(counts, source.keys, able), counts, source.keys, audience)


def _write(table: pd.DataFrame, path: Path) -> None:
    from evalkit.outputs import write_bytes

    if path.suffix == ".csv":
        # Excel takes a .csv for its own encoding unless it begins with this mark.
        write_bytes(path, table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig"))
    else:
        write_bytes(path, table.to_parquet(index=False))


def _add(folder: Path, school: str | None, place: str) -> None:
    from evalkit.assessment.stores import add_to_store

    if school is None or not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", school):
        raise click.UsageError("请用 --school 写明本校代码：字母、数字、- 和 _，不超过 32 个。")
    files = add_to_store(_own(place), folder, school)
    click.echo(f"已把本校（{school}）的 {len(files)} 张表加入 {folder}。")
