"""The panel's decisions, entered at the meeting, in the file from which the documents take them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from evalkit.assessment import Assessment
from evalkit.desk.entries import clean_text
from evalkit.desk.history import Change, Entry, History
from evalkit.desk.lock import HeldElsewhereError, hold_file
from evalkit.desk.refusals import EntryError, SheetBusyError
from evalkit.desk.sheet import CHAIR
from evalkit.errors import DefinitionError
from evalkit.export.documents import decision_path, load_decisions
from evalkit.export.documents.blank_form import blank_decisions
from evalkit.export.documents.decision import Winner, YearDecisions, result_code
from evalkit.outputs import write_bytes

__all__ = ["decisions_made", "enter_decision", "enter_minute"]

_RECORD = "审定记录.jsonl"


def enter_decision(
    assessment: Assessment,
    awards: Mapping[str, Sequence[Winner]],
    *,
    by: str,
    reason: str,
    day: date | None = None,
) -> YearDecisions:
    """Enter who gets the awards into the year's decision.yaml, and note it with the time.

    Everything else in the file stays as it is.

    Parameters
    ----------
    assessment : Assessment
        The year, with the panel's results.
    awards : mapping of str to sequence of Winner
        The award's id → its winners, none for an award that is not given.
    by, reason : str
        Who decides, and why.
    day : date, optional
        Today if not given.

    Returns
    -------
    YearDecisions
        What stands in the file now.

    Raises
    ------
    EntryError
        If `by` or `reason` is blank.
    DefinitionError
        If the decision does not agree with the rubric or the colleges; the file is as before.
    """
    who, why = clean_text(by, "审定人"), clean_text(reason, "理由")
    if not who or not why:
        raise EntryError("审定必须写明由谁审定和理由，请填写后再试。")
    moment = datetime.now(UTC)
    decided = {
        "day": day or moment.astimezone().date(),
        "by": " ".join(who.split()),
        "reason": " ".join(why.split()),
        "result": result_code(assessment.panel),
        "awards": {
            name: [
                {"college": winner.college} | ({"name": winner.name} if winner.name else {})
                for winner in winners
            ]
            for name, winners in awards.items()
        },
    }
    block = yaml.safe_dump({"decision": decided}, allow_unicode=True, sort_keys=False)
    path = decision_path(assessment)
    try:
        with hold_file(path.with_name(".decision.lock")):
            before = path.read_bytes() if path.is_file() else None
            text = blank_decisions(assessment) if before is None else before.decode("utf-8")
            write_bytes(path, _with_block(text, block).encode("utf-8"))
            try:
                found = load_decisions(assessment)
            except DefinitionError:
                _put_back(path, before)
                raise
            changes = [
                Change("", f"award:{name}", None, "、".join(_text(w) for w in winners) or "空缺")
                for name, winners in awards.items()
            ]
            record = History(path.with_name(_RECORD))
            said = f"{decided['by']}：{decided['reason']}"
            record.add(_time(moment), CHAIR, "change", changes, reason=said)
    except HeldElsewhereError:
        raise SheetBusyError("另一个程序正在写审定结果，请稍候片刻再试。") from None
    return found


def enter_minute(assessment: Assessment, topic: str, decided: str, reason: str) -> Entry:
    """Note any other decision of the panel, such as a vote on a tie, with reason and time.

    Raises
    ------
    EntryError
        If one of the three is blank.
    """
    what, how, why = (
        clean_text(text, title)
        for text, title in ((topic, "事项"), (decided, "决定"), (reason, "理由"))
    )
    if not what or not how or not why:
        raise EntryError("记录决定必须写明事项、决定和理由，请填写后再试。")
    path = decision_path(assessment)
    try:
        with hold_file(path.with_name(".decision.lock")):
            record = History(path.with_name(_RECORD))
            change = Change("", what, None, how)
            return record.add(_time(datetime.now(UTC)), CHAIR, "change", [change], reason=why)
    except HeldElsewhereError:
        raise SheetBusyError("另一个程序正在写审定结果，请稍候片刻再试。") from None


def decisions_made(assessment: Assessment) -> Sequence[Entry]:
    """Return everything that was decided, oldest first."""
    return History(decision_path(assessment).with_name(_RECORD)).entries


def _with_block(text: str, block: str) -> str:
    """Put the block in the place of the one that is there, or of its blank form."""
    lines = text.splitlines(keepends=True)
    for pattern, inside in ((r"decision\s*:", r"[ \t]|$"), (r"# decision\s*:", r"#   |$")):
        start = next((n for n, line in enumerate(lines) if re.match(pattern, line)), None)
        if start is None:
            continue
        end = start + 1
        while end < len(lines) and re.match(inside, lines[end].rstrip("\r\n")):
            end += 1
        return "".join([*lines[:start], block, "\n", *lines[end:]])
    joint = "" if text.endswith("\n") or not text else "\n"
    return f"{text}{joint}\n{block}"


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink()
    else:
        write_bytes(path, before)


def _text(winner: Winner) -> str:
    return f"{winner.college} {winner.name}".strip()


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
