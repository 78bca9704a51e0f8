"""Intraclass correlations against Shrout and Fleiss, psych::ICC and a plain likelihood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import f as f_distribution

from evalkit import raters

CASE = Path(__file__).parent / "cases" / "icc_shrout_fleiss_1979"
FIGURES: dict[str, Any] = json.loads((CASE / "expected.json").read_text("utf-8"))["figures"]
RATINGS = pd.read_csv(CASE / "data.csv")
OTHER = "ICC(2,k) CI95 irr"
FORMS = [name for name in FIGURES if name.startswith("ICC") and name != OTHER]


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    """Shrout and Fleiss (1979), Table 4; psych::ICC 2.2.9; irr::icc 0.84.1."""
    form, *rest = name.split(" ")
    found = raters.icc(RATINGS)[form]
    value = {"F": found.F, "CI95": found.interval}.get(rest[0] if rest else "", found.estimate)
    assert value == pytest.approx(FIGURES[name]["value"], abs=FIGURES[name]["tol"])


def test_the_one_figure_on_which_programs_differ() -> None:
    """irr puts ICC(2,k) where Satterthwaite's degrees of freedom of one judge want ICC(2,1).

    With ICC(2,1) the limits of the mean of k judges are Spearman and Brown's of one judge's, as
    Shrout and Fleiss have it and psych too: that is what we give.
    """
    result = raters.icc(RATINGS)
    ms, n, k = result.mean_squares, 6, 4

    def limits(rho: float) -> tuple[float, float]:
        a, b = k * rho / (n * (1 - rho)), 1 + k * rho * (n - 1) / (n * (1 - rho))
        parts = a * ms["judges"], b * ms["residual"]
        df = sum(parts) ** 2 / (parts[0] ** 2 / (k - 1) + parts[1] ** 2 / ((n - 1) * (k - 1)))
        above, below = f_distribution.isf(0.025, n - 1, df), f_distribution.isf(0.025, df, n - 1)
        rest = ms["judges"] - ms["residual"]
        return (
            n * (ms["between"] - above * ms["residual"]) / (above * rest + n * ms["between"]),
            n * (below * ms["between"] - ms["residual"]) / (rest + n * below * ms["between"]),
        )

    assert limits(result["ICC2k"].estimate) == pytest.approx(FIGURES[OTHER]["value"], abs=1e-6)
    assert limits(result["ICC2"].estimate) == pytest.approx(result["ICC2k"].interval)


def test_mean_squares() -> None:
    """Shrout and Fleiss (1979), Table 3."""
    found = raters.icc(RATINGS).mean_squares
    names = {"between": "between units", "within": "within units", "judges": "judges"}
    for mine, published in {**names, "residual": "residual"}.items():
        entry = FIGURES[f"MS {published}"]
        assert found[mine] == pytest.approx(entry["value"], abs=entry["tol"] + 1e-9)


def test_every_published_form_is_held_against() -> None:
    assert len(FORMS) >= 24
    assert raters.icc(RATINGS).table["form"].nunique() == 6


def components_by_plain_likelihood(ratings: pd.DataFrame) -> list[float]:
    """Maximise the restricted likelihood with the whole covariance matrix of the scores."""
    y = ratings["score"].to_numpy(float)
    ones = np.ones(len(y))
    labels = (ratings["unit"].to_numpy(str), ratings["judge"].to_numpy(str))
    same = [(x[:, None] == x[None]).astype(float) for x in labels]

    def negative(logs: np.ndarray) -> float:
        unit, judge, residual = np.exp(logs)
        covariance = unit * same[0] + judge * same[1] + residual * np.eye(len(y))
        inverse = np.linalg.inv(covariance)
        information = ones @ inverse @ ones
        left = y - (ones @ inverse @ y) / information
        return float(np.linalg.slogdet(covariance)[1] + np.log(information) + left @ inverse @ left)

    close = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000, "maxfev": 5000}
    best = minimize(negative, np.zeros(3), method="Nelder-Mead", options=close)
    return [float(each) for each in np.exp(best.x)]


@pytest.mark.parametrize("gone", [(3,), (0, 7, 13), (2, 5, 11, 16, 20)])
def test_missing_cells_have_the_components_of_a_plain_likelihood(gone: tuple[int, ...]) -> None:
    ratings = RATINGS.drop(index=list(gone))
    unit, judge, residual = components_by_plain_likelihood(ratings)
    found = raters.icc(ratings)
    assert [found.components[name] for name in ("unit", "judge", "residual")] == pytest.approx(
        [unit, judge, residual], rel=1e-4
    )
    assert found["ICC2"].estimate == pytest.approx(unit / (unit + judge + residual), rel=1e-4)
    assert found["ICC3k"].estimate == pytest.approx(unit / (unit + residual / 4), rel=1e-4)
    assert "REML" in found.method


def test_missing_cells_are_tested_by_least_squares() -> None:
    """F of units adjusted for judges, from two plain regressions on indicators."""
    ratings = RATINGS.drop(index=[0, 7, 13])
    y = ratings["score"].to_numpy(float)
    judges = pd.get_dummies(ratings["judge"]).to_numpy(float)
    both = np.hstack([judges, pd.get_dummies(ratings["unit"]).to_numpy(float)[:, 1:]])
    left = [float(np.linalg.lstsq(x, y, rcond=None)[1][0]) for x in (judges, both)]
    df = len(y) - both.shape[1]
    f = (left[0] - left[1]) / 5 / (left[1] / df)
    found = raters.icc(ratings)["ICC3"]
    assert (found.F, found.df1, found.df2) == pytest.approx((f, 5, df))
    assert found.p == pytest.approx(float(f_distribution.sf(f, 5, df)))
