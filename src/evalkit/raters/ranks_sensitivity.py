"""The order under other ways to make scores: a study, never applied."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import DataError
from evalkit.raters.ranks_draws import Panel, panel_of
from evalkit.raters.ranks_methods import adjusted, ranked, standardised, tau_b
from evalkit.raters.ranks_rules import Estimator, checked_first, rules_of
from evalkit.raters.ranks_words import names_of
from evalkit.raters.rasch import many_facet_rasch
from evalkit.raters.ratings import Floats
from evalkit.raters.result import Result, figure

__all__ = ["Sensitivity", "sensitivity"]

LABEL = "研究用，不作为考核结果"

NAMES = {
    "trimmed": "去极值平均",
    "mean": "直接平均",
    "median": "中位数",
    "standardised": "标准分（按评委）",
    "adjusted": "扣除评委宽严",
    "rasch": "多面 Rasch 量值",
}


@dataclass(frozen=True, repr=False, eq=False)
class Sensitivity(Result):
    """Scores and ranks under several ways to make them, side by side.

    Attributes
    ----------
    table : DataFrame
        One row a unit, in the order of the panel's rule: unit, n_judges, for each method a column
        of its name (points; ``rasch`` in logits) and ``rank_`` + its name, then best and worst (of
        the ranks).
    tau : DataFrame, shape (m, m)
        Kendall's τ-b between the orders.
    judges : DataFrame
        One row a judge: judge, n (units), mean, sd (points), effect (least squares, points;
        positive: lenient).
    methods : tuple of str
        Those of ``trimmed`` (the panel's rule), ``mean``, ``median``, ``standardised``,
        ``adjusted`` and ``rasch`` that were computed.
    k : int
        Number of first places that ``words`` speaks of.
    n, n_judges : int
        Units, judges.
    label : str
        What the table is for; stands wherever it is shown.
    words : str
        What it means, in sentences.
    """

    title: ClassVar[str] = "换一种算法，名次会怎样"

    table: pd.DataFrame
    tau: pd.DataFrame
    judges: pd.DataFrame
    methods: tuple[str, ...]
    k: int
    n: int
    n_judges: int
    words: str
    method: str
    label: str = LABEL
    reference: str = "Kendall (1938), Biometrika 30:81; Searle (1971), Linear Models, chapter 7"
    note: str = ""

    @property
    def estimate(self) -> float:
        """Smallest τ-b between the panel's rule and another method; not a number if none."""
        others = self.tau["trimmed"].drop("trimmed").dropna()
        return float(others.min()) if len(others) else float("nan")

    @property
    def interval(self) -> pd.DataFrame:
        """Best and worst rank by unit."""
        return self.table.set_index("unit")[["best", "worst"]]

    def _sentence(self) -> str:
        return f"{self.n} 个单位、{self.n_judges} 位评委。{self.words.replace(chr(10), '')}"

    def _repr_html_(self) -> str:
        ranks = {f"rank_{name}": f"{NAMES[name]}（名次）" for name in self.methods}
        scores = {name: NAMES[name] for name in self.methods}
        columns = {"unit": "单位", **ranks, "best": "最好", "worst": "最差", **scores}
        shown = self.table[list(columns)].rename(columns=columns)
        tau = self.tau.rename(index=NAMES, columns=NAMES)
        lines = [f"<p><strong>{escape(self.title)}（{escape(self.label)}）</strong></p>"]
        lines += [f"<p>{escape(line)}</p>" for line in self.words.splitlines()]
        lines.append(
            shown.to_html(index=False, escape=True, border=0, float_format=figure, na_rep="—")
        )
        lines.append("<p>各种排法之间的 Kendall τ-b 相关：</p>")
        lines.append(tau.to_html(escape=True, border=0, float_format=figure, na_rep="—"))
        lines.append(f"<p>方法：{escape(self.method)}。出处：{escape(self.reference)}。</p>")
        if self.note:
            lines.append(f"<p>说明：{escape(self.note)}</p>")
        return "\n".join(lines)


def sensitivity(
    scores: pd.DataFrame,
    k: int = 2,
    *,
    trim: int = 1,
    min_judges: int = 5,
    rasch: bool = False,
) -> Sensitivity:
    r"""Set the order side by side under several ways to make scores. A study, never applied.

    - ``trimmed``: the panel's rule, the mean without the highest and lowest score from `min_judges`
      judges on;
    - ``mean``, ``median`` of all judges' scores;
    - ``standardised``: the mean of :math:`z_{uj} = (x_{uj} - \bar x_j) / s_j`, put back on the
      scale of points by the judges' mean spread and mean. A judge who gave all units the same
      score, or scored one unit only, tells nothing: z is 0;
    - ``adjusted``: :math:`\hat\mu + \hat a_u` of the additive model
      :math:`x_{uj} = \mu + a_u + b_j + e_{uj}`, :math:`\sum_j b_j = 0`, by least squares over the
      scores that are there: what the unit would get from judges of mean severity;
    - ``rasch``: measures of :func:`evalkit.raters.many_facet_rasch`, if asked for.

    Parameters
    ----------
    scores : DataFrame
        One row a score: unit, judge, score; several items are added up (for ``rasch``
        they are kept apart, with the partial credit model). A missing row or score is a recusal.
    k : int
        Number of first places that ``words`` speaks of.
    trim, min_judges
        As for :func:`evalkit.raters.rank_uncertainty`.
    rasch : bool
        Whether to compute many-facet Rasch measures too.

    Raises
    ------
    RatingsError
        If the scores cannot be used, there are fewer than two units or judges, or a setting is out
        of range. A method that cannot be computed (judges who share no units, directly or through
        others; Rasch measures that do not exist) has empty columns, and the note says why.

    References
    ----------
    Kendall (1938), Biometrika 30:81; Searle (1971), Linear Models, chapter 7 (two-way
    classification without interaction, unequal numbers).

    Examples
    --------
    >>> scores = pd.DataFrame({"unit": list("ABAC"), "judge": [1, 1, 2, 2],
    ...                        "score": [90, 86, 80, 78]})
    >>> found = sensitivity(scores)
    >>> found.table[["unit", "mean", "rank_mean", "adjusted", "rank_adjusted"]]
      unit  mean  rank_mean  adjusted  rank_adjusted
    0    B  86.0          1      81.0              3
    1    A  85.0          2      85.0              1
    2    C  78.0          3      83.0              2
    """
    panel = panel_of(scores)
    n = len(panel.units)
    k = checked_first(k, n)
    everyone = np.ones((1, len(panel.judges)))
    points: dict[str, Floats] = {}
    ranks: dict[str, NDArray[np.int64]] = {}
    plain: tuple[Estimator, ...] = ("trimmed", "mean", "median")
    for name in plain:
        rules = rules_of(name, trim, min_judges, "total", None, "shared")
        points[name] = panel.values(everyone, rules)[0]
        ranks[name] = panel.ranks(everyone, rules)[0]
    values = panel.scores.T
    notes = [panel.note]
    points["standardised"], silent = standardised(values)
    if silent.any():
        who = names_of(_named(panel, silent))
        notes.append(f"评委 {who} 没有分出高低（分数全同或只评一个单位），标准分按 0 计。")
    points["adjusted"], effects = adjusted(values)
    if np.isnan(points["adjusted"]).any():
        notes.append("评委分成互不相连的几组，没有共同评过的单位，宽严无法扣除。")
    if rasch:
        points["rasch"], said = _rasch(scores, panel)
        notes.append(said)
    ranks |= {name: ranked(values) for name, values in points.items() if name not in ranks}
    methods = tuple(name for name in NAMES if name in points)
    table = _table(panel, points, ranks, methods)
    tau = pd.DataFrame(
        [[tau_b(ranks[one], ranks[other]) for other in methods] for one in methods],
        index=methods,
        columns=methods,
    )
    return Sensitivity(
        table=table,
        tau=tau,
        judges=_judges(panel, effects),
        methods=methods,
        k=k,
        n=n,
        n_judges=len(panel.judges),
        words=_words(table, tau, methods, k),
        method=f"同一批分数用 {len(methods)} 种算法各排一次；去极值：满 {min_judges} 位评委时"
        f"最高、最低分各去掉 {trim} 个",
        note="".join(notes),
    )


def _rasch(scores: pd.DataFrame, panel: Panel) -> tuple[Floats, str]:
    try:
        several = "item" in scores.columns and scores["item"].nunique() > 1
        result = many_facet_rasch(scores, "partial_credit" if several else "rating_scale")
    except DataError as error:
        return np.full(len(panel.units), np.nan), f"多面 Rasch 没有算出：{error}"
    measures = result.units.set_index("unit")["measure"].reindex(list(panel.units))
    return measures.to_numpy(dtype=np.float64), f"多面 Rasch：{result.note}" if result.note else ""


def _table(
    panel: Panel,
    points: dict[str, Floats],
    ranks: dict[str, NDArray[np.int64]],
    methods: tuple[str, ...],
) -> pd.DataFrame:
    order = np.argsort(ranks["trimmed"], kind="stable")
    columns: dict[str, Any] = {
        "unit": [panel.units[place] for place in order],
        "n_judges": panel.given.sum(axis=0)[order],
    }
    for name in methods:
        columns[name] = points[name][order]
        own = ranks[name][order]
        columns[f"rank_{name}"] = (
            own if (own > 0).all() else pd.Series(own, dtype="Int64").where(own > 0).array
        )
    every = np.stack([ranks[name][order] for name in methods])
    columns["best"] = np.where(every > 0, every, len(order)).min(axis=0)
    columns["worst"] = every.max(axis=0)
    return pd.DataFrame(columns)


def _judges(panel: Panel, effects: Floats) -> pd.DataFrame:
    frame = pd.DataFrame(panel.scores, index=list(panel.judges)).T
    return (
        pd.DataFrame(
            {
                "judge": list(panel.judges),
                "n": frame.notna().sum().to_numpy(),
                "mean": frame.mean().to_numpy(),
                "sd": frame.std().to_numpy(),
                "effect": effects,
            }
        )
        .sort_values("judge", key=lambda names: names.map(str), kind="stable")
        .reset_index(drop=True)
    )


def _named(panel: Panel, chosen: NDArray[np.bool_]) -> list[Any]:
    names = [judge for judge, there in zip(panel.judges, chosen, strict=True) if there]
    return sorted(names, key=str)


def _words(table: pd.DataFrame, tau: pd.DataFrame, methods: tuple[str, ...], k: int) -> str:
    tops = {
        name: list(table.loc[(table[f"rank_{name}"] <= k).fillna(False), "unit"])
        for name in methods
        if table[f"rank_{name}"].notna().all()
    }
    own = tops["trimmed"]
    other = {name: top for name, top in tops.items() if set(top) != set(own)}
    lines = [f"按{NAMES['trimmed']}，前 {k} 名是 {names_of(own)}。"]
    if other:
        said = "；".join(f"{NAMES[name]}：{names_of(top)}" for name, top in other.items())
        lines.append(f"换一种算法，前 {k} 名会变：{said}。")
    else:
        lines.append(f"{len(tops)} 种算法的前 {k} 名相同。")
    moved = (table["worst"] - table["best"]).to_numpy()
    if moved.max() > 0:
        row = table.iloc[int(moved.argmax())]
        lines.append(
            f"名次变动最大的是 {row['unit']}：最好第 {row['best']}，最差第 {row['worst']}。"
        )
    taus = tau["trimmed"].drop("trimmed").dropna()
    if len(taus):
        lines.append(
            f"与{NAMES['trimmed']}的排法最不一致的是{NAMES[str(taus.idxmin())]}"
            f"（Kendall τ = {figure(float(taus.min()))}）。"
        )
    return "\n".join([*lines, f"{LABEL}。"])
