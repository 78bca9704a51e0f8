"""For publication: the circular with the results and the public notice of the winners.

Only bands and winners; no score, no rank, nothing about students.
"""

from __future__ import annotations

from typing import Any

from evalkit.assessment import Assessment
from evalkit.export.documents.decision import YearDecisions
from evalkit.export.documents.facts import common_facts, day_text
from evalkit.privacy import Field, Released, load_policy, release

__all__ = ["circular_facts", "notice_facts", "public_bands", "winners"]

_NUMERALS = "一二三四五六七八九十"


def public_bands(assessment: Assessment) -> Released:
    """Return which colleges are in each band, by code and not by rank.

    The circular is what publishes them, once they are decided; no report for the public does.
    """
    bands = assessment.bands
    members = {
        band: [c.name for c in assessment.colleges if _band(assessment, c.code) == band]
        for band in bands["band"]
    }
    frame = bands.assign(colleges=["、".join(members[band]) for band in bands["band"]])
    fields = (
        Field("band", "等次"),
        Field("n_colleges", "学院", "个", "count"),
        Field("colleges", "学院名单"),
    )
    return release(frame[[field.name for field in fields]], fields, load_policy("public"))


def winners(assessment: Assessment, decisions: YearDecisions) -> list[dict[str, Any]]:
    """Return each award with its winners; before the decision, with those who are proposed.

    Returns
    -------
    list of dict
        title, kind, number (of winners), listed (each as printed), names (joined), people
        (college and name of each).
    """
    table, found = assessment.proposals, []
    for award in assessment.rubric.awards:
        if decisions.decision is None:
            own = table[table["award"] == award.title].sort_values("college_code", kind="stable")
            people = list(zip(own["college"], own["head"], strict=True))
        else:
            chosen = decisions.decision.awards.get(award.id, ())
            people = [(assessment.names[each.college], each.name) for each in chosen]
        if award.kind == "station":
            people = [(college, "") for college, _ in people]
        listed = [f"{name}（{college}）" if name else college for college, name in people]
        found.append(
            {
                "title": award.title,
                "kind": award.kind,
                "number": len(people),
                "names": "、".join(listed),
                "listed": listed,
                "people": [{"college": college, "name": name} for college, name in people],
            }
        )
    return found


def circular_facts(assessment: Assessment, decisions: YearDecisions) -> dict[str, Any]:
    """Return what the circular (考核结果通报) says."""
    table = public_bands(assessment)
    bands = [
        {name: table.text(row, name) for name in ("band", "n_colleges", "colleges")}
        for row in range(len(table))
        if int(table.frame["n_colleges"].iloc[row])
    ]
    for number, band in enumerate(bands):
        band["numeral"] = _NUMERALS[number % len(_NUMERALS)]
    return common_facts(assessment, decisions) | {
        "n_colleges": len(assessment.panel or ()),
        "bands": bands,
        "awards": winners(assessment, decisions),
        "decided_by": decisions.decision.by if decisions.decision else "",
        "decided_day": day_text(decisions.decision.day if decisions.decision else None),
    }


def notice_facts(assessment: Assessment, decisions: YearDecisions) -> dict[str, Any]:
    """Return what the public notice (获奖名单公示) says."""
    notice = decisions.notice
    return common_facts(assessment, decisions) | {
        "awards": winners(assessment, decisions),
        "first": day_text(notice.first if notice else None),
        "last": day_text(notice.last if notice else None),
        "days": (notice.last - notice.first).days + 1 if notice else "　　",
        "office": (notice.office if notice else "") or assessment.workspace.centre,
        "phone": (notice.phone if notice else "") or "　　　　　　　　",
        "email": (notice.email if notice else "") or "　　　　　　　　",
        "notice_day": day_text(notice.first if notice else None),
    }


def _band(assessment: Assessment, code: str) -> str:
    panel = assessment.panel
    return panel[code].band if panel is not None and code in panel else ""
