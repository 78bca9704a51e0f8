"""Money in and out: sheet S05. Amounts are exact to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from evalkit.ledger.workbook import Record
from evalkit.synthetic.activities import Activity
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws, share_out

__all__ = ["fund_rows"]

SCHOOL_MONEY, OWN_MONEY = "学校拨款", "学院配套"
ROOMS, EVENTS, TRAINING, OTHER = "设施建设", "活动开展", "师资培训", "其他"

_BOUGHT = (
    "补充沙盘沙具", "更新团体辅导坐垫与桌椅", "购置放松音乐椅配件", "制作心理辅导站标识与展板",
    "购置心理图书与绘本", "维修辅导室门锁与档案柜", "购置团体辅导器材包",
)  # fmt: skip
_TRAVEL = ("心理业务培训费", "专题培训差旅费", "督导活动课酬", "线上课程学习费", "学术会议注册费")


@dataclass(frozen=True, slots=True)
class _Expense:
    category: str
    memo: str
    date: date
    activity: str | None = None


def fund_rows(here: CollegeYear, activities: Sequence[Activity]) -> list[Record]:
    """Return the rows of S05: the budget first, then spending in order of date.

    Spending over students and over budget is as the profile says, to the cent and the yuan.
    """
    draws = here.draws("funds")
    cents = round(here.profile.spending * 100 * here.structure.n_students)
    expenses = _expenses(here, draws, activities)
    weights = [_weight(draws, each) for each in expenses]
    amounts = [max(part, 100) for part in share_out(cents, weights)]
    amounts[amounts.index(max(amounts))] += cents - sum(amounts)
    budget = round(cents / 100 / here.profile.execution)
    rows = _budget(here, draws, budget)
    signed = 0.82 + 0.18 * here.merit
    spent = sorted(zip(expenses, amounts, strict=True), key=lambda pair: pair[0].date)
    for place, (expense, amount) in enumerate(spent, 1):
        own = here.profile.own_funds and (expense.category == ROOMS or draws.chance(0.35))
        rows.append(
            {
                "entry_type": "支出",
                "source": OWN_MONEY if own else SCHOOL_MONEY,
                "category": expense.category,
                "memo": expense.memo,
                "date": expense.date,
                "amount": Decimal(amount).scaleb(-2),
                "voucher_no": f"PZ{expense.date:%y%m}-{here.number:02d}{place:02d}",
                "activity_id": expense.activity,
                "head_signed": draws.chance(signed),
            }
        )
    return rows


def _budget(here: CollegeYear, draws: Draws, total: int) -> list[Record]:
    lines = [
        (SCHOOL_MONEY, EVENTS, 0.38, "年度心理健康教育活动预算"),
        (SCHOOL_MONEY, TRAINING, 0.20, "心理队伍培训预算"),
    ]
    if here.profile.own_funds:
        lines += [
            (OWN_MONEY, ROOMS, 0.24, "辅导站设施建设配套预算"),
            (OWN_MONEY, EVENTS, 0.18, "特色活动配套预算"),
        ]
    else:
        lines.append((SCHOOL_MONEY, ROOMS, 0.22, "辅导站设施维护预算"))
    parts = share_out(total, [share * draws.uniform(0.85, 1.15) for _, _, share, _ in lines])
    day = here.terms.some_day(draws, 9, before=25)
    return [
        {
            "entry_type": "预算",
            "source": source,
            "category": category,
            "memo": memo,
            "date": day,
            "amount": Decimal(part).quantize(Decimal("0.01")),
            "head_signed": True,
        }
        for (source, category, _, memo), part in zip(lines, parts, strict=True)
    ]


def _expenses(here: CollegeYear, draws: Draws, activities: Sequence[Activity]) -> list[_Expense]:
    free = ("谈心谈话", "档案建设")
    costly = [each for each in activities if each.form not in free or each.is_theme]
    costly.sort(key=lambda each: -each.n_attend)
    expenses = [
        _Expense(
            EVENTS,
            f"{each.title}物料与劳务",
            _paid(here, (each.end or each.start) + timedelta(days=draws.integer(3, 16))),
            each.id,
        )
        for each in costly[: round(4 + 10 * here.merit)]
    ]
    purposes = [(ROOMS, _BOUGHT, round(1 + 4 * here.merit)), (TRAINING, _TRAVEL, 2)]
    if here.merit < 0.4:
        purposes.append((OTHER, ("办公耗材与资料印刷",), 1))
    for category, memos, number in purposes:
        for memo in draws.several(memos, number):
            month = draws.pick((10, 11, 12, 3, 4, 5, 6))
            expenses.append(_Expense(category, memo, here.terms.some_day(draws, month)))
    return expenses


def _paid(here: CollegeYear, day: date) -> date:
    return min(here.terms.working_on(day), here.terms.filling[0])


def _weight(draws: Draws, expense: _Expense) -> float:
    median = {EVENTS: 1.0, ROOMS: 1.3, TRAINING: 1.5, OTHER: 0.5}[expense.category]
    return draws.lognormal(median, 0.4)
