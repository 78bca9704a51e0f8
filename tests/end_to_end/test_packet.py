"""The main job on the sample: what it leaves, what it says, what the files hold."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pytest

from evalkit.assessment import Assessment

pytestmark = pytest.mark.xdist_group("packet")

CODES = [f"C{number:02d}" for number in range(1, 9)]
soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice")
chromium = pytest.mark.skipif(shutil.which("chromium") is None, reason="没有安装 Chromium")


def test_everything_is_made(packet: Any) -> None:
    assert packet.status == 0, packet.stderr
    assert packet.stderr == ""
    for kind in ("html", "pdf", "docx", "ipynb"):
        assert len(list(packet.folder.glob(f"*.{kind}"))) == 9
    assert len(list(packet.folder.glob("*.xlsx"))) == 9 + 1
    assert {p.name for p in packet.folder.glob("*") if "报告" not in p.name} == {
        "manifest.json",
        "汇总.xlsx",
    }
    for code in CODES:
        assert len(list(packet.folder.glob(f"学院报告_{code}_*.html"))) == 1
    assert packet.stdout.startswith("示例化工职业学院 2024-2025 学年：共 10 份，要生成 10 份\n")
    assert packet.stdout.count("\n  √ ") == 10
    assert "\n完成 10 份，用时 " in packet.stdout
    assert f"文件在：{packet.folder}" in packet.stdout
    assert not list(packet.folder.glob(".*"))


def test_manifest_tells_from_what(packet: Any) -> None:
    manifest = json.loads((packet.folder / "manifest.json").read_text("utf-8"))
    assert manifest["academic_year"] == "2024-2025"
    assert len(manifest["reports"]) == 10
    for name, report in manifest["reports"].items():
        assert report["status"] == "made"
        assert len(report["outputs"]) == (1 if name == "汇总" else 5)
        assert report["snapshots"] == manifest["snapshots"]
        for output in report["outputs"]:
            content = (packet.folder / output["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == output["sha256"]
            assert len(content) == output["size"]
    inputs = {
        entry["file"]: entry["sha256"]
        for entry in manifest["inputs"]
        if entry["year"] == "2024-2025"
    }
    folder = packet.root / "data" / "sample" / "2024-2025"
    assert len(inputs) == 16
    for name, digest in inputs.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_pages_need_nothing_else(packet: Any) -> None:
    for page in packet.folder.glob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r'(?:src|href)="(?!#|data:)', text)
        assert not re.search(r"url\((?!\"?data:|#)|@import|https?://(?!www\.w3\.org)", text)
        assert "<script" not in text
        assert 'src: url("data:font/woff;base64,' in text
        assert "数据为虚构，仅供演示" in text


def test_pages_hold_no_code_no_english_no_warnings(packet: Any) -> None:
    for page in packet.folder.glob("*.html"):
        body = page.read_text("utf-8").split("<body>")[1]
        words = re.sub(r"<[^>]+>", " ", re.sub(r'"data:[^"]+"', "", body))
        words, known = re.subn(r"数据快照（本报告所用部分）：[0-9a-f]{12}。", "", words)
        assert known == 1
        words = re.sub(r"\b[0-9a-f]{12}\b", "", words)  # the snapshots
        assert "load_assessment" not in words
        assert not re.search(r"Warning|Traceback|Error|NaN|None|nan\b|&lt;NA&gt;", words)
        english = set(re.findall(r"[A-Za-z]{3,}", words)) - {
            "SCL",
            "UPI",
            "SDS",
            "SAS",
            "PHQ",
            "GAD",
            "ICC",
            "Kendall",
            "xlsx",  # where a finding is
        }
        assert not english, (page.name, english)


def test_pages_have_alternative_texts(packet: Any) -> None:
    for page in packet.folder.glob("*.html"):
        drawings = re.findall(r"<svg[^>]*>", page.read_text("utf-8"), re.DOTALL)
        assert len(drawings) >= 6
        assert all(re.search(r'role="img" aria-label="[^"]{6,}"', each) for each in drawings)


def test_executed_notebooks_are_whole(packet: Any) -> None:
    for path in packet.folder.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code)
        kinds = {output["output_type"] for cell in code for output in cell.outputs}
        assert kinds <= {"execute_result", "display_data"}
        assert notebook.metadata.papermill.parameters.academic_year == "2024-2025"
        assert notebook.metadata.papermill.parameters.workspace == ".."
        assert str(packet.root) not in path.read_text("utf-8")


def _summary(path: Path) -> Any:
    return openpyxl.load_workbook(path, data_only=True)


def _check_summary(workbook: Any, assessment: Assessment) -> None:
    panel = assessment.panel
    assert panel is not None
    page = workbook["汇总"]
    heads = {cell.value: cell.column for cell in page[4]}
    for row, result in enumerate(panel, 5):
        assert page.cell(row, 1).value == result.rank
        assert page.cell(row, 2).value == assessment.names[result.college]
        assert Decimal(str(page.cell(row, heads["得分"]).value)) == result.score
        assert page.cell(row, heads["等次"]).value == result.band
        assert page.cell(row, heads["评分人数"]).value == result.n_judges
        for judge in panel.judges:
            value = page.cell(row, heads[judge]).value
            if judge in result.totals:
                assert Decimal(str(value)) == result.totals[judge]
            else:
                assert value == "回避"
    means = workbook["要点均分"]
    for row, result in enumerate(panel, 5):
        for column, indicator in enumerate(panel.rubric.indicators, 2):
            value = means.cell(row, column).value
            assert value == pytest.approx(float(result.indicator_means[indicator.id]), abs=1e-12)


def test_summary_shows_results_without_calculating(packet: Any, assessment: Assessment) -> None:
    _check_summary(_summary(packet.folder / "汇总.xlsx"), assessment)


def test_summary_shades_what_was_dropped(packet: Any, assessment: Assessment) -> None:
    panel = assessment.panel
    assert panel is not None
    page = openpyxl.load_workbook(packet.folder / "汇总.xlsx")["汇总"]
    heads = {cell.value: cell.column for cell in page[4]}
    for row, result in enumerate(panel, 5):
        shaded = {j for j in panel.judges if page.cell(row, heads[j]).font.strike}
        assert shaded == set(result.dropped)
        assert page.cell(row, heads["得分"]).value.startswith("=ROUND(")


@soffice
@pytest.mark.libreoffice
def test_summary_recalculated_by_libreoffice(
    packet: Any, assessment: Assessment, tmp_path: Path
) -> None:
    """The stored results are taken out first, so that what is compared was calculated there."""
    bare = tmp_path / "bare" / "汇总.xlsx"
    bare.parent.mkdir()
    openpyxl.load_workbook(packet.folder / "汇总.xlsx").save(bare)
    assert _summary(bare)["汇总"]["A5"].value is None
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"),
            str(bare),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    _check_summary(_summary(tmp_path / "out" / "汇总.xlsx"), assessment)


@chromium
@pytest.mark.chromium
def test_page_prints_without_network(packet: Any, tmp_path: Path) -> None:
    page = next(packet.folder.glob("学院报告_C01_*.html"))
    target = tmp_path / "report.pdf"
    subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", f"--user-data-dir={tmp_path}/profile", "--no-pdf-header-footer",
            f"--print-to-pdf={target}", page.as_uri(),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert target.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is not None:
        text = subprocess.run(
            ["pdftotext", str(target), "-"], check=True, capture_output=True, text=True
        ).stdout
        assert "考核报告" in text
