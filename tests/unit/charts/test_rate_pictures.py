"""Pictures of rates and counts: small counts never show, signals and breaks are marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from evalkit import epidemiology
from evalkit.charts import Picture
from evalkit.charts import epidemiology as pictures
from evalkit.errors import DataError
from evalkit.privacy import load_policy

from .edges import edges

NAMES = ["精细化工学院", "数字技术学院", "环境监测学院", "装备制造学院", "健康护理学院"]
COUNT, WHOLE = [2, 20, 35, 30, 130], [120, 500, 560, 820, 1500]
MONTHS = [11, 3, 15, 11, 7, 7, 10, 12, 4, 10, 10, 8, 11, 25, 6]

DRAWN: dict[str, Callable[[], Picture]] = {
    "funnel": lambda: pictures.funnel(epidemiology.funnel(COUNT, WHOLE, unit=NAMES)),
    "ratio": lambda: pictures.funnel(
        epidemiology.funnel([8, 30, 55], [10.5, 22.1, 60.2], kind="ratio"), students=False
    ),
    "wide": lambda: pictures.funnel(
        epidemiology.funnel(
            COUNT, WHOLE, unit=NAMES, overdispersion="additive", levels=(0.9, 0.95, 0.998)
        )
    ),
    "p": lambda: pictures.control_chart(epidemiology.p_chart([12, 15, 8, 30], 50)),
    "np": lambda: pictures.control_chart(epidemiology.np_chart([12, 15, 8, 30], 50)),
    "c": lambda: pictures.control_chart(epidemiology.c_chart(MONTHS)),
    "u": lambda: pictures.control_chart(epidemiology.u_chart([12, 15, 8], [100, 90, 120])),
    "intervals": lambda: pictures.intervals(epidemiology.wilson(COUNT, WHOLE), NAMES),
    "rates": lambda: pictures.standardised(
        {
            name: epidemiology.directly_standardised_rate(
                [5 + place, 9], [300, 200], [1, 1], multiplier=1000
            )
            for place, name in enumerate(NAMES)
        }
    ),
    "ratios": lambda: pictures.standardised(
        {
            name: epidemiology.indirectly_standardised_ratio(5 + place, [300, 200], [0.02, 0.03])
            for place, name in enumerate(NAMES)
        }
    ),
    "rates of columns": lambda: pictures.standardised(
        epidemiology.directly_standardised_rate(GRADES, 10 * GRADES, [1, 2])
    ),
    "intervals of a table": lambda: pictures.intervals(epidemiology.wilson(GRADES, 10 * GRADES)),
    "rules": lambda: pictures.control_chart(
        epidemiology.c_chart(MONTHS, rules=["beyond", "four_of_five", "six_in_trend"])
    ),
    "groups": lambda: pictures.proportion_trend(
        epidemiology.cochran_armitage(COUNT, WHOLE, [0, 1, 2, 3, 4])
    ),
    "slope": lambda: pictures.series_trend(epidemiology.sen_slope(SERIES, range(2016, 2025))),
    "series": lambda: pictures.series_trend(epidemiology.mann_kendall(SERIES)),
    "trend": lambda: pictures.trend(epidemiology.trend(range(2016, 2025), SERIES, breaks=[2021])),
}
GRADES = pd.DataFrame({"甲": [15, 20], "乙": [30, 44]}, index=["一年级", "二年级"])
SERIES = [9, 8, float("nan"), 7, 7, 12, 11, 11, 10]


@pytest.mark.parametrize("name", DRAWN)
def test_each_result_has_its_picture(name: str) -> None:
    picture = DRAWN[name]()
    first = picture.png()
    assert len(first) > 4000
    assert DRAWN[name]().png() == first
    assert not edges(picture)
    assert len(picture.data) == 1


def points(picture: Picture) -> int:
    """Number of points in the first scatter."""
    found = [
        each for each in picture.figure.axes[0].collections if isinstance(each, PathCollection)
    ]
    offsets: Any = found[0].get_offsets()
    return len(offsets)


def test_small_counts_do_not_show_in_a_funnel() -> None:
    result = epidemiology.funnel(COUNT, WHOLE, unit=NAMES)
    picture = pictures.funnel(result, title="一级预警率")
    # Two of 120 are suppressed, and with them the next smallest, so that no total gives them away.
    assert picture.alt == (
        "漏斗图，3 个单位，2 个人数过少未画：装备制造学院、健康护理学院 在最外的控制限之外"
    )
    assert points(picture) == 3
    shown = " ".join(text.get_text() for text in picture.figure.axes[0].texts)
    assert "精细化工学院" not in shown
    assert "健康护理学院" in shown
    table = picture.data[0]
    assert [table.text(row, "count") for row in range(5)] == ["—*", "—*", "35", "30", "130"]
    assert [table.text(row, "rate") for row in range(2)] == ["—*", "—*"]


def test_counts_about_no_student_are_drawn_as_they_are() -> None:
    result = epidemiology.funnel(COUNT, WHOLE, unit=NAMES)
    assert points(pictures.funnel(result, students=False)) == 5


def test_no_rate_of_a_small_denominator() -> None:
    result = epidemiology.funnel([6, 60, 80], [15, 500, 700], unit=list("ABC"))
    picture = pictures.funnel(result)
    assert points(picture) == 2
    assert "1 个人数过少未画" in picture.alt


def test_the_public_sees_less() -> None:
    result = epidemiology.funnel([8, 60, 80, 90], [150, 500, 700, 800], unit=list("ABCD"))
    assert points(pictures.funnel(result)) == 4
    assert points(pictures.funnel(result, audience=load_policy("public"))) == 2


def test_nothing_left_to_draw_is_said() -> None:
    picture = pictures.funnel(epidemiology.funnel([1, 2], [300, 400], unit=list("AB")))
    assert picture.alt == "各单位的人数都太少，按隐私规则不显示"
    assert picture.data == ()


def test_high_proportions_have_a_window_and_not_a_floor_at_zero() -> None:
    result = epidemiology.funnel([990, 1980, 1455], [1000, 2000, 1500], unit=list("ABC"))
    low, high = pictures.funnel(result, students=False).figure.axes[0].get_ylim()
    assert low > 90
    assert high < 101
    assert (
        pictures.funnel(epidemiology.funnel(COUNT, WHOLE, unit=NAMES)).figure.axes[0].get_ylim()[0]
        == 0
    )


def test_small_monthly_counts_are_gaps() -> None:
    result = epidemiology.c_chart(MONTHS)
    picture = pictures.control_chart(result, title="每月转介次数")
    assert picture.alt == "c 控制图，15 个样本，2 个数目过小未画，1 个有信号"
    table = picture.data[0]
    assert [table.text(row, "value") for row in (0, 1, 8)] == ["11", "—*", "—*"]
    line = max(picture.figure.axes[0].get_lines(), key=lambda each: each.get_marker() == "o")
    drawn = np.asarray(line.get_ydata(), dtype=float)
    assert np.isnan(drawn[[1, 8]]).all()
    assert drawn[13] == 25
    whole = pictures.control_chart(result, students=False)
    assert whole.alt == "c 控制图，15 个样本，1 个有信号"


def test_runs_and_points_beyond_are_marked_apart() -> None:
    counts = [10, 9, 11, 10, 12, 13, 12, 13, 12, 13, 12, 40]
    result = epidemiology.c_chart(counts, baseline=[True] * 4 + [False] * 8)
    picture = pictures.control_chart(result, students=False)
    assert result.beyond == [12]
    assert result.runs == [11, 12]
    assert picture.alt == "c 控制图，12 个样本，2 个有信号"
    marks = [c for c in picture.figure.axes[0].collections if isinstance(c, PathCollection)]
    assert [np.asarray(each.get_offsets())[:, 0].tolist() for each in marks] == [[11], [10, 11]]
    legend = [text.get_text() for text in picture.figure.legends[0].get_texts()]
    assert legend == ["中心线", "3 倍标准差控制限", "超出控制限", "连续 7 个在同侧", "基线样本"]


def test_names_must_fit_the_rates() -> None:
    with pytest.raises(DataError) as caught:
        pictures.intervals(epidemiology.wilson(COUNT, WHOLE), NAMES[:2])
    assert str(caught.value) == "名称有 2 个，率有 5 个，对不上。请逐个给出。"


def test_a_rate_of_nobody_has_no_dot() -> None:
    picture = pictures.intervals(epidemiology.wilson([0, 5], [0, 50]), ["甲", "乙"], title="检出率")
    assert picture.alt == "检出率，2 个：最高 乙 10.00，最低 乙 10.00"
    assert picture.data[0].text(0, "estimate") == "—"


def test_rates_and_ratios_are_not_mixed() -> None:
    rate = epidemiology.directly_standardised_rate([5], [300], [1])
    ratio = epidemiology.indirectly_standardised_ratio(5, [300], [0.02])
    with pytest.raises(DataError) as caught:
        pictures.standardised({"甲": rate, "乙": ratio})
    assert str(caught.value) == ("不同种类、倍数或置信水平的结果不能画在一张图里。请分开画。")
    assert pictures.standardised({}).alt == "没有可画的标准化率"


def test_a_trend_is_cut_at_its_breaks() -> None:
    picture = DRAWN["trend"]()
    assert picture.alt == "2016 至 2024 的变化图，2 段"
    drawn = [line for line in picture.figure.axes[0].get_lines() if line.get_marker() == "o"]
    assert [len(np.asarray(line.get_xdata())) for line in drawn] == [5, 4]
    assert picture.data[0].text(0, "n") == "4"  # a gap is none
    slopes = [line for line in picture.figure.axes[0].get_lines() if line.get_linestyle() == "--"]
    assert len(slopes) == 2


def test_short_stretches_have_points_and_no_slope() -> None:
    result = epidemiology.trend(["2023-2024", "2024-2025"], [5, 6], breaks=["2024-2025"])
    picture = pictures.trend(result, unit="%")
    assert not [x for x in picture.figure.axes[0].get_lines() if x.get_linestyle() == "--"]
    assert picture.data[0].text(0, "note") == "不足三个数，不作趋势判断"


def test_labels_of_a_table_are_names() -> None:
    picture = DRAWN["intervals of a table"]()
    names = [label.get_text() for label in picture.figure.axes[0].get_yticklabels()]
    assert names == ["一年级·甲", "一年级·乙", "二年级·甲", "二年级·乙"]
    units = DRAWN["rates of columns"]()
    assert units.alt == "标准化率，2 个：最高 甲 0.10，最低 甲 0.10"


def test_groups_with_few_students_are_not_drawn() -> None:
    picture = DRAWN["groups"]()
    assert picture.alt == "比例趋势图，3 组，2 组人数过少未画：随得分上升，p < 0.001"
    assert picture.data[0].text(0, "count") == "—*"
    whole = pictures.proportion_trend(
        epidemiology.cochran_armitage(COUNT, WHOLE), students=False, title="一级预警率"
    )
    assert whole.alt.startswith("比例趋势图，5 组：随得分上升")
    few = epidemiology.cochran_armitage([1, 2], [300, 400])
    assert pictures.proportion_trend(few).alt == "各组的人数都太少，按隐私规则不显示"


def test_a_series_and_its_slope_in_words() -> None:
    slope = DRAWN["slope"]().alt
    assert slope == "趋势图，8 个值：每步变化 0.286（95% 区间 -0.5 至 1）"
    assert DRAWN["series"]().alt == "趋势图，8 个值：τ = 0.222，p = 0.530"


def test_further_rules_are_marked_if_they_count() -> None:
    picture = DRAWN["rules"]()
    legend = [text.get_text() for text in picture.figure.legends[0].get_texts()]
    assert legend[-1] == "其他判异规则"
