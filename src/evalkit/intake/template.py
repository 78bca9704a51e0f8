"""The blank workbooks that go out: one for each college, one for the centre, one for each judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import WorkspaceError
from evalkit.intake.carry_over import Carried
from evalkit.ledger import Ledger, score_sheet_definition
from evalkit.ledger.workbook import (
    CellValue,
    Cover,
    Filling,
    Record,
    write_score_template,
    write_template,
)
from evalkit.outputs import workbook_bytes, write_bytes
from evalkit.rubric import Rubric
from evalkit.workspace import AcademicYear, College, Judge, Workspace

__all__ = ["Template", "centre_template", "college_template", "judge_template", "save_templates"]

_FIXED = frozenset({"academic_year", "college_name", "college_code", "template_version"})
"""What the settings already say; colleges need not, and should not, change it."""


@dataclass(frozen=True)
class Template:
    """A workbook that goes out: the name of its file, and its bytes."""

    file: str
    content: bytes


def college_template(
    workspace: Workspace,
    year: AcademicYear,
    ledger: Ledger,
    rubric: Rubric,
    college: College,
    carried: Carried | None = None,
) -> Template:
    """Return a college's ledger, blank but for what the settings and an earlier year say."""
    file = f"台账_{year}_{college.code}.xlsx"
    known: dict[str, CellValue] = {
        "academic_year": year.name,
        "college_name": college.name,
        "college_code": college.code,
        "template_version": ledger.version,
    }
    fillings = []
    for sheet in ledger.of("college"):
        records: Sequence[Record] = () if carried is None else carried.records.get(sheet.name, ())
        if sheet.layout == "form":
            given = {c.name: known[c.name] for c in sheet.columns if c.name in known}
            records = [{**given, **(records[0] if records else {})}]
        remark = "" if carried is None else carried.remarks.get(sheet.name, "")
        fillings.append(Filling(sheet, records, _FIXED, remark))
    workbook = write_template(
        fillings,
        heading=f"{college.name} {year} 学年",
        footer=_footer(workspace, year),
        year=year,
        cover=Cover("college", file, "" if carried is None else carried.summary),
        offers=_offers(rubric),
    )
    return Template(file, workbook_bytes(workbook))


def centre_template(
    workspace: Workspace, year: AcademicYear, ledger: Ledger, rubric: Rubric
) -> Template:
    """Return the centre's own workbook."""
    file = f"校级_{year}.xlsx"
    codes = [college.code for college in workspace.colleges]
    workbook = write_template(
        [Filling(sheet) for sheet in ledger.of("centre")],
        heading=f"{workspace.centre} {year} 学年",
        footer=_footer(workspace, year),
        year=year,
        cover=Cover("centre", file),
        offers={**_offers(rubric), "college_code": codes},
    )
    return Template(file, workbook_bytes(workbook))


def judge_template(
    workspace: Workspace, year: AcademicYear, rubric: Rubric, judge: Judge
) -> Template:
    """Return a judge's score sheet: a row for each college, recusals filled in."""
    file = f"评分表_{year}_{judge.code}.xlsx"
    recused = {judge.college, *judge.recused}
    home = judge.college or ("校外" if judge.type == "校外" else None)
    records: list[Record] = [
        {
            "judge_id": judge.code,
            "judge_type": judge.type,
            "judge_college": home or ("无" if judge.type else None),
            "college_code": college.code,
            "college_name": college.name,
            "recused": college.code in recused,
        }
        for college in workspace.colleges
    ]
    fixed = frozenset({"judge_id", "judge_type", "judge_college", "college_code", "college_name"})
    codes = [college.code for college in workspace.colleges]
    workbook, cached = write_score_template(
        Filling(score_sheet_definition(rubric), records, fixed),
        rubric,
        heading=f"评委 {judge.code} {year} 学年",
        footer=_footer(workspace, year),
        year=year,
        cover=Cover("judge", file, to=judge.name),
        offers={"judge_college": [*codes, "无", "校外"]},
    )
    return Template(file, workbook_bytes(workbook, cached))


def save_templates(
    templates: Iterable[Template], folder: Path, *, force: bool = False
) -> tuple[Path, ...]:
    """Write templates into a folder, all of them or none.

    Raises
    ------
    WorkspaceError
        If one of the files exists with other content: someone may have filled it.
    """
    contents = {folder / template.file: template.content for template in templates}
    taken = [
        path.name
        for path, content in contents.items()
        if path.exists() and not force and path.read_bytes() != content
    ]
    if taken:
        raise WorkspaceError(
            f"{folder} 中已有 {'、'.join(taken)}，里面可能有已经填好的内容，没有写入任何文件。"
            "请换一个文件夹（-o）；确实要用空白的覆盖它们，请加 --force。"
        )
    return tuple(write_bytes(path, content) for path, content in contents.items())


def _footer(workspace: Workspace, year: AcademicYear) -> str:
    return f"{workspace.school} {year} 学年"


def _offers(rubric: Rubric) -> dict[str, Sequence[str]]:
    return {"rubric_item": [indicator.id for indicator in rubric.indicators]}
