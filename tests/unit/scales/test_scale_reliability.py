"""Alpha and omega of a scale are those of its items as they are scored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evalkit.raters.reliability import mcdonald_omega
from evalkit.scales import AnswersError, keyed_answers, reliability


def people(name_of_items: int, low: int, high: int, papers: int = 300) -> np.ndarray:
    rng = np.random.default_rng(5)
    trait = rng.normal(size=(papers, 1))
    answers = np.rint((low + high) / 2 + trait + rng.normal(size=(papers, name_of_items)))
    return np.clip(answers, low, high)


def plain_alpha(items: np.ndarray) -> float:
    k = items.shape[1]
    whole = np.var(items.sum(axis=1), ddof=1)
    return float(k / (k - 1) * (1 - np.var(items, axis=0, ddof=1).sum() / whole))


def test_reversed_items_are_turned_round_first() -> None:
    answers = people(20, 1, 4)
    backward = np.array([2, 5, 6, 11, 12, 14, 16, 17, 18, 20]) - 1
    ticked = answers.copy()
    ticked[:, backward] = 5 - ticked[:, backward]
    found = reliability("SDS", ticked, straight_lining="ignore")
    assert found.table["alpha"][0] == pytest.approx(plain_alpha(answers), rel=1e-12)
    whole = mcdonald_omega(pd.DataFrame(answers))
    assert found.table["omega"][0] == pytest.approx(whole.estimate, rel=1e-9)
    assert found.table["alpha_low"][0] < found.table["alpha"][0] < found.table["alpha_high"][0]
    assert repr(found).startswith("<SDS 信度：300 份有效答卷，α = 0.9")


def test_every_factor_of_scl90() -> None:
    answers = people(90, 1, 5)
    found = reliability("SCL-90", answers, coding="1-5").table.set_index("part")
    assert len(found) == 11
    assert found.loc["hostility", "items"] == 6
    hostility = answers[:, np.array([11, 24, 63, 67, 74, 81]) - 1]
    assert found.loc["hostility", "alpha"] == pytest.approx(plain_alpha(hostility), rel=1e-12)
    assert "躯体化" in reliability("SCL-90", answers, coding="1-5")._repr_html_()


def test_only_valid_papers_and_scored_items() -> None:
    answers = (people(64, 0, 1, papers=50) > 0).astype(float)
    answers[0, :64] = 1
    answers[1, 0] = np.nan
    items, result = keyed_answers("UPI", pd.DataFrame(answers, index=range(100, 150)))
    assert 100 not in items.index
    assert 101 not in items.index
    assert list(items.columns) == [n for n in range(1, 61) if n not in (5, 20, 35, 50)]
    assert len(items) == int(result.table["valid"].sum())


def test_answers_that_do_not_vary_are_said_so() -> None:
    answers = [[0] * 9] * 4
    row = reliability("PHQ-9", answers).table.iloc[0]
    assert np.isnan(row["alpha"])
    assert np.isnan(row["omega"])
    assert "没有差异" in row["note"]


def test_too_few_papers() -> None:
    with pytest.raises(AnswersError) as error:
        reliability("PHQ-9", [[2] * 9] * 5)
    assert str(error.value) == (
        "PHQ-9 的有效答卷只有 0 份，算不出信度。至少要有 3 份；"
        "请看 score(…).summary.voids 中各份作废的原因。"
    )
