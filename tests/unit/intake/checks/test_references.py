"""Values that must stand in another sheet."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest

from evalkit.intake.checks import Checked
from evalkit.intake.checks.class_names import ClassList, class_name
from evalkit.intake.table import TableRead
from evalkit.ledger import Column, Sheet

Read = Callable[..., TableRead]
Check = Callable[..., Checked]
Texts = Callable[..., list[str]]
Ruled = Callable[..., Sheet]

CLASSES = [
    {"grade": "2024级", "class_name": "化工2401班", "n_in_class": 40},
    {"grade": "2024级", "class_name": "应化2401班", "n_in_class": 41},
    {"grade": "2023级", "class_name": "化工2311班", "n_in_class": 42},
]
STAFF = [
    {"name": "王 芳", "role": "站长"},
    {"name": "李敏", "role": "站长"},
    {"name": "XW001", "role": "学生干部"},
]


class TestNames:
    @pytest.mark.parametrize(
        "text",
        [
            "化工2401班", "化工2401", "化工24-1", "化工24-01班", "化工 24 级 1 班", "化工2024级1班",
            "化工２４０１班", "化工（2401）班", "化工24级一班", "24级化工1班", "2024级化工01班",
            "化工241班", "化工-2401", "化工24—1", "化工202401班", "化工\u300024级\u30001班",
        ],
    )  # fmt: skip
    def test_all_the_same(self, text: str) -> None:
        assert class_name(text) == ("化工", "24", 1)

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("应化2401", ("应化", "24", 1)),
            ("化工2411班", ("化工", "24", 11)),
            ("化工24级十班", ("化工", "24", 10)),
            ("AI2402班", ("ai", "24", 2)),
            ("2401班", None),
            ("化工班", None),
            ("化工", None),
            ("", None),
            ("化工24", None),
            ("护理1班", None),
        ],
    )
    def test_others(self, text: str, wanted: object) -> None:
        assert class_name(text) == wanted

    def test_long_text_ends_soon(self) -> None:
        begun = perf_counter()
        for text in ("化" * 30_000, "2" * 30_000, "化2" * 15_000, "化-" * 15_000, "20" * 15_000):
            assert class_name(text) is None
        assert perf_counter() - begun < 2

    def test_only_one_class_can_be_meant(self) -> None:
        classes = ClassList(["化工2401班", "化工24-1", "创新班"])
        assert classes.find("化工24-1") == "化工24-1"
        assert classes.find("化工 2401") is None
        assert classes.find("创 新") == "创新班"
        assert classes.find("实验班") is None


class TestClasses:
    def sheet(self, ruled: Ruled, **given: Any) -> Sheet:
        column = Column(
            name="class_name",
            header="所在班级",
            type="str",
            refers="class_base.class_name",
            **given,
        )
        role = Column(name="role", header="类型", type="str")
        return ruled(columns=(column, role), name="roster", title="名册")

    def test_same_text(self, read: Read, texts: Texts, ruled: Ruled, class_base: Sheet) -> None:
        rows = [{"class_name": "化工2401班"}, {"class_name": None}]
        assert texts(read(self.sheet(ruled), rows), read(class_base, CLASSES)) == []

    def test_other_spelling(
        self, read: Read, check: Check, ruled: Ruled, class_base: Sheet
    ) -> None:
        rows = [{"class_name": "化工24-1"}, {"class_name": "应化 2401"}]
        checked = check(read(self.sheet(ruled), rows), read(class_base, CLASSES))
        assert [str(finding) for finding in checked.findings] == [
            (
                "[I K03] 台账.xlsx › 名册 › A5：“所在班级”的写法与“班级基数”表不同，"
                "已认作“化工2401班”，填写的是“化工24-1”。允许：与“班级基数”表中的写法相同。"
                "处理：无需处理；以后请写“化工2401班”。"
            ),
            (
                "[I K03] 台账.xlsx › 名册 › A6：“所在班级”的写法与“班级基数”表不同，"
                "已认作“应化2401班”，填写的是“应化 2401”。允许：与“班级基数”表中的写法相同。"
                "处理：无需处理；以后请写“应化2401班”。"
            ),
        ]
        assert checked.replaced == {
            ("roster", 5, "class_name"): "化工2401班",
            ("roster", 6, "class_name"): "应化2401班",
        }
        assert checked.spoilt == frozenset()

    def test_not_found(self, read: Read, check: Check, ruled: Ruled, class_base: Sheet) -> None:
        rows = [{"class_name": "化工2402班"}, {"class_name": "舞蹈队"}]
        checked = check(read(self.sheet(ruled), rows), read(class_base, CLASSES))
        assert [str(finding) for finding in checked.findings] == [
            (
                "[E K03] 台账.xlsx › 名册 › A5：“所在班级”在“班级基数”表中找不到，"
                "填写的是“化工2402班”。允许：“班级基数”表中列出的班级。"
                "处理：请核对：是不是“化工2401班”；若确有这个班，请补进“班级基数”表。"
            ),
            (
                "[E K03] 台账.xlsx › 名册 › A6：“所在班级”在“班级基数”表中找不到，"
                "填写的是“舞蹈队”。允许：“班级基数”表中列出的班级。"
                "处理：请核对后改正；若确有这个班，请补进“班级基数”表。"
            ),
        ]
        assert checked.spoilt == {("roster", 5, "class_name"), ("roster", 6, "class_name")}

    def test_weight_and_condition(
        self, read: Read, check: Check, ruled: Ruled, class_base: Sheet
    ) -> None:
        sheet = self.sheet(ruled, refers_severity="W", refers_when="role == '心理委员'")
        rows = [
            {"class_name": "舞蹈队", "role": "心理委员"},
            {"class_name": "舞蹈队", "role": "其他"},
            {"class_name": "舞蹈队", "role": None},
        ]
        checked = check(read(sheet, rows), read(class_base, CLASSES))
        assert [(f.severity, f.location.cell) for f in checked.findings] == [("W", "A5")]
        assert checked.spoilt == frozenset()

    def test_nothing_to_look_in(
        self, read: Read, texts: Texts, ruled: Ruled, class_base: Sheet
    ) -> None:
        own = read(self.sheet(ruled), [{"class_name": "舞蹈队"}])
        unreadable = [{"grade": "2024级", "class_name": None, "n_in_class": 40}]
        assert texts(own) == []
        assert texts(own, read(class_base, [])) == []
        assert texts(own, read(class_base, unreadable, ["B5"])) == []
        assert texts(own, read(class_base, CLASSES, usable=False)) == []

    def test_whole_column_of_another_kind_ends_soon(
        self, read: Read, texts: Texts, ruled: Ruled, class_base: Sheet
    ) -> None:
        rows = [{"class_name": f"第{n}个人写的话"} for n in range(5000)]
        classes = [{**CLASSES[1], "class_name": f"化工班组{n}甲乙丙"} for n in range(5000)]
        begun = perf_counter()
        assert len(texts(read(self.sheet(ruled), rows), read(class_base, classes))) == 5000
        assert perf_counter() - begun < 5


class TestPeople:
    SHEET_COLUMNS = (
        Column(name="who", header="带领者", type="str", people=True, refers="staff.name"),
    )

    def test_found_one_by_one_whatever_the_spaces(
        self, read: Read, texts: Texts, ruled: Ruled, staff: Sheet
    ) -> None:
        rows = [{"who": "王芳"}, {"who": "李 敏、王　芳"}, {"who": "XW001"}, {"who": None}]
        assert texts(read(ruled(columns=self.SHEET_COLUMNS), rows), read(staff, STAFF)) == []

    def test_not_found(self, read: Read, check: Check, ruled: Ruled, staff: Sheet) -> None:
        rows = [{"who": "王芳、李明、赵强"}, {"who": "赵强"}, {"who": "XW002"}]
        sheet = ruled(columns=self.SHEET_COLUMNS)
        checked = check(read(sheet, rows), read(staff, STAFF))
        where = "“带领者”在“站内人员”表的“姓名”中找不到"
        add = "若确是站内人员，请补进“站内人员”表"
        assert [str(finding) for finding in checked.findings] == [
            (
                f"[E K04] 台账.xlsx › 测评 › A5：{where}，填写的是“李明、赵强”。"
                f"允许：“站内人员”表中列出的姓名。处理：请核对：是不是“李敏”；{add}。"
            ),
            (
                f"[E K04] 台账.xlsx › 测评 › A6：{where}，填写的是“赵强”。"
                f"允许：“站内人员”表中列出的姓名。处理：请核对后改正；{add}。"
            ),
            # Whom a code stands for is nobody's business: it is not offered as a guess.
            (
                f"[E K04] 台账.xlsx › 测评 › A7：{where}，填写的是“XW002”。"
                f"允许：“站内人员”表中列出的姓名。处理：请核对后改正；{add}。"
            ),
        ]
        assert checked.spoilt == {("tests", n, "who") for n in (5, 6, 7)}

    def test_private_value_is_not_shown(
        self, read: Read, texts: Texts, ruled: Ruled, staff: Sheet
    ) -> None:
        column = self.SHEET_COLUMNS[0].model_copy(update={"private": True})
        assert texts(read(ruled(columns=(column,)), [{"who": "李明"}]), read(staff, STAFF)) == [
            (
                "[E K04] 台账.xlsx › 测评 › A5：“带领者”在“站内人员”表的“姓名”中找不到。"
                "允许：“站内人员”表中列出的姓名。处理：请核对后改正；若确是站内人员，请补进“站内人员”表。"
            )
        ]


class TestOthers:
    def test_number_of_an_activity(self, read: Read, check: Check, ruled: Ruled) -> None:
        column = Column(name="activity_id", header="活动编号", type="id", refers="events.event_id")
        funds = ruled(columns=(column,), name="funds", title="经费")
        events = ruled(
            columns=(Column(name="event_id", header="编号", type="id"),),
            name="events",
            title="活动",
        )
        rows = [{"activity_id": "A001"}, {"activity_id": "A019"}]
        checked = check(read(funds, rows), read(events, [{"event_id": "A001"}]))
        assert [str(finding) for finding in checked.findings] == [
            (
                "[E V07] 台账.xlsx › 经费 › A6：“活动编号”在“活动”表的“编号”中找不到，"
                "填写的是“A019”。允许：“活动”表中列出的编号。处理：请核对：是不是“A001”；若确有此项，请补进“活动”表。"
            )
        ]
        assert checked.spoilt == {("funds", 6, "activity_id")}

    def test_several_grades(
        self, read: Read, texts: Texts, ruled: Ruled, class_base: Sheet
    ) -> None:
        column = Column(name="grades", header="面向年级", type="grades", refers="class_base.grade")
        rows = [{"grades": "全体"}, {"grades": "2024级、2023级"}, {"grades": "2024级、2021级"}]
        found = texts(read(ruled(columns=(column,)), rows), read(class_base, CLASSES))
        assert found == [
            (
                "[E V07] 台账.xlsx › 测评 › A7：“面向年级”在“班级基数”表的“年级”中找不到，"
                "填写的是“2021级”。允许：“班级基数”表中列出的年级。"
                "处理：请核对：是不是“2024级”；若确有此项，请补进“班级基数”表。"
            )
        ]
