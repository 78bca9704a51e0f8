"""What papers come to, and what is said about them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import DataError, UnknownNameError
from evalkit.scales import AnswersError, load_scale, score


def phq(total: int, *, nine: int = 0) -> list[int]:
    """A paper with this total, not all answers the same."""
    answers = [0] * 8 + [nine]
    for item in range(8):
        answers[item] = min(3, max(0, total - sum(answers)))
    return answers


def test_the_table_of_phq9() -> None:
    table = score("PHQ-9", [phq(0), phq(12, nine=1)]).table
    assert table.to_dict("list") == {
        "total": [0, 12],
        "band": ["无", "中度"],
        "positive": [False, True],
        "valid": [True, True],
        "reasons": ["", ""],
        "missing": [0, 0],
        "prorated": [False, False],
        "suicide_item": [False, True],
    }
    assert list(table["band"].cat.categories) == ["无", "轻度", "中度", "中重度", "重度"]
    assert (table["band"] >= "中度").tolist() == [False, True]


def test_papers_done_too_fast_are_void_and_still_followed_up() -> None:
    answers = pd.DataFrame([phq(4, nine=1)] * 3, columns=[f"q{n}" for n in range(1, 10)])
    result = score("PHQ-9", answers.assign(took=[17.9, 18, np.nan]), seconds="took")
    assert result.table["reasons"].tolist() == ["作答过快", "", ""]
    assert result.follow_up.tolist() == [0, 1, 2]
    assert result.options["seconds_per_item"] == "2"
    slower = score("PHQ-9", answers, seconds=[17.9, 18, 30], seconds_per_item=3)
    assert slower.table["valid"].tolist() == [False, False, True]


def test_straight_lines() -> None:
    zeros, ones = [0] * 9, [1] * 9
    answers = [zeros, ones, phq(3)]
    valid = {
        rule: score("PHQ-9", answers, straight_lining=rule).table["valid"].tolist()
        for rule in ("any", "above_lowest", "ignore")
    }
    assert valid == {
        "any": [False, False, True],
        "above_lowest": [True, False, True],
        "ignore": [True, True, True],
    }
    note = (
        "3 份答卷中有 1 份因各题答案全部相同而作废。题目少的量表里，认真作答也常常如此；"
        '请抽查后决定是否写 straight_lining="ignore"。'
    )
    assert score("PHQ-9", answers).notes == (note,)
    assert score("PHQ-9", answers, straight_lining="ignore").notes == ()


def test_prorating_marks_the_paper_and_keeps_borders_exact() -> None:
    answers = np.full((3, 90), 1.0)
    answers[:, 1:60] = 2
    answers[0, 80:89] = np.nan
    answers[1, 79:89] = np.nan
    answers[2, 14] = np.nan
    result = score("SCL-90", answers, coding="1-5", missing="prorate")
    table = result.table
    assert table["valid"].tolist() == [True, False, True]
    assert table["prorated"].tolist() == [True, False, True]
    assert table["total"][0] == pytest.approx((149 - 9) * 90 / 81)
    assert np.isnan(table["total"][1])
    assert pd.isna(table["suicide_item"][2])
    assert table["suicide_item"][:2].tolist() == [True, True]
    assert result.options["most_missing"] == "1/10"
    line = result.summary.table.iloc[0]
    assert (line["prorated"], line["suicide_item_unanswered"]) == (2, 1)
    everything = score("SCL-90", answers, coding="1-5", missing="prorate", most_missing=0.12)
    assert everything.table["valid"].all()


def test_prorating_a_standard_score() -> None:
    answers = np.tile([3.0, 2.0], 10)[np.newaxis]
    answers[0, :2] = np.nan
    keyed = score("SDS", answers, missing="prorate").table.iloc[0]
    whole = score("SDS", np.tile([3.0, 2.0], 10)[np.newaxis]).table.iloc[0]
    assert keyed["missing"] == 2
    assert keyed["standard"] == int(keyed["total"] * 1.25 + 0.5)
    assert abs(keyed["standard"] - whole["standard"]) <= 2


def test_facts_count_beside_the_answers() -> None:
    answers = pd.DataFrame(np.zeros((4, 64), dtype=int), columns=[f"u{n}" for n in range(1, 65)])
    asks = pd.Series([True, False, None, 1], dtype=object)
    result = score("UPI", answers.assign(asks=asks), facts={"asks_for_help": "asks"})
    assert result.table["band"].tolist() == ["第一类", "第三类", "第三类", "第一类"]
    assert result.notes == ()
    assert score("UPI", answers).notes == (
        "没有提供“本人提出咨询要求”（facts={'asks_for_help': …}），分类时按没有处理。",
    )
    assert score("UPI", answers.iloc[:, :60]).notes[0] == (
        "数据中没有辅助题（第 61–64 题），分类时按没有处理。"
    )
    with pytest.raises(AnswersError) as error:
        score("UPI", answers, facts={"asks_for_help": ["是", 0, 0, 0]})
    assert str(error.value) == (
        "“本人提出咨询要求”中有“是”。允许：是 1（True）、否 0（False），不知道的留空。"
    )


def test_auxiliary_items_may_stay_blank() -> None:
    answers = np.zeros((1, 64))
    answers[0, 60:] = [1, np.nan, np.nan, 1]
    row = score("UPI", answers).table.iloc[0]
    assert (row["valid"], row["missing"], row["auxiliary"]) == (True, 0, 2)
    assert score("UPI", answers[:, :60]).table["auxiliary"].isna().all()


def test_a_scale_that_does_not_ask_says_nothing_about_suicide() -> None:
    result = score("GAD-7", [[0, 1, 2, 3, 2, 1, 0]])
    assert result.table["suicide_item"].isna().all()
    assert result.follow_up.empty
    assert result.summary.table["suicide_item"].isna().all()
    assert repr(result) == "<GAD-7：1 份答卷，有效 1，阳性 0（0.00%）>"


def test_choices_are_said_with_their_sources() -> None:
    result = score("SDS", [[1, 2] * 10], cutoff=50)  # type: ignore[arg-type]
    assert result.options == {
        "coding": "1-4",
        "missing": "void",
        "straight_lining": "any",
        "out_of_range": "error",
        "rounding": "half_up",
        "cutoff": "50",
    }
    assert result.sources[0] == "Zung (1965), Arch Gen Psychiatry 12:63"
    assert result.sources[-1] == (
        "分界（cutoff=50）：标准分 50–59 轻度，60–69 中度，70 及以上重度。来源：Zung 原版的分界"
    )
    assert len(result.sources) == len(load_scale("SDS").sources) + 2


def test_an_odd_coding_is_pointed_out() -> None:
    result = score("PHQ-9", np.array([phq(3)]) + 1, coding="1-4")
    assert result.notes == ()
    assert score("PHQ-9", [[1, 2, 1, 2, 1, 2, 1, 2, 1]]).notes == (
        "全部答案中没有一个 0，请确认确实是 0-3 编码，而不是 1-4。",
    )


def test_printing_shows_no_single_paper() -> None:
    result = score("PHQ-9", [phq(7), phq(27, nine=3), [3] * 9, phq(14), phq(14)])
    assert repr(result) == (
        "<PHQ-9：5 份答卷，有效 3，阳性 2（66.66%），自杀条目有反应 2（其中作废卷 2）>"
    )
    page = result._repr_html_()
    assert page.count("<tr>") == 6
    assert "<td>中度</td><td>2</td><td>66.66%</td>" in page
    assert "Kroenke, Spitzer &amp; Williams (2001)" in page


class TestNorms:
    answers = np.tile(np.arange(90) % 2 + 1, (3, 1))

    def test_beside_1986(self) -> None:
        summary = score("SCL-90", self.answers, coding="1-5").summary
        table = summary.against("jin_1986").set_index("measure")
        assert table.index.tolist()[:2] == ["total", "somatization"]
        assert set(table["norm_year"]) == {1986}
        assert set(table["norm_n"]) == {1388}
        total = table.loc["total"]
        assert (total["mean"], total["norm_mean"], total["norm_sd"]) == (135.0, 129.96, 38.76)
        assert total["difference"] == pytest.approx(5.04)
        assert total["d"] == pytest.approx(5.04 / 38.76)
        assert "other" not in table.index

    def test_in_the_other_coding(self) -> None:
        one = score("SCL-90", self.answers, coding="1-5").summary.against("jin_1986")
        other = score("SCL-90", self.answers - 1, coding="0-4").summary.against("jin_1986")
        np.testing.assert_allclose(one["difference"], other["difference"], atol=1e-12)
        np.testing.assert_allclose(one["d"], other["d"], atol=1e-12)
        assert other["norm_mean"][0] == pytest.approx(39.96)

    def test_norms_without_values(self) -> None:
        summary = score("SCL-90", self.answers, coding="1-5").summary
        with pytest.raises(DataError) as error:
            summary.against("tang_1999")
        assert str(error.value) == (
            "常模“tang_1999”（唐秋萍 (1999)，47354 人）只收录了年份与样本量，没有均值。"
            "请从原文抄录后自行比较，或改用收录了均值的常模。"
        )
        with pytest.raises(UnknownNameError, match="没有名为“1986”的SCL-90 常模。"):
            summary.against("1986")


def test_means_and_deviations_are_those_of_the_valid_papers() -> None:
    answers = [phq(3), phq(8), phq(20), [2] * 9]
    table = score("PHQ-9", answers).summary.measures
    assert table.loc[0, ["measure", "title", "n"]].tolist() == ["total", "总分", 3]
    assert table["mean"][0] == pytest.approx(31 / 3)
    assert table["sd"][0] == pytest.approx(np.std([3, 8, 20], ddof=1))
    single = score("PHQ-9", [phq(3)]).summary.measures
    assert np.isnan(single["sd"][0])
    none = score("PHQ-9", [[2] * 9]).summary.measures
    assert np.isnan(none["mean"][0])
