"""Numbers and names of persons in a text, however they are typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from evalkit.privacy.scan.model import Kind, shown

__all__ = ["STUDENT_NUMBER", "Seeker", "folded", "is_identity_number", "usable"]

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


class _Fold(dict[int, int | None]):
    """Digits of any script to 0-9, any space to a space, what cannot be seen to nothing."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        kind = unicodedata.category(character)
        plain: int | None = code
        if kind == "Nd":
            plain = ord("0") + unicodedata.decimal(character)
        elif kind == "Zs":
            plain = ord(" ")
        elif (kind in ("Cf", "Cc", "Mn", "Me") and character not in "\t\n\r") or code == 0x3164:
            plain = None
        elif kind == "Pd" or character in "\u2212\u2010":
            plain = ord("-")
        elif code > 0xFF and kind in ("No", "Lu", "Ll", "Lo", "Po"):
            normal = unicodedata.normalize("NFKC", character)
            plain = ord(normal) if len(normal) == 1 else code
        self[code] = plain
        return plain


_FOLD = _Fold()


def folded(text: str) -> str:
    """Return a text as it is compared: plain digits and spaces, nothing that cannot be seen.

    Examples
    --------
    >>> folded("１３８\u200b００１３-８０００")
    '1380013-8000'
    """
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Seeker:
    """Finds what names a person.

    Parameters
    ----------
    names : frozenset of str
        Names to look for.
    allowed : frozenset of str
        What may be shown although it looks like one: names of staff, an office's mobile number.
    student_number : str
        Regular expression of a student number.
    """

    names: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    student_number: str = STUDENT_NUMBER

    def find(self, text: str) -> Iterator[tuple[int, Kind, str]]:
        """Yield where in the folded text something stands, its kind, and itself."""
        plain = folded(text)
        yield from self._numbers(plain)
        if self.names:
            yield from self._names(_GAPS.sub("", plain))

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
