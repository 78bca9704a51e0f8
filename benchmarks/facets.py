"""How long a many-facet Rasch analysis takes, beside a general maximiser on the same likelihood.

Panels are drawn from the partial credit model: units × judges × 10 items whose maxima rise from 5
to 15, some ratings missing. Of each panel, in one run and on the same ratings:

- ``one pass``: log-likelihood, gradient and information once; no method that uses them is quicker;
- ``passes``: that, times the passes that Newton's method made: the floor of what we do;
- ``evalkit, Newton``: from ratings as numbers to the maximum;
- ``evalkit, everything``: ``many_facet_rasch`` from the data frame to all tables: checks, codes,
  connection, measures, errors, fit, fair averages, thresholds, residuals;
- ``scipy, L-BFGS``: the same log-likelihood with its exact gradient, vectorised by item, under
  ``scipy.optimize.minimize``, as somebody would write it; up to ``--plain`` units.

Times are medians of ``--rounds``. ``gradient`` is the largest difference left between observed and
expected sums, in score points; ``below`` how far the log-likelihood is from the highest found. The
first panel is the one for which these times in R were stated to us, on two cores of another
machine, not measured here: a Newton joint estimation 0.74 s, TAM 1.9 s (its accurate setting
115 s), gnm 13 s.

On a busy machine set ``OPENBLAS_NUM_THREADS=1`` for all sides: threads of BLAS that share a core
wait for each other, a hundred times longer than they compute.

Run: ``python benchmarks/facets.py [--sizes 60x7 300x15 1000x30 3000x50] [--rounds 5]``.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy.optimize import minimize

from evalkit.raters.rasch import many_facet_rasch
from evalkit.raters.rasch.design import coded
from evalkit.raters.rasch.fit import fit
from evalkit.raters.rasch.likelihood import one_pass
from evalkit.raters.rasch.set_aside import set_aside, used_categories

ITEMS = 10
STATED = {"Newton, R": 0.74, "TAM": 1.9, "TAM, accurate": 115.0, "gnm": 13.0}
"""Seconds for 60 × 7 × 10, as stated; from another machine."""

Floats = NDArray[np.float64]


def main() -> None:
    """Draw the panels, time the ways, print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="+", default=["60x7", "300x15", "1000x30", "3000x50"])
    parser.add_argument("--missing", type=float, default=0.08, help="share of ratings")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plain", type=int, default=300, help="most units for scipy's L-BFGS")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "as many as cores")
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, "
        f"pandas {pd.__version__}, {os.cpu_count()} cores, BLAS threads: {threads}"
    )
    for size in options.sizes:
        units, judges = map(int, size.split("x"))
        _compare(panel(units, judges, options.missing, options.seed), units, judges, options)


def panel(units: int, judges: int, missing: float, seed: int) -> pd.DataFrame:
    """Draw a panel's ratings from the partial credit model."""
    chance = np.random.default_rng(seed)
    able, severe = chance.normal(0, 0.5, units), chance.normal(0, 0.3, judges)
    frames = []
    for item, top in enumerate(np.linspace(5, 15, ITEMS).round().astype(int)):
        unit, judge = (each.ravel() for each in np.meshgrid(np.arange(units), np.arange(judges)))
        kept = chance.random(len(unit)) >= missing
        unit, judge = unit[kept], judge[kept]
        steps = np.linspace(-1.5, 1.5, top) + chance.normal(0, 0.2, top)
        weight = np.outer(able[unit] - severe[judge] - chance.normal(0, 0.3), np.arange(top + 1))
        weight -= np.concatenate([[0.0], np.cumsum(steps)])
        score = (weight + chance.gumbel(size=weight.shape)).argmax(axis=1)
        frames.append(pd.DataFrame({"unit": unit, "judge": judge, "item": item, "score": score}))
    return pd.concat(frames, ignore_index=True)


def _compare(frame: pd.DataFrame, units: int, judges: int, options: argparse.Namespace) -> None:
    print(f"\n{units:,} units x {judges} judges x {ITEMS} items, {len(frame):,} ratings")
    print(f"{'':<22}{'ms':>11}{'x floor':>9}{'gradient':>11}{'below':>10}")
    design = coded(frame, ("unit", "judge", "item"), "partial_credit", None, None)
    active, _ = set_aside(design)
    values, scales = used_categories(design, active, "keep")

    def newton() -> Any:
        return fit(design, active, values, scales, 1e-8, 100)

    fitted = newton()
    problem, solution = fitted.problem, fitted.solution
    once = _median(lambda: one_pass(problem, solution.measures, solution.steps), options.rounds)
    floor = once * solution.passes
    print(f"{'one pass':<22}{1e3 * once:>11.2f}{'':>9}{'':>11}{'':>10}")
    print(f"{f'{solution.passes} passes':<22}{1e3 * floor:>11.2f}{1:>9.2f}")
    # what L-BFGS finds is printed beside, so the highest must be known first
    found = [("evalkit, Newton", _median(newton, options.rounds), solution)]
    whole = _median(lambda: many_facet_rasch(frame, "partial_credit"), options.rounds)
    result = many_facet_rasch(frame, "partial_credit")
    found.append(("evalkit, everything", whole, result))
    plain = None
    if units <= options.plain:
        start = time.perf_counter()
        height, gradient, calls = by_scipy(frame)
        plain = (time.perf_counter() - start, height, gradient, calls)
    best = max([solution.log_likelihood, *([plain[1]] if plain else [])])
    for name, seconds, each in found:
        _print(name, seconds, floor, each.gradient, best - each.log_likelihood)
    if plain:
        _print(f"scipy, L-BFGS ({plain[3]})", plain[0], floor, plain[2], best - plain[1])
    if (units, judges) == (60, 7):
        times = ", ".join(f"{name} {each / whole:,.0f}" for name, each in STATED.items())
        print(f"stated times of R (another machine) over evalkit, everything: {times}")


def _print(name: str, seconds: float, floor: float, gradient: float, below: float) -> None:
    print(f"{name:<22}{1e3 * seconds:>11.2f}{seconds / floor:>9.2f}{gradient:>11.1e}{below:>10.1e}")


def _median(run: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def by_scipy(frame: pd.DataFrame) -> tuple[float, float, int]:
    """Maximise the likelihood with L-BFGS; return its height, the gradient left, and the calls."""
    unit, judge = frame["unit"].to_numpy(), frame["judge"].to_numpy()
    units, judges = int(unit.max()) + 1, int(judge.max()) + 1
    own = [np.flatnonzero(frame["item"].to_numpy() == item) for item in range(ITEMS)]
    score = frame["score"].to_numpy()
    tops = [int(score[rows].max()) for rows in own]
    # thresholds hold the items' difficulty; the first judge's severity is 0
    bounds = np.cumsum([units, judges, *tops])

    def minus(x: Floats) -> tuple[float, Floats]:
        able, severe = x[:units], x[units : bounds[1]].copy()
        severe[0] = 0.0
        slope, total = np.zeros_like(x), 0.0
        for item, rows in enumerate(own):
            steps = slice(bounds[item + 1], bounds[item + 2])
            k = np.arange(tops[item] + 1)
            weight = np.outer(able[unit[rows]] - severe[judge[rows]], k)
            weight -= np.concatenate([[0.0], np.cumsum(x[steps])])
            weight -= weight.max(axis=1, keepdims=True)
            given = weight[np.arange(len(rows)), score[rows]]
            np.exp(weight, out=weight)
            sums = weight.sum(axis=1, keepdims=True)
            total += given.sum() - np.log(sums).sum()
            weight /= sums
            off = score[rows] - weight @ k
            slope[:units] += np.bincount(unit[rows], off, units)
            slope[units : bounds[1]] -= np.bincount(judge[rows], off, judges)
            counts = np.bincount(score[rows], minlength=len(k))
            slope[steps] += np.cumsum((weight.sum(axis=0) - counts)[::-1])[::-1][1:]
        slope[units] = 0.0
        return -total, -slope

    done = minimize(
        minus, np.zeros(bounds[-1]), jac=True, method="L-BFGS-B",
        options={"maxiter": 20_000, "maxfun": 100_000, "ftol": 1e-16, "gtol": 1e-8, "maxcor": 30},
    )  # fmt: skip
    return -float(done.fun), float(np.abs(done.jac).max()), int(done.nfev)


if __name__ == "__main__":
    main()
