"""To each college: what was good, what was not, and the list of improvements (整改清单).

Nothing in it comes from another college: no rank, no median, no remark that names another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from evalkit.assessment import Assessment
from evalkit.assessment.improvements import Improvement, improvements
from evalkit.assessment.wording import signed
from evalkit.export.documents.decision import YearDecisions
from evalkit.export.documents.facts import common_facts, day_text

__all__ = ["by_rate", "feedback_facts"]

SHOWN = 3
"""How many strengths and gaps are named."""


def by_rate(table: pd.DataFrame, *, best: bool) -> list[dict[str, str]]:
    """Return the indicators with the highest or lowest share of their points, at most three.

    Parameters
    ----------
    table : DataFrame
        The frame of ``CollegeView.indicators()``: indicator, mean, points, rate (%).
    best : bool
        Highest, else lowest. Those with full points are no gaps; none is both.
    """
    ordered = table.sort_values("rate", ascending=not best, kind="stable")
    most = min(SHOWN, len(ordered) // 2)
    rows = ordered.head(most) if best else ordered[ordered["rate"] < 100].head(most)
    return [
        {
            "label": str(row["indicator"]),
            "mean": str(row["mean"]),
            "points": str(row["points"]),
            "rate": _percent(row["rate"]),
        }
        for row in rows.to_dict("records")
    ]


def feedback_facts(
    assessment: Assessment, decisions: YearDecisions, college: str
) -> dict[str, Any]:
    """Return what a college's letter (反馈意见书) says.

    Parameters
    ----------
    assessment : Assessment
        Released for the college.
    decisions : YearDecisions
        For the mark.
    college : str
        Its code.
    """
    view = assessment.college(college)
    table, result, before = view.indicators(), view.result, view.previous_result
    listed = improvements(view)
    due = assessment.year.next.day(assessment.workspace.schedule.corrections)
    met = [verdict for verdict in view.verdicts if verdict.state == "达标"]
    rows = [
        {name: table.text(row, name) for name in ("indicator", "points", "mean", "previous")}
        | {"rate": _percent(table.frame["rate"].iloc[row])}
        for row in range(len(table))
    ]
    change = ""
    if result is not None and before is not None:
        change = (
            f"{signed(result.score - before.score)} 分（上学年 {before.score} 分，{before.band}）"
        )
    return common_facts(assessment, decisions) | {
        "college": view.name,
        "scored": result is not None,
        "score": str(result.score) if result else "",
        "band": result.band if result else "",
        "provisional": bool(result and result.provisional),
        "change": change,
        "indicators": rows,
        "total": str(assessment.rubric.total),
        "strong": by_rate(table.frame, best=True),
        "weak": by_rate(table.frame, best=False),
        "n_met": len(met),
        "n_criteria": len(view.verdicts),
        "comments": list(view.comments),
        "problems": [{"criterion": each.criterion, "text": each.problem} for each in _gaps(listed)],
        "n_problems": len(listed),
        "improvements": [
            {
                "number": number,
                "problem": each.problem,
                "criterion": each.criterion,
                "basis": each.basis,
                "due": str(due),
            }
            for number, each in enumerate(listed, 1)
        ],
        "due": day_text(due),
    }


def _gaps(listed: Iterable[Improvement]) -> list[Improvement]:
    """Return those that the official text itself asks for; all if there are none."""
    every = list(listed)
    return [each for each in every if "规定值" in each.basis] or every


def _percent(rate: float) -> str:
    """Return a rate with one decimal, cut off: never 100 % where points are missing."""
    return f"{int(rate * 10 + 1e-9) / 10:.1f}%"
