"""Class names: the same class under whatever spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["ClassList", "ClassName", "class_name", "folded"]

ClassName = tuple[str, str, int]
"""What a name says: prefix, year of entry in two digits, number."""

_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)}
_LAST = re.compile(r"([一二三四五六七八九十])班?$")
_USUAL = re.compile(r"(\D*?[^\d-])-?(?:20(?=\d{2}级|\d{4}))?(\d{2})级?-?(\d{1,2})班?")
_YEAR_FIRST = re.compile(r"(?:20)?(\d{2})级(\D*?[^\d-])-?(\d{1,2})班?")


def folded(text: str) -> str:
    """Return a name without what people do not look at: width, case, spaces, brackets.

    Examples
    --------
    >>> folded("化工（２４０１） 班")
    '化工2401班'
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in text if not c.isspace() and c not in "()[]【】\u200b\ufeff")
    return re.sub(r"[—–－_~]", "-", text)


def class_name(text: str) -> ClassName | None:
    """Return what a class name says, ``None`` if it does not follow any known pattern.

    Examples
    --------
    >>> {class_name(each) for each in ("化工2401班", "化工24-1", "化工2401", "化工 24 级 1 班")}
    {('化工', '24', 1)}
    """
    name = _LAST.sub(lambda match: f"{_NUMERALS[match[1]]}班", folded(text))
    if match := _USUAL.fullmatch(name):
        return match[1], match[2], int(match[3])
    if match := _YEAR_FIRST.fullmatch(name):
        return match[2], match[1], int(match[3])
    return None


class ClassList:
    """The classes of a college, by name and by what the name says."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._there = frozenset(self.names)
        self._known: dict[ClassName | str, set[str]] = {}
        for name in self.names:
            self._known.setdefault(_key(name), set()).add(name)

    def find(self, text: str) -> str | None:
        """Return the one class that a text means, ``None`` if there is none or more than one."""
        if text in self._there:
            return text
        found = self._known.get(_key(text), set())
        return next(iter(found)) if len(found) == 1 else None


def _key(name: str) -> ClassName | str:
    return class_name(name) or folded(name).removesuffix("班")
