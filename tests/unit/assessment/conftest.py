from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evalkit.assessment import Assessment, load_assessment
from evalkit.ledger import Ledger, load_ledger
from evalkit.ledger.workbook import write_workbook
from evalkit.outputs import save_workbook

YEAR = "2024-2025"
NAMES = {"C01": "东区学院", "C02": "西区学院", "C03": "南区学院", "C04": "北区学院"}
SETTINGS = '[school]\nname = "社区大学"\n' + "".join(
    f'[[colleges]]\ncode = "{code}"\nname = "{name}"\n' for code, name in NAMES.items()
)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture(scope="session")
def assessments(sample: Path) -> dict[str, Assessment]:
    """The sample's three years, each as the assessed one."""
    return {
        year: load_assessment(year, workspace=sample)
        for year in ("2022-2023", "2023-2024", "2024-2025")
    }


def cover(code: str) -> dict[str, Any]:
    return {
        "academic_year": YEAR,
        "college_name": NAMES[code],
        "college_code": code,
        "head_name": "王芳",
        "leader_name": "某书记",
        "archivist_name": "某老师",
        "n_students": 40,
        "n_freshmen": 40,
        "n_classes": 1,
        "n_dorms": 7,
        "n_counsellors": 2,
        "filled_by": "甲",
        "reviewed_by": "乙",
        "filled_on": date(2025, 7, 1),
        "template_version": "v2025.1",
    }


def class_base() -> dict[str, Any]:
    return {
        "grade": "2024级", "class_name": "一班", "n_in_class": 40, "n_dorms": 7,
        "on_campus_s2": True,
    }  # fmt: skip


def head() -> dict[str, Any]:
    return {
        "name": "王芳", "role": "站长", "major": "心理学", "background": "心理学",
        "certificate": "无", "from_date": date(2024, 3, 1),
    }  # fmt: skip


def wave(grade: str, n_valid: int | None) -> dict[str, Any]:
    same = {"n_exempt": 0, "n_l1": 6, "n_l2": 12, "n_l3": 20, "n_l1_interviewed": 6}
    return {
        "wave": "秋季普测", "instrument": "UPI", "start": date(2024, 10, 10),
        "end": date(2024, 10, 20), "grade": grade, "n_enrolled": 100, "n_required": 100,
        "n_valid": n_valid, "n_l2_interviewed": 12, "n_files": 100, **same,
    }  # fmt: skip


def save(folder: Path, code: str, ledger: Ledger, rows: Rows) -> None:
    content = [(ledger[name], list(records)) for name, records in rows.items()]
    save_workbook(write_workbook(content, heading="测试"), folder / f"台账_{YEAR}_{code}.xlsx")


@pytest.fixture(scope="session")
def gaps(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Four colleges of which much is not known, and neither centre nor panel.

    C01 handed in every sheet, most of them empty; C02 only some sheets; C03 a single one, without
    the cover; C04 nothing.
    """
    root = tmp_path_factory.mktemp("gaps")
    (root / "evalkit.toml").write_text(SETTINGS, "utf-8")
    folder = root / "data" / YEAR
    folder.mkdir(parents=True)
    ledger = load_ledger()
    full: dict[str, list[Mapping[str, Any]]] = {
        sheet.name: [] for sheet in ledger.of("college") if sheet.layout == "table"
    }
    full |= {"base_info": [cover("C01")], "class_base": [class_base()], "staff": [head()]}
    full |= {"screening": [wave("2024级", 100), wave("2023级", None)]}
    save(folder, "C01", ledger, full)
    paper = {
        "kind": "论文", "title": "一篇", "level": "校级", "author": "王 芳", "venue": "学报",
        "date": date(2024, 12, 1), "status": "已发表", "evidence_no": "1",
    }  # fmt: skip
    money = {
        "entry_type": "预算", "source": "学校拨款", "memo": "预算", "date": date(2024, 9, 10),
        "amount": 70, "head_signed": True,
    }  # fmt: skip
    some = {"base_info": [cover("C02")], "class_base": [class_base()], "staff": [head()]}
    save(folder, "C02", ledger, {**some, "research": [paper], "funds": [money]})
    lecture = {
        "activity_id": "A001", "semester": "第一学期", "title": "讲座", "form": "专题讲座",
        "is_theme": True, "start": date(2024, 10, 10), "host": "甲", "audience": "新生",
        "n_attend": 30, "has_plan": True, "has_summary": True,
    }  # fmt: skip
    save(folder, "C03", ledger, {"activities": [lecture]})
    return load_assessment(workspace=root)
