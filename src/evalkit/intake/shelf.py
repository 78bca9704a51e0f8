"""Books in the order in which they are wanted, read while those before them are worked on."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Self

from evalkit.spreadsheets import Book

__all__ = ["Shelf"]


class Shelf:
    """The books of a year's files.

    Parameters
    ----------
    paths : sequence of Path
        The files, in the order in which they will probably be wanted.
    read : callable
        Reads files, one after the other (:func:`evalkit.spreadsheets.read_books`).

    To be used in a ``with`` statement, at whose end the reading ends too.
    """

    def __init__(
        self, paths: Sequence[Path], read: Callable[[Sequence[Path]], Iterable[Book]]
    ) -> None:
        self._all = frozenset(paths)
        self._coming = iter(paths)
        self._reading = read(paths)
        self._books = iter(self._reading)
        self._here: dict[Path, Book] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self._reading, Generator):
            self._reading.close()

    def __contains__(self, path: Path) -> bool:
        return path in self._all

    def look(self, path: Path) -> Book:
        """Return a book and keep it, for it will be wanted again."""
        while path not in self._here:
            # Files that are asked for out of their turn make the others wait here.
            self._here[next(self._coming)] = next(self._books)
        return self._here[path]

    def take(self, path: Path) -> Book:
        """Return a book that will not be wanted again: a year's books would fill the memory."""
        book = self.look(path)
        del self._here[path]
        return book
