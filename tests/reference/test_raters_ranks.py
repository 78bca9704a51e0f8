"""Ranks of real panels: official placings, and the panel's own rules on the sample year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from evalkit.assessment import Assessment
from evalkit.panel import leave_one_judge_out
from evalkit.raters import RankUncertainty, rank_uncertainty, sensitivity

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="module")
def dives() -> pd.DataFrame:
    return pd.read_csv(CASES / "panel_diving_paris2024" / "data.csv")


@pytest.fixture(scope="module")
def divers(dives: pd.DataFrame) -> RankUncertainty:
    seats = [f"Judge{n}" for n in range(1, 8)]
    long = dives.melt(["Diver_Name", "Round_Number", "Difficulty"], seats, "judge", "mark")
    scores = pd.DataFrame(
        {
            "unit": long["Diver_Name"],
            "judge": long["judge"],
            "item": long["Round_Number"],
            "score": 3 * long["Difficulty"] * long["mark"],
        }
    )
    return rank_uncertainty(scores, k=3, trim=2, min_judges=7, each="item")


class TestParis2024:
    """Men's 10 m platform final: two highest and two lowest of seven dropped, sum × difficulty."""

    def test_official_points_and_placings(
        self, dives: pd.DataFrame, divers: RankUncertainty
    ) -> None:
        official = dives.groupby("Diver_Name")["Round_Score"].sum()
        points = divers.table.set_index("unit")["score"]
        assert points.to_dict() == pytest.approx(official.to_dict())
        placings = official.rank(ascending=False, method="min").astype(int)
        assert divers.estimate.to_dict() == placings.to_dict()

    def test_the_medals_are_sure(self, divers: RankUncertainty) -> None:
        medals = divers.table.head(3)
        assert list(medals["unit"]) == ["Cao Yuan", "Tamai Rikuto", "Noah Williams"]
        assert (medals["p_top"] > 0.99).all()
        assert divers.stable_top
        # 446.20 and 445.60 points for the sixth and seventh: next to nothing between them.
        assert divers.table["p_next"].iloc[5] < 0.8


def test_paris_wines_of_1976_hardly_differ() -> None:
    """Eleven tasters, ten wines: Ashenfelter and Quandt (1999), Chance 12:16, found two groups."""
    scores = pd.read_csv(CASES / "panel_paris_wine_1976" / "data.csv")
    result = rank_uncertainty(scores, k=1, estimator="mean", n_boot=4000)
    first = result.table.iloc[0]
    assert first["unit"] == "Stag's Leap 1973"
    assert first["score"] == pytest.approx(
        scores.loc[scores["unit"] == first["unit"], "score"].mean()
    )
    assert 0.3 < first["p_top"] < 0.8
    assert (result.table["high"] - result.table["low"]).median() >= 3
    study = sensitivity(scores, k=1)
    assert study.estimate < 1
    # Complete: taking severity off changes nothing.
    assert study.table["adjusted"].to_numpy() == pytest.approx(study.table["mean"].to_numpy())


def test_the_sample_year_ranks_as_the_panel_does(assessment: Assessment) -> None:
    panel = assessment.panel
    assert panel is not None
    totals = panel.judge_frame().rename(
        columns={"college_code": "unit", "judge_id": "judge", "total": "score"}
    )
    result = rank_uncertainty(totals, decimals=2, ties="mean")
    assert result.exact
    assert result.estimate.to_dict() == {each.college: each.rank for each in panel}
    points = result.table.set_index("unit")["score"]
    assert points.to_dict() == pytest.approx({r.college: float(r.panel_mean) for r in panel})
    study = leave_one_judge_out(panel.sheets, panel.rubric, judges=panel.judges).frame()
    wanted = study.set_index(["left_out", "college_code"])["rank"].astype(int).to_dict()
    assert result.leave_one_out.set_index(["left_out", "unit"])["rank"].to_dict() == wanted
    recused = sum(len(each.recused) for each in panel)
    assert recused > 0
    assert result.n_scores == len(panel) * len(panel.judges) - recused
