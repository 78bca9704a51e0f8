from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from evalkit.errors import DefinitionError
from evalkit.ledger import load_ledger
from evalkit.ledger.model import normalise

COLLEGE_COLUMNS = {
    "S00": 16,
    "S01": 7,
    "S02": 9,
    "S03": 8,
    "S04": 8,
    "S05": 9,
    "S06": 11,
    "S07": 10,
    "S08": 16,
    "S09": 11,
    "S10": 10,
    "S11": 19,
    "S12": 9,
    "S13": 10,
    "S14": 11,
    "S15": 15,
    "S16": 15,
    "S17": 10,
    "S18": 9,
    "S19": 10,
    "S20": 9,
    "S21": 8,
    "S22": 6,
    "S23": 16,
}
CENTRE_COLUMNS = {"X01": 8, "X02": 6, "X03": 3, "X04": 5, "X05": 5}
CORE = {
    *("S00", "S01", "S02", "S05", "S06", "S07", "S08", "S09"),
    *("S10", "S11", "S13", "S14", "S15", "S16", "S21", "S23"),
}


def test_the_built_in_ledger_has_every_sheet_with_every_column() -> None:
    ledger = load_ledger()
    assert {s.id: len(s.columns) for s in ledger.of("college")} == COLLEGE_COLUMNS
    assert {s.id: len(s.columns) for s in ledger.of("centre")} == CENTRE_COLUMNS
    assert [s.id for s in ledger.sheets] == [*COLLEGE_COLUMNS, *CENTRE_COLUMNS]


def test_core_forms_and_coded_sheets() -> None:
    sheets = load_ledger().sheets
    assert {s.id for s in sheets if s.core} == CORE
    assert [s.id for s in sheets if s.layout == "form"] == ["S00", "S23"]
    assert [s.id for s in sheets if s.coded] == ["S16", "S17"]


def test_a_sheet_is_found_by_number_and_by_name() -> None:
    ledger = load_ledger()
    assert ledger["S08"] is ledger["activities"]
    with pytest.raises(KeyError, match="S99"):
        ledger["S99"]


def test_every_sheet_says_what_a_row_is_and_what_belongs_in_it() -> None:
    for sheet in load_ledger().sheets:
        assert sheet.rows, sheet.id
        assert sheet.note.endswith("。"), sheet.id
        assert not sheet.rows.endswith("。"), sheet.id


def test_keys() -> None:
    keys = {s.id: s.key for s in load_ledger().sheets if s.key}
    assert keys == {
        "S01": ("class_name",),
        "S02": ("plan_id",),
        "S03": ("kind", "title", "date"),
        "S04": ("room_name", "location"),
        "S06": ("name", "role", "from_date"),
        "S07": ("name", "title", "start"),
        "S08": ("activity_id",),
        "S09": ("peer_id", "peer_role"),
        "S10": ("training_id", "peer_role", "grade"),
        "S11": ("wave", "grade"),
        "S12": ("semester", "round", "start"),
        "S13": ("month", "channel", "counsellor"),
        "S14": ("group_id",),
        "S15": ("month",),
        "S16": ("case_code",),
        "S17": ("event_code",),
        "S18": ("peer_act_id",),
        "S19": ("kind", "title"),
        "S20": ("title", "owner", "date"),
        "S22": ("no",),
        "X01": ("task_id", "college_code"),
        "X03": ("key", "value"),
        "X05": ("college_code", "source"),
    }


def test_contacts_and_certificate_numbers_never_leave_the_workbook() -> None:
    private = {(s.id, c.name) for s in load_ledger().sheets for c in s.columns if c.private}
    assert private == {
        ("S06", "cert_no"),
        ("S23", "email"),
        ("S23", "mobile"),
        ("S23", "cert_no"),
    }


def test_college_codes_look_the_same_everywhere() -> None:
    columns = [
        (s.id, c.pattern)
        for s in load_ledger().sheets
        for c in s.columns
        if c.name == "college_code"
    ]
    assert columns == [(name, r"C\d{2,}") for name in ("S00", "X01", "X02", "X04", "X05")]


def test_a_pattern_always_comes_with_words_that_explain_it() -> None:
    for sheet in load_ledger().sheets:
        for column in sheet.columns:
            assert column.note or column.pattern is None, f"{sheet.id}.{column.name}"


def test_bounds_are_exact_and_headers_are_compared_without_their_dress() -> None:
    ledger = load_ledger()
    assert ledger["S07"].column("hours").minimum == Decimal("0.5")
    assert normalise(" 分管党总支书记(副书记)* ") in ledger["S00"].column("leader_name").names
    with pytest.raises(KeyError, match=r"activities\.budget"):
        ledger["S08"].column("budget")


def test_an_override_replaces_and_adds_sheets(tmp_path: Path) -> None:
    (tmp_path / "activities.yaml").write_text(
        """
        id: S08
        name: activities
        title: 活动一览
        workbook: college
        columns:
          - {name: title, header: 活动名称, type: text, required: always}
        """,
        encoding="utf-8",
    )
    (tmp_path / "hotline.yml").write_text(
        """
        id: S24
        name: hotline
        title: 心理热线
        workbook: college
        key: [month]
        columns:
          - {name: month, header: 月份, type: ym, required: always}
          - {name: n_calls, header: 来电次数, type: int, required: always, minimum: 0}
        """,
        encoding="utf-8",
    )
    ledger = load_ledger(tmp_path)
    assert [s.id for s in ledger.sheets] == [*COLLEGE_COLUMNS, "S24", *CENTRE_COLUMNS]
    assert ledger["activities"].title == "活动一览"
    assert [c.name for c in ledger["activities"].columns] == ["title"]
    assert ledger["hotline"].tab == "S24 心理热线"
    assert load_ledger()["activities"].title == "活动台账"


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    files = {
        "a_syntax.yaml": """\
            id: S30
            title: [热线
            """,
        "b_schema.yaml": """\
            id: "30"
            name: hotline
            titel: 心理热线
            workbook: college
            columns:
              - {name: month, header: 月份, type: ym, minimum: 一}
              - {name: n_calls, type: int}
            """,
        "c_sense.yaml": """\
            id: S31
            name: hotline
            title: 热线/来电
            workbook: college
            key: [day]
            columns:
              - {name: channel, header: 渠道, type: enum}
              - {name: month, header: 月份, type: ym, aliases: [时间]}
              - {name: time, header: "时 间", type: str}
              - {name: n_calls, header: 来电次数, type: int, minimum: 9, maximum: 1}
              - {name: code, header: 编号, type: id, pattern: "H("}
              - {name: reason, header: 原因, type: text, required: conditional}
              - {name: remark, header: 说明, type: text}
              - {name: remark, header: 备注, type: text}
            """,
        "d_taken.yaml": """\
            id: S31
            name: activities
            title: 活动一览
            workbook: college
            columns:
              - {name: title, header: 活动名称, type: text}
            """,
        "e_list.yaml": "- id: S32\n",
        "e_none.yaml": "{id: S32, name: empty, title: 空表, workbook: college, columns: []}",
        "f_twice.yaml": "id: S33\nid: S34\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_ledger(tmp_path)
    assert str(caught.value) == dedent(f"""\
        台账定义 {tmp_path} 有 21 处问题，请逐条改正：
          1. a_syntax.yaml › 第 3 行第 1 列：不是合格的 YAML，请检查缩进、冒号与引号
          2. b_schema.yaml › id: 写法不合要求（应符合 ^[A-Z]\\d{{2}}$），现为 '30'
          3. b_schema.yaml › title: 缺少这一项
          4. b_schema.yaml › columns[0].minimum: 应为数字，现为 '一'
          5. b_schema.yaml › columns[1].header: 缺少这一项
          6. b_schema.yaml › titel: 不认识这一项，请检查拼写或删去，现为 '心理热线'
          7. c_sense.yaml › title: 表名会写在工作表的标签上，不能含有 [ ] : * ? / \\
          8. c_sense.yaml › columns[0].allowed: 选项列缺少可选值
          9. c_sense.yaml › columns[1].header: 表头或别名与同表的另一列相同
          10. c_sense.yaml › columns[2].header: 表头或别名与同表的另一列相同
          11. c_sense.yaml › columns[3].minimum: 下限大于上限
          12. c_sense.yaml › columns[4].pattern: 不是合格的正则表达式
          13. c_sense.yaml › columns[5].when: 条件必填的列要写明什么情况下必填
          14. c_sense.yaml › columns[6].name: 列名“remark”重复
          15. c_sense.yaml › columns[7].name: 列名“remark”重复
          16. c_sense.yaml › key: 没有名为“day”的列
          17. d_taken.yaml › id: 表号 S31 已被另一个文件使用
          18. d_taken.yaml › name: 表 S08 已经叫“activities”
          19. e_list.yaml › （文件开头）: 应为“名称: 值”的对照表
          20. e_none.yaml › columns: 至少要有一列
          21. f_twice.yaml › 第 2 行第 1 列：“id”出现了两次""")


def test_a_folder_that_is_not_there_is_not_an_empty_one(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with pytest.raises(DefinitionError) as caught:
        load_ledger(folder)
    assert str(caught.value) == (
        f"台账定义 {folder} 有 1 处问题，请逐条改正：\n"
        "  1. 文件夹不存在，请检查 evalkit.toml 中 paths.ledger 写的路径"
    )
