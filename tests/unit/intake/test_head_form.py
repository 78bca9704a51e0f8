"""The head's two histories, in the spellings that people use."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.intake.head_form import Job, Training, parse_training, parse_work

FULL = Training("2024-10", "危机干预培训", "某学会", "某某", Decimal(16))


@pytest.mark.parametrize(
    "text",
    [
        "2024年10月，危机干预培训，某学会举办，某某主讲，共计16学时",
        "２０２４年１０月，危机干预培训，某学会举办，某某主讲，共计１６学时。",
        "2024.10,危机干预培训,某学会主办,某某授课,16学时",
        "2024.10、危机干预培训、某学会举办、某某主讲、共16学时",
        "2024-10；危机干预培训；某学会举办；某某主讲；合计 16 课时",
        "2024/10。危机干预培训。由某学会承办。主讲人：某某。学时：16",
        "1. 2024年10月 危机干预培训，主办单位：某学会，某某主讲，16个学时",
        "①2024年10月12日-13日，危机干预培训，某学会举办某某主讲共计16学时",
        "（2）2024年10月12日，危机干预培训，某学会举办，某某主讲，共计16学时",
    ],
)
def test_one_training_in_many_spellings(text: str) -> None:
    parsed = parse_training(text)
    assert parsed.unparsed == ()
    assert parsed.entries == (FULL,)


def test_several_trainings_in_lines_or_in_one() -> None:
    one = "2024年10月，危机干预培训，某学会举办，某某主讲，共计16学时"
    two = "2023年5月，沙盘游戏培训，某中心举办，共计8.5学时"
    second = Training("2023-05", "沙盘游戏培训", "某中心", "", Decimal("8.5"))
    for between in ("\n", "；", "。", "\r\n\n", "，"):
        parsed = parse_training(f"{one}{between}{two}")
        assert (parsed.entries, parsed.unparsed) == ((FULL, second), ()), repr(between)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2024年10月，危机干预培训",
            Training("2024-10", "危机干预培训", "", "", None),
        ),
        ("危机干预培训，16学时", Training(None, "危机干预培训", "", "", Decimal(16))),
        ("2024年，危机干预培训，某学会举办", Training(None, "危机干预培训", "某学会", "", None)),
        (
            "2024年10月，认知、行为疗法培训，甲学会、乙学会联合举办，张某、李某主讲",
            Training("2024-10", "认知、行为疗法培训", "甲学会、乙学会", "张某、李某", None),
        ),
        (
            "2024年3月-5月，家庭治疗初级班，共计48学时",
            Training("2024-03", "家庭治疗初级班", "", "", Decimal(48)),
        ),
    ],
)
def test_parts_may_be_missing(text: str, expected: Training) -> None:
    assert parse_training(text).entries == (expected,)


def test_what_cannot_be_read_is_listed() -> None:
    parsed = parse_training("无\n2024年10月，危机干预培训\n参加过多次培训\n2024年13月")
    assert [entry.title for entry in parsed.entries] == ["危机干预培训"]
    assert parsed.unparsed == ("无", "参加过多次培训", "2024年13月")
    work = parse_work("2009.09-2013.06 某某学校 担任专职辅导员；曾任教师；2013.06-2009.09 某校")
    assert work.entries == (Job("2009-09", "2013-06", "某某学校", "专职辅导员"),)
    assert work.unparsed == ("曾任教师", "2013.06-2009.09 某校")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2009.09-2013.06    xx学校   担任专职辅导员",
            Job("2009-09", "2013-06", "xx学校", "专职辅导员"),
        ),
        (
            "2009年9月—2013年6月，某某学校，专职辅导员",
            Job("2009-09", "2013-06", "某某学校", "专职辅导员"),
        ),
        (
            "２００９．９～２０１３．６　某某学校　任辅导员",
            Job("2009-09", "2013-06", "某某学校", "辅导员"),
        ),
        (
            "2009-09-2013-06 某某学校 担任专职辅导员",
            Job("2009-09", "2013-06", "某某学校", "专职辅导员"),
        ),
        (
            "2009.9.1至2013.6.30 某某学校 辅导员",
            Job("2009-09", "2013-06", "某某学校", "辅导员"),
        ),
        ("2013年7月至今某某学院担任站长", Job("2013-07", None, "某某学院", "站长")),
        (
            "2013.07-至今 某某学院 心理中心 担任站长",
            Job("2013-07", None, "某某学院 心理中心", "站长"),
        ),
        ("2013年7月起 某某学院 从事学生工作", Job("2013-07", None, "某某学院", "学生工作")),
        ("2013/07——2014/01 某某学院", Job("2013-07", "2014-01", "某某学院", "")),
    ],
)
def test_work_in_many_spellings(text: str, expected: Job) -> None:
    parsed = parse_work(text)
    assert (parsed.entries, parsed.unparsed) == ((expected,), ())


def test_nothing_gives_nothing() -> None:
    for text in ("", " \n　\n", "；，。、"):
        assert parse_training(text).entries == ()
        assert parse_work(text).entries == ()
    assert parse_training("").unparsed == parse_work("").unparsed == ()


_WORD = st.text("甲乙丙丁学校培训班讲座", min_size=1, max_size=6)
_MONTHS = st.tuples(st.integers(1980, 2030), st.integers(1, 12))


@given(st.lists(st.tuples(_MONTHS, _WORD, _WORD, st.integers(1, 200)), min_size=1, max_size=5))
def test_what_the_form_asks_for_is_read_as_written(
    rows: list[tuple[tuple[int, int], str, str, int]],
) -> None:
    lines = [f"{y}年{m}月，{title}，{by}举办，共计{hours}学时" for (y, m), title, by, hours in rows]
    for between in ("\n", "；"):
        parsed = parse_training(between.join(lines))
        assert parsed.unparsed == ()
        assert parsed.entries == tuple(
            Training(f"{y}-{m:02d}", title, by, "", Decimal(hours))
            for (y, m), title, by, hours in rows
        )


@given(_MONTHS, _MONTHS, _WORD, _WORD)
def test_periods_are_read_as_written(
    one: tuple[int, int], two: tuple[int, int], place: str, post: str
) -> None:
    first, last = sorted((one, two))
    text = f"{first[0]}.{first[1]:02d}-{last[0]}.{last[1]:02d} {place} 担任{post}"
    assert parse_work(text).entries == (
        Job(f"{first[0]}-{first[1]:02d}", f"{last[0]}-{last[1]:02d}", place, post),
    )


_ANY = st.text(
    st.one_of(st.characters(), st.sampled_from("0123456789年月.-~至今，；。、举办主讲学时任\n"))
)


@given(_ANY)
def test_no_text_raises_and_none_is_lost(text: str) -> None:
    for parse in (parse_training, parse_work):
        parsed = parse(text)  # type: ignore[operator]
        if any(character.isalpha() for line in text.splitlines() for character in line):
            assert parsed.entries or parsed.unparsed
