"""How far the items of a scale go together: alpha and omega of the whole and of each factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evalkit.errors import DataError
from evalkit.raters.reliability import CronbachAlpha, McDonaldOmega, cronbach_alpha, mcdonald_omega
from evalkit.scales.answers import BLANK, read_answers
from evalkit.scales.columns import AnswersError
from evalkit.scales.definition import Scale
from evalkit.scales.result import ScaleResult
from evalkit.scales.score import score
from evalkit.scales.tally import reverse

__all__ = ["ScaleReliability", "keyed_answers", "reliability"]


@dataclass(frozen=True, eq=False)
class ScaleReliability:
    """Internal consistency of a scale.

    Attributes
    ----------
    scale : Scale
        The scale.
    table : DataFrame
        One row for the total and one a factor: part, title, items (how many), papers, alpha,
        alpha_low, alpha_high, omega, omega_low, omega_high, note. Not a number, with the reason in
        `note`, where the answers do not allow it.
    alphas : mapping of str to CronbachAlpha
        Part → everything about its alpha.
    omegas : mapping of str to McDonaldOmega
        Part → everything about its omega.
    level : float
        Confidence level.
    options : mapping of str to str
        How papers were chosen.
    """

    scale: Scale
    table: pd.DataFrame
    alphas: Mapping[str, CronbachAlpha] = field(repr=False)
    omegas: Mapping[str, McDonaldOmega] = field(repr=False)
    level: float
    options: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        total = self.table.iloc[0]
        return (
            f"<{self.scale.name} 信度：{int(total['papers']):,} 份有效答卷，"
            f"α = {_figure(total['alpha'])}，ω = {_figure(total['omega'])}>"
        )

    def _repr_html_(self) -> str:
        limits = f"{100 * self.level:g}% 置信区间"
        heads = ("部分", "题数", "答卷", "α", limits, "ω", limits, "说明")
        lines = [
            (
                row["title"],
                str(row["items"]),
                f"{row['papers']:,}",
                _figure(row["alpha"]),
                _span(row["alpha_low"], row["alpha_high"]),
                _figure(row["omega"]),
                _span(row["omega_low"], row["omega_high"]),
                row["note"],
            )
            for _, row in self.table.iterrows()
        ]
        head = "".join(f"<th>{escape(text)}</th>" for text in heads)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in line) + "</tr>"
            for line in lines
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def keyed_answers(
    name: str, answers: pd.DataFrame | ArrayLike, **settings: Any
) -> tuple[pd.DataFrame, ScaleResult]:
    """Return the scored items of the valid papers, reversed ones turned round.

    Parameters
    ----------
    name, answers, **settings
        As for :func:`score`.

    Returns
    -------
    DataFrame
        One row a valid paper, one column an item (its number), in the scale's first coding; not a
        number where there is no answer.
    ScaleResult
        The scores from which validity was taken.

    Raises
    ------
    AnswersError, UnknownNameError
        As :func:`score` does.

    Examples
    --------
    >>> items, _ = keyed_answers("SAS", [[2] * 5 + [1] * 15])
    >>> items.loc[0, [1, 5, 9, 20]].tolist()
    [2.0, 3.0, 4.0, 1.0]
    """
    result = score(name, answers, **settings)
    scale = result.scale
    read = read_answers(scale, answers, settings.get("items"))
    valid = result.table["valid"].to_numpy()
    rows = np.array(scale.scored, dtype=np.intp) - 1
    pieces = []
    for block in read.blocks(result.options["coding"], "blank"):
        keyed = reverse(scale, block.items)[rows][:, valid[block.start : block.stop]]
        pieces.append(np.where(keyed == BLANK, np.nan, keyed).T)
    frame = pd.DataFrame(np.concatenate(pieces), read.index[valid], list(scale.scored))
    return frame, result


def reliability(
    name: str, answers: pd.DataFrame | ArrayLike, *, level: float = 0.95, **settings: Any
) -> ScaleReliability:
    """Return alpha and omega of a scale's total and of its factors, from the valid papers.

    Parameters
    ----------
    name, answers, **settings
        As for :func:`score`. Lie items and auxiliary items are not scored and not in it.
    level : float
        Confidence level.

    Returns
    -------
    ScaleReliability
        Alpha with Feldt's limits, omega total of one factor.

    Raises
    ------
    AnswersError, UnknownNameError
        As :func:`score` does; also if fewer than three papers are valid.

    References
    ----------
    Cronbach (1951), Psychometrika 16:297; McDonald (1999), Test Theory; see
    :mod:`evalkit.raters.reliability`.
    """
    items, result = keyed_answers(name, answers, **settings)
    scale = result.scale
    if len(items) < 3:
        raise AnswersError(
            f"{scale.name} 的有效答卷只有 {len(items)} 份，算不出信度。至少要有 3 份；"
            "请看 score(…).summary.voids 中各份作废的原因。"
        )
    parts = {"total": ("全量表", scale.scored)}
    parts |= {factor.code: (factor.title, factor.items) for factor in scale.factors}
    alphas: dict[str, CronbachAlpha] = {}
    omegas: dict[str, McDonaldOmega] = {}
    rows = []
    for code, (title, numbers) in parts.items():
        own = items[list(numbers)]
        notes = []
        try:
            alphas[code] = cronbach_alpha(own, level=level)
        except DataError as error:
            notes.append(str(error))
        try:
            omegas[code] = mcdonald_omega(own, level=level)
        except DataError as error:
            notes.append(str(error))
        row: dict[str, Any] = {"part": code, "title": title}
        row |= {"items": len(numbers), "papers": len(own)}
        row |= _limits("alpha", alphas.get(code)) | _limits("omega", omegas.get(code))
        rows.append(row | {"note": " ".join(dict.fromkeys(notes))})
    return ScaleReliability(scale, pd.DataFrame(rows), alphas, omegas, level, result.options)


def _limits(name: str, found: CronbachAlpha | McDonaldOmega | None) -> dict[str, float]:
    values = (np.nan, np.nan, np.nan) if found is None else (found.estimate, *found.interval)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def _figure(value: float) -> str:
    return "—" if np.isnan(value) else f"{value:.3f}"


def _span(low: float, high: float) -> str:
    return "—" if np.isnan(low) or np.isnan(high) else f"{low:.3f}–{high:.3f}"
