"""The centre's own workbook, with colleges under other names (K01) and tasks that disagree."""

from __future__ import annotations

from datetime import date, timedelta

from evalkit.synthetic.dirty.plants import Follow, Plant, Rows, instead

__all__ = ["PLANTS", "prepare"]

_ALIASES = {"化工学院": "C01", "化学工程学院": "C01", "智造学院": "C05"}
_UNKNOWN = {"化工系": "C01", "智能制造与汽车学院": "C05"}

PLANTS = (
    Plant("K01", "I", "centre_tasks", 1, "college_code", instead("环测学院"), "学院写的是简称",
          among={"task_id": "R03"}),
    *(
        Plant("K01", "I", "daily_log", row, "college_code", instead(name),
              "学院写的是字典中登记的另一个名称", among={"college_code": code})
        for row, (name, code) in enumerate(_ALIASES.items())
    ),
    *(
        Plant("K01", "E", "daily_log", row, "college_code", instead(name),
              "没有登记过的学院名称", among={"college_code": code})
        for row, (name, code) in enumerate(_UNKNOWN.items(), 3)
    ),
    Plant("K01", "E", "site_visits", 0, "college_code", instead("C77"), "没有这个学院代码"),
    Plant("C03", "E", "centre_tasks", 0, "submitted_on", lambda day: day + timedelta(days=90),
          "按时完成的任务，提交日期却晚于截止日期", at="status",
          among={"task_id": "R05", "status": "按时完成"}, shown="yyyy-mm-dd"),
    Plant("D04", "E", "daily_log", 1, "date", instead(date(2023, 10, 12)),
          "记录了上一学年的事", among={"college_code": "C04"}, shown="yyyy-mm-dd",
          follows=(Follow("D06", "W"),)),
    Plant("V06", "E", "calendar_dict", 0, "canonical", instead(None), "别名没有写是哪个学院",
          among={"key": "alias", "canonical": "C08"}),
)  # fmt: skip


def prepare(rows: Rows) -> None:
    """List further names of two colleges."""
    rows["calendar_dict"] += [
        {"key": "alias", "value": name, "canonical": code} for name, code in _ALIASES.items()
    ]
