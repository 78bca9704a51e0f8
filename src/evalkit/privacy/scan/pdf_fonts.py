"""Fonts of a PDF: which text the codes on a page stand for, and how wide they are.

References
----------
ISO 32000-1:2008, clauses 9.6 to 9.10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from evalkit.privacy.scan.pdf_objects import Document, Name, PdfError, Stream
from evalkit.privacy.scan.pdf_strings import NUMBER, STRING, read_string

__all__ = ["Font"]

_SHOWN = re.compile(f"{STRING}|{NUMBER}".encode(), re.DOTALL)
_CODE = re.compile(rb"<\s*([0-9A-Fa-f\s]*)>")
_SPACES = re.compile(rb"begincodespacerange(.*?)endcodespacerange", re.DOTALL)
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_RANGE = re.compile(
    rb"<\s*([0-9A-Fa-f]+)\s*>\s*<\s*([0-9A-Fa-f]+)\s*>\s*(<[0-9A-Fa-f\s]+>|\[[^\]]*\])"
)
_DIGITS = dict(
    zip(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "hyphen",
         "space", "plus", "period"), "0123456789- +.", strict=True)
)  # fmt: skip
_LATIN = {bytes([code]): chr(code) for code in range(256)}
_ENCODINGS = {"Uni": "utf-16-be", "GBK": "gbk", "GB-": "gb2312", "GBpc": "gb2312", "90ms": "cp932"}


class Font:
    """How the codes of a font are read."""

    def __init__(self, document: Document, about: Mapping[str, object]) -> None:
        self.known = True
        self._codes: dict[bytes, str] = {}
        self._size = 2 if document.get(about.get("Subtype")) == "Type0" else 1
        self._encoding = ""
        encoding = document.get(about.get("Encoding"))
        table = document.get(about.get("ToUnicode"))
        content = document.content(table) if isinstance(table, Stream) else None
        if content is not None:
            self._codes, self._size = _unicode_of(content, self._size)
        elif self._size == 2:
            self._encoding = next(
                (e for start, e in _ENCODINGS.items() if str(encoding).startswith(start)), ""
            )
            self.known = bool(self._encoding)
        elif isinstance(encoding, dict):
            self._codes = _differences(document, encoding)
        if self._size == 1:
            self._codes = _LATIN | self._codes
        self._widths = _Widths(*_widths(document, about))
        self._shown: dict[bytes, list[tuple[str | None, float]]] = {}

    def shown(self, operands: bytes) -> list[tuple[str | None, float]]:
        """Return what operators such as ``TJ`` show: texts, and jumps, where there is no text.

        Parameters
        ----------
        operands : bytes
            Strings and numbers as they stand on a page.

        Returns
        -------
        list of (str or None, float)
            Each text, and by how much it or a jump moves on, in thousandths of the letters' size.

        Raises
        ------
        PdfError
            If nothing says what the letters mean.
        """
        found = self._shown.get(operands)
        if found is None:
            found = [self._one(token) for token in _SHOWN.findall(operands)]
            self._shown[operands] = found
        return found

    def _one(self, token: bytes) -> tuple[str | None, float]:
        if token[:1] not in (b"(", b"<"):
            return None, -float(token)
        codes, size = read_string(token), self._size
        if codes and not self.known:
            raise PdfError("PDF 中有无法认读的字体（没有文字对应表）")
        units = [codes[start : start + size] for start in range(0, len(codes), size)]
        wide = sum(map(self._widths.__getitem__, units))
        if self._encoding:
            return codes.decode(self._encoding, "replace"), wide
        texts = self._codes
        return "".join([texts.get(unit, "\ufffd") for unit in units]), wide


class _Widths(dict[bytes, float]):
    """How wide codes are, by the bytes with which they are written."""

    def __init__(self, known: Mapping[int, float], otherwise: float) -> None:
        super().__init__()
        self._known, self._otherwise = known, otherwise

    def __missing__(self, code: bytes) -> float:
        wide = self[code] = self._known.get(int.from_bytes(code, "big"), self._otherwise)
        return wide


def _unicode_of(content: bytes, width: int) -> tuple[dict[bytes, str], int]:
    found: dict[bytes, str] = {}
    for block in _SPACES.findall(content):
        for code in _CODE.findall(block):
            width = max(1, len(_hex(code)))
    for block in _CHARS.findall(content):
        codes = [_hex(code) for code in _CODE.findall(block)]
        for code, text in zip(codes[::2], codes[1::2], strict=False):
            found[code] = text.decode("utf-16-be", "replace")
    for block in _RANGES.findall(content):
        for low, high, target in _RANGE.findall(block):
            size, first, last = len(_hex(low)), int(low, 16), int(high, 16)
            texts = [_hex(code) for code in _CODE.findall(target)]
            for number in range(first, min(last, first + 0xFFFF) + 1):
                if target.startswith(b"[") and number - first < len(texts):
                    text = texts[number - first]
                else:
                    start = int.from_bytes(texts[0], "big") + number - first
                    text = start.to_bytes(len(texts[0]) + 1, "big")[1:]
                found[number.to_bytes(size, "big")] = text.decode("utf-16-be", "replace")
    return found, width


def _hex(code: bytes) -> bytes:
    digits = b"".join(code.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _differences(document: Document, encoding: Mapping[str, object]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    code = 0
    listed = document.get(encoding.get("Differences"))
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, int):
            code = each
        elif isinstance(each, Name) and code < 256:
            name = str(each)
            if name in _DIGITS:
                found[bytes([code])] = _DIGITS[name]
            elif re.fullmatch(r"uni[0-9A-Fa-f]{4}", name):
                found[bytes([code])] = chr(int(name[3:], 16))
            elif len(name) == 1:
                found[bytes([code])] = name
            code += 1
    return found


def _widths(document: Document, about: Mapping[str, object]) -> tuple[dict[int, float], float]:
    found: dict[int, float] = {}
    below = document.get(about.get("DescendantFonts"))
    if isinstance(below, list) and below:
        font = document.about(below[0])
        listed = document.get(font.get("W"))
        _read_widths(document, listed if isinstance(listed, list) else [], found)
        return found, _float(document.get(font.get("DW")), 1000.0)
    listed, first = document.get(about.get("Widths")), document.get(about.get("FirstChar"))
    if isinstance(listed, list) and isinstance(first, int):
        widths = enumerate((_float(document.get(each), 0.0) for each in listed), first)
        return dict(widths), 0.0
    name = str(document.get(about.get("BaseFont")))
    return {}, 600.0 if "Courier" in name else 500.0 if "Times" in name else 556.0


def _read_widths(document: Document, listed: list[object], found: dict[int, float]) -> None:
    place = 0
    while place + 1 < len(listed):
        first, second = document.get(listed[place]), document.get(listed[place + 1])
        if isinstance(first, int) and isinstance(second, list):
            for number, wide in enumerate(second, first):
                found[number] = _float(document.get(wide), 1000.0)
            place += 2
        elif isinstance(first, int) and isinstance(second, int) and place + 2 < len(listed):
            wide = _float(document.get(listed[place + 2]), 1000.0)
            found |= dict.fromkeys(range(first, min(second, first + 0xFFFF) + 1), wide)
            place += 3
        else:
            place += 1


def _float(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise
