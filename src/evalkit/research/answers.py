"""Invented answer sheets with a known structure, to show what reliability does and does not tell.

No real answers leave the platform that collected them. These are drawn: one thing behind all items,
one more behind each factor, chance in every item, and, if asked for, people who tick at random or
the same box throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import DataError
from evalkit.scales import load_scale
from evalkit.scales.parts import Coding

__all__ = ["InventedAnswers", "invented_answers"]

GENERAL = 0.7
"""Share of a factor's variance that is common to all factors."""

RARER = 1.4
"""By how many standard deviations an item about suicide is harder to affirm."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class InventedAnswers:
    """Answers as they were ticked, and how they were drawn.

    Attributes
    ----------
    frame : DataFrame
        One row a paper, columns ``q1``, ``q2``, ...
    scale : str
        The scale.
    loading : float
        Correlation of an item's latent value with what is behind it.
    random, same : int
        Papers ticked at random, and with one answer throughout; they come last.
    seed : int
        Where the draws began.
    """

    frame: pd.DataFrame
    scale: str
    loading: float
    random: int
    same: int
    seed: int


def invented_answers(
    scale: str,
    papers: int = 800,
    *,
    loading: float = 0.7,
    severity: float = -1.1,
    random: float = 0.0,
    same: float = 0.0,
    seed: int = 2025,
) -> InventedAnswers:
    r"""Draw answer sheets of a scale.

    The latent value of an item is :math:`\lambda \theta + \sqrt{1 - \lambda^2}\, \varepsilon`, with
    :math:`\theta` of the item's factor; it is cut into answers at equally spaced borders, moved by
    `severity`. Reversed items are ticked the other way round.

    Parameters
    ----------
    scale : str
        Name of a scale that :func:`evalkit.scales.load_scale` knows.
    papers : int
        How many, at least 10.
    loading : float
        :math:`\lambda`, above 0 and below 1.
    severity : float
        Mean of the latent values, in standard deviations from the middle border.
    random, same : float
        Shares of papers ticked at random, and with one answer throughout.
    seed : int
        The same seed gives the same answers, in every version of numpy.

    Raises
    ------
    UnknownNameError
        If there is no such scale.
    DataError
        If a setting is out of range.

    Examples
    --------
    >>> answers = invented_answers("PHQ-9", 50)
    >>> answers.frame.shape, int(answers.frame.min().min()), int(answers.frame.max().max())
    ((50, 9), 0, 3)
    """
    if papers < 10 or not 0 < loading < 1 or random < 0 or same < 0 or random + same > 0.9:
        raise DataError(
            "生成答卷的设置不合要求。允许：papers 不小于 10；loading 大于 0 小于 1；"
            "random 与 same 不小于 0，合计不超过 0.9。"
        )
    rules = load_scale(scale)
    coding = Coding.named(rules.codings[0])
    levels = coding.highest - coding.lowest + 1
    # The older generator: its numbers are the same in every version of numpy.
    draw = np.random.RandomState(seed)
    general = draw.standard_normal(papers)
    behind: dict[int, Floats] = {}
    for factor in rules.factors:
        own = sqrt(GENERAL) * general + sqrt(1 - GENERAL) * draw.standard_normal(papers)
        behind |= dict.fromkeys(factor.items, own)
    borders = np.linspace(-1.0, 1.0, levels - 1) if levels > 2 else np.zeros(1)
    suicide = rules.suicide.items if rules.suicide is not None else ()
    n_random, n_same = round(random * papers), round(same * papers)
    columns = {}
    for item in range(1, rules.items + 1):
        noise = draw.standard_normal(papers)
        latent = loading * behind.get(item, general) + sqrt(1 - loading**2) * noise + severity
        answer = np.searchsorted(borders, latent - RARER * (item in suicide))
        if item in rules.reversed:
            answer = levels - 1 - answer
        first = papers - n_random - n_same
        answer[first : first + n_random] = draw.randint(0, levels, n_random)
        columns[f"q{item}"] = answer + coding.lowest
    frame = pd.DataFrame(columns).astype("int64")
    if n_same:
        ticked = draw.randint(coding.lowest, coding.highest + 1, n_same)
        frame.iloc[papers - n_same :] = np.repeat(ticked[:, None], rules.items, axis=1)
    return InventedAnswers(frame, rules.name, loading, n_random, n_same, seed)
