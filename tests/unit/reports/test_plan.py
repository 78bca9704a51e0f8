"""Which reports a year has, what they are called, and what may be asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.audiences import load_policy
from evalkit.errors import AudienceError, UnknownNameError, WorkspaceError
from evalkit.reports.plan import plan
from evalkit.workspace import AcademicYear, College, Workspace

YEAR = AcademicYear(2024)
COLLEGES = (
    College(code="C01", name="东区学院", aliases=("东院",)),
    College(code="C02", name="西区学院"),
    College(code="C03", name="南/区 学院"),
)


def names(space: Workspace, *only: str) -> list[str]:
    return [job.name for job in plan(space, YEAR, COLLEGES, only)]


def test_everything(space: Workspace) -> None:
    jobs = plan(space, YEAR, COLLEGES)
    assert [(job.kind, job.name, job.title) for job in jobs] == [
        ("school", "学校报告", "二级心理辅导站考核评审会报告"),
        ("college", "学院报告_C01_东区学院", "东区学院二级心理辅导站考核报告"),
        ("college", "学院报告_C02_西区学院", "西区学院二级心理辅导站考核报告"),
        ("college", "学院报告_C03_南_区_学院", "南/区 学院二级心理辅导站考核报告"),
        ("summary", "汇总", "二级心理辅导站考核汇总表"),
    ]
    school, first, *_, summary = jobs
    assert school.parameters == {"workspace": "..", "academic_year": "2024-2025"}
    assert first.parameters == {**school.parameters, "college": "C01"}
    assert (school.college, first.college, summary.college) == (None, "C01", None)
    assert first.files == ("学院报告_C01_东区学院.html", "学院报告_C01_东区学院.ipynb")
    assert first.failed_file == "学院报告_C01_东区学院.出错.ipynb"
    assert summary.files == ("汇总.xlsx",)
    assert first.notebook == space.notebooks / "college_report.ipynb"
    assert summary.notebook is None


def test_a_part(space: Workspace) -> None:
    assert names(space, "C02") == ["学院报告_C02_西区学院"]
    assert names(space, "西区学院", "东院") == ["学院报告_C01_东区学院", "学院报告_C02_西区学院"]
    assert names(space, "全校") == ["学校报告", "汇总"]
    assert names(space, "全校", "C01") == ["学校报告", "学院报告_C01_东区学院", "汇总"]


def test_no_such_college(space: Workspace) -> None:
    with pytest.raises(UnknownNameError) as caught:
        plan(space, YEAR, COLLEGES, ("C01", "西区学院院"))
    assert str(caught.value) == (
        "没有名为“西区学院院”的学院。您要的是不是“C02 西区学院”？"
        "现有：全校、C01 东区学院、C02 西区学院、C03 南/区 学院。"
    )


def test_formats_are_a_setting(space: Workspace) -> None:
    settings = space.root / "evalkit.toml"
    settings.write_text(settings.read_text("utf-8") + 'formats = ["html"]\n', "utf-8")
    jobs = plan(Workspace.find(space.root), YEAR, COLLEGES, ("C01", "全校"))
    assert [job.files for job in jobs] == [
        ("学校报告.html",),
        ("学院报告_C01_东区学院.html",),
        ("汇总.xlsx",),
    ]


def test_a_missing_template(space: Workspace) -> None:
    path: Path = space.notebooks / "college_report.ipynb"
    path.unlink()
    with pytest.raises(WorkspaceError) as caught:
        plan(space, YEAR, COLLEGES)
    assert str(caught.value) == (
        f"缺少报告模板 {path}。请从别的工作区复制，或在一个新文件夹运行 evalkit init 后取用。"
    )


def test_not_every_audience_gets_everything(space: Workspace) -> None:
    jobs = plan(space, YEAR, COLLEGES, audience=load_policy("college"))
    assert {job.kind for job in jobs} == {"college"}
    assert {job.parameters["audience"] for job in jobs} == {"college"}
    jobs = plan(space, YEAR, COLLEGES, audience=load_policy("public"))
    assert [job.title for job in jobs[:2]] == [
        "二级心理辅导站工作报告",
        "东区学院二级心理辅导站工作报告",
    ]
    assert "summary" not in {job.kind for job in jobs}


def test_the_schools_report_for_an_audience_that_has_none(space: Workspace) -> None:
    with pytest.raises(AudienceError) as caught:
        plan(space, YEAR, COLLEGES, ["全校"], audience=load_policy("college"))
    assert str(caught.value) == (
        "读者“本学院”没有全校的报告，只有各学院自己的报告。"
        "请在 --only 后写学院的代码或名称，或换一个 --audience。"
    )
