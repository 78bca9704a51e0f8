"""What a year's packet of reports consists of."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evalkit.assessment import Assessment
from evalkit.errors import WorkspaceError
from evalkit.workspace import Workspace

__all__ = ["Job", "plan"]

COLLEGE_NOTEBOOK, SCHOOL_NOTEBOOK = "college_report.ipynb", "school_report.ipynb"
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\s]+')


@dataclass(frozen=True, slots=True)
class Job:
    """One report to make.

    ``name`` is the stem of its files, ``title`` its headline, ``parameters`` what the notebook
    is run with.
    """

    kind: Literal["college", "school"]
    name: str
    title: str
    notebook: Path
    parameters: dict[str, str]


def plan(assessment: Assessment, only: str | None = None) -> tuple[Job, ...]:
    """Return the reports of a year: one a college, then the school's.

    Parameters
    ----------
    assessment : Assessment
        The year.
    only : str, optional
        Code or name of the one college whose report is wanted.

    Raises
    ------
    UnknownNameError
        If `only` is not a college of that year.
    WorkspaceError
        If a notebook is missing.
    """
    space, year = assessment.workspace, assessment.year.name
    common = {"workspace": _relative(space), "academic_year": year}
    chosen = assessment.colleges if only is None else (assessment.college(only).college,)
    jobs = [
        Job(
            "college",
            f"学院报告_{college.code}_{_file_part(college.name)}",
            f"{college.name}二级心理辅导站考核报告",
            _notebook(space, COLLEGE_NOTEBOOK),
            {**common, "college": college.code},
        )
        for college in chosen
    ]
    if only is None:
        notebook = _notebook(space, SCHOOL_NOTEBOOK)
        title = "二级心理辅导站考核评审会报告"
        jobs.append(Job("school", "学校报告", title, notebook, common))
    return tuple(jobs)


def _notebook(space: Workspace, name: str) -> Path:
    path = space.notebooks / name
    if not path.is_file():
        raise WorkspaceError(
            f"缺少报告模板 {path}。请从别的工作区复制，或在一个新文件夹运行 evalkit init 后取用。"
        )
    return path


def _relative(space: Workspace) -> str:
    """Return the way from the notebooks to the workspace, so that no report holds a local path."""
    try:
        return Path(os.path.relpath(space.root, space.notebooks)).as_posix()
    except ValueError:  # on another drive
        return str(space.root)


def _file_part(name: str) -> str:
    """Return a name as a part of a file name on any system."""
    return _UNSAFE.sub("_", name).strip("._")[:40] or "未命名"
