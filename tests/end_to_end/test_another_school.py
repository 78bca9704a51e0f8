"""Another school: other rubric, other colleges, next to nothing in the ledgers."""

from __future__ import annotations

import random
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from evalkit.assessment import Assessment, load_assessment
from evalkit.ledger import load_ledger, score_sheet_definition
from evalkit.ledger.workbook import write_workbook
from evalkit.outputs import save_workbook, write_bytes
from evalkit.reports.runner import make_packet
from evalkit.reports.survey import Wanted
from evalkit.reports.work import summary
from evalkit.rubric import Rubric, load_rubric

RUBRIC = Path(__file__).parents[1] / "data" / "rubrics" / "community-2025.yaml"
YEAR = "2025-2026"
NAMES = {
    "C01": "东区学院",
    "C02": "西区学院",
    "C03": "南区学院",
    "C04": "北区学院",
    "C05": "中区学院",
}


def _ledger(folder: Path, code: str, name: str) -> None:
    """A ledger with nothing but its cover sheet."""
    cover = {
        "academic_year": YEAR,
        "college_name": name,
        "college_code": code,
        "head_name": "某站长",
        "leader_name": "某书记",
        "archivist_name": "某老师",
        "n_students": 400,
        "n_freshmen": 120,
        "n_classes": 10,
        "n_dorms": 70,
        "n_counsellors": 2,
        "filled_by": "甲",
        "reviewed_by": "乙",
        "filled_on": date(2026, 7, 1),
        "template_version": "v2025.1",
    }
    workbook = write_workbook([(load_ledger()["base_info"], [cover])], heading=name)
    save_workbook(workbook, folder / f"台账_{YEAR}_{code}.xlsx")


def _judge(folder: Path, judge: str, rubric: Rubric, chance: random.Random) -> None:
    rows = []
    for code in NAMES:
        scores = {
            i.column: Decimal(chance.randint(int(i.points) // 2, int(i.points)))
            for i in rubric.indicators
        }
        rows.append(
            {
                "judge_id": judge,
                "judge_type": "校外",
                "judge_college": "校外",
                "college_code": code,
                "recused": False,
                **scores,
                "total_reported": sum(scores.values(), Decimal(0)),
                "signed_on": date(2026, 7, 5),
            }
        )
    workbook = write_workbook([(score_sheet_definition(rubric), rows)], heading=judge)
    save_workbook(workbook, folder / f"评分表_{YEAR}_{judge}.xlsx")


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Assessment:
    root = tmp_path_factory.mktemp("another")
    shutil.copytree(repository / "notebooks", root / "notebooks")
    shutil.copy(RUBRIC, root / "rubric.yaml")
    (root / "evalkit.toml").write_text(
        '[school]\nname = "社区大学"\n[paths]\nrubric = "rubric.yaml"\n', "utf-8"
    )
    folder = root / "data" / YEAR
    folder.mkdir(parents=True)
    rubric = load_rubric(RUBRIC)
    chance = random.Random(7)  # noqa: S311
    for code, name in NAMES.items():
        _ledger(folder, code, name)
    for number in range(1, 5):
        _judge(folder, f"J0{number}", rubric, chance)
    return load_assessment(workspace=root)


def test_reports_are_made(another: Assessment) -> None:
    packet = make_packet(another.workspace, another.year, Wanted(("C02", "全校")))
    assert packet.complete, [made.error for made in packet.made]
    folder = packet.found.folder
    page = (folder / "学校报告.html").read_text("utf-8")
    panel = another.panel
    assert panel is not None
    for result in panel:
        assert NAMES[result.college] in page
        assert f">{result.score}<" in page
        assert result.band in page
    college = (folder / "学院报告_C02_西区学院.html").read_text("utf-8")
    assert "本学年没有普测数据" in college
    assert "数据为虚构" not in college


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice")
def test_formulas_follow_the_other_rules(another: Assessment, tmp_path: Path) -> None:
    made = write_bytes(tmp_path / "made" / "汇总.xlsx", summary(another, "0123456789ab"))
    bare = tmp_path / "bare" / "汇总.xlsx"
    bare.parent.mkdir()
    openpyxl.load_workbook(made).save(bare)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(bare),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    page = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)["汇总"]
    heads = {cell.value: cell.column for cell in page[4]}
    panel = another.panel
    assert panel is not None
    for row, result in enumerate(panel, 5):
        assert page.cell(row, 1).value == result.rank
        assert Decimal(str(page.cell(row, heads["得分"]).value)) == result.score
        assert page.cell(row, heads["等次"]).value == result.band
