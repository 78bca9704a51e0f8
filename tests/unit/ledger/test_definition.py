"""The built-in ledger: its columns against the domain's list, its rules against slips."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from evalkit.ledger import Column, Rule, Sheet, load_ledger
from evalkit.ledger.codes import CODES
from evalkit.ledger.rules import Records, Value, compile_rule, compile_text
from evalkit.workspace import AcademicYear

DATA = Path(__file__).parents[2] / "data"
YEAR = AcademicYear(2024)

Row = dict[str, Value]


def parsed(text: str) -> dict[str, str]:
    """Read “n_valid=42；text=点×301”."""
    pairs = [part.strip().partition("=") for part in text.split("；") if part.strip()]
    repeated = [(name, *value.partition("×")) for name, _, value in pairs]
    return {name: word * int(times or 1) for name, word, _, times in repeated}


SMALL_COLLEGE = {
    name: parsed(text)
    for name, text in {
        "base_info": "n_students=43；n_freshmen=43；n_classes=1；n_dorms=8",
        "peer_training": "n_expected=1；n_attend=1",
        "activities": "n_attend=120",
        "checks": "n_required=43；n_checked=43",
        "monthly": "n_classes_due=1；n_classes_in=1",
        "screening": (
            "n_enrolled=43；n_exempt=2；n_required=41；n_first=40；n_valid=41；n_l1=1；n_l2=2；n_l3=3；"
            "n_l1_interviewed=1；n_l2_interviewed=2；n_to_key=1；n_files=41；rate_reported=100"
        ),
    }.items()
}
"""Where the examples of a college of one class have to be other than those of the template."""


def typed(text: str, column: Column) -> Value:
    if text in ("", "空"):
        return None
    match column.type:
        case "int":
            return int(text)
        case "dec" | "money" | "pct":
            return Decimal(text)
        case "bool":
            return text == "是"
        case "date":
            return date.fromisoformat(text)
        case "datetime":
            return datetime.fromisoformat(text)
    return text


def record(sheet: Sheet, changes: dict[str, str]) -> Row:
    given = {column.name: column.example for column in sheet.columns}
    given |= SMALL_COLLEGE.get(sheet.name, {}) | changes
    return {name: typed(text, sheet.column(name)) for name, text in given.items()}


def broken(sheet: Sheet, changes: str, others: str = "") -> list[tuple[Rule, str]]:
    """Return the rules that the example of a sheet breaks when changed, with what they say.

    ``others`` are rows of one sheet, such as “class_base：| grade=2023级”; of the sheet itself it
    is the last row that is changed.
    """
    ledger = load_ledger()
    sheets = [*ledger.of(sheet.workbook)]
    tables = {each.name: [record(each, {})] for each in sheets}
    name, _, rows = others.partition("：")
    if name:
        tables[name] = [record(ledger[name], parsed(row)) for row in rows.split("|")]
    tables[sheet.name][-1] = record(sheet, parsed(changes))
    records = Records(tables, YEAR)
    scope = records.scope(sheet.name, len(tables[sheet.name]) - 1)
    return [
        (rule, compile_text(rule.what, sheet, sheets)(scope))
        for rule in sheet.rules
        if (not rule.when or compile_rule(rule.when, sheet, sheets)(scope) is True)
        and compile_rule(rule.must, sheet, sheets)(scope) is False
    ]


def spec(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def slips() -> dict[tuple[str, str, str], list[list[str]]]:
    """The table of slips: what each sheet says when changed in one way."""
    found: dict[tuple[str, str, str], list[list[str]]] = {}
    for row in spec("broken_rules.csv"):
        told = [row[name] for name in ("代码", "程度", "列", "问题")]
        found.setdefault((row["表"], row["改动"], row["另一张表"]), []).append(told)
    return found


def place_of(rule: Rule, sheet: Sheet) -> str:
    sheets = [*load_ledger().of(sheet.workbook)]
    return rule.at or compile_rule(rule.must, sheet, sheets).columns[0]


@pytest.mark.parametrize("case", slips(), ids=lambda case: f"{case[0]} {case[1]}"[:60])
def test_a_slip_is_told_at_its_cell(case: tuple[str, str, str]) -> None:
    sheet = load_ledger()[case[0]]
    found = broken(sheet, case[1], case[2])
    told = [[rule.code, rule.severity, place_of(rule, sheet), what] for rule, what in found]
    assert told == slips()[case]


def test_every_rule_has_a_slip_that_breaks_it() -> None:
    ledger = load_ledger()
    told = {
        (sheet_id, rule.must, rule.when)
        for sheet_id, changes, others in slips()
        for rule, _ in broken(ledger[sheet_id], changes, others)
    }
    rules = {(sheet.id, rule.must, rule.when) for sheet in ledger.sheets for rule in sheet.rules}
    assert rules - told == set()


def test_the_examples_break_no_rule() -> None:
    assert [rule.must for sheet in load_ledger().sheets for rule, _ in broken(sheet, "")] == []


def test_every_column_has_an_example() -> None:
    lacking = [
        f"{sheet.name}.{column.name}"
        for sheet in load_ledger().sheets
        for column in sheet.columns
        if not column.example
    ]
    assert lacking == []


def test_what_a_rule_says_is_a_sentence_that_goes_on() -> None:
    for sheet in load_ledger().sheets:
        for rule in sheet.rules:
            for text in (rule.what, rule.rule, rule.mend):
                assert not text.endswith(("。", "，", "；")), f"{sheet.id} {rule.must}"
            assert rule.mend.startswith("请") or "请" in rule.mend or "不用改" in rule.mend
            assert rule.code in CODES


def test_a_rule_that_only_warns_spoils_nothing() -> None:
    named = [
        (sheet.id, rule.must)
        for sheet in load_ledger().sheets
        for rule in sheet.rules
        if rule.severity != "E" and rule.spoils is not None
    ]
    assert named == []


# Against the domain's list of columns.

TYPES = {"enum*": "enums"}

OTHER_TYPES = {
    # A school's colleges and a rubric's indicators are no part of the ledger's definition.
    ("base_info", "college_name"): "str",
    ("head_form", "college_name"): "str",
    ("plan_items", "rubric_item"): "str",
    ("daily_log", "rubric_item"): "str",
    # Grades have a type of their own, which reads 22级, 大三 and 2022 级.
    ("class_base", "grade"): "grade",
    ("peer_roster", "grade"): "grade",
    ("peer_training", "grade"): "grade",
    ("screening", "grade"): "grade",
    ("key_students", "grade"): "grade",
    ("activities", "grades"): "grades",
}
OTHER_REQUIREMENTS = {
    # Another name of a college is of no use without the college.
    ("calendar_dict", "canonical"): "conditional",
}
OTHER_UNITS = {("activities", "satisfaction"): "分"}
REQUIREMENTS = {"R": "always", "C": "conditional", "O": "optional"}
OURS = {"X04": 5, "X05": 5, "X06": 10}
"""Sheets that the domain's list does not have, with how many columns each has."""


def test_sheets_columns_headers_and_units_are_those_of_the_domain() -> None:
    given = [
        (
            *(row[name] for name in ("sheet_id", "sheet_zh", "sheet_name", "header_zh", "column")),
            OTHER_UNITS.get((row["sheet_name"], row["column"]), row["unit"]),
        )
        for row in spec("ledger_columns.csv")
        if row["sheet_id"] != "J01"
    ]
    found = [
        (sheet.id, sheet.title, sheet.name, column.header, column.name, column.unit)
        for sheet in load_ledger().sheets
        if sheet.id not in OURS
        for column in sheet.columns
    ]
    assert found == given
    assert {s.id: len(s.columns) for s in load_ledger().sheets if s.id in OURS} == OURS


def test_types_and_requirements_are_those_of_the_domain() -> None:
    ledger = load_ledger()
    for row in spec("ledger_columns.csv"):
        if row["sheet_id"] == "J01":
            continue
        place = (row["sheet_name"], row["column"])
        column = ledger[place[0]].column(place[1])
        kind = OTHER_TYPES.get(place, TYPES.get(row["type"], row["type"]))
        required = OTHER_REQUIREMENTS.get(place, REQUIREMENTS[row["required"]])
        assert (place, column.type, column.required) == (place, kind, required)


def test_choices_are_those_of_the_domain() -> None:
    ledger = load_ledger()
    for row in spec("ledger_columns.csv"):
        if row["sheet_id"] == "J01" or "|" not in row["allowed"]:
            continue
        column = ledger[row["sheet_name"]].column(row["column"])
        choices = tuple(part.strip() for part in row["allowed"].split(" (")[0].split("|"))
        if column.type in ("enum", "enums"):
            assert column.allowed == choices, f"{row['sheet_name']}.{column.name}"
        elif column.type == "bool":
            assert choices == ("是", "否")
