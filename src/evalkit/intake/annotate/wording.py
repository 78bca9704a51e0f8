"""What the college reads: the comment of a cell, and texts that are safe in a workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evalkit.findings import Finding

__all__ = ["MARK", "breadth", "comment_text", "safe_text", "sentence"]

MARK = "【核对反馈】"
"""Every comment of ours begins with it; by it they are found and taken out again."""

LONGEST = 32_767
"""Characters that a cell can hold."""

_MOST_IN_A_COMMENT = 6
_LONGEST_COMMENT = 2_000
_ILLEGAL = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_END = "。！？…；.!?"


def safe_text(text: str, most: int = LONGEST) -> str:
    """Return a text that XML and a cell can hold.

    ``_x0041_`` would be read as an escape: its first sign is escaped itself.
    """
    text = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    length = 0
    for place, sign in enumerate(text):
        length += 2 if ord(sign) > 0xFFFF else 1  # Excel counts in UTF-16
        if length > most:
            text = f"{text[: max(0, place - 1)]}…"
            break
    return _ESCAPE.sub("_x005F_", text)


def sentence(text: str) -> str:
    """End a text with a full stop, where it has none."""
    text = text.strip()
    return text if not text or text.endswith(tuple(_END)) else f"{text}。"


def breadth(text: str) -> int:
    """Return how wide a text is, in halves of a Chinese character."""
    return sum(1 if ord(c) < 0x2000 else 2 for c in text)


def comment_text(findings: Sequence[Finding]) -> tuple[str, str]:
    """Return heading and body of the comment on a cell.

    Several findings are numbered; beyond six, the rest is left to the list.
    """
    if len(findings) == 1:
        heading = f"{MARK}{findings[0].severity.chinese}"
        return heading, safe_text("\n".join(_lines(findings[0])), _LONGEST_COMMENT)
    parts = []
    for number, finding in enumerate(findings[:_MOST_IN_A_COMMENT], 1):
        first, *others = _lines(finding)
        parts.append(f"{number}. {finding.severity.chinese}：{first}")
        parts.extend(others)
    if more := len(findings[_MOST_IN_A_COMMENT:]):
        parts.append(f"另有 {more} 处，请看“问题清单”。")
    return f"{MARK}共 {len(findings)} 处", safe_text("\n".join(parts), _LONGEST_COMMENT)


def _lines(finding: Finding) -> list[str]:
    lines = [sentence(finding.what)]
    if finding.value.strip():
        lines.append(f"填写的是：{finding.value.strip()}")
    told = (("允许", finding.rule), ("处理", finding.mend))
    return lines + [f"{label}：{sentence(text)}" for label, text in told if text.strip()]
