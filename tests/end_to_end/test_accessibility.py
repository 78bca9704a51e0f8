"""Pages as axe-core judges them, on a wide screen and on a telephone; nothing is fetched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from evalkit.assessment import Assessment
from evalkit.export.documents import Documents

from .conftest import run_evalkit
from .served_page import serve

sync_api = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
pytest.importorskip("axe_playwright_python", reason="没有安装 axe-playwright-python")

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.chromium,
    pytest.mark.skipif(CHROMIUM is None, reason="没有安装 Chromium"),
    pytest.mark.xdist_group("packet"),
]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
WIDTHS = [1280, 400]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


Look = Callable[[str, int], list[str]]


@pytest.fixture
def look(browser: Any) -> Iterator[Look]:
    """Open a file and return its faults: what axe-core finds, and what it asked of the network."""
    contexts = []

    def looked(link: str, width: int) -> list[str]:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}))
        page = contexts[-1].new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(link)
        faults = _faults(page)
        return faults + [url[:200] for url in asked if url != link and not url.startswith("data:")]

    yield looked
    for context in contexts:
        context.close()


def _faults(page: Any) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 10  # it did look
    return [
        f"{rule['impact']} {rule['id']}: {rule['help']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["学校报告", "学院报告_C04_数字技术学院"])
def test_reports(packet: Any, look: Look, name: str, width: int) -> None:
    assert look((packet.folder / f"{name}.html").as_uri(), width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_a_check(packet: Any, look: Look, tmp_path: Path, width: int) -> None:
    path = tmp_path / "check.html"
    run_evalkit(packet.root, "check", "--format", "html", "-o", str(path))
    assert look(path.as_uri(), width) == []


def test_the_deck(assessment: Assessment, look: Look, tmp_path: Path) -> None:
    Documents(assessment).write(tmp_path, ["大屏"])
    for path in sorted((tmp_path / "大屏").glob("*.html")):
        assert look(path.as_uri(), 1920) == []


def test_a_fault_is_found(look: Look, tmp_path: Path) -> None:
    path = tmp_path / "faulty.html"
    path.write_text(
        '<!DOCTYPE html><html lang="zh-CN"><head><title>页</title></head><body><main><h1>页</h1>'
        '<p style="color:#aaa">看不清</p><img src="http://127.0.0.1:9/a.png"></main></body></html>',
        "utf-8",
    )
    faults = look(path.as_uri(), 1280)
    assert [fault.split(":")[0] for fault in faults] == [
        "serious color-contrast",
        "critical image-alt",
        "http",
    ]


def test_the_judges_page_has_no_serious_fault(
    browser: Any, repository: Path, tmp_path: Path
) -> None:
    served = serve(tmp_path, repository, "评分表_*_J01.xlsx")
    try:
        for who in ("J01", "chair"):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.set_default_timeout(60_000)
            page = context.new_page()
            page.goto(served.links[who])
            page.wait_for_selector("#evidence section")
            faults = [each for each in _faults(page) if each.startswith(("serious", "critical"))]
            assert faults == [], json.dumps(faults, ensure_ascii=False, indent=1)
            context.close()
    finally:
        served.close()
