"""The page of a check in a real browser: filters, narrow and wide, and on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from evalkit.export.check_page import check_page
from evalkit.findings import Finding, Location, Severity
from evalkit.intake.overview import overview
from evalkit.intake.snapshot import Snapshot
from evalkit.ledger import load_ledger
from evalkit.workspace import AcademicYear, Workspace

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="没有安装 Chromium"),
]

# Asks the page how wide it is, filters it as a reader would, and leaves the answers in the title.
QUESTIONS = """
<script>
const form = document.querySelector(".ek-filter");
const visible = () => [...document.querySelectorAll("[data-severity]")]
  .filter((row) => row.checkVisibility()).length;
const choose = (name, value) => {
  form.elements[name].value = value;
  form.dispatchEvent(new Event("change", { bubbles: true }));
  return `${visible()} ${form.querySelector("output").textContent}`;
};
const answers = [
  document.documentElement.scrollWidth <= innerWidth ? "fits" : "too wide",
  choose("sender", "college-C02"), choose("severity", "E"),
  choose("sheet", "S08 活动台账"), choose("sender", ""),
];
choose("severity", ""); choose("sheet", "");
form.elements.fold.click();
answers.push(`folded ${visible()}`);
form.elements.fold.click();
answers.push(`open ${visible()}`);
document.documentElement.dataset.answers = answers.join("; ");
</script>
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two colleges with two sheets each, with one error and one warning in each sheet."""
    root = tmp_path_factory.mktemp("page")
    (root / "evalkit.toml").write_text('[school]\nname = "示例学院"\nfictional = true\n', "utf-8")
    ledger = load_ledger()
    codes = [f"C{number:02d}" for number in range(1, 13)]
    files = {code: f"台账_2024-2025_{code}.xlsx" for code in codes}
    manifest = {
        "inputs": [
            {"file": files[code], "kind": "college", "code": code, "sha256": "0"} for code in codes
        ],
        "colleges": [{"code": code, "name": f"智能制造第{code[1:]}学院"} for code in codes],
        "pages": [
            {
                "file": files[code], "kind": "college", "code": code, "sheet": sheet.name,
                "tab": sheet.tab, "rows": 10, "cells": 100,
            }
            for code in codes
            for sheet in ledger.of("college")
        ],
    }  # fmt: skip
    findings = [
        Finding(
            "V03", severity, Location(files[code], tab, cell), "“参与人次”超出允许的范围",
            "100000", "0 至 20000 之间的整数", "请核对数字；确实如此的，请与心理中心联系",
        )
        for code in codes[:2]
        for tab in ("S08 活动台账", "S11 普测统计")
        for severity, cell in ((Severity.ERROR, "F17"), (Severity.WARNING, "K9"))
    ]  # fmt: skip
    snapshot = Snapshot("0123456789ab", AcademicYear(2024), Path("none"), manifest)
    snapshot.__dict__["findings"] = tuple(findings)
    view = overview(snapshot, ledger)
    path = root / "核对.html"
    path.write_text(check_page(Workspace.find(root), view, view.findings), "utf-8")
    return path


def chromium(profile: Path, *arguments: str) -> str:
    return subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", f"--user-data-dir={profile}", *arguments,
        ],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=180,
    ).stdout  # fmt: skip


@pytest.mark.parametrize("width", [500, 800, 1400])
def test_fits_and_filters(page: Path, tmp_path: Path, width: int) -> None:
    asked = tmp_path / "asked.html"
    asked.write_text(page.read_text("utf-8").replace("</body>", f"{QUESTIONS}</body>"), "utf-8")
    content = chromium(
        tmp_path / "profile", f"--window-size={width},900", "--dump-dom", asked.as_uri()
    )
    found = re.search(r'data-answers="([^"]*)"', content)
    assert found is not None
    assert found[1].split("; ") == [
        "fits",
        "4 显示 4 条，共 8 条",
        "2 显示 2 条，共 8 条",
        "1 显示 1 条，共 8 条",
        "2 显示 2 条，共 8 条",
        "folded 0",
        "open 8",
    ]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="没有安装 poppler")
def test_on_paper_everything_but_the_filters(page: Path, tmp_path: Path) -> None:
    target = tmp_path / "check.pdf"
    chromium(
        tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri()
    )
    text = subprocess.run(
        ["pdftotext", "-layout", str(target), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "材料核对" in text
    assert text.count("F17") == 4
    assert text.count("K9") == 4
    assert "全部收起" not in text
