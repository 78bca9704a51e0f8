"""One year's assessment: everything that a report or a person reads, in one object."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from evalkit.assessment.college import CollegeView
from evalkit.assessment.figures import YearFigures
from evalkit.assessment.school import SchoolView
from evalkit.errors import UnknownNameError
from evalkit.findings import Finding, Severity
from evalkit.intake import Snapshot
from evalkit.panel import PanelResult
from evalkit.privacy import Audience
from evalkit.rubric import Rubric
from evalkit.workspace import AcademicYear, College, Workspace, YearStatus

__all__ = ["STATUS_TEXT", "Assessment"]

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
        The panel's results; years without score sheets are absent.
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
        """Results of the panel, if score sheets have come in."""
        return self.panels.get(self.year)

    @property
    def previous_panel(self) -> PanelResult | None:
        """Last year's panel results, if there are any."""
        return self.panels.get(self.year.previous)

    @property
    def colleges(self) -> tuple[College, ...]:
        """The assessed colleges in the order of their codes."""
        return self.snapshot.colleges

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong in this year's inputs."""
        return self.snapshot.findings

    @cached_property
    def figures(self) -> Mapping[AcademicYear, YearFigures]:
        """The evidence of each year."""
        return {year: YearFigures(snap, self.rubric) for year, snap in self.snapshots.items()}

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
        rows = {
            "学校": self.workspace.school,
            "学年": f"{self.year}（{STATUS_TEXT[self.status]}）",
            "学院": "、".join(f"{college.code} {college.name}" for college in self.colleges),
            "评分": scored,
            "数据问题": counts,
            "数据快照": self.snapshot.id,
            "接下来": '.school 看全校，.college("C03") 看一个学院',
        }
        cells = "".join(
            f"<tr><th style='text-align:left'>{key}</th>"
            f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
            for key, value in rows.items()
        )
        return f"<table>{cells}</table>"
