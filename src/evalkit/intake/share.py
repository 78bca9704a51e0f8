"""A second process that reads its share of many ledgers.

Opening files is done in processes of its own already (:mod:`evalkit.spreadsheets`); what takes the
time of many ledgers is understanding and checking them. From :data:`LEAST` ledgers on, two fifths
of them are given to a process that does just that. It is a plain subprocess, for the same reasons
as there; what it is told and what it answers go through files that have no name and end with it.
If it fails, its share is read here.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import IO, Self

from evalkit.intake.files import Kind
from evalkit.intake.ledgers import LedgerRead, Rules, read_ledger
from evalkit.intake.reads import TableRead
from evalkit.intake.senders import Input
from evalkit.spreadsheets import read_books

__all__ = ["LEAST", "Share", "start_share"]

LEAST = 40
"""Ledgers from which on a second process saves more time than its start takes."""

PYTHON, COMMAND = sys.executable, ("-m", "evalkit.intake.share")
"""What the second process runs."""

Senders = Mapping[tuple[Kind, str], Sequence[Input]]
Reads = dict[tuple[Kind, str], LedgerRead]


class Share:
    """The ledgers that a second process reads. To be used in a ``with`` statement."""

    def __init__(self, senders: Senders, rules: Rules) -> None:
        self._senders, self._rules = senders, rules
        self._process: subprocess.Popen[bytes] | None = None
        self._answer: IO[bytes] | None = None
        if senders:
            self._start()

    def _start(self) -> None:
        with tempfile.TemporaryFile() as task:
            pickle.dump((dict(self._senders), replace(self._rules, memory={})), task)
            task.seek(0)
            self._answer = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the share
            with suppress(OSError):
                self._process = subprocess.Popen(  # noqa: S603 -- our own program
                    [PYTHON, *COMMAND],
                    stdin=task,
                    stdout=self._answer,
                    stderr=subprocess.DEVNULL,
                )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._answer is not None:
            self._answer.close()

    def results(self) -> Reads:
        """Wait for the ledgers; read them here if the process did not."""
        if self._process is not None and self._answer is not None and self._process.wait() == 0:
            self._answer.seek(0)
            reads: Reads = pickle.load(self._answer)  # noqa: S301 -- written by our own process
            return reads
        return _read(self._senders, self._rules)


def start_share(senders: Senders, rules: Rules) -> Share:
    """Have ledgers read in a second process; none is started for no ledger."""
    return Share(senders, rules)


def _read(senders: Senders, rules: Rules) -> Reads:
    books = read_books([item.path for items in senders.values() for item in items], jobs=1)
    reads: Reads = {}
    for (kind, code), items in senders.items():
        reads[kind, code] = read_ledger(kind, code, [(i, next(books)) for i in items], rules)
    return reads


def _without_private(read: LedgerRead) -> LedgerRead:
    """Return a ledger without what no table takes over: it need not go through a file."""
    tables: dict[str, TableRead] = {}
    for name, table in read.tables.items():
        private = {column.name for column in table.sheet.columns if column.private}
        rows = tuple(
            replace(row, values={n: None if n in private else v for n, v in row.values.items()})
            for row in table.rows
        )
        tables[name] = replace(table, rows=rows) if private else table
    return replace(read, tables=tables)


def _main() -> None:
    gc.disable()  # no cyclic garbage comes of rows, and the process ends with them
    senders, rules = pickle.load(sys.stdin.buffer)  # noqa: S301 -- written by our own process
    reads = {sender: _without_private(read) for sender, read in _read(senders, rules).items()}
    pickle.dump(reads, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()
