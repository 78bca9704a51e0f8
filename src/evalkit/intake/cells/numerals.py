"""Chinese numerals: 三十二, 两千零五, 壹佰贰拾, 3千5百, 二〇二四."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["DIGITS", "digits", "numeral", "rounded_numeral"]

DIGITS = "〇一二三四五六七八九"

_PLAIN = str.maketrans(
    "零○壹贰貳叁參肆伍陆陸柒捌玖拾佰陌仟萬億两兩0123456789",
    "〇〇一二二三三四五六六七八九十百百千万亿二二〇一二三四五六七八九",
)
_D = f"[{DIGITS[1:]}]"
# One block of four digits; 〇 may stand wherever a unit is left out.
_BLOCK = (
    rf"(?:(?P<k{{0}}>{_D})千)?〇?(?:(?P<h{{0}}>{_D})百)?〇?"
    rf"(?:(?P<t{{0}}>{_D}?)十)?〇?(?P<u{{0}}>{_D})?"
)
_WHOLE = re.compile(
    rf"(?:(?P<yi>{_BLOCK.format(1)})亿)?〇?(?:(?P<wan>{_BLOCK.format(2)})万)?〇?"
    rf"(?P<rest>{_BLOCK.format(3)})"
)
_SPELLED = re.compile(rf"[{DIGITS}]{{3,}}|{_D}〇")
_SHORT = re.compile(rf"(.*[百千万亿])({_D})")
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SOME = re.compile(rf"(?:[几数上近](?P<unit>十万|百万|千万|[十百千万亿])|(?P<tens>{_D}?十)几)")
_MOST = 24
"""Longest numeral: more characters than any number of people or yuan needs."""


def digits(text: str) -> str:
    """Return Chinese digits, written one by one, as Arabic ones: 二〇二四 → 2024."""
    return "".join(str(DIGITS.index(c)) for c in text.translate(_PLAIN))


def numeral(text: str) -> Decimal | None:
    """Return the number that a Chinese numeral says, or ``None`` if it is none.

    Digits written one by one count only from three on, or with a zero: 三五 may mean three to
    five.

    Examples
    --------
    >>> [str(numeral(text)) for text in ("三十二", "两万三", "壹佰贰拾", "三点五", "三五")]
    ['32', '23000', '120', '3.5', 'None']
    """
    if not 0 < len(text) <= _MOST:
        return None
    whole, point, fraction = text.translate(_PLAIN).partition("点")
    if point and not (fraction and all(c in DIGITS for c in fraction)):
        return None
    number = _whole(whole)
    if number is None or not point:
        return None if number is None else Decimal(number)
    return Decimal(f"{number}.{digits(fraction)}")


def rounded_numeral(text: str) -> Decimal | None:
    """Return the least number that words such as 十几, 数百 or 近百 can mean."""
    match = _SOME.fullmatch(text.translate(_PLAIN))
    if match is None:
        return None
    if match["tens"]:
        return numeral(match["tens"])
    number = 1
    for unit in match["unit"]:
        number *= _UNITS[unit]
    return Decimal(number)


def _whole(text: str) -> int | None:
    text = text.replace("廿", "二十").replace("卅", "三十")
    if text == "〇":
        return 0
    if _SPELLED.fullmatch(text):
        return int(digits(text))
    short = _SHORT.fullmatch(text)
    if short is not None and not short[1].endswith("〇"):  # 一百五 is 150
        before = _grouped(short[1])
        unit = _UNITS[short[1][-1]] // 10
        return None if before is None else before + DIGITS.index(short[2]) * unit
    return _grouped(text)


def _grouped(text: str) -> int | None:
    match = _WHOLE.fullmatch(text)
    if match is None or not text or text.startswith("〇") or text.endswith("〇"):
        return None
    total = 0
    for group, name, weight in ((1, "yi", 10**8), (2, "wan", 10**4), (3, "rest", 1)):
        if match[name] is not None:
            block = _block(match, group)
            if block == 0 and weight > 1:  # 万 alone counts nothing
                return None
            total += weight * block
    return total


def _block(match: re.Match[str], group: int) -> int:
    number = 0
    for key, weight in (("k", 1000), ("h", 100), ("t", 10), ("u", 1)):
        digit = match[f"{key}{group}"]
        if digit is not None:
            number += weight * (DIGITS.index(digit) if digit else 1)
    return number
