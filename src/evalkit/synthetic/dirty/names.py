"""Persons, classes, options and required cells as people fill them (K03, K04, T07, V01 to V07)."""

from __future__ import annotations

import re
from datetime import date

from evalkit.ledger.workbook import CellValue
from evalkit.synthetic.dirty.plants import Plant, Rows, instead

__all__ = ["PLANTS", "prepare", "renamed"]

_CLASS = re.compile(r"(\D+)(\d\d)0?(\d+)班")
_FIRST, _SECOND = "化工2401班", "应化2401班"
_SEVERAL = "张三、李四、王五"
_SPACED = "王芳"


def _dashed(name: str) -> str:
    match = _CLASS.fullmatch(name)
    return name if match is None else f"{match[1]}{match[2]}-{match[3]}"


_K03 = (
    Plant("", "I", "peer_roster", 0, "class_name", lambda name: name, "班级写法正确",
          among={"class_name": _FIRST}, kept=True),
    Plant("K03", "I", "peer_roster", 1, "class_name", _dashed, "班级写成了简称",
          among={"class_name": _FIRST}, kept=True),
    Plant("K03", "I", "peer_roster", 0, "class_name", lambda name: name.removesuffix("班"),
          "班级少写了“班”字", among={"class_name": _SECOND}, kept=True),
    Plant("K03", "E", "peer_roster", 1, "class_name", instead("化工2409班"),
          "没有这个班级", among={"class_name": _SECOND}),
)  # fmt: skip

_K04 = (
    Plant("K04", "I", "confidentiality", 0, "person", lambda name: f"{name[0]} {name[1:]}",
          "姓名中间有空格", among={"person": _SPACED}, kept=True),
    Plant("K04", "E", "confidentiality", 0, "person", instead("李四"),
          "经办人不在站内人员之列", among={"kind": "档案归档"}),
)  # fmt: skip

_T07 = (
    Plant("T07", "I", "activities", 0, "host", instead("张三、李四；王五"), "几个人用几种符号隔开",
          true=_SEVERAL, kept=True),
    Plant("T07", "I", "activities", 1, "host", lambda names: names.replace("、", "\n"),
          "几个人一人一行", true=_SEVERAL, kept=True),
    Plant("", "I", "activities", 2, "host", lambda names: names, "几个人写法正确",
          true=_SEVERAL, kept=True),
    Plant("T07", "I", "activities", 3, "host", lambda names: names.replace("、", " "),
          "几个人用空格隔开", true=_SEVERAL, kept=True),
)  # fmt: skip

_V = (
    Plant("V01", "E", "funds", 0, "source", instead(None), "必填的格没有填"),
    Plant("V02", "E", "funds", 1, "category", instead("吃饭"), "不是下拉列表中的选项"),
    Plant("V02", "E", "activities", 4, "has_plan", instead("大概有"), "没有选“是”或“否”"),
    Plant("V02", "I", "activities", 5, "audience", instead("全体、全体"), "同一选项写了两次",
          true=("全体",), kept=True),
    Plant("V02", "E", "activities", 6, "audience", instead("全体、外星人"), "有一项不是选项"),
    Plant("V03", "E", "staff_training", 0, "hours", instead(800), "学时超出范围"),
    Plant("V03", "W", "rules_meetings", 0, "summary", instead("开会"), "内容写得太短"),
    Plant("V04", "E", "plan_items", 0, "plan_id", instead("计划一"), "编号不合要求"),
    Plant("V05", "E", "plan_items", 2, "plan_id", instead("P02"), "两项任务用了同一个编号"),
    Plant("V06", "E", "plan_items", 3, "done_on", instead(None), "已完成的任务没有填日期",
          truths={"status": "已完成"}),
    Plant("V06", "E", "funds", 0, "voucher_no", instead(None), "支出没有填凭证号",
          among={"category": "师资培训", "entry_type": "支出"}),
    Plant("V07", "E", "funds", 0, "activity_id", instead("A999"), "活动台账中没有这个编号",
          among={"category": "活动开展", "entry_type": "支出"}),
    Plant("V07", "W", "staff", 0, "name", instead("XW999"), "骨干名册中没有这个编号",
          among={"role": "学生干部"}),
    Plant("D05", "W", "group_work", 0, "semester", instead("第二学期"), "秋季的团体选了第二学期",
          truths={"first_date": date(2024, 10, 8)}, true="第一学期"),
    Plant("K02", "E", "class_base", 0, "grade", instead("高三"), "写的不是大学的年级"),
    Plant("K01", "E", "base_info", 0, "college_name", instead("数码学院"),
          "学院名称没有登记过"),
)  # fmt: skip

PLANTS = (*_K03, *_K04, *_T07, *_V)


def prepare(rows: Rows) -> None:
    """Give classes and one person the names that the plants misspell."""
    majors = dict.fromkeys(
        match[1]
        for row in rows["class_base"]
        if (match := _CLASS.fullmatch(str(row["class_name"])))
    )
    counsellors = [row["name"] for row in rows["staff"] if row["role"] == "专职辅导员"]
    names = dict(zip(majors, ("化工", "应化"), strict=False))
    names[str(counsellors[0])] = _SPACED
    renamed(rows, names)


def renamed(rows: Rows, names: dict[str, str]) -> None:
    """Call things by other names, wherever they stand."""
    for records in rows.values():
        for record in records:
            for column, value in record.items():
                if isinstance(value, str):
                    record[column] = _replaced(value, names)


def _replaced(text: str, names: dict[str, str]) -> CellValue:
    for old, new in names.items():
        text = text.replace(old, new)
    return text
