"""Rows of all colleges in one frame: types, provenance, and what must not be in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit.intake.columns import Columns, columns_of
from evalkit.intake.frames import definitions_of_frames, table_frame
from evalkit.intake.reads import Row, TableRead
from evalkit.ledger import Column, Sheet, load_ledger

SHEET = Sheet(
    id="S90",
    name="calls",
    title="热线记录",
    workbook="college",
    columns=(
        Column(name="name", header="姓名", type="str", private_where={"role": "学生"}),
        Column(name="role", header="角色", type="enum", allowed=("教师", "学生")),
        Column(name="phone", header="电话", type="str", private=True),
        Column(name="day", header="日期", type="date"),
        Column(name="at", header="时间", type="datetime"),
        Column(name="n", header="人数", type="int"),
        Column(name="hours", header="时长", type="dec"),
        Column(name="done", header="完成", type="bool"),
        Column(name="month", header="月份", type="ym"),
    ),
)
CENTRE = Sheet(
    id="X90",
    name="tasks",
    title="任务",
    workbook="centre",
    columns=(
        Column(name="college_code", header="学院代码", type="id"),
        Column(name="task", header="任务", type="str"),
    ),
)
TYPES = {
    "college_code": "string",
    "name": "string",
    "role": "string",
    "day": "datetime64[us]",
    "at": "datetime64[us]",
    "n": "Int64",
    "hours": "Float64",
    "done": "boolean",
    "month": "string",
    "source_file": "string",
    "source_sheet": "string",
    "source_row": "Int64",
}
FULL = {
    "name": "王芳",
    "role": "教师",
    "phone": "023-1",
    "day": date(2024, 9, 5),
    "at": datetime.fromisoformat("2024-09-05 22:30"),
    "n": 12,
    "hours": Decimal("1.5"),
    "done": True,
    "month": "2024-09",
}


def read(sheet: Sheet, *rows: Mapping[str, Any], file: str = "甲.xlsx") -> Columns:
    made = tuple(Row(values, {}, number) for number, values in enumerate(rows, 5))
    return columns_of(TableRead(sheet, "甲", made, (), file=file))


def test_values_types_and_provenance() -> None:
    frame = table_frame(SHEET, [("C01", read(SHEET, FULL, {"n": 3}))])
    assert frame.dtypes.astype(str).to_dict() == TYPES
    assert frame.loc[0].to_dict() == {
        "college_code": "C01",
        **{name: value for name, value in FULL.items() if name != "phone"},
        "day": pd.Timestamp(2024, 9, 5),
        "at": pd.Timestamp(2024, 9, 5, 22, 30),
        "hours": 1.5,
        "source_file": "甲.xlsx",
        "source_sheet": "甲",
        "source_row": 5,
    }
    assert frame.loc[1].notna().sum() == 5
    assert frame["source_row"].tolist() == [5, 6]


def test_types_are_the_same_without_rows() -> None:
    for frame in (table_frame(SHEET, []), table_frame(SHEET, [("C01", read(SHEET))])):
        assert frame.dtypes.astype(str).to_dict() == TYPES
        assert len(frame) == 0


def test_colleges_stand_below_each_other() -> None:
    frame = table_frame(
        SHEET,
        [("C02", read(SHEET, FULL, file="乙.xlsx")), ("C01", read(SHEET, FULL, FULL))],
    )
    assert frame["college_code"].tolist() == ["C02", "C01", "C01"]
    assert frame["source_file"].tolist() == ["乙.xlsx", "甲.xlsx", "甲.xlsx"]


def test_private_values_are_left_behind() -> None:
    rows = [
        FULL,
        {**FULL, "name": "李小红", "role": "学生"},
        {**FULL, "name": "赵小刚", "role": None},
    ]
    frame = table_frame(SHEET, [("C01", read(SHEET, *rows))])
    assert "phone" not in frame
    assert frame["name"].fillna("").tolist() == ["王芳", "", ""]


def test_centre_says_whose_each_row_is() -> None:
    rows = [{"college_code": "C03", "task": "计划"}, {"college_code": None, "task": "总结"}]
    frame = table_frame(CENTRE, [("", read(CENTRE, *rows))])
    assert frame["college_code"].fillna("").tolist() == ["C03", ""]
    assert list(frame.columns).count("college_code") == 1


def test_college_is_whose_file_it_is_whatever_the_rows_say() -> None:
    rows = read(CENTRE, {"college_code": "C09", "task": "计划"})
    assert table_frame(CENTRE, [("C01", rows)])["college_code"].tolist() == ["C01"]


def test_what_a_school_dropped_stays_in_the_tables_without_a_value(tmp_path: Path) -> None:
    (tmp_path / "change.yaml").write_text(
        "change: S13\ndrop: [n_ref_hospital]\n"
        "columns:\n  - {name: room, header: 房间, type: str}\n",
        "utf-8",
    )
    (tmp_path / "drop.yaml").write_text("drop_sheet: S17\n", "utf-8")
    own, builtin = load_ledger(tmp_path), load_ledger()
    sheets = {sheet.name: sheet for sheet in definitions_of_frames(own)}
    assert list(sheets) == [s.name for s in own.sheets] + ["crisis"]
    frame = table_frame(sheets["individual"], [])
    assert {"room", "n_ref_hospital"} <= set(frame)
    assert frame["n_ref_hospital"].dtype == "Int64"
    assert table_frame(sheets["crisis"], []).dtypes.equals(
        table_frame(builtin["crisis"], []).dtypes
    )
