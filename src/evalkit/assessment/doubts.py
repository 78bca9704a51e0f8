"""Findings as a report may tell them: those about students at risk without their numbers.

A rule that two numbers break repeats both, and a count of three warned students would stand in a
report through the back door. Whoever handed a ledger in sees them in its check, as they were typed.
"""

from __future__ import annotations

import re
from dataclasses import replace

from evalkit.findings import Finding
from evalkit.intake import Snapshot
from evalkit.privacy.released import MARK

__all__ = ["RISK_SHEETS", "told"]

RISK_SHEETS = frozenset({"screening", "checks", "individual", "monthly", "key_students", "crisis"})
"""Sheets of a ledger whose numbers, dates and codes are about students at risk."""

_NUMBER = re.compile(r"[A-Za-z]*\d[\dA-Za-z]*(?:[.,:/-]\d+)*(?:\s\d+:\d+)?")


def told(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return a snapshot's findings; numbers, dates and codes of students at risk are marks.

    A whole sheet is treated alike, harmless numbers too: of a cell that cannot be read a finding
    repeats what stands there, and does not say what it counts. Zeros stay, for they tell nothing.

    Parameters
    ----------
    snapshot : Snapshot
        Of one year.

    Returns
    -------
    tuple of Finding
        As many as the snapshot has, in its order.
    """
    risky = {
        (page["file"], page["tab"])
        for page in snapshot.manifest["pages"]
        if page["sheet"] in RISK_SHEETS
    }
    return tuple(
        _without_numbers(each) if (each.location.file, each.location.sheet or "") in risky else each
        for each in snapshot.findings
    )


def _without_numbers(finding: Finding) -> Finding:
    what, value = (_NUMBER.sub(_mark, text) for text in (finding.what, finding.value))
    return replace(finding, what=what, value=value)


def _mark(number: re.Match[str]) -> str:
    return number[0] if number[0] == "0" else MARK
