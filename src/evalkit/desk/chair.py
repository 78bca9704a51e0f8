"""The chair's view: totals, ties and near ties, but only once every sheet is in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from evalkit.assessment import Assessment, load_assessment
from evalkit.desk.refusals import DeskError
from evalkit.desk.roster import Roster
from evalkit.panel import Closeness, PanelResult, close_neighbours
from evalkit.privacy import Released

__all__ = ["Meeting", "NotAllInError", "open_meeting"]


class NotAllInError(DeskError):
    """Totals were asked for before every sheet was in.

    Attributes
    ----------
    missing : tuple of str
        Codes of the judges whose sheets are not in.
    """

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        listed = f"还没有提交的评委：{'、'.join(missing)}。" if missing else "本学年没有评委。"
        super().__init__(f"评分表没有收齐，不显示总分和名次。{listed}请等全部评委提交后再看。")


@dataclass(frozen=True)
class Meeting:
    """What the chair has before the panel when all sheets are in.

    Attributes
    ----------
    assessment : Assessment
        The year with the panel's results, released for the school's own people.
    """

    assessment: Assessment

    @property
    def panel(self) -> PanelResult:
        """The result of all sheets.

        Raises
        ------
        DeskError
            If there is none.
        """
        if self.assessment.panel is None:
            raise DeskError("没有任何可以使用的评分表，算不出总分。请先用 evalkit check 核对。")
        return self.assessment.panel

    def totals(self) -> Released:
        """Return each judge's total for each college, and which ones were left out."""
        return self.assessment.school.judge_totals()

    def ranking(self) -> Released:
        """Return rank, score and band of each college, best first."""
        return self.assessment.school.ranking()

    def leave_one_out(self) -> Released:
        """Return each college's rank when any one judge is left out."""
        return self.assessment.school.leave_one_out()

    @property
    def closeness(self) -> tuple[Closeness, ...]:
        """Ties, and neighbours closer than the rubric's margin, from the top down."""
        return tuple(
            replace(each, note=self.assessment.school.named(each.note))
            for each in close_neighbours(self.panel)
        )

    @property
    def to_decide(self) -> tuple[str, ...]:
        """What the software leaves to the panel, one sentence each."""
        return self.assessment.school.open_decisions


def open_meeting(roster: Roster) -> Meeting:
    """Return the chair's view.

    Parameters
    ----------
    roster : Roster
        The panel's sheets.

    Raises
    ------
    NotAllInError
        If a sheet is not in; nothing is computed then.
    EvalkitError
        As :func:`evalkit.assessment.load_assessment`.
    """
    if not roster.all_in():
        raise NotAllInError(roster.missing())
    assessment = load_assessment(roster.year.name, workspace=roster.workspace)
    unused = sorted(
        {judge for judge, _ in assessment.snapshot.returned}
        | ({judge.code for judge in roster.judges} - set(assessment.snapshot.judges))
    )
    if unused:
        raise DeskError(
            f"评委 {'、'.join(unused)} 的评分表虽已提交，核对时却有不能使用的行，不显示总分。"
            "请运行 evalkit check 看清原因，退回改正后再提交。"
        )
    return Meeting(assessment)
