"""The assessment as plain frames with documented columns, for whoever wants to look further."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.assessment.disclosure import disclose
from evalkit.evidence.catalogue import SCHOOL_SUBJECTS
from evalkit.evidence.verdicts import Verdict
from evalkit.evidence.verdicts.requirements import catalogue
from evalkit.evidence.verdicts.wording import value_text
from evalkit.findings import Severity

if TYPE_CHECKING:
    from evalkit.assessment.model import Assessment
    from evalkit.panel import CollegeResult
    from evalkit.privacy import Topic

__all__ = [
    "band_frame",
    "finding_frame",
    "metric_frame",
    "proposal_frame",
    "provenance_frame",
    "rank_frame",
    "school_metric_frame",
    "score_frame",
    "verdict_frame",
]


def _frame(rows: Iterable[Mapping[str, object]], columns: str, **kinds: str) -> pd.DataFrame:
    """Return rows as a frame whose columns have their types however few rows there are."""
    names = columns.split()
    dtypes = {name: kinds.get(name, "string") for name in names}
    return pd.DataFrame(list(rows), columns=names).astype(dtypes)


def _results(assessment: Assessment, topic: Topic) -> tuple[CollegeResult, ...]:
    """Return the colleges' results, best first, if the audience may see those of all."""
    seen = assessment.audience.may_see(topic, "college")
    return tuple(assessment.panel or ()) if seen else ()


def metric_frame(assessment: Assessment) -> pd.DataFrame:
    """Return every metric of every college and year, as the audience may see it."""
    evidence = assessment.evidence
    table = disclose(evidence.values, evidence.counts, catalogue(), assessment.audience)
    title = {name: metric.title for name, metric in catalogue().items()}
    unit = {name: metric.unit for name, metric in catalogue().items()}
    table = table.assign(
        college=table["college_code"].map(assessment.names).astype("string"),
        title=table["metric"].map(title).astype("string"),
        unit=table["metric"].map(unit).astype("string"),
    )
    keys = ["academic_year", "college_code", "college", "metric", "title", "unit"]
    return table[[*keys, "part", "whole", "value", "state", "text"]]


def school_metric_frame(assessment: Assessment) -> pd.DataFrame:
    """Return the figures of the school as a whole, by year."""
    metrics = {metric.name: metric for subject in SCHOOL_SUBJECTS for metric in subject.metrics}
    table = assessment.evidence.school_values.astype({"part": object, "whole": object})
    plain = table.where(table.notna(), None)
    return _frame(
        (
            {
                "academic_year": year,
                "metric": name,
                "title": metrics[name].title,
                "unit": metrics[name].unit,
                "value": value,
                "state": state,
                "text": value_text(metrics[name], part, whole, state),
            }
            for year, name, part, whole, value, state in plain[
                ["academic_year", "metric", "part", "whole", "value", "state"]
            ].itertuples(index=False)
        ),
        "academic_year metric title unit value state text",
        value="Float64",
    )


def verdict_frame(assessment: Assessment, verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return verdicts as a frame, one row each."""
    indicators = {
        criterion.id: indicator.id
        for indicator in assessment.rubric.indicators
        for criterion in indicator.criteria
    }
    return _frame(
        (
            {
                "academic_year": verdict.academic_year,
                "college_code": verdict.college,
                "college": assessment.names[verdict.college],
                "indicator": indicators[verdict.criterion],
                "criterion": verdict.criterion,
                "state": verdict.state,
                "basis": verdict.basis,
                "text": str(verdict),
            }
            for verdict in verdicts
        ),
        "academic_year college_code college indicator criterion state basis text",
    )


def rank_frame(assessment: Assessment) -> pd.DataFrame:
    """Return rank, score and band of each college, best first."""
    return _frame(
        (
            {
                "college_code": result.college,
                "college": assessment.names[result.college],
                "rank": result.rank,
                "score": result.score,
                "band": result.band,
                "n_judges": result.n_judges,
                "provisional": result.provisional,
                "note": assessment.school.named("；".join(result.notes)),
            }
            for result in _results(assessment, "ranks")
        ),
        "college_code college rank score band n_judges provisional note",
        rank="Int64",
        score="object",
        n_judges="Int64",
        provisional="boolean",
    )


def band_frame(assessment: Assessment) -> pd.DataFrame:
    """Return which colleges are in each band, the highest first."""
    rubric, results = assessment.rubric, _results(assessment, "results")
    members = {
        band.name: [assessment.names[r.college] for r in results if r.band == band.name]
        for band in rubric.bands
    }
    return _frame(
        (
            {
                "band": band.name,
                "interval": rubric.band_interval(band),
                "n_colleges": len(members[band.name]),
                "colleges": "、".join(members[band.name]),
            }
            for band in rubric.bands
        ),
        "band interval n_colleges colleges",
        n_colleges="Int64",
    )


def score_frame(assessment: Assessment) -> pd.DataFrame:
    """Return each college's mean on each indicator."""
    rubric = assessment.rubric
    return _frame(
        (
            {
                "college_code": result.college,
                "college": assessment.names[result.college],
                "indicator": indicator.id,
                "label": indicator.label,
                "points": indicator.points,
                "mean": rubric.publish(result.indicator_means[indicator.id]),
                "rate": float(
                    100 * result.indicator_means[indicator.id] / Fraction(indicator.points)
                ),
            }
            for result in _results(assessment, "results")
            for indicator in rubric.indicators
        ),
        "college_code college indicator label points mean rate",
        points="object",
        mean="object",
        rate="Float64",
    )


def proposal_frame(assessment: Assessment) -> pd.DataFrame:
    """Return who is proposed for each award; the panel decides."""
    school = assessment.school
    shown = assessment.audience.may_see("judging", "college")
    stations = [
        {
            "award": proposal.award.title,
            "college_code": nominee.college,
            "college": assessment.names[nominee.college],
            "head": "",
            "marks": school.named("；".join(nominee.marks)),
        }
        for proposal in (school.station_proposals if shown else ())
        for nominee in proposal
    ]
    heads = [
        {
            "award": comparison.award.title,
            "college_code": row.candidate.college,
            "college": assessment.names[row.candidate.college],
            "head": row.candidate.name,
            "marks": school.named("；".join(row.marks)),
        }
        for comparison in (school.head_comparisons if shown else ())
        for row in comparison.suggested
    ]
    return _frame([*stations, *heads], "award college_code college head marks")


def finding_frame(assessment: Assessment) -> pd.DataFrame:
    """Return what was wrong in the year's inputs, one row a finding."""
    owners = {
        item["file"]: item["code"]
        for item in assessment.snapshot.manifest["inputs"]
        if item["kind"] == "college"
    }
    return _frame(
        (
            {
                "code": finding.code,
                "severity": finding.severity.chinese,
                "college_code": owners.get(finding.location.file),
                "file": finding.location.file,
                "sheet": finding.location.sheet,
                "cell": finding.location.cell,
                "what": finding.what,
                "value": finding.value,
                "rule": finding.rule,
                "mend": finding.mend,
            }
            for finding in assessment.findings
            if assessment.audience.may_see("findings", "college")
        ),
        "code severity college_code file sheet cell what value rule mend",
    )


def provenance_frame(assessment: Assessment) -> pd.DataFrame:
    """Return what each year was read from, and by which rules."""
    manifests = {year.name: snap.manifest for year, snap in assessment.snapshots.items()}
    counts = {kind.name.lower(): kind.value for kind in Severity}
    return _frame(
        (
            {
                "academic_year": year,
                "snapshot": manifest["snapshot"],
                "ledger_version": manifest["ledger"]["version"],
                "rubric": manifest["rubric"]["id"],
                "rubric_version": manifest["rubric"]["version"],
                "n_files": len(manifest["inputs"]),
                "n_rows": sum(manifest["tables"].values()),
                **{name: manifest["findings"][value] for name, value in counts.items()},
            }
            for year, manifest in manifests.items()
        ),
        "academic_year snapshot ledger_version rubric rubric_version n_files n_rows "
        "error warning info",
        **dict.fromkeys(("n_files", "n_rows", *counts), "Int64"),
    )
