"""What each report reads of the snapshots, and nothing else: the one place where this is said.

A college's report reads

- its own rows of every sheet of every year, the sheets that it handed in, and what was wrong in its
  files of the year (part ``own:<year>``);
- what is the same for all colleges (part ``shared``): the score sheets (ranks, the school's
  medians), the scores of other sources that go into the result, the rows that belong to no college
  (the calendar), the names of the colleges;
- which of its warning counts are hidden, since that may hang on the others' (part ``hidden``);
- if it shows them (see :mod:`evalkit.reports.scope`): the medians and ranges of the metrics, and
  its metrics as printed, since what is hidden may hang on others too (part ``compared``).

The school's report and the workbook of totals read everything (parts ``school:<year>``).

A view of a college that comes to show something else about other colleges' ledgers needs it in
:func:`_compared`, and its name in ``scope.COMPARED``. ``tests/unit/reports/test_reads.py`` changes
the other colleges' ledgers, and fails if a view of a college notices while its hashes do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd

from evalkit.assessment import Assessment
from evalkit.assessment.comparison import compare_with_school
from evalkit.findings import Severity
from evalkit.intake import Snapshot
from evalkit.reports.material import SCHOOL_READS, Material, digest
from evalkit.workspace import AcademicYear

__all__ = ["material_of", "reads"]

WHOLE = ("source_scores",)
"""Tables of which a college's report reads the rows of all colleges: its rank hangs on them."""


def material_of(assessment: Assessment, *, compares: bool) -> Material:
    """Return what the plan needs to know of an assessment; arguments as for :func:`reads`."""
    snapshot = assessment.snapshot
    return Material(
        year=assessment.year,
        snapshots={year.name: each.id for year, each in assessment.snapshots.items()},
        colleges=assessment.colleges,
        reads=reads(assessment, compares=compares),
        inputs=tuple(
            {"year": year.name, **{key: str(item[key]) for key in item}}
            for year, each in assessment.snapshots.items()
            for item in each.manifest["inputs"]
        ),
        errors=assessment.count(Severity.ERROR),
        returned=snapshot.returned,
    )


def reads(assessment: Assessment, *, compares: bool = True) -> dict[str, dict[str, str]]:
    """Return a hash of every part that a report reads.

    Parameters
    ----------
    assessment : Assessment
        The year.
    compares : bool
        Whether the colleges' reports show anything of ``scope.COMPARED``. If not, that part is left
        out: all metrics of all colleges would have to be computed for it.

    Returns
    -------
    dict
        Code of a college, or `SCHOOL_READS` → name of the part → hash.
    """
    rows = {
        year: {name: _rows_by_college(table) for name, table in snapshot.tables.items()}
        for year, snapshot in assessment.snapshots.items()
    }
    shared = digest(_shared(assessment, rows))
    parts = {
        college.code: {"shared": shared, "hidden": digest(_hidden(assessment, college.code))}
        for college in assessment.colleges
    }
    for code, compared in (_compared(assessment) if compares else {}).items():
        parts[code]["compared"] = compared
    parts[SCHOOL_READS] = {}
    for year, snapshot in assessment.snapshots.items():
        findings = _findings(snapshot) if year == assessment.year else {}
        for college in assessment.colleges:
            own = _own(snapshot, college.code, rows[year], findings)
            parts[college.code][f"own:{year}"] = digest(own)
        parts[SCHOOL_READS][f"school:{year}"] = digest(_whole(snapshot, rows[year]))
    return parts


def _own(
    snapshot: Snapshot,
    college: str,
    rows: Mapping[str, Mapping[str, str]],
    findings: Mapping[str, list[object]],
) -> list[object]:
    handed_in = [name for name in sorted(rows) if college in snapshot.handed_in(name)]
    files = sorted(snapshot.files_of(college))
    return [
        {name: table.get(college, "") for name, table in rows.items()},
        handed_in,
        [finding for file in files for finding in findings.get(file, [])],
    ]


def _shared(
    assessment: Assessment, rows: Mapping[AcademicYear, Mapping[str, Mapping[str, str]]]
) -> list[object]:
    """Return what every college's report reads, whichever college it is about."""
    return [
        assessment.names,
        len(assessment.colleges),
        *(
            [
                year.name,
                snapshot.judges,
                [asdict(sheet) for sheet in snapshot.score_sheets],
                {name: table.get("", "") for name, table in rows[year].items()},
                {name: rows[year].get(name, {}) for name in WHOLE},
            ]
            for year, snapshot in assessment.snapshots.items()
        ),
    ]


def _compared(assessment: Assessment) -> dict[str, str]:
    """Return a hash of what each college's report says by comparing ledgers."""
    trends = _rows_by_college(assessment.trends)
    return {
        college.code: digest(
            [
                trends.get(college.code, ""),
                asdict(compare_with_school(assessment, college.code)),
            ]
        )
        for college in assessment.colleges
    }


def _hidden(assessment: Assessment, college: str) -> list[object]:
    """Return what the years' plans hide in a college's tables; it hangs on the others' counts."""
    return [
        sorted(str(cell) for cell in plan.hidden if ("college_code", college) in cell.place)
        for plan in assessment.plans.values()
    ]


def _whole(snapshot: Snapshot, rows: Mapping[str, Mapping[str, str]]) -> list[object]:
    manifest = snapshot.manifest
    return [
        rows,
        {name: manifest[name] for name in ("colleges", "judges", "returned", "handed_in")},
        [item["file"] for item in manifest["inputs"]],
        [asdict(sheet) for sheet in snapshot.score_sheets],
        [asdict(finding) for finding in snapshot.findings],
    ]


def _findings(snapshot: Snapshot) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for finding in snapshot.findings:
        found.setdefault(finding.location.file, []).append(asdict(finding))
    return found


def _rows_by_college(table: pd.DataFrame) -> dict[str, str]:
    """Return a hash of each college's rows, in their order; "" stands for the rows of none."""
    codes = table["college_code"].fillna("").tolist()
    hashes = {code: hashlib.sha256() for code in codes}
    columns = [table[name].tolist() for name in table]
    for code, row in zip(codes, zip(*columns, strict=True), strict=True):
        hashes[code].update(f"{row!r}\n".encode())
    return {code: found.hexdigest() for code, found in hashes.items()}
