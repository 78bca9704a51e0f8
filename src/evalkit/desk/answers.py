"""What the page is told about sheets and the meeting: plain data, and never another's scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from evalkit import charts
from evalkit.desk.chair import Meeting
from evalkit.desk.decisions import decisions_made
from evalkit.desk.roster import JudgeStatus
from evalkit.desk.sheet import SheetRow, SheetState
from evalkit.export.documents import load_decisions
from evalkit.findings import Finding
from evalkit.intake.seals import points_text

__all__ = ["clock_text", "meeting_facts", "row_facts", "sheet_facts", "status_facts", "summary"]


def sheet_facts(state: SheetState) -> dict[str, Any]:
    """Return a judge's sheet as the judge sees it."""
    return {**summary(state), "rows": [row_facts(row) for row in state.rows]}


def summary(state: SheetState) -> dict[str, Any]:
    """Return what is said of a sheet as a whole."""
    seal = state.seal
    return {
        "judge": state.judge,
        "year": state.year,
        "blank": state.blank,
        "complete": state.complete,
        "signed_on": state.signed_on.isoformat() if state.signed_on else "",
        "submitted": clock_text(seal.time) if seal is not None else "",
        "digest": seal.digest if seal is not None else "",
        "holds": seal is None or seal.holds,
        "reopened": state.reopened,
    }


def row_facts(row: SheetRow) -> dict[str, Any]:
    """Return one college's row of a sheet."""
    return {
        "college": row.college,
        "name": row.name,
        "recused": row.recused,
        "locked": row.locked,
        "scores": {name: format(score, "f") for name, score in row.scores.items()},
        "blank": list(row.blank),
        "total": points_text(row.total),
        "comment": row.comment,
        "notes": dict(row.notes),
        "findings": [_sentence(finding) for finding in row.findings],
    }


def status_facts(statuses: Sequence[JudgeStatus]) -> list[dict[str, Any]]:
    """Return how far each judge is."""
    return [
        {
            "code": status.code,
            "name": status.name,
            "state": status.state,
            "blank": status.blank,
            "faults": status.faults,
            "submitted": clock_text(status.submitted) if status.submitted else "",
            "by": status.by,
            "reopened": status.reopened,
            "message": status.message,
        }
        for status in statuses
    ]


def meeting_facts(meeting: Meeting) -> dict[str, Any]:
    """Return the chair's view of the meeting, as HTML tables and plain data."""
    assessment = meeting.assessment
    ranking, names = meeting.ranking(), assessment.names
    decided = load_decisions(assessment).decision
    return {
        "totals": charts.panel_table(meeting.totals(), ranking).html,
        "ranking": charts.table(ranking).html,
        "stability": _stability(meeting),
        "closeness": [
            {
                "first": names[each.first],
                "second": names[each.second],
                "margin": str(each.margin),
                "tied": each.tied,
                "note": each.note,
            }
            for each in meeting.closeness
        ],
        "to_decide": list(meeting.to_decide),
        "stations": charts.table(assessment.school.station_nominees()).html,
        "heads": charts.table(assessment.school.head_candidates()).html,
        "proposed": _proposed(meeting),
        "people": _heads(meeting),
        "decided": decided.model_dump(mode="json") if decided is not None else None,
        "record": [
            {
                "time": clock_text(entry.time),
                "what": "；".join(f"{_topic(meeting, c.key)}：{c.new}" for c in entry.changes),
                "reason": entry.reason,
            }
            for entry in decisions_made(assessment)
        ],
    }


def clock_text(time: str) -> str:
    """Return a time of the record as clocks here show it."""
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M:%S}"


def _stability(meeting: Meeting) -> str:
    """Return the ranks when one judge is left out: colleges down, judges across."""
    study = meeting.leave_one_out().frame
    if not len(study):
        return "<p>评委不足两人，不能比较。</p>"
    wide = study.pivot(index="college", columns="left_out", values="rank")
    order = [name for name in meeting.ranking().frame["college"] if name in wide.index]
    head = "".join(f"<th>去掉 {judge}</th>" for judge in wide.columns)
    full = dict(
        zip(meeting.ranking().frame["college"], meeting.ranking().frame["rank"], strict=True)
    )
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{full[name]}</td>"
        + "".join(
            f'<td class="{"moved" if rank != full[name] else ""}">{rank}</td>'
            for rank in wide.loc[name]
        )
        + "</tr>"
        for name in order
    )
    return (
        '<div class="ek-table"><table><thead><tr><th>学院</th><th>全部评委</th>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _topic(meeting: Meeting, key: str) -> str:
    titles = {f"award:{award.id}": award.title for award in meeting.assessment.rubric.awards}
    return titles.get(key, key)


def _proposed(meeting: Meeting) -> dict[str, list[dict[str, str]]]:
    school = meeting.assessment.school
    found = {
        proposal.award.id: [{"college": nominee.college, "name": ""} for nominee in proposal]
        for proposal in school.station_proposals
    }
    found |= {
        comparison.award.id: [
            {"college": row.candidate.college, "name": row.candidate.name}
            for row in comparison.suggested
        ]
        for comparison in school.head_comparisons
    }
    return found


def _heads(meeting: Meeting) -> Mapping[str, list[str]]:
    table = meeting.assessment.figures[meeting.assessment.year].heads
    found: dict[str, list[str]] = {}
    for code, name in zip(table["college_code"], table["name"], strict=True):
        found.setdefault(str(code), []).append(str(name))
    return found


def _sentence(finding: Finding) -> str:
    value = f"（填的是“{finding.value}”）" if finding.value else ""
    return f"{finding.location.cell}：{finding.what}{value}。允许：{finding.rule}。{finding.mend}。"
