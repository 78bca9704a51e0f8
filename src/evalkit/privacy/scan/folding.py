"""Text as it is compared, however it was typed."""

from __future__ import annotations

import unicodedata

__all__ = ["folded"]


_PAIRS = (
    "⺎兀⺟母⺠民⺩王⻁虎⻄西⻅见⻆角⻇角⻉贝⻊足⻋车⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟"
    "⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻱龜⻳龟"
)
_RADICALS = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
"""Radicals that look like words, and that browsers write into a PDF in their place; Unicode's
compatibility forms know only the older ones (EquivalentUnifiedIdeograph.txt)."""


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
        elif character in _RADICALS:
            plain = ord(_RADICALS[character])
        elif 0x2F00 <= code <= 0x2FD5 or (code > 0xFF and kind in ("No", "Lu", "Ll", "Lo", "Po")):
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
