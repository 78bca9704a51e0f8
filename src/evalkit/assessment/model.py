"""One year's assessment: everything that a report or a person reads, in one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.assessment.college import CollegeView
from evalkit.assessment.discussion import find_discussion
from evalkit.assessment.doubts import told
from evalkit.assessment.evidence import Evidence
from evalkit.assessment.figures import YearFigures
from evalkit.assessment.frames import (
    band_frame,
    finding_frame,
    metric_frame,
    proposal_frame,
    provenance_frame,
    rank_frame,
    school_metric_frame,
    score_frame,
    verdict_frame,
)
from evalkit.assessment.guide import ASSESSMENT, page, public_names
from evalkit.assessment.school import SchoolView
from evalkit.assessment.trends import find_trends
from evalkit.assessment.verdicts import judge_year
from evalkit.audiences import TOPICS
from evalkit.errors import UnknownNameError
from evalkit.evidence.verdicts import Verdict
from evalkit.findings import Finding, Severity
from evalkit.intake import Snapshot
from evalkit.panel import PanelResult
from evalkit.privacy import Audience, Topic
from evalkit.rubric import Rubric
from evalkit.workspace import AcademicYear, College, Workspace, YearStatus

if TYPE_CHECKING:
    from evalkit.privacy.plan import Plan

__all__ = ["LEVELS", "STATUS_TEXT", "Assessment"]

LEVELS = ("n_l1", "n_l2", "n_l3")
"""The counts of students at the three warning levels."""

STATUS_TEXT: Mapping[YearStatus, str] = {
    "assessed": "正式考核",
    "partial": "试行学年（办法自 2024 年 1 月起施行，不足一学年）",
    "baseline": "办法施行前的对照学年，不考核",
}


@dataclass(frozen=True)
class Assessment:
    """The assessment of one academic year.

    Get one from :func:`evalkit.assessment.load_assessment`, then go on with ``.college("C03")``
    or ``.school``; both give released tables, ready to be shown.

    Attributes
    ----------
    workspace : Workspace
        Where it was read.
    year : AcademicYear
        The year.
    rubric : Rubric
        The rubric in force.
    audience : Audience
        For whom tables are released.
    snapshots : mapping of AcademicYear to Snapshot
        This year's snapshot and those of earlier years, oldest first.
    panels : mapping of AcademicYear to PanelResult
        The panel's results, whoever asks; years without score sheets are absent.
    """

    workspace: Workspace
    year: AcademicYear
    rubric: Rubric
    audience: Audience
    snapshots: Mapping[AcademicYear, Snapshot]
    panels: Mapping[AcademicYear, PanelResult]

    @property
    def snapshot(self) -> Snapshot:
        """Snapshot of the year."""
        return self.snapshots[self.year]

    @property
    def status(self) -> YearStatus:
        """Whether the year is assessed, partly assessed or a baseline."""
        return self.workspace.status(self.year)

    @property
    def years(self) -> tuple[AcademicYear, ...]:
        """The years at hand, oldest first."""
        return tuple(self.snapshots)

    @property
    def panel(self) -> PanelResult | None:
        """Results of the panel, if score sheets have come in and the audience may see them."""
        return None if self.results_withheld else self.panels.get(self.year)

    @property
    def previous_panel(self) -> PanelResult | None:
        """Last year's panel results, if there are any and the audience may see this year's."""
        return None if self.results_withheld else self.panels.get(self.year.previous)

    @property
    def results_withheld(self) -> str:
        """Why the panel's results are there and not given to the audience; empty if they are."""
        panel = self.panels.get(self.year)
        if panel is None:
            return ""
        if not self.audience.may_see("results", "own"):
            return self.refusal("results")
        if panel.provisional and not self.audience.provisional:
            return f"评分表还没有收齐，考核结果暂不向读者“{self.audience.name}”提供。"
        return ""

    def refusal(self, topic: Topic) -> str:
        """Return the sentence that stands where a topic is not given to the audience."""
        return self.audience.refusal(TOPICS[topic])

    @property
    def colleges(self) -> tuple[College, ...]:
        """The assessed colleges in the order of their codes."""
        return self.snapshot.colleges

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong in this year's inputs, without numbers of students at risk."""
        return told(self.snapshot)

    @cached_property
    def evidence(self) -> Evidence:
        """Exact counts of all years, for computing with; show ``.metrics`` instead."""
        return Evidence(self.snapshots, self.rubric)

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """Every metric (指标值) of every college and year.

        Columns: academic_year, college_code, college, metric, title, unit, part and whole (the
        counts; missing for metrics about students at risk), value (part ÷ whole × 100 for ``"%"``),
        state (``known``, ``no_data``, ``not_applicable``), text (as printed).
        """
        return metric_frame(self)

    @cached_property
    def school_metrics(self) -> pd.DataFrame:
        """Figures of the school as a whole; they never judge a college.

        Columns: academic_year, metric, title, unit, value, state, text.
        """
        return school_metric_frame(self)

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """What the evidence says of every criterion (佐证结论), of every college and year.

        Columns: academic_year, college_code, college, indicator, criterion, state (达标, 部分达标,
        未达标, 无数据, 不适用, 人工评定), basis (规定值 or 参照值), text (all of it in words).
        """
        shown = self.years if self.audience.may_see("verdicts", "college") else ()
        every = (verdict for year in shown for verdict in self.verdicts_of(year))
        return verdict_frame(self, every)

    def verdicts_of(self, year: AcademicYear) -> tuple[Verdict, ...]:
        """Return the verdicts of a year, with the rows behind them and what is missing by name."""
        if year not in self._verdicts:
            self._verdicts[year] = judge_year(self.evidence, year, self.metrics)
        return self._verdicts[year]

    @cached_property
    def _verdicts(self) -> dict[AcademicYear, tuple[Verdict, ...]]:
        return {}

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The panel's mean on each indicator.

        Columns: college_code, college, indicator, label, points, mean (as published), rate (%).
        """
        return score_frame(self)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Rank, score and band of each college, best first.

        Columns: college_code, college, rank, score, band, n_judges, provisional, note.
        """
        return rank_frame(self)

    @cached_property
    def bands(self) -> pd.DataFrame:
        """Which colleges are in each band. Columns: band, interval, n_colleges, colleges."""
        return band_frame(self)

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """Who is proposed for each award (建议名单，待审定).

        Columns: award, college_code, college, head (empty for stations), marks.
        """
        return proposal_frame(self)

    @cached_property
    def findings_frame(self) -> pd.DataFrame:
        """What was wrong in this year's inputs.

        Columns: code, severity, college_code, file, sheet, cell, what, value, rule, mend.
        """
        return finding_frame(self)

    @cached_property
    def trends(self) -> pd.DataFrame:
        """Every metric over the years; columns as in ``assessment.trends.find_trends``."""
        return find_trends(self.evidence, self.metrics)

    @cached_property
    def discussion(self) -> pd.DataFrame:
        """Where panel and evidence point in opposite directions; see ``assessment.discussion``.

        Columns: college_code, college, indicator, label, panel, evidence (each side in words).
        """
        return find_discussion(self)

    @cached_property
    def provenance(self) -> pd.DataFrame:
        """What each year was read from, and by which rules.

        Columns: academic_year, snapshot, ledger_version, rubric, rubric_version, n_files, n_rows,
        error, warning, info (number of findings).
        """
        return provenance_frame(self)

    @cached_property
    def figures(self) -> Mapping[AcademicYear, YearFigures]:
        """The figures of each year that reports draw."""
        return {year: YearFigures(self.evidence, year) for year in self.snapshots}

    @cached_property
    def plans(self) -> Mapping[AcademicYear, Plan]:
        """Which warning counts of each year are hidden in every table, so that none tells another.

        By ``college_code`` and ``grade``; a place that names neither is the school's total.
        """
        from evalkit.privacy.plan import plan_release  # with the solver, which is slow to import

        return {
            year: plan_release(
                figures.screening_by_grade,
                ("college_code", "grade"),
                LEVELS,
                self.audience,
                wholes=dict.fromkeys(LEVELS, "n_valid"),
            )
            for year, figures in self.figures.items()
        }

    @cached_property
    def names(self) -> Mapping[str, str]:
        """College code → name, over all years."""
        return {
            college.code: college.name
            for snapshot in self.snapshots.values()
            for college in snapshot.colleges
        }

    def college(self, name: str) -> CollegeView:
        """Return the view of one college, by code, name or alias.

        Raises
        ------
        UnknownNameError
            If there is no such college, listing those that there are.
        """
        for college in self.colleges:
            if name in (college.code, college.name, *college.aliases):
                return CollegeView(self, college)
        raise UnknownNameError.of(
            "学院", name, [f"{college.code} {college.name}" for college in self.colleges]
        )

    @property
    def school(self) -> SchoolView:
        """Return the view of the whole school."""
        return SchoolView(self)

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a weight."""
        return sum(finding.severity is severity for finding in self.findings)

    def __repr__(self) -> str:
        return f"<Assessment {self.workspace.school} {self.year}, {len(self.colleges)} colleges>"

    def _repr_html_(self) -> str:
        scored = f"{len(self.panel)} 个学院已有评分" if self.panel else "尚无评分"
        counts = "，".join(f"{kind.chinese} {self.count(kind)} 条" for kind in Severity)
        facts = {
            "学校": self.workspace.school,
            "学年": f"{self.year}（{STATUS_TEXT[self.status]}）",
            "学院": "、".join(f"{college.code} {college.name}" for college in self.colleges),
            "评分": scored,
            "数据问题": counts,
            "数据快照": self.snapshot.id,
        }
        return page(facts, ASSESSMENT)

    def __dir__(self) -> list[str]:
        return public_names(self)
