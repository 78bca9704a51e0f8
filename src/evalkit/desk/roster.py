"""The panel's sheets side by side: who has submitted, who has not; never what was scored."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.desk.history import History
from evalkit.desk.places import judge_of, judges_of, places_of
from evalkit.desk.refusals import DeskError
from evalkit.desk.sheet import JudgeSheet
from evalkit.rubric import Rubric
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["JudgeStatus", "Roster"]


@dataclass(frozen=True, slots=True)
class JudgeStatus:
    """How far a judge is. There is no score in it.

    Attributes
    ----------
    code, name : str
        The judge.
    state : str
        ``没有开始``, ``正在评分``, ``已填完``, ``已提交``, ``提交后有改动`` or ``无法读取``.
    blank : int
        Scores that are missing; all of them if the judge has not begun.
    faults : int
        Entries that cannot be accepted as they are.
    submitted : str
        When, UTC as ISO 8601; empty if not.
    by : str
        Who submitted: the judge's code, or ``chair`` for a sheet that was taken over.
    reopened : int
        How many times it was opened again.
    message : str
        What stands in the way of reading it.
    """

    code: str
    name: str
    state: str
    blank: int = 0
    faults: int = 0
    submitted: str = ""
    by: str = ""
    reopened: int = 0
    message: str = ""

    @property
    def is_in(self) -> bool:
        """Whether the sheet is submitted and unchanged since."""
        return self.state == "已提交"


class Roster:
    """The judges of a year and their sheets, each opened once.

    Parameters
    ----------
    workspace, year, rubric
        Whose panel.
    """

    def __init__(self, workspace: Workspace, year: AcademicYear, rubric: Rubric) -> None:
        self.workspace, self.year, self.rubric = workspace, year, rubric
        self.judges = judges_of(workspace, year)
        self._sheets: dict[str, JudgeSheet] = {}
        self._opening: dict[str, threading.Lock] = {}
        self._turn = threading.Lock()

    def sheet(self, judge: str) -> JudgeSheet:
        """Return a judge's sheet; raises as :func:`evalkit.desk.open_sheet` does."""
        found = judge_of(self.workspace, self.year, judge)
        with self._turn:
            opening = self._opening.setdefault(judge, threading.Lock())
        with opening:  # opening takes a moment, in which other judges need not wait
            if judge not in self._sheets:
                self._sheets[judge] = JudgeSheet(self.workspace, self.year, self.rubric, found)
            return self._sheets[judge]

    def statuses(self) -> tuple[JudgeStatus, ...]:
        """Return how far each judge is. Nothing is made for those who have not begun."""
        return tuple(self._status(judge.code, judge.name) for judge in self.judges)

    def missing(self, statuses: Sequence[JudgeStatus] | None = None) -> tuple[str, ...]:
        """Return the codes of the judges whose sheets are not in."""
        given = self.statuses() if statuses is None else statuses
        return tuple(status.code for status in given if not status.is_in)

    def all_in(self) -> bool:
        """Whether there is a panel and every sheet of it is in."""
        return bool(self.judges) and not self.missing()

    def _status(self, code: str, name: str) -> JudgeStatus:
        try:
            places = places_of(self.workspace, self.year, code)
            if not places.workbook.is_file() and not History(places.history).entries:
                number = len(self.workspace.colleges) * len(self.rubric.indicators)
                return JudgeStatus(code, name, "没有开始", blank=number)
            state = self.sheet(code).state
        except DeskError as error:
            return JudgeStatus(code, name, "无法读取", message=str(error))
        seal = state.seal
        if seal is not None:
            said = "已提交" if seal.holds else "提交后有改动"
        elif state.complete:
            said = "已填完"
        else:
            begun = any(row.scores for row in state.rows)
            said = "正在评分" if begun else "没有开始"
        return JudgeStatus(
            code,
            name,
            said,
            blank=state.blank,
            faults=sum(len(row.findings) for row in state.rows),
            submitted=seal.time if seal is not None else "",
            by=seal.by if seal is not None else "",
            reopened=state.reopened,
        )
