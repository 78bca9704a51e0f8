"""Control limits of a funnel at given sizes."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.stats import binom, norm, poisson

from evalkit.epidemiology.counts import Floats

__all__ = ["Kind", "Limits", "Overdispersion", "Scale", "deviation_of", "forward", "limits_at"]

Kind = Literal["proportion", "ratio"]
Limits = Literal["exact", "normal"]
Overdispersion = Literal["none", "multiplicative", "additive"]
Scale = Literal["identity", "arcsine", "sqrt", "log"]


def forward(scale: Scale, value: Floats) -> Floats:
    """Return values on a scale."""
    if scale == "arcsine":
        return np.arcsin(np.sqrt(value))
    if scale == "sqrt":
        return np.sqrt(value)
    return np.log(value) if scale == "log" else value


def deviation_of(scale: Scale, kind: Kind, target: float, wholes: Floats) -> Floats:
    """Return the standard deviation, by chance, of units of these sizes on a scale."""
    if scale in ("arcsine", "sqrt"):
        return 0.5 / np.sqrt(wholes)
    if scale == "log":
        return 1 / np.sqrt(target * wholes)
    variance = target * (1 - target) if kind == "proportion" else target
    return np.sqrt(max(variance, 0.0) / wholes)


def limits_at(
    kind: Kind,
    target: float,
    limits: Limits,
    scale: Scale,
    overdispersion: Overdispersion,
    wholes: Floats,
    level: float,
    *,
    phi: float,
    tau2: float,
) -> tuple[Floats, Floats]:
    """Return the lower and upper limits of a level at each size."""
    tail = (1 - level) / 2
    top = 1.0 if kind == "proportion" else np.inf
    if limits == "exact" and overdispersion == "none" and scale == "identity":
        low, high = (_quantile(kind, target, wholes, p) for p in (tail, 1 - tail))
    else:
        deviation = deviation_of(scale, kind, target, wholes)
        if overdispersion == "multiplicative":
            deviation = deviation * np.sqrt(max(phi, 1.0))
        elif overdispersion == "additive":
            deviation = np.sqrt(deviation**2 + tau2)
        middle = float(forward(scale, np.array([target]))[0])
        half = norm.isf(tail) * deviation
        low, high = _back(scale, middle - half), _back(scale, middle + half)
    return np.clip(low, 0.0, top), np.clip(high, 0.0, top)


def _back(scale: Scale, moved: Floats) -> Floats:
    if scale == "arcsine":
        squared: Floats = np.sin(np.clip(moved, 0.0, np.pi / 2)) ** 2
        return squared
    if scale == "sqrt":
        return np.maximum(moved, 0.0) ** 2
    return np.exp(moved) if scale == "log" else moved


def _quantile(kind: Kind, target: float, wholes: Floats, p: float) -> Floats:
    """Return a quantile of a unit's value under the target, interpolated between whole counts."""
    if kind == "proportion":
        sizes = np.maximum(np.round(wholes), 1.0)
        found = binom.ppf(p, sizes, target)
        below, mass = binom.cdf(found, sizes, target), binom.pmf(found, sizes, target)
    else:
        sizes = wholes
        mean = target * wholes
        found = poisson.ppf(p, mean)
        below, mass = poisson.cdf(found, mean), poisson.pmf(found, mean)
    share = np.divide(below - p, mass, out=np.zeros_like(mass), where=mass > 0)
    limit: Floats = np.maximum(found - share, 0.0) / sizes
    # All of them is no more than chance allows: interpolated, the limit would still lie below.
    return np.where(found == sizes, 1.0, limit) if kind == "proportion" else limit
