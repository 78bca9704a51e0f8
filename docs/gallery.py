"""Draw every chart from the invented school and write the page that shows them.

Run from the repository: ``python docs/gallery.py``. Tests draw them again and compare.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from PIL import Image

from evalkit import charts, epidemiology, raters, research
from evalkit.assessment import Assessment, load_assessment
from evalkit.charts import Picture
from evalkit.charts import epidemiology as of_rates
from evalkit.charts import raters as of_raters

__all__ = ["GROUPS", "Data", "drawn", "page", "small"]

YEAR, COLLEGE = "2024-2025", "C07"
WIDTH, COLOURS = 1000, 96
"""Pixels and colours of the pictures on the page."""
NOTE = (
    "颜色在灰度打印、投影和各类色觉之下都能分辨，由 `tests/unit/charts/test_theme.py` 检验；"
    "报告里的图是矢量图，下面是它们的缩略图。表示学生的小数在进入图表以前已按隐私规则隐去。"
)


class Data:
    """What the charts are drawn from, computed when it is first asked for."""

    def __init__(self, assessment: Assessment) -> None:
        self.year = assessment
        self.school = assessment.school
        self.college = assessment.college(COLLEGE)

    @cached_property
    def scores(self) -> Any:
        """Every score: unit, judge, item, score."""
        details = self.school.score_details().frame.drop(columns="recused")
        labels = {each.column: each.label for each in self.year.rubric.indicators}
        long = details.melt(["college", "judge"], var_name="item", value_name="score").dropna()
        return long.rename(columns={"college": "unit"}).assign(item=long["item"].map(labels))

    @cached_property
    def facets(self) -> raters.ManyFacetRasch:
        """The many-facet Rasch analysis of the scores."""
        return raters.many_facet_rasch(self.scores, "partial_credit")

    @cached_property
    def study(self) -> research.ScreeningStudy:
        """The screening, as researchers may see it."""
        return research.screening_study(self.year)

    @cached_property
    def g(self) -> raters.GStudy:
        """The generalizability study of the scores."""
        return raters.g_study(self.scores, "p×r")


def _history(data: Data) -> Picture:
    history = data.study.trend("n_l1")
    return of_rates.trend(history.result, title="全校一级预警率", unit="%")


def _on_time(data: Data) -> Picture:
    yearly = data.school.trends().frame.set_index("year")
    result = epidemiology.cochran_armitage(yearly["n_on_time"], yearly["n_due"])
    return of_rates.proportion_trend(result, title="全校月报及时率", students=False)


def _reach(data: Data) -> Picture:
    monthly = data.school.activities_by_month().frame
    held = monthly[monthly["n_activities"] > 0]
    result = epidemiology.mann_kendall(held.set_index("month")["n_attend"].astype(float))
    return of_rates.series_trend(result, title="每月活动参与人次", unit="人次")


Draw = Callable[[Data], Picture]

REPORTS: Mapping[str, tuple[str, Draw]] = {
    "indicator_bars": (
        "一个学院的十个考评要点：与全校中位数、与自己的上学年相比，高在哪里，低在哪里",
        lambda d: charts.indicator_bars(d.college.indicators()),
    ),
    "ranking": (
        "各学院的名次、得分和等次，离等次的界线还有多远",
        lambda d: charts.ranking(d.school.ranking(), d.year.rubric),
    ),
    "indicator_heatmap": (
        "各学院在各考评要点上的强弱；超过十二个学院时行列互换",
        lambda d: charts.indicator_heatmap(d.school.indicator_rates()),
    ),
    "rank_stability": (
        "名次是否取决于某一位评委",
        lambda d: charts.rank_stability(
            d.school.leave_one_out(), list(d.school.ranking().frame["college"])
        ),
    ),
    "verdict_matrix": (
        "台账对二十三条考评细则说明了什么，哪里缺佐证",
        lambda d: charts.verdict_matrix(d.school.verdict_matrix()),
    ),
    "activities_by_month": (
        "活动在一年里怎样分布，哪些月份是空的，与上学年相比如何",
        lambda d: charts.activities_by_month(d.school.activities_by_month()),
    ),
    "activities_by_form": (
        "办法列出的九种工作形式用了哪些，各有多少人次",
        lambda d: charts.activities_by_form(d.school.activities_by_form()),
    ),
    "counselling_by_month": (
        "个体辅导的人次在一年里怎样变化",
        lambda d: charts.counselling_by_month(d.college.counselling_by_month()),
    ),
    "participation": (
        "普测参测率离 100% 还差多少人次",
        lambda d: charts.participation(d.school.participation(), "college"),
    ),
    "warnings": (
        "各年级三个预警等级的比率和 95% 置信区间；人数过少的不显示",
        lambda d: charts.warnings(d.school.warnings_by_grade(), "grade"),
    ),
    "warning_funnels": (
        "哪些学院的预警率与全校的差别超出了偶然；代替排名，因为小学院的比率波动大",
        lambda d: charts.warning_funnels(d.school.warnings(), "college"),
    ),
    "monthly_calendar": (
        "每个月的心理月报按时、迟交还是未交",
        lambda d: charts.monthly_calendar(d.school.monthly_reports(), "college"),
    ),
    "training_matrix": (
        "骨干培训按学期、年级、角色是否都做了",
        lambda d: charts.training_matrix(d.college.training_cells()),
    ),
    "trends": (
        "主要指标历年的变化；换过测评工具的年份之间不连线",
        lambda d: charts.trends(d.college.trends(), breaks=d.college.instrument_changes),
    ),
}
AGREEMENT: Mapping[str, tuple[str, Draw]] = {
    "rank_intervals": (
        "换一组评委，名次会落在什么范围",
        lambda d: of_raters.rank_intervals(raters.rank_uncertainty(d.scores, 2)),
    ),
    "order_sensitivity": (
        "换一种计分方法，名次会不会变（研究用）",
        lambda d: of_raters.order_sensitivity(raters.sensitivity(d.scores, 2, rasch=True)),
    ),
    "agreement": (
        "评委之间一致到什么程度",
        lambda d: of_raters.agreement(
            raters.icc(d.scores), raters.krippendorff_alpha(d.scores), raters.kendall_w(d.scores)
        ),
    ),
    "correlations": (
        "每两位评委的总分是否同升同降",
        lambda d: of_raters.correlations(raters.pairwise_correlations(d.scores)),
    ),
    "judge_correlations": (
        "哪位评委与其余评委的看法不同",
        lambda d: of_raters.judge_correlations(raters.judge_vs_rest(d.scores)),
    ),
    "wright_map": (
        "学院的水平、评委的宽严、要点的难易放在同一把尺上",
        lambda d: of_raters.wright_map(d.facets),
    ),
    "severity": (
        "各位评委的宽严，以及评分是否前后一致",
        lambda d: of_raters.severity(d.facets),
    ),
    "bias": (
        "哪位评委对哪个学院特别宽或特别严",
        lambda d: of_raters.bias(raters.bias(d.facets, "judge", "unit")),
    ),
    "components": (
        "分数的差别有多少来自学院，多少来自评委",
        lambda d: of_raters.components(d.g),
    ),
    "d_curve": (
        "要几位评委，总分才足够可靠",
        lambda d: of_raters.d_curve(raters.d_study(d.g, judges=range(1, 13), phi=0.9), 0.9),
    ),
}
RATES: Mapping[str, tuple[str, Draw]] = {
    "intervals": (
        "比率连同置信区间，人数少的区间宽",
        lambda d: of_rates.intervals(
            d.study.rates().interval, d.study.rates().names, title="各学院的一级预警率"
        ),
    ),
    "funnel": (
        "与全校的差别有没有超出偶然",
        lambda d: of_rates.funnel(
            d.study.rates("n_l2").funnel(), title="二级预警率", audience=d.study.audience
        ),
    ),
    "control_chart": (
        "每月的数有没有异常的高低或连续偏向一侧",
        lambda d: of_rates.control_chart(
            research.counselling_chart(d.study), title="每千名学生个体辅导人次", students=False
        ),
    ),
    "standardised": (
        "扣除年级构成的不同以后，学院之间还差多少",
        lambda d: of_rates.standardised(
            research.standardise(d.study, "n_l1").ratios, title="一级预警率的标准化比"
        ),
    ),
    "trend": ("一个比率历年的变化，断点前后分开看", _history),
    "proportion_trend": ("比例是否随年份一路升降", _on_time),
    "series_trend": ("一列数是否有单向的变化", _reach),
}
GROUPS: tuple[tuple[str, ModuleType, Mapping[str, tuple[str, Draw]]], ...] = (
    ("报告：`evalkit.charts`", charts, REPORTS),
    ("评委的一致性：`evalkit.charts.raters`", of_raters, AGREEMENT),
    ("率与趋势：`evalkit.charts.epidemiology`", of_rates, RATES),
)


def drawn(data: Data) -> dict[str, Picture]:
    """Return every chart, by name."""
    return {name: draw(data) for _, _, group in GROUPS for name, (_, draw) in group.items()}


def small(picture: Picture) -> Image.Image:
    """Return a picture as it stands on the page."""
    with Image.open(io.BytesIO(picture.png())) as whole:
        height = round(whole.height * WIDTH / whole.width)
        shown = whole.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    # Thin lines in a colour of their own keep it by this method, and not by the usual one.
    return shown.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def page(pictures: Mapping[str, Picture]) -> str:
    """Return the text of the page."""
    parts = [
        "# 图表一览",
        "由 `python docs/gallery.py` 根据示例学校生成，请不要直接修改；学校、人员与数字均为虚构。",
        NOTE,
    ]
    for title, module, group in GROUPS:
        parts.append(f"## {title}")
        for name, (purpose, _) in group.items():
            picture = pictures[name]
            parts.append(f"### {module.__name__.removeprefix('evalkit.')}.{name}")
            parts.append(f"**看什么**：{purpose}。")
            parts.append(f"![{picture.alt}](gallery/{name}.png)")
            caption = " ".join(picture.caption.split())
            parts.append(f"**图注**：{caption or '与替代文字相同'}")
            parts.append(f"**替代文字**：{picture.alt}")
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the page and its pictures beside this file."""
    here = Path(__file__).parent
    data = Data(load_assessment(YEAR, workspace=here.parent))
    pictures = drawn(data)
    folder = here / "gallery"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for name, picture in pictures.items():
        small(picture).save(folder / f"{name}.png", optimize=True)
    (here / "gallery.md").write_text(page(pictures), "utf-8")
    sys.stdout.write(f"{len(pictures)} 张图：{here / 'gallery.md'}\n")


if __name__ == "__main__":
    main()
