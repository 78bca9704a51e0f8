from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evalkit.raters import rank_uncertainty, sensitivity

quick = settings(max_examples=30, deadline=None)
estimators = st.sampled_from(["trimmed", "mean", "median"])


@st.composite
def panels(draw: st.DrawFn) -> np.ndarray:
    """Half-point scores of 2 to 6 units by 2 to 6 judges; each unit and judge has one at least."""
    units, judges = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    number = units * judges
    steps = draw(st.lists(st.integers(100, 200), min_size=number, max_size=number))
    scores = np.array(steps, dtype=float).reshape(units, judges) / 2
    missing = draw(st.lists(st.integers(0, 4), min_size=number, max_size=number))
    scores[np.array(missing).reshape(units, judges) == 0] = np.nan
    assume((~np.isnan(scores)).any(axis=0).all() and (~np.isnan(scores)).any(axis=1).all())
    # Some draw must leave every unit a score: a panel of all judges is one of them.
    return scores


def long(scores: np.ndarray) -> pd.DataFrame:
    units, judges = np.indices(scores.shape)
    frame = pd.DataFrame({"unit": units.ravel(), "judge": judges.ravel(), "score": scores.ravel()})
    return frame.dropna()


def by_unit(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index("unit").sort_index().astype(float)


@quick
@given(panels(), estimators, st.sampled_from([10_000, 50]), st.randoms(use_true_random=False))
def test_names_and_order_of_rows_are_nothing(
    scores: np.ndarray, estimator: Any, n_boot: int, random: Any
) -> None:
    ratings = long(scores)
    assume(n_boot > 50 or len({tuple(np.sort(own)) for own in scores.T}) == scores.shape[1])
    units, judges = (random.sample(range(10, 99), size) for size in scores.shape)
    renamed = ratings.assign(
        unit=[units[each] for each in ratings["unit"]],
        judge=[f"评委{judges[each]}" for each in ratings["judge"]],
    ).sample(frac=1, random_state=random.randint(0, 99))
    found, other = (
        rank_uncertainty(each, k=1, estimator=estimator, n_boot=n_boot)
        for each in (ratings, renamed)
    )
    # Who is next may differ among those that share a rank.
    columns = [name for name in found.table.columns if name != "p_next"]
    there = by_unit(found.table[columns])
    back = by_unit(other.table[columns].assign(unit=other.table["unit"].map(units.index)))
    assert back.to_numpy() == pytest.approx(there.to_numpy(), abs=1e-12, nan_ok=True)
    assert other.stable_top == found.stable_top


@quick
@given(panels(), estimators, st.sampled_from([-45.5, 7.0, 0.1, 1000.0]))
def test_a_shift_of_all_scores_changes_no_rank(
    scores: np.ndarray, estimator: Any, shift: float
) -> None:
    found = rank_uncertainty(long(scores), k=1, estimator=estimator)
    moved = rank_uncertainty(long(scores + shift), k=1, estimator=estimator)
    assert moved.table["score"].to_numpy() == pytest.approx(found.table["score"] + shift)
    same = ["unit", "rank", "low", "high", "loo_low", "loo_high"]
    pd.testing.assert_frame_equal(moved.table[same], found.table[same])
    assert moved.distribution.to_numpy() == pytest.approx(found.distribution.to_numpy())


@quick
@given(panels(), estimators)
def test_scores_turned_round_turn_ranks_round(scores: np.ndarray, estimator: Any) -> None:
    """The last of ranks without ties is the first once more is worse."""
    found = rank_uncertainty(long(scores), k=1, estimator=estimator)
    turned = rank_uncertainty(long(-scores), k=1, estimator=estimator)
    ranks = by_unit(found.table)["rank"]
    assume(ranks.is_unique)
    assert (by_unit(turned.table)["rank"] == len(scores) + 1 - ranks).all()


@quick
@given(panels(), estimators)
def test_chances_are_chances(scores: np.ndarray, estimator: Any) -> None:
    found = rank_uncertainty(long(scores), k=1, estimator=estimator)
    assert found.distribution.sum(axis=1).to_numpy() == pytest.approx(np.ones(len(scores)))
    table = found.table
    assert ((table["p_top"] >= 0) & (table["p_top"] <= 1)).all()
    assert table["p_top"].sum() >= 1 - 1e-9  # ties share the first place
    assert (table["low"] <= table["high"]).all()
    assert (table["rank"].diff().dropna() >= 0).all()
    assert found.n_scores == int((~np.isnan(scores)).sum())


@quick
@given(panels(), estimators, st.data())
def test_a_recusal_is_a_missing_row_or_a_missing_score(
    scores: np.ndarray, estimator: Any, data: st.DataObject
) -> None:
    rows = long(scores)
    units, judges = np.indices(scores.shape)
    blanks = pd.DataFrame({"unit": units.ravel(), "judge": judges.ravel(), "score": scores.ravel()})
    found = rank_uncertainty(rows, k=1, estimator=estimator)
    other = rank_uncertainty(blanks, k=1, estimator=estimator)
    columns = [name for name in found.table.columns if name != "p_next"]
    assert by_unit(other.table[columns]).to_numpy() == pytest.approx(
        by_unit(found.table[columns]).to_numpy(), nan_ok=True
    )
    # It is no zero: who stood back from a unit takes nothing off it.
    unit = data.draw(st.integers(0, len(scores) - 1))
    own = scores[unit][~np.isnan(scores[unit])]
    points = by_unit(found.table)["score"]
    assert own.min() - 1e-9 <= points[unit] <= own.max() + 1e-9


@quick
@given(panels(), st.floats(0.5, 5))
def test_severity_alone_never_moves_adjusted_ranks(scores: np.ndarray, more: float) -> None:
    """A judge may be harder on all: least squares takes it off again."""
    harder = scores.copy()
    harder[:, 0] -= np.floor(more * 2) / 2
    found, other = sensitivity(long(scores), k=1), sensitivity(long(harder), k=1)
    assume(found.table["adjusted"].notna().all())
    there, back = (by_unit(each.table[["unit", "adjusted"]])["adjusted"] for each in (found, other))
    assert np.ptp(there - back) < 1e-8
    ranks = [by_unit(each.table[["unit", "rank_adjusted"]]) for each in (found, other)]
    pd.testing.assert_frame_equal(*ranks)


@quick
@given(panels(), st.sampled_from([2.0, 0.1, 10.0]))
def test_the_unit_of_measurement_moves_no_order(scores: np.ndarray, factor: float) -> None:
    found, other = sensitivity(long(scores), k=1), sensitivity(long(scores * factor), k=1)
    ranks = ["unit", *(f"rank_{name}" for name in found.methods)]
    pd.testing.assert_frame_equal(
        by_unit(found.table[ranks]), by_unit(other.table[ranks]), check_exact=True
    )
