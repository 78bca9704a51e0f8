"""The language of the ledger's rules: what it says, what it leaves open, what it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from time import perf_counter

import pytest

from evalkit.ledger import Column, Sheet
from evalkit.ledger.model import Rule
from evalkit.ledger.rules import (
    UNUSABLE,
    Records,
    compile_rule,
    compile_text,
    rule_faults,
    written,
)
from evalkit.workspace import AcademicYear

COVER = Sheet(
    id="S90",
    name="cover",
    title="概况",
    workbook="college",
    layout="form",
    columns=(
        Column(name="head", header="负责人", type="str"),
        Column(name="n_all", header="总人数", type="int"),
        Column(name="phone", header="电话", type="str", private=True),
    ),
)
GROUPS = Sheet(
    id="S91",
    name="groups",
    title="小组",
    workbook="college",
    key=("name",),
    columns=(
        Column(name="name", header="组名", type="str", required="always"),
        Column(name="grade", header="年级", type="grade", required="always"),
        Column(name="n", header="人数", type="int", required="always"),
        Column(name="n_guests", header="来宾数", type="int"),
        Column(name="here", header="是否在校", type="bool", required="always"),
        Column(name="tutor", header="导师", type="str", people=True),
    ),
)
VISITS = Sheet(
    id="S92",
    name="visits",
    title="走访",
    workbook="college",
    key=("month", "name"),
    columns=(
        Column(name="month", header="月份", type="ym", required="always"),
        Column(name="name", header="组名", type="str", required="always"),
        Column(name="n", header="人数", type="int"),
        Column(name="share", header="比例", type="dec"),
        Column(name="paid", header="是否付费", type="bool"),
        Column(name="day", header="日期", type="date"),
        Column(name="at", header="时间", type="datetime"),
        Column(name="text", header="说明", type="text"),
        Column(name="kinds", header="类别", type="enums", allowed=("谈话", "转介医院")),
    ),
)
NOTES = Sheet(
    id="S93",
    name="notes",
    title="随记",
    workbook="college",
    columns=(Column(name="text", header="内容", type="text"),),
)
SHEETS = (COVER, GROUPS, VISITS, NOTES)
YEAR = AcademicYear(2024)
ROW: Mapping[str, object] = {
    "month": "2024-10",
    "name": "甲组",
    "n": 12,
    "share": Decimal("0.30"),
    "paid": True,
    "day": date(2024, 10, 12),
    "at": datetime(2024, 10, 12, 21, 30),  # noqa: DTZ001
    "text": " 谈话三次 ",
    "kinds": "谈话、转介医院",
}
BLANK: Mapping[str, object] = dict.fromkeys(ROW)
GROUP_ROWS: Sequence[Mapping[str, object]] = (
    {"name": "甲组", "grade": "2024级", "n": 10, "n_guests": 2, "here": True, "tutor": "王芳"},
    {"name": "乙组", "grade": "2024级", "n": 20, "n_guests": None, "here": False, "tutor": None},
    {"name": "丙组", "grade": "2023级", "n": 30, "n_guests": 1, "here": True, "tutor": "李敏"},
)


def answer(
    text: str,
    row: Mapping[str, object] = ROW,
    *,
    groups: Sequence[Mapping[str, object]] | None = GROUP_ROWS,
    second_start: date | None = None,
) -> object:
    tables: dict[str, Sequence[Mapping[str, object]]] = {
        "visits": [row],
        "cover": [{"head": "王芳", "n_all": 60, "phone": None}],
    }
    if groups is not None:
        tables["groups"] = groups
    records = Records(tables, YEAR, second_start)
    return compile_rule(text, VISITS, SHEETS)(records.scope("visits", 0))


def refusal(text: str, sheet: Sheet = VISITS) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 -- the caller asks for all of it
        compile_rule(text, sheet, SHEETS)
    return str(caught.value)


class TestOperators:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("n == 12", True),
            ("n != 12", False),
            ("n < 13", True),
            ("n <= 12", True),
            ("n > 12", False),
            ("n >= 12", True),
            ("10 <= n < 20", True),
            ("10 <= n < 12", False),
            ("20 <= n <= n / 0", False),
            ("name == '甲组'", True),
            ("month > '2024-09'", True),
            ("paid == True", True),
            ("paid != False", True),
            ("day >= first_day", True),
            ("day <= last_day", True),
            ("day == at", True),
            ("at > day", False),
            ("share == 0.3", True),
            ("n == 12.0", True),
            ("name in ('甲组', '乙组')", True),
            ("name not in ['甲组', '乙组']", False),
            ("n in (-12, 12)", True),
            ("n in ()", False),
            ("'谈话' in kinds", True),
            ("'转介' in kinds", False),
            ("'转介' not in kinds", True),
            ("'三次' in text", True),
            ("paid and n > 1", True),
            ("not paid or n > 100", False),
            ("not paid", False),
            ("paid", True),
        ],
    )
    def test_verdicts(self, text: str, wanted: bool) -> None:
        assert answer(text) is wanted

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("n + 1", 13),
            ("n - 20", -8),
            ("n * 3", 36),
            ("n / 8", Decimal("1.5")),
            ("-n", -12),
            ("share * 3", Decimal("0.90")),
            ("0.1 + 0.2", Decimal("0.3")),
            ("(n + 1) * 2 - n / 4", Decimal(23)),
            ("100000000000000 * 100000000000000 + 1", 10**28 + 1),
            ("year_start", 2024),
            ("first_day", date(2024, 9, 1)),
            ("last_day", date(2025, 8, 31)),
            ("new_grade", "2024级"),
            ("cover.head", "王芳"),
            ("cover.n_all - n", 48),
        ],
    )
    def test_values(self, text: str, wanted: object) -> None:
        assert answer(text) == wanted

    def test_numbers_are_never_floats(self) -> None:
        assert all(not isinstance(answer(t), float) for t in ("0.5", "n / 5", "n * 0.1", "1 / 3"))

    @pytest.mark.parametrize("text", ["n / 0", "n / (n - 12)", "share / 0.0", "0 / 0"])
    def test_division_by_zero_is_missing(self, text: str) -> None:
        assert answer(text) is None

    @pytest.mark.parametrize(
        "text",
        [
            "n == '12'", "n < '12'", "name == 12", "paid == 1", "paid < True",
            "day == '2024-10-12'",
            "day < 5", "n in ('12', '13')", "name + 1", "paid + 1", "day - first_day", "-name",
            "not n", "n and n", "name in day", "n in text", "1 + '1'",
        ],
    )  # fmt: skip
    def test_unlike_types_are_missing(self, text: str) -> None:
        assert answer(text) is None


class TestMissing:
    @pytest.mark.parametrize(
        "text",
        [
            "n == 1", "n != 1", "n < 1", "n == n", "n + 1", "1 - n", "n * 0", "n / 2", "-n",
            "not paid", "n in (1, 2)", "n not in (1, 2)", "'谈话' in kinds", "'谈话' in text",
            "1 <= n <= 2", "month(day)", "days(day, first_day)", "length(text)", "semester(day)",
            "before(n)", "total(groups.n, name=name)", "count(groups, name=name)",
            "name in values(groups.name)",
        ],
    )  # fmt: skip
    def test_operand(self, text: str) -> None:
        assert answer(text, BLANK) is None
        assert answer(text, dict.fromkeys(ROW, UNUSABLE)) is None
        assert answer(text, {}) is None

    VALUES = ("1 == 1", "1 == 2", "n == 1")
    YES, NO, OPEN = True, False, None

    @pytest.mark.parametrize(
        ("operator", "table"),
        [
            ("and", [[YES, NO, OPEN], [NO, NO, NO], [OPEN, NO, OPEN]]),
            ("or", [[YES, YES, YES], [YES, NO, OPEN], [YES, OPEN, OPEN]]),
        ],
    )
    def test_tables(self, operator: str, table: list[list[bool | None]]) -> None:
        found = [[answer(f"{a} {operator} {b}", BLANK) for b in self.VALUES] for a in self.VALUES]
        assert found == table

    def test_not(self) -> None:
        assert [answer(f"not {a}", BLANK) for a in self.VALUES] == [False, True, None]

    def test_longer_junctions(self) -> None:
        assert answer("n == 1 and n == 2 and 1 == 2", BLANK) is False
        assert answer("n == 1 or n == 2 or 1 == 1", BLANK) is True
        assert answer("n == 1 and 1 == 1 and 2 == 2", BLANK) is None

    def test_chain_is_false_where_one_link_is(self) -> None:
        assert answer("n <= 3 <= 2", BLANK) is False

    def test_filled_is_never_missing(self) -> None:
        assert answer("filled(n)") is True
        assert answer("filled(n)", BLANK) is False
        assert answer("filled(n)", {}) is False
        # Something was filled in, though nobody can tell what.
        assert answer("filled(n)", {"n": UNUSABLE}) is True


class TestFunctions:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("total(groups.n)", 60),
            ("total(groups.n, grade=new_grade)", 30),
            ("total(groups.n, grade=new_grade, here=True)", 10),
            ("total(groups.n, name=name)", 10),
            ("total(groups.n, grade='2020级')", 0),
            ("total(groups.n_guests)", 3),
            ("total(cover.n_all)", 60),
            ("count(groups)", 3),
            ("count(groups, here=True)", 2),
            ("count(groups, n=10 + 10)", 1),
            ("count(groups, grade=new_grade, n=20)", 1),
            ("count(groups, tutor='王芳')", 1),
            ("'丙组' in values(groups.name)", True),
            ("'丁组' in values(groups.name)", False),
            ("'丙组' in values(groups.name, here=False)", False),
            ("20 in values(groups.n)", True),
            ("21 not in values(groups.n)", True),
            ("days(day, at)", 0),
            ("days(first_day, day)", 41),
            ("days(day, first_day)", -41),
            ("month(day)", "2024-10"),
            ("month(at)", "2024-10"),
            ("semester(day)", "第一学期"),
            ("length(text)", 4),
        ],
    )
    def test_values(self, text: str, wanted: object) -> None:
        assert answer(text) == wanted

    @pytest.mark.parametrize(
        ("day", "wanted"),
        [
            (date(2024, 8, 31), None),
            (date(2024, 9, 1), "第一学期"),
            (date(2025, 2, 16), "第一学期"),
            (date(2025, 2, 17), "第二学期"),
            (datetime(2025, 8, 31, 23, 59), "第二学期"),  # noqa: DTZ001
            (date(2025, 9, 1), None),
        ],
    )
    def test_semester_by_the_calendar(self, day: date, wanted: str | None) -> None:
        found = answer("semester(day)", {"day": day}, second_start=date(2025, 2, 17))
        assert found == wanted

    def test_semester_without_a_calendar_turns_in_february(self) -> None:
        assert answer("semester(day)", {"day": date(2025, 1, 31)}) == "第一学期"
        assert answer("semester(day)", {"day": date(2025, 2, 1)}) == "第二学期"

    @pytest.mark.parametrize(
        "text", ["total(groups.n)", "count(groups)", "name in values(groups.name)"]
    )
    def test_sheet_that_was_not_handed_in(self, text: str) -> None:
        assert answer(text, groups=None) is None

    def test_empty_sheet_is_known(self) -> None:
        assert answer("total(groups.n)", groups=()) == 0
        assert answer("count(groups)", groups=()) == 0
        assert answer("name in values(groups.name)", groups=()) is False

    @pytest.mark.parametrize("gap", [UNUSABLE, None])
    def test_gap_in_a_column_that_must_be_filled(self, gap: object) -> None:
        groups = [*GROUP_ROWS, {**GROUP_ROWS[0], "name": gap, "n": gap}]
        assert answer("total(groups.n)", groups=groups) is None
        assert answer("total(groups.n, grade='2023级')", groups=groups) == 30
        assert answer("total(groups.n, name='乙组')", groups=groups) is None
        assert answer("total(groups.n, name='乙组', grade='2023级')", groups=groups) == 0
        assert answer("count(groups)", groups=groups) == 4
        assert answer("count(groups, name='乙组')", groups=groups) is None
        # Who is found is found; who is not may be the one that cannot be read.
        assert answer("'乙组' in values(groups.name)", groups=groups) is True
        assert answer("'丁组' in values(groups.name)", groups=groups) is None

    def test_blank_in_a_column_that_may_be_blank(self) -> None:
        assert answer("total(groups.n_guests)") == 3
        assert answer("count(groups, n_guests=2)") == 1
        assert answer("'赵敏' in values(groups.tutor)") is False

    def test_column_that_is_not_there(self) -> None:
        groups = [{"name": "甲组", "n": 10}]
        assert answer("total(groups.n_guests)", groups=groups) is None
        assert answer("count(groups, here=True)", groups=groups) is None

    def test_among_values_of_several_kinds(self) -> None:
        assert answer("n in (True, 12)") is True
        assert answer("paid in (1, 12)") is None
        assert answer("n in (12.0, 1)") is True
        assert answer("name in ('乙组', 1)") is None
        assert answer("n in (1, 2, 3)") is False

    def test_yes_is_not_one(self) -> None:
        assert answer("count(groups, n=1)") == 0
        assert answer("count(groups, here=1)") is None
        assert answer("count(groups, n=paid)") is None

    def test_before_goes_by_the_key(self) -> None:
        rows = [
            {"month": "2024-11", "n": 3},
            {"month": "2024-09", "n": 1},
            {"month": None, "n": 9},
            {"month": "2024-10", "n": UNUSABLE},
            {"month": UNUSABLE, "n": 8},
        ]
        records = Records({"visits": rows}, YEAR)
        before = compile_rule("before(n)", VISITS, SHEETS)
        months = compile_rule("before(month)", VISITS, SHEETS)
        scopes = [records.scope("visits", position) for position in range(5)]
        assert [before(scope) for scope in scopes] == [None, None, None, 1, None]
        assert [months(scope) for scope in scopes] == ["2024-10", None, None, "2024-09", None]

    def test_month_after_month(self) -> None:
        rows = [{"month": f"2024-{m}", "n": n} for m, n in ((10, 5), (11, 7), (12, 6))]
        records = Records({"visits": rows}, YEAR)
        rule = compile_rule("n == before(n) + 2", VISITS, SHEETS)
        assert [rule(records.scope("visits", n)) for n in range(3)] == [None, True, False]


class TestExpression:
    def test_columns_in_order(self) -> None:
        rule = compile_rule(
            "n >= 1 and day > at or n in (1, 2) or filled(text) or before(share) == 1"
            " or total(groups.n, name=name) > 0",
            VISITS,
            SHEETS,
        )
        assert rule.columns == ("n", "day", "at", "text", "name")
        assert rule.touches == (("visits", "share"), ("groups", "n"), ("groups", "name"))

    @pytest.mark.parametrize(
        ("text", "verdict"),
        [
            ("n == 1", True), ("not paid", True), ("paid", True), ("filled(n)", True),
            ("True", True), ("before(paid)", True), ("n", False), ("n + 1", False), ("name", False),
            ("'是'", False), ("total(groups.n)", False), ("cover.head", False),
            ("before(n)", False),
        ],
    )  # fmt: skip
    def test_verdict(self, text: str, verdict: bool) -> None:
        assert compile_rule(text, VISITS, SHEETS).verdict is verdict

    def test_the_same_for_the_same_text_and_sheets(self) -> None:
        assert compile_rule("n == 1", VISITS, SHEETS) is compile_rule("n == 1", VISITS, SHEETS)
        copy = VISITS.model_copy()
        assert compile_rule("n == 1", VISITS, SHEETS) is not compile_rule("n == 1", copy, SHEETS)

    def test_over_several_lines(self) -> None:
        assert answer("n == 12\n  and paid\n") is True

    def test_column_goes_before_a_name_of_the_year(self) -> None:
        column = Column(name="new_grade", header="新年级", type="str")
        sheet = NOTES.model_copy(update={"columns": (column,)})
        records = Records({"notes": [{"new_grade": "甲"}]}, YEAR)
        assert compile_rule("new_grade", sheet, SHEETS)(records.scope("notes", 0)) == "甲"

    def test_sheets_that_were_not_handed_in(self) -> None:
        records = Records({"visits": [ROW]}, YEAR)
        for text in ("groups.n == 1", "cover.head == name", "count(groups) == 1"):
            rule = compile_rule(text, VISITS, [VISITS], partial=True)
            assert rule(records.scope("visits", 0)) is None

    def test_form_that_says_nothing(self) -> None:
        records = Records({"visits": [ROW], "cover": []}, YEAR)
        assert compile_rule("cover.head", VISITS, SHEETS)(records.scope("visits", 0)) is None

    def test_fast(self) -> None:
        rows = [{**ROW, "month": f"2024-{1 + n % 12:02d}", "name": f"{n}组"} for n in range(600)]
        rules = [
            compile_rule(text, VISITS, SHEETS)
            for text in (
                "10 <= n <= 20 and paid",
                "n <= total(groups.n)",
                "semester(day) == '第一学期'",
                "name in values(groups.name)",
                "n == before(n) or n * 2 - 1 > share",
            )
        ]
        begun = perf_counter()
        for _ in range(10):
            records = Records({"visits": rows, "groups": GROUP_ROWS}, YEAR)
            for position in range(600):
                scope = records.scope("visits", position)
                for rule in rules:
                    rule(scope)
        # A tenth of a hundred colleges, on whatever machine this runs.
        assert perf_counter() - begun < 1

    @pytest.mark.parametrize(
        "text",
        [
            "count(visits, name=name) == 1",
            "count(visits, paid=True, name=name) == 1",
            "total(visits.n) == 199990000",
            "total(visits.n, paid=True) == 199990000",
            "'没有' not in values(visits.name)",
            "-1 not in values(visits.n)",
        ],
    )
    def test_no_row_goes_through_the_whole_sheet_again(self, text: str) -> None:
        rows = [{"month": f"{n}", "name": f"{n}组", "n": n, "paid": True} for n in range(20_000)]
        records = Records({"visits": rows}, YEAR)
        rule = compile_rule(text, VISITS, SHEETS)
        begun = perf_counter()
        assert all(rule(records.scope("visits", n)) for n in range(20_000))
        assert perf_counter() - begun < 5


class TestRefusals:
    COLUMNS = "、".join(sorted([*ROW, "first_day", "last_day", "new_grade", "year_start"]))

    def test_unknown_column(self) -> None:
        assert refusal("nmae == '甲'") == f"“走访”表没有列“nmae”；是不是“name”；有：{self.COLUMNS}"
        assert refusal("xyz == 1") == f"“走访”表没有列“xyz”；有：{self.COLUMNS}"

    def test_unknown_column_of_another_sheet(self) -> None:
        there = "有：grade、here、n、n_guests、name、tutor"
        assert refusal("total(groups.m) == 1") == f"“小组”表没有列“m”；{there}"
        assert refusal("count(groups, hre=1) == 1") == f"“小组”表没有列“hre”；是不是“here”；{there}"
        assert (
            refusal("cover.heed == 1")
            == "“概况”表没有列“heed”；是不是“head”；有：head、n_all、phone"
        )

    def test_unknown_sheet(self) -> None:
        there = "有：cover、groups、notes、visits"
        assert refusal("count(group) == 1") == f"没有表“group”；是不是“groups”；{there}"
        assert refusal("zzz.head == 1") == f"没有表“zzz”；{there}"

    def test_unknown_function(self) -> None:
        there = "有：before、count、days、filled、length、month、semester、total、values"
        assert refusal("totl(groups.n) == 1") == f"没有函数“totl”；是不是“total”；{there}"
        assert refusal("print(n)") == f"没有函数“print”；{there}"

    def test_table_where_only_a_form_can_be(self) -> None:
        assert refusal("groups.n == 1") == (
            "“小组”表有许多行，不能只写“groups.n”，请用 total、count 或 values"
        )

    @pytest.mark.parametrize(
        ("text", "usage"),
        [
            ("total(n)", "total(表.列)，可加“, 列=值”限定行"),
            ("total(groups)", "total(表.列)，可加“, 列=值”限定行"),
            ("total(groups.n, **n)", "total(表.列)，可加“, 列=值”限定行"),
            ("count(groups.n)", "count(表)，可加“, 列=值”限定行"),
            ("count(groups, n=1, n=2)", "count(表)，可加“, 列=值”限定行"),
            ("count()", "count(表)，可加“, 列=值”限定行"),
            ("values(groups.n, groups.n)", "values(表.列)，可加“, 列=值”限定行"),
            ("before(n + 1)", "before(本表的列)"),
            ("before(groups.n)", "before(本表的列)"),
            ("filled(n, n)", "filled(本表的列)"),
            ("filled(n=1)", "filled(本表的列)"),
            ("days(day)", "days(起, 止)"),
            ("month(day, at)", "month(日期)"),
            ("semester()", "semester(日期)"),
            ("length(text=1)", "length(文字)"),
        ],
    )
    def test_wrong_arguments(self, text: str, usage: str) -> None:
        assert refusal(text) == f"函数要写成 {usage}"

    def test_before_without_a_key(self) -> None:
        assert refusal("before(text) == '1'", NOTES) == (
            "“随记”表没有主键，分不出先后，不能用 before"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "lambda: 1", "n ** 2", "n // 2", "n % 2", "n if paid else 1", "[n for n in text]",
            "{1: 2}", "{1, 2}", "text[0]", "text.upper()", "f'{n}'", "b'1'", "...", "1j", "1e999",
            "~n", "+n", "n is 1", "(n := 1)", "n & 1", "cover.head.x", "(lambda: 1)()",
        ],
    )  # fmt: skip
    def test_what_python_allows_and_rules_do_not(self, text: str) -> None:
        shown = text.removeprefix("(").removesuffix(")") if text == "(n := 1)" else text
        assert refusal(text) == f"不能用“{shown}”这样的写法"

    def test_none(self) -> None:
        assert refusal("n == None") == "不能用 None；要问一格是否填写，请写 filled(列)"

    def test_only_constants_in_brackets(self) -> None:
        assert refusal("n in (1, share)") == "括号里只能列出数字和文字，不能写“share”"
        assert refusal("n in (1, -True)") == "不能用“-True”这样的写法"

    @pytest.mark.parametrize(
        "text",
        [
            "", "n ==", "n = 1", "n == 1，2", "(n", "import os", "n == 1; n == 2", "n == '\\d'",
            "n\0",
        ],
    )  # fmt: skip
    def test_no_expression(self, text: str) -> None:
        assert refusal(text) == f"不是能读懂的表达式：“{text}”"

    def test_too_long(self) -> None:
        text = "n == 1" + " " * 995
        assert refusal(text) == "表达式太长：有 1001 个字符，最多 1000 个，请拆成几条"

    @pytest.mark.parametrize("depth", [31, 190, 450])
    def test_too_deep(self, depth: int) -> None:
        deep = f"{'not ' * min(depth, 240)}paid"
        assert refusal(deep) == "表达式嵌套太深：最多 30 层，请拆成几条"
        brackets = refusal(f"{'(' * depth}n + 1{')' * depth} + {'-' * 40}n")
        assert brackets.startswith(("表达式嵌套太深：最多 30 层", "不是能读懂的表达式："))


class TestTexts:
    def test_values_as_people_write_them(self) -> None:
        text = compile_text(
            "{n}，{share}，{paid}，{day}，{at}，{n / 7}，{total(groups.n)}，{name}。",
            VISITS,
            SHEETS,
        )
        records = Records({"visits": [ROW], "groups": GROUP_ROWS}, YEAR)
        assert text(records.scope("visits", 0)) == (
            "12，0.3，是，2024-10-12，2024-10-12 21:30，1.7143，60，甲组。"
        )

    def test_what_is_blank_or_hidden(self) -> None:
        text = compile_text("{n}{name}{name == '甲组'}{cover.phone}", VISITS, SHEETS)
        tables = {"visits": [{**ROW, "n": None}], "cover": [{"phone": "13800138000"}]}
        scope = Records(tables, YEAR).scope("visits", 0)
        assert text(scope) == "（空）甲组是******"
        assert text(scope, {"name"}, {("cover", "phone")}) == "（空）（不显示）（不显示）（不显示）"

    def test_unknown_name(self) -> None:
        with pytest.raises(ValueError, match="没有列“txt”；是不是“text”；有："):
            compile_text("写的是{txt}", NOTES, SHEETS)

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (True, "是"),
            (False, "否"),
            (12, "12"),
            (0, "0"),
            (Decimal("98.50"), "98.5"),
            (Decimal("100.00"), "100"),
            (Decimal("1E+2"), "100"),
            (Decimal(1) / Decimal(3), "0.3333"),
            (Decimal("-0.5"), "-0.5"),
            (Decimal("1E+90"), "1E+90"),
            (Decimal("0.00001"), "0"),
            (Decimal("NaN"), "NaN"),
            (date(2024, 9, 1), "2024-09-01"),
            (datetime(2024, 9, 1, 8, 5), "2024-09-01 08:05"),  # noqa: DTZ001
            ("甲", "甲"),
        ],
    )
    def test_written(self, value: object, text: str) -> None:
        assert written(value) == text


def rule(**given: object) -> Rule:
    texts = {"code": "C03", "what": "不等", "rule": "相等", "mend": "请改正"}
    return Rule.model_validate({**texts, **given})


class TestFaultsOfADefinition:
    def test_none(self) -> None:
        sheet = VISITS.model_copy(
            update={"rules": (rule(must="n > 0", when="paid", at="n", spoils=("n",)),)}
        )
        assert list(rule_faults(sheet, SHEETS)) == []

    def test_every_fault_with_its_place(self) -> None:
        rules = (
            rule(must="nn > 0", when="paidd", what="{nnn}", at="x", spoils=("n", "y")),
            rule(must="n + 1", mend="{}"),
            rule(must="count(groups) > 0"),
        )
        columns = (
            *VISITS.columns[:2],
            Column(name="n", header="人数", type="int", required_when="m > 0", refers="group.n"),
            Column(name="paid", header="付费", type="bool", refers="groups.m", refers_when="nn"),
            Column(name="text", header="说明", type="text", refers_when="n > 0"),
        )
        sheet = VISITS.model_copy(update={"rules": rules, "columns": columns})
        there = "有：first_day、last_day、month、n、name、new_grade、paid、text、year_start"
        assert list(rule_faults(sheet, (COVER, GROUPS, sheet))) == [
            f"rules[0].must: “走访”表没有列“nn”；是不是“n”；{there}",
            f"rules[0].when: “走访”表没有列“paidd”；是不是“paid”；{there}",
            f"rules[0].what: “走访”表没有列“nnn”；{there}",
            "rules[0].at: 没有名为“x”的列",
            "rules[0].spoils: 没有名为“y”的列",
            "rules[1].must: “n + 1”不是一个判断，应能回答是或否",
            "rules[1].mend: 不是能读懂的表达式：“”",
            "rules[2].at: must 中没有本表的列，请用 at 写明问题标在哪一列",
            f"columns[2].required_when: “走访”表没有列“m”；{there}",
            "columns[2].refers: 没有名为“group”的表",
            f"columns[3].refers_when: “走访”表没有列“nn”；是不是“n”；{there}",
            "columns[3].refers: “小组”表没有名为“m”的列",
            "columns[4].refers_when: 没有写 refers，这个条件不起作用",
        ]
