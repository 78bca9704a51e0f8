"""Small panels for the tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["long", "random_panel"]


def long(scores: Sequence[Sequence[float | None]] | np.ndarray) -> pd.DataFrame:
    """Units in rows, judges in columns → one row a score."""
    rows = [
        (f"U{unit}", f"J{judge}", score)
        for unit, given in enumerate(scores, 1)
        for judge, score in enumerate(given, 1)
    ]
    return pd.DataFrame(rows, columns=["unit", "judge", "score"])


def random_panel(units: int, judges: int, items: int = 1, seed: int = 0) -> pd.DataFrame:
    """A panel with all effects: unit, judge, item, score."""
    random = np.random.default_rng(seed)
    shape = (units, judges, items)
    scores = random.normal(size=shape) + 2 * random.normal(size=(units, 1, 1))
    scores += random.normal(size=(1, judges, 1)) + random.normal(size=(1, 1, items))
    scores += random.normal(size=(units, 1, items)) + random.normal(size=(units, judges, 1))
    unit, judge, item = (axis.ravel() for axis in np.indices(shape))
    return pd.DataFrame({"unit": unit, "judge": judge, "item": item, "score": scores.ravel()})
