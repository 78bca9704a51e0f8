"""The result of a many-facet Rasch analysis, and how it shows itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import ClassVar

import numpy as np
import pandas as pd

from evalkit.errors import UnknownNameError
from evalkit.raters.rasch.design import Model
from evalkit.raters.rasch.tables import Estimates
from evalkit.raters.ratings import CHINESE
from evalkit.raters.result import Result, figure, p_text

__all__ = ["ManyFacetRasch"]

SHOWN_ROWS = 30
"""How many elements of a facet a notebook shows."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ManyFacetRasch(Result):
    """Measures of units, judges and items on one scale, in logits.

    Attributes
    ----------
    model : {"rating_scale", "partial_credit"}
        Whether items share thresholds.
    facets : tuple of str
        The first one's measures raise scores (able), the others' lower them (severe, difficult).
    free : str
        The facet that is not centred: the others' measures (without extremes) have mean 0.
    table : DataFrame
        One row an element: facet, element, n (ratings), total, observed (mean score), fair (score
        expected where all other facets are at their means), measure and se (logits), low and high
        (normal interval at ``level``), infit, infit_z, outfit, outfit_z, extreme. That is empty;
        or "min" or "max" (all ratings at one end, or none inside the range of the facet's other
        elements: estimated with the sum brought inside by 0.3 categories, the others fixed);
        "indirect" (lost all its ratings with others' extremes, estimated after them); "constant"
        (one category only on a scale of its own: no measure).
    thresholds : DataFrame
        One row a category: scale, the elements on it, category, score, count, average (mean θ),
        threshold (where it is as likely as the used one below, relative to the item) and se.
    summary : DataFrame
        One row a facet, extremes left out: n, mean, rmse, sd, true_sd, separation, strata,
        reliability (for the elements as a population, and with ``_sample`` as a sample); chi2, df,
        p of the hypothesis that all elements are the same.
    data : DataFrame
        The ratings that were given a score, all columns as they came, with expected (score),
        residual (score points), z (standardised residual) and estimated (whether the measures come
        from this rating; False, and no z, if it went with an extreme score).
    log_likelihood : float
        Of the ratings that were estimated from.
    n, n_parameters : int
        Number of these ratings, and of free parameters.
    gradient : float
        Largest absolute difference between observed and expected sums at the end, score steps.
    iterations, passes : int
        Newton steps, and passes over the ratings.
    step : float
        Score points between neighbouring categories: 0.5 where half points were given.
    level : float
        Level of low and high.
    """

    title: ClassVar[str] = "多面 Rasch 模型"

    model: Model
    facets: tuple[str, ...]
    free: str
    table: pd.DataFrame
    thresholds: pd.DataFrame
    summary: pd.DataFrame
    data: pd.DataFrame
    log_likelihood: float
    n: int
    n_parameters: int
    gradient: float
    iterations: int
    passes: int
    step: float
    level: float
    method: str
    reference: str
    note: str
    estimates: Estimates = field(repr=False)

    @property
    def estimate(self) -> pd.Series:
        """Measures by facet and element."""
        return self.table.set_index(["facet", "element"])["measure"]

    @property
    def interval(self) -> pd.DataFrame:
        """Limits of the measures by facet and element."""
        return self.table.set_index(["facet", "element"])[["low", "high"]]

    @property
    def units(self) -> pd.DataFrame:
        """Rows of the table for units, the column ``element`` called ``unit``."""
        return self.of("unit")

    @property
    def judges(self) -> pd.DataFrame:
        """Rows of the table for judges: a positive measure is severe."""
        return self.of("judge")

    @property
    def items(self) -> pd.DataFrame:
        """Rows of the table for items: a positive measure is difficult."""
        return self.of("item")

    def of(self, facet: str) -> pd.DataFrame:
        """Return the rows of the table for one facet, the column ``element`` called like it.

        Raises
        ------
        UnknownNameError
            If there is no such facet.
        """
        if facet not in self.facets:
            raise UnknownNameError.of("方面", facet, self.facets)
        rows = self.table[self.table["facet"] == facet].drop(columns="facet")
        own = rows.rename(columns={"element": facet}).reset_index(drop=True)
        own[facet] = own[facet].infer_objects()
        return own

    def residuals(self, n: int | None = 10) -> pd.DataFrame:
        r"""Return the ratings that are furthest from what was expected, by standardised residual.

        Parameters
        ----------
        n : int or None
            How many; None: all.

        Returns
        -------
        DataFrame
            The facets' columns, score, expected, residual, z, largest \|z\| first.
        """
        used = self.data.loc[self.data["estimated"]]
        order = np.argsort(-used["z"].abs().to_numpy(), kind="stable")[:n]
        columns = [*self.facets, "score", "expected", "residual", "z"]
        return used.iloc[order][columns].reset_index(drop=True)

    def _sentence(self) -> str:
        parts = []
        for facet, number, reliability, p in self.summary[
            ["facet", "n", "reliability", "p"]
        ].itertuples(index=False):
            name = CHINESE.get(facet, facet)
            if number > 1:
                parts.append(
                    f"{name} {number} 个，分离信度 {figure(reliability)}，检验全部相同 {p_text(p)}"
                )
            else:
                parts.append(f"{name} {number} 个")
        return f"{self.n} 个评分；{'；'.join(parts)}。对数似然 {self.log_likelihood:.3f}。"

    def _repr_html_(self) -> str:
        lines = [f"<p><strong>{escape(self.title)}</strong>：{escape(self._sentence())}</p>"]
        lines.append(_html(self.summary.drop(columns=_sample_columns(self.summary))))
        for facet in self.facets:
            rows = self.of(facet).sort_values("measure", ascending=facet != self.facets[0])
            name = CHINESE.get(facet, facet)
            more = (
                f"（共 {len(rows)} 个，只列前 {SHOWN_ROWS} 个）" if len(rows) > SHOWN_ROWS else ""
            )
            lines.append(f"<p>{escape(name)}{more}</p>")
            lines.append(_html(rows.head(SHOWN_ROWS)))
        lines.append(f"<p>方法：{escape(self.method)}。出处：{escape(self.reference)}。</p>")
        if self.note:
            lines.append(f"<p>说明：{escape(self.note)}</p>")
        return "\n".join(lines)


def _sample_columns(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if name.endswith("_sample")]


def _html(frame: pd.DataFrame) -> str:
    return frame.to_html(index=False, escape=True, border=0, float_format=figure)
