"""Other ways to make scores, held against the formulas written out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from evalkit.raters import RatingsError, many_facet_rasch, sensitivity

from .frames import long

SCORES: list[list[float | None]] = [
    [90, 84, None, 85, 91],
    [88, 80, 86, 86, None],
    [70, 75.5, 72, 71, 80],
    [89, 87, 90, 88, 87],
    [86, 79, 84, 85, 86],
]


@pytest.fixture(scope="module")
def wide() -> pd.DataFrame:
    return long(SCORES).pivot(index="unit", columns="judge", values="score").astype(float)


def test_each_method_is_its_formula(wide: pd.DataFrame) -> None:
    table = sensitivity(long(SCORES)).table.set_index("unit").loc[wide.index]
    assert table["mean"].to_numpy() == pytest.approx(wide.mean(axis=1).to_numpy())
    assert table["median"].to_numpy() == pytest.approx(wide.median(axis=1).to_numpy())
    whole = wide.loc["U4"].sort_values()
    assert table.loc["U4", "trimmed"] == pytest.approx(whole.iloc[1:-1].mean())
    assert table.loc["U1", "trimmed"] == pytest.approx(wide.loc["U1"].mean())  # four judges
    z = (wide - wide.mean()) / wide.std()
    points = wide.mean().mean() + wide.std().mean() * z.mean(axis=1)
    assert table["standardised"].to_numpy() == pytest.approx(points.to_numpy())
    assert table["n_judges"].tolist() == [4, 4, 5, 5, 5]


def test_severity_is_taken_off_by_least_squares(wide: pd.DataFrame) -> None:
    found = sensitivity(long(SCORES))
    frame = long(SCORES).dropna()
    units = pd.get_dummies(frame["unit"]).to_numpy(dtype=float)
    judges = pd.get_dummies(frame["judge"]).to_numpy(dtype=float)
    design = np.hstack([units, judges[:, :-1] - judges[:, -1:]])
    wanted = np.linalg.lstsq(design, frame["score"].to_numpy(dtype=float), rcond=None)[0]
    table = found.table.set_index("unit").loc[wide.index]
    assert table["adjusted"].to_numpy() == pytest.approx(wanted[:5])
    assert found.judges["effect"].to_numpy()[:4] == pytest.approx(wanted[5:])
    assert found.judges["effect"].sum() == pytest.approx(0)
    assert found.judges["judge"].tolist() == ["J1", "J2", "J3", "J4", "J5"]
    assert found.judges["sd"].to_numpy() == pytest.approx(wide.std().to_numpy())


def test_a_recusal_from_a_severe_judge_is_no_advantage_once_adjusted() -> None:
    # B is better by one point from everyone; the severe judge stood back from A.
    found = sensitivity(long([[90, 90, None], [91, 91, 81], [80, 80, 70]])).table.set_index("unit")
    assert found.loc["U1", "rank_mean"] == 1
    assert found.loc["U2", "rank_mean"] == 2
    assert found.loc["U2", "rank_adjusted"] == 1
    assert found.loc["U2", "adjusted"] - found.loc["U1", "adjusted"] == pytest.approx(1)


def test_orders_are_compared_by_kendall() -> None:
    found = sensitivity(long(SCORES))
    table = found.table
    for one in found.methods:
        for other in found.methods:
            wanted = kendalltau(table[f"rank_{one}"], table[f"rank_{other}"]).statistic
            assert found.tau.loc[one, other] == pytest.approx(wanted)
    assert found.estimate == found.tau["trimmed"].drop("trimmed").min()
    ranks = table[[f"rank_{name}" for name in found.methods]]
    assert found.interval["best"].tolist() == ranks.min(axis=1).tolist()
    assert found.interval["worst"].tolist() == ranks.max(axis=1).tolist()


def test_complete_panels_need_no_adjustment() -> None:
    full = [[90, 84, 85], [88, 80, 86], [70, 75.5, 72]]
    table = sensitivity(long(full)).table
    assert table["adjusted"].to_numpy() == pytest.approx(table["mean"].to_numpy())


def test_rasch_measures_stand_beside_if_asked_for() -> None:
    rows = [
        (f"U{u}", f"J{j}", item, 1 + (u + j * item) % 3 + u)
        for u in range(4) for j in range(3) for item in (1, 2)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["unit", "judge", "item", "score"])
    found = sensitivity(frame, rasch=True)
    assert found.methods[-1] == "rasch"
    wanted = many_facet_rasch(frame, "partial_credit").units.set_index("unit")["measure"]
    assert found.table.set_index("unit")["rasch"].to_dict() == pytest.approx(wanted.to_dict())
    assert "rasch" not in sensitivity(frame).methods


def test_label_and_words() -> None:
    found = sensitivity(long(SCORES))
    assert found.label == "研究用，不作为考核结果"
    assert found.words.splitlines()[-1] == "研究用，不作为考核结果。"
    assert found.words.startswith("按去极值平均，前 2 名是 U4、U1。\n")
    assert "（研究用，不作为考核结果）" in found._repr_html_()
    assert "研究用，不作为考核结果" in repr(found)


def test_judges_without_common_units_cannot_be_adjusted() -> None:
    found = sensitivity(long([[90, None], [80, None], [None, 70], [None, 60]]), rasch=True)
    assert found.table["adjusted"].isna().all()
    assert found.table["rank_adjusted"].isna().all()
    assert found.judges["effect"].isna().all()
    assert np.isnan(found.tau.loc["trimmed", "adjusted"])
    assert "评委分成互不相连的几组，没有共同评过的单位，宽严无法扣除。" in found.note
    assert "多面 Rasch 没有算出：" in found.note
    assert found.table["best"].tolist() == [1, 2, 1, 3]
    found._repr_html_()


def test_a_judge_who_tells_nothing_apart_says_nothing() -> None:
    found = sensitivity(long([[90, 80], [85, 80], [80, 80]]))
    assert found.note == "评委 J2 没有分出高低（分数全同或只评一个单位），标准分按 0 计。"
    assert found.table["rank_standardised"].tolist() == [1, 2, 3]
    same = sensitivity(long([[80, 80], [80, 80]]))
    assert same.table["rank_standardised"].tolist() == [1, 1]
    assert np.isnan(same.estimate)


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(RatingsError) as caught:
        sensitivity(long([[90, 80]]), k=1)
    assert "至少要有 2 个单位和 2 位评委" in str(caught.value)
    with pytest.raises(RatingsError) as caught:
        sensitivity(long([[90, 80], [80, 70]]), k=0)
    assert str(caught.value) == "k（前几名）是 0。允许：1 至 2（单位数）的整数。"
