"""A judge and the chair at work in Chromium: choose, compare, enter, come back, submit, decide.

Pictures of what they see are left in the test's folder for people to look at.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evalkit.desk import open_sheet
from evalkit.rubric import load_rubric
from evalkit.workspace import Workspace

from .served_page import YEAR, ServedPage, serve

PATIENCE = 240_000
"""Milliseconds; machines that run tests have much else to do."""
sync_api = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
expect = sync_api.expect
expect.set_options(timeout=PATIENCE)

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(CHROMIUM is None, reason="没有安装 Chromium"),
]
POINTS = load_rubric("station-2024").indicators


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[ServedPage]:
    """The sample, in which J01 has not begun and all others have handed in by file."""
    years = ("2023-2024", YEAR)
    page = serve(tmp_path_factory.mktemp("desk"), repository, "评分表_2024-2025_J01.xlsx", years)
    yield page
    page.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = os.environ.get("EVALKIT_PICTURES")
    return Path(place) if place else tmp_path_factory.mktemp("pictures")


def _open(browser: Any, link: str) -> tuple[Any, list[str]]:
    """Open a desk as a browser of its own would; return the page and the errors it shows."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept("评委交来 Excel 评分表"))
    page.goto(link)
    page.wait_for_selector("#evidence section")
    return page, errors


def _score(page: Any, point: str, value: str) -> None:
    page.locator(f"[id='score-{point}']").fill(value)
    page.locator(f"[id='score-{point}']").press("Tab")


def _saved(page: Any) -> None:
    expect(page.locator("#saved")).to_contain_text("已保存")


def test_a_judge_looks_compares_enters_and_submits(
    served: ServedPage, browser: Any, pictures: Path
) -> None:
    begun = time.monotonic()
    page, errors = _open(browser, served.links["J01"])
    sys.stdout.write(f"first screen after {time.monotonic() - begun:.2f} s\n")
    assert page.url == f"http://127.0.0.1:{served.port}/J01/"
    page.select_option("#college", "C03")
    page.select_option("#indicator", "2.4")
    expect(page.locator("section[data-key='picture:participation'] img")).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.locator("section[data-key=values]")).to_contain_text("100%（1,439/1,439）")
    page.screenshot(path=pictures / "judge-evidence.png", full_page=True)

    rows = page.locator("section[data-key='rows:monthly'] tbody tr")
    assert rows.count() == 10
    page.locator("section[data-key='rows:monthly'] input.filter").fill("2025-03")
    expect(page.locator("section[data-key='rows:monthly'] .count")).to_have_text("10 行中有 1 行")
    code = page.locator("section[data-key=values] details.code")
    code.locator("summary").click()
    expect(code).to_contain_text('views.values(assessment, "C03", "2.4")')

    page.click("#side")
    page.check("#with input[value=C01]")
    page.check("#with input[value=C02]")
    table = page.locator("section[data-key=compare]")
    expect(table).to_contain_text("99.95%（2,239/2,240）")
    page.screenshot(path=pictures / "judge-compare.png")
    page.click("#side")

    page.select_option("#college", "C05")
    expect(page.locator("#recused")).to_have_text("您对这个学院应当回避，评分已锁定。")
    assert page.locator("input.score").count() == 0
    page.select_option("#college", "C03")
    _score(page, "1.1", "8.5")
    _saved(page)
    expect(page.locator("#sum")).to_have_text("8.5 / 100")
    _score(page, "1.2", "9.5")
    expect(page.locator("#trouble")).to_contain_text("超过满分 9 分，没有保存")
    page.screenshot(path=pictures / "judge-refused.png")
    _score(page, "1.2", "良好")
    expect(page.locator("#trouble")).to_contain_text("不是数字，没有保存")
    _score(page, "1.2", "８．５")
    expect(page.locator("#sum")).to_have_text("17 / 100")
    page.locator("[id='score-1.2']").press("ArrowUp")
    page.locator("[id='score-1.2']").press("Tab")
    expect(page.locator("#sum")).to_have_text("17.5 / 100")
    expect(page.locator("#trouble")).to_be_empty()
    page.locator("#comment").fill("材料齐全，建议加强随访。")
    page.focus("[id='score-1.2']")
    page.locator("#note").fill("现场再问流程")
    page.locator("#note").press("Tab")
    _saved(page)
    expect(page.locator("#submit")).to_be_disabled()
    page.context.close()  # in the middle

    # The judge goes on in Excel, while the page is open in another place.
    page, further = _open(browser, served.links["J01"])
    page.select_option("#college", "C03")
    path = served.root / "data" / "sample" / YEAR / "评分表_2024-2025_J01.xlsx"
    book = openpyxl.load_workbook(path)
    book["J01 评委评分表"]["G8"] = 4
    book.save(path)
    _score(page, "2.1", "5")  # nobody has told the page yet
    expect(page.locator("#trouble")).to_contain_text(
        "已在别处（Excel 或另一个窗口）改为“4”，这里的修改没有保存。请核对后重新填写。",
    )
    expect(page.locator("[id='score-2.1']")).to_have_value("5")
    page.screenshot(path=pictures / "judge-conflict.png")
    _score(page, "2.1", "4.5")
    expect(page.locator("#sum")).to_have_text("22 / 100")
    expect(page.locator("#trouble")).to_be_empty()
    _score(page, "2.1", "")
    expect(page.locator("#sum")).to_have_text("17.5 / 100")
    _saved(page)
    page.context.close()
    assert not further

    page, more = _open(browser, served.links["J01"])
    page.select_option("#college", "C03")
    expect(page.locator("[id='score-1.1']")).to_have_value("8.5")
    expect(page.locator("#comment")).to_have_value("材料齐全，建议加强随访。")
    page.focus("[id='score-1.2']")
    expect(page.locator("#note")).to_have_value("现场再问流程")

    served.end(signal.SIGKILL)  # the next entry is typed while nobody answers
    _score(page, "1.3", "6.5")
    expect(page.locator("#saved")).to_contain_text("正在保存 1 处修改")
    page.screenshot(path=pictures / "judge-waiting.png")
    served.start()
    _saved(page)
    expect(page.locator("#sum")).to_have_text("24 / 100")

    for college in ("C01", "C02", "C03", "C04", "C06", "C07", "C08"):
        page.select_option("#college", college)
        expect(page.locator("#sheet h2")).to_contain_text(college)
        for point in POINTS:
            box = page.locator(f"[id='score-{point.id}']")
            if not box.input_value():
                box.fill(str(point.points - 1))
                box.press("Tab")
    expect(page.locator("#submit")).to_be_enabled()
    page.click("#tabs button[data-shows=all]")
    page.screenshot(path=pictures / "judge-sheet.png")
    page.click("#tabs button[data-shows=look]")
    page.click("#submit")
    expect(page.locator("#seal")).to_contain_text("提交并封存")
    expect(page.locator("[id='score-1.1']")).to_be_disabled()
    page.screenshot(path=pictures / "judge-sealed.png")
    page.context.close()
    assert not errors
    assert not more

    sheet = open_sheet(Workspace.find(served.root), YEAR, "J01")
    assert sheet.state.sealed
    scores = sheet.state.row("C03").scores
    assert [str(scores[number]) for number in ("1.1", "1.2", "1.3")] == ["8.5", "9", "6.5"]
    raw = openpyxl.load_workbook(sheet.places.workbook, data_only=True)["J01 评委评分表"]
    assert [raw[f"{column}8"].value for column in "ADEF"] == ["C03", 8.5, 9, 6.5]
    assert raw["N8"].value == sheet.state.row("C03").total


def test_the_chair_sees_totals_only_when_all_are_in_and_decides(
    served: ServedPage, browser: Any, pictures: Path
) -> None:
    page, errors = _open(browser, served.links["chair"])
    page.click("#tabs button[data-shows=meeting]")
    expect(page.locator("#notyet")).to_contain_text("评分表没有收齐，不显示总分和名次")
    assert page.locator("#totals").count() == 0
    for number in range(2, 8):
        row = page.locator(f"tr[data-judge=J0{number}]")
        row.get_by_role("button", name="代为提交").click()
        expect(row).to_contain_text("已提交（组长代为提交）")
    expect(page.locator("#ranking")).to_contain_text("生物制药学院")
    expect(page.locator("#stability")).to_contain_text("去掉 J01")
    page.locator("#decided-by").fill("评审组")
    page.locator("#decided-why").fill("会议纪要第 1 号")
    page.click("#decide")
    expect(page.locator("#decide")).to_have_text("更改审定结果")
    page.locator("#minute-topic").fill("并列")
    page.locator("#minute-decided").fill("C01 在前")
    page.locator("#minute-reason").fill("举手表决 5 比 2")
    page.click("#minute")
    expect(page.locator("#record")).to_contain_text("举手表决 5 比 2")
    page.screenshot(path=pictures / "chair-meeting.png", full_page=True)
    assert not errors
    folder = served.root / "data" / "sample" / YEAR / "会议"
    assert "by: 评审组" in (folder / "decision.yaml").read_text(encoding="utf-8")
    page.context.close()


@pytest.mark.slow
def test_the_page_goes_on_after_a_kill_at_any_moment(
    served: ServedPage, browser: Any, tmp_path: Path, repository: Path
) -> None:
    """The page is killed while a judge types, a few times over; nothing that was typed is lost."""
    other = serve(tmp_path, repository, "评分表_*.xlsx")
    try:
        page, errors = _open(browser, other.links["J02"])
        college = page.input_value("#college")
        draw = random.Random(7)  # noqa: S311
        typed: dict[str, str] = {}
        for _ in range(3):
            for point in draw.sample(list(POINTS), 5):
                typed[point.id] = str(draw.randint(0, int(point.points)))
                _score(page, point.id, typed[point.id])
            time.sleep(draw.uniform(0, 0.3))
            other.end(signal.SIGKILL)
            other.start()
        _saved(page)
        assert not errors
        page.context.close()
        sheet = open_sheet(Workspace.find(other.root), YEAR, "J02")
        scores = sheet.state.row(college).scores
        assert {number: str(score) for number, score in scores.items()} == typed
        assert {entry.action for entry in sheet.history} == {"begin", "change"}
    finally:
        other.close()


def test_desks_in_one_browser_do_not_mix(served: ServedPage, browser: Any) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    tabs = {code: context.new_page() for code in ("J01", "J02", "chair")}
    for code, tab in tabs.items():
        tab.goto(served.links[code])
        tab.wait_for_selector("#evidence section")
    for code, tab in tabs.items():
        tab.reload()
        expect(tab.locator("#subtitle")).to_contain_text("组长" if code == "chair" else code)
    other = browser.new_context().new_page()
    answer = other.goto(f"http://127.0.0.1:{served.port}/J01/")
    assert answer.status == 404
    assert "没有这个页面" in other.inner_text("body")
    context.close()
