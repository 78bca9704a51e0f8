"""The deck in a real browser: nothing cut off, arrow keys, scores one by one when asked for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from typing import Any

import pytest

from evalkit.assessment import Assessment
from evalkit.export.documents import Documents

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="没有安装 Chromium"),
]

# Presses keys as a speaker would, measures every page, and leaves the answers on the page.
QUESTIONS = """
<script>
(() => {
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key }));
const pages = [...document.querySelectorAll("section")];
const now = () => pages.findIndex((page) => page.checkVisibility());
const seen = () => [...document.querySelectorAll(".secret")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true })).length;
const answers = { start: now(), pages: pages.length, cut: [], small: [] };
press("ArrowRight"); answers.right = now();
press("ArrowLeft"); answers.left = now();
press("End"); answers.end = now();
press("Home"); answers.home = now();
for (let n = 0; n < pages.length; n += 1) {
  const page = pages[now()];
  const frame = page.getBoundingClientRect();
  for (const each of page.querySelectorAll("*")) {
    const box = each.getBoundingClientRect();
    if (box.right > frame.right + 1 || box.bottom > frame.bottom + 1) {
      answers.cut.push([n, each.outerHTML.slice(0, 80)]);
    }
    if (each.children.length === 0 && each.textContent.trim()) {
      const inSvg = each.closest("svg");
      const scale = inSvg ? inSvg.getBoundingClientRect().width / inSvg.viewBox.baseVal.width : 1;
      // On a screen of 1080 lines, whatever the window.
      const size = parseFloat(getComputedStyle(each).fontSize) * scale * 1080 / frame.height;
      if (size < 19.9) answers.small.push([n, size, each.textContent]);
    }
  }
  if (page.querySelector(".secret")) { answers.first ??= [n, seen()]; break; }
  press("ArrowRight");
}
answers.steps = [];
for (let n = 0; n < 3; n += 1) {
  press("ArrowRight");
  const shown = [...document.querySelectorAll(".secret.shown td:first-child")];
  answers.steps.push([now(), seen(), shown.map((cell) => cell.textContent)]);
}
document.documentElement.dataset.answers = JSON.stringify(answers);
})();
</script>
"""


@pytest.fixture(scope="module")
def answers(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    place = tmp_path_factory.mktemp("screen")
    Documents(assessment).write(place, ["大屏"])
    path = place / "大屏" / "大屏_揭晓.html"
    asked = place / "asked.html"
    asked.write_text(path.read_text("utf-8").replace("</body>", f"{QUESTIONS}</body>"), "utf-8")
    done = subprocess.run(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1920,1080",
         f"--user-data-dir={place / 'chrome'}", "--virtual-time-budget=5000", "--dump-dom",
         f"file://{asked}"],
        check=True, capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    found = re.search(r'data-answers="([^"]*)"', done.stdout)
    assert found is not None
    answers: dict[str, Any] = json.loads(unescape(found[1]))
    return answers


def test_keys(answers: dict[str, Any]) -> None:
    last = answers["pages"] - 1
    assert (answers["start"], answers["right"], answers["left"]) == (0, 1, 0)
    assert (answers["end"], answers["home"]) == (last, 0)


def test_nothing_is_cut_off(answers: dict[str, Any]) -> None:
    assert answers["cut"] == []


def test_nothing_is_too_small_to_read(answers: dict[str, Any]) -> None:
    assert answers["small"] == []


def test_scores_come_one_by_one_the_last_rank_first(answers: dict[str, Any]) -> None:
    page, seen = answers["first"]
    assert seen == 0
    assert answers["steps"] == [
        [page, 1, ["8"]], [page, 2, ["7", "8"]], [page, 3, ["6", "7", "8"]],
    ]  # fmt: skip
