"""Numbers that name a person: recognised, and never shown again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["has_personal_number", "masked"]

_PERSONAL = re.compile(
    r"(?<!\d)(?:\d{6} ?(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) ?\d{3}[\dXx]|"
    r"(?:(?:00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)"
)
_DIGITS = re.compile(r"\d")
_FEWEST = 11
"""Digits of a mobile number."""


def has_personal_number(text: str) -> bool:
    """Whether an identity card number or a mobile number stands in a text.

    Full-width digits, other kinds of spaces and characters that cannot be seen hide nothing.

    Examples
    --------
    >>> has_personal_number("联系 138 0013 8000"), has_personal_number("共 120 人")
    (True, False)
    """
    return next(_places(text), None) is not None


def masked(cell: object, most: int = 40) -> str:
    """Return a cell as it may be shown in a finding: at most so long, no personal numbers.

    Examples
    --------
    >>> masked("身份证 110101199003070012")
    '身份证 ******'
    """
    text = _as_text(cell)
    for first, last in reversed([*_places(text)]):
        text = f"{text[:first]}******{text[last:]}"
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= most else f"{text[:most]}…"


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, int) and abs(cell) >= 10**400:  # Python refuses to spell them out
        return "……"
    return str(cell)


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Yield where personal numbers begin and end in a text as it was typed."""
    if len(text) < _FEWEST or len(_DIGITS.findall(text)) < _FEWEST:
        return
    # Only what is compared is folded: the rest has to look as it was typed.
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        kind = unicodedata.category(character)
        if kind in ("Cf", "Cc") and character not in "\t\n\r":
            continue
        plain = unicodedata.normalize("NFKC", character)
        folded.append(" " if kind == "Zs" else plain if len(plain) == 1 else character)
        places.append(place)
    for match in _PERSONAL.finditer("".join(folded)):
        yield places[match.start()], places[match.end() - 1] + 1
