"""``evalkit report``: all reports of a year."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evalkit.audiences import INTERNAL, load_policy
from evalkit.cli.options import for_audience, in_workspace, of_year
from evalkit.cli.report_watch import JsonLines, ReportWatch, TextLines, on_terminal
from evalkit.reports.runner import Packet, make_packet
from evalkit.reports.survey import Wanted, survey
from evalkit.schedule.run import Say, run_due
from evalkit.workspace import FORMATS, AcademicYear, Workspace

__all__ = ["command"]

_EXAMPLES = """\b
例：
  evalkit report                          生成最近一个学年的报告；没有变化的不重做
  evalkit report --dry-run                只看要生成哪些、为什么，不生成
  evalkit report --only C03 --only 全校   只生成一个学院和全校的报告
  evalkit report --force --jobs 4         全部重新生成，同时生成四份
  evalkit report --formats pdf --formats docx   另外要 PDF 和 Word
  evalkit report --audience public        生成对外公开的报告，不含预警、得分等内容
  evalkit report --master spark://h:7077  交给 Spark 的多台电脑生成
"""


@click.command(
    "report",
    options_metavar="[选项]",
    help=(
        "生成一个学年的全部报告：每个学院一份、全校一份（网页与运行过的 notebook），"
        "以及评审汇总表 汇总.xlsx 和清单 manifest.json，写入 reports/学年/。"
        "上次生成后没有变化的不再重做。要生成的都生成了，退出码为 0；有没能生成的，为 1。"
    ),
    epilog=_EXAMPLES,
)
@of_year
@for_audience
@click.option(
    "--only",
    metavar="学院",
    multiple=True,
    help="只生成这个学院的报告：学院代码或名称；写“全校”则为全校报告和汇总表。可以写多次。",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="同时生成几份；不写则用 evalkit.toml 中 [report] 的 jobs。",
)
@click.option(
    "--master",
    metavar="地址",
    help=(
        "交给 Spark 的多台电脑一起生成，如 spark://host:7077 或 local[2]；需要 evalkit[cluster]，"
        "各台电脑在同一位置看得到这个工作区。"
    ),
)
@click.option(
    "--formats",
    metavar="格式",
    multiple=True,
    type=click.Choice(FORMATS),
    help=(
        "每份报告要哪些文件：html（网页）、pdf、docx（Word）、xlsx（图表背后的数）、ipynb；"
        "可以写多次。不写则用 evalkit.toml 中 [report] 的 formats。"
    ),
)
@click.option("--force", is_flag=True, help="没有变化的也重新生成。")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), help="本次最多生成几份，其余留待下次。"
)
@click.option("--dry-run", is_flag=True, help="只列出要生成哪些、为什么，不生成。")
@click.option(
    "--due",
    is_flag=True,
    help="只在今天有到期的报告时生成，不然什么也不做；evalkit schedule 安装的定时任务就这样运行。",
)
@click.option(
    "--keep-going/--stop-at-first",
    default=True,
    help="有一份出错时，其余照常生成（不写则为此），或就此停下。",
)
@click.option(
    "--log-format",
    "log",
    metavar="格式",
    type=click.Choice(["text", "json"]),
    default="text",
    help="过程的写法：text（文字，不写则为此），或 json（每行一个 JSON，供程序读取）。",
)
@in_workspace
def command(
    year: str | None,
    audience: str,
    only: tuple[str, ...],
    jobs: int | None,
    master: str | None,
    formats: tuple[str, ...],
    force: bool,
    limit: int | None,
    dry_run: bool,
    due: bool,
    keep_going: bool,
    log: str,
    place: str,
) -> None:
    """Make what is due, show progress, and say what was made and where."""
    space = Workspace.find(Path(place))
    wanted = Wanted(only, force, limit, formats, load_policy(audience).id)

    def make(academic_year: AcademicYear) -> Packet:
        return _make(
            space, academic_year, wanted, jobs=jobs, master=master, keep_going=keep_going, log=log
        )

    if master and jobs:
        raise click.UsageError("写了 --master 时，同时生成几份由 Spark 决定，不能再写 --jobs。")
    if due:
        if year or only or limit or dry_run or audience != INTERNAL:
            raise click.UsageError(
                "--due 自己决定生成什么，"
                "不能与 --year、--audience、--only、--limit、--dry-run 合用。"
            )
        good = run_due(space, make, *_speakers(log))
    elif dry_run:
        asked = space.year(year)
        _watch(space, asked, audience, log).looked(survey(space, asked, wanted))
        good = True
    else:
        good = make(space.year(year)).complete
    if not good:
        sys.exit(1)


def _make(
    space: Workspace,
    year: AcademicYear,
    wanted: Wanted,
    *,
    jobs: int | None,
    master: str | None,
    keep_going: bool,
    log: str,
) -> Packet:
    watch = _watch(space, year, wanted.audience, log)
    if log == "text" and sys.stdout.isatty():
        watch = on_terminal(_title(space, year, wanted.audience))
    with watch:
        packet = make_packet(
            space,
            year,
            wanted,
            jobs=jobs,
            master=master,
            stop_at_first=not keep_going,
            watch=watch,
        )
    watch.finished(packet)
    return packet


def _watch(space: Workspace, year: AcademicYear, audience: str, log: str) -> ReportWatch:
    return JsonLines() if log == "json" else TextLines(_title(space, year, audience))


def _speakers(log: str) -> tuple[Say, Say]:
    """Return who tells people how it went, and what went wrong."""
    if log == "json":
        lines = JsonLines()
        return lines.said, lines.warned
    return click.echo, lambda text: click.secho(text, fg="red", err=True)


def _title(space: Workspace, year: AcademicYear, audience: str) -> str:
    reader = "" if audience == INTERNAL else f"，读者：{load_policy(audience).name}"
    return f"{space.school} {year} 学年{reader}"
