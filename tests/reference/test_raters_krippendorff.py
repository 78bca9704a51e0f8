"""Krippendorff's alpha against his own figures, irr::kripp.alpha, and plain loops over pairs."""

from __future__ import annotations

import json
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalkit import raters

CASES = Path(__file__).parent / "cases"
FIGURES: dict[str, Any] = json.loads(
    (CASES / "krippendorff_2011_missing" / "expected.json").read_text("utf-8")
)["figures"]
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def ratings_of(case: str) -> pd.DataFrame:
    return pd.read_csv(CASES / case / "data.csv")


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "pairable values"])
def test_published(name: str) -> None:
    found = raters.krippendorff_alpha(
        ratings_of("krippendorff_2011_missing"), name.split(" ")[0], n_boot=0
    )
    assert found.estimate == pytest.approx(FIGURES[name]["value"], abs=FIGURES[name]["tol"])
    assert found.n == FIGURES["pairable values"]["value"]
    assert (found.n_units, found.n_judges) == (11, 4)
    assert "1 个单位不足两个分数" in found.note


def alpha_by_hand(ratings: pd.DataFrame, level: str) -> float:
    """Coincidences counted pair by pair, as in Krippendorff (2011)."""
    units: dict[Any, list[float]] = {}
    for unit, score in ratings.dropna()[["unit", "score"]].itertuples(index=False):
        units.setdefault(unit, []).append(score)
    paired = {unit: scores for unit, scores in units.items() if len(scores) > 1}
    total = Counter(score for scores in paired.values() for score in scores)
    n = sum(total.values())

    def delta(c: float, k: float) -> float:
        if level == "nominal":
            return float(c != k)
        if level == "interval":
            return (c - k) ** 2
        if level == "ratio":
            return ((c - k) / (c + k)) ** 2 if c + k else 0.0
        low, high = sorted((c, k))
        between = sum(count for value, count in total.items() if low <= value <= high)
        return (between - (total[c] + total[k]) / 2) ** 2 if c != k else 0.0

    observed = sum(
        delta(c, k) / (len(scores) - 1)
        for scores in paired.values()
        for c, k in permutations(scores, 2)
    )
    expected = sum(total[c] * total[k] * delta(c, k) for c in total for k in total) / (n - 1)
    return 1 - observed / expected


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "case", ["krippendorff_2011_missing", "krippendorff_gwet_5observers", "panel_paris_wine_1976"]
)
def test_plain_loops(case: str, level: str) -> None:
    ratings = ratings_of(case)
    found = raters.krippendorff_alpha(ratings, level, n_boot=0)
    assert found.estimate == pytest.approx(alpha_by_hand(ratings, level), abs=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_resamples_are_alphas_of_resampled_units(level: str) -> None:
    """Each resample of the interval is what the plain loops find on the units that were drawn."""
    ratings = ratings_of("krippendorff_gwet_5observers").dropna()
    found = raters.krippendorff_alpha(ratings, level, n_boot=5, seed=3)
    by_unit = [group for _, group in ratings.groupby("unit")]
    by_unit = [group for group in by_unit if len(group) > 1]
    by_unit.sort(key=lambda group: tuple([*sorted(group["score"]), 9, 9, 9, 9, 9][:5]))
    weights = np.random.default_rng(3).multinomial(
        len(by_unit), [1 / len(by_unit)] * len(by_unit), 5
    )
    for row, alpha in zip(weights, found.resampled, strict=True):
        drawn = [
            group.assign(unit=f"{place} {copy}")
            for place, group in enumerate(by_unit)
            for copy in range(row[place])
        ]
        assert alpha == pytest.approx(alpha_by_hand(pd.concat(drawn), level), abs=1e-12)
