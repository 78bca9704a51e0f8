"""From a workspace to an assessment, and what is said when there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from evalkit.assessment import Assessment, CollegeView, SchoolView, load_assessment
from evalkit.assessment.guide import ASSESSMENT, COLLEGE, SCHOOL
from evalkit.assessment.load import _source_scores
from evalkit.errors import NoDataError, UnknownNameError, WorkspaceError
from evalkit.workspace import Workspace

COLLEGES = (
    "C01 精细化工学院、C02 环境监测学院、C03 生物制药学院、C04 数字技术学院、"
    "C05 装备制造学院、C06 建筑艺术学院、C07 商务管理学院、C08 健康护理学院"
)


def test_the_latest_year_if_none_is_named(sample: Path, assessment: Assessment) -> None:
    latest = load_assessment(workspace=sample)
    assert latest.year.name == "2024-2025"
    assert latest.snapshot.id == assessment.snapshot.id
    assert [year.name for year in latest.years] == ["2022-2023", "2023-2024", "2024-2025"]


def test_later_years_are_not_looked_at(assessments: dict[str, Assessment]) -> None:
    found = {name: [year.name for year in each.years] for name, each in assessments.items()}
    assert found == {
        "2022-2023": ["2022-2023"],
        "2023-2024": ["2022-2023", "2023-2024"],
        "2024-2025": ["2022-2023", "2023-2024", "2024-2025"],
    }


def test_a_workspace_or_a_folder_in_it(sample: Path) -> None:
    space = Workspace.find(sample)
    assert load_assessment("2022-2023", workspace=space).workspace is space
    assert load_assessment("2022-2023", workspace=str(sample / "data")).workspace == space


def test_an_unknown_year(sample: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_assessment("2025-2026", workspace=sample)
    assert str(caught.value) == (
        "没有名为“2025-2026”的学年。现有：2022-2023、2023-2024、2024-2025。"
        f"要新增学年，请在 {sample / 'data' / 'sample'} 下建立同名文件夹，并放入该学年的台账。"
    )


def test_an_unknown_audience(sample: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_assessment("2024-2025", workspace=sample, audience="everyone")
    assert (
        str(caught.value)
        == "没有名为“everyone”的读者类别。现有：internal、panel、college、public。"
    )


def test_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as caught:
        load_assessment(workspace=tmp_path)
    assert str(caught.value) == (
        f"在 {tmp_path} 及其上级文件夹中没有找到 evalkit.toml，这里还不是一个工作区。"
        f"请先运行“evalkit init {tmp_path}”建立工作区，"
        "或用 --workspace 指明工作区所在的文件夹。"
    )


def test_a_year_without_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "evalkit.toml").write_text('[school]\nname = "社区大学"\n', "utf-8")
    folder = tmp_path / "data" / "2024-2025"
    folder.mkdir(parents=True)
    with pytest.raises(NoDataError) as caught:
        load_assessment(workspace=tmp_path)
    assert str(caught.value) == (
        f"文件夹 {folder} 中没有可以读取的台账（文件名形如“台账_2024-2025_C01.xlsx”）。"
        "请把各学院交来的台账放进这个文件夹后再运行。"
    )


@pytest.mark.parametrize("name", ["C01", "精细化工学院", "精化学院"])
def test_a_college_by_code_name_or_alias(assessment: Assessment, name: str) -> None:
    view = assessment.college(name)
    assert isinstance(view, CollegeView)
    assert (view.code, view.name) == ("C01", "精细化工学院")


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("C09", ""),
        ("化工学院", "您要的是不是“C01 精细化工学院”？"),
        ("", ""),
        ("c01", ""),
    ],
)
def test_an_unknown_college(assessment: Assessment, name: str, guess: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        assessment.college(name)
    assert str(caught.value) == f"没有名为“{name}”的学院。{guess}现有：{COLLEGES}。"


def test_it_shows_itself(assessments: dict[str, Assessment]) -> None:
    status = {
        "2022-2023": "办法施行前的对照学年，不考核",
        "2023-2024": "试行学年（办法自 2024 年 1 月起施行，不足一学年）",
        "2024-2025": "正式考核",
    }
    scored = {"2022-2023": "尚无评分"}
    planted = {"2024-2025": 2}
    for year, each in assessments.items():
        assert repr(each) == f"<Assessment 示例化工职业学院 {year}, 8 colleges>"
        page = each._repr_html_()
        cells = re.findall(r"<th[^>]*>(.*?)</th><td[^>]*>(.*?)</td>", page)
        assert cells == [
            ("学校", "示例化工职业学院"),
            ("学年", f"{year}（{status[year]}）"),
            ("学院", COLLEGES),
            ("评分", scored.get(year, "8 个学院已有评分")),
            ("数据问题", f"错误 0 条，警告 {planted.get(year, 1)} 条，提示 0 条"),
            ("数据快照", each.snapshot.id),
        ]
        assert re.findall(r"<code>(.*?)</code>", page) == [f".{name}" for name in ASSESSMENT]
        assert "一个学院：.college(&quot;C03&quot;)，代码、全称、别名都可以" in page


def test_views_show_themselves(assessment: Assessment) -> None:
    college, school = assessment.college("C03"), assessment.school
    assert repr(college) == "<CollegeView C03 生物制药学院 2024-2025>"
    assert repr(school) == "<SchoolView 示例化工职业学院 2024-2025>"
    for view, guide in ((college, COLLEGE), (school, SCHOOL)):
        page = view._repr_html_()
        cells = dict(re.findall(r"<th[^>]*>(.*?)</th><td[^>]*>(.*?)</td>", page))
        assert cells["学年"] == "2024-2025"
        assert "普测参测率" in cells
        assert re.findall(r"<code>(.*?)</code>", page) == [f".{name}" for name in guide]


def test_completion_offers_what_there_is(assessment: Assessment) -> None:
    for thing, guide in (
        (assessment, ASSESSMENT),
        (assessment.college("C03"), COLLEGE),
        (assessment.school, SCHOOL),
    ):
        offered = dir(thing)
        assert not [name for name in offered if name.startswith("_")]
        assert set(guide) <= set(offered)
        for name in offered:
            getattr(thing, name)


def test_names_cannot_break_the_page(tmp_path: Path, gaps: Assessment) -> None:
    space = gaps.workspace.root
    text = (space / "evalkit.toml").read_text("utf-8").replace("社区大学", "<b>大学</b>")
    (tmp_path / "evalkit.toml").write_text(text, "utf-8")
    (tmp_path / "data").symlink_to(space / "data")
    page = load_assessment(workspace=tmp_path)._repr_html_()
    assert "&lt;b&gt;大学&lt;/b&gt;" in page
    assert "<b>" not in page


def test_a_year_without_scores(assessments: dict[str, Assessment]) -> None:
    baseline = assessments["2022-2023"]
    assert baseline.panel is None
    assert baseline.previous_panel is None
    assert baseline.college("C01").result is None
    assert baseline.college("C01").comments == ()
    assert isinstance(baseline.school, SchoolView)
    assert baseline.school.station_proposals == ()
    assert baseline.school.head_comparisons == ()
    assert baseline.school.open_decisions == ()


def test_last_years_panel(assessments: dict[str, Assessment]) -> None:
    first, second = assessments["2023-2024"], assessments["2024-2025"]
    assert first.panel is not None
    assert first.previous_panel is None
    assert second.previous_panel == first.panel
    assert first.college("C03").previous_result is None
    assert second.college("C03").previous_result == first.college("C03").result


def test_scores_of_other_sources(assessment: Assessment) -> None:
    table = pd.DataFrame(
        {
            "college_code": ["C01", "C01", "C02", "C02", None, "C03"],
            "source": ["实地调研", "台账查阅", "实地调研", "别的来源", "实地调研", None],
            "score": pd.array([88.1, 90, None, 70, 70, 70], dtype="Float64"),
        }
    )
    snapshot = replace(assessment.snapshot)
    snapshot.__dict__["table"] = {"source_scores": table}.__getitem__
    assert _source_scores(snapshot, assessment.rubric) == {
        "C01": {"site_visit": Decimal("88.1"), "ledger": Decimal(90)}
    }
