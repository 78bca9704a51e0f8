"""What somebody may type who means no good, and how it is varied."""

from __future__ import annotations

import random

__all__ = ["PAYLOADS", "varied"]

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "</td></tr></table><h1>乙</h1>",
    "</style><script>x</script>",
    "<!--", "-->", "<![CDATA[", "]]>", "<?xml version='1.0'?>", "&lt;b&gt;", "&#60;script&#62;",
    "javascript:alert(1)", "[乙](javascript:alert(1))", "![乙](http://x.invalid/a.png)",
    "[乙]: http://x.invalid", "http://x.invalid/?a=<b>", "# 题", "> 引", "- 项", "1. 项", "|甲|乙|",
    "**粗** _斜_ `码` ~~删~~", "```\n码\n```", "$$x^2$$", "\\(x\\)", "$x$",
    '#import "a.typ": *', '#eval("1+1")', '#read("/etc/passwd")', "#panic()", "@标 <标>", "#[甲]",
    "*粗*", "= 题", "// 注", "/* 注", "\\u{41}", '"); panic("',
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=HYPERLINK(\"http://x.invalid\")", "=cmd|' /C calc'!A0",
    "\t=1+1", "\r=1+1", "'=1+1", "＝1+1", "{=1+1}", "=DDE(\"cmd\")",
    "\x1b[31m红\x1b[0m", "\x1b]0;题\x07", "\x1b[2J", "\x9b31m", "\x08\x08\x08", "\x07",
    "甲\x00乙", "甲\x0b\x0c乙", "\x7f", "\ufeff", "\ufffe", "\uffff",
    "\u202egpj.exe\u202c", "\u2066甲\u2069", "\u200f", "\u200b甲\u200d", "\u2028甲\u2029乙",
    "../../../etc/passwd", "..\\..\\windows\\system32", "/etc/passwd", "C:\\a\\b", "\\\\x\\share",
    "CON", "nul", "COM1", "LPT9.txt", "aux.html", "a:b", "a*b?c", "a|b<c>d\"e", ".", "..", " ",
    "...",
    "~", "-rf", "--help", "$HOME", "`id`", "$(id)", "; rm -rf /", "%s%n", "{0}", "{x}", "{{7*7}}",
    "{% raw %}", "${7*7}", "<%= 7*7 %>", "__import__('os')", "exec('1')", "'; DROP TABLE a; --",
    "é\u0301\u0323\u0300\u0310" * 3, "𠮷𠮷", "😀👨‍👩‍👧", "ا\u0644ع",
    "ﷺ", "Ω≈ç√",
    "\U000e0041",
    # No half of a pair of surrogates: no file that can be read holds one.
    "甲" * 300, "W" * 300, "<" * 200, "(" * 200, "\n" * 50, " " * 300,
)  # fmt: skip


def varied(number: int, seed: int = 1) -> list[str]:
    """Return texts: each payload as it is, then mixed with each other and with plain words."""
    chance = random.Random(seed)  # noqa: S311 -- nothing is kept secret with it
    found = [*PAYLOADS]
    plain = ("精细化工学院", "评语：", "A", "1", " ", "。", "\n", "")
    while len(found) < number:
        parts = [chance.choice(PAYLOADS) for _ in range(chance.randint(1, 3))]
        parts += [chance.choice(plain) for _ in range(chance.randint(0, 2))]
        chance.shuffle(parts)
        text = "".join(parts)
        if chance.random() < 0.2:
            text = text[: chance.randint(1, len(text))]
        if chance.random() < 0.05:
            text = text.upper()
        found.append(text)
    return found[:number]
