"""Activities that may be one and the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import pytest

from evalkit.intake.table import TableRead
from evalkit.ledger import Column, Sheet

Read = Callable[..., TableRead]
Texts = Callable[..., list[str]]

ACTIVITIES = Sheet(
    id="S08",
    name="activities",
    title="活动台账",
    workbook="college",
    columns=(
        Column(name="activity_id", header="活动编号", type="id"),
        Column(name="title", header="活动名称", type="text"),
        Column(name="start", header="开始日期", type="date"),
        Column(name="place", header="地点", type="str"),
    ),
)
DAY = date(2024, 10, 12)


def activity(title: str, start: date | None = DAY, place: str | None = "报告厅") -> dict[str, Any]:
    return {"activity_id": "A001", "title": title, "start": start, "place": place}


def duplicate(cell: str, first: int, title: str) -> str:
    return (
        f"[W C01] 台账.xlsx › 活动台账 › {cell}：与第 {first} 行的活动日期、地点相同，名称相近，"
        f"可能是同一项活动，填写的是“{title}”。允许：一项活动只填一行。"
        f"处理：请核对：与第 {first} 行是同一项的，请删去一行；确是两项的，请写明区别。"
    )


class TestDuplicates:
    def test_at_the_later_row(self, read: Read, texts: Texts) -> None:
        rows = [
            activity("“适应从心开始”新生心理健康主题讲座"),
            activity("趣味运动会"),
            activity("“适应从心开始”新生心理健康主题讲座（一）", place="报告厅 "),
            activity("“适应从心开始” 新生心理健康主题讲座"),
        ]
        assert texts(read(ACTIVITIES, rows)) == [
            duplicate("B7", 5, "“适应从心开始”新生心理健康主题讲座（一）"),
            duplicate("B8", 5, "“适应从心开始” 新生心理健康主题讲座"),
        ]

    def test_both_without_a_place(self, read: Read, texts: Texts) -> None:
        rows = [activity("趣味运动会", place=None), activity("趣味运动会", place=None)]
        assert texts(read(ACTIVITIES, rows)) == [duplicate("B6", 5, "趣味运动会")]

    @pytest.mark.parametrize(
        "other",
        [
            activity("趣味运动会", start=DAY + timedelta(days=1)),
            activity("趣味运动会", place="操场"),
            activity("趣味运动会", place=None),
            activity("趣味运动会", start=None),
            activity("心理电影赏析"),
        ],
    )
    def test_not_the_same(self, read: Read, texts: Texts, other: dict[str, Any]) -> None:
        assert texts(read(ACTIVITIES, [activity("趣味运动会"), other])) == []

    def test_sheet_with_other_columns(self, read: Read, texts: Texts) -> None:
        assert texts(read(ACTIVITIES, [{"activity_id": "A001"}, {"activity_id": "A002"}])) == []


class TestSeries:
    def split(self, cell: str, rows: str, title: str) -> str:
        return (
            f"[W C01] 台账.xlsx › 活动台账 › {cell}：第 {rows} 行的活动日期、地点相同，"
            f"名称只差班级，可能是一项活动按班级拆成了几行，填写的是“{title}”。允许：一项活动填一行，不按班级拆开。"
            "处理：请核对：是一项活动的，请合并成一行，参与人次填合计。"
        )

    def test_told_once(self, read: Read, texts: Texts) -> None:
        rows = [activity(f"化工240{n}班心理主题班会") for n in (1, 2, 3)]
        rows.insert(1, activity("趣味运动会"))
        assert texts(read(ACTIVITIES, rows)) == [
            self.split("B7", "5、7、8", "化工2402班心理主题班会")
        ]

    def test_other_spellings(self, read: Read, texts: Texts) -> None:
        rows = [activity(f"主题班会（{name}）") for name in ("一班", "二班", "三班")]
        assert texts(read(ACTIVITIES, rows)) == [self.split("B6", "5、6、7", "主题班会（二班）")]

    def test_classes_of_the_college(self, read: Read, texts: Texts, class_base: Sheet) -> None:
        names = ("创新班", "卓越班", "护理2401班")
        classes = [{"grade": "2024级", "class_name": name, "n_in_class": 41} for name in names]
        rows = [activity(f"{name}团体辅导") for name in names]
        found = texts(read(class_base, classes), read(ACTIVITIES, rows))
        assert found == [self.split("B6", "5、6、7", "卓越班团体辅导")]

    def test_two_classes_are_no_series(self, read: Read, texts: Texts) -> None:
        rows = [activity(f"化工240{n}班心理主题班会") for n in (1, 2)]
        assert texts(read(ACTIVITIES, rows)) == []

    def test_a_class_twice_is_a_duplicate(self, read: Read, texts: Texts) -> None:
        rows = [activity("化工2401班心理主题班会")] * 2
        assert texts(read(ACTIVITIES, rows)) == [duplicate("B6", 5, "化工2401班心理主题班会")]

    def test_long_series_names_its_first_rows(self, read: Read, texts: Texts) -> None:
        rows = [activity(f"化工24{n:02d}班心理主题班会") for n in range(1, 13)]
        assert texts(read(ACTIVITIES, rows)) == [
            self.split("B6", "5、6、7、8、9、10、11、12、13、14 等 12", "化工2402班心理主题班会")
        ]


def test_very_many_on_one_day_end_soon(read: Read, texts: Texts, class_base: Sheet) -> None:
    rows = [activity(f"{n}次{'心理健康教育主题活动' * 5}{n}") for n in range(5000)]
    classes = [{"grade": "2024级", "class_name": f"化工{n}", "n_in_class": 41} for n in range(5000)]
    begun = perf_counter()
    texts(read(class_base, classes), read(ACTIVITIES, rows))
    assert perf_counter() - begun < 10
