"""Many-facet Rasch measurement: how able units, how severe judges, how difficult items are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.raters.rasch.connection import check_connected
from evalkit.raters.rasch.design import Coded, Model, coded, listed
from evalkit.raters.rasch.estimates import estimated
from evalkit.raters.rasch.extremes import ADJUSTMENT
from evalkit.raters.rasch.fit import fit
from evalkit.raters.rasch.likelihood import Ints
from evalkit.raters.rasch.result import ManyFacetRasch
from evalkit.raters.rasch.set_aside import Unused, set_aside, used_categories
from evalkit.raters.rasch.tables import Estimates, element_table, summary_table, threshold_table
from evalkit.raters.ratings import CHINESE, RatingsError, checked_level

__all__ = ["many_facet_rasch"]

REFERENCE = (
    "Linacre (1989), Many-Facet Rasch Measurement; Andrich (1978), Psychometrika 43:561; "
    "Masters (1982), Psychometrika 47:149; Wright & Masters (1982), Rating Scale Analysis"
)
METHOD = {
    "rating_scale": "联合极大似然（牛顿法），评定量表模型，同一量表的指标共用阈值",
    "partial_credit": "联合极大似然（牛顿法），部分计分模型，每个指标各有阈值",
}


def many_facet_rasch(
    ratings: pd.DataFrame,
    model: Model = "rating_scale",
    facets: Sequence[str] = ("unit", "judge", "item"),
    *,
    free: str | None = None,
    maxima: Mapping[Any, float] | None = None,
    step: float | None = None,
    unused: Unused = "keep",
    level: float = 0.95,
    tolerance: float = 1e-8,
    limit: int = 100,
) -> ManyFacetRasch:
    r"""Put units, judges and items on one scale, each freed from the others.

    The chance that unit :math:`n` gets category :math:`k` rather than :math:`k - 1` from judge
    :math:`j` on item :math:`i` is

    .. math:: \log (P_k / P_{k-1}) = B_n - C_j - D_i - F_{ik}

    with ability :math:`B`, severity :math:`C`, difficulty :math:`D` and thresholds :math:`F` that
    add up to zero on each scale. All parameters maximise the likelihood jointly, as FACETS has it
    (the estimates are those of that program, with its known bias for few ratings an element);
    the standard error of an element is :math:`1 / \sqrt{\sum W}` with the variances :math:`W` of
    its ratings.

    Parameters
    ----------
    ratings : DataFrame, N rows
        One row a rating: the facets' columns and ``score``; other columns may stand beside. Rows
        without a score are left out, so any unit may lack any judge.
    model : {"rating_scale", "partial_credit"}
        Whether items share thresholds. With ``"partial_credit"`` each item has its own, over the
        categories used on it, so maxima may be unequal; without a facet ``item`` each element of
        the last facet has. With ``"rating_scale"`` all items are on one scale, unless `maxima`
        says that they are not.
    facets : sequence of str, length F
        Columns. The measures of ``unit`` (or the first, if none is called so) raise scores, those
        of the others lower them. If ``item`` is no column, it is left out.
    free : str, optional
        The facet whose measures are not centred at 0: ``judge`` if there is one, else the first.
    maxima : mapping, optional
        Highest possible score of each item. Items of one maximum then share a scale
        (``"rating_scale"``), and scores above are refused.
    step : float, optional
        Score points between neighbouring categories. If not given, the widest of 1, 0.5, 0.25, 0.2,
        0.1, 0.05, 0.01 on which all scores lie; half points become whole categories by it.
    unused : {"keep", "collapse"}
        Categories between the ends that nobody used keep their places with chance zero, which is
        where the likelihood is largest; or the categories above move down.
    level : float
        Level of the measures' intervals.
    tolerance : float
        Largest difference between observed and expected sums at which to stop, in categories.
    limit : int
        Most Newton steps.

    Returns
    -------
    ManyFacetRasch
        Measures, fit, thresholds, residuals. Elements with extreme scores are set aside, estimated
        after the others, and marked.

    Raises
    ------
    RatingsError
        If :func:`~evalkit.raters.ratings.checked` refuses the frame (text, infinite scores, two
        scores for one combination of the facets); scores lie on no step; all ratings are extreme or
        equal; the design falls apart (subsets are named); there are no more ratings than
        parameters; or measures run to infinity.

    References
    ----------
    Linacre (1989), Many-Facet Rasch Measurement; Andrich (1978), Psychometrika 43:561; Masters
    (1982), Psychometrika 47:149; Wright and Masters (1982), Rating Scale Analysis.

    Examples
    --------
    >>> scores = {"A": [5, 4, 5, 3], "B": [3, 3, 2, 2], "C": [4, 1, 3, 2], "D": [2, 1, 1, 3]}
    >>> frame = pd.DataFrame(
    ...     [(u, j, s) for u, own in scores.items() for j, s in enumerate(own, 1)],
    ...     columns=["unit", "judge", "score"],
    ... )
    >>> result = many_facet_rasch(frame)
    >>> result.units[["unit", "measure", "se"]].round(2)
      unit  measure    se
    0    A     2.94  0.72
    1    B    -0.48  0.68
    2    C    -0.48  0.68
    3    D    -1.99  0.78
    """
    if model not in get_args(Model) or unused not in get_args(Unused):
        raise RatingsError(
            f"model 是“{model}”，unused 是“{unused}”。"
            f"允许：model 为 {'、'.join(get_args(Model))}；"
            f"unused 为 {'、'.join(get_args(Unused))}。"
        )
    checked_level(level)
    design = coded(ratings, facets, model, maxima, step)
    free = _checked_free(design.facets, free)
    active, order = set_aside(design)
    _check_enough(design, active)
    check_connected(design, active)
    values, scales = used_categories(design, active, unused)
    fitted = fit(design, active, values, scales, tolerance, limit)
    estimates = estimated(design, active, order, values, scales, fitted, free)
    table = element_table(estimates, level)
    return ManyFacetRasch(
        model=model,
        facets=design.facets,
        free=free,
        table=table,
        thresholds=threshold_table(estimates),
        summary=summary_table(table, design.facets),
        data=_data(ratings, estimates),
        log_likelihood=fitted.solution.log_likelihood,
        n=int(active.sum()),
        n_parameters=fitted.n_parameters,
        gradient=fitted.solution.gradient,
        iterations=fitted.solution.iterations,
        passes=fitted.solution.passes,
        step=design.step,
        level=level,
        method=METHOD[model],
        reference=REFERENCE,
        note=_note(design, model, maxima, unused, values, table),
        estimates=estimates,
    )


def _checked_free(facets: Sequence[str], free: str | None) -> str:
    if free is None:
        return "judge" if "judge" in facets else facets[0]
    if free not in facets:
        raise RatingsError(f"free 是“{free}”。允许：{'、'.join(facets)} 之一。")
    return free


def _check_enough(design: Coded, active: NDArray[np.bool_]) -> None:
    if active.any():
        return
    if np.ptp(design.value) == 0:
        raise RatingsError(
            f"{len(design.value)} 个分数全是 {design.score[0]:g}，分不出高低，无法估计。"
            "请检查是否填错；确实相同的评分不需要这个模型。"
        )
    raise RatingsError(
        "逐步去掉分数全在最低档或全在最高档的对象以后，没有评分可以用来估计。"
        "请检查分数是否填错，或补充有高有低的评分。"
    )


def _data(ratings: pd.DataFrame, estimates: Estimates) -> pd.DataFrame:
    design, found = estimates.coded, estimates.moments
    frame = ratings.iloc[design.rows].reset_index(drop=True)
    used = estimates.active
    z = np.full(len(used), np.nan)
    z[used] = (estimates.places.given - found.mean)[used] / np.sqrt(found.variance[used])
    return frame.assign(
        score=design.score,
        expected=found.score,
        residual=design.score - found.score,
        z=z,
        estimated=used,
    )


def _note(
    design: Coded,
    model: Model,
    maxima: Mapping[Any, float] | None,
    unused: Unused,
    values: tuple[Ints, ...],
    table: pd.DataFrame,
) -> str:
    notes = []
    if design.step != 1:
        notes.append(f"分数每 {design.step:g} 分为一档，已化为整数档（除以 {design.step:g}）。")
    word = CHINESE.get(design.scale_facet, design.scale_facet)
    gaps = [
        name
        for members, own in zip(design.members, values, strict=True)
        if len(own) and own[-1] - own[0] + 1 > len(own)
        for name in members
    ]
    if gaps:
        done = "保留原位、概率为 0" if unused == "keep" else "已并掉，其上的档依次下移"
        notes.append(f"有没用过的中间档（{word} {listed(gaps)}），{done}。")
    if model == "rating_scale" and maxima is None and design.scale_facet == "item":
        codes = design.codes[design.facets.index("item")]
        tops = pd.Series(design.score).groupby(codes).max()
        low = float(design.score.min())
        if tops.max() - low > 1.5 * (tops.min() - low):
            notes.append(
                f"各{word}出现过的最高分从 {tops.min():g} 到 {tops.max():g}，按同一量表处理；"
                "满分不同请给出 maxima，或用 partial_credit。"
            )
    for end, text in (
        ("min", f"分数全在最低档或不高于其余所有对象，按加 {ADJUSTMENT:g} 档估计"),
        ("max", f"分数全在最高档或不低于其余所有对象，按减 {ADJUSTMENT:g} 档估计"),
        ("constant", "只用了一档，没有量值"),
        ("indirect", "只与极端分数的对象有评分，据其估计"),
    ):
        for facet, rows in table[table["extreme"] == end].groupby("facet", sort=False):
            notes.append(f"{CHINESE.get(str(facet), facet)} {listed(rows['element'])} {text}。")
    return "".join(notes)
