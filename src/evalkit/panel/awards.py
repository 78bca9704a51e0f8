"""Which stations to propose for an award. The panel decides; marks mark, they never remove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from evalkit.errors import PanelError
from evalkit.panel.result import CollegeResult, PanelResult
from evalkit.panel.sensitivity import leave_one_judge_out
from evalkit.rubric import Award, Rubric

__all__ = ["Nominee", "StationProposal", "propose_stations"]

TIED = "并列，提请评审组表决"


@dataclass(frozen=True, slots=True)
class Nominee:
    """A college proposed for a station's award.

    Parameters
    ----------
    college : str
        Code of the college.
    rank : int
        Its rank among all colleges.
    score : Decimal
        Published score.
    band : str
        Band.
    margin : Decimal or None
        Lead over the first college that is not proposed, in points; ``None`` if all are.
    tied : bool
        Shares the last place on the list with more colleges than there are awards.
    reasons, marks : tuple of str
        Why it is proposed; what the panel should know before it decides. In Chinese.
    """

    college: str
    rank: int
    score: Decimal
    band: str
    margin: Decimal | None
    tied: bool
    reasons: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StationProposal:
    """The short-list for a station's award (建议名单，待审定).

    Parameters
    ----------
    award : Award
        The award.
    nominees : tuple of Nominee
        In the order of rank; more than ``award.number`` if the last place is shared.
    runners_up : tuple of str
        The first college that is not proposed, and those that share its rank.
    stable : bool
        Whether the list is the same whichever judge is left out.
    """

    award: Award
    nominees: tuple[Nominee, ...]
    runners_up: tuple[str, ...]
    stable: bool

    def __contains__(self, college: object) -> bool:
        return college in self.colleges

    def __iter__(self) -> Iterator[Nominee]:
        return iter(self.nominees)

    def __len__(self) -> int:
        return len(self.nominees)

    @property
    def colleges(self) -> tuple[str, ...]:
        """Codes of the proposed colleges."""
        return tuple(nominee.college for nominee in self.nominees)

    def frame(self) -> pd.DataFrame:
        """Return one row a nominee.

        Returns
        -------
        DataFrame
            ``rank``, ``college_code``, ``score`` (Decimal), ``band``, ``margin`` (Decimal, points,
            or None), ``tied``, ``reasons`` and ``marks`` (Chinese, joined by ；).
        """
        return pd.DataFrame(
            [
                {
                    "rank": nominee.rank,
                    "college_code": nominee.college,
                    "score": nominee.score,
                    "band": nominee.band,
                    "margin": nominee.margin,
                    "tied": nominee.tied,
                    "reasons": "；".join(nominee.reasons),
                    "marks": "；".join(nominee.marks),
                }
                for nominee in self.nominees
            ]
        )


def propose_stations(
    result: PanelResult, award: Award, marks: Mapping[str, Sequence[str]] = {}
) -> StationProposal:
    """Propose the first ``award.number`` colleges, with all that share the last place.

    Parameters
    ----------
    result : PanelResult
        The panel's result.
    award : Award
        An award for stations.
    marks : mapping of str to sequence of str, optional
        College → further marks in Chinese, such as a source that is missing or a veto. Those of
        colleges that are not proposed are left aside.

    Raises
    ------
    PanelError
        If the award is not for stations.
    """
    if award.kind != "station":
        raise PanelError(
            f"奖项“{award.title}”评的不是辅导站，不能用来推荐辅导站。请改用站长奖项的比较表。"
        )
    chosen = [each for each in result if each.rank <= award.number]
    others = [each for each in result if each.rank > award.number]
    border = chosen[-1].rank if len(chosen) > award.number else None
    out = leave_one_judge_out(
        result.sheets, result.rubric, judges=result.judges, source_scores=result.source_scores
    )
    stable = out.stable_top(award.number)
    shaken = _shaken(chosen, [out.top(award.number, judge) for judge in out.without], stable)
    nominees = []
    for each in chosen:
        margin = each.score - others[0].score if others else None
        rival = others[0].college if others else ""
        tied = each.rank == border
        nominees.append(
            Nominee(
                college=each.college,
                rank=each.rank,
                score=each.score,
                band=each.band,
                margin=margin,
                tied=tied,
                reasons=tuple(_reasons(each, margin, rival)),
                marks=(
                    *([TIED] if tied else []),
                    *_band_marks(each, award, result.rubric),
                    *_margin_marks(margin, rival, award),
                    *(
                        ["去掉其中一位评委后名单会变，建议评审组合议"]
                        if each.college in shaken
                        else []
                    ),
                    *([f"评分{each.provisional_note}"] if each.provisional else []),
                    *marks.get(each.college, ()),
                ),
            )
        )
    first_out = tuple(each.college for each in others if each.rank == others[0].rank)
    return StationProposal(award, tuple(nominees), first_out, stable)


def _shaken(
    chosen: Sequence[CollegeResult], tops: Sequence[Sequence[str]], stable: bool
) -> set[str]:
    """Return whom it concerns that the list hangs on a judge.

    Those who would leave it; if others would only join it, those in its last place.
    """
    if stable:
        return set()
    leaving = {each.college for each in chosen if any(each.college not in top for top in tops)}
    return leaving or {each.college for each in chosen if each.rank == chosen[-1].rank}


def _reasons(each: CollegeResult, margin: Decimal | None, rival: str) -> Iterator[str]:
    yield f"得分 {each.score} 分，等次{each.band}，排名第 {each.rank}"
    if margin is None:
        yield "全部学院都在名单内"
    elif margin:
        yield f"比名单外的下一名 {rival} 高 {margin} 分"
    if each.tie_note:
        yield each.tie_note


def _band_marks(each: CollegeResult, award: Award, rubric: Rubric) -> Iterator[str]:
    names = [band.name for band in rubric.bands]
    if award.band is not None and names.index(each.band) > names.index(award.band):
        yield f"未达{award.band}等次，提请评审组审定"
    if each.band_note:
        yield f"{each.band_note}，请评审组留意"


def _margin_marks(margin: Decimal | None, rival: str, award: Award) -> Iterator[str]:
    if margin is not None and margin < award.close_margin:
        yield (
            f"与名单外的下一名 {rival} 相差 {margin} 分，不足 {award.close_margin} 分，"
            "建议评审组合议"
        )
