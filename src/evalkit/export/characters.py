"""Characters that no page can show, or that would turn what stands around them."""

from __future__ import annotations

import re

__all__ = ["code_point", "visible"]

_SPACES = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""Return a text whose every character can be shown and stays where it is.

    Controls, among them those that reverse the writing, are named instead of obeyed. Line ends
    become ``"\n"``.

    Examples
    --------
    >>> visible("甲\x00乙\u202e丙\r\n")
    '甲〔U+0000〕乙〔U+202E〕丙\n'
    """
    return _HIDDEN.sub(lambda match: code_point(match[0]), _SPACES.sub("\n", text))


def code_point(character: str) -> str:
    """Return the name of a character that cannot be shown, as in ``〔U+202E〕``."""
    return f"〔U+{ord(character):04X}〕"
