"""Pages of a PDF as poppler sees them: words with their places, and what is wrong with them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Set
from dataclasses import dataclass
from html import unescape
from pathlib import Path

__all__ = ["Page", "Word", "beyond", "collisions", "lonely", "pages_of"]

MM = 72 / 25.4
TOUCH = 0.5
"""Share of the lower box by which two may overlap: boxes are higher than what is printed."""
HANGING = 12.0
"""Points by which boxes, which are larger than what is printed, may stand out."""
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)


@dataclass(frozen=True)
class Word:
    """A word and its box, in points from the page's left upper corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


@dataclass(frozen=True)
class Page:
    """A page's words between the running head and the page number, and its size."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def lines(self) -> list[str]:
        """Words that stand side by side, from above; no blanks."""
        found: list[list[Word]] = []
        for word in sorted(self.words, key=lambda each: (each.bottom, each.left)):
            if found and abs(found[-1][-1].bottom - word.bottom) < 3:
                found[-1].append(word)
            else:
                found.append([word])
        return ["".join(w.text for w in sorted(line, key=lambda w: w.left)) for line in found]


def pages_of(path: Path, top: float, bottom: float) -> list[Page]:
    """Return the pages of a PDF; what stands outside the margins (mm) is left out."""
    text = subprocess.run(
        ["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    found = []
    for number, (width, height, content) in enumerate(_PAGE.findall(text), 1):
        words = [
            Word(*map(float, place), unescape(word)) for *place, word in _WORD.findall(content)
        ]
        low = float(height) - bottom * MM
        body = [w for w in words if w.top > top * MM - 6 and not _is_foot(w, low)]
        found.append(Page(number, float(width), float(height), tuple(body)))
    return found


def _is_foot(word: Word, low: float) -> bool:
    return word.top > low and re.fullmatch(r"第|共|页|\d+|第\d+页|共\d+页", word.text) is not None


def beyond(page: Page, side: float, bottom: float) -> list[str]:
    """Words beyond the side margins or the lower one (mm)."""
    left, right = side * MM - HANGING, page.width - side * MM + HANGING
    low = page.height - bottom * MM - 4
    return [
        w.text
        for w in page.words
        if w.left < left or w.right > right or (w.top + w.bottom) / 2 > low
    ]


def collisions(page: Page) -> list[tuple[str, str]]:
    """Pairs of words that stand upon one another."""
    found = []
    words = sorted(page.words, key=lambda each: each.top)
    for place, one in enumerate(words):
        for other in words[place + 1 :]:
            if other.top >= one.bottom:
                break
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            lower = min(one.bottom - one.top, other.bottom - other.top)
            # Marks that meet in a line are set closer, by up to the width of one.
            apart = 1.2 if abs(one.bottom - other.bottom) < 1 else TOUCH
            if across > apart * lower and down > TOUCH * lower:
                found.append((one.text, other.text))
    return found


def lonely(pages: list[Page], heads: Set[str]) -> list[tuple[int, str]]:
    """Headings (without blanks) at the foot of a page, or with next to nothing below them."""
    found = []
    for page in pages[:-1]:
        last = page.lines[-1] if page.lines else ""
        if last in heads or (re.match(r"表\d+", last) and len(last) < 30):
            found.append((page.number, last))
        used = max((word.bottom for word in page.words), default=0.0)
        if used < 0.3 * page.height and heads & set(page.lines):
            found.append((page.number, f"标题之后大半页空白：{last}"))
    return found
