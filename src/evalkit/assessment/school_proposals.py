"""Who is proposed for the awards, and what the panel has to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from evalkit.assessment import fields
from evalkit.assessment.candidates import HEAD_COLUMNS, head_candidates
from evalkit.assessment.view import View
from evalkit.assessment.wording import named
from evalkit.panel import (
    HeadComparison,
    StationProposal,
    compare_heads,
    propose_stations,
)
from evalkit.privacy import Field, Released

__all__ = ["SchoolProposals"]


@dataclass(frozen=True)
class SchoolProposals(View):
    """The proposals of one year, with their reasons; the panel decides."""

    @cached_property
    def missing_sources(self) -> Mapping[str, tuple[str, ...]]:
        """College code → sources of article 8 that have no record, in the rubric's order."""
        figures, panel = self._figures, self.assessment.panel
        present = {
            "panel": {result.college for result in panel} if panel else set(),
            "site_visit": set(figures.table("site_visits")["college_code"]),
            "ledger": set(figures.colleges),
            "daily_log": set(figures.table("daily_log")["college_code"]),
        }
        return {
            college.code: tuple(
                source.name
                for source in self.assessment.rubric.sources
                if college.code not in present[source.id]
            )
            for college in self.assessment.colleges
        }

    @cached_property
    def marks(self) -> Mapping[str, tuple[str, ...]]:
        """College code → remarks that every proposal for it carries."""
        return {
            code: (f"来源不全：缺{'、'.join(missing)}",)
            for code, missing in self.missing_sources.items()
            if missing
        }

    @cached_property
    def station_proposals(self) -> tuple[StationProposal, ...]:
        """A short-list for each award for stations; empty without scores."""
        panel = self.assessment.panel
        if panel is None:
            return ()
        awards = [award for award in self.assessment.rubric.awards if award.kind == "station"]
        return tuple(propose_stations(panel, award, self.marks) for award in awards)

    @cached_property
    def head_comparisons(self) -> tuple[HeadComparison, ...]:
        """A comparison of all heads for each award for heads; empty without scores."""
        panel = self.assessment.panel
        if panel is None or not self.station_proposals:
            return ()
        awards = [award for award in self.assessment.rubric.awards if award.kind == "head"]
        candidates = [c for c in head_candidates(self._figures) if c.college in panel]
        return tuple(
            compare_heads(panel, award, candidates, self.station_proposals[0]) for award in awards
        )

    @cached_property
    def open_decisions(self) -> tuple[str, ...]:
        """What the software leaves to the panel, one sentence each."""
        panel = self.assessment.panel
        if panel is None:
            return ()
        texts = [f"{'、'.join(group)} 各项比较均相同，名次请评审组表决" for group in panel.ties]
        texts += [
            f"{proposal.award.title}：{nominee.college} {mark}"
            for proposal in self.station_proposals
            for nominee in proposal
            for mark in nominee.marks
        ]
        texts += [
            f"{comparison.award.title}："
            f"{'、'.join(f'{head.name}（{head.college}）' for head in tied)}并列，提请评审组表决"
            for comparison in self.head_comparisons
            if (tied := [each.candidate for each in comparison.suggested if each.tied])
        ]
        texts += [f"{result.college} {result.band_note}" for result in panel.band_divergences]
        texts += [f"{r.college} {r.provisional_note}" for r in panel if r.provisional]
        texts += [
            f"{c.code} 还没有任何评分" for c in self.assessment.colleges if c.code not in panel
        ]
        texts += [panel.trim_warning] if panel.trim_warning else []
        return tuple(self.named(text) for text in texts)

    def named(self, text: str) -> str:
        """Put the colleges' names in the place of their codes."""
        return named(text, self.assessment.names)

    def station_nominees(self) -> Released:
        """The proposed stations with reasons and marks."""
        rows = [
            {
                "award": proposal.award.title,
                "college": self.assessment.names[nominee.college],
                "rank": nominee.rank,
                "score": nominee.score,
                "band": nominee.band,
                "reasons": self.named("；".join(nominee.reasons)),
                "marks": self.named("；".join(nominee.marks)) or "无",
            }
            for proposal in self.station_proposals
            for nominee in proposal
        ]
        names = ["award", "college", "rank", "score", "band", "reasons", "marks"]
        return self._release(
            pd.DataFrame(rows, columns=names),
            (
                Field("award", "奖项"),
                fields.COLLEGE,
                Field("rank", "名次", kind="count"),
                Field("score", "得分", "分", "score"),
                Field("band", "等次"),
                Field("reasons", "理由"),
                Field("marks", "提请注意"),
            ),
            topic="judging",
        )

    def head_candidates(self) -> Released:
        """All heads side by side; the proposed ones are marked."""
        tables = [comparison.frame() for comparison in self.head_comparisons]
        if not tables:
            empty = pd.DataFrame(columns=[field.name for field in HEAD_COLUMNS])
            return self._release(empty, HEAD_COLUMNS, topic="heads")
        frame = pd.concat(tables)
        frame = frame.assign(
            college=frame["college_code"].map(self.assessment.names),
            suggested=frame["suggested"].map({True: "建议", False: ""}),
            marks=[self.named(text) for text in frame["marks"]],
        )
        return self._release(frame, HEAD_COLUMNS, topic="heads")
