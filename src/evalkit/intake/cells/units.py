"""Units that stand behind numbers, and which of them mean the same."""

from __future__ import annotations

from functools import cache

from evalkit.intake.cells.texts import fold

__all__ = ["SCALED", "UNITS", "belongs"]

_SAME = {
    "人": frozenset({"名", "位", "个", "个人", "名学生", "名同学"}),
    "人次": frozenset({"人次数"}),
    "个": frozenset({"班", "个班", "个班级", "项"}),
    "间": frozenset({"个", "间房", "间宿舍", "个宿舍"}),
    "次": frozenset({"场", "回", "场次", "期"}),
    "份": frozenset({"本", "件", "册", "张"}),
    "篇": frozenset({"条", "个"}),
    "元": frozenset({"块", "块钱", "圆"}),
    "小时": frozenset({"个小时", "钟头", "h"}),
    "学时": frozenset({"个学时", "课时"}),
    "m2": frozenset({"m²", "平方米", "平米", "平方"}),
}
"""Folded unit of a column → what people write in its stead."""
SCALED = frozenset(
    {"%", "‰", "秒", "分", "分钟", "刻钟", "天", "日", "周", "月", "个月", "年", "角", "毛"}
)
"""Units that measure what another unit measures, by another scale: the number must be converted."""
UNITS = SCALED.union(_SAME, *_SAME.values())


@cache
def belongs(unit: str, wanted: str) -> bool:
    """Whether a typed unit means the unit of a column; a column without one takes any count.

    Examples
    --------
    >>> belongs("名", "人"), belongs("次", "人"), belongs("平方米", "㎡")
    (True, False, True)
    """
    wanted = fold(wanted)
    if unit == wanted:
        return True
    if not wanted or wanted[0].isdigit():  # a scale such as 1–5 is no unit
        return unit not in ("%", "‰")
    return unit in _SAME.get(wanted, ())
