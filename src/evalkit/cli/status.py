"""``evalkit status``: the last runs, what is no longer up to date and why, what failed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from evalkit.audiences import load_policy
from evalkit.cli.options import for_audience, in_workspace, of_year, text_or_json
from evalkit.reports.clock import beijing, duration
from evalkit.reports.lock import holder, is_held
from evalkit.reports.manifest import Manifest, Run
from evalkit.reports.plan import folder_of
from evalkit.reports.survey import Survey, Wanted, survey
from evalkit.workspace import Workspace

__all__ = ["command"]

LAST = 5
"""How many runs are listed."""
_STATES = {"done": "完成", "interrupted": "被中断", "failed": "没能开始或中途出错"}


@click.command(
    "status",
    options_metavar="[选项]",
    help=(
        "查看报告的状态：最近几次运行、哪些报告需要重新生成、为什么，以及哪些上次没能生成。"
        "只是查看，不生成报告。"
    ),
)
@of_year
@for_audience
@text_or_json
@in_workspace
def command(year: str | None, audience: str, kind: str, place: str) -> None:
    """Say how the reports of a year stand."""
    space = Workspace.find(Path(place))
    wanted = space.year(year)
    folder = folder_of(space, wanted, load_policy(audience))
    manifest = Manifest.read(folder)
    found = survey(space, wanted, Wanted(audience=audience), manifest)
    working = (holder(folder) or "进程不明") if is_held(folder) else None
    if kind == "json":
        click.echo(json.dumps(_facts(found, manifest, working), ensure_ascii=False, indent=1))
        return
    click.echo(f"{space.school} {wanted} 学年，报告文件夹：{folder}")
    click.echo("\n最近的运行：")
    for run in reversed(manifest.runs[-LAST:]):
        click.echo(f"  {_run_line(run, working)}")
    if not manifest.runs:
        click.echo("  还没有运行过 evalkit report。")
    if working is not None:
        click.echo(f"\n正在生成（{working}），以下是此刻的情况。")
    _echo_reports(found, manifest)


def _echo_reports(found: Survey, manifest: Manifest) -> None:
    click.echo(f"\n报告共 {found.total} 份，{len(found.kept)} 份是最新的。")
    if found.due:
        click.echo(f"需要生成 {len(found.due)} 份：")
    for due in found.due:
        click.echo(f"  {due.job.name}：{'；'.join(due.reasons)}")
    failed = [(name, e) for name, e in sorted(manifest.entries.items()) if e.status != "made"]
    if failed:
        click.echo(f"上次没能生成 {len(failed)} 份：")
    for name, entry in failed:
        click.echo(f"  {name}：{entry.message}")
    if found.gone:
        click.echo(f"不再属于本学年，下次运行时移除：{'、'.join(sorted(found.gone))}。")
    if found.due or found.gone:
        click.echo("运行 evalkit report 即可更新。")


def _state(run: Run, working: str | None) -> str:
    if run.status == "running":
        return "正在运行" if working is not None else "被强行结束"
    return _STATES[run.status]


def _run_line(run: Run, working: str | None) -> str:
    counts = f"生成 {run.made} 份" + (f"，失败 {run.failed} 份" if run.failed else "")
    return (
        f"{beijing(run.moment)}　{_state(run, working)}：应生成 {run.due} 份，{counts}，"
        f"{run.kept} 份没有变化，用时 {duration(run.seconds)}（电脑 {run.host}）"
    )


def _facts(found: Survey, manifest: Manifest, working: str | None) -> dict[str, object]:
    return {
        "academic_year": found.material.year.name,
        "folder": str(found.folder),
        "running": working,
        "runs": [run.plain() for run in manifest.runs],
        "current": [job.name for job in found.kept],
        "due": [{"report": due.job.name, "reasons": list(due.reasons)} for due in found.due],
        "failed": {n: e.message for n, e in manifest.entries.items() if e.status != "made"},
        "gone": sorted(found.gone),
    }
