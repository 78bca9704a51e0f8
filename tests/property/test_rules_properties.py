"""Any expression over any values: it never raises, and agrees with Python where nothing lacks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from evalkit.ledger import Column, Sheet
from evalkit.ledger.rules import UNUSABLE, Records, compile_rule, written
from evalkit.workspace import AcademicYear

SHEET = Sheet(
    id="S90",
    name="own",
    title="本表",
    workbook="college",
    key=("a",),
    columns=(
        Column(name="a", header="甲", type="int"),
        Column(name="b", header="乙", type="dec"),
        Column(name="s", header="丙", type="str"),
        Column(name="e", header="丁", type="enums", allowed=("x", "y")),
        Column(name="t", header="戊", type="bool", required="always"),
        Column(name="d", header="己", type="date"),
        Column(name="m", header="庚", type="datetime"),
    ),
)
FORM = Sheet(
    id="S91",
    name="form",
    title="概况",
    workbook="college",
    layout="form",
    columns=(Column(name="x", header="甲", type="int"),),
)
NAMES = tuple(column.name for column in SHEET.columns)
YEAR = AcademicYear(2024)

texts = st.text("xy、, 甲2", max_size=4)
values = st.one_of(
    st.none(),
    st.just(UNUSABLE),
    st.booleans(),
    st.integers(-50, 50),
    st.integers(),
    st.decimals(allow_nan=True, allow_infinity=True),
    texts,
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
)
rows = st.dictionaries(st.sampled_from(NAMES), values)
tables = st.fixed_dictionaries(
    {"own": st.lists(rows, min_size=1, max_size=5)},
    optional={"form": st.lists(st.dictionaries(st.just("x"), values), max_size=1)},
)

_operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])
_leaves = st.one_of(
    st.sampled_from([*NAMES, "form.x", "year_start", "first_day", "last_day", "new_grade"]),
    st.sampled_from(["0", "1", "-2", "0.5", "'x'", "'甲'", "True", "(1, 'x')", "['y']", "()"]),
    st.builds("before({})".format, st.sampled_from(NAMES)),
    st.builds("filled({})".format, st.sampled_from(NAMES)),
    st.builds("total(own.{}, {}={})".format, *[st.sampled_from(NAMES)] * 3),
    st.builds("values(own.{}, {}={})".format, *[st.sampled_from(NAMES)] * 3),
    st.sampled_from(["count(own)", "count(form)", "values(form.x)", "total(form.x)"]),
)


def _branches(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, parts, _operators, parts),
        st.builds("({} {} {} {} {})".format, parts, _operators, parts, _operators, parts),
        st.builds("({} {} {})".format, parts, st.sampled_from("+-*/"), parts),
        st.builds("({} {} {})".format, parts, st.sampled_from(["and", "or"]), parts),
        st.builds("(not {})".format, parts),
        st.builds("(-{})".format, parts),
        st.builds("{}({})".format, st.sampled_from(["month", "semester", "length"]), parts),
        st.builds("days({}, {})".format, parts, parts),
        st.builds("count(own, {}={})".format, st.sampled_from(NAMES), parts),
    )


expressions = st.recursive(_leaves, _branches, max_leaves=12)


@given(expressions, tables)
@example("a", {"own": [{"a": Decimal("sNaN")}]})
@example("a * a", {"own": [{"a": Decimal("1E+999999")}]})
@example("a < b", {"own": [{"a": Decimal("NaN"), "b": Decimal(1)}]})
def test_no_expression_raises_on_any_values(
    text: str, found: Mapping[str, list[Mapping[str, object]]]
) -> None:
    rule = compile_rule(text, SHEET, [SHEET, FORM])
    records = Records(found, YEAR)
    for position in range(len(found["own"])):
        value = rule(records.scope("own", position))
        if rule.verdict and not text.startswith(("t", "before")):
            assert value in (True, False, None)
        assert not isinstance(value, float)
        assert isinstance(written(value), str)


@given(st.text(max_size=40) | st.text("abst()'\"=<>+-*/., 0e\n#\\{}[]:@", max_size=60))
@example("(" * 300)
@example("-" * 900 + "a")
@example("a\x00")
@example("a.b.c(**d)")
def test_any_text_is_an_expression_or_is_refused_in_chinese(text: str) -> None:
    refusal = "中文"
    try:
        compile_rule(text, SHEET, [SHEET, FORM])
    except ValueError as error:
        refusal = str(error)
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal.replace(text, ""))


THREE = st.sampled_from([True, False, None])
LITERALS = {True: "(1 == 1)", False: "(1 == 2)", None: "(a == 1)"}


@given(st.lists(THREE, min_size=2, max_size=6))
def test_junctions_of_three_values(given_values: list[bool | None]) -> None:
    scope = Records({"own": [{}]}, YEAR).scope("own", 0)

    def value(word: str) -> object:
        text = f" {word} ".join(LITERALS[each] for each in given_values)
        return compile_rule(text, SHEET, [SHEET])(scope)

    lacking = None in given_values
    assert value("and") is (False if False in given_values else None if lacking else True)
    assert value("or") is (True if True in given_values else None if lacking else False)


@given(THREE, THREE)
def test_de_morgan(left: bool | None, right: bool | None) -> None:
    scope = Records({"own": [{}]}, YEAR).scope("own", 0)
    one, two = LITERALS[left], LITERALS[right]
    first = compile_rule(f"not ({one} and {two})", SHEET, [SHEET])(scope)
    second = compile_rule(f"not {one} or not {two}", SHEET, [SHEET])(scope)
    assert first is second


numbers = st.one_of(st.integers(-1000, 1000), st.decimals(-1000, 1000, places=2, allow_nan=False))
_number_leaves = st.sampled_from(["a", "b", "3", "0.25", "17"])
_sums = st.recursive(
    _number_leaves,
    lambda parts: (
        st.builds("({} {} {})".format, parts, st.sampled_from("+-*"), parts)
        | st.builds("(-{})".format, parts)
    ),
    max_leaves=6,
)
_comparisons = st.builds(
    "({} {} {})".format, _sums, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), _sums
)
_verdicts = st.recursive(
    _comparisons,
    lambda parts: (
        st.builds("({} {} {})".format, parts, st.sampled_from(["and", "or"]), parts)
        | st.builds("(not {})".format, parts)
    ),
    max_leaves=5,
)


@given(_verdicts | _sums, numbers, numbers)
def test_agrees_with_python(text: str, a: int | Decimal, b: int | Decimal) -> None:
    scope = Records({"own": [{"a": a, "b": b}]}, YEAR).scope("own", 0)
    found = compile_rule(text, SHEET, [SHEET])(scope)
    names = {"a": Fraction(a), "b": Fraction(b), "quarter": Fraction(1, 4)}
    wanted = eval(text.replace("0.25", "quarter"), names)  # noqa: S307 -- our own text
    assert isinstance(found, (bool, int, Decimal))
    assert Fraction(found) == Fraction(wanted)
    assert isinstance(found, bool) is isinstance(wanted, bool)


@given(st.lists(st.integers(-99, 99)), st.lists(st.booleans()))
def test_sums_and_counts_agree_with_python(counts: list[int], flags: list[bool]) -> None:
    own = [{"a": a, "t": t} for a, t in zip(counts, flags, strict=False)]
    records = Records({"own": [{"a": 0, "t": True}, *own]}, YEAR)
    scope = records.scope("own", 0)
    total = compile_rule("total(own.a, t=True)", SHEET, [SHEET])(scope)
    count = compile_rule("count(own, t=False)", SHEET, [SHEET])(scope)
    assert total == sum(row["a"] for row in own if row["t"])
    assert count == sum(not row["t"] for row in own)


@given(st.dates(), st.datetimes())
def test_days_and_moments_compare_as_days(day: date, moment: datetime) -> None:
    scope = Records({"own": [{"d": day, "m": moment}]}, YEAR).scope("own", 0)

    def value(text: str) -> object:
        return compile_rule(text, SHEET, [SHEET])(scope)

    assert value("d == m") is (day == moment.date())
    assert value("d < m") is (day < moment.date())
    assert value("days(d, m)") == (moment.date() - day).days
