"""Alpha and omega of the 25 items of psych's bfi, and of data whose answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from evalkit import raters

BFI = pd.read_csv(Path(__file__).parent / "cases" / "alpha_omega_bfi" / "data.csv")
REVERSED = {"A": ["A1"], "C": ["C4", "C5"], "E": ["E1", "E2"], "N": [], "O": ["O2", "O5"]}


def items_of(scale: str) -> list[str]:
    return [f"{scale}{number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("scale", "alpha"), [("A", 0.70), ("C", 0.73), ("E", 0.76), ("N", 0.81), ("O", 0.60)]
)
def test_alpha_of_the_five_scales(scale: str, alpha: float) -> None:
    """The figures that the manual of R's psych gives for these scales, to two places."""
    found = raters.cronbach_alpha(BFI, items_of(scale), reverse=REVERSED[scale])
    assert found.estimate == pytest.approx(alpha, abs=0.005)


def test_limits_of_agreeableness() -> None:
    """psych's manual: alpha(bfi[A1:A5]) raw .70, standardised .71, Feldt .69 to .72."""
    found = raters.cronbach_alpha(BFI, items_of("A"), reverse=["A1"])
    assert (found.estimate, found.standardised, *found.interval) == pytest.approx(
        (0.70, 0.71, 0.69, 0.72), abs=0.0055
    )


def test_pairwise_covariances_are_those_of_pandas() -> None:
    answers = BFI[items_of("N")]
    table = answers.cov().to_numpy()
    expected = 5 / 4 * (1 - np.trace(table) / table.sum())
    assert raters.cronbach_alpha(answers).estimate == pytest.approx(expected, abs=1e-12)


def test_gaps_are_filled_by_the_likelihood_of_every_answer() -> None:
    """EM against a plain maximisation of the likelihood, answer by answer."""
    random = np.random.default_rng(4)
    full = random.normal(size=(60, 1)) + random.normal(size=(60, 3))
    gaps = random.random(full.shape) < 0.2
    gaps[gaps.all(axis=1)] = False
    answers = np.where(gaps, np.nan, full)

    def negative(parameters: np.ndarray) -> float:
        root = np.zeros((3, 3))
        root[np.tril_indices(3)] = parameters[3:]
        table, total = root @ root.T, 0.0
        for row in answers:
            seen = ~np.isnan(row)
            part = table[np.ix_(seen, seen)]
            left = row[seen] - parameters[:3][seen]
            total += np.linalg.slogdet(part)[1] + left @ np.linalg.solve(part, left)
        return float(total)

    start = np.concatenate([np.zeros(3), np.eye(3)[np.tril_indices(3)]])
    best = minimize(negative, start, method="BFGS", options={"gtol": 1e-7})
    root = np.zeros((3, 3))
    root[np.tril_indices(3)] = best.x[3:]
    table = root @ root.T
    found = raters.cronbach_alpha(pd.DataFrame(answers), missing="em")
    assert found.estimate == pytest.approx(3 / 2 * (1 - np.trace(table) / table.sum()), abs=1e-5)


def test_omega_of_three_items_is_known_in_closed_form() -> None:
    """Spearman's triads: λ₁² = r₁₂ r₁₃ / r₂₃."""
    answers = BFI[["N1", "N2", "N3"]].dropna()
    table = answers.cov().to_numpy()
    squares = [
        table[i, j] * table[i, k] / table[j, k] for i, j, k in ((0, 1, 2), (1, 0, 2), (2, 0, 1))
    ]
    common = sum(square**0.5 for square in squares) ** 2
    for solution in ("ml", "minres"):
        found = raters.mcdonald_omega(answers, solution=solution)
        assert found.estimate == pytest.approx(common / table.sum(), abs=1e-6)
        assert np.isnan(found.p)


@pytest.mark.parametrize("scale", list(REVERSED))
def test_omega_against_a_plain_likelihood(scale: str) -> None:
    """All loadings and uniquenesses of the covariance matrix, by a general-purpose maximiser."""
    answers = BFI[items_of(scale)].dropna()
    turned = answers * np.where(answers.columns.isin(REVERSED[scale]), -1, 1)
    table = np.cov(turned.to_numpy(float), rowvar=False)

    def discrepancy(parameters: np.ndarray) -> float:
        loadings, logs = np.split(parameters, 2)
        sigma = np.outer(loadings, loadings) + np.diag(np.exp(logs))
        return float(np.linalg.slogdet(sigma)[1] + np.trace(np.linalg.solve(sigma, table)))

    start = np.concatenate([np.full(5, 0.6), np.zeros(5)])
    loadings, logs = np.split(minimize(discrepancy, start, method="BFGS").x, 2)
    common = loadings.sum() ** 2
    found = raters.mcdonald_omega(BFI, items_of(scale), reverse=REVERSED[scale], missing="listwise")
    assert found.estimate == pytest.approx(common / (common + np.exp(logs).sum()), abs=1e-5)


def test_omega_of_equal_loadings_is_alpha() -> None:
    """Data made to have exactly the covariances 1 + δ: alpha = omega = 5/(5+1)·… by hand."""
    random = np.random.default_rng(2)
    raw = random.normal(size=(200, 5))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    exact = pd.DataFrame(white @ np.linalg.cholesky(np.ones((5, 5)) + np.eye(5)).T)
    assert raters.cronbach_alpha(exact).estimate == pytest.approx(25 / 30)
    assert raters.mcdonald_omega(exact).estimate == pytest.approx(25 / 30, abs=1e-7)
    assert raters.mcdonald_omega(exact, solution="minres").estimate == pytest.approx(
        25 / 30, abs=1e-7
    )
