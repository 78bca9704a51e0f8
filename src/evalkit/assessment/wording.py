"""Sentences and headline figures. Every number comes from the assessment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.panel import CollegeResult, HeadCandidate
from evalkit.privacy import percent_text

if TYPE_CHECKING:
    from evalkit.assessment.college import CollegeView
    from evalkit.assessment.school import SchoolView

__all__ = [
    "Card",
    "college_cards",
    "college_conclusion",
    "named",
    "participation_text",
    "school_cards",
    "school_conclusion",
    "signed",
]

NO_DATA = "无数据"


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure: what, how much, and what to hold it against."""

    title: str
    value: str
    remark: str = ""


def signed(change: Decimal) -> str:
    """Return a change with its sign, as printed.

    Examples
    --------
    >>> signed(Decimal("1.50")), signed(Decimal("-0.25")), signed(Decimal("0.00"))
    ('+1.50', '−0.25', '0.00')
    """
    return f"+{change}" if change > 0 else f"−{-change}" if change < 0 else str(change)


def participation_text(totals: pd.Series) -> str:
    """Return participation as printed, from the whole numbers."""
    part, whole = totals.get("n_valid"), totals.get("n_required")
    if part is None or whole is None or pd.isna(part) or pd.isna(whole):
        return NO_DATA
    return percent_text(int(part), int(whole))


def college_cards(view: CollegeView) -> tuple[Card, ...]:
    """Return score, band, rank, participation, timeliness, activities of a college."""
    result, before, totals = view.result, view.previous_result, view.totals
    panel = view.assessment.panel
    cards = []
    if result is not None and panel is not None:
        change = f"较上学年 {signed(result.score - before.score)} 分" if before else "上学年无评分"
        mark = "（暂定）" if result.provisional else ""
        cards = [
            Card("考核得分", f"{result.score}{mark}", change),
            Card("等次", result.band, _band_remark(view)),
        ]
        if view.assessment.audience.may_see("ranks", "own"):
            cards.append(Card("名次", f"第 {result.rank} 名", f"共 {len(panel)} 个学院"))
    if view.has_ledger:
        cards += [
            Card(
                "普测参测率",
                participation_text(totals),
                _of_counts(totals, "n_valid", "n_required"),
            ),
            _timeliness(totals),
            _activities(totals),
        ]
    return tuple(cards)


def college_conclusion(view: CollegeView) -> str:
    """Return the conclusion of a college's report as Markdown."""
    year, result = view.assessment.year, view.result
    if result is None:
        withheld = view.assessment.results_withheld
        rest = "以下只列台账反映的工作情况" if view.has_ledger else ""
        if withheld:
            parts = [f"{year} 学年 **{view.name}**：{withheld}{rest and f'{rest}。'}"]
        else:
            parts = [f"{year} 学年 **{view.name}** {_why_unscored(view)}{rest and f'，{rest}'}。"]
    else:
        parts = [_result_sentence(view, result.score, result.band, result.rank)]
        parts += [f"{named(note, view.assessment.names)}。" for note in _notes(view, result)]
        parts += _strengths_and_gaps(view)
    if not view.has_ledger:
        parts.append("该学院本学年没有交来可以读取的台账，各项工作数据均为“无数据”。")
    return "\n\n".join(parts)


def _result_sentence(view: CollegeView, score: Decimal, band: str, rank: int) -> str:
    panel, before = view.assessment.panel, view.previous_result
    number = len(panel) if panel is not None else 0
    text = f"{view.assessment.year} 学年 **{view.name}** 考核得分 **{score}** 分，等次为 **{band}**"
    if view.assessment.audience.may_see("ranks", "own"):
        text += f"，在 {number} 个学院中列第 **{rank}** 名"
    if before is None:
        return f"{text}。"
    change = score - before.score
    if not change:
        return f"{text}，得分与上学年持平。"
    word = "提高" if change > 0 else "下降"
    return f"{text}，得分较上学年（{before.score} 分，{before.band}）{word} {abs(change)} 分。"


def _notes(view: CollegeView, result: CollegeResult) -> list[str]:
    """Return the remarks on a result, without one that compares colleges if ranks are closed."""
    compares = () if view.assessment.audience.may_see("ranks", "own") else (result.tie_note,)
    return [note for note in result.notes if note not in compares]


def _strengths_and_gaps(view: CollegeView) -> list[str]:
    table = view.indicators().frame
    compared = table.dropna(subset=["median"])
    if compared.empty:
        return []
    lead = (compared["mean"] - compared["median"]) / compared["points"]
    ordered = compared.assign(lead=lead.astype(float)).sort_values(
        ["lead", "indicator"], ascending=[False, True], kind="stable"
    )
    strong = ordered[ordered["lead"] > 0].head(3)
    weak = ordered[ordered["lead"] < 0].iloc[::-1].head(3)
    parts = []
    if len(strong):
        parts.append(f"**长处**：{_against_median(strong, '高')}。")
    if len(weak):
        parts.append(f"**差距**：{_against_median(weak, '低')}。")
    else:
        lowest = table.sort_values("rate", kind="stable").head(1)
        parts.append(
            "**差距**：没有低于全校中位数的考评要点；得分率最低的是 "
            + "".join(
                f"{name}（{mean} 分，满分 {points} 分）"
                for name, mean, points in zip(
                    lowest["indicator"], lowest["mean"], lowest["points"], strict=True
                )
            )
            + "。"
        )
    return parts


def _against_median(rows: pd.DataFrame, word: str) -> str:
    return "；".join(
        f"{name} {mean} 分（满分 {points} 分），比全校中位数{word} {abs(mean - middle)} 分"
        for name, mean, points, middle in zip(
            rows["indicator"], rows["mean"], rows["points"], rows["median"], strict=True
        )
    )


def _why_unscored(view: CollegeView) -> str:
    status = view.assessment.status
    if status == "baseline":
        return "不参加考核（办法施行前的对照学年）"
    return "尚无评审组评分"


def _band_remark(view: CollegeView) -> str:
    rubric, result = view.assessment.rubric, view.result
    band = next(band for band in rubric.bands if result is not None and band.name == result.band)
    return f"{rubric.band_interval(band)} 分"


def _head_name(head: HeadCandidate, names: Mapping[str, str]) -> str:
    return f"{head.name}（{names[head.college]}）"


def named(text: str, names: Mapping[str, str]) -> str:
    """Put the colleges' names in the place of their codes."""
    return re.sub(r" ?(C\d{2,}) ?", lambda match: names.get(match[1], match[0]), text)


def _timeliness(totals: pd.Series) -> Card:
    due = totals.get("n_due")
    if due is None or pd.isna(due):
        return Card("月报及时率", NO_DATA)
    on_time = int(totals["n_on_time"])
    remark = f"按时 {on_time} / 应报 {int(due)} 份"
    return Card("月报及时率", percent_text(on_time, int(due)), remark)


def _activities(totals: pd.Series) -> Card:
    number = _count(totals, "n_activities", "场")
    return Card("活动", number, "" if number == NO_DATA else _count(totals, "n_attend", "人次"))


def _of_counts(totals: pd.Series, part: str, whole: str) -> str:
    if pd.isna(totals.get(part)) or pd.isna(totals.get(whole)):
        return ""
    return f"有效 {int(totals[part]):,} / 应测 {int(totals[whole]):,} 人次"


def _count(totals: pd.Series, name: str, unit: str) -> str:
    value = totals.get(name)
    return NO_DATA if value is None or pd.isna(value) else f"{int(value):,} {unit}"


def school_cards(view: SchoolView) -> tuple[Card, ...]:
    """Return the school's headline figures."""
    panel, totals = view.assessment.panel, view.totals
    cards = [
        Card(
            "参评学院",
            f"{len(view.assessment.colleges)} 个",
            f"学生 {_count(totals, 'n_students', '人')}",
        )
    ]
    if panel is not None and view.assessment.audience.may_see("results", "college"):
        best = max(result.score for result in panel)
        least = min(result.score for result in panel)
        top = view.assessment.rubric.bands[0].name
        cards += [
            Card("评委", f"{len(panel.judges)} 位", f"评分表 {len(panel.sheets)} 份"),
            Card(
                f"{top}等次", f"{sum(r.band == top for r in panel)} 个", f"得分 {least} 至 {best}"
            ),
        ]
    cards += [
        Card("普测参测率", participation_text(totals), _of_counts(totals, "n_valid", "n_required")),
        _timeliness(totals),
        _activities(totals),
    ]
    return tuple(cards)


def _why_no_results(view: SchoolView) -> str:
    assessment = view.assessment
    if assessment.panel is not None:
        return f"：{assessment.refusal('judging')}"
    if assessment.results_withheld:
        return f"：{assessment.results_withheld}"
    if assessment.status == "baseline":
        return "是办法施行前的对照学年，不评分，"
    return "还没有可用的评分表，"


def school_conclusion(view: SchoolView) -> str:
    """Return the conclusion of the school's report as Markdown."""
    assessment = view.assessment
    year, panel = assessment.year, assessment.panel
    if panel is None or not assessment.audience.may_see("judging", "college"):
        return f"{year} 学年{_why_no_results(view)}以下只列各学院台账反映的工作情况。"
    bands = "，".join(
        f"{band.name} {number} 个"
        for band in assessment.rubric.bands
        if (number := sum(result.band == band.name for result in panel))
    )
    parts = [f"{year} 学年共 {len(panel)} 个学院参加考核：{bands}。"]
    parts += [
        f"**{proposal.award.title}建议名单（待审定）**："
        f"{'、'.join(assessment.names[code] for code in proposal.colleges)}。"
        for proposal in view.station_proposals
    ]
    parts += [
        f"**{comparison.award.title}建议名单（待审定）**："
        f"{'、'.join(_head_name(head.candidate, assessment.names) for head in heads)}。"
        for comparison in view.head_comparisons
        if (heads := comparison.suggested)
    ]
    decisions = view.open_decisions
    if decisions:
        listed = "\n".join(f"{n}. {text}" for n, text in enumerate(decisions, 1))
        parts.append(f"**提请评审组留意和决定**：\n\n{listed}")
    else:
        parts.append("各名次之间没有需要表决的并列。")
    return "\n\n".join(parts)
