"""For the review meeting: the agenda with lots and recusals, and each judge's forms to write on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from evalkit.assessment import Assessment
from evalkit.export.documents.decision import Meeting, YearDecisions
from evalkit.export.documents.facts import common_facts, day_text
from evalkit.export.documents.lots import Lot, draw_lots

__all__ = [
    "Member",
    "agenda_facts",
    "members",
    "opening_rules",
    "recusals",
    "score_form_facts",
    "speaking_order",
]

_DIGITS = 8
"""Digits of a lot's digest that are printed: enough to tell lots apart and to check them."""


@dataclass(frozen=True, slots=True)
class Member:
    """A judge, and the colleges that the judge does not score, by code."""

    code: str
    type: str
    college: str | None
    recused: frozenset[str]


def members(assessment: Assessment) -> tuple[Member, ...]:
    """Return the panel: as evalkit.toml lists it, else as the score sheets show it."""
    space = assessment.workspace
    if space.judges:
        return tuple(
            Member(
                judge.code,
                judge.type or "",
                judge.college,
                frozenset({*judge.recused, *([judge.college] if judge.college else [])}),
            )
            for judge in space.judges
        )
    sheets = assessment.snapshot.score_sheets
    found = []
    for code in sorted({*assessment.snapshot.judges, *(sheet.judge for sheet in sheets)}):
        own = [sheet for sheet in sheets if sheet.judge == code]
        college = next((s.judge_college for s in own if s.judge_college), None)
        stood_back = {sheet.college for sheet in own if sheet.recused}
        found.append(
            Member(
                code,
                own[0].judge_type if own else "",
                college,
                frozenset(stood_back | ({college} if college else set())),
            )
        )
    return tuple(found)


def speaking_order(assessment: Assessment, meeting: Meeting) -> tuple[str, tuple[Lot, ...]]:
    """Return the seed and the lots; without a seed of the meeting's it is the year's name."""
    seed = meeting.seed or assessment.year.name
    return seed, draw_lots((college.code for college in assessment.colleges), seed)


def agenda_facts(assessment: Assessment, decisions: YearDecisions) -> dict[str, Any]:
    """Return what the agenda (评审会议程) says."""
    meeting, panel = decisions.meeting, members(assessment)
    seed, lots = speaking_order(assessment, meeting)
    least, trims = _least(assessment)
    each = meeting.talk_minutes + meeting.question_minutes
    slots: list[dict[str, Any]] = []
    for lot in lots:
        start = meeting.opening_minutes + (lot.place - 1) * each
        away = [member.code for member in panel if lot.college in member.recused]
        slots.append(
            {
                "place": lot.place,
                "college": assessment.names[lot.college],
                "code": lot.college,
                "time": f"{_clock(meeting, start)}—{_clock(meeting, start + each)}",
                "recused": "、".join(away) or "无",
                "n_judges": len(panel) - len(away),
                "digest": lot.digest[:_DIGITS],
            }
        )
    end = meeting.opening_minutes + len(lots) * each
    uneven = [s["college"] for s in slots if panel and trims and s["n_judges"] < least]
    return common_facts(assessment, decisions) | {
        "day": day_text(meeting.day),
        "begin": meeting.begin,
        "place": meeting.place or "　　　　　　　　　　　",
        "talk": meeting.talk_minutes,
        "question": meeting.question_minutes,
        "talks_begin": _clock(meeting, meeting.opening_minutes),
        "talks_end": _clock(meeting, end),
        "n_colleges": len(lots),
        "slots": slots,
        "panel": [
            {
                "code": member.code,
                "type": member.type or "—",
                "college": assessment.names.get(member.college or "", "—"),
                "recused": _names(assessment, member) or "无",
            }
            for member in panel
        ],
        "n_panel": len(panel),
        "n_external": sum(member.type == "校外" for member in panel),
        "seed": seed,
        "seed_given": bool(meeting.seed),
        "least": least,
        "uneven": "、".join(uneven),
    }


def opening_rules(assessment: Assessment, decisions: YearDecisions) -> list[str]:
    """Return what is said on the screen before the first college speaks, a sentence each."""
    facts = agenda_facts(assessment, decisions)
    weights = "、".join(f"{source['name']} {source['weight']}%" for source in facts["sources"])
    n = len(assessment.rubric.indicators)
    rules = [
        f"依据《{facts['rubric']}》，{n} 个考评要点，满分 {assessment.rubric.total} 分",
        facts["method"],
        f"最终得分的来源和权重：{weights}",
        "台账佐证只供参考，不折算成分数；以评审组的判断为准",
        "评委对所在学院和已声明关系的学院回避，不评分",
        f"每个学院汇报 {facts['talk']} 分钟、提问 {facts['question']} 分钟",
        f"汇报顺序由抽签决定（种子：{facts['seed']}）",
    ]
    if facts["uneven"]:
        rules.append(
            f"回避后评委不足 {facts['least']} 人、不去极值而直接平均的学院：{facts['uneven']}"
        )
    return rules


def recusals(assessment: Assessment) -> list[tuple[str, str]]:
    """Return each college from which judges stand back, with their codes."""
    panel = members(assessment)
    found = [
        (college.name, "、".join(m.code for m in panel if college.code in m.recused))
        for college in assessment.colleges
    ]
    return [(college, judges) for college, judges in found if judges]


def score_form_facts(
    assessment: Assessment, decisions: YearDecisions, member: Member
) -> dict[str, Any]:
    """Return what a judge's printed score forms (评委评分表) say: one page a college, by lot."""
    _, lots = speaking_order(assessment, decisions.meeting)
    rubric = assessment.rubric
    return common_facts(assessment, decisions) | {
        "judge": member.code,
        "judge_type": f"（{member.type}）" if member.type else "",
        "day": day_text(decisions.meeting.day),
        "step": str(rubric.panel.step),
        "total": str(rubric.total),
        "n_colleges": len(lots),
        "recused": _names(assessment, member),
        "colleges": [
            {
                "place": lot.place,
                "code": lot.college,
                "name": assessment.names[lot.college],
                "recused": lot.college in member.recused,
            }
            for lot in lots
        ],
        "dimensions": [
            {
                "name": f"{dimension.id} {dimension.name}",
                "points": str(dimension.points),
                "indicators": [
                    {
                        "label": indicator.label,
                        "points": str(indicator.points),
                        "criteria": [
                            f"{c.id.removeprefix(indicator.id).removeprefix('.')}{c.text}"
                            for c in indicator.criteria
                        ],
                    }
                    for indicator in dimension.indicators
                ],
            }
            for dimension in rubric.dimensions
        ],
    }


def _names(assessment: Assessment, member: Member) -> str:
    own = [c.name for c in assessment.colleges if c.code in member.recused]
    return "、".join(own)


def _least(assessment: Assessment) -> tuple[int, bool]:
    rules = assessment.rubric.panel
    return rules.trim.min_judges, rules.method == "trimmed_mean"


def _clock(meeting: Meeting, minutes: int) -> str:
    hour, minute = map(int, meeting.begin.split(":"))
    # Any day does: only the time of day is printed.
    moment = datetime(2000, 1, 1, hour, minute) + timedelta(minutes=minutes)  # noqa: DTZ001
    return f"{moment:%H:%M}"
