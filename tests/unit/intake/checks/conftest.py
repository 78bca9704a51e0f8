"""Sheets as the reader hands them over, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.checks import Checked, Setting, check_workbook
from evalkit.intake.table import Row, TableRead
from evalkit.ledger import Column, Sheet
from evalkit.ledger.model import Rule
from evalkit.workspace import AcademicYear

Values = Mapping[str, Any]
Read = Callable[..., TableRead]
Check = Callable[..., Checked]
Texts = Callable[..., list[str]]

SETTING = Setting(AcademicYear(2024), date(2025, 2, 17))


@pytest.fixture
def read() -> Read:
    """Rows from the fifth on, columns from A in the definition's order; a form in column B.

    ``bad`` are addresses of cells in which something stood that could not be used.
    """

    def make(
        sheet: Sheet, rows: Sequence[Values], bad: Sequence[str] = (), *, usable: bool = True
    ) -> TableRead:
        made = []
        for number, values in enumerate(rows, start=5):
            cells = {}
            for place, column in enumerate(sheet.columns):
                cell = f"{chr(65 + place)}{number}"
                if sheet.layout == "form":
                    cell = f"B{place + 3}"
                if column.name in values:
                    cells[column.name] = cell
            made.append(Row(values, cells, 1 if sheet.layout == "form" else number))
        faults = tuple(
            Finding(
                "N02",
                Severity.ERROR,
                Location("台账.xlsx", sheet.title, cell),
                "不是数字",
                "",
                "",
                "",
            )
            for cell in bad
        )
        return TableRead(sheet, sheet.title, tuple(made), faults, usable=usable)

    return make


@pytest.fixture
def check() -> Check:
    """Check sheets that were read."""

    def run(*reads: TableRead, before: Mapping[str, Sequence[Values]] | None = None) -> Checked:
        return check_workbook({r.sheet.name: r for r in reads}, "台账.xlsx", SETTING, before)

    return run


@pytest.fixture
def texts(check: Check) -> Texts:
    """Return what the findings say."""

    def run(*reads: TableRead, before: Mapping[str, Sequence[Values]] | None = None) -> list[str]:
        return [str(finding) for finding in check(*reads, before=before).findings]

    return run


@pytest.fixture
def class_base() -> Sheet:
    """The sheet of classes, with what the checks ask of it."""
    return Sheet(
        id="S01",
        name="class_base",
        title="班级基数",
        workbook="college",
        key=("class_name",),
        columns=(
            Column(name="grade", header="年级", type="grade", required="always"),
            Column(name="class_name", header="班级", type="str", required="always"),
            Column(name="n_in_class", header="班级人数", type="int", required="always"),
        ),
    )


@pytest.fixture
def staff() -> Sheet:
    """The sheet of staff, students under codes."""
    return Sheet(
        id="S06",
        name="staff",
        title="站内人员",
        workbook="college",
        columns=(
            Column(name="name", header="姓名", type="str", private_where={"role": "学生干部"}),
            Column(name="role", header="角色", type="enum", allowed=("站长", "学生干部")),
        ),
    )


@pytest.fixture
def ruled() -> Callable[..., Sheet]:
    """Return a sheet with columns and rules."""

    def make(*rules: Mapping[str, Any], **given: Any) -> Sheet:
        columns = given.pop("columns", None) or (
            Column(name="wave", header="批次", type="str", required="always"),
            Column(name="n_due", header="应测人数", type="int", required="always"),
            Column(name="n_done", header="有效人数", type="int"),
            Column(name="rate", header="参测率", type="pct"),
            Column(name="end", header="结束日期", type="date"),
            Column(name="done", header="是否完成", type="bool"),
            Column(name="phone", header="联系电话", type="str", private=True),
        )
        texts = {"code": "C03", "what": "人数不对", "rule": "不超过", "mend": "请改正"}
        return Sheet(
            **{
                "id": "S90",
                "name": "tests",
                "title": "测评",
                "workbook": "college",
                "columns": columns,
                "rules": tuple(Rule.model_validate({**texts, **rule}) for rule in rules),
                **given,
            }
        )

    return make
