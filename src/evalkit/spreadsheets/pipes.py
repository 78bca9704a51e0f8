"""A book through a pipe, between a reading process and the one that started it."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import IO

from evalkit.spreadsheets.model import Book

__all__ = ["receive", "send"]


def send(book: Book, answers: IO[bytes]) -> None:
    """Write a book to a pipe: first all but the cells, then the cells."""
    bare = replace(book, sheets=tuple(replace(sheet, grid=()) for sheet in book.sheets))
    pickle.dump(bare, answers, protocol=5)
    # Every cell is an object of its own; to remember them would only cost time and memory.
    pickler = pickle.Pickler(answers, protocol=5)
    pickler.fast = True
    pickler.dump([sheet.grid for sheet in book.sheets])
    answers.flush()


def receive(answers: IO[bytes]) -> Book:
    """Read what :func:`send` wrote."""
    bare: Book = pickle.load(answers)  # noqa: S301 - from a process that we started
    grids = pickle.load(answers)  # noqa: S301
    sheets = (replace(s, grid=grid) for s, grid in zip(bare.sheets, grids, strict=True))
    return replace(bare, sheets=tuple(sheets))
