"""What a judge looks at for one college and one indicator: released tables, nothing of the panel.

Each function is what the notebook and the page show, and can be called by whoever wants to go on
from there. None of them reads a score of the year at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from evalkit.assessment import Assessment, load_assessment
from evalkit.assessment.model import STATUS_TEXT
from evalkit.desk.rows import behind
from evalkit.errors import UnknownNameError
from evalkit.findings import Finding
from evalkit.privacy import Field, Released, release
from evalkit.rubric import Criterion
from evalkit.workspace import Workspace

__all__ = [
    "AUDIENCE",
    "MOST_COMPARED",
    "compare",
    "contradictions",
    "daily_log",
    "data_findings",
    "facts",
    "number_of",
    "states",
    "values",
    "verdicts",
    "without_scores",
    "wording",
    "year",
]

MOST_COMPARED = 4
"""More colleges than this do not stand side by side on a screen."""
_CACHED = ("evidence", "figures", "names", "metrics", "trends", "_verdicts")


AUDIENCE = "panel"


def year(
    academic_year: str | None = None, *, workspace: str | Path | Workspace = "."
) -> Assessment:
    """Load a year as a judge may see it: for the panel, without the scores of that year.

    Parameters
    ----------
    academic_year : str, optional
        Such as ``"2024-2025"``; the latest with data if not given.
    workspace : str, Path or Workspace
        The workspace, or a folder in it.

    Raises
    ------
    EvalkitError
        As :func:`evalkit.assessment.load_assessment`.
    """
    found = load_assessment(academic_year, workspace=workspace, audience=AUDIENCE, scores=False)
    return without_scores(found)


def without_scores(assessment: Assessment) -> Assessment:
    """Return the assessment as judges may see it before all sheets are in.

    The panel's results of the year are gone; those of earlier years, which are published, stay.
    """
    panels = {year: panel for year, panel in assessment.panels.items() if year != assessment.year}
    other = replace(assessment, panels=panels)
    for name in _CACHED:  # nothing in these comes from the panel
        vars(other)[name] = getattr(assessment, name)
    return other


def facts(assessment: Assessment, college: str) -> Released:
    """Return who is looked at: school, year, college, whether its ledger is in, from what read."""
    view = assessment.college(college)
    rows = [
        ("学校", assessment.workspace.school),
        ("学年", f"{assessment.year}（{STATUS_TEXT[assessment.status]}）"),
        ("学院", f"{view.code} {view.name}"),
        ("台账", "已交" if view.has_ledger else "没有交来"),
        ("数据快照", assessment.snapshot.id),
    ]
    frame = pd.DataFrame(rows, columns=["what", "said"], dtype="string")
    return _release(assessment, frame, {"what": "项目", "said": "内容"})


def wording(assessment: Assessment, indicator: str) -> Released:
    """Return the wording of an indicator's criteria, and what stays for people to judge.

    Columns: criterion, text, human.

    Raises
    ------
    UnknownNameError
        If the rubric has no such indicator.
    """
    rows = [
        (criterion.id, criterion.text, criterion.human)
        for criterion in _criteria(assessment, indicator)
    ]
    frame = pd.DataFrame(rows, columns=["criterion", "text", "human"], dtype="string")
    titles = {"criterion": "考评细则", "text": "原文", "human": "由评审组判断"}
    return _release(assessment, frame, titles)


def verdicts(assessment: Assessment, college: str, indicator: str) -> Released:
    """Return what the evidence says of an indicator's criteria.

    Columns: criterion, state, basis, missing, exempt, passages.
    """
    rows = [
        (
            verdict.criterion,
            verdict.state,
            verdict.basis,
            "；".join(str(each) for each in verdict.missing),
            "；".join(str(each) for each in verdict.exempt),
            "；".join(str(each) for each in verdict.passages),
        )
        for verdict in assessment.college(college).verdicts
        if verdict.criterion in _numbers(assessment, indicator)
    ]
    titles = {
        "criterion": "考评细则",
        "state": "结论",
        "basis": "依据",
        "missing": "缺少",
        "exempt": "免",
        "passages": "出处",
    }
    return _release(assessment, pd.DataFrame(rows, columns=[*titles], dtype="string"), titles)


def values(assessment: Assessment, college: str, indicator: str) -> Released:
    """Return an indicator's figures beside the requirement, the school's median and last year.

    Columns: criterion, title, value, requirement, basis, state, median, previous, note (why last
    year does not compare). The median is of all colleges of the school that have the value, and
    missing for fewer than five; it is no measure of merit.
    """
    table = assessment.trends
    own = table[table["college_code"] == assessment.college(college).code].set_index(
        ["academic_year", "metric"]
    )
    now, before = assessment.year.name, assessment.year.previous.name
    rows = []
    for verdict in assessment.college(college).verdicts:
        if verdict.criterion not in _numbers(assessment, indicator):
            continue
        for item in verdict.items:
            known = (now, item.metric) in own.index
            past = (before, item.metric)
            rows.append(
                {
                    "criterion": verdict.criterion,
                    "title": item.title,
                    "value": item.value,
                    "requirement": item.requirement,
                    "basis": item.basis,
                    "state": item.state,
                    "median": own.loc[(now, item.metric), "median"] if known else pd.NA,
                    "unit": own.loc[(now, item.metric), "unit"] if known else "",
                    "previous": own.loc[past, "text"] if past in own.index else "",
                    "note": own.loc[(now, item.metric), "break_note"] if known else "",
                }
            )
    frame = pd.DataFrame(rows, columns=[*_VALUES, "unit"])
    frame["median"] = [
        "" if pd.isna(value) else f"{value:,.2f}{'%' if unit == '%' else ''}"
        for value, unit in zip(frame["median"], frame["unit"], strict=True)
    ]
    return _release(assessment, frame.astype("string"), _VALUES)


_VALUES = {
    "criterion": "考评细则",
    "title": "指标",
    "value": "本学年",
    "requirement": "要求",
    "basis": "依据",
    "state": "结论",
    "median": "全校中位数",
    "previous": "上学年",
    "note": "不可比的原因",
}


def contradictions(assessment: Assessment, college: str, indicator: str) -> Released:
    """Return where the ledger contradicts itself in what speaks to an indicator.

    Columns: criterion, what.
    """
    rows = [
        (verdict.criterion, text)
        for verdict in assessment.college(college).verdicts
        if verdict.criterion in _numbers(assessment, indicator)
        for text in verdict.contradictions
    ]
    frame = pd.DataFrame(rows, columns=["criterion", "what"], dtype="string")
    return _release(assessment, frame, {"criterion": "考评细则", "what": "数据问题"})


def daily_log(assessment: Assessment, college: str, indicator: str = "") -> Released:
    """Return the centre's daily log (日常工作评价记录) on a college, oldest first.

    Columns: date, rubric_item, item, polarity.

    Parameters
    ----------
    indicator : str
        Only what was noted under it; everything if empty.
    """
    columns = ["date", "rubric_item", "item", "polarity"]
    table = assessment.snapshot.table("daily_log")
    own = table[table["college_code"] == assessment.college(college).code]
    if indicator:
        number = number_of(assessment, indicator)
        noted = own["rubric_item"].fillna("").str.strip()
        own = own[(noted == number) | noted.str.startswith(f"{number}.")]
    frame = own[columns].sort_values("date", kind="stable")
    fields = (
        Field("date", "日期", kind="date"),
        Field("rubric_item", "考评要点"),
        Field("item", "事项"),
        Field("polarity", "性质"),
    )
    return release(frame.reset_index(drop=True), fields, assessment.audience)


def data_findings(assessment: Assessment, college: str, indicator: str = "") -> tuple[Finding, ...]:
    """Return what was wrong in a college's ledger; with an indicator, in the sheets behind it."""
    found = assessment.college(college).findings
    if not indicator:
        return found
    tabs = {sheet.id for sheet in behind(assessment, number_of(assessment, indicator))}
    return tuple(f for f in found if (f.location.sheet or "").split(" ")[0] in tabs)


def states(assessment: Assessment, colleges: Sequence[str], indicator: str) -> Released:
    """Return the verdicts on an indicator's criteria, colleges side by side, in no order of merit.

    Columns: criterion, and one a college under its code.

    Raises
    ------
    UnknownNameError
        If fewer than two or more than four colleges are named, or there is no such college.
    """
    views = [assessment.college(name) for name in _some(assessment, colleges)]
    rows = []
    for criterion in _criteria(assessment, indicator):
        row = {"criterion": criterion.id}
        for view in views:
            row[view.code] = next(v.state for v in view.verdicts if v.criterion == criterion.id)
        rows.append(row)
    titles = {"criterion": "考评细则"} | {view.code: view.name for view in views}
    return _release(assessment, pd.DataFrame(rows, columns=[*titles], dtype="string"), titles)


def compare(assessment: Assessment, colleges: Sequence[str], indicator: str) -> Released:
    """Return an indicator's figures of two to four colleges side by side, in no order of merit.

    Columns: criterion, title, requirement, and one a college under its code; raises as
    :func:`states` does.
    """
    views = [assessment.college(name) for name in _some(assessment, colleges)]
    numbers = _numbers(assessment, indicator)
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for view in views:
        for verdict in view.verdicts:
            for item in verdict.items if verdict.criterion in numbers else ():
                row = rows.setdefault(
                    (verdict.criterion, item.metric),
                    {
                        "criterion": verdict.criterion,
                        "title": item.title,
                        "requirement": item.requirement,
                    },
                )
                row[view.code] = item.value
    titles = {"criterion": "考评细则", "title": "指标", "requirement": "要求"}
    titles |= {view.code: view.name for view in views}
    frame = pd.DataFrame(list(rows.values()), columns=[*titles], dtype="string")
    return _release(assessment, frame, titles)


def _some(assessment: Assessment, colleges: Sequence[str]) -> Sequence[str]:
    codes = dict.fromkeys(assessment.college(name).code for name in colleges)
    if not 2 <= len(codes) <= MOST_COMPARED:
        raise UnknownNameError(
            f"要并排比较的学院有 {len(codes)} 个，应为 2 至 {MOST_COMPARED} 个不同的学院。"
            "请重新选择。"
        )
    return tuple(codes)


def number_of(assessment: Assessment, indicator: str | float) -> str:
    """Return an indicator's number; papermill's ``-p indicator 2.4`` makes it no text.

    Raises
    ------
    UnknownNameError
        If the rubric has no such indicator.
    """
    number = str(indicator)
    if number not in (each.id for each in assessment.rubric.indicators):
        listed = [each.label for each in assessment.rubric.indicators]
        raise UnknownNameError.of("考评要点", number, listed)
    return number


def _criteria(assessment: Assessment, indicator: str) -> Sequence[Criterion]:
    return assessment.rubric.indicator(number_of(assessment, indicator)).criteria


def _numbers(assessment: Assessment, indicator: str) -> frozenset[str]:
    return frozenset(criterion.id for criterion in _criteria(assessment, indicator))


def _release(assessment: Assessment, frame: pd.DataFrame, titles: dict[str, str]) -> Released:
    fields = [Field(name, title) for name, title in titles.items()]
    return release(frame.fillna("") if len(frame) else frame, fields, assessment.audience)
