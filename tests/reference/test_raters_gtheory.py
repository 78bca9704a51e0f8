"""Generalizability studies against Brennan (2001), gtheory and lme4, and plain algebra."""

from __future__ import annotations

import json
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalkit import raters

CASES = Path(__file__).parent / "cases"
FIGURES: dict[str, Any] = json.loads(
    (CASES / "gtheory_brennan_3_2_nested" / "expected.json").read_text("utf-8")
)["figures"]
BRENNAN = pd.read_csv(CASES / "gtheory_brennan_3_2_nested" / "data.csv").rename(
    columns={"Task": "item", "Person": "unit", "Rater": "judge", "Score": "score"}
)
MS = {"MS(Person)": "p", "MS(Task)": "t", "MS(Task:Rater)": "r:t", "MS(Person:Task)": "pt",
      "MS(Residuals)": "pr:t,e"}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_brennan(name: str) -> None:
    g = raters.g_study(BRENNAN, "p×(r:t)")
    d = raters.d_study(g, judges=4, items=3, n_draws=0)
    what = name.removesuffix(" published").removesuffix(" nt=3 nr=4")
    if what in MS:
        value = g.table.set_index("effect").loc[MS[what], "ms"]
    elif what.startswith(("sigma2(delta", "sigma2(Delta")):
        value = d.table["relative_error" if "delta" in what else "absolute_error"].iloc[0]
    elif what in ("Erho2", "Phi"):
        value = d.erho2 if what == "Erho2" else d.phi
    else:
        value = g[what.removeprefix("sigma2(").removesuffix(")")]
    assert value == pytest.approx(FIGURES[name]["value"], abs=FIGURES[name]["tol"])


def test_likelihood_finds_brennans_components_too() -> None:
    """With balanced data and no negative component, REML is the analysis of variance."""
    by_ms = raters.g_study(BRENNAN, "p x (r:t)")
    by_reml = raters.g_study(BRENNAN, "p x (r:t)", estimator="reml")
    assert list(by_reml.components.values()) == pytest.approx(
        list(by_ms.components.values()), rel=1e-8
    )


def test_names_of_judges_may_come_again_in_other_items() -> None:
    again = BRENNAN.assign(judge=(BRENNAN["judge"] - 1) % 4)
    assert raters.g_study(again, "p×(r:t)").components == pytest.approx(
        raters.g_study(BRENNAN, "p×(r:t)").components
    )


def components_by_projection(cells: np.ndarray) -> list[float]:
    """Mean squares by projections of the whole vector, components by solving for expectations."""
    shape = cells.shape
    y = cells.ravel()
    effects = [s for s in np.ndindex(*(2,) * len(shape)) if any(s)]
    effects.sort(key=lambda effect: (sum(effect), [-each for each in effect]))
    ms, expected = [], []
    for effect in effects:
        means = [np.full((n, n), 1 / n) for n in shape]
        parts = [np.eye(n) - m if on else m for n, m, on in zip(shape, means, effect, strict=True)]
        projection = reduce(np.kron, parts)
        df = np.trace(projection)
        ms.append(y @ projection @ y / df)
        row = []
        for other in effects:
            same = reduce(
                np.kron,
                [np.eye(n) if on else np.ones((n, n)) for n, on in zip(shape, other, strict=True)],
            )
            row.append(np.trace(projection @ same) / df)
        expected.append(row)
    return [float(each) for each in np.linalg.solve(np.array(expected), np.array(ms))]


@pytest.mark.parametrize("case", ["guilford_pir", "hemp_writing_pir"])
def test_crossed_designs_by_projection(case: str) -> None:
    ratings = pd.read_csv(CASES / f"gtheory_{case}" / "data.csv")
    cells = ratings.set_index(["unit", "item", "judge"])["score"].sort_index()
    expected = components_by_projection(cells.to_numpy(float).reshape(cells.index.levshape))
    found = raters.g_study(ratings.sample(frac=1, random_state=5), "p×i×r")
    assert list(found.components) == ["p", "i", "r", "pi", "pr", "ir", "pir,e"]
    assert list(found.components.values()) == pytest.approx(expected, rel=1e-9)


def test_a_negative_component_is_reported_and_taken_as_zero() -> None:
    found = raters.g_study(pd.read_csv(CASES / "gtheory_guilford_pir" / "data.csv"), "p×i×r")
    assert found["r"] == pytest.approx(-0.118254, abs=1e-6)
    assert found.used["r"] == 0
    assert found.note == "r 的估计为负，计算系数时按 0。"
    row = raters.d_study(found, judges=3, items=5, n_draws=0).table.iloc[0]
    parts = found.used
    delta = parts["pi"] / 5 + parts["pr"] / 3 + parts["pir,e"] / 15
    assert row["relative_error"] == pytest.approx(delta)
    assert row["absolute_error"] == pytest.approx(delta + parts["i"] / 5 + parts["ir"] / 15)


def test_people_by_items() -> None:
    """Shavelson and Webb's p×i data: components by projection, alpha is Eρ² of all items."""
    ratings = pd.read_csv(CASES / "gtheory_shavelson_webb_pi" / "data.csv")
    cells = ratings.pivot(index="unit", columns="item", values="score").to_numpy(float)
    found = raters.g_study(ratings, "p×i")
    assert list(found.components.values()) == pytest.approx(components_by_projection(cells))
    alpha = raters.cronbach_alpha(ratings).estimate
    assert raters.d_study(found, items=8, n_draws=0).erho2 == pytest.approx(alpha)
