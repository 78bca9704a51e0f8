"""Processes that each read whole ledgers: open the file, understand its cells, check, send tables.

Understanding and checking take most of the time of many ledgers, so from :data:`LEAST` of them on
they are done where the file was opened, within the same bounds of time and memory (see
:mod:`evalkit.spreadsheets.bounds`), and only accepted columns and findings come back.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO

from evalkit.intake.files import Kind
from evalkit.intake.ledgers import LedgerRead, Rules, read_ledger
from evalkit.intake.senders import Input
from evalkit.spreadsheets.pool import in_order, refused_book
from evalkit.spreadsheets.process import EndedError, Watched, start

__all__ = ["LEAST", "LedgerFile", "LedgerProcesses"]

LEAST = 12
"""Ledgers from which on processes of their own save more time than their start takes."""

COMMAND = ("-m", "evalkit.intake.ledger_worker")
"""What the processes run."""


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A ledger to be read: whose it is, and its file."""

    kind: Kind
    code: str
    item: Input


class LedgerProcesses:
    """Processes that read ledgers. To be used in a ``with`` statement.

    They are started at once, and told the rules when these are known.

    Parameters
    ----------
    number : int
        How many ledgers are read at a time; none is started for zero.
    """

    def __init__(self, number: int) -> None:
        self._processes = [_Process() for _ in range(number)]

    def __enter__(self) -> LedgerProcesses:
        for process in self._processes:
            process.watched.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.close()

    def read(self, ledgers: Sequence[LedgerFile], rules: Rules) -> Iterator[LedgerRead]:
        """Yield what each ledger says, in their order.

        A process that ends or hangs over a file costs this file only.
        """
        if not ledgers:
            return
        told = pickle.dumps(replace(rules, memory={}), pickle.HIGHEST_PROTOCOL)
        yield from in_order(
            self._processes, ledgers, lambda process, ledger: process.read(ledger, told, rules)
        )


class _Process:
    def __init__(self) -> None:
        self.watched = Watched(lambda: start(COMMAND))

    def close(self) -> None:
        self.watched.close()

    def read(self, ledger: LedgerFile, told: bytes, rules: Rules) -> LedgerRead:
        try:
            answer = self.watched.ask((ledger, told), _received)
        except (TimeoutError, EndedError) as error:
            book = refused_book(ledger.item.path, error)
            return read_ledger(ledger.kind, ledger.code, [(ledger.item, book)], rules)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _received(answers: IO[bytes]) -> LedgerRead | BaseException:
    answer: LedgerRead | BaseException = pickle.load(answers)  # noqa: S301 - our own process
    return answer
