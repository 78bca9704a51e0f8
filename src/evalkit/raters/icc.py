"""Intraclass correlations: how much of the differences in scores lies between the units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from evalkit.raters.icc_estimates import Estimated, estimate_forms
from evalkit.raters.ratings import Matrix, RatingsError, checked_level, matrix
from evalkit.raters.result import Result, between, figure, p_text

__all__ = ["ICC", "ICCForm", "icc"]

FORMS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")

SHROUT_FLEISS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")

MCGRAW_WONG = ("ICC(1)", "ICC(A,1)", "ICC(C,1)", "ICC(k)", "ICC(A,k)", "ICC(C,k)")

MEANING = (
    "单个评委，每个单位的评委各不相同",
    "单个评委，看分数是否一致",
    "单个评委，看先后是否一致",
    "评委平均，每个单位的评委各不相同",
    "评委平均，看分数是否一致",
    "评委平均，看先后是否一致",
)


@dataclass(frozen=True, slots=True)
class ICCForm:
    """One of the six forms: estimate, limits, and the F test of no differences between units."""

    form: str
    shrout_fleiss: str
    mcgraw_wong: str
    estimate: float
    low: float
    high: float
    F: float
    df1: float
    df2: float
    p: float
    meaning: str

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper limit."""
        return self.low, self.high


@dataclass(frozen=True, repr=False, eq=False)
class ICC(Result):
    """The six intraclass correlations of a panel.

    Attributes
    ----------
    form : str
        The form that ``estimate`` and ``interval`` are of.
    estimate : float
        At most 1; below 0 if units differ less than chance would have it.
    interval : tuple of float
        Confidence limits of the estimate.
    level : float
        Confidence level.
    n, k, n_scores : int
        Units, judges, scores.
    components : dict of str to float
        Variance components ``unit``, ``judge``, ``residual`` of the two-way model, in squared
        points, negative ones as they come from mean squares, never negative by REML.
    mean_squares : dict of str to float
        ``between`` units, ``within`` units, ``judges``, ``residual``; by REML those that the
        components imply for a complete panel.
    table : DataFrame
        One row a form: form, shrout_fleiss, mcgraw_wong, estimate, low, high, F, df1, df2, p,
        meaning.
    method, reference, note : str
        How it was computed, who described it, what was done to the data.

    Examples
    --------
    ``result["ICC2k"]``, ``result["ICC(2,k)"]`` and ``result["ICC(A,k)"]`` are the same form.
    """

    title: ClassVar[str] = "组内相关系数"
    form: str
    estimate: float
    interval: tuple[float, float]
    level: float
    n: int
    k: int
    n_scores: int
    components: dict[str, float]
    mean_squares: dict[str, float]
    table: pd.DataFrame
    method: str
    reference: str
    note: str = ""

    def __getitem__(self, form: str) -> ICCForm:
        """Return one form, by any of its names."""
        row = self.table.iloc[[FORMS.index(_form(form))]].to_dict("records")[0]
        return ICCForm(**{str(name): value for name, value in row.items()})

    def _sentence(self) -> str:
        chosen = self[self.form]
        return (
            f"{self.n} 个单位、{self.k} 位评委，{chosen.form}"
            f"（{chosen.meaning}）= {figure(self.estimate)}"
            f"{between(self.interval, self.level)}，"
            f"F({figure(chosen.df1)}, {figure(chosen.df2)}) = {figure(chosen.F)}，"
            f"{p_text(chosen.p)}。"
        )


def icc(ratings: pd.DataFrame, level: float = 0.95, *, form: str = "ICC2k") -> ICC:
    r"""Return the intraclass correlations of units by judges, all six forms.

    With :math:`MS_B` between and :math:`MS_W` within units, :math:`MS_J` of judges and
    :math:`MS_E` residual, n units and k judges:

    .. math::
        ICC1 &= \frac{MS_B - MS_W}{MS_B + (k - 1) MS_W}, \quad
        ICC3 = \frac{MS_B - MS_E}{MS_B + (k - 1) MS_E}, \\
        ICC2 &= \frac{MS_B - MS_E}{MS_B + (k - 1) MS_E + k (MS_J - MS_E) / n}

    and the forms of the mean of k judges by Spearman and Brown's formula. Limits are those of
    the F distribution: exact for ICC1 and ICC3, Satterthwaite's for ICC2.

    **Missing cells.** The components of the two-way model with random units and judges are
    estimated by REML, and the same formulas take the mean squares that they imply for a complete
    panel of the k judges. F and p of ICC2 and ICC3 are of units adjusted for judges (exact); the
    interval of ICC3 is Harville and Fenech's (exact); those of ICC1 and ICC2 are the usual ones
    with the harmonic mean of the scores per unit in the place of k (approximate). If no judge
    scored two units, so that judges and residual cannot be told apart, ICC1 and ICC1k are those
    of the one-way model and the others are not a number. Forms that would divide by nothing,
    because units do not differ at all, are not a number; the lower limit of a mean of judges is
    minus infinity where that of one judge is as low as can be.

    Parameters
    ----------
    ratings : DataFrame
        One row a score: unit, judge, score, and item if there are several; items are added up
        (:func:`evalkit.raters.ratings.matrix`).
    level : float
        Confidence level.
    form : str
        The form that the result's ``estimate`` is of, by any of its names: ``"ICC2k"``,
        ``"ICC(2,k)"``, ``"ICC(A,k)"``.

    Returns
    -------
    ICC
        All forms in ``table``. R: ``psych::ICC``.

    Raises
    ------
    RatingsError
        If the ratings cannot be used, there are fewer than two units or judges, or all scores are
        the same.

    References
    ----------
    Shrout and Fleiss (1979), Psychol Bull 86:420; McGraw and Wong (1996), Psychol Methods 1:30;
    Harville and Fenech (1985), Biometrics 41:137.

    Examples
    --------
    >>> scores = [9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7]
    >>> unit = np.repeat(range(1, 7), 4)
    >>> result = icc(pd.DataFrame({"unit": unit, "judge": list("abcd") * 6, "score": scores}))
    >>> round(result["ICC(2,1)"].estimate, 4), round(result.estimate, 4)
    (0.2898, 0.6201)
    """
    chosen = _form(form)
    level = checked_level(level)
    laid_out = matrix(ratings)
    values = laid_out.values
    n, k = values.shape
    if n < 2 or k < 2:
        raise RatingsError(
            f"组内相关系数需要至少 2 个单位和 2 位评委，现在有 {n} 个单位、{k} 位评委有分数。"
        )
    if np.nanmax(values) == np.nanmin(values):
        raise RatingsError(
            f"所有分数都是 {values[~np.isnan(values)][0]:g}，单位之间没有差异，"
            "组内相关系数没有意义（0 ÷ 0）。请核对分数。"
        )
    found = estimate_forms(values, level)
    if not found.separable:
        chosen = f"ICC1{chosen[4:]}"
    return _result(laid_out, level, chosen, found)


def _result(laid_out: Matrix, level: float, chosen: str, found: Estimated) -> ICC:
    tests = pd.DataFrame(found.tests, columns=["F", "df1", "df2", "p"])
    table = pd.DataFrame(
        {
            "form": FORMS,
            "shrout_fleiss": SHROUT_FLEISS,
            "mcgraw_wong": MCGRAW_WONG,
            "estimate": found.estimates,
            "low": found.limits[:, 0],
            "high": found.limits[:, 1],
            "F": tests["F"],
            "df1": tests["df1"],
            "df2": tests["df2"],
            "p": tests["p"],
            "meaning": MEANING,
        }
    )
    table.loc[table[["estimate", "F"]].isna().any(axis=1), ["low", "high"]] = np.nan
    place = FORMS.index(chosen)
    ms = {
        "between": found.squares.between,
        "within": found.squares.within,
        "judges": found.squares.judges,
        "residual": found.squares.residual,
    }
    n, k = laid_out.values.shape
    estimate, low, high = (float(table[name].iloc[place]) for name in ("estimate", "low", "high"))
    return ICC(
        chosen, estimate, (low, high), level, n, k, laid_out.n_scores, found.components,
        ms, table, found.method, found.reference, laid_out.note,
    )  # fmt: skip


def _form(name: str) -> str:
    """Return the form that is meant, whichever name it goes by."""
    plain = re.sub(r"\s+", "", str(name)).upper()
    for known in zip(FORMS, SHROUT_FLEISS, MCGRAW_WONG, strict=True):
        if plain in {each.upper() for each in known}:
            return known[0]
    raise RatingsError(
        f"没有“{name}”这种组内相关系数。允许：{'、'.join(FORMS)}，或写作 "
        f"{'、'.join(SHROUT_FLEISS)}，或 {'、'.join(MCGRAW_WONG)}。"
    )
