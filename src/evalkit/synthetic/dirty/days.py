"""Dates, months, semesters and grades as people type them (D01 to D06, K02)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from evalkit.synthetic.dirty.plants import Follow, Plant, Severity, Spell, instead

__all__ = ["PLANTS"]

_MARCH, _YEARLESS = date(2024, 3, 5), date(2025, 3, 5)
_EPOCH = date(1899, 12, 30)


def _serial(day: date) -> int:
    """Return the number that a spreadsheet keeps for a day."""
    return (day - _EPOCH).days


def _joined(mark: str) -> Spell:
    return lambda day: f"{day.year}{mark}{day.month}{mark}{day.day}"


def _peer(
    row: int,
    severity: Severity,
    code: str,
    spell: Spell,
    note: str,
    true: date = _MARCH,
    end: date | None = None,
) -> Plant:
    """Return a plant in the roster's first date, which may lie before the year."""
    return Plant(
        code, severity, "peer_roster", row, "from_date", spell, note,
        true=true, truths={"to_date": end}, clears="to_date" if code == "D03" else "", kept=True,
    )  # fmt: skip


def _in_words(moment: datetime) -> str:
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{day}{moment.hour}时{moment.minute}分"


_D01 = (
    _peer(10, "I", "D01", _joined("."), "日期用点隔开"),
    _peer(11, "I", "D01", _joined("-"), "日期写成文字，用短横隔开"),
    _peer(12, "I", "D01", lambda day: f"{day:%Y/%m/%d}", "日期写成文字，用斜线隔开"),
    _peer(13, "I", "D01", lambda day: f"{day.year}年{day.month}月{day.day}日", "日期写成年月日"),
    _peer(14, "I", "D01", lambda day: f"{day:%Y%m%d}", "日期写成八位数字"),
    _peer(15, "I", "D01", lambda day: int(f"{day:%Y%m%d}"), "日期写成八位的数"),
    _peer(16, "W", "D01", lambda day: f"{day.month}月{day.day}日", "日期没有写年份", _YEARLESS),
    _peer(17, "W", "D01", lambda day: f"{day.month}.{day.day}", "日期只写月和日", _YEARLESS),
    _peer(18, "W", "D01", lambda day: float(f"{day.month}.{day.day}"), "月和日成了小数", _YEARLESS),
    _peer(
        19, "W", "D01", lambda day: f"{day.year}.{day.month}", "日期只写到月", date(2024, 9, 1)
    ),
    _peer(
        20, "I", "D01", lambda day: datetime.combine(day, time(15, 30)),
        "日期后面带着钟点", date(2024, 9, 6),
    ),
    Plant(
        "D01", "I", "plan_items", 0, "due_month",
        lambda month: f"{month[:4]}.{int(month[5:])}", "月份用点隔开", kept=True,
    ),
    Plant(
        "D01", "I", "plan_items", 1, "due_month",
        lambda month: float(f"{month[:4]}.{int(month[5:])}"), "月份成了小数",
        true="2024-09", kept=True,
    ),
    Plant(
        "D01", "E", "plan_items", 4, "due_month", lambda month: float(f"{month[:4]}.{month[5:]}"),
        "十月成了小数，末尾的 0 丢了", true="2024-10",
    ),
    Plant("D01", "E", "funds", 0, "date", instead("待定"), "日期还没有定"),
    Plant(
        "D01", "E", "crisis", 0, "found_at", lambda moment: f"{moment:%Y-%m-%d}",
        "时间没有写到分钟",
    ),
    Plant(
        "D01", "I", "crisis", 1, "reported_at",
        _in_words, "时间写成文字", kept=True,
    ),
)  # fmt: skip

_D02 = (
    _peer(22, "I", "D02", _serial, "日期成了序列号"),
    _peer(23, "I", "D02", lambda day: str(_serial(day)), "日期的序列号成了文字"),
    Plant("D02", "I", "confidentiality", 0, "date", _serial, "日期成了序列号", kept=True),
)

_D03 = (
    _peer(
        25, "W", "D03", lambda a, b: f"{a.month}月{a.day}日-{b.month}月{b.day}日",
        "起止日期写在一格，没有年份", _YEARLESS, date(2025, 3, 9),
    ),
    _peer(
        26, "I", "D03", lambda a, b: f"{a.year}.{a.month}.{a.day}—{b.day}",
        "起止日期写在一格", date(2024, 5, 20), date(2024, 5, 25),
    ),
    _peer(
        27, "W", "D03", lambda a, b: f"{a.month}-{b.month}月",
        "起止月份写在一格", date(2024, 9, 1), date(2024, 12, 31),
    ),
    Plant(
        "D03", "W", "rules_meetings", 0, "date",
        lambda day: f"{day.year}年{day.month}月{day.day}日-{day.day + 1}日",
        "只有一个日期的表里写了起止两天", true=_YEARLESS, among={"kind": "督导"},
        kept=True, follows=(Follow("D03", "I", column="date"),),
    ),
)  # fmt: skip

_D04 = (
    Plant("D04", "E", "activities", 2, "start", instead("2023-02-30"), "二月没有三十日",
          truths={"end": None}),
    Plant("D04", "E", "activities", 3, "start", instead(date(2042, 3, 5)), "年份多写了",
          truths={"end": None}, shown="yyyy-mm-dd"),
    Plant("D04", "E", "activities", 0, "start", lambda day: day.replace(year=day.year - 1),
          "写成了上一学年的日期", true=date(2024, 10, 16), truths={"end": None},
          among={"activity_id": "A005"},
          shown="yyyy-mm-dd", follows=(Follow("D06", "W"),)),
    Plant("", "I", "funds", 0, "activity_id", lambda number: number,
          "活动的日期写错了，编号仍在活动台账中", true="A005",
          among={"category": "活动开展", "entry_type": "支出"}, kept=True),
    Plant("D04", "W", "funds", 1, "date", lambda day: day.replace(year=day.year - 1),
          "记账日期写成了上一学年", shown="yyyy-mm-dd"),
    Plant("D04", "E", "peer_roster", 29, "from_date", instead(date(2042, 3, 5)), "年份多写了",
          truths={"to_date": None}, shown="yyyy-mm-dd"),
)  # fmt: skip

_D05 = (
    Plant("D05", "W", "activities", 0, "semester", instead("第一学期"), "四月的活动选了第一学期",
          true="第二学期", truths={"start": date(2025, 4, 12), "end": None},
          among={"semester": "第二学期"}),
    Plant("D05", "W", "monthly", 3, "db_updated_on", lambda day: day + timedelta(days=40),
          "信息库在下一个月以后才更新", shown="yyyy-mm-dd"),
)  # fmt: skip

_D06 = (
    Plant("D06", "E", "rules_meetings", 0, "date", lambda day: day.replace(year=day.year - 1),
          "抄入了上一学年的会议", among={"kind": "例会"}, shown="yyyy-mm-dd"),
    Plant("D06", "W", "peer_roster", 30, "from_date", instead(date(2025, 9, 10)),
          "抄入了下一学年的任职", truths={"to_date": None}, shown="yyyy-mm-dd"),
)  # fmt: skip


def _standing(grade: str) -> str:
    return "大" + "一二三"[2024 - int(grade[:4])]


_K02 = (
    Plant("K02", "I", "peer_roster", 0, "grade", lambda grade: grade[2:], "年级只写两位",
          among={"grade": "2022级"}, kept=True),
    Plant("K02", "I", "peer_roster", 1, "grade", lambda grade: f"{grade[:4]} 级", "年级中间有空格",
          among={"grade": "2022级"}, kept=True),
    Plant("", "I", "peer_roster", 2, "grade", lambda grade: grade, "年级写法正确",
          among={"grade": "2022级"}, kept=True),
    Plant("K02", "I", "peer_roster", 3, "grade", _standing, "写成大一、大二、大三",
          among={"grade": "2022级"}, kept=True),
    Plant("K02", "E", "peer_roster", 4, "grade", instead("2042级"), "入学年份多写了",
          among={"grade": "2022级"}),
    Plant("K02", "I", "activities", 1, "grades", instead("22级、23级"), "面向年级只写两位",
          true=("2022级", "2023级"), kept=True),
)  # fmt: skip

PLANTS = (*_D01, *_D02, *_D03, *_D04, *_D05, *_D06, *_K02)
