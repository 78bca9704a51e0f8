"""A college by any of its names."""

from __future__ import annotations

from difflib import get_close_matches

from evalkit.intake.cells.reading import Context, Reading, hushed, noted, refused
from evalkit.intake.cells.texts import LONGEST, tidy
from evalkit.ledger import Column
from evalkit.ledger.model import normalise

__all__ = ["COLLEGE_COLUMNS", "clean_college"]

COLLEGE_COLUMNS = frozenset({"college_code", "judge_college"})
_NONE = frozenset({"无", "校外", "机关"})
"""What judges without a college of their own may write."""


def clean_college(cell: object, column: Column, context: Context) -> Reading:
    """Read a college's code, name or alias as its code; only a known one is taken."""
    text, remarks = tidy(cell)
    if text is None or len(text) > LONGEST:
        return _unknown("", column, context)
    key = normalise(text)
    code = context.colleges.get(key)
    if code is not None:
        if code != text:
            what = f"写的不是学院代码，已按学院字典读作“{code}”"
            mend = f"无需处理；下次请填“{code}”"
            remarks = (noted("K01", what, "学院字典中的代码", mend),)
        return Reading(code, remarks)
    if column.name == "judge_college" and text in _NONE:
        return Reading(text, remarks)
    return _unknown(key, column, context)


def _unknown(key: str, column: Column, context: Context) -> Reading:
    codes = "、".join(sorted(set(context.colleges.values())))
    mend = "请核对学院代码或名称"
    near = get_close_matches(key[:40], context.colleges, n=1, cutoff=0.6)
    if near and not hushed(column):
        code = context.colleges[near[0]]
        known = near[0] if near[0] != normalise(code) else code
        mend += f"；若是指“{known}”，请填“{code}”"
    allowed = f"{codes}，或无、校外、机关" if column.name == "judge_college" else codes
    return refused("K01", "在学院字典中没有找到", allowed, mend)
