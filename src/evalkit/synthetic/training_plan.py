"""The centre's training plan with its supervision events (X06), which article 10 asks for."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws

__all__ = ["training_plan_rows"]

_PLAN = (
    (10, 24, "秋季业务培训：心理普测与访谈", "培训", "校内", ("全体站内成员",), 6),
    (11, 14, "心理委员工作指导培训", "培训", "校内", ("辅导员", "学生骨干"), 4),
    (11, 28, "秋季集体督导", "督导", "校外", ("站长", "兼职心理咨询师"), 3),
    (12, 19, "危机个案处置研讨", "督导", "校内外", ("站长", "副站长"), 2),
    (3, 14, "精神障碍识别与医教协同讲座", "培训", "校外", ("全体站内成员",), 6),
    (4, 18, "春季集体督导", "督导", "校外", ("站长", "兼职心理咨询师"), 3),
    (5, 16, "骨干培训班", "培训", "校内", ("学生骨干",), 8),
    (6, 6, "团体辅导带领技能工作坊", "培训", "校外", ("兼职心理咨询师", "辅导员"), 3),
)
"""Month and day, title, kind, experts, for whom, and how many of each station are invited."""


def training_plan_rows(colleges: Sequence[CollegeYear]) -> list[Record]:
    """Return the rows of X06 in the order of the year; one event may have fallen through."""
    first = colleges[0]
    draws = Draws(first.seed, first.year.start, "training plan")
    fallen_through = draws.pick((3, None, None))
    rows: list[Record] = []
    for place, (month, day, title, kind, expert, audience, each) in enumerate(_PLAN):
        held = place != fallen_through
        rows.append(
            {
                "plan_id": f"D{place + 1:02d}",
                "planned_month": first.year.month_label(month),
                "title": title,
                "kind": kind,
                "audience": audience,
                "expert": expert,
                "n_invited": each * len(colleges),
                "held": held,
                "held_on": first.terms.open_before(first.terms.on(month, day), 0) if held else None,
                "note": None if held else "与期末工作冲突，改为发放书面材料",
            }
        )
    return rows
