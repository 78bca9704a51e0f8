"""What a newcomer finds behind the dot, in the order in which one looks, and what each is."""

from __future__ import annotations

import html
from collections.abc import Mapping

__all__ = ["ASSESSMENT", "COLLEGE", "SCHOOL", "page", "public_names"]

ASSESSMENT: Mapping[str, str] = {
    "college": '一个学院：.college("C03")，代码、全称、别名都可以',
    "school": "全校",
    "verdicts": "佐证结论：各学院每条考评细则是否达标",
    "metrics": "指标值：各学院、各学年的全部指标",
    "trends": "各指标逐年变化，附不可比的标记和全校中位数、范围",
    "discussion": "评审组评分与佐证方向相反之处，供讨论",
    "scores": "各考评要点的得分均值",
    "ranks": "名次、得分、等次",
    "bands": "各等次的学院",
    "proposals": "评优建议名单（待审定）",
    "findings_frame": "数据问题清单",
    "school_metrics": "全校的指标，不用来评价学院",
    "provenance": "每个学年的数据快照和规则版本",
    "rubric": "考核办法",
}
COLLEGE: Mapping[str, str] = {
    "conclusion": "结论",
    "cards": "主要数字",
    "verdict_table": "每条考评细则是否达标",
    "evidence_table": "每项指标的数值、要求和结论",
    "verdicts": "佐证结论全文：依据的行、缺什么、数据问题",
    "improvements": "整改清单",
    "indicators": "各考评要点得分与全校中位数、上学年对比",
    "metric_trends": "各指标逐年变化",
    "discussion_table": "评审组评分与佐证方向相反之处",
    "activities_by_month": "各月宣教活动",
    "activities_by_form": "各种形式的活动",
    "activities_by_audience": "面向各类人群的活动",
    "participation": "普测参测情况",
    "warnings": "普测预警情况",
    "monthly_reports": "月报报送情况",
    "counselling": "心理辅导",
    "counselling_by_channel": "个体辅导的方式",
    "network": "三级工作网络",
    "training_cells": "骨干培训",
    "staff": "站内人员",
    "funds": "工作经费",
    "priority_care": "重点关爱",
    "research": "科研成果",
    "awards": "获奖",
    "trends": "主要数字逐年变化",
    "comments": "评委文字意见",
    "findings": "台账中的数据问题",
}
SCHOOL: Mapping[str, str] = {
    "conclusion": "结论",
    "cards": "主要数字",
    "ranking": "名次、得分、等次",
    "verdict_matrix": "各学院每条考评细则是否达标",
    "discussion_table": "评审组评分与佐证方向相反之处",
    "station_nominees": "优秀站建议名单",
    "head_candidates": "站长比较表",
    "close_calls": "差距很小的名次和等次边界",
    "open_decisions": "提请评审组决定的事项",
    "judge_totals": "各评委总分",
    "indicator_rates": "各考评要点得分率",
    "leave_one_out": "去掉一位评委后的名次",
    "agreement": "评委之间一致的程度",
    "work": "各学院主要工作",
    "participation": "普测参测情况",
    "warnings": "普测预警情况",
    "monthly_reports": "月报报送情况",
    "activities_by_month": "各月宣教活动",
    "trends": "主要数字逐年变化",
    "settings": "办法未写明之处的处理决定",
    "data_quality": "各份材料的数据问题",
    "provenance": "数据快照和规则的版本",
}


def public_names(thing: object) -> list[str]:
    """Return what tab completion offers: no private names, and none of the machinery's."""
    return sorted(name for name in object.__dir__(thing) if not name.startswith("_"))


def page(facts: Mapping[str, str], guide: Mapping[str, str]) -> str:
    """Return facts and the guide as HTML; what comes from people is shown as text."""
    cells = "".join(
        f"<tr><th style='text-align:left'>{html.escape(key)}</th>"
        f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
        for key, value in facts.items()
    )
    names = "".join(
        f"<tr><td style='text-align:left'><code>.{html.escape(name)}</code></td>"
        f"<td style='text-align:left'>{html.escape(what)}</td></tr>"
        for name, what in guide.items()
    )
    return (
        f"<table>{cells}</table><details><summary>接着看</summary><table>{names}</table></details>"
    )
