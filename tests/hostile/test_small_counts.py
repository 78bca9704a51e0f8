"""Small counts of students at risk are found wherever they are planted; other numbers are not."""

from __future__ import annotations

import pytest

from evalkit.assessment import fields
from evalkit.audiences import audiences
from evalkit.privacy import Field
from evalkit.privacy.scan import scan_bytes

from .planted_tables import TABLES

SAID = [
    "一级预警3、二级预警12",
    "转介医院2（占千分之三）",
    "一级预警 3/812",
    "危机干预流程熟悉，转介2人",
    "一级预警12人、二级预警3人",
    "一级预警0人，转介医院1人",
    "重点关爱学生达到3人",
    "一级预警降到 2 人",
    "一级预警学生 3 人参加了团体辅导",
    "本月新增重点关爱1人",
    "一级预警3人",
    "一级预警学生共 3 人",
    "三名一级预警学生",
    "有2名学生转介医院",
    "一级预警：3",
    "一级预警人数为３",
    "重点关爱学生今年共有两名",
    "自杀未遂1例",
    "红色预警（人）：4",
    "n_l1 = 3; 一级预警 = 3",
    "转介校中心的有3人，医院的没有",
    "其中高危4人",
    "发生危机事件1起",
    "筛查阳性 2 例",
    "确诊抑郁的 1 人",
    '{"一级预警": 3}',
    "一级预警\t3",
    "3个学生被评为一级预警",
    "一级\u200b预警 ３ 人",
    "一 级 预 警 3 人",
]
NOT_SAID = [
    "一级预警3%、二级预警12%",
    "心理危机2.1",
    "一级预警 1至4 人",
    "重点关爱学生多于 3 人的学院",
    "一级预警 1 000 人",
    "处置危机事件时 2 名老师陪护",
    "一级预警 —* 人",
    "一级预警 1—4 例，均完成",
    "一级预警不足 5 人",
    "一级预警 <5 人",
    "一级预警 12 人",
    "一级预警 0 人",
    "每名预警学生访谈 3 次",
    "危机干预培训 3 人参加",
    "2名咨询师负责转介",
    "一级预警 3 人以上须上报",
    "重点关爱学生一人一策",
    "2.4 危机干预及重点关注学生工作（5 分）",
    "转介 2 分",
    "一级预警率 3%",
    "一级预警率 2.31%",
    "一级预警 2024 年",
    "至少 1 名教师参加危机干预",
    "第 3 名学生干部谈重点关爱",
    "与重点关爱学生一起",
    "心理危机干预研讨 3 场",
    "每个预警学生 1 名联系人",
    "参加危机干预培训的 2 名辅导员",
    "预警等级 1 为一级",
    "一级预警\n3\n",
    "共 3 人参加了会议。重点关爱工作",
    "重点关爱：1. 立即报告；2. 陪护",
]


def _found(name: str, content: bytes, small: int = 5) -> list[str]:
    found = scan_bytes(name, content, small=small)
    assert {each.kind for each in found} <= {"过小的人数"}, found
    return [each.value for each in found]


@pytest.mark.parametrize("text", SAID)
def test_said(text: str) -> None:
    (value, *_) = _found("a.txt", text.encode())
    assert "*" in value
    assert not any(character.isdecimal() for character in value)


@pytest.mark.parametrize("text", NOT_SAID)
def test_not_said(text: str) -> None:
    assert _found("a.txt", text.encode()) == []


@pytest.mark.parametrize("title", TABLES)
def test_in_a_table(title: str) -> None:
    name, plant = TABLES[title]
    assert _found(name, plant(3))
    assert _found(name, plant(30)) == []
    assert _found(name, plant(0)) == []


@pytest.mark.parametrize("title", TABLES)
def test_the_threshold_is_that_of_the_readers(title: str) -> None:
    name, plant = TABLES[title]
    assert _found(name, plant(7)) == []
    assert _found(name, plant(7), small=10)
    assert _found(name, plant(7), small=0) == []


def test_hostile_tables_take_no_time() -> None:
    for page in (
        "<table>" * 100_000,
        "<table>" * 50_000 + "</table>" * 50_000,
        "<table><tr>" + "<td colspan=1000000 rowspan=1000000>一级预警 3<td>3" * 500,
        "一级预警," * 100_000,
        "一级预警\n" * 50_000 + "3 " * 50_000,
        "一级预警人" * 50_000,
        "一级预警: [" * 50_000 + "3, " * 50_000,
        "3人" * 100_000 + "预警",
        '学院,一级预警\n"' + "甲" * 200_000 + '",41\n',
    ):
        _found("a.html", page.encode())


def test_where_it_stands_is_told() -> None:
    name, plant = TABLES["xlsx hidden"]
    (found,) = scan_bytes(name, plant(3), small=5)
    assert (found.place, found.value) == ("工作表“数据”（深度隐藏） › B2", "一级预警 *")


def test_a_header_of_other_numbers_is_none() -> None:
    page = "<table><tr><th>学院</th><th>{}</th></tr><tr><td>甲</td><td>3</td></tr></table>"
    for header in ("活动", "一级预警率", "危机干预培训", "一级指标", "满分", "预警线"):
        assert _found("a.html", page.format(header).encode()) == [], header


def test_a_row_of_other_numbers_is_none() -> None:
    page = "<table><tr><th>要点</th><th>{}</th></tr><tr><td>危机干预</td><td>3</td></tr></table>"
    assert _found("a.html", page.format("人数").encode())
    for header in ("满分", "得分均值", "名次", "培训学时", "场次"):
        assert _found("a.html", page.format(header).encode()) == [], header


def test_what_a_school_allows() -> None:
    content = "一级预警 3 人".encode()
    assert scan_bytes("a.txt", content, allowed={"一级预警3人"}, small=5) == []


def test_every_count_of_students_at_risk_is_known_by_title_and_name() -> None:
    tables = [value for name in fields.__all__ if isinstance(value := getattr(fields, name), tuple)]
    counts = {f for table in tables for f in table if isinstance(f, Field) and f.students}
    assert len(counts) >= 6
    assert {field.name for field in counts} <= fields.RISK_COUNTS
    numbers = {name for name in fields.RISK_COUNTS if name.startswith("n_")}
    contacts = {"n_contacts_due", "n_contacts_done"}  # of contacts, not of students
    for name in numbers - contacts:
        assert _found("a.csv", f"college,{name}\nC01,3\n".encode()), name
    for field in counts:
        for header in (field.title, field.header):
            assert _found("a.csv", f"学院,{header}\n甲,3\n".encode()), header


@pytest.mark.parametrize("audience", audiences(), ids=lambda a: a.id)
def test_thresholds_of_the_policy(audience: object) -> None:
    small = audience.small  # type: ignore[attr-defined]
    assert _found("a.txt", f"一级预警 {small - 1} 人".encode(), small)
    assert _found("a.txt", f"一级预警 {small} 人".encode(), small) == []
