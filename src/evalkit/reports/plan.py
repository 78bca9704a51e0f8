"""What a year's packet of reports consists of."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evalkit.audiences import INTERNAL, Audience, load_policy
from evalkit.errors import AudienceError, UnknownNameError, WorkspaceError
from evalkit.workspace import AcademicYear, College, Workspace

__all__ = ["COLLEGE_NOTEBOOK", "SCHOOL", "SUMMARY", "Job", "folder_of", "plan"]

COLLEGE_NOTEBOOK, SCHOOL_NOTEBOOK = "college_report.ipynb", "school_report.ipynb"
SCHOOL = "全校"
"""What to ask for to get what is about the whole school."""
SUMMARY = "汇总"
_UNSAFE = re.compile(
    r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\s'
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]+"
)
"""What a system refuses in a name, and what nobody sees in one: control, direction, no width."""


@dataclass(frozen=True, slots=True)
class Job:
    """One report to make, or the workbook of totals.

    Attributes
    ----------
    kind : str
        ``college``, ``school`` or ``summary`` (the workbook).
    name : str
        Stem of its files.
    title : str
        Headline.
    files : tuple of str
        Names of the files that it leaves.
    notebook : Path, optional
        Where it comes from; ``None`` for the workbook.
    parameters : dict
        What the notebook is run with.
    """

    kind: Literal["college", "school", "summary"]
    name: str
    title: str
    files: tuple[str, ...]
    notebook: Path | None
    parameters: dict[str, str]

    @property
    def college(self) -> str | None:
        """Code of the college that it is about, if it is about one."""
        return self.parameters.get("college")

    @property
    def failed_file(self) -> str:
        """Name of the notebook that is kept when it fails."""
        return f"{self.name}.出错.ipynb"


def plan(
    space: Workspace,
    year: AcademicYear,
    colleges: Sequence[College],
    only: Sequence[str] = (),
    formats: Sequence[str] = (),
    audience: Audience | None = None,
) -> tuple[Job, ...]:
    """Return the reports of a year: the school's, one a college, and the workbook of totals.

    Not every audience gets all of them (``Audience.packet``).

    Parameters
    ----------
    space, year
        Whose, and of which year.
    colleges : sequence of College
        The assessed colleges.
    only : sequence of str
        Codes, names or aliases of the colleges whose reports are wanted; `SCHOOL` for the school's
        report and the workbook. Everything if empty.
    formats : sequence of str
        Which files of each report; those of the workspace's settings if empty.
    audience : Audience, optional
        For whom; those within the school if not given.

    Raises
    ------
    UnknownNameError
        If one of `only` is no college of that year.
    AudienceError
        If the audience gets no report on the whole school, and it is asked for.
    WorkspaceError
        If a notebook is missing.
    """
    reader = load_policy() if audience is None else audience
    whole = [part for part in ("school", "summary") if part in reader.packet]
    known = colleges if "colleges" in reader.packet else ()
    if SCHOOL in only and not whole:
        raise AudienceError(
            f"读者“{reader.name}”没有{SCHOOL}的报告，只有各学院自己的报告。"
            "请在 --only 后写学院的代码或名称，或换一个 --audience。"
        )
    wanted = {_found(name, known, whole=bool(whole)) for name in only}
    common = {"workspace": _relative(space), "academic_year": year.name}
    if reader.id != INTERNAL:
        common["audience"] = reader.id
    judged, scored = reader.may_see("judging", "college"), reader.may_see("results", "own")
    if only and SCHOOL not in wanted:
        whole = []
    jobs = []
    if "school" in whole:  # first, because it takes longest
        title = f"二级心理辅导站{'考核评审会' if judged else '工作'}报告"
        jobs.append(_job(space, "school", "学校报告", title, SCHOOL_NOTEBOOK, common, formats))
    jobs += [
        _job(
            space,
            "college",
            f"学院报告_{college.code}_{_file_part(college.name)}",
            f"{college.name}二级心理辅导站{'考核' if scored else '工作'}报告",
            COLLEGE_NOTEBOOK,
            {**common, "college": college.code},
            formats,
        )
        for college in known
        if not only or college.code in wanted
    ]
    if "summary" in whole:
        title = "二级心理辅导站考核汇总表"
        jobs.append(Job("summary", SUMMARY, title, (f"{SUMMARY}.xlsx",), None, common))
    return tuple(jobs)


def folder_of(space: Workspace, year: AcademicYear, audience: Audience) -> Path:
    """Return the folder of a year's reports for an audience."""
    folder = space.reports / year.name
    return folder if audience.id == INTERNAL else folder / audience.name


def _found(name: str, colleges: Sequence[College], *, whole: bool) -> str:
    if name == SCHOOL and whole:
        return SCHOOL
    for college in colleges:
        if name in (college.code, college.name, *college.aliases):
            return college.code
    listed = [
        *([SCHOOL] if whole else []),
        *(f"{college.code} {college.name}" for college in colleges),
    ]
    raise UnknownNameError.of("学院", name, listed)


def _job(
    space: Workspace,
    kind: Literal["college", "school"],
    name: str,
    title: str,
    notebook: str,
    parameters: dict[str, str],
    formats: Sequence[str],
) -> Job:
    path = space.notebooks / notebook
    if not path.is_file():
        raise WorkspaceError(
            f"缺少报告模板 {path}。请从别的工作区复制，或在一个新文件夹运行 evalkit init 后取用。"
        )
    files = tuple(f"{name}.{suffix}" for suffix in formats or space.report.formats)
    return Job(kind, name, title, files, path, parameters)


def _relative(space: Workspace) -> str:
    """Return the way from the notebooks to the workspace, so that no report holds a local path."""
    try:
        return Path(os.path.relpath(space.root, space.notebooks)).as_posix()
    except ValueError:  # on another drive
        return str(space.root)


def _file_part(name: str) -> str:
    """Return a name as a part of a file name on any system."""
    return _UNSAFE.sub("_", name).strip("._")[:40] or "未命名"
