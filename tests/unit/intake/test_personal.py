"""Personal data block a sheet, are never echoed, and are not seen where there are none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from evalkit.intake.cells import Context
from evalkit.intake.names_of_students import has_named_student, is_full_name, is_word_of_names
from evalkit.intake.sheets import read_sheet
from evalkit.intake.table import TableRead
from evalkit.ledger import Ledger
from evalkit.spreadsheets import RawSheet
from evalkit.workspace import AcademicYear

Filled = Callable[..., RawSheet]
Sheets = Callable[..., RawSheet]

IDENTITY, MOBILE, STUDENT = "500101200503070012", "13800138000", "2024010203"
CASE = {
    "case_code": "K-C01001",
    "grade": "2024级",
    "level": "二级",
    "issue": "学业",
    "opened_on": date(2024, 10, 8),
    "has_plan": "是",
    "owner": "王芳",
    "measures": "谈心谈话",
    "n_done": 3,
    "last_contact": date(2025, 6, 2),
    "status": "在册",
}


def read(raw: RawSheet, ledger: Ledger, name: str) -> TableRead:
    return read_sheet(raw, ledger[name], Context(AcademicYear(2024)))


def places(found: TableRead) -> list[tuple[str | None, str]]:
    """Return where personal data were found, and what they are called."""
    assert {f.code for f in found.findings} <= {"P01"}
    assert (found.rows, found.usable) == ((), not found.findings)
    return [
        (f.location.cell, f.what.removeprefix("这一格有").removesuffix("，整张表因此没有读取"))
        for f in found.findings
    ]


@pytest.fixture
def cases(filled: Filled, ledger: Ledger) -> Sheets:
    """Rows of the register of cases, changed, with added columns → the sheet."""

    def make(*changes: dict[str, Any], added: tuple[str, ...] = (), below: Any = ()) -> RawSheet:
        columns = ledger["key_students"].columns
        header = [column.header for column in columns]
        rows = []
        for number, change in enumerate(changes, 1):
            row = {**CASE, "case_code": f"K-C01{number:03}", **change}
            rows.append(
                [*(row.get(c.name) for c in columns), *(change.get(name) for name in added)]
            )
        return filled([[*header, *added], *rows, *below])

    return make


class TestNumbers:
    @pytest.mark.parametrize(
        "cell",
        [
            IDENTITY,
            "50010120050307001X",
            "身份证：500101 20050307 0012",
            "５００１０１２００５０３０７００１２",
            500101200503070012.0,
            MOBILE,
            13800138000,
            13800138000.0,
            "138-0013-8000",
            "138 0013 8000",
            "+86 13800138000",
            "联系１３８００１３８０００",
        ],
    )
    def test_block_any_sheet(self, filled: Filled, ledger: Ledger, cell: object) -> None:
        header = [column.header for column in ledger["facilities"].columns]
        rows = [header, ["个体辅导室", "301室", "个体辅导", 18, "是", None, None, cell]]
        found = read(filled(rows), ledger, "facilities")
        assert places(found) == [("H2", "身份证号或手机号")]
        assert str(found.findings[0]) == (
            "[E P01] 台账.xlsx › 甲 › H2：这一格有身份证号或手机号，整张表因此没有读取。"
            "允许：不含姓名、学号、身份证号和手机号的内容。"
            "处理：请删去后重新提交；佐证材料和姓名对照表由学院自己保管。"
        )

    @pytest.mark.parametrize("row", [0, 1, 3])
    def test_wherever_they_stand(self, filled: Filled, ledger: Ledger, row: int) -> None:
        header = [column.header for column in ledger["facilities"].columns]
        rows: list[Any] = [["场地设施"], ["请填写"], header, ["负责人：王某"]]
        rows[row] = [*rows[row], *[None] * 8, MOBILE]
        found = read(filled(rows), ledger, "facilities")
        assert [what for _, what in places(found)] == ["身份证号或手机号"]

    def test_without_a_header(self, filled: Filled, ledger: Ledger) -> None:
        found = read(filled([["甲", IDENTITY]]), ledger, "facilities")
        assert places(found) == [("B1", "身份证号或手机号")]

    def test_stand_in_private_places_of_a_form(self, filled: Filled, ledger: Ledger) -> None:
        rows = [["姓名", "王某"], ["手机", MOBILE], ["证书编号", IDENTITY]]
        found = read(filled(rows), ledger, "head_form")
        assert "P01" not in {f.code for f in found.findings}
        assert found.rows[0].values["mobile"] == MOBILE
        rows.append(["工作经历", f"电话 {MOBILE}"])
        assert places(read(filled(rows), ledger, "head_form")) == [("B4", "身份证号或手机号")]

    def test_stand_in_private_columns_of_a_table(self, filled: Filled, ledger: Ledger) -> None:
        rows = [["姓名", "角色", "证书编号", "所学专业"], ["王某", "站长", IDENTITY, "心理学"]]
        found = read(filled(rows), ledger, "staff")
        assert "P01" not in {f.code for f in found.findings}

    def test_many_cells_are_counted(self, filled: Filled, ledger: Ledger) -> None:
        header = [column.header for column in ledger["facilities"].columns]
        found = read(filled([header, *[[MOBILE]] * 80]), ledger, "facilities")
        assert len(found.findings) == 51
        assert str(found.findings[-1]) == (
            "[E P01] 台账.xlsx › 甲：另有 30 格也有这样的内容，没有逐一列出。"
            "允许：不含姓名、学号、身份证号和手机号的内容。处理：请检查整张表，删去后重新提交。"
        )

    @pytest.mark.parametrize(
        "cell",
        [
            "PZ-2024-09-0138",
            "记-2024-0915-0012",
            "院发〔2021〕4号",
            "佐证_C03_1.1_202409.pdf",
            "20240901",
            "202409011530",
            "20240901-20240930",
            "1234567890",
            12345678901234,
            20240901,
            "5000234110012025063012345678",
            "01234567890123456789",
            "010-68123456",
            "023-6812 3456 转 8001",
            "Z-2016-07861",
            1e300,
            float("inf"),
            float("nan"),
            True,
        ],
    )
    def test_other_numbers_do_not(self, filled: Filled, ledger: Ledger, cell: object) -> None:
        header = [column.header for column in ledger["facilities"].columns]
        rows = [header, ["个体辅导室", "301室", "个体辅导", 18, "是", None, None, cell]]
        found = read(filled(rows), ledger, "facilities")
        assert "P01" not in {f.code for f in found.findings}
        assert found.usable


class TestCodes:
    @pytest.mark.parametrize(
        ("code", "what"),
        [
            ("李小红", "学生姓名"),
            ("李 红", "学生姓名"),
            ("欧阳小红", "学生姓名"),
            ("阿依古丽", "学生姓名"),
            ("米热·买买提", "学生姓名"),
            (STUDENT, "学号"),
            (f"学号{STUDENT}", "学号"),
            ("202401020301", "学号"),
            (2024010203, "学号"),
            (23010203, "学号"),
            (f"S{STUDENT}", "学号"),
        ],
    )
    def test_name_or_number_instead_of_a_code(
        self, cases: Sheets, ledger: Ledger, code: object, what: str
    ) -> None:
        found = read(cases({}, {"case_code": code}), ledger, "key_students")
        assert places(found) == [("A3", what)]

    @pytest.mark.parametrize("code", ["K001", "张某", "李某某", "学生A", "没有", "K-C01", "甲", 7])
    def test_poor_codes_are_no_names(self, cases: Sheets, ledger: Ledger, code: object) -> None:
        found = read(cases({"case_code": code}), ledger, "key_students")
        assert "P01" not in {f.code for f in found.findings}

    @pytest.mark.parametrize(
        ("sheet", "row"),
        [
            ("peer_roster", {"peer_id": "李小红", "peer_role": "心理委员"}),
            ("crisis", {"event_code": "李小红", "severity": "一般"}),
        ],
    )
    def test_the_other_sheets_of_codes(
        self, filled: Filled, ledger: Ledger, sheet: str, row: dict[str, str]
    ) -> None:
        columns = ledger[sheet].columns
        rows = [[c.header for c in columns], [row.get(c.name) for c in columns]]
        coded = ledger[sheet].model_copy(update={"coded": True})
        found = read_sheet(filled(rows), coded, Context(AcademicYear(2024)))
        assert places(found) == [("A2", "学生姓名")]

    def test_names_of_teachers_may_stand_where_they_belong(
        self, cases: Sheets, ledger: Ledger
    ) -> None:
        found = read(cases({"owner": "李小红"}, {"owner": "王芳、李红"}), ledger, "key_students")
        assert len(found.rows) == 2
        assert "P01" not in {f.code for f in found.findings}

    def test_who_signs_below_is_no_student(self, cases: Sheets, ledger: Ledger) -> None:
        below = [["填表人：", "李小红"], ["填表人", "王芳", "审核人", "赵敏"], ["王芳"]]
        found = read(cases({}, below=below), ledger, "key_students")
        assert "P01" not in {f.code for f in found.findings}
        assert len(found.rows) == 1

    def test_name_in_another_column_is_refused_and_not_echoed(
        self, cases: Sheets, ledger: Ledger
    ) -> None:
        changes = {"level": "李小红", "grade": "赵小刚", "measures": "钱小明", "n_done": "孙小军"}
        found = read(cases(changes), ledger, "key_students")
        assert {f.code for f in found.findings} == {"V02", "K02", "N02"}
        for name in changes.values():
            assert name not in str(found)

    def test_name_in_a_merged_cell_or_a_header_is_not_echoed(
        self, cases: Sheets, ledger: Ledger
    ) -> None:
        raw = cases({"level": "李小红"}, {"level": None}, added=("赵小刚",))
        found = read(replace(raw, merged=((1, 2, 2, 2),)), ledger, "key_students")
        assert [(f.code, f.value) for f in found.findings] == [
            ("T04", ""),
            ("V02", ""),
            ("T01", ""),
        ]

    def test_what_cannot_be_a_name_is_shown(self, cases: Sheets, ledger: Ledger) -> None:
        found = read(cases({"n_done": "3 次/月", "level": "A"}), ledger, "key_students")
        assert {f.value for f in found.findings} == {"3 次/月", "A"}


class TestAddedColumns:
    @pytest.mark.parametrize(
        ("header", "cell", "what"),
        [
            ("姓名", "李小红", "学生姓名"),
            ("学生姓名", "小红", "学生姓名"),
            ("学生", "阿红", "学生姓名"),
            ("学 号", "0123", "学号"),
            ("身份证号", "不便填写", "身份证号或手机号"),
            ("联系电话", "6812", "身份证号或手机号"),
            ("QQ", "12345", "身份证号或手机号"),
            ("家长姓名", "李某", "学生姓名"),
            ("监护人", "李某", "学生姓名"),
        ],
    )
    def test_for_names_and_numbers_block(
        self, cases: Sheets, ledger: Ledger, header: str, cell: str, what: str
    ) -> None:
        raw = cases({}, {header: cell}, added=(header,))
        width = len(ledger["key_students"].columns)
        assert places(read(raw, ledger, "key_students")) == [(f"{chr(65 + width)}3", what)]

    @pytest.mark.parametrize(
        "header",
        ["辅导员姓名", "班主任姓名", "责任教师电话", "记录人", "学生类别", "学生来源", "家长态度"],
    )
    def test_for_other_things_do_not(self, cases: Sheets, ledger: Ledger, header: str) -> None:
        raw = cases({header: "王芳"}, {header: "已知"}, added=(header,))
        assert {f.code for f in read(raw, ledger, "key_students").findings} == {"T04"}

    @pytest.mark.parametrize("header", ["备注", None])
    def test_that_list_names_under_any_header(
        self, cases: Sheets, ledger: Ledger, header: str | None
    ) -> None:
        names = ["李小红", "王芳", "赵敏", "钱小明"]
        raw = cases(*({"x": name} for name in names), added=("x",))
        raw.grid[0][-1] = header or ""  # type: ignore[index]
        found = read(raw, ledger, "key_students")
        assert [what for _, what in places(found)] == ["学生姓名"] * 4

    @pytest.mark.parametrize(
        "words",
        [
            ("严重", "单亲", "康复", "焦虑", "毕业", "关注"),
            ("单亲", "单亲", "单亲"),
            ("稳定", "好转", "李小红", "好转"),
            ("安排同学陪伴", "关心同学情况", "解决学生困难", "与辅导员谈话"),
            ("2024-09-05 谈话", "20240905", "20240905-20240930", "第 3 次"),
            ("张某某同学", "李某", "王同学家庭困难", "学生 A"),
        ],
    )
    def test_with_remarks_do_not(
        self, cases: Sheets, ledger: Ledger, words: tuple[str, ...]
    ) -> None:
        raw = cases(*({"备注": word} for word in words), added=("备注",))
        assert "P01" not in {f.code for f in read(raw, ledger, "key_students").findings}

    @pytest.mark.parametrize(
        "words",
        ["与李小红同学谈话", "李小红同学", "找学生李小红（化工2401）谈话", f"学号 {STUDENT}"],
    )
    def test_with_a_named_student_block(self, cases: Sheets, ledger: Ledger, words: str) -> None:
        raw = cases({"备注": words}, {"备注": "好转"}, {"备注": "稳定"}, added=("备注",))
        assert len(places(read(raw, ledger, "key_students"))) == 1

    @pytest.mark.parametrize("header", ["学生姓名", "来访者姓名", "学号", "身份证号"])
    def test_block_the_other_sheets_as_well(
        self, filled: Filled, ledger: Ledger, header: str
    ) -> None:
        rows = [["月份", "形式", "辅导人", header], ["2024-09", "面询", "王芳", "甲"]]
        found = read(filled(rows), ledger, "individual")
        assert [cell for cell, _ in places(found)] == ["D2"]

    def test_of_teachers_do_not(self, filled: Filled, ledger: Ledger) -> None:
        rows = [
            ["姓名", "培训名称", "开始日期", "姓名拼音"],
            ["王芳", "沙盘", date(2024, 10, 1), "wf"],
        ]
        assert "P01" not in {f.code for f in read(filled(rows), ledger, "staff_training").findings}

    def test_blank_ones_do_not(self, cases: Sheets, ledger: Ledger) -> None:
        raw = cases({"姓名": "/"}, {"姓名": None}, added=("姓名",))
        assert {f.code for f in read(raw, ledger, "key_students").findings} == {"T04"}


@pytest.mark.parametrize("text", ["李小红", "王 芳", "欧阳芳", "诸葛小明", "肖强"])
def test_full_names(text: str) -> None:
    assert is_full_name(text)


@pytest.mark.parametrize(
    "text",
    ["", "李", "李某", "严重", "焦虑症", "单亲家庭", "康复中", "好转", "第三次", "王X", "Anna"],
)
def test_no_full_names(text: str) -> None:
    assert not is_full_name(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("小红", True),
        ("阿依古丽", True),
        ("张某", False),
        ("无", False),
        ("K1", False),
        ("没有", False),
    ],
)
def test_words_where_a_code_should_stand(text: str, name: bool) -> None:
    assert is_word_of_names(text) is name


def test_students_in_a_text() -> None:
    assert has_named_student("已与李小红同学家长联系")
    assert not has_named_student("已与同学家长联系，安排同学陪伴，金融学生 3 人")
