"""Figures that are too even to be true (C02, C04): whole columns, not single cells."""

from __future__ import annotations

from evalkit.synthetic.dirty.plants import Plant, Row, Rows

__all__ = ["PLANTS", "prepare"]

_COPIED = (5, 6, 7)
_COUNTS = (
    "n_classes_due", "n_classes_in", "n_study", "n_relation", "n_love", "n_mood", "n_family",
    "n_other", "n_key_new", "n_key_closed", "n_key_end",
)  # fmt: skip


def _as_it_is(value: object) -> object:
    return value


PLANTS = (
    Plant("C02", "W", "monthly", 6, "month", _as_it_is, "连着三个月照抄了同一份月报"),
    Plant("C04", "I", "monthly", 0, "n_classes_in", _as_it_is, "每个月都是全部班级上报"),
    Plant("C04", "I", "monthly", 0, "n_mood", _as_it_is, "各月的人数都是整十数"),
    Plant("C04", "I", "individual", 0, "n_clients", _as_it_is, "来访人数各月都是零"),
    Plant("C04", "I", "individual", 0, "n_sessions", _as_it_is, "辅导人次各月都是零"),
    Plant(
        "D01", "I", "activities", 0, "start",
        lambda day: f"{day.year}/{day.month}/{day.day}", "日期用斜线隔开", kept=True,
    ),
    Plant("N02", "W", "activities", 1, "n_attend", lambda n: f"约{n}", "写的是约数", kept=True),
)  # fmt: skip


def prepare(rows: Rows) -> None:
    """Fill the columns as people do who have not counted."""
    months = rows["monthly"]
    for number, month in enumerate(months):
        month["n_classes_in"] = month["n_classes_due"]
        month["n_mood"] = 10 + 10 * (number % 2)
        month |= {"n_study": 1 + number % 3, "zero_report": False}
        if number >= _COPIED[0]:
            at_end = months[_COPIED[0] - 1]["n_key_end"]
            month |= {"n_key_new": 0, "n_key_closed": 0, "n_key_end": at_end}
    for number in _COPIED[1:]:
        months[number] |= _counts(months[_COPIED[0]])
    for record in rows["individual"]:
        record |= dict.fromkeys(("n_clients", "n_sessions", "n_new", "n_records_ok"), 0)
        record |= dict.fromkeys(("n_ref_centre", "n_ref_hospital"), 0)


def _counts(month: Row) -> Row:
    return {name: month[name] for name in _COUNTS}
