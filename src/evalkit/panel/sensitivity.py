"""How much the result hangs on a single judge. For the panel's eyes; never applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from evalkit.panel.evaluate import evaluate
from evalkit.panel.result import PanelResult
from evalkit.rubric import Rubric, ScoreSheet

__all__ = ["LeaveOneOut", "leave_one_judge_out"]


@dataclass(frozen=True)
class LeaveOneOut:
    """The result, and what it would be without each one of the judges.

    Parameters
    ----------
    full : PanelResult
        With all judges.
    without : mapping of str to PanelResult
        Judge left out → result of the others.
    untested : tuple of str
        Judges who cannot be left out, because a college would have no score.
    """

    full: PanelResult
    without: Mapping[str, PanelResult]
    untested: tuple[str, ...]

    def top(self, n: int, without: str | None = None) -> tuple[str, ...]:
        """Return the first `n` colleges, and all that share the last place among them.

        Parameters
        ----------
        n : int
            Number of places.
        without : str, optional
            The judge left out; nobody if not given.
        """
        result = self.full if without is None else self.without[without]
        return tuple(each.college for each in result if each.rank <= n)

    def stable_top(self, n: int) -> bool:
        """Tell whether the same colleges come first, whichever judge is left out.

        The order among them may change.
        """
        return all(set(self.top(n, judge)) == set(self.top(n)) for judge in self.without)

    @property
    def band_changes(self) -> dict[str, dict[str, str]]:
        """College → judge left out → band, where it is another one than with all judges."""
        changes = {
            each.college: {
                judge: result[each.college].band
                for judge, result in self.without.items()
                if result[each.college].band != each.band
            }
            for each in self.full
        }
        return {college: bands for college, bands in changes.items() if bands}

    def frame(self) -> pd.DataFrame:
        """Return one row a judge left out and college.

        Returns
        -------
        DataFrame
            ``left_out`` (judge), ``college_code``, ``score`` (Decimal, published), ``rank``,
            ``band``; for each judge in the order of rank.
        """
        return pd.DataFrame(
            [
                {
                    "left_out": judge,
                    "college_code": each.college,
                    "score": each.score,
                    "rank": each.rank,
                    "band": each.band,
                }
                for judge, result in self.without.items()
                for each in result
            ],
            columns=["left_out", "college_code", "score", "rank", "band"],
        )


def leave_one_judge_out(
    sheets: Iterable[ScoreSheet],
    rubric: Rubric,
    *,
    judges: Collection[str] = (),
    source_scores: Mapping[str, Mapping[str, Decimal]] = {},
) -> LeaveOneOut:
    """Compute the result once more for each judge who gave scores, without that judge.

    The rubric's rules are applied to those who remain as if they had been the panel: where one
    judge fewer is too few to trim, nothing is trimmed.

    Parameters
    ----------
    sheets, rubric, judges, source_scores
        As for :func:`evalkit.panel.evaluate`.

    Raises
    ------
    PanelError
        As :func:`evalkit.panel.evaluate`.
    """
    full = evaluate(sheets, rubric, judges=judges, source_scores=source_scores)
    scoring = [judge for judge in full.judges if any(judge in each.totals for each in full)]
    untested = tuple(j for j in scoring if any(set(each.totals) == {j} for each in full))
    return LeaveOneOut(
        full=full,
        without={
            left_out: evaluate(
                [sheet for sheet in full.sheets if sheet.judge != left_out],
                rubric,
                judges=[judge for judge in full.judges if judge != left_out],
                source_scores=source_scores,
            )
            for left_out in scoring
            if left_out not in untested
        },
        untested=untested,
    )
