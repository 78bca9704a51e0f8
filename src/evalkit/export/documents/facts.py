"""What all documents have in common: names, dates as written in Chinese, the mark, the audience."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from evalkit.assessment import Assessment
from evalkit.errors import UnknownNameError
from evalkit.export.documents.decision import YearDecisions
from evalkit.privacy import load_policy

__all__ = ["BLANK_DAY", "common_facts", "day_text", "for_audience"]

BLANK_DAY = "　　　　年　　月　　日"
"""Where a day is still to be written by hand."""


def day_text(day: date | None) -> str:
    """Return a day as official documents write it; blanks for one that is not known.

    Examples
    --------
    >>> day_text(date(2025, 7, 3))
    '2025年7月3日'
    """
    return BLANK_DAY if day is None else f"{day.year}年{day.month}月{day.day}日"


def for_audience(assessment: Assessment, *audiences: str) -> Assessment:
    """Return the same assessment, released for the first of these audiences that the policy has.

    Raises
    ------
    UnknownNameError
        If the policy has none of them.
    """
    for number, name in enumerate(audiences, 1):
        try:
            policy = load_policy(name)
        except UnknownNameError:
            if number == len(audiences):
                raise
            continue
        break
    # Documents are drafts until the decision is entered, and say so themselves.
    policy = policy.model_copy(update={"provisional": True})
    if policy == assessment.audience:
        return assessment
    other = replace(assessment, audience=policy)
    # What is exact is the same for all; only what is released differs.
    for name in ("evidence", "figures", "names"):
        vars(other)[name] = getattr(assessment, name)
    return other


def common_facts(assessment: Assessment, decisions: YearDecisions) -> dict[str, Any]:
    """Return what every template may use.

    Returns
    -------
    dict
        school, centre, year, rubric (title, source, version), mark (empty once decided), decided,
        invented (a notice if the school is), header (the line at the top of each page), sources
        (each of art. 8 with its weight in the final score), method (how scores are computed).
    """
    space, rubric = assessment.workspace, assessment.rubric
    invented = "虚构示例数据" if space.fictional else ""
    header = "　".join(part for part in (invented, decisions.mark) if part)
    return {
        "school": space.school,
        "centre": space.centre,
        "year": assessment.year.name,
        "rubric": rubric.title,
        "rubric_source": rubric.source,
        "rubric_version": rubric.version,
        "mark": decisions.mark,
        "decided": decisions.decision is not None,
        "invented": invented,
        "header": header,
        "method": rubric.panel.description,
        "sources": [
            {"name": source.name, "weight": f"{(source.weight * 100).normalize():f}"}
            for source in rubric.sources
            if source.weight
        ],
        "issue_day": day_text(decisions.issue.day if decisions.issue else None),
        "issue_number": (decisions.issue.number if decisions.issue else "") or "〔　　　　〕　　号",
    }
