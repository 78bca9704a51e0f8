"""Research and awards: of the year, once each, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar, outcomes

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


def paper(title: str | None, day: str | None = "2024-11-22", **more: Any) -> dict[str, Any]:
    return {"title": title, "date": day, "kind": "论文", "author": "甲", **more}


def award(title: str, day: str | None = "2025-04-16", **more: Any) -> dict[str, Any]:
    return {"title": title, "date": day, "relevant": True, "owner_type": "个人(教师)", **more}


def test_each_title_once(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    research = table(
        "research",
        paper("《大学生心理韧性研究》", "2025-05-01"),
        paper("大学生 心理韧性研究", "2024-10-01"),
        paper("大学生心理韧性研究", college_code="C02"),
        paper("另一题"),
        paper(None),
        paper(None),
        paper("过去的", "2024-08-31"),
        paper("将来的", "2025-09-01"),
        paper("没有日期", None),
    )
    found = outcomes.research_of_year(research, calendar)
    assert plain(found, "college_code", "title") == [
        ("C01", "大学生 心理韧性研究"),
        ("C01", "另一题"),
        ("C01", None),
        ("C01", None),
        ("C02", "大学生心理韧性研究"),
    ]


def test_awards_of_the_year_without_the_winners_names(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    awards = table(
        "awards",
        award("乙奖", "2025-05-01", owner="某人"),
        award("甲奖", "2024-09-01"),
        award("无关", relevant=False),
        award("未注明", relevant=None),
        award("过去的", "2024-08-31"),
    )
    found = outcomes.awards_of_year(awards, calendar)
    assert plain(found, "title") == [("甲奖",), ("乙奖",)]
    assert "owner" not in found.columns


def test_totals(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    research = table("research", paper("一"), paper("一"), paper("二", college_code="C02"))
    awards = table(
        "awards",
        award("a"),
        award("b", owner_type="个人(学生)"),
        award("c", owner_type="集体"),
        award("d", owner_type=None),
        award("e", owner_type="集体", college_code="C03"),
    )
    assert plain(outcomes.totals(research, awards, calendar)) == [
        ("C01", 1, 2, 1),
        ("C02", 1, 0, 0),
        ("C03", 0, 0, 1),
    ]


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
