"""The files behind a judge's sheet: the record first, then the workbook, under one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from glob import escape as glob_escape

from evalkit.desk.book_form import blank_digest, create_book, open_book
from evalkit.desk.history import Action, Change, History, Key, values_after
from evalkit.desk.lock import HeldElsewhereError, hold_file
from evalkit.desk.places import places_of
from evalkit.desk.refusals import SheetBusyError
from evalkit.desk.state import Owner, SheetState, in_workbook, state_of
from evalkit.desk.workbook import JudgeBook, closed_elsewhere, hash_of

__all__ = ["Held", "StoredSheet"]


class Held:
    """A sheet that is held: nobody else writes into it meanwhile."""

    def __init__(self, stored: StoredSheet, book: JudgeBook, history: History) -> None:
        self._stored, self.book, self.history = stored, book, history

    @property
    def state(self) -> SheetState:
        """What stands in the sheet."""
        return state_of(self._stored.owner, self.book, self.history.entries)

    @property
    def values(self) -> dict[Key, str]:
        """Every value, by college and key."""
        return values_after(self.history.entries)

    def note(
        self,
        by: str,
        action: Action,
        changes: list[Change],
        *,
        reason: str = "",
        content: str = "",
        write: bool = True,
    ) -> None:
        """Note what changes, and write it into the workbook.

        Raises
        ------
        SheetBusyError
            If another program has the workbook; nothing is noted then. If the system does not let
            it be written, it is noted, and written later.
        """
        if write:
            closed_elsewhere(self.book.path)
        self.history.add(
            self._stored.now(), by, action, changes,
            book=self.book.digest, reason=reason, content=content,
        )  # fmt: skip
        if write:
            self._stored.write(self.book, self.values)


class StoredSheet:
    """Where a judge's entries are kept.

    Parameters
    ----------
    owner : Owner
        Whose sheet.
    clock : callable
        Gives the present time.

    Raises
    ------
    AccessError, SheetFormError
        As :func:`evalkit.desk.places.places_of`.
    """

    def __init__(self, owner: Owner, clock: Callable[[], datetime]) -> None:
        self.owner = owner
        self.places = places_of(owner.workspace, owner.year, owner.judge.code)
        self.clock = clock
        self._turn = threading.RLock()
        self._history: History | None = None
        self._book: JudgeBook | None = None

    def now(self) -> str:
        """Return the present time as it is noted."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds")

    @contextmanager
    def held(self) -> Iterator[Held]:
        """Hold the sheet, and know what stands in it.

        Raises
        ------
        SheetBusyError
            If another process does not let go of it.
        SheetFormError, HistoryError
            If the files cannot be gone on with.
        """
        with self._turn:
            try:
                with hold_file(self.places.lock):
                    yield Held(self, *self._refreshed())
            except HeldElsewhereError:
                raise SheetBusyError.by_process(self.owner.judge.code) from None

    def write(self, book: JudgeBook, values: Mapping[Key, str]) -> None:
        """Write what is noted; if that fails, the next look at the sheet tries again."""
        self._book = None
        try:
            book.write(in_workbook(values))
        except OSError as error:
            raise SheetBusyError.by_system(book.path.name, error) from None
        self._book = book

    def _refreshed(self) -> tuple[JudgeBook, History]:
        path, owner = self.places.workbook, self.owner
        history = self._history
        if history is None:
            history = self._history = History(self.places.history)
        else:
            history.refresh()
        digest = hash_of(path)
        if self._book is not None and self._book.digest == digest:
            return self._book, history
        if not digest:
            if history.entries:
                closed_elsewhere(path)  # it is being saved there at this moment
            create_book(owner.workspace, owner.year, owner.rubric, owner.judge, path)
        for part in path.parent.glob(f".{glob_escape(path.name)}.*.part"):
            part.unlink(missing_ok=True)  # left by a process that was killed while it wrote
        book = open_book(path, owner.workspace, owner.year, owner.rubric, owner.judge.code)
        if self._is_behind(book, history):
            self.write(book, values_after(history.entries))
        else:
            self._note_outside(book, history)
        self._book = book
        return book, history

    def _is_behind(self, book: JudgeBook, history: History) -> bool:
        """Whether what was noted is still to be written into the workbook."""
        if not history.entries:
            return False
        last = history.entries[-1]
        if last.changes and last.book == book.digest:
            return True  # the process was killed in between
        # A blank form in the place of what was entered is no judge's doing: the file was gone, or
        # the forms were given out once more.
        if in_workbook(values_after(history.entries)) == book.values:
            return False
        scored = any(score is not None for row in book.rows for score in row.scores.values())
        return not scored and book.digest == blank_digest(self.owner)

    def _note_outside(self, book: JudgeBook, history: History) -> None:
        """Note what the workbook says that was not entered here."""
        known, read = in_workbook(values_after(history.entries)), book.values
        changes = [
            Change(*key, known.get(key), read.get(key))
            for key in sorted({*known, *read})
            if known.get(key) != read.get(key)
        ]
        if changes or not history.entries:
            action: Action = "outside" if history.entries else "begin"
            history.add(self.now(), "workbook", action, changes, book=book.digest)
