"""A year's packet: all reports side by side, the workbook of totals, the manifest."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evalkit.assessment import STATUS_TEXT, Assessment
from evalkit.export import SummaryTables, summary_workbook
from evalkit.outputs import write_bytes
from evalkit.reports.execute import Frame, Made, make_report
from evalkit.reports.manifest import write_manifest
from evalkit.reports.plan import Job, plan

__all__ = ["Packet", "make_packet"]

SUMMARY = "汇总.xlsx"
_Progress = Callable[[Made], None]


@dataclass(frozen=True, slots=True)
class Packet:
    """What a run came to.

    ``made`` holds the result of each report in the order of the plan; ``summary`` is the workbook
    of totals, ``None`` if only one college was asked for or, for the reason in ``problem``, it
    could not be made.
    """

    folder: Path
    made: tuple[Made, ...]
    summary: Path | None
    problem: str | None
    manifest: Path
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether everything was made."""
        return self.problem is None and all(result.error is None for result in self.made)


def make_packet(
    assessment: Assessment,
    jobs: tuple[Job, ...] | None = None,
    *,
    workers: int | None = None,
    progress: _Progress = lambda made: None,  # noqa: ARG005
) -> Packet:
    """Make a year's reports. A failing report does not stop the others.

    Parameters
    ----------
    assessment : Assessment
        The year.
    jobs : tuple of Job, optional
        What to make; everything if not given. The workbook of totals is made with the school's
        report.
    workers : int, optional
        How many at a time; the workspace's setting if not given.
    progress : callable
        Called with each result as it comes.
    """
    jobs = plan(assessment) if jobs is None else jobs
    folder = assessment.workspace.reports / assessment.year.name
    folder.mkdir(parents=True, exist_ok=True)
    started, begun = datetime.now(UTC), time.monotonic()
    frame = _frame(assessment)
    results = {}
    for result in _run(jobs, folder, frame, workers or assessment.workspace.jobs):
        results[result.job.name] = result
        progress(result)
    made = tuple(results[job.name] for job in jobs)
    summary, problem = None, None
    if any(job.kind == "school" for job in jobs):
        summary, problem = _write_summary(assessment, folder / SUMMARY)
    seconds = time.monotonic() - begun
    manifest = write_manifest(
        folder / "manifest.json", assessment, made, summary, started=started, seconds=seconds
    )
    return Packet(folder, made, summary, problem, manifest, seconds)


def _write_summary(assessment: Assessment, path: Path) -> tuple[Path | None, str | None]:
    """Write the workbook; like a report, it may fail without stopping the rest."""
    path.unlink(missing_ok=True)
    try:
        return write_bytes(path, _summary(assessment)), None
    except Exception as error:  # named in the packet, whatever it is
        return None, f"{path.name}：{type(error).__name__}：{error}"


def _run(jobs: tuple[Job, ...], folder: Path, frame: Frame, workers: int) -> Iterator[Made]:
    if workers == 1 or len(jobs) == 1:
        yield from (make_report(job, folder, frame) for job in jobs)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context) as pool:
        waiting = {pool.submit(make_report, job, folder, frame): job for job in jobs}
        for done in as_completed(waiting):
            try:
                yield done.result()
            except BrokenProcessPool:
                yield Made(waiting[done], (), "生成报告的进程意外退出，可能是内存不足", 0.0)


def _frame(assessment: Assessment) -> Frame:
    space, snapshot = assessment.workspace, assessment.snapshot
    rubric = assessment.rubric
    invented = "数据为虚构，仅供演示。" if space.fictional else ""
    return Frame(
        header=f"{space.school}　{assessment.year} 学年"
        + ("　·　虚构示例数据" if space.fictional else ""),
        footer=(
            f"{space.school}{space.centre}。{STATUS_TEXT[assessment.status]}。{invented}",
            f"依据：{rubric.title}（{rubric.version}）。数据快照：{snapshot.id}。",
            f"读者范围：{assessment.audience.title}。",
            "程序只做汇总与提示，等次与奖项以评审组审定为准。",
        ),
    )


def _summary(assessment: Assessment) -> bytes:
    school = assessment.school
    frame = _frame(assessment)
    tables = SummaryTables(
        details=school.score_details(),
        totals=school.judge_totals(),
        ranking=school.ranking(),
        results=school.exact_results(),
        lists={
            "辅导站建议": school.station_nominees(),
            "站长比较": school.head_candidates(),
            "工作数据": school.work(),
            "规则与决定": school.settings(),
        },
    )
    title = f"{assessment.workspace.school} {assessment.year} 学年"
    return summary_workbook(tables, assessment.rubric, title=title, notes=frame.footer)
