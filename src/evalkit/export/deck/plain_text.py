"""Text that is nothing but text, whatever a college has called itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["plain"]

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What XML cannot hold, what Word and docxtpl take for commands, and what turns text around."""


def plain(value: Any) -> Any:
    r"""Take out of all texts what is not text, however deep they lie.

    Examples
    --------
    >>> plain({"name": "甲\x00\u202e乙", "n": 3})
    {'name': '甲乙', 'n': 3}
    """
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value.replace("\r\n", "\n").replace("\t", " "))
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value
