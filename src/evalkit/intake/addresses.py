"""The addresses of a row's cells, spelt out when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["Addresses"]


class Addresses(Mapping[str, str]):
    """Column → address of its cell in one row.

    Parameters
    ----------
    letters : mapping of str to str
        Column → letters of the sheet's column; shared by all rows of a table.
    number : int
        The row, from one.
    lent : mapping of str to str, optional
        Columns that have no cell of their own → the column whose cell said their value.
    """

    __slots__ = ("_lent", "_letters", "_number")

    def __init__(
        self, letters: Mapping[str, str], number: int, lent: Mapping[str, str] | None = None
    ) -> None:
        self._letters, self._number, self._lent = letters, number, lent or {}

    def __getitem__(self, column: str) -> str:
        own = column if column in self._letters else self._lent[column]
        return f"{self._letters[own]}{self._number}"

    def __iter__(self) -> Iterator[str]:
        yield from self._letters
        yield from (column for column in self._lent if column not in self._letters)

    def __len__(self) -> int:
        return len(self._letters) + sum(column not in self._letters for column in self._lent)

    def __contains__(self, column: object) -> bool:
        return column in self._letters or column in self._lent
