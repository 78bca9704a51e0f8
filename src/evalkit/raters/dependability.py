"""Coefficients of means over chosen numbers of judges and items, from variance components."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, isfinite

import numpy as np

from evalkit.raters.designs import Design
from evalkit.raters.generalizability import GStudy
from evalkit.raters.mean_squares import weights_of
from evalkit.raters.ratings import Floats, RatingsError, checked_level

__all__ = [
    "as_row",
    "check_wanted",
    "checked_fixed",
    "checked_numbers",
    "coefficients",
    "draws",
    "fewest_judges",
    "names_of",
]


def coefficients(
    components: Floats, plan: Design, rows: list[dict[str, float]], held: frozenset[str]
) -> dict[str, Floats]:
    """Return variances and coefficients for components of shape (b, effects): (b, rows) each."""
    universe, relative, absolute = (np.zeros((len(plan.effects), len(rows))) for _ in range(3))
    names = names_of(plan)
    for place, effect in enumerate(plan.effects.values()):
        others = effect - {"p"}
        counts = [np.prod([row[names[facet]] for facet in others]) for row in rows]
        share = 1.0 / np.array(counts, dtype=np.float64)
        if others <= held:
            universe[place] = share if "p" in effect else 0.0
        else:
            absolute[place] = share
            relative[place] = share if "p" in effect else 0.0
    own, delta, error = components @ universe, components @ relative, components @ absolute

    def coefficient(noise: Floats) -> Floats:
        found: Floats = np.divide(own, own + noise, out=np.zeros_like(own), where=own > 0)
        return found

    return {
        "universe": own,
        "relative_error": delta,
        "absolute_error": error,
        "erho2": coefficient(delta),
        "phi": coefficient(error),
    }


def draws(g: GStudy, plan: Design, number: int, seed: int) -> Floats:
    """Return components as they might be, negative ones as zero, shape (number, effects).

    Balanced data: by the chi-square of their mean squares. Else each by the chi-square that has
    its variance, the one that its limits come from (Satterthwaite), as if independent.
    """
    random = np.random.default_rng(seed)
    ms, df = g.table["ms"].to_numpy(), g.table["df"].to_numpy()
    if np.isfinite(ms).all():
        sizes = {facet: g.sizes[column] for facet, column in _columns(plan).items()}
        weights = weights_of(sizes, list(plan.effects.values()))
        drawn = ms * df / random.chisquare(df, size=(number, len(df)))
        found: Floats = np.maximum(drawn @ weights.T, 0.0)
        return found
    means = np.array(list(g.components.values()))
    se = np.sqrt(np.diag(np.asarray(g.covariance, dtype=float)))
    told = (means > 0) & (se > 0)
    drawn = np.tile(np.maximum(means, 0.0), (number, 1))
    own = 2 * (means[told] / se[told]) ** 2
    drawn[:, told] = means[told] * own / random.chisquare(own, size=(number, len(own)))
    return drawn


def fewest_judges(
    g: GStudy, plan: Design, items: float | None, phi: float, held: frozenset[str]
) -> tuple[int | None, float]:
    """Return the fewest judges, or None, and the Φ that more and more judges approach.

    The absolute error is A + B / judges.
    """
    row = {"judges": 1.0} | ({"items": items} if items is not None else {})
    many = row | {"judges": 1e300}
    found = coefficients(as_row(g.used), plan, [row, many], held)
    own = float(found["universe"][0, 1])
    kept = float(found["absolute_error"][0, 1])
    falling = float(found["absolute_error"][0, 0]) - kept
    limit = own / (own + kept) if own > 0 else 0.0
    room = own * (1 - phi) / phi - kept
    if own <= 0 or (room <= 0 and falling > 0) or room < 0:
        return None, limit
    wanted = falling / room if falling > 0 else 1.0
    # A number that arithmetic puts on a whole one is that one.
    return (max(1, ceil(wanted - 1e-9 * wanted)), limit) if isfinite(wanted) else (None, limit)


def checked_numbers(
    g: GStudy, plan: Design, judges: int | Iterable[int] | None, items: int | Iterable[int] | None
) -> dict[str, list[float]]:
    """Return the numbers of judges and items to look at, checked."""
    names = set(names_of(plan).values())
    given = {"judges": judges, "items": items}
    chinese = {"judges": "评委", "items": "指标"}
    found: dict[str, list[float]] = {}
    for name, value in given.items():
        if name not in names:
            if value is not None and value != 1:
                raise RatingsError(
                    f"设计 {g.design} 中没有{chinese[name]}这一面，不能指定 {name}。"
                )
            continue
        if value is None:
            size = g.sizes[name.removesuffix("s")]
            found[name] = [int(size) if size.is_integer() else size]
            continue
        each = list(value) if isinstance(value, Iterable) else [value]
        for number in each:
            whole = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
            if not whole or number < 1:
                raise RatingsError(f"{chinese[name]}数是 {number}。允许：1、2、3 …… 的整数。")
        if not each:
            raise RatingsError(
                f"{chinese[name]}数是空的。请至少给出一个数，例如 {name}=[3, 5, 7]。"
            )
        found[name] = [int(number) for number in each]
    return found


def checked_fixed(plan: Design, fixed: Iterable[str]) -> frozenset[str]:
    """Return the letters of the facets that are held."""
    columns = {column: facet for facet, column in _columns(plan).items() if facet != "p"}
    wanted = [fixed] if isinstance(fixed, str) else list(fixed)
    for name in wanted:
        if name not in columns:
            raise RatingsError(
                f"设计 {plan.name} 中没有可以固定的“{name}”。允许：{'、'.join(columns)}。"
            )
    held = frozenset(columns[name] for name in wanted)
    if held == set(columns.values()) or (plan.nested and "r" in held):
        raise RatingsError("至少要有一面是随机的，而且嵌套在内的评委不能固定，否则没有误差可言。")
    return held


def check_wanted(plan: Design, phi: float, held: frozenset[str]) -> None:
    """Refuse a design without judges, or a Φ that is none."""
    if "r" not in plan.facets or "r" in held:
        raise RatingsError(f"设计 {plan.name} 中没有随机的评委，无从求所需的评委数。")
    checked_level(phi, "要求的 Φ")


def names_of(plan: Design) -> dict[str, str]:
    """Return what the facets' numbers are called: r → judges."""
    return {facet: f"{column}s" for facet, column in _columns(plan).items() if facet != "p"}


def _columns(plan: Design) -> dict[str, str]:
    return {facet: {"p": "unit", "r": "judge"}.get(facet, "item") for facet in plan.facets}


def as_row(components: dict[str, float]) -> Floats:
    """Return components as the single row of an array."""
    return np.array([list(components.values())])
