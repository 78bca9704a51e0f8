"""What the panel found: ranks, scores, the judges side by side, how sure the order is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import pandas as pd

from evalkit.assessment import fields
from evalkit.assessment.agreement import agreement_words
from evalkit.assessment.school_proposals import SchoolProposals
from evalkit.panel import Closeness, close_bands, close_neighbours, leave_one_judge_out
from evalkit.privacy import Field, Released

__all__ = ["SchoolResults"]


@dataclass(frozen=True)
class SchoolResults(SchoolProposals):
    """The panel's results of one year, as released tables and sentences."""

    def ranking(self) -> Released:
        """Rank, score and band of each college, best first."""
        panel, before = self.assessment.panel, self.assessment.previous_panel
        rows = [
            {
                "rank": result.rank,
                "college": self.assessment.names[result.college],
                "score": result.score,
                "band": result.band,
                "change": result.score - before[result.college].score
                if before is not None and result.college in before
                else None,
                "n_judges": result.n_judges,
                "method": result.method_label,
                "note": self.named("；".join(result.notes)),
            }
            for result in panel or ()
        ]
        names = ["rank", "college", "score", "band", "change", "n_judges", "method", "note"]
        return self._release(
            pd.DataFrame(rows, columns=names),
            (
                Field("rank", "名次", kind="count"),
                fields.COLLEGE,
                Field("score", "得分", "分", "score"),
                Field("band", "等次"),
                Field("change", "较上学年", "分", "change"),
                Field("n_judges", "评委", "人", "count"),
                Field("method", "计分方法"),
                Field("note", "说明"),
            ),
            topic="ranks",
        )

    def close_calls(self) -> Released:
        """Neighbouring ranks and edges of bands with little between, from the top down."""
        panel, names = self.assessment.panel, self.assessment.names
        rows = [
            {
                "college": f"{names[each.first]}、{names[each.second]}",
                "what": _closeness(each),
                "margin": each.margin,
                "note": self.named(each.note),
            }
            for each in (close_neighbours(panel) if panel is not None else ())
        ]
        rows += [
            {
                "college": names[each.college],
                "what": "等次边界",
                "margin": abs(each.margin),
                "note": each.note,
            }
            for each in (close_bands(panel) if panel is not None else ())
        ]
        return self._release(
            pd.DataFrame(rows, columns=["college", "what", "margin", "note"]),
            (
                fields.COLLEGE,
                Field("what", "情况"),
                Field("margin", "相差", "分", "score"),
                Field("note", "说明"),
            ),
            topic="ranks",
        )

    def judge_totals(self) -> Released:
        """Total of each judge for each college; which ones were left out."""
        panel = self.assessment.panel
        columns = ["college", "judge", "total", "recused", "dropped"]
        frame = pd.DataFrame(columns=columns)
        if panel is not None:
            table = panel.judge_frame()
            frame = table.assign(
                college=table["college_code"].map(self.assessment.names), judge=table["judge_id"]
            )[columns]
        return self._release(
            frame,
            (
                fields.COLLEGE,
                Field("judge", "评委"),
                Field("total", "总分", "分", "score"),
                Field("recused", "回避", kind="flag"),
                Field("dropped", "去掉", kind="flag"),
            ),
            topic="judging",
        )

    @cached_property
    def agreement(self) -> str:
        """How far the judges agree, in words."""
        if self.assessment.results_withheld or not self._sees("judging"):
            return self.assessment.results_withheld or self.assessment.refusal("judging")
        return agreement_words(self.assessment.panel)

    def exact_results(self) -> Released:
        """Unrounded results in the order of the ranking, for formulas to be held against.

        Columns: college, n_judges, panel_mean, exact, each comparison of the tie chain by its
        name in the rubric, each indicator's mean by its column, each weighted source's score by
        its id.
        """
        panel, rubric = self.assessment.panel, self.assessment.rubric
        sources = [s.id for s in rubric.sources if s.id != "panel" and s.weight]
        rows = [
            {
                "college": self.assessment.names[result.college],
                "n_judges": result.n_judges,
                "panel_mean": float(result.panel_mean),
                "exact": float(result.exact),
                "untrimmed_mean": float(result.untrimmed_mean),
                "first_places": result.first_places,
                **{f"indicator:{number}": float(m) for number, m in result.indicator_means.items()},
                **{i.column: float(result.indicator_means[i.id]) for i in rubric.indicators},
                **{source: result.source_scores[source] for source in sources},
            }
            for result in panel or ()
        ]
        names = list(rows[0]) if rows else ["college"]
        return self._release(
            pd.DataFrame(rows, columns=names),
            [Field(name, name, kind="text" if name == "college" else "number") for name in names],
            topic="ranks",
        )

    def score_details(self) -> Released:
        """Every judge's score for every indicator; blank where the judge stood back."""
        panel, rubric = self.assessment.panel, self.assessment.rubric
        order = [result.college for result in panel or ()]
        sheets = sorted(
            panel.sheets if panel is not None else (),
            key=lambda sheet: (order.index(sheet.college), sheet.judge),
        )
        rows = [
            {
                "college": self.assessment.names[sheet.college],
                "judge": sheet.judge,
                "recused": sheet.recused,
                **{
                    indicator.column: None if sheet.recused else sheet.scores[indicator.id]
                    for indicator in rubric.indicators
                },
            }
            for sheet in sheets
        ]
        scores = [Field(i.column, i.label, "分", "score") for i in rubric.indicators]
        names = ["college", "judge", "recused", *(field.name for field in scores)]
        return self._release(
            pd.DataFrame(rows, columns=names, dtype="object"),
            (
                fields.COLLEGE,
                Field("judge", "评委"),
                Field("recused", "回避", kind="flag"),
                *scores,
            ),
            topic="judging",
        )

    def indicator_rates(self) -> Released:
        """Mean of each indicator as a share of its points, for each college, best first."""
        panel = self.assessment.panel
        rows = [
            {
                "college": self.assessment.names[result.college],
                "indicator": indicator.label,
                "mean": self.assessment.rubric.publish(result.indicator_means[indicator.id]),
                "points": indicator.points,
                "rate": float(
                    100 * result.indicator_means[indicator.id] / Fraction(indicator.points)
                ),
            }
            for result in panel or ()
            for indicator in self.assessment.rubric.indicators
        ]
        return self._release(
            pd.DataFrame(rows, columns=["college", "indicator", "mean", "points", "rate"]),
            (
                fields.COLLEGE,
                Field("indicator", "考评要点"),
                Field("mean", "得分均值", "分", "score"),
                Field("points", "满分", "分", "score"),
                Field("rate", "得分率", "%", "number"),
            ),
            topic="results",
        )

    def leave_one_out(self) -> Released:
        """Each college's rank when any one judge is left out."""
        panel = self.assessment.panel
        columns = ["left_out", "college", "score", "rank", "band"]
        frame = pd.DataFrame(columns=columns)
        if panel is not None and len(panel.judges) > 1:
            study = leave_one_judge_out(
                panel.sheets,
                panel.rubric,
                judges=panel.judges,
                source_scores=panel.source_scores,
            ).frame()
            frame = study.assign(college=study["college_code"].map(self.assessment.names))[columns]
        return self._release(
            frame,
            (
                Field("left_out", "去掉的评委"),
                fields.COLLEGE,
                Field("score", "得分", "分", "score"),
                Field("rank", "名次", kind="count"),
                Field("band", "等次"),
            ),
            topic="judging",
        )


def _closeness(each: Closeness) -> str:
    if each.tied:
        return "名次并列"
    return "名次接近" if each.margin else "得分相同"
