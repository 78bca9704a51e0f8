"""A small workspace whose reports are made by a stand-in, and what they would be made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from evalkit.reports import orders, survey
from evalkit.reports.material import SCHOOL_READS, Material
from evalkit.workspace import AcademicYear, College, Workspace

YEAR = AcademicYear(2024)
COLLEGES = (
    College(code="C01", name="东区学院", aliases=("东院",)),
    College(code="C02", name="西区学院"),
    College(code="C03", name="南/区 学院"),
)
SETTINGS = """\
[school]
name = "社区大学"
[report]
jobs = 2
seconds = 20
"""
VIEW = "view = load_assessment(year).college(college)"
STAND_IN = """
    import json, os, time
    from evalkit.errors import EvalkitError
    from evalkit.outputs import write_text

    def warm(workspace, year, snapshots, audience, gate):
        pass

    def make(order):
        job, folder = order.job, order.folder
        path = order.workspace / "orders.json"
        todo = json.loads(path.read_text()) if path.is_file() else {}
        what = todo.get(job.college or job.kind)
        if what == "fail":
            write_text(folder / job.failed_file, "{}")
            raise EvalkitError("第 3 个代码单元格出错：示例错误")
        if what == "die":
            os._exit(3)
        if what == "hang":
            time.sleep(600)
        for file in job.files:
            write_text(folder / file, f"{job.title} {order.data}")
"""


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    root = tmp_path / "own"
    (root / "notebooks").mkdir(parents=True)
    cell = {"cell_type": "code", "source": [VIEW]}
    for name in ("college_report", "school_report"):
        path = root / "notebooks" / f"{name}.ipynb"
        path.write_text(json.dumps({"cells": [cell]}), "utf-8")
    (root / "evalkit.toml").write_text(SETTINGS, "utf-8")
    return Workspace.find(root)


@pytest.fixture
def material() -> Material:
    reads: dict[str, Mapping[str, str]] = {
        college.code: {"shared": "s", "compared": "c", "own:2023-2024": "1", "own:2024-2025": "2"}
        for college in COLLEGES
    }
    reads[SCHOOL_READS] = {"school:2023-2024": "3", "school:2024-2025": "4"}
    inputs = tuple(
        {
            "year": "2024-2025",
            "file": f"{kind}{code}.xlsx",
            "kind": kind,
            "code": code,
            "sha256": "0",
        }
        for kind, code in (("college", "C01"), ("college", "C02"), ("judge", "J01"))
    )
    snapshots = {"2023-2024": "aaaaaaaaaaaa", "2024-2025": "bbbbbbbbbbbb"}
    return Material(YEAR, snapshots, COLLEGES, reads, inputs, 0, ())


Now = Callable[[Material], None]


@pytest.fixture
def now(material: Material, monkeypatch: pytest.MonkeyPatch) -> Now:
    """Set what the reports are made from at present; at first it is `material`."""

    def become(other: Material) -> None:
        monkeypatch.setattr(survey, "read_material", lambda *_: other)

    become(material)
    return become


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have reports made by something quick, in real processes."""
    folder = tmp_path / "stand_in"
    folder.mkdir()
    (folder / "stand_in_for_work.py").write_text(dedent(STAND_IN), "utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(orders, "MAKE", "stand_in_for_work:make")
    monkeypatch.setattr(orders, "WARM", "stand_in_for_work:warm")
