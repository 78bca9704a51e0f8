"""Comparing candidates for the heads' award. The rubric has no score for heads: a table, no sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from evalkit.errors import PanelError
from evalkit.panel.awards import TIED, StationProposal
from evalkit.panel.result import CollegeResult, PanelResult
from evalkit.rubric import Award

__all__ = ["ComparedHead", "HeadCandidate", "HeadComparison", "compare_heads"]

UNKNOWN = "无数据"


@dataclass(frozen=True, slots=True)
class HeadCandidate:
    """What is on record about a station's head for the year; ``None`` where nothing is.

    Parameters
    ----------
    college, name : str
        Code of the college, name of the head.
    months_in_post : int or None
        Whole months in post.
    form_in_september : bool or None
        Whether the registration form came in September.
    n_trainings : int or None
        Professional trainings attended.
    n_awards, n_research : int or None
        The head's own awards and research outputs.
    n_positive_log, n_negative_log : int or None
        Entries about the head's station in the centre's daily log.
    """

    college: str
    name: str
    months_in_post: int | None
    form_in_september: bool | None
    n_trainings: int | None
    n_awards: int | None
    n_research: int | None
    n_positive_log: int | None
    n_negative_log: int | None


@dataclass(frozen=True, slots=True)
class ComparedHead:
    """One candidate in the comparison.

    Parameters
    ----------
    candidate : HeadCandidate
        The record.
    station_rank, station_score, station_band
        The own station's result; ``None`` if it has none.
    station_nominated : bool
        Whether the own station is on its short-list.
    eligible : bool
        Whether every condition is shown to be met.
    suggested : bool
        Whether the candidate is on the short-list.
    tied : bool
        Shares the last place on the short-list with more candidates than there are awards.
    reasons, marks : tuple of str
        The record in words; what the panel should know before it decides. In Chinese.
    """

    candidate: HeadCandidate
    station_rank: int | None
    station_score: Decimal | None
    station_band: str | None
    station_nominated: bool
    eligible: bool
    suggested: bool
    tied: bool
    reasons: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeadComparison:
    """All candidates in the order of their stations, and who is suggested (建议名单，待审定).

    Parameters
    ----------
    award : Award
        The award.
    heads : tuple of ComparedHead
        All candidates; those whose station has no result come last.
    """

    award: Award
    heads: tuple[ComparedHead, ...]

    def __iter__(self) -> Iterator[ComparedHead]:
        return iter(self.heads)

    def __len__(self) -> int:
        return len(self.heads)

    @property
    def suggested(self) -> tuple[ComparedHead, ...]:
        """The short-list; more than ``award.number`` if the last place is shared."""
        return tuple(head for head in self.heads if head.suggested)

    def frame(self) -> pd.DataFrame:
        """Return one row a candidate.

        Returns
        -------
        DataFrame
            ``college_code``, ``name``, ``station_rank`` (Int64), ``station_score`` (Decimal or
            None), ``station_band``, ``station_nominated``, ``months_in_post``, ``n_trainings``,
            ``n_awards``, ``n_research``, ``n_positive_log``, ``n_negative_log`` (Int64, missing
            where there is no data), ``form_in_september`` (boolean), ``eligible``, ``suggested``,
            ``tied``, ``reasons`` and ``marks`` (Chinese, joined by ；).
        """
        frame = pd.DataFrame(
            [
                {
                    "college_code": head.candidate.college,
                    "name": head.candidate.name,
                    "station_rank": head.station_rank,
                    "station_score": head.station_score,
                    "station_band": head.station_band,
                    "station_nominated": head.station_nominated,
                    "months_in_post": head.candidate.months_in_post,
                    "form_in_september": head.candidate.form_in_september,
                    "n_trainings": head.candidate.n_trainings,
                    "n_awards": head.candidate.n_awards,
                    "n_research": head.candidate.n_research,
                    "n_positive_log": head.candidate.n_positive_log,
                    "n_negative_log": head.candidate.n_negative_log,
                    "eligible": head.eligible,
                    "suggested": head.suggested,
                    "tied": head.tied,
                    "reasons": "；".join(head.reasons),
                    "marks": "；".join(head.marks),
                }
                for head in self.heads
            ],
            columns=_COLUMNS,
        )
        counts = [name for name in _COLUMNS if name.startswith("n_")]
        whole = dict.fromkeys(["station_rank", "months_in_post", *counts], "Int64")
        return frame.astype({**whole, "form_in_september": "boolean"})


_COLUMNS = [
    "college_code", "name", "station_rank", "station_score", "station_band", "station_nominated",
    "months_in_post", "form_in_september", "n_trainings", "n_awards", "n_research",
    "n_positive_log", "n_negative_log", "eligible", "suggested", "tied", "reasons", "marks",
]  # fmt: skip


def compare_heads(
    result: PanelResult,
    award: Award,
    candidates: Sequence[HeadCandidate],
    station: StationProposal,
) -> HeadComparison:
    """Compare all heads and suggest the first ``award.number`` that meet the conditions.

    The order is that of their stations. A suggested head has been in post for
    ``award.min_months_in_post`` months, handed in the form in September and attended at least one
    professional training; what is not on record counts as not shown. If the setting ``head_award``
    says ``same_station``, the head's station must be on its short-list; otherwise its absence is
    only marked.

    Parameters
    ----------
    result : PanelResult
        The panel's result.
    award : Award
        An award for heads.
    candidates : sequence of HeadCandidate
        All heads, also several of one college.
    station : StationProposal
        The stations' short-list.

    Raises
    ------
    PanelError
        If the award is not for heads.
    """
    if award.kind != "head":
        raise PanelError(
            f"奖项“{award.title}”评的不是站长，不能用来比较站长。请改用辅导站奖项的推荐名单。"
        )
    same_station = result.rubric.settings.head_award.value == "same_station"
    own = {each.college: each for each in result}
    last = len(own) + 1
    ordered = sorted(
        candidates, key=lambda c: (own[c.college].rank if c.college in own else last, c.college)
    )
    shortfalls = [tuple(_shortfalls(candidate, award)) for candidate in ordered]
    eligible = [
        not short and c.college in own and (c.college in station or not same_station)
        for c, short in zip(ordered, shortfalls, strict=True)
    ]
    fit = [own[c.college] for c, able in zip(ordered, eligible, strict=True) if able]
    border = fit[: award.number][-1].rank if fit else 0
    crowded = sum(each.rank <= border for each in fit) > award.number
    next_one = next((each for each in fit if each.rank > border), None)
    heads = []
    for candidate, short, able in zip(ordered, shortfalls, eligible, strict=True):
        college = own.get(candidate.college)
        suggested = able and college is not None and college.rank <= border
        tied = suggested and crowded and college is not None and college.rank == border
        nominated = candidate.college in station
        heads.append(
            ComparedHead(
                candidate=candidate,
                station_rank=college.rank if college else None,
                station_score=college.score if college else None,
                station_band=college.band if college else None,
                station_nominated=nominated,
                eligible=able,
                suggested=suggested,
                tied=tied,
                reasons=tuple(_reasons(candidate, college)),
                marks=(
                    *([TIED] if tied else []),
                    *short,
                    *_station_marks(college, nominated),
                    *(_close_marks(college, next_one, award) if suggested else ()),
                ),
            )
        )
    return HeadComparison(award, tuple(heads))


def _shortfalls(candidate: HeadCandidate, award: Award) -> Iterator[str]:
    least = award.min_months_in_post
    if least and candidate.months_in_post is None:
        yield f"任职时间{UNKNOWN}"
    elif candidate.months_in_post is not None and candidate.months_in_post < least:
        yield f"任职不足 {least} 个月"
    if candidate.form_in_september is None:
        yield f"九月登记表{UNKNOWN}"
    elif not candidate.form_in_september:
        yield "未在九月报送登记表"
    if candidate.n_trainings is None:
        yield f"专业培训{UNKNOWN}"
    elif candidate.n_trainings < 1:
        yield "本学年没有专业培训记录"


def _station_marks(own: CollegeResult | None, nominated: bool) -> Iterator[str]:
    if own is None:
        yield "所在站没有评审得分"
        return
    if not nominated:
        yield "所在站未获推荐"
    if own.provisional:
        yield f"所在站评分{own.provisional_note}"


def _close_marks(
    own: CollegeResult | None, next_one: CollegeResult | None, award: Award
) -> Iterator[str]:
    if own is None or next_one is None:
        return
    lead = own.score - next_one.score
    if lead < award.close_margin:
        yield (
            f"所在站与名单外下一位候选人所在站 {next_one.college} 相差 {lead} 分，"
            f"不足 {award.close_margin} 分，建议评审组合议"
        )


def _reasons(candidate: HeadCandidate, own: CollegeResult | None) -> Iterator[str]:
    def count(number: int | None, unit: str) -> str:
        return UNKNOWN if number is None else f"{number} {unit}"

    form = {True: "已报送", False: "未报送", None: UNKNOWN}[candidate.form_in_september]
    if own is not None:
        yield f"所在站得分 {own.score} 分，等次{own.band}，排名第 {own.rank}"
    yield f"任职时间：{count(candidate.months_in_post, '个月')}"
    yield f"九月登记表：{form}"
    yield f"专业培训：{count(candidate.n_trainings, '次')}"
    yield f"个人获奖：{count(candidate.n_awards, '项')}"
    yield f"研究成果：{count(candidate.n_research, '项')}"
    yield f"日常工作评价正面记录：{count(candidate.n_positive_log, '条')}"
    yield f"日常工作评价负面记录：{count(candidate.n_negative_log, '条')}"
