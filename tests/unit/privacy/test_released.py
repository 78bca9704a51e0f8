from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from evalkit.audiences import LEVELS, TOPICS
from evalkit.errors import UnknownNameError
from evalkit.privacy import (
    Audience,
    Field,
    Level,
    Released,
    Topic,
    load_policy,
    percent_text,
    release,
)

INTERNAL = load_policy()
UNIT = Field("unit", "学院")
CASES = Field("cases", "一级预警", "人", "count", students=True)
TESTED = Field("tested", "有效", "人", "count")
RATE = Field("rate", "一级预警率", "", "percent", of=("cases", "tested"))
NOTE = "—* 人数不足 5 人，或可由其他数字推算出不足 5 人，按隐私规则不显示。"
FEW = "—* 比率的分母不足 20 人，按隐私规则不显示。"
BOTH = "—* 人数不足 5 人，或可由其他数字推算出不足 5 人，或比率的分母不足 20 人，按隐私规则不显示。"
Counts = Sequence[int | None]


def table(cases: Counts, tested: Counts | None = None, **columns: Sequence[object]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unit": pd.array([*"甲乙丙丁戊己庚"[: len(cases)]], dtype="string"),
            "cases": pd.array([*cases], dtype="Int64"),
            "tested": pd.array([*(tested or [1000] * len(cases))], dtype="Int64"),
            **columns,
        }
    )


def column(released: Released, name: str = "cases") -> list[str]:
    return [released.text(row, name) for row in range(len(released))]


class TestPolicy:
    def test_audiences(self) -> None:
        assert [
            (a.id, a.title, a.small, a.base)
            for a in map(load_policy, ("internal", "panel", "college", "public"))
        ] == [
            ("internal", "校内（学校领导、心理中心）", 5, 20),
            ("panel", "评审组（含校外专家）", 5, 20),
            ("college", "本学院（辅导站与学院负责人）", 5, 20),
            ("public", "对外公开（网页、展板、宣传材料）", 10, 20),
        ]

    @pytest.mark.parametrize(
        ("audience", "topic", "finest"),
        [
            *[(a, topic, "college") for a in ("internal", "panel") for topic in TOPICS],
            *[("college", t, "own") for t in ("risk", "results", "comments", "findings")],
            *[("college", t, "none") for t in ("ranks", "judging", "heads")],
            ("public", "risk", "school"),
            *[("public", topic, "none") for topic in TOPICS if topic != "risk"],
        ],
    )
    def test_who_sees_what(self, audience: str, topic: Topic, finest: Level) -> None:
        policy = load_policy(audience)
        assert policy.sees.keys() == TOPICS.keys()
        seen = [level for level in LEVELS[1:] if policy.may_see(topic, level)]
        assert seen == list(LEVELS[1 : LEVELS.index(finest) + 1])

    def test_a_topic_that_the_policy_does_not_name_is_closed(self) -> None:
        audience = Audience(id="a", title="甲", small=5, base=20)
        assert not any(audience.may_see(topic, "school") for topic in TOPICS)
        assert audience.may_see(None, "college")

    def test_unknown(self) -> None:
        with pytest.raises(UnknownNameError) as caught:
            load_policy("intern")
        assert str(caught.value) == (
            "没有名为“intern”的读者类别。您要的是不是“internal”？"
            "现有：internal、panel、college、public。"
        )


class TestTopics:
    def test_a_closed_table_has_no_row_and_says_why(self) -> None:
        public = load_policy("public")
        released = release(table([40, 30]), (UNIT, CASES), public, topic="risk")
        said = "按隐私规则，预警等级、访谈、转介、重点关爱与危机干预不向读者“对外公开”提供。"
        assert (len(released), released.withheld, repr(released)) == (0, said, said)
        assert released._repr_html_() == f"<p>{said}</p>"
        assert len(release(table([40]), (UNIT, CASES), public, topic="risk", level="school")) == 1

    def test_a_closed_column_is_not_there_nor_what_it_was_computed_from(self) -> None:
        frame = pd.DataFrame({"unit": ["甲"], "cases": [40], "whole": [400]})
        rate = Field("rate", "比率", kind="percent", of=("cases", "whole"), topic="risk")
        released = release(frame, (UNIT, rate), load_policy("public"))
        assert list(released.frame) == ["unit"]
        assert [field.name for field in released.fields] == ["unit"]
        assert released.note == "按隐私规则，“比率”不向读者“对外公开”提供。"
        assert list(release(frame, (UNIT, rate), INTERNAL).frame) == [
            "unit", "cases", "whole", "rate",
        ]  # fmt: skip

    def test_the_reason_stays_with_chosen_rows(self) -> None:
        released = release(table([40, 30]), (UNIT, CASES), INTERNAL, withheld="还没有。")
        assert (len(released), released.withheld) == (0, "还没有。")
        assert released.select(pd.Series([], dtype=bool)).withheld == "还没有。"


class TestPrimary:
    @pytest.mark.parametrize("number", [1, 2, 3, 4])
    def test_small_counts_are_taken_out(self, number: int) -> None:
        released = release(table([number, 3, 40]), (UNIT, CASES), INTERNAL)
        assert column(released)[0] == "—*"
        assert pd.isna(released.frame["cases"][0])

    @pytest.mark.parametrize("number", [0, 5, 6, 1234])
    def test_zero_and_large_counts_are_shown(self, number: int) -> None:
        released = release(table([number, 40, 0]), (UNIT, CASES), INTERNAL)
        assert column(released) == [f"{number:,}", "40", "0"]
        assert released.note == ""

    def test_larger_threshold_of_another_audience(self) -> None:
        frame = table([9, 8, 10, 40])
        assert column(release(frame, (UNIT, CASES), INTERNAL)) == ["9", "8", "10", "40"]
        public = release(frame, (UNIT, CASES), load_policy("public"))
        assert column(public) == ["—*", "—*", "10", "40"]
        assert public.note == NOTE.replace("5", "10")

    def test_missing_is_neither_zero_nor_suppressed(self) -> None:
        released = release(table([None, 7, None]), (UNIT, CASES), INTERNAL)
        assert column(released) == ["—", "7", "—"]
        assert released.note == ""

    @pytest.mark.parametrize("decided", [None, pd.DataFrame({"cases": [True, False, True, False]})])
    def test_nothing_is_left_of_what_was_taken_out(self, decided: pd.DataFrame | None) -> None:
        """Pandas keeps the numbers that it masks, and Arrow hands them on."""
        share = Field("share", "份额", "", "percent", of=("tested", "tested"), hidden_with="cases")
        fields = (UNIT, CASES, replace(RATE, of=("planned", "cases"), students=True), share)
        frame = table([3, 40, 20], planned=pd.array([2, 30, 10], dtype="Int64"))
        released = release(frame, fields, INTERNAL, total={"unit": "合计"}, hidden=decided)
        for name in ("cases", "planned", "rate", "share"):
            gone = released.suppressed[name].to_numpy()
            assert gone.tolist() == [True, False, True, False]
            _, values = pa.array(released.frame[name]).buffers()
            left = np.frombuffer(values, np.float64 if name in ("rate", "share") else np.int64)
            assert not np.nan_to_num(left[:4][gone]).any()

    def test_what_is_missing_is_not_taken_out(self) -> None:
        decided = pd.DataFrame({"cases": [True, True, False]})
        released = release(table([None, 40, 30]), (UNIT, CASES), INTERNAL, hidden=decided)
        assert column(released) == ["—", "—*", "30"]

    def test_only_counts_of_students(self) -> None:
        frame = table([3, 4, 40], tested=[1, 2, 3])
        assert column(release(frame, (UNIT, TESTED), INTERNAL), "tested") == ["1", "2", "3"]

    def test_participation_is_never_suppressed(self) -> None:
        rate = Field("share", "参测率", "", "percent", of=("tested", "due"))
        frame = table([0, 0], tested=[2, 1], due=pd.array([3, 1], dtype="Int64"))
        released = release(frame, (UNIT, TESTED, rate), INTERNAL, total={"unit": "合计"})
        assert column(released, "share") == ["66.66%", "100%", "75.00%"]
        assert released.note == ""

    def test_plain_integers_and_floats_count_as_well(self) -> None:
        for dtype in ("int64", "float64"):
            frame = table([3, 40, 20]).astype({"cases": dtype})
            released = release(frame, (UNIT, CASES), INTERNAL, total={"unit": "合计"})
            assert column(released) == ["—*", "40", "—*", "63"]


class TestComplementary:
    @pytest.mark.parametrize(
        ("cases", "shown"),
        [
            # one small: the smallest other goes with it
            ([3, 40, 20, 0], ["—*", "40", "—*", "0"]),
            ([3, 20, 20, 0], ["—*", "—*", "20", "0"]),
            # several small whose sum is not
            ([3, 4, 40], ["—*", "—*", "40"]),
            # several small whose sum is small: the next one goes too
            ([1, 2, 40, 20], ["—*", "—*", "40", "—*"]),
            ([1, 1, 2, 40, 20], ["—*", "—*", "—*", "40", "—*"]),
            ([1, 1, 0, 6], ["—*", "—*", "0", "—*"]),
            # a sum that can be shared out in one way only
            ([1, 1, 1, 1, 1, 9, 8], ["—*"] * 5 + ["9", "—*"]),
            ([4, 4, 4, 9, 8], ["—*", "—*", "—*", "9", "—*"]),
            # only zeros are left to go
            ([3, 0, 0, None], ["—*", "—*", "0", "—"]),
            ([4, 4, 0, 0], ["—*", "—*", "—*", "0"]),
            ([1, 2, 0, 0], ["—*", "—*", "0", "0"]),
            # nothing is left to go
            ([3, None, None], ["—*", "—", "—"]),
            ([3], ["—*"]),
        ],
    )
    def test_which_go_too(self, cases: Counts, shown: list[str]) -> None:
        released = release(table(cases), (UNIT, CASES), INTERNAL)
        assert column(released) == shown
        assert released.note == NOTE

    def test_each_column_for_itself(self) -> None:
        others = Field("others", "二级预警", "人", "count", students=True)
        frame = table([3, 40, 20], others=pd.array([30, 20, 10], dtype="Int64"))
        released = release(frame, (UNIT, CASES, others), INTERNAL)
        assert column(released) == ["—*", "40", "—*"]
        assert column(released, "others") == ["30", "20", "10"]

    def test_within_each_group(self) -> None:
        frame = table([3, 40, 20, 7, 8, 9], college=["一", "一", "一", "二", "二", "二"])
        released = release(frame, (UNIT, CASES), INTERNAL, within="college")
        assert column(released) == ["—*", "40", "—*", "7", "8", "9"]

    def test_group_of_one_row(self) -> None:
        frame = table([3, 40], year=["2023-2024", "2024-2025"])
        assert column(release(frame, (UNIT, CASES), INTERNAL, within="year")) == ["—*", "40"]

    def test_rows_of_no_group_are_a_group(self) -> None:
        frame = table([3, 40, 20, 7], college=pd.array([None, None, "二", "二"], dtype="string"))
        released = release(frame, (UNIT, CASES), INTERNAL, within="college")
        assert column(released) == ["—*", "—*", "20", "7"]

    def test_empty_table(self) -> None:
        for within in (None, "unit"):
            released = release(table([]), (UNIT, CASES, RATE), INTERNAL, within=within)
            assert (len(released), released.note) == (0, "")


class TestTotal:
    def test_sums_of_what_is_true_not_of_what_is_shown(self) -> None:
        released = release(
            table([3, 40, 20]), (UNIT, CASES, TESTED), INTERNAL, total={"unit": "全校"}
        )
        assert column(released, "unit") == ["甲", "乙", "丙", "全校"]
        assert column(released) == ["—*", "40", "—*", "63"]
        assert column(released, "tested") == ["1,000", "1,000", "1,000", "3,000"]

    @pytest.mark.parametrize(
        ("cases", "shown"),
        [
            ([3, 0, 0], ["—*", "—*", "0", "—*"]),
            ([1, 1, 0], ["—*", "—*", "—*", "—*"]),
            ([2, 2], ["—*", "—*", "—*"]),
            ([3, None], ["—*", "—", "—*"]),
            ([0, 0], ["0", "0", "0"]),
            ([None, None], ["—", "—", "—"]),
            ([2, 3], ["—*", "—*", "5"]),
            # not small, but it would give the parts away
            ([4, 4], ["—*", "—*", "—*"]),
            ([1, 1, 1, 1, 1], ["—*"] * 6),
        ],
    )
    def test_total_that_says_too_much_is_taken_out(self, cases: Counts, shown: list[str]) -> None:
        released = release(table(cases), (UNIT, CASES), INTERNAL, total={"unit": "全校"})
        assert column(released) == shown

    @pytest.mark.parametrize(
        ("cases", "shown"),
        [
            ([3, 40, 50], ["—*", "40", "50", "—*"]),
            ([9, 40, 3], ["9", "—*", "—*", "52"]),
            ([9, 0, 1], ["9", "—*", "—*", "—*"]),
        ],
    )
    def test_total_over_groups_gives_no_group_away(self, cases: Counts, shown: list[str]) -> None:
        frame = table(cases, college=["一", "二", "二"])
        released = release(frame, (UNIT, CASES), INTERNAL, total={"unit": "全校"}, within="college")
        assert column(released) == shown

    def test_money_is_added_and_other_numbers_are_not(self) -> None:
        fields = (UNIT, Field("spent", "支出", "元", "money"), Field("each", "人均", "", "number"))
        frame = table([0, 0], spent=[1234.5, 0.25], each=[1.25, 2.0])
        released = release(frame, fields, INTERNAL, total={"unit": "合计"})
        assert column(released, "spent") == ["1,234.50", "0.25", "1,234.75"]
        assert column(released, "each") == ["1.2", "2.0", "—"]

    def test_total_of_an_empty_table(self) -> None:
        released = release(table([]), (UNIT, CASES, RATE), INTERNAL, total={"unit": "合计"})
        assert (len(released), list(released.frame["cases"])) == (0, [])


class TestRates:
    def test_hidden_with_another_column(self) -> None:
        frame = table([3, 40], tested=[30, 50])
        follows = Field(
            "kept", "按期", kind="percent", of=("tested", "tested"), hidden_with="cases"
        )
        released = release(frame, (UNIT, CASES, follows), INTERNAL, within="unit")
        assert column(released, "kept") == ["—*", "100%"]

    def test_hidden_with_their_counts(self) -> None:
        frame = table([3, 40, 20, 0], tested=[300, 400, 500, 100])
        released = release(frame, (UNIT, CASES, RATE), INTERNAL, total={"unit": "合计"})
        assert column(released, "rate") == ["—*", "10.00%", "—*", "0.00%", "4.84%"]
        assert released.frame["rate"].isna().tolist() == [True, False, True, False, False]
        assert released.note == NOTE

    def test_few_in_the_denominator(self) -> None:
        frame = table([6, 7, 8], tested=[19, 20, 0])
        released = release(frame, (UNIT, CASES, RATE), INTERNAL)
        assert column(released) == ["6", "7", "8"]
        assert column(released, "rate") == ["—*", "35.00%", "—"]
        assert released.note == FEW

    def test_both_reasons_are_given(self) -> None:
        frame = table([3, 7, 8], tested=[300, 200, 15])
        released = release(frame, (UNIT, CASES, RATE), INTERNAL)
        assert column(released, "rate") == ["—*", "—*", "—*"]
        assert released.note == BOTH

    def test_hidden_denominator(self) -> None:
        plans = Field("plans", "一生一策", "", "percent", of=("planned", "cases"))
        frame = table([3, 8, 40], planned=pd.array([2, 8, 39], dtype="Int64"))
        released = release(frame, (UNIT, CASES, plans), INTERNAL)
        assert column(released, "plans") == ["—*", "—*", "97.50%"]
        # What is only there for the rate would tell as much as the rate.
        assert released.frame["planned"].isna().tolist() == [True, True, False]

    def test_numerator_without_a_column_of_its_own(self) -> None:
        rate = replace(RATE, students=True)
        frame = table([3, 40, 20, 6], tested=[300, 400, 500, 10])
        released = release(frame, (UNIT, rate), INTERNAL)
        assert column(released, "rate") == ["—*", "10.00%", "4.00%", "—*"]
        assert released.frame["cases"].isna().tolist() == [True, False, False, True]
        assert released.note == BOTH

    def test_denominator_that_other_rates_need_stays(self) -> None:
        others = Field("share", "参测率", "", "percent", of=("tested", "due"))
        frame = table([3, 40, 20], due=pd.array([1200] * 3, dtype="Int64"))
        released = release(frame, (UNIT, CASES, RATE, others), INTERNAL)
        assert column(released, "rate") == ["—*", "4.00%", "—*"]
        assert column(released, "share") == ["83.33%"] * 3

    def test_without_data(self) -> None:
        frame = table([None, 40], tested=[300, None])
        assert column(release(frame, (UNIT, CASES, RATE), INTERNAL), "rate") == ["—", "—"]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (2239, 2240, "99.95%"),
        (2240, 2240, "100%"),
        (99_999, 100_000, "99.99%"),
        (0, 12, "0.00%"),
        (1, 3, "33.33%"),
        (2, 3, "66.66%"),
        (1, 100_000, "0.00%"),
        (29, 100, "29.00%"),
        (5, 4, "125.00%"),
        (0, 0, "—"),
        (10**17 - 1, 10**17, "99.99%"),
    ],
)
def test_percent_text_is_cut_off_and_full_only_if_equal(part: int, whole: int, text: str) -> None:
    assert percent_text(part, whole) == text


class TestReleased:
    def test_is_made_by_release_only(self) -> None:
        made = release(table([7]), (UNIT, CASES), INTERNAL)
        with pytest.raises(TypeError, match=r"made by evalkit\.privacy\.release only"):
            Released(made.frame, made.suppressed, made.fields, INTERNAL, object())
        with pytest.raises(TypeError, match="key"):
            Released(made.frame, made.suppressed, made.fields, INTERNAL)  # type: ignore[call-arg]

    def test_cannot_be_filled_with_another_frame(self) -> None:
        made = release(table([3, 40]), (UNIT, CASES), INTERNAL)
        with pytest.raises((TypeError, ValueError), match="key"):
            replace(made, frame=table([3, 40]))

    def test_columns_that_are_no_field_do_not_pass(self) -> None:
        frame = table([7], name=["王某"])
        released = release(frame, (UNIT, CASES), INTERNAL)
        assert list(released.frame) == ["unit", "cases"]
        with pytest.raises(KeyError):
            released.text(0, "name")

    def test_input_is_not_changed(self) -> None:
        frame = table([3, 40, 20])
        before = frame.copy()
        release(frame, (UNIT, CASES, RATE), INTERNAL, total={"unit": "合计"})
        pd.testing.assert_frame_equal(frame, before)

    def test_index_of_the_input_does_not_matter(self) -> None:
        frame = table([3, 40, 20]).set_index(pd.Index([7, 7, 3]))
        for within in (None, "unit"):
            released = release(frame, (UNIT, CASES, RATE), INTERNAL, within=within)
            assert column(released)[:2] == ["—*", "40"]

    def test_select_keeps_what_is_suppressed(self) -> None:
        released = release(table([3, 40, 20]), (UNIT, CASES, RATE), INTERNAL)
        some = released.select(released.frame["unit"] != "乙")
        assert column(some, "unit") == ["甲", "丙"]
        assert (column(some), column(some, "rate")) == (["—*", "—*"], ["—*", "—*"])
        assert some.note == NOTE
        others = released.select(released.frame["unit"] == "乙")
        assert (column(others), others.note) == (["40"], "")
        assert (some.fields, some.audience) == (released.fields, INTERNAL)

    def test_field_by_name(self) -> None:
        released = release(table([7]), (UNIT, CASES), INTERNAL)
        assert released.field("cases") is CASES
        assert (CASES.header, UNIT.header) == ("一级预警（人）", "学院")
        with pytest.raises(KeyError):
            released.field("tested")

    @pytest.mark.parametrize(
        ("field", "value", "text"),
        [
            (Field("x", "甲"), "文", "文"),
            (Field("x", "甲"), None, "—"),
            (Field("x", "甲", kind="count"), 12345, "12,345"),
            (Field("x", "甲", kind="score"), Decimal("88.50"), "88.50"),
            (Field("x", "甲", kind="change"), Decimal("1.25"), "+1.25"),
            (Field("x", "甲", kind="change"), Decimal("-1.25"), "−1.25"),
            (Field("x", "甲", kind="change"), Decimal("0.00"), "0.00"),
            (Field("x", "甲", kind="number"), 1234.56, "1,234.6"),
            (Field("x", "甲", kind="number", decimals=2), 1234.56, "1,234.56"),
            (Field("x", "甲", kind="number"), float("nan"), "—"),
            (Field("x", "甲", kind="money"), 1234.5, "1,234.50"),
            (Field("x", "甲", kind="percent"), 12.34, "12.3"),
            (Field("x", "甲", kind="date"), pd.Timestamp(date(2024, 9, 5)), "2024-09-05"),
            (Field("x", "甲", kind="date"), pd.NaT, "—"),
            (Field("x", "甲", kind="month"), "2024-09", "2024-09"),
            (Field("x", "甲", kind="flag"), True, "是"),
            (Field("x", "甲", kind="flag"), False, "否"),
        ],
    )
    def test_text_of_each_kind(self, field: Field, value: object, text: str) -> None:
        assert release(pd.DataFrame({"x": [value]}), (field,), INTERNAL).text(0, "x") == text


def test_smallest_thresholds_that_a_policy_may_set() -> None:
    audience = Audience(id="a", title="甲", small=2, base=2)
    assert column(release(table([1, 1, 1, 9, 8]), (UNIT, CASES), audience)) == [
        "—*", "—*", "—*", "9", "—*",
    ]  # fmt: skip


class TestShowingItself:
    def test_small_counts_are_marks_in_every_form(self) -> None:
        released = release(table([3, 7, 40]), [UNIT, CASES, TESTED], INTERNAL)
        assert repr(released) == (
            "学院\t一级预警（人）\t有效（人）\n甲\t—*\t1,000\n乙\t—*\t1,000\n丙\t40\t1,000\n" + NOTE
        )
        html = released._repr_html_()
        assert html.startswith("<table><thead><tr><th>学院</th><th>一级预警（人）</th>")
        assert "<tr><td>甲</td><td>—*</td><td>1,000</td></tr>" in html
        assert html.endswith(f"</table><p>{NOTE}</p>")
        assert ">3<" not in html
        assert ">7<" not in html

    def test_what_people_typed_is_text(self) -> None:
        frame = table([40], unit=["<script>"])
        assert "<td>&lt;script&gt;</td>" in release(frame, [UNIT], INTERNAL)._repr_html_()
