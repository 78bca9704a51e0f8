"""The text of a page of a PDF, in the order in which it is written there.

References
----------
ISO 32000-1:2008, clauses 9.4 (text objects) and 9.10 (extraction of text content).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import hypot

from evalkit.privacy.scan.grids import Table
from evalkit.privacy.scan.pdf_fonts import Font
from evalkit.privacy.scan.pdf_strings import NUMBER, SPACE, STRING
from evalkit.privacy.scan.pdf_tables import Word, number_table

__all__ = ["PageText", "read_page"]

_NAME = rf"[^{SPACE}()<>\[\]{{}}/%]++"
_GAP = rf"[{SPACE}]++"
_END = rf"(?![A-Za-z*'\"])[{SPACE}]*+"
"""After an operator."""
_OTHERS = rf"[-+.0-9{SPACE}\[\]>]*+"
_DRAWN = (
    # Operators that neither show text nor say where it goes on, with what stands before them:
    # lines, curves, colours, what is marked as what.
    rf"(?:{_OTHERS}(?:(?:/{_NAME}|<<(?=[{SPACE}]*[/>])){_OTHERS})*+"
    rf"(?!(?:B[TI]|T[mdDLfjJ*]|cm|[qQ'\"])(?![A-Za-z*'\"]))[A-Za-z*'\"]++)*+[{SPACE}]*+"
)
_PLACE = rf"(?:{NUMBER}{_GAP})"
_STEP = re.compile(
    rf"""
    {_DRAWN} (?:(q){_END})? (?:({_PLACE}{{6}})cm{_END})?
    {_DRAWN} (?:(BT){_END})?
    {_DRAWN} (?:/({_NAME}){_GAP}({NUMBER}){_GAP}Tf{_END})?
             (?:({_PLACE}{{6}})Tm{_END} | ({_PLACE}{{2}})Td{_END})?
    {_DRAWN} (?:({STRING}|\[(?:{STRING}|[-+.0-9{SPACE}]++)*+\])[{SPACE}]*+T[jJ]{_END})?
    {_DRAWN} (?:(Q){_END})?
    """.encode(),
    re.DOTALL | re.VERBOSE,
)
"""Operators in the order in which programs mostly write them; each of them may be missing."""
_TOKEN = re.compile(
    rf"{STRING}|[\[\]]|/{_NAME}|{NUMBER}|(?P<operator>[A-Za-z*'\"]+)".encode(), re.DOTALL
)
_IMAGE_DATA, _IMAGE_END = re.compile(rb"\sID\s"), re.compile(rb"\sEI\b")
_DIGITS = frozenset(b"+-.0123456789")
_OPERANDS = _DIGITS | frozenset(b"(</[]")
_JUMP = 0.2
"""Share of the letters' size from which on a jump in a line is a space."""


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says: its text, words far apart on lines of their own; and where they stand."""

    text: str
    words: Callable[[], list[Word]]

    def table(self) -> Table:
        """Return the small numbers of the page with what stands above and beside each."""
        return number_table(self.words())


def read_page(content: bytes, fonts: Mapping[str, Font], without: Font) -> PageText:
    """Return what a page says, or a drawing that pages show.

    Parameters
    ----------
    content : bytes
        What the page's streams say.
    fonts : mapping of str to Font
        The fonts that it names.
    without : Font
        Reads what is written without one of them.

    Raises
    ------
    PdfError
        If it has letters that nothing says the meaning of.
    """
    page = _Page(fonts, without)
    place, images = 0, len(content)
    while True:
        step = _STEP.match(content, place)
        if step is not None and step.end() > place:
            place = step.end()
            page.step(step.groups())
            continue
        # What does not come in the usual order, operator by operator.
        operands: list[bytes] = []
        while (match := _TOKEN.search(content, place)) is not None:
            token, place = match[0], match.end()
            if token[0] in _OPERANDS:
                operands.append(token)
            elif token == b"BI" and place < images:
                end = _after_image(content, place)
                place, images = (place, 0) if end is None else (end, images)
            elif match.lastgroup == "operator":
                page.apply(token, operands)
                break
        else:
            return PageText("".join(page.parts), page.words)


def _after_image(content: bytes, place: int) -> int | None:
    """Return where a picture within a page ends that begins before a place; ``None`` if nowhere."""
    data = _IMAGE_DATA.search(content, place)
    end = None if data is None else _IMAGE_END.search(content, data.end() - 1)
    return None if end is None else end.end()


_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class _Page:
    """Where a page's text stands: what follows without a gap is one word, however it is written."""

    def __init__(self, fonts: Mapping[str, Font], without: Font) -> None:
        self.parts: list[str] = []
        self._fonts, self._without = fonts, without
        self._font = without
        self._size = 1.0
        self._leading = 0.0
        self._matrix = self._line = _UNIT
        self._x = self._y = 0.0  # how far the line's text has come
        self._saved: list[_Matrix] = []
        self._end: tuple[float, float] | None = None
        self._begun: list[tuple[int, float, float, float]] = []
        self._ended: list[float] = []

    def step(self, groups: tuple[bytes | None, ...]) -> None:
        """Do what operators say that come in the usual order, as far as they are there."""
        save, matrix, begin, font, size, line, by, shown, restore = groups
        if save is not None:
            self._saved.append(self._matrix)
        if matrix is not None:
            self._change(_matrix(matrix))
        if begin is not None:
            self._begin(_UNIT)
        if font is not None and size is not None:
            self._set_font(font, float(size))
        if line is not None:
            self._begin(_matrix(line))
        elif by is not None:
            right, up = by.split()
            self._move(float(right), float(up))
        if shown is not None:
            self._show(shown)
        if restore is not None and self._saved:
            self._matrix = self._saved.pop()

    def apply(self, operator: bytes, operands: list[bytes]) -> None:
        """Do what one operator says."""
        numbers = [each for each in operands if each[0] in _DIGITS]
        few = len(numbers)
        match operator:
            case b"q":
                self._saved.append(self._matrix)
            case b"Q" if self._saved:
                self._matrix = self._saved.pop()
            case b"cm" if few >= 6:
                self._change(_matrix(b" ".join(numbers[-6:])))
            case b"BT":
                self._begin(_UNIT)
            case b"Tm" if few >= 6:
                self._begin(_matrix(b" ".join(numbers[-6:])))
            case b"Td" | b"TD" if few >= 2:
                right, up = map(float, numbers[-2:])
                if operator == b"TD":
                    self._leading = -up
                self._move(right, up)
            case b"T*":
                self._move(0.0, -self._leading)
            case b"TL" if numbers:
                self._leading = float(numbers[-1])
            case b"Tf":
                names = [each[1:] for each in operands if each.startswith(b"/")]
                self._set_font(names[-1] if names else b"", float(numbers[-1] if few else 1))
            case b"Tj" | b"TJ" | b"'" | b'"':
                if not operator.startswith(b"T"):
                    self._move(0.0, -self._leading)
                self._show(b" ".join(each for each in operands if not each.startswith(b"/")))

    def words(self) -> list[Word]:
        """Return what stands together on the page."""
        ends = [*self._ended, *([self._end[0]] if self._end is not None else [])]
        # Between two words one part says that they are apart.
        stops = [start - 1 for start, *_ in self._begun[1:]] + [len(self.parts)]
        return [
            Word("".join(self.parts[start:stop]), left, right, base, letter)
            for (start, left, base, letter), right, stop in zip(
                self._begun, ends, stops, strict=True
            )
        ]

    def _begin_word(self, x: float, y: float, letter: float) -> None:
        self._begun.append((len(self.parts), x, y, letter))

    def _change(self, m: _Matrix) -> None:
        n = self._matrix
        self._matrix = (
            m[0] * n[0] + m[1] * n[2],
            m[0] * n[1] + m[1] * n[3],
            m[2] * n[0] + m[3] * n[2],
            m[2] * n[1] + m[3] * n[3],
            m[4] * n[0] + m[5] * n[2] + n[4],
            m[4] * n[1] + m[5] * n[3] + n[5],
        )

    def _begin(self, line: _Matrix) -> None:
        self._line = line
        self._x, self._y = line[4:]

    def _move(self, right: float, up: float) -> None:
        a, b, c, d, x, y = self._line
        self._begin((a, b, c, d, right * a + up * c + x, right * b + up * d + y))

    def _set_font(self, name: bytes, size: float) -> None:
        """Write on with a font; with the one there is if it has no name."""
        if name:
            self._font = self._fonts.get(name.decode("latin-1"), self._without)
        self._size = size

    def _show(self, operands: bytes) -> None:
        a, b, c, d, e, f = self._matrix
        right, up, *_ = self._line
        x, y, end = self._x, self._y, self._end
        letter = self._size * hypot(right * a + up * c, right * b + up * d)
        for text, wide in self._font.shown(operands):
            if text is not None and end is not None:
                off = abs(x * b + y * d + f - end[1])
                gap = hypot(x * a + y * c + e - end[0], off)
                if gap > _JUMP * letter:
                    self.parts.append(" " if off < _JUMP * letter and gap < letter else "\n")
                    self._ended.append(end[0])
                    self._begin_word(x * a + y * c + e, x * b + y * d + f, letter)
            elif text is not None:
                self._begin_word(x * a + y * c + e, x * b + y * d + f, letter)
            step = wide / 1000 * self._size
            x += step * right
            y += step * up
            if text is not None:
                self.parts.append(text)
                end = x * a + y * c + e, x * b + y * d + f
        self._x, self._y, self._end = x, y, end


@lru_cache(256)
def _matrix(numbers: bytes) -> _Matrix:
    a, b, c, d, e, f = map(float, numbers.split())
    return a, b, c, d, e, f
