"""Reports of awkward schools, page by page: names of 34 characters, 3 or 30 colleges, no data."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from evalkit.export import read_document
from evalkit.export.blocks import Heading, plain
from evalkit.reports.runner import make_packet
from evalkit.reports.survey import Wanted
from evalkit.workspace import AcademicYear

from .extremes import NAME, YEAR, extreme_school
from .printed_pages import Page, beyond, collisions, lonely, pages_of

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("extremes"),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="没有安装 poppler"),
]
CODES = ("C01", "C02", "C03")
TYPST = {"side": 20.0, "top": 24.0, "bottom": 21.0}
BROWSER = {"side": 15.0, "top": 17.0, "bottom": 16.0}
"""Margins in millimetres of the two ways to paper."""


@pytest.fixture(scope="module", params=[3, 30])
def folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> Path:
    """The reports of the school and of the three odd colleges."""
    root = tmp_path_factory.mktemp("extremes")
    space = extreme_school(root, repository, request.param)
    wanted = Wanted(("全校", *CODES), formats=("html", "pdf", "ipynb"))
    packet = make_packet(space, AcademicYear.parse(YEAR), wanted)
    assert packet.complete, [made.error for made in packet.made]
    return packet.found.folder


def _heads(path: Path) -> set[str]:
    document = read_document(nbformat.read(path.with_suffix(".ipynb"), as_version=4))
    titles = (plain(b.runs) for b in document.blocks if isinstance(b, Heading))
    return {"".join(title.split()) for title in titles}


def _check(pages: list[Page], margins: dict[str, float], heads: set[str]) -> None:
    for page in pages:
        assert beyond(page, margins["side"], margins["bottom"]) == [], page.number
    assert lonely(pages, heads) == []


def _headers_again(pages: list[Page]) -> int:
    """Check the sheet of totals and the warnings; return how often they went on."""
    going_on = 0
    for page in pages:
        rows = [line for line in page.lines if len(re.findall(r"\d\d\.\d(?!\d|%)", line)) >= 6]
        if rows:
            assert any("J01" in line for line in page.lines), page.number
            going_on += 1
        if any(len(re.findall(r"\d\.\d\d%", line)) >= 3 and "预警" not in line
               and re.search(r"\d,\d{3}\d+\d\.\d\d%", line) for line in page.lines):  # fmt: skip
            assert any("有效" in line for line in page.lines), page.number
            going_on += 1
    return going_on


def test_pdf(folder: Path) -> None:
    found = sorted(folder.glob("*.pdf"))
    assert len(found) == 4
    for path in found:
        pages = pages_of(path, TYPST["top"], TYPST["bottom"])
        _check(pages, TYPST, _heads(path))
        for page in pages:
            assert collisions(page) == [], (path.name, page.number)
        if path.stem == "学校报告":
            many = any("第30学院" in line for page in pages for line in page.lines)
            assert _headers_again(pages) >= (3 if many else 1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


# Boxes whose content is wider than they are, words outside their drawing or upon one another.
FAULTS = """() => {
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push("page too wide");
  for (const each of document.querySelectorAll("main *")) {
    if (each.closest("svg") || each.closest(".ek-print")) continue;
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(each).overflowX);
    if (!scrolls && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
        && getComputedStyle(each).display !== "inline" && !each.closest(".ek-table"))
      faults.push("cut: " + each.outerHTML.slice(0, 80));
  }
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    const words = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim())
      .map((t) => [t.textContent, t.getBoundingClientRect()]);
    words.forEach(([text, box], place) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1
          || box.top < frame.top - 3 || box.bottom > frame.bottom + 3) faults.push("out: " + text);
      for (const [other, its] of words.slice(place + 1)) {
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        // Boxes are higher than what is printed in them.
        if (across > 2 && down > 0.4 * Math.min(box.height, its.height))
          faults.push("upon one another: " + text + " / " + other);
      }
    });
  }
  return faults;
}"""


@pytest.mark.chromium
@pytest.mark.skipif(CHROMIUM is None, reason="没有安装 Chromium")
def test_pages_on_the_screen_and_printed(folder: Path, browser: Any, tmp_path: Path) -> None:
    found = sorted(folder.glob("*.html"))
    assert len(found) == 4
    for path in found:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri())
        assert page.evaluate(FAULTS) == [], path.name
        target = tmp_path / "printed.pdf"
        page.pdf(path=target, prefer_css_page_size=True)
        page.close()
        pages = pages_of(target, BROWSER["top"], BROWSER["bottom"])
        _check(pages, BROWSER, _heads(path))


def test_odd_colleges_say_what_there_is(folder: Path) -> None:
    texts = {}
    for code, number in zip(CODES, (1, 2, 3), strict=True):
        (path,) = folder.glob(f"学院报告_{code}_*.html")
        texts[code] = re.sub(r"<[^>]+>", " ", path.read_text("utf-8"))
        assert NAME.format(number) in texts[code]
    assert "活动按月分布：全学年 60 场" in texts["C01"]
    assert "活动按月分布：全学年 2 场" in texts["C02"]
    assert "本学年没有登记科研成果。" in texts["C03"]
    assert "本学年没有登记与心理健康相关的奖项。" in texts["C03"]
