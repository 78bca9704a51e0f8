"""Figures and dates that contradict one another, and activities told twice (C01, C03, C04)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from evalkit.synthetic.dirty.plants import Follow, Plant, Row, Rows, Spell, instead

__all__ = ["PLANTS", "prepare"]


def _plus(more: int) -> Spell:
    return lambda number: int(number) + more


def _more(
    sheet: str, row: int, column: str, note: str, true: int, *, more: int = 1, at: str = "",
    truths: Row | None = None, follows: tuple[Follow, ...] = (),
) -> Plant:  # fmt: skip
    """Return a plant in which a number is larger than it can be."""
    return Plant(
        "C03", "E", sheet, row, column, _plus(more), note,
        true=true, truths=truths or {}, at=at, follows=follows,
    )  # fmt: skip


_COVER = (
    Plant("C03", "E", "base_info", 0, "n_students", lambda n: n + 3,
          "在校生总数与各班人数之和不同"),
    Plant("C03", "E", "base_info", 0, "n_freshmen", lambda n: n - 2,
          "新生数与新生班级人数之和不同"),
    Plant("C03", "E", "base_info", 0, "n_classes", lambda n: n + 1, "班级总数与所列班级不同"),
    Plant("C04", "W", "base_info", 0, "n_dorms", instead(20), "宿舍数少填了"),
    Plant("K04", "E", "base_info", 0, "head_name", instead("李四"), "站长姓名与站内人员不同",
          follows=(
              Follow("C03", "W", "staff", 0, "name"),
              Follow("C03", "W", "head_form", 0, "name"),
          )),
    Plant("K04", "E", "base_info", 0, "archivist_name", instead("王五"),
          "档案专管人不在站内人员之列"),
    Plant("C03", "W", "base_info", 0, "reviewed_by", instead("张三"), "自己审核自己填的表",
          truths={"filled_by": "张三"}),
    Plant("V03", "W", "base_info", 0, "filled_on", instead(date(2025, 12, 1)),
          "填报日期写错了", shown="yyyy-mm-dd"),
)  # fmt: skip

_SCREENING = (
    _more("screening", 0, "n_valid", "有效人数多于应测人数", 99,
          truths={"n_enrolled": 100, "n_exempt": 1, "n_required": 99, "exempt_reason": "休学 1 人",
                  "rate_reported": Decimal(100)}),
    _more("screening", 1, "n_l1_interviewed", "已访谈的多于预警的", 4, truths={"n_l1": 4}),
    _more("screening", 2, "n_required", "应测不等于在籍减免测", 83, more=2,
          truths={"n_enrolled": 83, "n_exempt": 0, "exempt_reason": None, "n_valid": 82,
                  "n_files": 82, "rate_reported": Decimal("98.80")}),
    Plant("C03", "E", "screening", 2, "n_l3", instead(83), "三个级别之和多于有效人数"),
    Plant("C03", "E", "screening", 1, "end", lambda day: day - timedelta(days=60),
          "结束日期早于开始日期", shown="yyyy-mm-dd"),
)  # fmt: skip

_WORK = (
    _more("individual", 0, "n_clients", "人数多于人次", 2, truths={"n_sessions": 2, "n_new": 0}),
    _more("individual", 1, "n_new", "首次来访多于来访人数", 1, truths={"n_clients": 1}),
    _more("individual", 2, "n_records_ok", "记录份数多于人次", 3, truths={"n_sessions": 3}),
    Plant("C03", "E", "peer_training", 4, "n_attend", lambda n: n + 3, "实到多于应到"),
    Plant("C04", "I", "peer_training", 5, "n_expected", instead(60), "应到人数比名册多得多"),
    Plant("C03", "E", "group_work", 0, "n_attend", instead(61), "累计人次多于成员乘次数",
          truths={"n_members": 12, "n_meetings": 5}),
    Plant("C03", "E", "checks", 0, "n_checked", lambda n: n + 2, "已排查多于应排查",
          truths={"n_checked": 278, "n_required": 278}),
    Plant("C03", "E", "checks", 1, "n_new", instead(2), "零报告却有新增", at="zero_report",
          truths={"zero_report": True, "n_new": 0}),
    Plant("C03", "E", "checks", 2, "reported_on", lambda day: day - timedelta(days=30),
          "上报早于排查", shown="yyyy-mm-dd"),
    Plant("C03", "E", "crisis", 0, "reported_at", lambda moment: moment - timedelta(days=2),
          "上报早于发现", shown="yyyy-mm-dd hh:mm"),
    Plant("C03", "E", "staff", 0, "to_date", instead(date(2019, 9, 1)), "离任早于上任",
          among={"role": "副站长"}, shown="yyyy-mm-dd"),
    Plant("C03", "E", "peer_roster", 8, "to_date", instead(date(2024, 9, 1)), "离任早于上任",
          truths={"from_date": date(2024, 9, 20)}, shown="yyyy-mm-dd"),
    Plant("C03", "W", "peer_roster", 0, "grade", instead("2022级"), "年级与班级对不上",
          among={"grade": "2023级"}),
    Plant("C03", "W", "plan_items", 1, "done_on", lambda day: day, "没有完成的任务填了完成日期",
          truths={"status": "未完成", "done_on": date(2024, 10, 16)}, shown="yyyy-mm-dd"),
    Plant("V03", "E", "funds", 0, "amount", instead(0), "金额填成了零"),
    Plant("C04", "I", "funds", 0, "amount", lambda money: -money, "退款填了负数",
          among={"entry_type": "支出"}, shown="#,##0.00", kept=False),
    Plant("C03", "E", "confidentiality", -1, "to_person", instead("张三"), "交给了自己"),
    Plant("C04", "I", "confidentiality", -1, "witness", instead("张三"), "监交人就是移交人"),
)  # fmt: skip

_MONTHS = (
    Plant("C04", "W", "monthly", 0, "n_classes_due", lambda n: n - 1, "应报班级数少了一个",
          truths={"n_classes_in": 5}),
    Plant("C03", "E", "monthly", 1, "zero_report", instead("是"), "有情况却选了零报告",
          truths={"n_study": 2, "zero_report": False}),
    Plant("C03", "E", "monthly", 4, "submitted_on", instead(date(2024, 12, 1)),
          "月报早于当月", shown="yyyy-mm-dd"),
    Plant("C03", "E", "monthly", 5, "n_key_end", lambda n: n + 2, "月末在册与上月接不上",
          follows=(Follow("C03", "E", row=6, column="n_key_end"),)),
    Plant("C03", "E", "monthly", 8, "n_classes_in", lambda n: n + 1, "实报多于应报"),
)  # fmt: skip

_ACTIVITIES = (
    Plant("V03", "E", "activities", 0, "end", lambda _: date(2025, 1, 20),
          "起止相隔太久", truths={"start": date(2024, 10, 8)}, shown="yyyy-mm-dd"),
    Plant("V03", "E", "activities", 1, "n_attend", instead(900), "人次多于在校生的三倍"),
    Plant("C03", "E", "activities", 2, "end", lambda _: date(2024, 9, 3), "结束早于开始",
          truths={"start": date(2024, 10, 9)}, shown="yyyy-mm-dd"),
    Plant("C01", "W", "activities", -4, "title", lambda title: f"{title}（补录）",
          "同一项活动填了两次"),
    Plant("C01", "W", "activities", -2, "title", lambda title: title, "一项活动按班级拆成三行"),
)  # fmt: skip

PLANTS = (*_COVER, *_SCREENING, *_WORK, *_MONTHS, *_ACTIVITIES)


def prepare(rows: Rows) -> None:
    """Enter one activity twice, split another one by class, and hand a post over."""
    activities = rows["activities"]
    first = activities[4]
    day, place = date(2025, 4, 16), "各班教室"
    again = dict(first) | {"activity_id": "A090"}
    split: list[Row] = [
        dict(first)
        | {"activity_id": f"A09{number}", "semester": "第二学期", "start": day, "end": None,
           "place": place, "title": f"{record['class_name']}心理主题班会", "n_attend": 40}
        for number, record in enumerate(rows["class_base"][:3], 1)
    ]  # fmt: skip
    rows["activities"] = [*activities, again, *split]
    rows["confidentiality"].append(
        {"kind": "换岗交接", "date": date(2024, 9, 12), "person": rows["staff"][1]["name"],
         "from_person": "张三", "to_person": rows["staff"][0]["name"],
         "witness": rows["base_info"][0]["leader_name"], "n_items": 30, "signed": True}
    )  # fmt: skip
