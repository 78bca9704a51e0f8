"""Intervals, charts, trends and funnels against published figures and other programs'."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalkit import epidemiology as epi

CASES = Path(__file__).parent / "cases"


def figures(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / case / "expected.json").read_text("utf-8"))
    return found["figures"]  # type: ignore[no-any-return]


def table(case: str) -> pd.DataFrame:
    return pd.read_csv(CASES / case / "data.csv")


PROPORTIONS = {
    name: entry
    for name, entry in figures("wilson_newcombe_1998").items()
    if name.split(" ", 1)[1].removesuffix(" published") in ("Wilson", "Clopper-Pearson")
}


@pytest.mark.parametrize("name", PROPORTIONS)
def test_intervals_of_proportions(name: str) -> None:
    counts, method = name.split(" ", 1)
    x, n = map(int, counts.split("/"))
    interval = epi.wilson(x, n) if method.startswith("Wilson") else epi.clopper_pearson(x, n)
    assert tuple(interval) == pytest.approx(
        PROPORTIONS[name]["value"], abs=PROPORTIONS[name]["tol"]
    )


def test_all_cases_of_newcombe_are_held_against() -> None:
    assert {name.split(" ")[0] for name in PROPORTIONS} == {"81/263", "15/148", "0/20", "1/29"}


def test_intervals_of_counts() -> None:
    """Garwood's limits as R 4.2's poisson.test(x)$conf.int prints them; 0 and 1 by hand."""
    exact = epi.exact_poisson([0, 1, 10])
    assert exact.low == pytest.approx([0, 0.02531781, 4.795389], rel=1e-6)
    assert exact.high == pytest.approx([3.688879, 5.571643, 18.39036], rel=1e-6)
    near = epi.byar([10, 100])
    assert near.low == pytest.approx(epi.exact_poisson([10, 100]).low, rel=2e-3)
    assert near.high == pytest.approx(epi.exact_poisson([10, 100]).high, rel=2e-3)


class TestCochranArmitage:
    cases = figures("cochran_armitage")
    data = table("cochran_armitage")

    def of(self, name: str, score: list[float] | None = None) -> epi.CochranArmitage:
        rows = self.data[self.data["set"] == name]
        return epi.cochran_armitage(rows["cases"], rows["n"], score or rows["score"])

    def test_malformation(self) -> None:
        test = self.of("malformation")
        wanted = values("cochran_armitage")
        assert test.statistic == pytest.approx(wanted["malformation X2 (N denominator)"], abs=1e-6)
        assert test.z == pytest.approx(wanted["malformation z"], abs=1e-6)
        assert test.p == pytest.approx(wanted["malformation p"], abs=1e-8)
        assert test.m2 == pytest.approx(wanted["malformation M2=(N-1)r2"], abs=1e-5)
        assert test.m2 == pytest.approx(wanted["malformation M2 published"], abs=0.006)

    def test_smokers(self) -> None:
        statistic, df, p = self.cases["smokers X2 df p"]["value"]
        test = self.of("smokers")
        assert (test.statistic, test.df) == (pytest.approx(statistic, abs=1e-6), df)
        assert test.p == pytest.approx(p, abs=1e-8)
        assert self.of("smokers", [0, 0, 0, 1]).statistic == pytest.approx(
            self.cases["smokers scores 0,0,0,1 X2"]["value"], abs=1e-6
        )


def values(case: str) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in figures(case).items()}


class TestControlCharts:
    cases = values("spc_attribute_charts")
    data = table("spc_attribute_charts")

    def rows(self, name: str) -> pd.DataFrame:
        return self.data[self.data["set"] == name].reset_index(drop=True)

    def limits(self, chart: epi.ControlChart) -> list[float]:
        return [chart.centre, chart.table["low"][0], chart.table["high"][0]]

    def test_orange_juice(self) -> None:
        first = self.rows("orangejuice")[lambda rows: rows["trial"].astype(str) == "True"]
        chart = epi.p_chart(first["x"], first["size"], sample=list(first["sample"]))
        assert self.limits(chart) == pytest.approx(
            self.cases["orangejuice phase I: centre, LCL, UCL"], abs=1e-7
        )
        assert chart.beyond == self.cases["phase I beyond limits (sample no.)"]
        assert chart.runs == self.cases["phase I violating runs (7 same side)"]
        good = ~first["sample"].isin(chart.beyond)
        again = epi.p_chart(first["x"], first["size"], sample=list(first["sample"]), baseline=good)
        assert self.limits(again) == pytest.approx(
            self.cases["after removing 15 and 23: centre, LCL, UCL"], abs=1e-7
        )
        left = [sample for sample in again.beyond if sample not in chart.beyond]
        assert left == [self.cases["after removing beyond limits"]]
        number = epi.np_chart(first["x"], 50)
        assert self.limits(number) == pytest.approx(
            self.cases["np chart centre, LCL, UCL"], abs=1e-6
        )

    def test_circuits(self) -> None:
        first = self.rows("circuit")[lambda rows: rows["trial"].astype(str) == "True"]
        chart = epi.c_chart(first["x"], sample=list(first["sample"]))
        assert self.limits(chart) == pytest.approx(
            self.cases["circuit c-chart centre, LCL, UCL"], abs=1e-6
        )
        assert sorted(chart.beyond) == sorted(self.cases["circuit beyond"])  # type: ignore[type-var]

    def test_units(self) -> None:
        computers = self.rows("pcmanufact")
        chart = epi.u_chart(computers["x"], computers["size"])
        assert self.limits(chart) == pytest.approx(
            self.cases["pcmanufact u-chart centre, LCL, UCL"], abs=1e-6
        )
        cloth = self.rows("dyedcloth")
        chart = epi.u_chart(cloth["x"], cloth["size"])
        assert chart.centre == pytest.approx(
            self.cases["dyedcloth u-chart (varying size) centre"], abs=1e-7
        )
        assert list(chart.table["low"]) == pytest.approx(
            self.cases["dyedcloth LCL by sample"], abs=1e-6
        )
        assert list(chart.table["high"]) == pytest.approx(
            self.cases["dyedcloth UCL by sample"], abs=1e-6
        )


class TestTrends:
    data = table("mann_kendall_sen")

    def series(self, name: str) -> pd.DataFrame:
        return self.data[self.data["series"] == name]

    def test_great_lakes(self) -> None:
        """R package Kendall, help page of MannKendall: PrecipGL, tau 0.265, p 0.00029206."""
        test = epi.mann_kendall(self.series("PrecipGL")["y"])
        assert test.tau == pytest.approx(0.265, abs=5e-4)
        # That program computes in single precision.
        assert test.p == pytest.approx(0.00029206, abs=5e-8)

    def test_hohenpeissenberg_levels(self) -> None:
        """R package trend, help page of sens.slope: maxau, s."""
        rows = self.series("maxau_s")
        test, slope = epi.mann_kendall(rows["y"]), epi.sen_slope(rows["y"], rows["t"])
        assert (test.s, test.variance) == (-394, 10450)
        assert (test.z, test.p) == (
            pytest.approx(-3.8445, abs=1e-4),
            pytest.approx(1.208e-4, abs=1e-7),
        )
        assert slope.estimate == pytest.approx(-0.2876139, abs=1e-7)
        assert (slope.low, slope.high) == pytest.approx((-0.4196477, -0.1519026), abs=1e-7)

    def test_the_nile_fell_once(self) -> None:
        """The dam of 1898: one trend over all years, none in either stretch."""
        nile = self.series("Nile")
        whole = epi.mann_kendall(nile["y"])
        cut = epi.trend(list(nile["t"]), nile["y"], breaks=[1899]).table
        assert whole.p < 1e-4
        assert (cut["p"] > 0.2).all()
        assert cut[["start", "end", "n"]].to_numpy().tolist() == [
            [1871, 1898, 28],
            [1899, 1970, 72],
        ]

    def test_ties_by_counting_pairs(self) -> None:
        y = self.series("ties")["y"].to_numpy()
        pairs = [(y[i], y[j]) for j in range(len(y)) for i in range(j)]
        s = sum(int(b > a) - int(b < a) for a, b in pairs)
        assert epi.mann_kendall(y).s == s


class TestFunnels:
    def test_trusts_by_the_formulas_of_the_paper(self) -> None:
        """Spiegelhalter 2005: phi, tau² and the normal limits, written out once more."""
        data = table("funnel_overdispersion")[lambda rows: rows["set"] == "medpar"]
        x, e = data["numerator"].to_numpy(float), data["denominator"].to_numpy(float)
        result = epi.funnel(x, e, kind="ratio", target=1.0, overdispersion="additive")
        s = np.sqrt(1 / e)
        z = np.sort((x / e - 1) / s)
        low, high = np.quantile(z, [0.1, 0.9])
        phi = np.mean([min(max(each, low), high) ** 2 for each in z])
        w = 1 / s**2
        tau2 = (len(z) * phi - (len(z) - 1)) / (w.sum() - (w**2).sum() / w.sum())
        assert result.phi == pytest.approx(phi, rel=1e-12)
        assert result.tau2 == pytest.approx(tau2, rel=1e-12)
        wanted = 1 + 1.959963984540054 * np.sqrt(s**2 + tau2)
        assert result.table["high_95"].to_numpy() == pytest.approx(wanted, rel=1e-9)

    def test_exact_limits_hold_what_they_say(self) -> None:
        """Interpolated quantiles: the chance beyond lies between those of the whole counts."""
        from scipy.stats import binom

        result = epi.funnel([5, 50], [40, 400], levels=(0.95,))
        for (_, row), n in zip(result.table.iterrows(), (40, 400), strict=True):
            above = row["high_95"] * n
            p = 1 - 0.025
            assert binom.cdf(np.floor(above) - 1, n, result.target) <= p
            assert binom.cdf(np.ceil(above) + 1, n, result.target) >= p
