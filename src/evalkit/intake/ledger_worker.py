"""A process that reads ledgers. Run as ``python -m evalkit.intake.ledger_worker``."""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from evalkit.intake.ledgers import LedgerRead, Rules, read_ledger
from evalkit.spreadsheets.worker import open_book, serve

if TYPE_CHECKING:
    from evalkit.intake.ledger_processes import LedgerFile

__all__ = ["main"]


def main() -> None:
    """Answer requests for ledgers until the input ends."""
    serve(_answer, _give)


def _answer(request: tuple[LedgerFile, bytes]) -> LedgerRead | Exception:
    ledger, told = request
    book = open_book(ledger.item.path)
    try:
        return read_ledger(ledger.kind, ledger.code, [(ledger.item, book)], _rules(told))
    except Exception as error:  # a defect of this program: whoever asked will raise it
        return error


@lru_cache(maxsize=1)
def _rules(told: bytes) -> Rules:
    rules: Rules = pickle.loads(told)  # noqa: S301 - from who started us
    return rules


def _give(answer: LedgerRead | Exception, answers: BinaryIO) -> None:
    pickler = pickle.Pickler(answers, pickle.HIGHEST_PROTOCOL)
    pickler.dump(answer)
    answers.flush()


if __name__ == "__main__":
    main()
