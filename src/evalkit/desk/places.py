"""Where a judge's workbook and its record are; nothing outside the workspace is ever opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from evalkit.desk.refusals import AccessError, SheetFormError
from evalkit.intake.files import list_files
from evalkit.intake.seals import RECORDS
from evalkit.personal_data import masked
from evalkit.workspace import AcademicYear, Judge, Workspace

__all__ = ["RECORDS", "Places", "judge_of", "judges_of", "places_of"]

_CODE = re.compile(r"J\d{2,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one judge in one year."""

    workbook: Path
    history: Path
    lock: Path


def judges_of(workspace: Workspace, year: AcademicYear) -> tuple[Judge, ...]:
    """Return the panel: the judges of evalkit.toml, or else those who have a workbook."""
    if workspace.judges:
        return workspace.judges
    pattern = re.compile(rf"评分表_{re.escape(year.name)}_(J\d{{2,}})\.xlsx", re.ASCII)
    folder = workspace.inputs(year)
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return tuple(Judge(code=match[1]) for name in names if (match := pattern.fullmatch(name)))


def judge_of(workspace: Workspace, year: AcademicYear, code: str) -> Judge:
    """Return the judge of this code.

    Raises
    ------
    AccessError
        If there is none.
    """
    judges = judges_of(workspace, year)
    for judge in judges:
        if judge.code == code and _CODE.fullmatch(code):
            return judge
    raise AccessError.no_such_judge(masked(code, 20), [each.code for each in judges])


def places_of(workspace: Workspace, year: AcademicYear, judge: str) -> Places:
    """Return where a judge's files are.

    Raises
    ------
    AccessError
        If there is no such judge, or one of the files lies outside the workspace.
    SheetFormError
        If the judge's sheet lies there in another file than the usual one as well.
    """
    judge_of(workspace, year, judge)
    folder = workspace.inputs(year)
    places = Places(
        folder / f"评分表_{year}_{judge}.xlsx",
        folder / RECORDS / f"{judge}.jsonl",
        folder / RECORDS / f".{judge}.lock",
    )
    # The settings may say that the data lie elsewhere; nothing else leads out.
    roots = workspace.root.resolve(), workspace.data.resolve()
    for path in (places.workbook, places.history, places.lock):
        if not any(path.resolve().is_relative_to(root) for root in roots):
            raise AccessError.outside(path, workspace.root)
    found, _ = list_files(workspace, year)
    others = [
        candidate.path.name
        for candidate in found
        if candidate.kind == "judge" and candidate.code == judge
        if candidate.path.name != places.workbook.name
    ]
    if others:
        raise SheetFormError.of(
            "、".join(others),
            f"也是评委 {judge} 的，不知道以哪一份为准",
            f"请只留一份，另存为 xlsx 格式，文件名为“{places.workbook.name}”",
        )
    return places
