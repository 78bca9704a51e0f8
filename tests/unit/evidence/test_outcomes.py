"""Research and awards: of the year, once each, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar, outcomes
from evalkit.evidence.source import Source

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


def paper(title: str | None, day: str | None = "2024-11-22", **more: Any) -> dict[str, Any]:
    return {"title": title, "date": day, "kind": "论文", "author": "甲", **more}


def award(title: str, day: str | None = "2025-04-16", **more: Any) -> dict[str, Any]:
    return {"title": title, "date": day, "relevant": True, "owner_type": "个人(教师)", **more}


@pytest.mark.parametrize(
    "cell",
    ["王芳", "王芳、李四", "李四，王芳", "李四; 王芳", "李四；王芳", "李四/王芳", "李四\n王芳",
     "李四 王芳", " 王芳 ", "王 芳", "王　芳、李四", "王芳、王芳"],
)  # fmt: skip
def test_a_name_among_several(
    table: Table, plain: Plain, calendar: SchoolCalendar, cell: str
) -> None:
    people = pd.DataFrame({"college_code": ["C01"], "name": ["王芳"]}, dtype="string")
    research = table("research", paper("一", author=cell))
    awards = table("awards", award("奖", owner=cell))
    found = outcomes.by_person(people, research, awards, calendar)
    assert plain(found) == [("C01", "王芳", 1, 1)]


@pytest.mark.parametrize("cell", [None, "", "王芳芳", "小王芳", "李四", "学生", "王、芳"])
def test_another_name(table: Table, plain: Plain, calendar: SchoolCalendar, cell: str) -> None:
    people = pd.DataFrame({"college_code": ["C01"], "name": ["王芳"]}, dtype="string")
    research = table("research", paper("一", author=cell))
    awards = table("awards", award("奖", owner=cell))
    found = outcomes.by_person(people, research, awards, calendar)
    assert plain(found) == [("C01", "王芳", 0, 0)]


def test_what_counts_for_a_person(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    names = {"college_code": ["C01", "C01", "C02"], "name": ["王芳", "李四", "王芳"]}
    research = table(
        "research",
        paper("同一题", author="王芳"),
        paper("《同一题》", author="王芳、李四"),
        paper("另一题", author="王芳"),
        paper("过去的", "2023-11-22", author="王芳"),
    )
    awards = table(
        "awards",
        award("奖", owner="王芳"),
        award("奖", owner="王芳"),
        award("无关", owner="王芳", relevant=False),
        award("无关", owner="王芳", relevant=None),
        award("过去的", "2023-11-22", owner="王芳"),
    )
    found = outcomes.by_person(pd.DataFrame(names, dtype="string"), research, awards, calendar)
    assert plain(found) == [("C01", "王芳", 2, 2), ("C01", "李四", 1, 0), ("C02", "王芳", 0, 0)]


Build = Callable[..., Source]
Counts = Callable[..., dict[str, Any]]


def test_research_of_one_kind_and_title_stands_once(source: Build, rows_of: Plain) -> None:
    rows = [
        paper("《大学生心理韧性研究》", "2025-05-01"),
        paper("大学生 心理韧性研究", "2024-10-01", level="校级"),
        paper("大学生心理韧性研究", "2024-10-01", level="院级"),
        paper("大学生心理韧性研究", kind="课题立项"),
        paper("大学生心理韧性研究", college_code="C02"),
        paper(None),
        paper(None),
        paper("过去的", "2024-08-31"),
        paper("将来的", "2025-09-01"),
        paper("没有日期", None),
    ]
    found = outcomes.research_table(source({"research": rows}))
    assert rows_of(found, "college_code", "kind", "title", "date") == [
        ("C01", "论文", "大学生 心理韧性研究", pd.Timestamp("2024-10-01")),
        ("C01", "论文", None, pd.Timestamp("2024-11-22")),
        ("C01", "论文", None, pd.Timestamp("2024-11-22")),
        ("C01", "课题立项", "大学生心理韧性研究", pd.Timestamp("2024-11-22")),
        ("C02", "论文", "大学生心理韧性研究", pd.Timestamp("2024-11-22")),
    ]


def test_awards_have_no_names_of_winners(source: Build, rows_of: Plain) -> None:
    rows = [
        award("甲奖", owner="某人"),
        award("甲奖", owner="另一人"),
        award("无关", relevant=False),
        award("未注明", relevant=None),
        award("过去的", "2024-08-31"),
    ]
    found = outcomes.award_table(source({"awards": rows}))
    assert rows_of(found, "title") == [("甲奖",), ("甲奖",)]
    assert "owner" not in found.collect_schema().names()


def test_counts_of_research_and_awards(source: Build, counts_of: Counts) -> None:
    research = [paper("一"), paper("一"), paper("二", kind="调研报告"), paper("三"), paper(None)]
    awards = [
        award("《三》"),
        award("b", owner_type="个人(学生)"),
        award("c", owner_type="集体"),
        award("d", owner_type=None),
        award("二", relevant=False),
    ]
    rows = source({"research": research, "awards": awards}, {"awards": ["C01"]})
    assert counts_of(outcomes.SUBJECT, rows) == {
        "n_research": 4,
        "n_surveys": 1,
        "n_personal_awards": 2,
        "n_group_awards": 1,
        "n_counted_twice": 1,
    }


def test_research_without_a_list_of_awards(source: Build, counts_of: Counts) -> None:
    assert counts_of(outcomes.SUBJECT, source({"research": []})) == {
        "n_research": 0,
        "n_surveys": 0,
        "n_personal_awards": None,
        "n_group_awards": None,
        "n_counted_twice": None,
    }
