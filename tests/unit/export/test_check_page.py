"""The page of a check: whole in itself, complete without script, nothing from a workbook run."""

from __future__ import annotations

import base64
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from lxml import html

from evalkit.export.check_page import changes_page, check_page, rounds_page
from evalkit.findings import Finding, Location, Severity
from evalkit.intake.changes import Comparison
from evalkit.intake.overview import Overview, overview
from evalkit.intake.rounds import Round
from evalkit.intake.snapshot import Snapshot
from evalkit.ledger import Ledger, load_ledger
from evalkit.workspace import AcademicYear, Workspace

E, W, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
LEDGER, JUDGE = "台账_2024-2025_C01.xlsx", "评分表_2024-2025_J01.xlsx"
FINDINGS = (
    Finding("D04", E, Location(LEDGER, "S08 活动台账", "F17"), "“开始日期”不在本学年内",
            "2042-03-05", "2024-09-01 至 2025-08-31", "请核对年份后改正"),
    Finding("N02", W, Location(LEDGER, "S08 活动台账", "K9"), "“参与人次”是约数", "200余人",
            "整数", "请填写准确的人数"),
    Finding("V01", E, Location(LEDGER, "S11 普测统计", "C5"), "“年级”没有填写", "", "必须填写",
            "请补填"),
    Finding("F03", W, Location("台账_2024-2025_C02.xlsx"), "乙学院没有交来台账", "",
            "每个学院一份台账", "请催交"),
    Finding("G03", INFO, Location(JUDGE, "J01 评委评分表", "K5"), "分数写成了文本", "8.5", "数字",
            "无需处理"),
)  # fmt: skip


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return load_ledger()


def workspace(root: Path, school: str = "示例学院", *, fictional: bool = False) -> Workspace:
    text = (
        f"[school]\nname = '{school}'\ncentre = '心理中心'\nfictional = {str(fictional).lower()}\n"
    )
    (root / "evalkit.toml").write_text(text, encoding="utf-8")
    return Workspace.find(root)


def view_of(ledger: Ledger, *findings: Finding, name: str = "甲学院") -> Overview:
    pages = [
        {
            "file": LEDGER, "kind": "college", "code": "C01", "sheet": sheet.name,
            "tab": sheet.tab, "rows": 10, "cells": 100,
        }
        for sheet in ledger.of("college")
        if sheet.name not in ("funds", "research")
    ]  # fmt: skip
    manifest = {
        "inputs": [
            {"file": LEDGER, "kind": "college", "code": "C01", "sha256": "0"},
            {"file": JUDGE, "kind": "judge", "code": "J01", "sha256": "0"},
        ],
        "colleges": [{"code": "C01", "name": name}, {"code": "C02", "name": "乙学院"}],
        "pages": pages,
    }
    snapshot = Snapshot("0123456789ab", AcademicYear(2024), Path("none"), manifest)
    snapshot.__dict__["findings"] = findings
    return overview(snapshot, ledger)


@pytest.fixture(scope="module")
def page(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> str:
    view = view_of(ledger, *FINDINGS)
    space = workspace(tmp_path_factory.mktemp("page"), fictional=True)
    return check_page(space, view, view.findings)


def text_of(node: Any) -> str:
    return " ".join(node.text_content().split())


def texts(page: str, path: str) -> list[str]:
    return [text_of(node) for node in html.fromstring(page).xpath(path)]


class TestCheckPage:
    def test_whole_in_itself(self, page: str) -> None:
        assert not re.search(r'(?:src|href)="(?!#|data:)', page)
        assert not re.search(r"url\((?!\"data:)|@import|https?://|fetch|XMLHttp|import\(", page)
        assert page.count("<script>") == 1

    def test_font_has_every_character(self, page: str) -> None:
        (encoded,) = re.findall(r'src: url\("data:font/woff;base64,([^"]+)"\)', page)
        with TTFont(io.BytesIO(base64.b64decode(encoded))) as font:
            known = {chr(code) for code in font.getBestCmap()}
        shown = "".join(texts(page, "//body//*[not(self::script)]/text()/.."))
        chinese = {c for c in shown if "一" <= c <= "鿿"}
        assert len(chinese) > 100
        assert chinese <= known

    def test_head_and_notice(self, page: str) -> None:
        assert texts(page, "//header/div") == ["示例学院 2024-2025 学年 · 虚构示例数据"]
        assert texts(page, "//h1") == ["材料核对"]
        assert texts(page, "//footer/p") == [
            "示例学院心理中心。数据为虚构，仅供演示。",
            "数据快照：0123456789ab。读了 2 个文件。",
            "数据质量只说明表格填得是否可用，不参与考核计分。",
        ]

    def test_real_school_has_no_notice(self, ledger: Ledger, tmp_path: Path) -> None:
        page = check_page(workspace(tmp_path), view_of(ledger), ())
        assert "虚构" not in page
        assert texts(page, "//main/p")[-1] == "没有发现问题。"
        assert "<script" not in page

    def test_cards(self, page: str) -> None:
        assert texts(page, "//div[@class='ek-card']") == [
            "交来台账1 / 2未交 1 个学院",
            "待更正1 个齐全 0 个学院",
            "错误2 条该处不能使用",
            "警告2 条照用并注明；另有提示 1 条",
        ]

    def test_summary(self, page: str) -> None:
        rows = html.fromstring(page).xpath("//table[@class='ek-summary']/tbody/tr")
        cells = [[text_of(cell) for cell in row] for row in rows]
        assert cells == [
            ["C01 甲学院", "2", "1", "0", "95.9", "待更正"],
            ["C02 乙学院", "0", "1", "0", "—", "未交"],
            ["J01 评委", "0", "0", "1", "—", "齐全"],
        ]
        targets = {node.get("id") for node in html.fromstring(page).xpath("//*[@id]")}
        links = html.fromstring(page).xpath("//a/@href")
        assert {link.removeprefix("#") for link in links} <= targets

    def test_heat_map_says_in_words_what_it_shows(self, page: str) -> None:
        rows = html.fromstring(page).xpath("//table[@class='ek-heat']/tbody/tr")
        first = {cell.get("title"): cell for cell in rows[0].xpath("td")}
        assert len(first) == 25
        wanted = {
            "C01 甲学院 全部：95.9 分": ("95", "ek-q3"),
            "C01 甲学院 基础信息：100.0 分，错误 0 条，警告 0 条": ("100", "ek-q4"),
            "C01 甲学院 活动台账：98.5 分，错误 1 条，警告 1 条": ("98", "ek-q3"),
            "C01 甲学院 经费台账：0.0 分，缺少这张核心表": ("0", "ek-q0"),
            "C01 甲学院 科研调研：无数据": ("—", "ek-qnone"),
        }
        for text, (shown, step) in wanted.items():
            cell = first[text]
            assert cell.xpath("span[@aria-hidden='true']/text()") == [shown]
            assert cell.xpath("span[@class='ek-hidden']/text()") == [text]
            assert cell.get("class") == step
        assert rows[1].xpath("td/@title")[:2] == [
            "C02 乙学院 全部：未交",
            "C02 乙学院 基础信息：未交",
        ]

    def test_every_finding_is_there_without_script(self, page: str) -> None:
        tree = html.fromstring(page)
        assert tree.xpath("//form/@hidden") == [""]
        assert not tree.xpath("//main//*[@hidden][not(self::form)]")
        parts = tree.xpath("//details")
        assert all(part.get("open") is not None for part in parts)
        assert [text_of(part.xpath("summary")[0]) for part in parts] == [
            "C01 甲学院 错误 2警告 1",
            "C02 乙学院 警告 1",
            "J01 评委 提示 1",
        ]
        rows = tree.xpath("//tr[@data-severity]")
        assert [[text_of(cell) for cell in row] for row in rows][:2] == [
            ["错误 D04", "F17", "“开始日期”不在本学年内，填写的是“2042-03-05”",
             "2024-09-01 至 2025-08-31", "请核对年份后改正"],
            ["警告 N02", "K9", "“参与人次”是约数，填写的是“200余人”", "整数", "请填写准确的人数"],
        ]  # fmt: skip
        assert len(rows) == 5

    def test_filters_offer_what_there_is(self, page: str) -> None:
        assert texts(page, "//select[@name='sender']/option") == [
            "全部", "C01 甲学院", "C02 乙学院", "J01 评委",
        ]  # fmt: skip
        assert texts(page, "//select[@name='severity']/option") == ["全部", "错误", "警告", "提示"]
        assert texts(page, "//select[@name='sheet']/option") == [
            "全部", "整个文件", "J01 评委评分表", "S08 活动台账", "S11 普测统计",
        ]  # fmt: skip
        tree = html.fromstring(page)
        keys = set(tree.xpath("//select[@name='sender']/option/@value")) - {""}
        assert keys == set(tree.xpath("//details/@data-sender"))

    def test_several_files_of_one_sender_are_named(self, ledger: Ledger, tmp_path: Path) -> None:
        other = Finding("F02", E, Location("台账_2024-2025_C01(1).xlsx"), "一", "", "二", "三")
        view = view_of(ledger, FINDINGS[0], other)
        page = check_page(workspace(tmp_path), view, view.findings)
        assert texts(page, "//tr[@class='ek-place']") == [
            "整个文件 台账_2024-2025_C01(1).xlsx",
            f"S08 活动台账 {LEDGER}",
        ]

    def test_everything_is_escaped(self, ledger: Ledger, tmp_path: Path) -> None:
        evil = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"
        finding = Finding("D04", E, Location(LEDGER, evil, evil), evil, evil, evil, evil)
        view = view_of(ledger, finding, name=evil)
        space = workspace(tmp_path, evil.replace("'", ""))
        page = check_page(space, view, view.findings)
        tree = html.fromstring(page)
        assert len(tree.xpath("//script")) == 1
        assert not tree.xpath("//img")
        assert not tree.xpath("//@onerror")
        assert tree.xpath("//tbody[@data-sheet]/@data-sheet") == [evil]
        assert text_of(tree.xpath("//td[@data-label='允许']")[0]) == evil

    def test_same_findings_same_page(self, ledger: Ledger, tmp_path: Path) -> None:
        space = workspace(tmp_path)
        views = [view_of(ledger, *order) for order in (FINDINGS, FINDINGS[::-1])]
        assert len({check_page(space, view, view.findings) for view in views}) == 1


ROUND = Round(1, "aaaa", datetime(2025, 7, 1, 1, 30, tzinfo=UTC), Path("none"))


class TestOtherPages:
    def test_changes(self, ledger: Ledger, tmp_path: Path) -> None:
        names = ("college_code", "sheet", "title", "row", "column", "old", "new")
        place = ("C01", "activities", "活动台账", "A004")
        changes = Comparison(
            "aaaa", "0123456789ab", FINDINGS[:1], FINDINGS[4:], (), (JUDGE,), (), (LEDGER,),
            pd.DataFrame([(*place, "参与人次", "<b>7</b>", "")], columns=[*names]),
            pd.DataFrame(
                [(*place[:3], "A005", "added")], columns=[*names[:4], "change"]
            ),
        )  # fmt: skip
        shown = (changes.solved, changes.appeared, changes.remaining)
        page = changes_page(workspace(tmp_path), view_of(ledger), ROUND, changes, shown)
        assert texts(page, "//main/p")[0] == "与第 1 轮（2025-07-01 09:30，快照 aaaa）相比。"
        assert texts(page, "//div[@class='ek-card']") == [
            "已经解决1 条错误 1，警告 0，提示 0",
            "新出现1 条错误 0，警告 0，提示 1",
            "仍未解决0 条错误 0，警告 0，提示 0",
            "改动的内容1 格增减 1 行",
        ]
        rows = html.fromstring(page).xpath("//div[@class='ek-table']/table/tbody/tr")
        assert [[text_of(cell) for cell in row] for row in rows] == [
            [JUDGE, "新交来"],
            [LEDGER, "有改动"],
            ["C01 甲学院", "活动台账", "A004", "参与人次", "<b>7</b>", "（空）"],
            ["C01 甲学院", "活动台账", "A005", "", "", "新增 1 行"],
        ]
        assert texts(page, "//summary/span[1]") == ["C01 甲学院", "J01 评委"]

    def test_rounds(self, ledger: Ledger, tmp_path: Path) -> None:
        rounds = [(ROUND, None), (ROUND, (3, 2, 1))]
        page = rounds_page(workspace(tmp_path), view_of(ledger), rounds)
        rows = html.fromstring(page).xpath("//tbody/tr")
        assert [[text_of(cell) for cell in row] for row in rows] == [
            ["1", "2025-07-01 09:30", "aaaa", "—", "—", "—"],
            ["1", "2025-07-01 09:30", "aaaa", "3", "2", "1"],
        ]
