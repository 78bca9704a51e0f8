"""What ``evalkit check --format json`` says, for other programs. Keys and order do not change.

A check::

    {"academic_year": "2024-2025", "snapshot": "fcd9d997a70f",
     "summary": [{"kind": "college", "code": "C01", "name": "…", "files": ["…"], "state": "待更正",
                  "E": 1, "W": 0, "I": 2, "score": 98.7}],
     "quality": [{"college": "C01", "sheet": "activities", "title": "活动台账", "core": true,
                  "state": "read", "rows": 17, "cells": 323, "E": 1, "W": 0, "I": 0, "cost": 1.0,
                  "score": 99.6}],
     "findings": [{"code": "D04", "severity": "E", "file": "台账_2024-2025_C01.xlsx",
                   "sheet": "S08 活动台账", "cell": "F17", "college": "C01", "what": "…",
                   "value": "…", "rule": "…", "mend": "…"}],
     "counts": {"E": 1, "W": 0, "I": 2}}

``kind`` is ``college``, ``centre``, ``judge`` or ``other``. ``sheet``, ``cell``, ``college`` and
``score`` are ``null`` where there is none. ``quality`` has the columns of
:func:`evalkit.intake.quality.sheet_quality`. ``counts`` and ``summary`` count everything, also
where ``findings`` lists errors only.

The rounds::

    {"academic_year": "2024-2025",
     "rounds": [{"number": 1, "snapshot": "…", "time": "2025-07-01T01:30:00+00:00",
                 "E": 1, "W": 0, "I": 2}]}

The numbers are ``null`` if the round's snapshot has been deleted.

What changed since a round::

    {"academic_year": "2024-2025", "snapshot": "…",
     "since": {"number": 1, "snapshot": "…", "time": "…"},
     "files": {"added": [], "removed": [], "changed": ["台账_2024-2025_C01.xlsx"]},
     "solved": [], "appeared": [], "remaining": [],
     "cells": [{"college": "C01", "sheet": "base_info", "title": "基础信息", "row": "",
                "column": "在校生总数", "old": "1200", "new": "1201"}],
     "rows": [{"college": "C01", "sheet": "activities", "title": "活动台账", "row": "A017",
               "change": "added"}],
     "counts": {"E": 1, "W": 0, "I": 2}}

``solved``, ``appeared`` and ``remaining`` hold findings as above; ``counts`` is of the present
state.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from evalkit.findings import Finding, Severity
from evalkit.intake.changes import Comparison
from evalkit.intake.overview import Overview
from evalkit.intake.rounds import Round

__all__ = ["changes_json", "overview_json", "rounds_json"]

_SHORT = {"college_code": "college", "errors": "E", "warnings": "W", "infos": "I"}


def overview_json(view: Overview, shown: Sequence[Finding]) -> str:
    """Return a check as JSON."""
    return _json(
        {
            "academic_year": view.snapshot.year.name,
            "snapshot": view.snapshot.id,
            "summary": [
                {
                    "kind": sender.kind,
                    "code": sender.code,
                    "name": sender.name,
                    "files": list(sender.files),
                    "state": sender.state,
                    "E": sender.errors,
                    "W": sender.warnings,
                    "I": sender.infos,
                    "score": sender.score,
                }
                for sender in view.senders
            ],
            "quality": _records(view.quality),
            "findings": _findings(view, shown),
            "counts": _counts(view),
        }
    )


def rounds_json(year: str, rounds: Sequence[tuple[Round, Sequence[int] | None]]) -> str:
    """Return the rounds as JSON."""
    return _json(
        {
            "academic_year": year,
            "rounds": [
                _round(item)
                | dict(zip(_severities(), (None, None, None) if n is None else n, strict=True))
                for item, n in rounds
            ],
        }
    )


def changes_json(
    view: Overview, since: Round, changes: Comparison, shown: Sequence[Sequence[Finding]]
) -> str:
    """Return what changed since a round as JSON."""
    solved, appeared, remaining = (_findings(view, findings) for findings in shown)
    return _json(
        {
            "academic_year": view.snapshot.year.name,
            "snapshot": view.snapshot.id,
            "since": _round(since),
            "files": {
                "added": list(changes.added),
                "removed": list(changes.removed),
                "changed": list(changes.changed),
            },
            "solved": solved,
            "appeared": appeared,
            "remaining": remaining,
            "cells": _records(changes.cells),
            "rows": _records(changes.rows),
            "counts": _counts(view),
        }
    )


def _findings(view: Overview, findings: Sequence[Finding]) -> list[dict[str, str | None]]:
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "file": finding.location.file,
            "sheet": finding.location.sheet,
            "cell": finding.location.cell,
            "college": code if kind == "college" else None,
            "what": finding.what,
            "value": finding.value,
            "rule": finding.rule,
            "mend": finding.mend,
        }
        for finding in findings
        for kind, code in [view.owners.of(finding.location.file)]
    ]


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    plain = frame.rename(columns=_SHORT).astype(object)
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in plain.to_dict("records")
    ]


def _round(item: Round) -> dict[str, object]:
    return {
        "number": item.number,
        "snapshot": item.snapshot,
        "time": item.time.isoformat(timespec="seconds"),
    }


def _counts(view: Overview) -> dict[str, int]:
    return {severity.value: view.count(severity) for severity in Severity}


def _severities() -> tuple[str, ...]:
    return tuple(severity.value for severity in Severity)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
