"""Numbers and names of persons in a text, however they are typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from evalkit.privacy.scan.folding import folded
from evalkit.privacy.scan.grids import LazyTable, Table
from evalkit.privacy.scan.model import Kind, shown
from evalkit.privacy.scan.small_counts import count_seeker

__all__ = ["STUDENT_NUMBER", "Seeker", "is_identity_number", "usable"]

STUDENT_NUMBER = r"20[0-3]\d{7,9}"
"""What a student number looks like where the school does not say otherwise."""

_DAY = r"(?:19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = rf"[1-9]\d{{5}}[ -]?{_DAY}[ -]?\d{{3}}[\dXx]"
_MOBILE = r"(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_GAPS = re.compile(rf"(?<=[{_HAN}·])[ \u3000\t]+(?=[{_HAN}])")
_WORD = re.compile(r"[0-9A-Za-z]*")
_LETTERS = re.compile(r"[A-Za-z]")
_RUN = re.compile(r"\d[\d -]{8,}\d")
_BEYOND = 64
"""Characters after a run of digits that may tell that they are something else."""
_DIGEST, _DIGEST_LETTERS = 24, 6
"""Length and letters from which on a run of letters and digits is a digest or an encoding."""


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are an identity number, by date and check digit.

    References
    ----------
    GB 11643-1999, 公民身份号码: check digit by ISO 7064, MOD 11-2.

    Examples
    --------
    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    """
    bare = "".join(c for c in text if c not in " -").upper()
    if len(bare) != 18 or not bare[:17].isdecimal():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, bare, strict=False))
    return _CHECKS[total % 11] == bare[17]


@dataclass(frozen=True, slots=True)
class Seeker:
    """Finds what names a person, or tells of few.

    Parameters
    ----------
    names : frozenset of str
        Names to look for.
    allowed : frozenset of str
        What may be shown although it looks like one: names of staff, an office's mobile number.
    student_number : str
        Regular expression of a student number.
    small : int
        Counts of students at risk below it are looked for; none with 0.
    """

    names: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    student_number: str = STUDENT_NUMBER
    small: int = 0

    def find(self, text: str) -> Iterator[tuple[int, Kind, str]]:
        """Yield where in the folded text something stands, its kind, and itself."""
        plain = folded(text)
        yield from self._numbers(plain)
        if self.names or self.small:
            joined = _GAPS.sub("", plain)
            if self.names:
                yield from self._names(joined)
            if self.small:
                yield from self._few(plain, joined)

    def find_in(self, table: Table | LazyTable) -> Iterator[tuple[str, Kind, str]]:
        """Yield which cell of a table counts few students, the kind, and label and number."""
        seeker = count_seeker(self.small)
        if not self.small or (isinstance(table, LazyTable) and not seeker.may_stand_in(table.raw)):
            return
        for cell, said in seeker.in_table(table.read() if isinstance(table, LazyTable) else table):
            if "".join(said.split()) not in self.allowed:
                yield cell, "过小的人数", said

    def _few(self, plain: str, joined: str) -> Iterator[tuple[int, Kind, str]]:
        seeker = count_seeker(self.small)
        for place, said in chain(seeker.in_text(joined), seeker.in_lines(plain)):
            if "".join(said.split()) not in self.allowed:
                yield place, "过小的人数", said

    def masked(self, text: str) -> str:
        """Return a text, such as a file's name, with what names a person masked."""
        for kind, value in [(kind, value) for _, kind, value in self.find(text)]:
            if value not in text:  # disguised: only the plain text can be masked
                text = folded(text)
                text = _GAPS.sub("", text) if kind == "姓名" else text
            text = text.replace(value, shown(kind, value))
        return text

    def _numbers(self, plain: str) -> Iterator[tuple[int, Kind, str]]:
        for match in self._like_numbers(plain):
            kind: Kind = "手机号"
            if match["identity"]:
                kind = "身份证号"
                if not is_identity_number(match[0]):
                    continue
            elif match["student"]:
                kind = "学号"
            bare = match[0].replace(" ", "").replace("-", "")
            if bare not in self.allowed and not _in_digest(plain, match):
                yield match.start(), kind, match[0]

    def _like_numbers(self, plain: str) -> Iterator[re.Match[str]]:
        pattern = _numbers(self.student_number)
        if self.student_number != STUDENT_NUMBER:
            yield from pattern.finditer(plain)
            return
        # Where ten digits stand together is found much faster than what they are.
        place = 0
        for run in _RUN.finditer(plain):
            first, last = max(place, run.start() - 1), run.end() + _BEYOND
            for match in pattern.finditer(plain, first, min(last, len(plain))):
                if match.start() < run.end():
                    place = match.end()
                    yield match

    def _names(self, plain: str) -> Iterator[tuple[int, Kind, str]]:
        find, longest = _names(self.names | self.allowed)
        place = 0
        while (match := find(plain, place)) is not None:
            place = match.start()
            for length in range(longest, 1, -1):
                name = plain[place : place + length]
                if name in self.allowed:
                    break
                if name in self.names:
                    yield place, "姓名", name
                    break
            else:
                length = 1
            place += length


@cache
def _numbers(student: str) -> re.Pattern[str]:
    # A fraction is no number of a person; a mobile number kept as 13800138000.0 is.
    return re.compile(
        rf"(?<!\d)(?<!\d\.)(?:(?P<identity>{_IDENTITY})|(?P<mobile>{_MOBILE})|"
        rf"(?P<student>{student}))(?!\d|\.\d*[1-9])"
    )


@cache
def _names(names: frozenset[str]) -> tuple[Callable[[str, int], re.Match[str] | None], int]:
    first = "".join(sorted({re.escape(name[0]) for name in names}))
    seconds = "".join(sorted({re.escape(name[1]) for name in names}))
    return re.compile(f"[{first}](?=[{seconds}])").search, max(map(len, names))


def _in_digest(plain: str, match: re.Match[str]) -> bool:
    """Whether a number stands within a digest or an encoding, where any digits may."""
    start, end = match.span()
    while start and plain[start - 1].isascii() and plain[start - 1].isalnum() and end - start < 200:
        start -= 1
    word = _WORD.match(plain, start)
    run = word[0] if word else ""
    return len(run) >= _DIGEST and len(_LETTERS.findall(run)) >= _DIGEST_LETTERS


def usable(names: Iterable[str]) -> frozenset[str]:
    """Return the names that can be looked for: of two characters or more, without spaces."""
    bare = ("".join(folded(name).split()) for name in names)
    return frozenset(name for name in bare if len(name) >= 2)
