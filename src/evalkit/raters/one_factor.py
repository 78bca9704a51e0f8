"""One factor behind a set of items: loadings by maximum likelihood or least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import minimize

from evalkit.raters.ratings import Floats, RatingsError

__all__ = ["OneFactor", "Solution", "loading_covariance", "one_factor"]

Solution = Literal["ml", "minres"]

LEAST = 0.005
"""Least share of an item's variance that is its own: at 0 the solution is improper."""


@dataclass(frozen=True, slots=True, eq=False)
class OneFactor:
    r"""A one-factor solution of correlations.

    Attributes
    ----------
    loadings, uniquenesses : array of float, shape (k,)
        Standardised; the loadings' sum is not negative.
    discrepancy : float
        Of ML: :math:`\log|\Sigma| - \log|R| + tr(R \Sigma^{-1}) - k`; of least squares: the
        sum of squared residual correlations.
    improper : bool
        Whether a uniqueness lies at its bound.
    """

    loadings: Floats
    uniquenesses: Floats
    discrepancy: float
    improper: bool


def one_factor(correlations: Floats, solution: Solution = "ml") -> OneFactor:
    r"""Fit :math:`R = \lambda \lambda' + \Psi` with diagonal :math:`\Psi`.

    Maximum likelihood is minimised over :math:`\Psi` alone, the best loadings following from the
    first eigenvector of :math:`\Psi^{-1/2} R \Psi^{-1/2}`. Least squares (minres) minimises the
    squared residuals off the diagonal.

    Parameters
    ----------
    correlations : array of float, shape (k, k)
        At least three items.
    solution : {"ml", "minres"}
        Which of the two.

    Raises
    ------
    RatingsError
        If there are fewer than three items, or (ML) the correlations are not positive definite.

    References
    ----------
    Jöreskog (1967), Psychometrika 32:443; Harman and Jones (1966), Psychometrika 31:351.
    """
    k = len(correlations)
    if k < 3:
        raise RatingsError(f"一个因子至少需要 3 道题，现在有 {k} 道。两道题请用 cronbach_alpha。")
    if solution == "minres":
        return _least_squares(correlations)
    if np.linalg.eigvalsh(correlations)[0] < 1e-10:
        raise RatingsError(
            "各题的相关矩阵不正定：题数多于人数、有题重复，或成对删除使相关互相矛盾。"
            '请去掉重复的题，改用 missing="em"，或用 solution="minres"。'
        )
    return _likelihood(correlations)


def _likelihood(correlations: Floats) -> OneFactor:
    k = len(correlations)
    start = (1 - 0.5 / k) / np.diag(np.linalg.inv(correlations))

    def parts(log_psi: Floats) -> tuple[Floats, Floats, Floats]:
        root = np.exp(0.5 * log_psi)
        values, vectors = eigh(correlations / np.outer(root, root))
        return values, root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)), root

    def discrepancy(log_psi: Floats) -> tuple[float, Floats]:
        values, loadings, root = parts(log_psi)
        rest = values[:-1] if values[-1] > 1 else values
        psi = root**2
        slope = (loadings**2 + psi - np.diag(correlations)) / psi
        return float((rest - np.log(rest) - 1).sum()), slope

    bounds = [(np.log(LEAST), 0.0)] * k
    found = minimize(
        discrepancy, np.log(np.clip(start, LEAST, 1.0)), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2000, "maxfun": 5000},
    )  # fmt: skip
    _, loadings, root = parts(found.x)
    return _solution(loadings, root**2, float(found.fun))


def _least_squares(correlations: Floats) -> OneFactor:
    values, vectors = eigh(correlations)
    start: Floats = vectors[:, -1] * np.sqrt(values[-1] * 0.8)
    off = ~np.eye(len(correlations), dtype=bool)

    def residual(loadings: Floats) -> tuple[float, Floats]:
        left: Floats = np.where(off, correlations - np.outer(loadings, loadings), 0.0)
        return float((left**2).sum()) / 2, -2 * left @ loadings

    most = float(np.sqrt(1 - LEAST))
    found = minimize(
        residual, np.clip(start, -most, most), jac=True, method="L-BFGS-B",
        bounds=[(-most, most)] * len(start),
        options={"ftol": 1e-16, "gtol": 1e-10, "maxiter": 2000, "maxfun": 5000},
    )  # fmt: skip
    return _solution(found.x, 1 - found.x**2, float(found.fun))


def _solution(loadings: Floats, psi: Floats, discrepancy: float) -> OneFactor:
    sign = -1.0 if loadings.sum() < 0 else 1.0
    improper = bool((psi <= LEAST * (1 + 1e-6)).any())
    return OneFactor(sign * loadings, psi, discrepancy, improper)


def loading_covariance(loadings: Floats, uniquenesses: Floats, n: float) -> Floats:
    r"""Return the large-sample covariance of loadings and uniquenesses, shape (2k, 2k).

    The inverse of the expected information
    :math:`\tfrac{n}{2} tr(\Sigma^{-1} \Sigma_i \Sigma^{-1} \Sigma_j)` of a covariance matrix
    :math:`\Sigma = \lambda\lambda' + \Psi` under normality.

    References
    ----------
    Lawley and Maxwell (1971), Factor Analysis as a Statistical Method.
    """
    sigma = np.outer(loadings, loadings) + np.diag(uniquenesses)
    inverse = np.linalg.inv(sigma)
    pulled = inverse @ loadings
    # Σ_i = e_i λ' + λ e_i' for a loading, e_i e_i' for a uniqueness.
    both = inverse * float(loadings @ pulled) + np.outer(pulled, pulled)
    mixed = inverse * pulled[:, None]
    information = 0.5 * n * np.block([[2 * both, 2 * mixed.T], [2 * mixed, inverse**2]])
    # Items may be measured in very different units.
    scale = 1 / np.sqrt(np.diag(information))
    inner = np.linalg.pinv(scale[:, None] * information * scale, hermitian=True)
    found: Floats = scale[:, None] * inner * scale
    return found
