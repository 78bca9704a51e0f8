"""Score sheets that were submitted on the page: whether the workbook still says the same.

The page (``evalkit.desk``) keeps a record of entries beside the workbooks. Its last submission is
what the judge signed; a workbook that says something else has been changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.reads import Row, TableRead
from evalkit.rubric import Rubric

__all__ = ["RECORDS", "Broken", "Sealed", "points_text", "sealed_in", "seals_digest"]

RECORDS = "评分记录"
"""Folder beside the workbooks with the record of each judge's entries."""
_RULE = "评分表提交后不再改动"
_MEND = "请向评委核实；确需更正的，由组长在评审页面退回，改后重新提交，否则恢复提交时的内容"


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a workbook no longer says what was submitted.

    ``colleges`` are those whose rows go back.
    """

    findings: tuple[Finding, ...] = ()
    colleges: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a judge submitted.

    ``values`` are by college and key (an indicator's number, ``comment``, ``recused``, and
    ``signed_on`` under no college), blanks left out.
    """

    values: Mapping[tuple[str, str], str]

    def held_against(self, read: TableRead, file: str, rubric: Rubric) -> Broken:
        """Compare with what the workbook says now; each place that differs is a finding."""
        labels = {indicator.id: indicator.label for indicator in rubric.indicators}
        labels |= {"comment": "评语", "recused": "是否回避"}
        findings: list[Finding] = []
        colleges: set[str] = set()
        for row in read.rows:
            college = str(row.values.get("college_code") or "")
            present = dict(_values(row, rubric))
            for key, label in labels.items():
                then, now = self.values.get((college, key), ""), present.get(key, "")
                if then == now:
                    continue
                colleges.add(college)
                where = Location(file, read.tab, _address(row, key, rubric))
                findings.append(_changed(where, label, then, now, secret=key == "comment"))
        days = [day for row in read.rows if isinstance(day := row.values.get("signed_on"), date)]
        now = min(days).isoformat() if days else ""
        then = self.values.get(("", "signed_on"), "")
        if now != then:
            findings.append(_changed(Location(file, read.tab), "签名日期", then, now))
        gone = {college for college, _ in self.values if college}
        gone -= {str(row.values.get("college_code") or "") for row in read.rows}
        findings += [
            _changed(Location(file, read.tab), f"{college} 的一行", "有", "无")
            for college in sorted(gone)
        ]
        return Broken(tuple(findings), frozenset(colleges))


def sealed_in(folder: Path, judge: str) -> Sealed | None:
    """Return what a judge submitted and was not given back; ``None`` if there is nothing.

    Parameters
    ----------
    folder : Path
        The year's folder of inputs.
    judge : str
        Code.
    """
    values: dict[tuple[str, str], str] = {}
    sealed: Sealed | None = None
    for action, changes in _entries(folder / RECORDS / f"{judge}.jsonl"):
        for place, text in changes:
            values.pop(place, None)
            if text:
                values[place] = text
        if action == "submit":
            sealed = Sealed(dict(values))
        elif action == "reopen":
            sealed = None
    return sealed


def seals_digest(folder: Path) -> dict[str, str]:
    """Return a hash of what each judge submitted, by code; only of those who did."""
    found = {}
    for path in sorted((folder / RECORDS).glob("J*.jsonl")):
        sealed = sealed_in(folder, path.stem)
        if sealed is not None:
            said = json.dumps(sorted([*place, text] for place, text in sealed.values.items()))
            found[path.stem] = hashlib.sha256(said.encode()).hexdigest()
    return found


def points_text(points: Decimal) -> str:
    """Return points as they are kept: ``8`` and ``8.5``, however they were typed.

    Examples
    --------
    >>> points_text(Decimal("8.50")), points_text(Decimal("10"))
    ('8.5', '10')
    """
    return format(points.normalize(), "f")


def _entries(path: Path) -> Iterator[tuple[str, list[tuple[tuple[str, str], str]]]]:
    """Yield what each line of a record did; the judge's own notes are no part of the sheet."""
    if not path.is_file():
        return
    # What a killed process left unfinished has no line end, and is no entry.
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            entry = json.loads(line)
            changes = [
                ((str(college), str(key)), "" if new is None else str(new))
                for college, key, _, new in entry["changes"]
                if not key.startswith("note:")
            ]
            action = str(entry["action"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return  # the page goes on with no such record, and says why
        yield action, changes


def _values(row: Row, rubric: Rubric) -> Iterator[tuple[str, str]]:
    for indicator in rubric.indicators:
        score = row.values.get(indicator.column)
        if isinstance(score, Decimal):
            yield indicator.id, points_text(score)
    if row.values.get("recused") is True:
        yield "recused", "是"
    if row.values.get("comment"):
        yield "comment", str(row.values["comment"])


def _address(row: Row, key: str, rubric: Rubric) -> str:
    column = next((i.column for i in rubric.indicators if i.id == key), key)
    return row.cells.get(column, f"第 {row.number} 行")


def _changed(where: Location, label: str, then: str, now: str, *, secret: bool = False) -> Finding:
    said = "" if secret else f"，提交时为“{then or '空白'}”"
    shown = "" if secret else now or "空白"
    what = f"评分表提交封存后，“{label}”被改动{said}"
    return Finding("G15", Severity.ERROR, where, what, shown, _RULE, _MEND)
