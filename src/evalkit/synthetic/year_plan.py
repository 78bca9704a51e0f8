"""The year's plan and what became of it: sheet S02."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evalkit.ledger.workbook import Record
from evalkit.synthetic.activities import Activity
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.terms import SEMESTERS

__all__ = ["plan_rows"]

DONE, PARTLY, UNDONE, CANCELLED = "已完成", "部分完成", "未完成", "取消"


@dataclass(frozen=True, slots=True)
class _Item:
    semester: int
    task: str
    indicator: str
    month: int


_ALWAYS = (
    _Item(0, "修订并公布二级心理辅导站工作职责与保密制度", "1.1", 9),
    _Item(0, "选聘班级心理委员和宿舍心理观察员", "2.5", 9),
    _Item(0, "组织新生心理普测和补测", "2.4", 11),
    _Item(0, "完成新生普测预警学生访谈", "2.4", 12),
    _Item(0, "开展第一学期心理骨干培训", "2.5", 11),
    _Item(0, "按月报送心理月报并更新动态信息库", "2.4", 1),
    _Item(1, "组织春季心理普测和访谈", "2.4", 4),
    _Item(1, "开展第二学期心理骨干培训", "2.5", 5),
    _Item(1, "核对重点关爱学生台账，落实一生一策", "2.4", 6),
    _Item(1, "整理归档心理档案，完成年度总结", "2.1", 6),
)
_SOMETIMES = (
    _Item(0, "召开会议研究学年心理工作与经费预算", "1.1", 10),
    _Item(0, "完善辅导室设施与标识", "1.2", 11),
    _Item(0, "选派站内人员参加专业培训", "1.3", 12),
    _Item(0, "开展新生团体辅导", "2.3", 11),
    _Item(0, "开展经济困难学生专项辅导", "2.2", 12),
    _Item(1, "开展学业困难学生专项辅导", "2.2", 4),
    _Item(1, "开展个体辅导记录质量自查", "2.3", 5),
    _Item(1, "开展学生心理健康状况调研", "2.6", 5),
    _Item(1, "开展毕业生、实习生心理关爱", "2.2", 6),
    _Item(1, "总结特色做法并报送典型案例", "3.1", 6),
)


def plan_rows(here: CollegeYear, activities: Sequence[Activity]) -> list[Record]:
    """Return the rows of S02 in the order in which things were due."""
    draws = here.draws("plan")
    items = [*_ALWAYS, *draws.several(_SOMETIMES, round(1 + 9 * here.merit))]
    rows = [_row(here, draws, item) for item in items]
    rows += [_theme_row(here, draws, semester, activities) for semester in (0, 1)]
    rows.sort(key=lambda row: (str(row["due_month"]), str(row["task"])))
    return [{"plan_id": f"P{place:02d}", **row} for place, row in enumerate(rows, 1)]


def _row(here: CollegeYear, draws: Draws, item: _Item) -> Record:
    sure = 0.55 + 0.44 * here.merit
    status = DONE if draws.chance(sure) else draws.weighted({PARTLY: 6, UNDONE: 3, CANCELLED: 1})
    done = here.terms.some_day(draws, item.month) if status == DONE else None
    proof = f"佐证_{here.code}_{item.indicator}_{done:%Y%m}.pdf" if done else None
    return _record(here, draws, item, status, done, proof)


def _theme_row(
    here: CollegeYear, draws: Draws, semester: int, activities: Sequence[Activity]
) -> Record:
    """Return the item that says whether the semester's theme activity took place."""
    held = [each for each in activities if each.is_theme and each.semester == semester]
    month = held[0].start.month if held else 5
    item = _Item(semester, f"开展{SEMESTERS[semester]}心理健康教育主题宣教活动", "2.2", month)
    if not held:
        return _record(here, draws, item, UNDONE, None, None)
    done = min((held[0].end or held[0].start), here.terms.sem2_end)
    return _record(here, draws, item, DONE, done, held[0].id)


def _record(
    here: CollegeYear,
    draws: Draws,
    item: _Item,
    status: str,
    done: date | None,
    proof: str | None,
) -> Record:
    owner = draws.pick([here.staff.head, *here.staff.counselling])
    return {
        "semester": SEMESTERS[item.semester],
        "task": item.task,
        "rubric_item": item.indicator,
        "due_month": here.year.month_label(item.month),
        "owner": owner.name,
        "status": status,
        "done_on": done,
        "evidence_no": proof,
    }
