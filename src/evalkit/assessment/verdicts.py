"""The verdicts of a year: each college's evidence held against each criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from evalkit.assessment.disclosure import WITHHELD
from evalkit.assessment.evidence import Evidence
from evalkit.evidence.verdicts import Measured, Verdict, decide, judge
from evalkit.evidence.verdicts.requirements import catalogue
from evalkit.findings import Finding, Severity
from evalkit.intake import Snapshot
from evalkit.rubric import Criterion
from evalkit.workspace import AcademicYear

__all__ = ["judge_year"]

_BASES = frozenset({"n_students", "filled_on"})
"""Columns of the cover sheet that other sheets' figures are held against."""


def judge_year(
    evidence: Evidence, year: AcademicYear, disclosed: pd.DataFrame
) -> tuple[Verdict, ...]:
    """Judge every college of a year by every criterion.

    Parameters
    ----------
    evidence : Evidence
        What the ledgers say, exact: states follow from this.
    year : AcademicYear
        The year.
    disclosed : DataFrame
        academic_year, college_code, metric, state, text: values as the audience may see them.

    Returns
    -------
    tuple of Verdict
        In the order of colleges and criteria. A criterion that asks for what the audience may not
        see has none: its state would tell.
    """
    closed = frozenset(disclosed.loc[disclosed["state"] == WITHHELD, "metric"])
    snapshot = evidence.snapshots[year]
    measured = _measured(evidence.values, disclosed, year)
    doubts = _doubts(snapshot)
    verdicts = (
        _verdict(evidence, year, college.code, criterion, measured.get(college.code, {}), doubts)
        for college in snapshot.colleges
        for criterion in evidence.rubric.criteria
    )
    told = (_without(verdict, closed) for verdict in verdicts)
    return tuple(verdict for verdict in told if verdict is not None)


def _without(verdict: Verdict, closed: frozenset[str]) -> Verdict | None:
    """Return a verdict without some of its metrics; nothing if it hangs on them."""
    gone = [item for item in verdict.items if item.metric in closed]
    if not gone:
        return verdict
    if any(item.requirement for item in gone):
        return None
    return replace(
        verdict,
        items=tuple(item for item in verdict.items if item.metric not in closed),
        missing=tuple(each for each in verdict.missing if each.metric not in closed),
        exempt=tuple(each for each in verdict.exempt if each.metric not in closed),
    )


def _verdict(
    evidence: Evidence,
    year: AcademicYear,
    college: str,
    criterion: Criterion,
    measured: Mapping[str, Measured],
    doubts: Mapping[tuple[str, str], Sequence[str]],
) -> Verdict:
    items = judge(criterion, measured, catalogue(), evidence.source.terms)
    state, basis = decide(items)
    sheets = dict.fromkeys(s for item in items for s in catalogue()[item.metric].needs)
    found = [evidence.passages.get((year.name, college, sheet), ()) for sheet in sheets]
    spoken = dict.fromkeys(s for item in items for s in _own_sheets(item.metric))
    places = [(year.name, college, item.metric) for item in items]
    return Verdict(
        year.name,
        college,
        criterion.id,
        state,
        basis,
        items,
        passages=tuple(passage for several in found for passage in several),
        missing=tuple(evidence.missing[each] for each in places if each in evidence.missing),
        exempt=tuple(evidence.exempt[each] for each in places if each in evidence.exempt),
        contradictions=tuple(t for sheet in spoken for t in doubts.get((college, sheet), ())),
        human=criterion.human,
    )


def _measured(
    values: pd.DataFrame, disclosed: pd.DataFrame, year: AcademicYear
) -> dict[str, dict[str, Measured]]:
    here = (values["academic_year"] == year.name).to_numpy(dtype=bool)
    own = values[here].astype({"part": object, "whole": object})
    own = own.where(own.notna(), None)
    found: dict[str, dict[str, Measured]] = {}
    for college, metric, part, whole, state, text in zip(
        own["college_code"],
        own["metric"],
        own["part"],
        own["whole"],
        own["state"],
        disclosed.loc[here, "text"],
        strict=True,
    ):
        found.setdefault(college, {})[metric] = Measured(part, whole, state, text)
    return found


def _doubts(snapshot: Snapshot) -> dict[tuple[str, str], list[str]]:
    """Return open findings by college and sheet, in words that repeat no number of the ledger."""
    pages = snapshot.manifest["pages"]
    owners = {(page["file"], page["tab"]): (page["code"], page["sheet"]) for page in pages}
    found: dict[tuple[str, str], list[str]] = {}
    for finding in snapshot.findings:
        owner = owners.get((finding.location.file, finding.location.sheet or ""))
        if owner is not None and finding.severity is not Severity.INFO:
            found.setdefault(owner, []).append(_doubt(finding))
    return found


def _doubt(finding: Finding) -> str:
    return f"{finding.location} 应为：{finding.rule}（{finding.code}）"


def _own_sheets(metric: str) -> list[str]:
    """Return the sheets that a metric speaks of, without those that it only divides by."""
    needs = catalogue()[metric].needs
    return [sheet for sheet, columns in needs.items() if not _BASES.issuperset(columns)]
