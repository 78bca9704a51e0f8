"""A judge's own score sheet: entered step by step, saved at every step, sealed at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from evalkit.desk.book_form import comment_as_read
from evalkit.desk.entries import clean_text, score_text
from evalkit.desk.history import Change, Entry, values_after
from evalkit.desk.places import Places, judge_of
from evalkit.desk.refusals import ChangedError, EntryError, SealedError, UnfinishedError
from evalkit.desk.state import Owner, Seal, SheetRow, SheetState, content_digest, unfinished
from evalkit.desk.stored import Held, StoredSheet
from evalkit.desk.workbook import YES
from evalkit.rubric import Indicator, Rubric, load_rubric
from evalkit.workspace import AcademicYear, Judge, Workspace

__all__ = ["CHAIR", "JudgeSheet", "Seal", "SheetRow", "SheetState", "open_sheet"]

CHAIR = "chair"
_UNSEEN: Literal["unseen"] = "unseen"
Points = str | Decimal | int | float | None


class JudgeSheet:
    """A judge's workbook, open for entering. Get one from :func:`open_sheet`.

    Every change is first noted in the record and then written into the workbook, each whole or not
    at all. What a killed process had noted and not yet written is written when the sheet is next
    opened. Any number of processes and threads may have the same sheet open.

    Parameters
    ----------
    workspace, year, rubric, judge
        Whose sheet.
    clock : callable, optional
        Gives the present time; for tests.
    """

    def __init__(
        self,
        workspace: Workspace,
        year: AcademicYear,
        rubric: Rubric,
        judge: Judge,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.rubric, self.judge = rubric, judge
        self._owner = Owner(workspace, year, rubric, judge)
        self._stored = StoredSheet(self._owner, clock)
        with self._stored.held():
            pass

    @property
    def places(self) -> Places:
        """Where its files are."""
        return self._stored.places

    @property
    def state(self) -> SheetState:
        """What stands in the sheet now; changes that other programs made are in it."""
        with self._stored.held() as held:
            return held.state

    @property
    def history(self) -> Sequence[Entry]:
        """Everything that was ever entered, oldest first."""
        with self._stored.held() as held:
            return held.history.entries

    def set_score(
        self, college: str, indicator: str, value: Points, *, expected: str | None = _UNSEEN
    ) -> SheetState:
        """Enter a score, or take it out.

        Parameters
        ----------
        college, indicator : str
            Code and number.
        value : str, Decimal, int, float or None
            Points, from 0 to the indicator's maximum in the rubric's steps; ``None`` or blank to
            take the score out.
        expected : str or None, optional
            What the judge saw there when typing; the entry is refused if something else stands
            there by now.

        Returns
        -------
        SheetState
            After the change is on the disk.

        Raises
        ------
        EntryError
            If there is no such college or indicator, the row is a recusal, or the value is not
            allowed; nothing is clipped or rounded to fit.
        SealedError
            If the sheet is submitted.
        ChangedError
            If `expected` no longer holds.
        SheetBusyError
            If another program has the workbook.
        """
        text = score_text(value, self._indicator(indicator), self.rubric.panel.step)
        return self._change(college, indicator, text, expected)

    def set_scores(self, college: str, scores: Mapping[str, Points]) -> SheetState:
        """Enter several scores of a college at once, all of them or none.

        Parameters
        ----------
        college : str
            Code.
        scores : mapping
            Indicator number → points, as for :meth:`set_score`, which also says what it raises.
        """
        step = self.rubric.panel.step
        wanted = {n: score_text(value, self._indicator(n), step) for n, value in scores.items()}
        with self._stored.held() as held:
            row = held.state.row(college)
            if row.recused:
                raise self._stands_back(row)
            self._save(held, college, wanted)
            return held.state

    def set_comment(self, college: str, text: str, *, expected: str | None = _UNSEEN) -> SheetState:
        """Enter the comment for a college; raises as :meth:`set_score` does."""
        return self._change(college, "comment", clean_text(text, "评语"), expected)

    def set_note(
        self, college: str, indicator: str, text: str, *, expected: str | None = _UNSEEN
    ) -> SheetState:
        """Enter the judge's own note on an indicator; raises as :meth:`set_score` does.

        Notes stay in the judge's record. They are not in the workbook, and can be written after
        the sheet is submitted.
        """
        key = f"note:{self._indicator(indicator).id}"
        return self._change(college, key, clean_text(text, "笔记"), expected)

    def recuse(self, college: str, recused: bool = True) -> SheetState:
        """Stand back from a college, which takes its scores and comment out, or take it up again.

        Raises
        ------
        EntryError
            If the settings say that the judge stands back from it.
        SealedError, SheetBusyError
            As for :meth:`set_score`.
        """
        with self._stored.held() as held:
            row = held.state.row(college)
            if row.locked and not recused:
                raise EntryError(
                    f"按设置，评委 {self.judge.code} 对 {_called(row)} 应当回避，不能改为评分。"
                    "设置有误时请校心理中心改正 evalkit.toml 的 [[judges]]。"
                )
            wanted: dict[str, str | None] = {"recused": YES if recused else None}
            if recused:
                wanted |= dict.fromkeys([*(i.id for i in self.rubric.indicators), "comment"])
            self._save(held, college, wanted)
            return held.state

    def submit(
        self, *, signed_on: date | None = None, by: str = "", reason: str = ""
    ) -> SheetState:
        """Sign and seal the sheet.

        Parameters
        ----------
        signed_on : date, optional
            Day of signature; what stands in the workbook, or today, if not given.
        by : str
            ``chair`` if the sheet came in as a file and is taken over.
        reason : str
            What is to be remembered about it.

        Raises
        ------
        UnfinishedError
            If scores are missing or something in the workbook cannot be accepted.
        SealedError, SheetBusyError
            As for :meth:`set_score`.
        """
        with self._stored.held() as held:
            state, known = held.state, held.values
            if state.seal is not None:
                raise SealedError.of(self.judge.code)
            faults = unfinished(self._owner, held.book, state)
            if faults:
                raise UnfinishedError(self.judge.code, faults)
            today = self._stored.clock().astimezone().date()
            day = (signed_on or state.signed_on or today).isoformat()
            wanted = {("", "signed_on"): day}
            wanted |= {(row.college, "recused"): YES for row in state.rows if row.recused}
            changes = [
                Change(*place, known.get(place), text)
                for place, text in wanted.items()
                if known.get(place) != text
            ]
            signed = values_after(
                [*held.history.entries, Entry(0, "", "", "submit", tuple(changes))]
            )
            digest = content_digest(self._owner, signed)
            who = by or self.judge.code
            held.note(who, "submit", changes, reason=reason, content=digest)
            return held.state

    def reopen(self, reason: str, by: str = CHAIR) -> SheetState:
        """Open a submitted sheet again, for a reason that is kept.

        Raises
        ------
        EntryError
            If no reason is given, or the sheet is not submitted.
        """
        why = clean_text(reason, "退回的理由")
        if not why:
            raise EntryError("退回评分表必须写明理由，请填写后再试。")
        with self._stored.held() as held:
            if held.state.seal is None:
                raise EntryError(f"评委 {self.judge.code} 的评分表还没有提交，不需要退回。")
            held.note(by, "reopen", [], reason=why, write=False)
            return held.state

    def _indicator(self, number: str) -> Indicator:
        for indicator in self.rubric.indicators:
            if indicator.id == number:
                return indicator
        listed = "、".join(indicator.id for indicator in self.rubric.indicators)
        raise EntryError(f"考核办法中没有编号为“{number}”的考评要点。现有：{listed}。请核对编号。")

    def _change(self, college: str, key: str, new: str | None, expected: str | None) -> SheetState:
        own_note = key.startswith("note:")
        with self._stored.held() as held:
            state = held.state
            row = state.row(college)
            if row.recused and not own_note:
                raise self._stands_back(row)
            present = held.values.get((college, key))
            if present == new:
                return state
            if state.seal is not None and not own_note:
                raise SealedError.of(self.judge.code)
            if expected != _UNSEEN and (expected or None) != present:
                raise ChangedError(_where(row, key), present)
            if key == "comment" and new and comment_as_read(held.book, college, new) != new:
                raise EntryError.unreadable(new)
            change = Change(college, key, present, new)
            held.note(self.judge.code, "change", [change], write=not own_note)
            return held.state

    def _save(self, held: Held, college: str, wanted: Mapping[str, str | None]) -> None:
        known = held.values
        changes = [
            Change(college, key, known.get((college, key)), new)
            for key, new in wanted.items()
            if known.get((college, key)) != new
        ]
        if changes and held.state.seal is not None:
            raise SealedError.of(self.judge.code)
        if changes:
            held.note(self.judge.code, "change", changes)

    def _stands_back(self, row: SheetRow) -> EntryError:
        return EntryError(
            f"评委 {self.judge.code} 对 {_called(row)} 回避，不评分，也不写评语。"
            "若并不回避，请先取消回避。"
        )


def open_sheet(
    workspace: Workspace, year: AcademicYear | str, judge: str, *, rubric: Rubric | None = None
) -> JudgeSheet:
    """Open a judge's sheet; make the workbook if there is none yet.

    Parameters
    ----------
    workspace : Workspace
        The workspace.
    year : AcademicYear or str
        Such as ``"2024-2025"``.
    judge : str
        Code such as ``"J01"``.
    rubric : Rubric, optional
        The rubric in force, if it is loaded already.

    Raises
    ------
    AccessError
        If there is no such judge, or the files lie outside the workspace.
    SheetFormError, HistoryError, SheetBusyError
        If the workbook or its record cannot be gone on with.

    Examples
    --------
    >>> space = Workspace.find(".")
    >>> open_sheet(space, "2024-2025", "J99")
    Traceback (most recent call last):
    ...
    evalkit.desk.refusals.AccessError: 没有编号为“J99”的评委。现有评委：J01、J02、J03、J04、J05、J06、J07。评委编号写作“J01”；要新增评委，请写进 evalkit.toml 的 [[judges]]。
    """  # noqa: E501 -- a message is one line
    wanted = year if isinstance(year, AcademicYear) else workspace.year(year)
    rules = rubric if rubric is not None else load_rubric(workspace.rubric)
    return JudgeSheet(workspace, wanted, rules, judge_of(workspace, wanted, judge))


def _called(row: SheetRow) -> str:
    return f"{row.college} {row.name}".strip()


def _where(row: SheetRow, key: str) -> str:
    what = "评语" if key == "comment" else f"“{key.removeprefix('note:')}”"
    return f"{_called(row)}的{what}{'笔记' if key.startswith('note:') else ''}"
