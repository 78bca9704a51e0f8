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
CENTRE_COLUMNS = {"X01": 8, "X02": 6, "X03": 3, "X04": 5, "X05": 5, "X06": 10}
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
    assert [s.id for s in sheets if s.coded] == ["S09", "S16", "S17"]


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
        "X06": ("plan_id",),
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
        台账定义 {tmp_path} 有 22 处问题，请逐条改正：
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
          14. c_sense.yaml › columns[5].required_when: 条件必填的列要写出条件，如 status == '已完成'
          15. c_sense.yaml › columns[6].name: 列名“remark”重复
          16. c_sense.yaml › columns[7].name: 列名“remark”重复
          17. c_sense.yaml › key: 没有名为“day”的列
          18. d_taken.yaml › id: 表号 S31 已被另一个文件使用
          19. d_taken.yaml › name: 表 S08 已经叫“activities”
          20. e_list.yaml › （文件开头）: 应为“名称: 值”的对照表
          21. e_none.yaml › columns: 至少要有一列
          22. f_twice.yaml › 第 2 行第 1 列：“id”出现了两次""")


def test_a_folder_that_is_not_there_is_not_an_empty_one(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with pytest.raises(DefinitionError) as caught:
        load_ledger(folder)
    assert str(caught.value) == (
        f"台账定义 {folder} 有 1 处问题，请逐条改正：\n"
        "  1. 文件夹不存在，请检查 evalkit.toml 中 paths.ledger 写的路径"
    )


def test_the_built_in_ledger_is_read_once() -> None:
    assert load_ledger() is load_ledger()


def test_the_definition_is_held_against_itself(tmp_path: Path) -> None:
    hotline = """\
        id: S30
        name: hotline
        title: 心理热线
        workbook: college
        columns:
          - {name: day, header: 日期, type: date, until: month, example: "2024-9-1"}
          - {name: month, header: 月份, type: ym, until: day, in_year: E, example: "2024-13"}
          - {name: person, header: 接线人, type: str, refers: staff.nome, in_year: W}
          - {name: room, header: 房间, type: str, refers: rooms.name, refers_when: floor > 1}
          - {name: n_calls, header: 次数, type: int, minimum: 1, example: "0"}
          - {name: share, header: 占比, type: dec, step: 0.5, example: "1.3"}
          - {name: kind, header: 类型, type: enum, allowed: [来电, 去电], example: 短信}
          - {name: topics, header: 议题, type: enums, allowed: [学业], example: 学业、家庭}
          - {name: closed, header: 是否结束, type: bool, example: 已结束}
          - {name: code, header: 编号, type: id, pattern: 'H[0-9]+', example: W1}
          - {name: grade, header: 年级, type: grade, example: 大一}
          - {name: began, header: 开始, type: datetime, example: "2024-09-01"}
          - {name: why, header: 原因, type: text, required: conditional, when: 已结束的必填,
             required_when: closed and n_calls}
          - {name: who, header: 对象, type: text, required_when: closed}
        rules:
          - {code: C03, must: n_calls <= n_lines, what: "{n_cals} 次", rule: 不超, mend: 请改}
          - {code: C03, must: n_calls + 1, what: 多, rule: 不多, mend: 请改, at: line,
             spoils: [n_calls, lines]}
          - {code: C03, must: count(class_base) > 0, what: 少, rule: 不少, mend: 请改}
        """
    (tmp_path / "hotline.yaml").write_text(dedent(hotline), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_ledger(tmp_path)
    told = [line.split(". ", 1)[1] for line in str(caught.value).splitlines()[1:]]
    names = (
        "began、closed、code、day、first_day、grade、kind、last_day、month、n_calls、new_grade、"
        "person、room、share、topics、who、why、year_start"
    )
    assert told == [
        "hotline.yaml › columns[0].example: “2024-9-1”不是这一列能填的内容",
        "hotline.yaml › columns[1].example: “2024-13”不是这一列能填的内容",
        "hotline.yaml › columns[2].in_year: 只用于日期、月份和时间",
        "hotline.yaml › columns[4].example: “0”不是这一列能填的内容",
        "hotline.yaml › columns[5].example: “1.3”不是这一列能填的内容",
        "hotline.yaml › columns[6].example: “短信”不是这一列能填的内容",
        "hotline.yaml › columns[7].example: “学业、家庭”不是这一列能填的内容",
        "hotline.yaml › columns[8].example: “已结束”不是这一列能填的内容",
        "hotline.yaml › columns[9].example: “W1”不是这一列能填的内容",
        "hotline.yaml › columns[10].example: “大一”不是这一列能填的内容",
        "hotline.yaml › columns[11].example: “2024-09-01”不是这一列能填的内容",
        "hotline.yaml › columns[13].required: 写了 required_when 的列应为 conditional",
        "hotline.yaml › columns[0].until: 只能从一个日期列指向另一个日期列",
        "hotline.yaml › columns[1].until: 只能从一个日期列指向另一个日期列",
        f"hotline.yaml › rules[0].must: “心理热线”表没有列“n_lines”；有：{names}",
        f"hotline.yaml › rules[0].what: “心理热线”表没有列“n_cals”；是不是“n_calls”；有：{names}",
        "hotline.yaml › rules[1].must: “n_calls + 1”不是一个判断，应能回答是或否",
        "hotline.yaml › rules[1].at: 没有名为“line”的列",
        "hotline.yaml › rules[1].spoils: 没有名为“lines”的列",
        "hotline.yaml › rules[2].at: must 中没有本表的列，请用 at 写明问题标在哪一列",
        "hotline.yaml › columns[2].refers: “站内人员”表没有名为“nome”的列",
        f"hotline.yaml › columns[3].refers_when: “心理热线”表没有列“floor”；有：{names}",
        "hotline.yaml › columns[3].refers: 没有名为“rooms”的表",
    ]
