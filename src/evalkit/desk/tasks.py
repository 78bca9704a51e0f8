"""What a judge and the chair can ask to have done: each takes what was sent, and answers data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from evalkit.desk.access import Visitor
from evalkit.desk.answers import meeting_facts, row_facts, sheet_facts, status_facts, summary
from evalkit.desk.chair import open_meeting
from evalkit.desk.decisions import enter_decision, enter_minute
from evalkit.desk.desk import Desk
from evalkit.desk.refusals import EntryError
from evalkit.desk.sheet import CHAIR
from evalkit.export.documents.decision import Winner

__all__ = ["CHAIRS", "JUDGES", "Sent", "Work"]

Sent = Mapping[str, Any]


def _text(sent: Sent, name: str) -> str:
    value = sent.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise EntryError("发来的内容不完整，没有保存。请重新打开页面再试。")
    return value


def _enter(desk: Desk, who: Visitor, sent: Sent) -> dict[str, Any]:
    sheet = desk.roster.sheet(who.code)
    what, college, value = (_text(sent, name) for name in ("what", "college", "value"))
    seen = {"expected": _text(sent, "expected")} if "expected" in sent else {}
    if what == "score":
        state = sheet.set_score(college, _text(sent, "indicator"), value, **seen)
    elif what == "comment":
        state = sheet.set_comment(college, value, **seen)
    elif what == "note":
        state = sheet.set_note(college, _text(sent, "indicator"), value, **seen)
    else:
        raise EntryError("发来的内容不完整，没有保存。请重新打开页面再试。")
    return {
        "row": row_facts(state.row(college)),
        "summary": summary(state),
        "saved": f"{datetime.now().astimezone():%H:%M:%S}",
    }


def _recuse(desk: Desk, who: Visitor, sent: Sent) -> dict[str, Any]:
    return sheet_facts(
        desk.roster.sheet(who.code).recuse(_text(sent, "college"), sent.get("recused") is True)
    )


def _submit(desk: Desk, who: Visitor, _sent: Sent) -> dict[str, Any]:
    return sheet_facts(desk.roster.sheet(who.code).submit())


def _reopen(desk: Desk, _who: Visitor, sent: Sent) -> dict[str, Any]:
    desk.roster.sheet(_text(sent, "judge")).reopen(_text(sent, "reason"))
    return {"judges": status_facts(desk.roster.statuses())}


def _take(desk: Desk, _who: Visitor, sent: Sent) -> dict[str, Any]:
    reason = _text(sent, "reason").strip()
    if not reason:
        raise EntryError("代为提交必须写明理由，例如“评委交来 Excel 评分表”，请填写后再试。")
    desk.roster.sheet(_text(sent, "judge")).submit(by=CHAIR, reason=reason)
    return {"judges": status_facts(desk.roster.statuses())}


def _decide(desk: Desk, _who: Visitor, sent: Sent) -> dict[str, Any]:
    meeting = open_meeting(desk.roster)
    given = sent.get("awards")
    awards = {
        str(name): tuple(
            _winner(each) for each in winners if isinstance(each, dict) and each.get("college")
        )
        for name, winners in (given.items() if isinstance(given, dict) else ())
        if isinstance(winners, list)
    }
    enter_decision(meeting.assessment, awards, by=_text(sent, "by"), reason=_text(sent, "reason"))
    return meeting_facts(meeting)


def _winner(sent: Sent) -> Winner:
    try:
        return Winner(college=_text(sent, "college"), name=_text(sent, "name"))
    except ValidationError:
        raise EntryError(
            f"“{_text(sent, 'college')}”不是学院代码，审定结果没有录入。请从列出的学院中选择。"
        ) from None


def _minute(desk: Desk, _who: Visitor, sent: Sent) -> dict[str, Any]:
    meeting = open_meeting(desk.roster)
    topic, decided, reason = (_text(sent, name) for name in ("topic", "decided", "reason"))
    enter_minute(meeting.assessment, topic, decided, reason)
    return meeting_facts(meeting)


Work = Callable[[Desk, Visitor, Sent], dict[str, Any]]
JUDGES: Mapping[str, Work] = {"enter": _enter, "recuse": _recuse, "submit": _submit}
CHAIRS: Mapping[str, Work] = {
    "reopen": _reopen,
    "take": _take,
    "decide": _decide,
    "minute": _minute,
}
