"""The analyses of the research notebooks, held against other ways to get the same numbers."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from evalkit.assessment import Assessment, load_assessment
from evalkit.epidemiology import wilson
from evalkit.errors import DataError, NoDataError, UnknownNameError
from evalkit.research import (
    Difference,
    ScreeningStudy,
    activity_effect,
    associations,
    beside_published,
    by_careless,
    by_item,
    by_part,
    by_size,
    counselling_chart,
    instrument_change,
    invented_answers,
    published_notes,
    published_rates,
    score_summary,
    screening_study,
    standardise,
    subtract,
)
from evalkit.research.permutations import detectable_correlation, orders, splits
from evalkit.scales import load_scale, reliability, scale_names


@pytest.fixture(scope="module")
def study(assessment: Assessment) -> ScreeningStudy:
    return screening_study(assessment)


@pytest.fixture(scope="module")
def first_year(sample: Path) -> ScreeningStudy:
    return screening_study(load_assessment("2022-2023", workspace=sample))


def test_each_student_counts_once_a_year(study: ScreeningStudy, assessment: Assessment) -> None:
    """C04 screened its new students twice; the second time is left out."""
    sheet = assessment.snapshot.table("screening")
    twice = sheet.groupby(["college_code", "grade"]).size()
    assert twice[twice > 1].index.tolist() == [("C04", "2024级")]
    rates = study.rates("n_l1")
    own = sheet[(sheet["college_code"] == "C04")]
    once = own[~((own["grade"] == "2024级") & (own["wave"] == "春季普测"))]
    place = rates.names.index("C04")
    assert (rates.count[place], rates.whole[place]) == (once["n_l1"].sum(), once["n_valid"].sum())


def test_rates_are_those_of_the_extract_and_no_others(study: ScreeningStudy) -> None:
    for count in ("n_l1", "n_l2", "n_l3", "n_valid"):
        for by in ("college", "grade", "year"):
            rates = study.rates(count, by)  # type: ignore[arg-type]
            assert rates.n_hidden + len(rates.names) == len(rates.table)
            assert all(n == 0 or n >= study.k for n in rates.count)
            low, high = wilson(list(rates.count), list(rates.whole))
            shown = rates.table.frame.dropna(subset="rate")
            np.testing.assert_allclose(shown["low"], 100 * low)
            np.testing.assert_allclose(shown["high"], 100 * high)
    published = study.of_year("2024-2025")["annual_by_college"].published
    hidden = set(published.loc[published["n_l1"].isna(), "college"])
    assert hidden
    assert hidden.isdisjoint(study.rates("n_l1").names)
    text = study.rates("n_l1").text(sorted(hidden)[0])
    assert text == f"{sorted(hidden)[0]}人数过少，不显示"


def test_the_school_in_words(study: ScreeningStudy) -> None:
    rates = study.rates("n_l1", "year")
    assert rates.count[-1] == 352
    assert rates.whole[-1] == 11_270
    assert rates.text("2024-2025") == "3.12%（95% 置信区间 2.82%—3.46%）"


def test_names_only_if_approved(study: ScreeningStudy, assessment: Assessment) -> None:
    assert study.rates().names[0] == "C01"
    assert screening_study(assessment, named=True).rates().names[0] == "精细化工学院"


def test_what_is_not_known_is_refused(study: ScreeningStudy, assessment: Assessment) -> None:
    with pytest.raises(UnknownNameError, match="没有名为“n_l9”的人数"):
        study.rates("n_l9")
    with pytest.raises(UnknownNameError):
        associations(study, metrics=["nothing"])
    with pytest.raises(DataError, match="人数下限 k 是 2"):
        screening_study(assessment, k=2)
    with pytest.raises(NoDataError, match="2030-2031 学年没有可用的普测数据"):
        study.of_year("2030-2031")


def test_trend_is_cut_where_the_instrument_changed(study: ScreeningStudy) -> None:
    found = study.trend("n_l1")
    assert found.years == ("2022-2023", "2023-2024", "2024-2025")
    assert found.result.breaks == ("2024-2025",)
    assert list(found.result.table["note"]) == ["不足三个数，不作趋势判断"] * 2
    assert study.trend("n_valid").result.breaks == ()


def test_observed_over_expected(study: ScreeningStudy, assessment: Assessment) -> None:
    found = standardise(study, "n_l2")
    sheet = assessment.snapshot.table("screening")
    again = (sheet["college_code"] == "C04") & (sheet["grade"] == "2024级")
    once = sheet[~(again & (sheet["wave"] == "春季普测"))]
    grades = once.groupby("grade")[["n_l2", "n_valid"]].sum().astype(float)
    reference = grades["n_l2"] / grades["n_valid"]
    for code, own in once.groupby("college_code"):
        expected = (own["n_valid"].astype(float) * own["grade"].map(reference)).sum()
        assert found.ratios[str(code)].estimate == pytest.approx(own["n_l2"].sum() / expected)
    weights = grades["n_valid"] / grades["n_valid"].sum()
    own = once[once["college_code"] == "C08"].set_index("grade").astype({"n_l2": float})
    rate = (weights * own["n_l2"] / own["n_valid"].astype(float)).sum()
    assert found.rates["C08"].estimate == pytest.approx(1000 * rate)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_1998(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe (1998), Stat Med 17:873, table II, method 10."""
    sides = [wilson(*pair) for pair in (first, second)]
    found = subtract(*(Difference(s.estimate, s.low, s.high) for s in sides))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_change_of_instrument(study: ScreeningStudy, first_year: ScreeningStudy) -> None:
    found = instrument_change(study, "n_l1")
    before, after = (100 * n / m for n, m in ((97, 1820), (57, 1835)))
    assert found.years == ("2023-2024", "2024-2025")
    own = [
        study.of_year(year)["annual_by_college"].exact.set_index("college").loc["C04"]
        for year in found.years
    ]
    before, after = (100 * int(row["n_l1"]) / int(row["n_valid"]) for row in own)
    assert found.changed.estimate == pytest.approx(after - before)
    assert found.beyond.estimate == pytest.approx(found.changed.estimate - found.unchanged.estimate)
    assert "区间不包含 0" in found.words
    nothing = instrument_change(first_year)
    assert nothing.words == "没有上一学年的普测数据，不能比较换工具前后。"
    assert len(nothing.table) == 0


def test_published_rates_have_sources_and_differences(study: ScreeningStudy) -> None:
    assert len(published_rates()) == 12
    assert len(beside_published(study)) == 12
    assert len(beside_published(study, "participation")) == 3
    for note in published_notes():
        for part in ("年份：", "工具与界值：", "与本校不同：", "出处："):
            assert part in note
    assert sum("年份：未注明；" in note for note in published_notes()) == 4
    first = beside_published(study).frame.iloc[0]
    assert first["published"] == "96.87%"
    assert first["own"].startswith("参测率 98.45%（95% 置信区间 ")


def test_permutation_p_is_that_of_all_orders(study: ScreeningStudy) -> None:
    metrics = ("reach", "sessions_per_1000")
    found = associations(study, "n_l2", metrics)
    assert found.units == 8
    y = np.asarray(study.rates("n_l2").interval.estimate)
    known = study.assessment.metrics
    known = known[known["academic_year"] == "2024-2025"]
    table = found.frame.set_index("metric")
    rows = []
    for metric in metrics:
        x = known[known["metric"] == metric].sort_values("college_code")["value"].astype(float)
        rho = spearmanr(x, y).statistic
        assert table.loc[metric, "rho"] == pytest.approx(rho)
        ranks, own = np.argsort(np.argsort(x)), np.argsort(np.argsort(y))
        squared = [
            ((ranks - own[list(order)]) ** 2).sum() for order in itertools.permutations(range(8))
        ]
        rows.append(1 - 6 * np.array(squared) / (8 * 63))
        share = (np.abs(rows[-1]) >= abs(rho) - 1e-12).mean()
        assert table.loc[metric, "p"] == pytest.approx(share)
    largest = np.abs(rows).max(axis=0)
    assert found.expected_largest == pytest.approx(largest.mean())
    for metric in metrics:
        share = (largest >= abs(table.loc[metric, "rho"]) - 1e-12).mean()
        assert table.loc[metric, "p_all"] == pytest.approx(share)
    assert f"{found.units} 个学院" in found.words


def test_too_few_colleges_are_not_compared(assessment: Assessment) -> None:
    strict = associations(screening_study(assessment, k=60))
    assert strict.why.startswith("只有 ")
    assert strict.words == strict.why
    assert len(strict.table) == 0


def test_orders_and_splits() -> None:
    ways, every = orders(4)
    assert every
    assert {tuple(way) for way in ways} == set(itertools.permutations(range(4)))
    drawn, every = orders(9)
    assert not every
    assert drawn[0].tolist() == list(range(9))
    assert (np.sort(drawn, axis=1) == np.arange(9)).all()
    groups, every = splits(6, 2)
    assert every
    assert (groups.sum(axis=1) == 2).all()
    assert len(np.unique(groups, axis=0)) == 15
    many, every = splits(30, 15)
    assert not every
    assert (many.sum(axis=1) == 15).all()
    assert np.isnan(detectable_correlation(3))


def test_differences_in_differences_by_hand(study: ScreeningStudy) -> None:
    found = activity_effect(study, "reach", "sessions_per_1000")
    frame = found.table.frame
    more = frame["group"] == "增加较多"
    change = frame["outcome_after"] - frame["outcome_before"]
    assert found.effect == pytest.approx(change[more].mean() - change[~more].mean())
    growth = frame["exposure_after"] - frame["exposure_before"]
    assert growth[more].min() >= growth[~more].max()
    dealt = []
    for chosen in itertools.combinations(range(8), 4):
        own = change.index.isin(chosen)
        dealt.append(change[own].mean() - change[~own].mean())
    assert found.p == pytest.approx((np.abs(dealt) >= abs(found.effect) - 1e-9).mean())
    assert found.smallest_p == pytest.approx(2 / 70)
    assert "随机化检验 p = 0.200" in found.words


def test_colleges_that_cannot_be_compared_are_named(
    study: ScreeningStudy, first_year: ScreeningStudy
) -> None:
    found = activity_effect(study, "reach", "n_l2")
    assert found.left_out == ("C04：换了测评工具",)
    assert found.units == 7
    nothing = activity_effect(first_year)
    assert nothing.words == "没有 2021-2022 学年的数据，不能作前后比较。"
    assert nothing.naive == nothing.words


def test_counselling_by_month(study: ScreeningStudy, assessment: Assessment) -> None:
    chart = counselling_chart(study)
    figures = assessment.figures[assessment.year]
    sessions = figures.counselling_by_month.groupby("month")["n_sessions"].sum()
    per_1000 = sessions.astype(float) / (figures.by_college["n_students"].sum() / 1000)
    np.testing.assert_allclose(chart.table["value"], per_1000)
    assert chart.table["baseline"].sum() == 5


@pytest.mark.parametrize("name", scale_names())
def test_invented_answers_fit_every_scale(name: str) -> None:
    answers = invented_answers(name, 300)
    pd.testing.assert_frame_equal(answers.frame, invented_answers(name, 300).frame)
    assert not answers.frame.equals(invented_answers(name, 300, seed=1).frame)
    rules = load_scale(name)
    assert answers.frame.shape == (300, rules.items)
    result = reliability(name, answers.frame)
    assert 0.7 < result.table.iloc[0]["alpha"] < 1
    assert len(by_part(result).names) == 1 + len(rules.factors)
    assert len(by_item(result)) == len(rules.scored)
    assert score_summary(answers).frame["papers"].iloc[0] == 300


def test_a_stronger_common_cause_gives_a_higher_alpha() -> None:
    alphas = [
        reliability("GAD-7", invented_answers("GAD-7", 2_000, loading=loading).frame)
        .table.iloc[0]["alpha"]
        for loading in (0.3, 0.5, 0.7, 0.9)
    ]  # fmt: skip
    assert alphas == sorted(alphas)


def test_careless_papers_do_to_alpha_what_the_notebook_says() -> None:
    shares = [0, 0.1, 0.3]
    at_random = by_careless("PHQ-9", shares, "random").interval.estimate
    assert np.ptp(at_random) < 0.03  # few complaints: high answers at random hide in the total
    middle = [
        reliability("GAD-7", invented_answers("GAD-7", severity=0, random=share).frame)
        .table.iloc[0]["alpha"]
        for share in shares
    ]  # fmt: skip
    assert middle[0] > middle[1] > middle[2]
    same = by_careless("PHQ-9", shares, "same").interval.estimate
    void = by_careless("PHQ-9", shares, "same", keep=False).interval.estimate
    assert same[0] < same[1] < same[2]
    assert abs(void[2] - void[0]) < abs(same[2] - same[0]) / 3
    sizes = by_size("PHQ-9", [40, 4_000]).interval
    width = sizes.high - sizes.low
    assert width[1] < width[0] / 5


@pytest.mark.parametrize(
    "settings", [{"papers": 5}, {"loading": 1.0}, {"random": -0.1}, {"random": 0.6, "same": 0.5}]
)
def test_settings_of_invented_answers(settings: dict[str, float]) -> None:
    with pytest.raises(DataError, match="生成答卷的设置不合要求"):
        invented_answers("PHQ-9", **settings)  # type: ignore[arg-type]
