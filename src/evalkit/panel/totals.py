"""One college's score sheets → judges' totals, what is left out, and the means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from evalkit.rubric import PanelRules, Rubric, ScoreSheet

__all__ = ["Method", "Tally", "add_up", "mean", "trim"]

Method = Literal["trimmed_mean", "mean"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What the judges' scores for one college add up to. Nothing in it is rounded.

    Parameters
    ----------
    college : str
        Code of the college.
    scores : mapping of str to mapping of str to Decimal
        Judge → indicator number → points.
    totals : mapping of str to Decimal
        Judge → sum of the judge's scores.
    recused : tuple of str
        Judges who stood back.
    dropped : tuple of str
        Judges whose totals were left out: the highest first, then the lowest.
    method : {"trimmed_mean", "mean"}
        How the panel's mean was taken.
    method_label : str
        The same in Chinese, as printed.
    panel_mean : Fraction
        Mean of the totals that were kept.
    untrimmed_mean : Fraction
        Mean of all totals.
    indicator_means : mapping of str to Fraction
        Indicator number → mean over all judges. Their sum is `untrimmed_mean`, and so in general
        not `panel_mean`.
    """

    college: str
    scores: Mapping[str, Mapping[str, Decimal]]
    totals: Mapping[str, Decimal]
    recused: tuple[str, ...]
    dropped: tuple[str, ...]
    method: Method
    method_label: str
    panel_mean: Fraction
    untrimmed_mean: Fraction
    indicator_means: Mapping[str, Fraction]


def mean(values: Iterable[Decimal]) -> Fraction:
    """Return the exact mean.

    Examples
    --------
    >>> mean([Decimal("90"), Decimal("90.5"), Decimal("90")])
    Fraction(541, 6)
    """
    exact = [Fraction(value) for value in values]
    return sum(exact, Fraction(0)) / len(exact)


def trim(totals: Mapping[str, Decimal], rules: PanelRules) -> tuple[str, ...]:
    """Return the judges whose totals are left out: the highest first, then the lowest.

    Only as many are left out as the rules say, also when several judges gave the same highest or
    lowest total; of equal totals the one with the first code goes. With fewer judges than
    ``trim.min_judges`` nobody is left out.

    Parameters
    ----------
    totals : mapping of str to Decimal
        Judge → total.
    rules : PanelRules
        The rubric's rules.

    Examples
    --------
    >>> totals = {f"J{n}": Decimal(t) for n, t in enumerate((95, 95, 90, 88, 88), 1)}
    >>> trim(totals, PanelRules())
    ('J1', 'J4')
    """
    if rules.method == "mean" or len(totals) < rules.trim.min_judges:
        return ()
    highest = sorted(totals, key=lambda judge: (-totals[judge], judge))[: rules.trim.highest]
    rest = [judge for judge in totals if judge not in highest]
    lowest = sorted(rest, key=lambda judge: (totals[judge], judge))[: rules.trim.lowest]
    return (*highest, *lowest)


def add_up(college: str, sheets: Sequence[ScoreSheet], rubric: Rubric) -> Tally:
    r"""Add up one college's score sheets.

    Parameters
    ----------
    college : str
        Code of the college.
    sheets : sequence of ScoreSheet
        Its score sheets, free of faults, at least one of them with scores.
    rubric : Rubric
        The rubric that they were filled for.

    Notes
    -----
    With judges' totals :math:`T_j = \sum_i s_{ij}`, and :math:`K` the judges who are left after
    :func:`trim`, the panel's mean is :math:`\frac{1}{|K|} \sum_{j \in K} T_j`.
    """
    scored = sorted((s for s in sheets if not s.recused), key=lambda s: s.judge)
    scores = {
        sheet.judge: {name: score for name, score in sheet.scores.items() if score is not None}
        for sheet in scored
    }
    totals = {sheet.judge: sheet.total for sheet in scored}
    dropped = trim(totals, rubric.panel)
    return Tally(
        college=college,
        scores=scores,
        totals=totals,
        recused=tuple(sorted(sheet.judge for sheet in sheets if sheet.recused)),
        dropped=dropped,
        method="trimmed_mean" if dropped else "mean",
        method_label=_label(len(totals), rubric.panel),
        panel_mean=mean(total for judge, total in totals.items() if judge not in dropped),
        untrimmed_mean=mean(totals.values()),
        indicator_means={
            indicator.id: mean(given[indicator.id] for given in scores.values())
            for indicator in rubric.indicators
        },
    )


def _label(n_judges: int, rules: PanelRules) -> str:
    parts = [
        f"{count} 个{which}"
        for count, which in ((rules.trim.highest, "最高分"), (rules.trim.lowest, "最低分"))
        if count
    ]
    if rules.method == "mean" or not parts:
        return "直接平均"
    if n_judges < rules.trim.min_judges:
        return f"未去极值(n<{rules.trim.min_judges})"
    return f"去掉 {'、'.join(parts)}"
