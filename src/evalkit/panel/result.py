"""What the panel's scores come to, for each college and for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from evalkit.errors import UnknownNameError
from evalkit.panel.totals import Method
from evalkit.rubric import Rubric, ScoreSheet

__all__ = ["CollegeResult", "PanelResult"]


@dataclass(frozen=True, slots=True)
class CollegeResult:
    """One college's result. Only `score` is rounded, and it only once.

    Parameters
    ----------
    college : str
        Code of the college.
    totals : mapping of str to Decimal
        Judge → total given (points).
    scores : mapping of str to mapping of str to Decimal
        Judge → indicator number → points.
    recused, missing : tuple of str
        Judges who stood back; judges who were appointed and have neither scored nor stood back.
    dropped : tuple of str
        Judges whose totals were left out, the highest first, then the lowest. As many as the rubric
        says, also among equal totals; of equal ones the first by code.
    method : {"trimmed_mean", "mean"}
        How the panel's mean was taken, and `method_label` the same in Chinese.
    untrimmed_mean, panel_mean : Fraction
        Mean of all totals; mean of those that were kept.
    source_scores : mapping of str to Decimal
        Scores of the other sources that went into the final score; empty unless blended.
    exact : Fraction
        Final score before rounding.
    score : Decimal
        Final score as published.
    band : str
        Band that counts, by the setting ``band_compares``.
    band_published, band_unrounded : str
        Band of the published and of the unrounded score.
    rank : int
        1 + the number of colleges that are strictly better.
    tied_with : tuple of str
        Colleges that share the rank after every comparison; the panel decides.
    tie_note : str
        In Chinese, what decided between this college and those with the same score.
    indicator_means : mapping of str to Fraction
        Indicator number → mean over all judges, none left out.
    first_places : int
        Number of judges who gave this college their highest total, shared ones included.
    """

    college: str
    totals: Mapping[str, Decimal]
    scores: Mapping[str, Mapping[str, Decimal]]
    recused: tuple[str, ...]
    missing: tuple[str, ...]
    dropped: tuple[str, ...]
    method: Method
    method_label: str
    untrimmed_mean: Fraction
    panel_mean: Fraction
    source_scores: Mapping[str, Decimal]
    exact: Fraction
    score: Decimal
    band: str
    band_published: str
    band_unrounded: str
    rank: int
    tied_with: tuple[str, ...]
    tie_note: str
    indicator_means: Mapping[str, Fraction]
    first_places: int

    @property
    def n_judges(self) -> int:
        """Number of judges who gave scores."""
        return len(self.totals)

    @property
    def band_differs(self) -> bool:
        """Whether rounding decides the band."""
        return self.band_published != self.band_unrounded

    @property
    def provisional(self) -> bool:
        """Whether a judge's score is still to come."""
        return bool(self.missing)

    @property
    def provisional_note(self) -> str:
        """``"暂定：缺 J03 的评分"``, or nothing."""
        return f"暂定：缺 {'、'.join(self.missing)} 的评分" if self.missing else ""

    @property
    def band_note(self) -> str:
        """What rounding does to the band, if it does anything."""
        if not self.band_differs:
            return ""
        return f"公布分数 {self.score} 为{self.band_published}，取整前为{self.band_unrounded}"

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything that the reader of the result should be told, in Chinese."""
        notes = (self.provisional_note, self.tie_note, self.band_note)
        return tuple(note for note in notes if note)


@dataclass(frozen=True)
class PanelResult:
    """The results of all colleges, best first; of equal ones the first by code.

    ``result["C03"]`` is a college's result, ``"C03" in result`` tells whether there is one, and
    iteration goes over the results.

    Parameters
    ----------
    rubric : Rubric
        The rubric by which it was computed.
    colleges : tuple of CollegeResult
        Ordered by rank, then code.
    judges : tuple of str
        All judges: those appointed, or those who handed in a sheet.
    sheets : tuple of ScoreSheet
        The score sheets it was computed from.
    source_scores : mapping of str to mapping of str to Decimal
        College → source → score, as they were given.
    """

    rubric: Rubric
    colleges: tuple[CollegeResult, ...]
    judges: tuple[str, ...]
    sheets: tuple[ScoreSheet, ...] = field(repr=False)
    source_scores: Mapping[str, Mapping[str, Decimal]] = field(repr=False)

    def __getitem__(self, college: str) -> CollegeResult:
        for result in self.colleges:
            if result.college == college:
                return result
        codes = sorted(result.college for result in self.colleges)
        raise UnknownNameError.of("学院评分结果", college, codes)

    def __contains__(self, college: object) -> bool:
        return any(result.college == college for result in self.colleges)

    def __iter__(self) -> Iterator[CollegeResult]:
        return iter(self.colleges)

    def __len__(self) -> int:
        return len(self.colleges)

    @property
    def provisional(self) -> bool:
        """Whether any score is still to come."""
        return any(result.provisional for result in self.colleges)

    @property
    def band_divergences(self) -> tuple[CollegeResult, ...]:
        """The colleges whose band would be another one before rounding."""
        return tuple(result for result in self.colleges if result.band_differs)

    @property
    def ties(self) -> tuple[tuple[str, ...], ...]:
        """Groups of colleges that are equal in everything; the panel decides between them."""
        groups = {tuple(sorted((r.college, *r.tied_with))) for r in self.colleges if r.tied_with}
        return tuple(sorted(groups, key=lambda group: (self[group[0]].rank, group)))

    @property
    def trim_uneven(self) -> bool:
        """Whether totals were left out for some colleges and not for others."""
        return len({result.method for result in self.colleges}) > 1

    @property
    def trim_warning(self) -> str:
        """What `trim_uneven` means, in Chinese; nothing if it is even."""
        if not self.trim_uneven:
            return ""
        labels = {result.method: result.method_label for result in self.colleges}
        parts = [
            f"{'、'.join(sorted(r.college for r in self.colleges if r.method == method))} {label}"
            for method, label in sorted(labels.items(), reverse=True)
        ]
        return f"各学院计分方法不一致：{'；'.join(parts)}。两种方法的得分一同排名，请评审组留意。"

    def frame(self) -> pd.DataFrame:
        """Return one row a college.

        Returns
        -------
        DataFrame
            ``rank``, ``college_code``, ``score`` (Decimal, published), ``band``, ``n_judges``,
            ``n_recused``, ``n_missing``, ``method``, ``method_label``, ``panel_mean`` and
            ``untrimmed_mean`` (float, points, for display and charts), ``band_unrounded``,
            ``band_differs``, ``tied`` (after every comparison), ``provisional``, ``notes``.
        """
        return pd.DataFrame(
            [
                {
                    "rank": result.rank,
                    "college_code": result.college,
                    "score": result.score,
                    "band": result.band,
                    "n_judges": result.n_judges,
                    "n_recused": len(result.recused),
                    "n_missing": len(result.missing),
                    "method": result.method,
                    "method_label": result.method_label,
                    "panel_mean": float(result.panel_mean),
                    "untrimmed_mean": float(result.untrimmed_mean),
                    "band_unrounded": result.band_unrounded,
                    "band_differs": result.band_differs,
                    "tied": bool(result.tied_with),
                    "provisional": result.provisional,
                    "notes": "；".join(result.notes),
                }
                for result in self.colleges
            ]
        )

    def indicator_frame(self) -> pd.DataFrame:
        """Return one row a college and indicator, for feedback.

        Returns
        -------
        DataFrame
            ``college_code``, ``indicator`` (number), ``mean`` (float, points, over all judges),
            ``points`` (Decimal, the maximum). The means of a college add up to its
            ``untrimmed_mean``, not to a trimmed score.
        """
        return pd.DataFrame(
            [
                {
                    "college_code": result.college,
                    "indicator": indicator.id,
                    "mean": float(result.indicator_means[indicator.id]),
                    "points": indicator.points,
                }
                for result in self.colleges
                for indicator in self.rubric.indicators
            ]
        )

    def judge_frame(self) -> pd.DataFrame:
        """Return one row a college and judge.

        Returns
        -------
        DataFrame
            ``college_code``, ``judge_id``, ``total`` (Decimal, or None if the judge gave no
            score), ``recused``, ``dropped`` (the total was left out of the mean).
        """
        return pd.DataFrame(
            [
                {
                    "college_code": result.college,
                    "judge_id": judge,
                    "total": result.totals.get(judge),
                    "recused": judge in result.recused,
                    "dropped": judge in result.dropped,
                }
                for result in self.colleges
                for judge in self.judges
            ]
        )
