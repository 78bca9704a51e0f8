"""Rules of a sheet, and cells that a row requires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from evalkit.intake.checks import Checked
from evalkit.intake.table import TableRead
from evalkit.ledger import Column, Sheet

Read = Callable[..., TableRead]
Check = Callable[..., Checked]
Texts = Callable[..., list[str]]
Ruled = Callable[..., Sheet]

ROW: dict[str, Any] = {
    "wave": "春季",
    "n_due": 512,
    "n_done": 520,
    "rate": Decimal("98.50"),
    "end": date(2024, 10, 12),
    "done": True,
    "phone": None,
}
FULL = {
    "must": "n_done <= n_due",
    "what": "有效人数 {n_done} 多于应测人数 {n_due}",
    "rule": "不超过应测人数",
    "mend": "请核对这两个数，把填错的改正",
}


class TestRules:
    def test_broken(self, read: Read, check: Check, ruled: Ruled) -> None:
        checked = check(read(ruled(FULL), [ROW, {**ROW, "n_done": 512}, {**ROW, "n_done": 513}]))
        assert [str(finding) for finding in checked.findings] == [
            (
                "[E C03] 台账.xlsx › 测评 › C5：有效人数 520 多于应测人数 512，"
                "填写的是“有效人数 520，应测人数 512”。允许：不超过应测人数。"
                "处理：请核对这两个数，把填错的改正。"
            ),
            (
                "[E C03] 台账.xlsx › 测评 › C7：有效人数 513 多于应测人数 512，"
                "填写的是“有效人数 513，应测人数 512”。允许：不超过应测人数。"
                "处理：请核对这两个数，把填错的改正。"
            ),
        ]
        assert checked.spoilt == {
            ("tests", 5, "n_done"), ("tests", 5, "n_due"),
            ("tests", 7, "n_done"), ("tests", 7, "n_due"),
        }  # fmt: skip
        assert checked.replaced == {}

    @pytest.mark.parametrize("gap", [None, "bad", "absent"])
    def test_missing_value_says_nothing(
        self, read: Read, check: Check, ruled: Ruled, gap: str | None
    ) -> None:
        row = {**ROW, "n_done": None}
        if gap == "absent":
            del row["n_done"]
        checked = check(read(ruled(FULL), [row], ["C5"] if gap == "bad" else ()))
        assert (checked.findings, checked.spoilt) == ((), frozenset())

    @pytest.mark.parametrize(("when", "count"), [("done", 1), ("not done", 0), ("rate > 100", 0)])
    def test_condition(self, read: Read, texts: Texts, ruled: Ruled, when: str, count: int) -> None:
        assert len(texts(read(ruled({**FULL, "when": when}), [ROW]))) == count

    @pytest.mark.parametrize("row", [{**ROW, "done": None}, {**ROW, "done": None, "rate": None}])
    def test_missing_condition_says_nothing(
        self, read: Read, texts: Texts, ruled: Ruled, row: dict[str, Any]
    ) -> None:
        assert texts(read(ruled({**FULL, "when": "done and rate > 1"}), [row])) == []

    @pytest.mark.parametrize("severity", ["W", "I"])
    def test_warning_spoils_nothing(
        self, read: Read, check: Check, ruled: Ruled, severity: str
    ) -> None:
        checked = check(read(ruled({**FULL, "severity": severity}), [ROW]))
        assert [finding.severity for finding in checked.findings] == [severity]
        assert checked.spoilt == frozenset()

    def test_place_and_what_is_spoilt_can_be_said(
        self, read: Read, check: Check, ruled: Ruled
    ) -> None:
        checked = check(read(ruled({**FULL, "at": "rate", "spoils": ["rate"]}), [ROW]))
        assert [finding.location.cell for finding in checked.findings] == ["D5"]
        assert checked.spoilt == {("tests", 5, "rate")}

    def test_column_of_the_finding_is_not_in_the_file(
        self, read: Read, check: Check, ruled: Ruled
    ) -> None:
        row = {name: value for name, value in ROW.items() if name != "rate"}
        checked = check(read(ruled({**FULL, "at": "rate"}), [row]))
        assert [finding.location.cell for finding in checked.findings] == ["C5"]

    def test_rule_about_other_sheets_only(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        rule = {"must": "count(tests) > 1", "at": "comment", "what": "只有 {count(tests)} 行"}
        columns = (
            Column(name="wave", header="批次", type="str"),
            Column(name="comment", header="备注", type="str"),
        )
        sheet = ruled(rule, columns=columns)
        assert texts(read(sheet, [{"wave": "春季"}])) == [
            "[E C03] 台账.xlsx › 测评 › 第 5 行：只有 1 行。允许：不超过。处理：请改正。"
        ]

    def test_values_as_people_write_them(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        rule = {
            "must": "not (filled(n_done) or filled(n_due)) or rate < 5 or end < first_day"
            " or not done",
            "what": "比例是 {rate}%，{end} 结束，完成：{done}，还差 {n_due - 500} 人，{n_done}",
        }
        row = {**ROW, "n_done": None}
        assert texts(read(ruled(rule), [row])) == [
            (
                "[E C03] 台账.xlsx › 测评 › C5：比例是 98.5%，2024-10-12 结束，完成：是，"
                "还差 12 人，（空），填写的是“有效人数 （空），应测人数 512，参测率 98.5，"
                "结束日期 2024-10-12，是否完成 是”。允许：不超过。处理：请改正。"
            )
        ]

    def test_what_cannot_be_read_is_not_called_blank(
        self, read: Read, texts: Texts, ruled: Ruled
    ) -> None:
        rule = {"must": "not filled(n_done)", "what": "填了有效人数"}
        assert texts(read(ruled(rule), [{**ROW, "n_done": None}], ["C5"])) == [
            (
                "[E C03] 台账.xlsx › 测评 › C5：填了有效人数，填写的是“有效人数 （无法识别）”。"
                "允许：不超过。处理：请改正。"
            )
        ]

    def test_private_values_are_never_shown(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        rule = {"must": "length(phone) == 8", "what": "电话 {phone} 有 {length(phone)} 位"}
        assert texts(read(ruled(rule), [{**ROW, "phone": "13800138000"}])) == [
            (
                "[E C03] 台账.xlsx › 测评 › G5：电话 （不显示） 有 （不显示） 位。"
                "允许：不超过。处理：请改正。"
            )
        ]

    def test_names_of_students_are_never_shown(
        self, read: Read, texts: Texts, staff: Sheet, ruled: Ruled
    ) -> None:
        rules = ruled(
            {"must": "name != name", "what": "{name} 不对"},
            columns=staff.columns, name="staff", title="站内人员",
        ).rules  # fmt: skip
        sheet = staff.model_copy(update={"rules": rules})
        rows = [{"name": "王芳", "role": "站长"}, {"name": "李某", "role": "学生干部"}]
        assert texts(read(sheet, rows)) == [
            (
                "[E C03] 台账.xlsx › 站内人员 › A5：王芳 不对，填写的是“姓名 王芳”。"
                "允许：不超过。处理：请改正。"
            ),
            "[E C03] 台账.xlsx › 站内人员 › A6：（不显示） 不对。允许：不超过。处理：请改正。",
        ]

    def test_personal_numbers_are_masked(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        rule = {"must": "length(wave) < 3", "what": "“{wave}”太长"}
        assert texts(read(ruled(rule), [{**ROW, "wave": "电话13800138000"}])) == [
            (
                "[E C03] 台账.xlsx › 测评 › A5：“电话******”太长，填写的是“批次 电话******”。"
                "允许：不超过。处理：请改正。"
            )
        ]

    def test_sheet_that_cannot_be_read_says_nothing(
        self, read: Read, texts: Texts, ruled: Ruled, class_base: Sheet
    ) -> None:
        sheet = ruled({"must": "count(class_base) > 5", "at": "wave"})
        assert texts(read(sheet, [ROW]), read(class_base, [], usable=False)) == []
        assert len(texts(read(sheet, [ROW]), read(class_base, []))) == 1
        assert texts(read(sheet, [ROW])) == []

    def test_unusable_cell_elsewhere_leaves_a_sum_open(
        self, read: Read, texts: Texts, ruled: Ruled, class_base: Sheet
    ) -> None:
        sheet = ruled({"must": "n_due == total(class_base.n_in_class)"})
        rows = [
            {"grade": "2024级", "class_name": "化工2401班", "n_in_class": 40},
            {"grade": "2024级", "class_name": "化工2402班", "n_in_class": None},
        ]
        assert texts(read(sheet, [ROW]), read(class_base, rows, ["C6"])) == []
        assert len(texts(read(sheet, [ROW]), read(class_base, rows[:1]))) == 1

    def test_order_of_sheet_row_and_column_and_nothing_twice(
        self, read: Read, check: Check, ruled: Ruled
    ) -> None:
        late = {"must": "rate > 99", "code": "C04"}
        early = {"must": "n_due > 600", "code": "C03"}
        first = ruled(late, early, early)
        second = first.model_copy(update={"name": "again", "title": "复测"})
        checked = check(read(first, [ROW, ROW]), read(second, [ROW]))
        assert [(f.location.sheet, f.location.cell) for f in checked.findings] == [
            ("测评", "B5"), ("测评", "D5"), ("测评", "B6"), ("测评", "D6"),
            ("复测", "B5"), ("复测", "D5"),
        ]  # fmt: skip

    def test_every_row_is_told(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        assert len(texts(read(ruled(FULL), [{**ROW, "n_done": 521}] * 30))) == 30

    def test_form(self, read: Read, check: Check, ruled: Ruled) -> None:
        checked = check(read(ruled(FULL, layout="form"), [ROW]))
        assert [finding.location.cell for finding in checked.findings] == ["B5"]
        assert ("tests", 1, "n_due") in checked.spoilt


class TestConditionallyRequired:
    COLUMNS = (
        Column(name="done", header="是否完成", type="bool"),
        Column(
            name="end",
            header="结束日期",
            type="date",
            required="conditional",
            when="完成的必填",
            required_when="done",
        ),
        Column(name="code", header="证书编号", type="str", private=True, required_when="done"),
    )

    def test_blank(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        rows = [
            {"done": True, "end": None, "code": "1"},
            {"done": False, "end": None, "code": None},
            {"done": None, "end": None, "code": None},
            {"done": True, "end": date(2024, 10, 1), "code": None},
        ]
        assert texts(read(ruled(columns=self.COLUMNS), rows)) == [
            ("[E V06] 台账.xlsx › 测评 › B5：“结束日期”没有填写。允许：完成的必填。处理：请补填。"),
            (
                "[E V06] 台账.xlsx › 测评 › C8：“证书编号”没有填写。"
                "允许：这种情况下必须填写。处理：请补填。"
            ),
        ]

    def test_unusable_is_not_blank(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        row = {"done": True, "end": None, "code": "1"}
        assert texts(read(ruled(columns=self.COLUMNS), [row], ["B5"])) == []

    def test_column_that_is_not_there(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        assert texts(read(ruled(columns=self.COLUMNS), [{"done": True, "code": "1"}])) == []
