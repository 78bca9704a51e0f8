"""Article 8's other sources with a weight: from the centre's sheet to the formulas."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from evalkit.assessment import load_assessment
from evalkit.errors import PanelError
from evalkit.outputs import write_bytes
from evalkit.reports.work import summary
from evalkit.rubric import builtin_rubrics

YEAR = "2024-2025"


@pytest.fixture
def weighted(sample: Path, tmp_path: Path) -> Path:
    """The sample with the panel at 0.7 and the daily log at 0.3."""
    root = tmp_path / "weighted"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports", ".evalkit"))
    rubric = builtin_rubrics()["station-2024"].read_text("utf-8")
    rubric = rubric.replace(
        "{id: panel, name: 现场评审会, weight: 1}", "{id: panel, name: 现场评审会, weight: 0.7}"
    )
    rubric = rubric.replace(
        "{id: daily_log, name: 日常工作评价记录, weight: 0}",
        "{id: daily_log, name: 日常工作评价记录, weight: 0.3}",
    ).replace("value: panel_only  ", "value: weighted  ")
    (root / "rubric.yaml").write_text(rubric, "utf-8")
    settings = (root / "evalkit.toml").read_text("utf-8")
    settings = settings.replace('rubric = "station-2024"', 'rubric = "rubric.yaml"')
    (root / "evalkit.toml").write_text(settings, "utf-8")
    for year in ("2022-2023", "2023-2024"):
        shutil.rmtree(root / "data" / "sample" / year)
    return root


def _add_scores(root: Path, colleges: int) -> None:
    path = root / "data" / "sample" / YEAR / f"校级_{YEAR}.xlsx"
    workbook = openpyxl.load_workbook(path)
    page = workbook.create_sheet("X05 校级其他来源得分")
    page.append(["学院代码", "来源", "得分", "记录人"])
    for number in range(1, colleges + 1):
        page.append([f"C{number:02d}", "日常工作评价记录", 80 + number / 4, "某老师"])
    workbook.save(path)


def test_a_missing_source_is_named(weighted: Path) -> None:
    _add_scores(weighted, 7)
    with pytest.raises(PanelError, match="C08") as caught:
        load_assessment(YEAR, workspace=weighted)
    assert "日常工作评价记录" in str(caught.value)


def test_blend_is_exact_and_its_formulas_agree(weighted: Path, tmp_path: Path) -> None:
    _add_scores(weighted, 8)
    assessment = load_assessment(YEAR, workspace=weighted)
    panel = assessment.panel
    assert panel is not None
    for result in panel:
        daily = 80 + Fraction(int(result.college[1:]), 4)
        assert result.exact == Fraction(7, 10) * result.panel_mean + Fraction(3, 10) * daily
    if shutil.which("soffice") is None:
        pytest.skip("没有安装 LibreOffice")
    path = write_bytes(tmp_path / "made" / "汇总.xlsx", summary(assessment, "0123456789ab"))
    bare = tmp_path / "bare" / path.name
    bare.parent.mkdir()
    openpyxl.load_workbook(path).save(bare)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(bare),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    page = openpyxl.load_workbook(tmp_path / path.name, data_only=True)["汇总"]
    heads = {cell.value: cell.column for cell in page[4]}
    for row, result in enumerate(panel, 5):
        assert page.cell(row, 1).value == result.rank
        assert Decimal(str(page.cell(row, heads["得分"]).value)) == result.score
        assert page.cell(row, heads["等次"]).value == result.band
