"""How soon a judge sees the first picture on ``evalkit page``, and how long an entry takes.

The command runs on a copy of the sample's last two years, in a process of its own. Each round opens
a fresh browser at a link and waits until a picture of the ledger's figures is on the screen:

- ``cold``: a screen that nobody has asked for yet (a college of its own each round);
- ``warm``: a screen that is ready, as all are some minutes after the start.

``entry`` is the time from leaving a box to “已保存”, when the score is on the disk and in the
workbook. The claim is a first picture within about three seconds on two cores.

Run: ``python benchmarks/page.py [--rounds 5] [--chromium PATH]``. Prints medians and the slowest.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).parents[1]
YEARS = ("2023-2024", "2024-2025")
COMMAND = "from evalkit.cli.page import command; command()"
PICTURE = "section[data-key='picture:participation'] img.ek-picture"


def main() -> None:
    """Print the seconds of each step."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, 8))
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    begun = time.perf_counter()
    with _page() as link, sync_playwright() as playwright:
        print(f"{'start of the command':<24}{time.perf_counter() - begun:8.2f} s")
        browser = playwright.chromium.launch(
            executable_path=options.chromium, args=["--no-sandbox"]
        )
        colleges = [f"C0{number}" for number in range(2, 2 + options.rounds)]
        for name in ("cold", "warm"):
            times = [_first_picture(browser, f"{link}#college={c}&indicator=2.4") for c in colleges]
            _tell(f"first picture, {name}", times)
        _tell("entry", _entries(browser, link))
        browser.close()
    print(f"load {os.getloadavg()[0]:.1f}")


def _first_picture(browser: Any, address: str) -> float:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(PICTURE, timeout=120_000)
    seconds = time.perf_counter() - begun
    context.close()
    return seconds


def _entries(browser: Any, link: str) -> list[float]:
    page = browser.new_context().new_page()
    page.goto(link)
    page.wait_for_selector("#sheet input.score", timeout=120_000)
    times = []
    for number in range(20):
        page.locator("#sheet input.score").first.fill(str(number % 9))
        begun = time.perf_counter()
        page.locator("#sheet input.score").first.press("Tab")
        page.wait_for_function(
            "wanted => !document.getElementById('saved').className"
            " && document.getElementById('sum').textContent.startsWith(wanted + ' ')",
            arg=str(number % 9),
            timeout=120_000,
        )
        times.append(time.perf_counter() - begun)
    return times


def _tell(name: str, times: list[float]) -> None:
    print(f"{name:<24}{statistics.median(times):8.2f} s   slowest {max(times):.2f} s")


@contextmanager
def _page() -> Iterator[str]:
    """Run the command; give J01's link."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        shutil.copy(REPOSITORY / "evalkit.toml", root)
        for year in YEARS:
            folder = Path("data") / "sample" / year
            shutil.copytree(REPOSITORY / folder, root / folder)
        (root / "data" / "sample" / YEARS[-1] / f"评分表_{YEARS[-1]}_J01.xlsx").unlink()
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "--year", YEARS[-1], "--port", "0"],
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        link = ""
        for line in process.stdout or ():
            if match := re.match(r"\s+评委 J01\t(\S+)", line):
                link = match[1]
            if line.startswith("评审页面已经打开"):
                break
        try:
            yield link
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=120)


if __name__ == "__main__":
    main()
