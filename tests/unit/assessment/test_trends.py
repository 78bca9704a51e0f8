"""Metrics over the years: differences, marks where a year does not compare, the school's range."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from evalkit.assessment import Assessment, load_assessment
from evalkit.assessment.comparison import school_ranges
from evalkit.ledger import load_ledger
from evalkit.ledger.workbook import write_workbook
from evalkit.outputs import save_workbook


def row(table: pd.DataFrame, metric: str, year: str, college: str = "C01") -> dict[str, Any]:
    own = table[(table["metric"] == metric) & (table["academic_year"] == year)]
    (found,) = own[own["college_code"] == college].to_dict("records")
    return {key: None if value is pd.NA else value for key, value in found.items()}


def cover(year: int, students: int, template: str) -> dict[str, Any]:
    return {
        "academic_year": f"{year}-{year + 1}", "college_name": "东区学院", "college_code": "C01",
        "head_name": "王芳", "leader_name": "李书记", "archivist_name": "王芳",
        "n_students": students, "n_freshmen": students, "n_classes": 1, "n_dorms": 7,
        "n_counsellors": 2, "filled_by": "甲", "reviewed_by": "乙",
        "filled_on": date(year + 1, 7, 1), "template_version": template,
    }  # fmt: skip


def wave(year: int, name: str, instrument: str, required: int) -> dict[str, Any]:
    return {
        "wave": name, "instrument": instrument, "start": date(year, 10, 10),
        "end": date(year, 10, 20), "grade": f"{year}级", "n_enrolled": required, "n_exempt": 0,
        "n_required": required, "n_valid": required, "n_l1": 20, "n_l2": 20, "n_l3": 0,
        "n_l1_interviewed": 20, "n_l2_interviewed": 10, "n_files": required,
    }  # fmt: skip


@pytest.fixture(scope="module")
def three_years(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """One college: another wave and template in the second year, another instrument in the third.

    The third year screens twice as many students.
    """
    root = tmp_path_factory.mktemp("years")
    (root / "evalkit.toml").write_text(
        '[school]\nname = "社区大学"\n[[colleges]]\ncode = "C01"\nname = "东区学院"\n', "utf-8"
    )
    ledger = load_ledger()
    for year, name, instrument, students, template in (
        (2022, "新生普测", "UPI", 40, "v2022.1"),
        (2023, "秋季普测", "UPI", 50, "v2023.1"),
        (2024, "秋季普测", "SCL-90", 100, "v2023.1"),
    ):
        content = {
            "base_info": [cover(year, students, template)],
            "class_base": [{"grade": f"{year}级", "class_name": "一班", "n_in_class": students,
                            "n_dorms": 7, "on_campus_s2": True}],
            "screening": [wave(year, name, instrument, students)],
        }  # fmt: skip
        folder = root / "data" / f"{year}-{year + 1}"
        folder.mkdir(parents=True)
        rows = [(ledger[sheet], records) for sheet, records in content.items()]
        path = folder / f"台账_{year}-{year + 1}_C01.xlsx"
        save_workbook(write_workbook(rows, heading="测试"), path)
    return load_assessment("2024-2025", workspace=root).trends


WAVES = "测评批次由新生普测改为秋季普测"
TEMPLATES = "模板版本由v2022.1改为v2023.1"
INSTRUMENTS = "测评工具由UPI改为SCL-90"


def test_breaks(three_years: pd.DataFrame) -> None:
    def note(metric: str, year: str) -> object:
        return row(three_years, metric, year)["break_note"]

    assert note("participation", "2022-2023") == ""
    assert note("participation", "2023-2024") == f"{TEMPLATES}；{WAVES}"
    assert note("participation", "2024-2025") == "分母由 50 变为 100"
    # The levels follow from the instrument; who took part does not.
    assert note("l1_interviewed", "2024-2025") == INSTRUMENTS
    assert note("drills", "2024-2025") == ""
    assert note("reach", "2024-2025") == "分母由 50 变为 100"
    assert note("reach", "2023-2024") == TEMPLATES


def test_no_difference_across_a_break(three_years: pd.DataFrame) -> None:
    found = row(three_years, "l2_interviewed", "2024-2025")
    assert (found["value"], found["previous"], found["change"]) == (50.0, 50.0, None)


def test_differences_and_the_schools_range(assessment: Assessment) -> None:
    found = row(assessment.trends, "participation", "2024-2025", "C04")
    now, then = 100 * 2500 / 2515, 100 * 2361 / 2383
    assert (found["text"], found["value"]) == ("99.40%（2,500/2,515）", now)
    assert (found["previous"], found["change"]) == (then, now - then)
    own = assessment.metrics
    values = own[(own["metric"] == "participation") & (own["academic_year"] == "2024-2025")]
    assert found["n_colleges"] == 8
    assert found["median"] == values["value"].median()
    assert (found["low"], found["high"]) == (values["value"].min(), values["value"].max())
    first = row(assessment.trends, "participation", "2022-2023", "C04")
    assert (first["previous"], first["change"], first["break_note"]) == (None, None, "")


def test_the_sample_breaks_where_its_instrument_changes(assessment: Assessment) -> None:
    table = assessment.trends
    broken = table[table["break_note"] != ""]
    assert set(broken["college_code"]) == {"C04"}
    assert set(broken["academic_year"]) == {"2024-2025"}
    assert set(broken["metric"]) == {"l1_interviewed", "l2_interviewed"}
    assert set(broken["break_note"]) == {"测评工具由SCL-90改为中国大学生心理健康筛查量表"}


def ranges(*values: float | None) -> dict[str, object]:
    frame = pd.DataFrame(
        {
            "academic_year": ["2024-2025"] * len(values),
            "metric": ["reach"] * len(values),
            "value": pd.array(list(values), dtype="Float64"),
        }
    )
    (found,) = school_ranges(frame).to_dict("records")
    return {key: None if value is pd.NA else value for key, value in found.items()}


def test_no_range_over_fewer_than_five_colleges() -> None:
    same = {"academic_year": "2024-2025", "metric": "reach"}
    assert ranges(1, 2, 3, 4, 10) == {**same, "n_colleges": 5, "median": 3, "low": 1, "high": 10}
    # The one without a value does not count.
    hidden = {"median": None, "low": None, "high": None}
    assert ranges(1, 2, 3, 4, None) == {**same, "n_colleges": 4, **hidden}


def test_what_a_view_reads_of_other_colleges(assessment: Assessment, gaps: Assessment) -> None:
    found = assessment.college("C03").of_others
    assert (found.n_colleges, found.rank) == (8, 1)
    shown = assessment.college("C03").indicators().frame
    assert list(found.medians.values()) == list(shown["median"])
    own = assessment.metrics[assessment.metrics["college_code"] == "C03"]
    assert found.texts == tuple(own["text"])
    assert gaps.college("C01").of_others.rank is None
    assert set(gaps.college("C01").of_others.medians.values()) == {None}


def test_trend_table_of_a_college(assessment: Assessment) -> None:
    table = assessment.college("C04").metric_trends()
    assert [field.title for field in table.fields] == [
        "学年", "指标", "数值", "较上学年", "全校中位数", "全校最低", "全校最高", "不可比的原因",
    ]  # fmt: skip
    wanted = (table.frame["title"] == "参测率") & (table.frame["academic_year"] == "2024-2025")
    (place,) = table.frame.index[wanted]
    assert [table.text(place, field.name) for field in table.fields] == [
        "2024-2025", "参测率", "99.40%（2,500/2,515）", "0.33", "99.11", "93.09", "100.00", "",
    ]  # fmt: skip
