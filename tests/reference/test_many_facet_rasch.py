"""Many-facet Rasch against FACETS' published example, other programs, and a generic maximiser."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from evalkit.raters.rasch import ManyFacetRasch, bias, many_facet_rasch

CASES = Path(__file__).parent / "cases"

Floats = NDArray[np.float64]


def table(case: str) -> pd.DataFrame:
    return pd.read_csv(CASES / case / "data.csv")


def figures() -> dict[str, dict[str, Any]]:
    text = (CASES / "mfrm_guilford_rsm" / "expected.json").read_text("utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)["figures"]
    return found


GUILFORD = figures()


@pytest.fixture(scope="module")
def guilford() -> ManyFacetRasch:
    data = table("mfrm_guilford_rsm").drop(columns=["unit", "judge", "item"])
    return many_facet_rasch(data.rename(columns=lambda name: name.removesuffix("_name")))


SUMMARY = ("true_sd", "separation", "strata", "reliability")
OF_ELEMENTS = {
    "measure": ["measure"],
    "severity": ["measure"],
    "difficulty": ["measure"],
    "SE": ["se"],
    "total": ["total"],
    "infit outfit": ["infit", "outfit"],
    "infitZ outfitZ": ["infit_z", "outfit_z"],
    "fair(M) average": ["fair"],
}


def found(result: ManyFacetRasch, name: str) -> Any:
    """Read the figure that the case calls `name`."""
    if name.startswith("logLik"):
        return result.log_likelihood
    if name == "Andrich thresholds 2..9":
        return result.thresholds["threshold"].dropna().tolist()
    if name == "category counts 1..9":
        return result.thresholds["count"].tolist()
    if name == "five largest |standardised residuals|":
        return result.residuals(5)["z"].tolist()
    facet, rest = name.split(" ", 1)
    row = result.summary.set_index("facet").loc[facet]
    if rest.startswith("RMSE, SD(pop)"):
        return [row[column] for column in ("rmse", "sd", *SUMMARY)]
    if rest.startswith("SD(sample)"):
        return [row[f"{column}_sample"] for column in ("sd", *SUMMARY)]
    if rest == "fixed chi-square, df, p":
        return [row["chi2"], row["df"], row["p"]]
    if rest.split(" ")[0] in OF_ELEMENTS:
        what, element = rest.split(" ")
    else:
        element, what = rest.split(" ", 1)
    values = result.of(facet).set_index(facet).loc[element, OF_ELEMENTS[what]].tolist()
    return values if len(values) > 1 else values[0]


@pytest.mark.parametrize("name", GUILFORD)
def test_guilford(guilford: ManyFacetRasch, name: str) -> None:
    """Figures of FACETS' Guilford example and of R's glm, gnm, VGAM and mfrmr."""
    tolerance = max(GUILFORD[name]["tol"], 1e-9)
    assert found(guilford, name) == pytest.approx(GUILFORD[name]["value"], abs=tolerance)


def test_guilford_converges_tightly(guilford: ManyFacetRasch) -> None:
    assert guilford.gradient < 1e-8
    assert guilford.iterations < 15


def test_guilford_in_any_column_order() -> None:
    data = table("mfrm_guilford_rsm").sample(frac=1.0, random_state=3)
    result = many_facet_rasch(data, facets=("item", "judge", "unit"))
    assert result.facets == ("unit", "item", "judge")
    assert result.log_likelihood == pytest.approx(GUILFORD["logLik (multinomial)"]["value"])


def by_a_generic_maximiser(
    elements: list[NDArray[np.intp]], scores: NDArray[np.intp], scale: NDArray[np.intp]
) -> tuple[float, list[Floats], dict[int, Floats]]:
    """Maximise the likelihood of a partial credit model with scipy: no structure, one formula.

    The first facet raises scores. Thresholds are free, with no constraint; the other facets are
    centred afterwards.
    """
    sizes = [int(own.max()) + 1 for own in elements]
    tops = {int(g): int(scores[scale == g].max()) for g in np.unique(scale)}
    bounds = np.cumsum([0, *sizes, *tops.values()])

    def split(x: Floats) -> tuple[list[Floats], dict[int, Floats]]:
        parts = [x[a:b] for a, b in pairwise(bounds)]
        return parts[: len(sizes)], dict(zip(tops, parts[len(sizes) :], strict=True))

    def minus(x: Floats) -> tuple[float, Floats]:
        measures, thresholds = split(x)
        signs = [1.0] + [-1.0] * (len(sizes) - 1)
        theta = np.sum([s * m[e] for s, m, e in zip(signs, measures, elements, strict=True)], 0)
        total, slope = 0.0, np.zeros_like(x)
        for place, (g, own) in enumerate(thresholds.items()):
            rows = np.flatnonzero(scale == g)
            k = np.arange(tops[g] + 1)
            weight = np.outer(theta[rows], k) - np.concatenate([[0.0], np.cumsum(own)])
            weight -= weight.max(axis=1, keepdims=True)
            log = weight - np.log(np.exp(weight).sum(axis=1, keepdims=True))
            total += log[np.arange(len(rows)), scores[rows]].sum()
            p = np.exp(log)
            off = scores[rows] - p @ k
            for facet, sign in enumerate(signs):
                np.add.at(slope, bounds[facet] + elements[facet][rows], sign * off)
            beyond = [(p[:, j:].sum() - (scores[rows] >= j).sum()) for j in k[1:]]
            start = bounds[len(sizes) + place]
            slope[start : start + tops[g]] += beyond
        return -total, -slope

    start = np.zeros(bounds[-1])
    done = minimize(
        minus, start, jac=True, method="L-BFGS-B",
        options={"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-15, "gtol": 1e-7, "maxcor": 50},
    )  # fmt: skip
    measures, thresholds = split(done.x)
    return -float(done.fun), measures, thresholds


def test_sparse_partial_credit() -> None:
    """135 essays, few judges each; five essays with full marks are set aside and marked."""
    data = table("mfrm_ratings1_pcm_sparse")
    result = many_facet_rasch(data, model="partial_credit")
    full = data.groupby("unit")["score"].agg(["min", "max"])
    extreme = set(full.index[(full["min"] == 3) | (full["max"] == 0)])
    marked = result.units[result.units["extreme"] != ""]
    assert set(marked["unit"]) == extreme
    assert len(extreme) == 5
    assert (marked["extreme"] == "max").all()
    rest = data[~data["unit"].isin(extreme)]
    codes = [pd.factorize(rest[name]) for name in ("unit", "judge", "item")]
    height, measures, thresholds = by_a_generic_maximiser(
        [code.astype(np.intp) for code, _ in codes],
        rest["score"].to_numpy(dtype=np.intp),
        codes[2][0].astype(np.intp),
    )
    assert result.log_likelihood == pytest.approx(height, abs=1e-6)
    assert result.log_likelihood >= height - 1e-9
    units = result.units.set_index("unit")["measure"]
    own = units[codes[0][1]].to_numpy()
    assert own == pytest.approx(measures[0] - measures[0].mean(), abs=2e-4)
    judges = result.judges.set_index("judge")["measure"][codes[1][1]].to_numpy()
    assert judges - judges.mean() == pytest.approx(measures[1] - measures[1].mean(), abs=2e-4)
    for g, item in enumerate(codes[2][1]):
        rows = result.thresholds["item"] == item
        steps = result.thresholds.loc[rows, "threshold"].dropna().to_numpy()
        assert steps == pytest.approx(thresholds[g] - thresholds[g].mean(), abs=2e-4)
    assert result.gradient < 1e-8


def test_extremes_expect_three_tenths_less() -> None:
    """The estimate of an essay with full marks: expected sum 0.3 below the highest."""
    result = many_facet_rasch(table("mfrm_ratings1_pcm_sparse"), model="partial_credit")
    for unit, n in result.units.loc[result.units["extreme"] == "max", ["unit", "n"]].to_numpy():
        rows = result.data[result.data["unit"] == unit]
        assert rows["expected"].sum() == pytest.approx(3 * n - 0.3, abs=1e-8)
        assert not rows["estimated"].any()


def placings(points: pd.Series) -> pd.Series:
    return points.round(6).groupby("Event").rank(ascending=False, method="min").astype(int)


@pytest.fixture(scope="module")
def sydney() -> ManyFacetRasch:
    names = {"dive": "unit", "Judge": "judge", "JScore": "score"}
    ratings = table("panel_diving_sydney2000").rename(columns=names)
    return many_facet_rasch(ratings.assign(own=ratings["Country"] == ratings["JCountry"]))


class TestSydney2000:
    """Every dive of four events: 25 judges of 21 countries, seven a dive."""

    data = table("panel_diving_sydney2000")

    def test_official_placings(self) -> None:
        """Highest and lowest of seven dropped, sum × difficulty × 0.6; rounds are added up."""
        middle = self.data.sort_values(["dive", "JScore"]).groupby("dive").nth(slice(1, 6))
        dives = self.data.drop_duplicates("dive").set_index("dive")
        points = middle.groupby("dive")["JScore"].sum() * dives["Difficulty"] * 0.6
        keys = ["Event", "Diver", "Round"]
        rounds = dives.assign(points=points).groupby(keys)["points"].sum().unstack()
        official = dives.groupby(keys)["Rank"].first().unstack()
        semi = rounds["Prelim"] + rounds["Semi"]
        final = rounds["Semi"] + rounds["Final"]
        compared = 0
        for name, sums in (("Prelim", rounds["Prelim"]), ("Semi", semi), ("Final", final)):
            wanted = official[name].dropna().astype(int)
            assert placings(sums[wanted.index]).tolist() == wanted.tolist()
            compared += len(wanted)
        assert compared == 295

    def test_half_points_become_categories(self, sydney: ManyFacetRasch) -> None:
        assert sydney.facets == ("unit", "judge")
        assert sydney.step == 0.5
        assert "0.5 分为一档" in sydney.note
        assert sydney.thresholds["score"].tolist() == [k / 2 for k in range(21)]
        assert sydney.thresholds["count"].sum() == 10_787

    def test_countrymen_are_favoured(self, sydney: ManyFacetRasch) -> None:
        """Emerson, Seltzer & Lin (2009), Am Stat 63:124, found it in these data, by other means."""
        favour = bias(sydney, "own").table.set_index("own")
        assert favour.loc[True, "n"] == 314
        # a plain check without any model: off the mean of the other six judges
        others = self.data.groupby("dive")["JScore"].transform("sum") - self.data["JScore"]
        off = self.data["JScore"] - others / 6
        mine = self.data["Country"] == self.data["JCountry"]
        assert favour.loc[True, "difference"] == pytest.approx(off[mine].mean(), abs=0.05)
        assert favour.loc[True, "bias"] > 0.5
        assert favour.loc[True, "p_holm"] < 1e-12
        assert abs(favour.loc[False, "difference"]) < 0.01

    def test_whose_favour(self, sydney: ManyFacetRasch) -> None:
        """All 17 judges who had a countryman before them; four stand out after correction."""
        found = bias(sydney, "judge", "own")
        own = found.table[found.table["own"]]
        assert len(own) == 17
        assert (own["bias"] > 0).all()
        certain = set(own.loc[own["p_holm"] < 0.05, "judge"])
        assert certain == {"ALT Walter", "ZAITSEV Oleg", "BARNETT Madeleine", "MENA Jesus"}
        assert found.p < 1e-12

    def test_country_by_country(self, sydney: ManyFacetRasch) -> None:
        cells = bias(sydney, "JCountry", "Country").table
        same = cells["JCountry"] == cells["Country"]
        assert cells.loc[same, "difference"].mean() > 0.15
        assert cells["n"].sum() == 10_787


class TestParis2024:
    data = table("panel_diving_paris2024")

    def test_official_points(self) -> None:
        """The two highest and two lowest of seven dropped, sum × difficulty."""
        seats = np.sort(self.data[[f"Judge{n}" for n in range(1, 8)]].to_numpy(), axis=1)
        points = seats[:, 2:5].sum(axis=1) * self.data["Difficulty"]
        assert points.to_numpy() == pytest.approx(self.data["Round_Score"].to_numpy(), abs=1e-9)
        total = points.groupby(self.data["Diver_Name"]).sum().sort_values(ascending=False)
        assert list(total.index[:3]) == ["Cao Yuan", "Tamai Rikuto", "Noah Williams"]
        assert total.iloc[:3].tolist() == pytest.approx([547.5, 507.65, 497.35])

    def test_as_a_panel(self) -> None:
        long = self.data.melt(
            id_vars=["Dive_Order", "Diver_Name"],
            value_vars=[f"Judge{n}" for n in range(1, 8)],
            var_name="judge",
            value_name="score",
        ).rename(columns={"Dive_Order": "unit"})
        result = many_facet_rasch(long)
        # the one dive with the highest mark from all seven is set aside
        assert result.n == 71 * 7
        assert result.units.loc[result.units["extreme"] == "max", "unit"].tolist() == [12]
        row = result.summary.set_index("facet")
        assert row.loc["unit", "reliability"] > 0.95
        divers = bias(result, "judge", "Diver_Name")
        assert len(divers.table) == 7 * 12
        assert divers.n == 71 * 7


class TestWine:
    def test_paris_1976(self) -> None:
        """Eleven tasters, ten wines, half points: wines hardly differ, tasters do."""
        result = many_facet_rasch(table("panel_paris_wine_1976"))
        assert (result.n, result.step) == (110, 0.5)
        mean = result.data.groupby("unit")["score"].mean()
        best = result.units.sort_values("measure", ascending=False)["unit"]
        assert best.iloc[0] == mean.idxmax()
        # complete data: measures have the order of the sums
        assert result.units.set_index("unit")["measure"].corr(
            mean, method="spearman"
        ) == pytest.approx(1)
        row = result.summary.set_index("facet")
        assert row.loc["unit", "reliability"] < 0.9

    def test_ranks_have_no_severity(self) -> None:
        """Ranks add up to the same for every taster, who therefore are equally severe."""
        data = table("panel_wine_liquidasset")
        for _, own in data.groupby("tasting"):
            result = many_facet_rasch(own.assign(score=own["rank"].max() + 1 - own["rank"]))
            judges = result.judges
            used = judges[judges["extreme"] == ""]
            assert np.ptp(used["measure"]) < 1e-7
            assert (result.units["extreme"] == "").all()
