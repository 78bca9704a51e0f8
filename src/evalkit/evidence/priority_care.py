"""Priority-care students (S16, coded): process figures only. Criterion 2.4.③; article 4(四).

How many there are says nothing good or bad about a college; whether each has a plan, an owner and
was followed up does.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import day_number, tally_colleges
from evalkit.evidence.engine import lazy
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = [
    "SUBJECT",
]

LEVELS = ("一级", "二级", "三级")


def _cases(source: Source) -> Frame:
    """Count cases. Contacts done never count beyond those due, case by case."""
    status, level, measures = nw.col("status"), nw.col("level"), nw.col("measures")
    active, first = status == "在册", level == LEVELS[0]
    due, done = nw.col("n_due"), nw.col("n_done")
    both = active & ~due.is_null() & ~done.is_null()
    referred = measures.str.contains("转介校中心|转介医院")
    rows = source.table("key_students").with_columns(
        n_contacts_due=nw.when(both).then(due).otherwise(nw.lit(0)),
        n_contacts_done=nw.when(both).then(nw.min_horizontal(due, done)).otherwise(nw.lit(0)),
    )
    return tally_colleges(
        source,
        rows,
        ("key_students",),
        {
            "n_active": active,
            "n_with_plan": active & nw.col("has_plan"),
            "n_with_owner": active & ~nw.col("owner").is_null(),
            "n_with_measure": active & ~measures.is_null(),
            "n_l1_cases": first,
            "n_l1_referred": first & referred,
        },
        ["n_contacts_due", "n_contacts_done"],
    )


def _overdue(source: Source) -> Frame:
    """Count the active cases whose last contact lay too far back when the ledger was filled in.

    Without a date of filling in (S00) nobody can tell; a college has no count then.
    """
    keys = list(source.keys)
    dated = source.table("base_info").join(lazy(source.calendar), on=source.years, how="inner")
    filled, last = nw.col("filled_on"), nw.col("last_day")
    known = (
        dated.filter(~filled.is_null())
        .with_columns(seen_on=nw.when(filled < last).then(filled).otherwise(last))
        .group_by(*keys)
        .agg(nw.col("seen_on").max())
    )
    rows = source.table("key_students").filter(nw.col("status") == "在册")
    ages = rows.join(known, on=keys, how="inner").with_columns(
        age=day_number("seen_on") - day_number("last_contact")
    )
    age, level = nw.col("age"), nw.col("level")
    first, second, third = (
        (level == name) & (age > days)
        for name, days in zip(LEVELS, source.terms.contact_days, strict=True)
    )
    late = {"n_overdue": first | second | third}
    return tally_colleges(source, ages, ("key_students",), late).join(known, on=keys, how="semi")


def _count(source: Source) -> Frame:
    return _cases(source).join(_overdue(source), on=list(source.keys), how="left")


def _share(
    name: str,
    title: str,
    part: str,
    columns: tuple[str, ...],
    *,
    whole: str = "n_active",
    source: str = "附件1 2.4③：对重点关爱学生落实教育指导和援助措施",
) -> Metric:
    return Metric(name, title, "%", part, {"key_students": columns}, source, whole, times=100)


SUBJECT = Subject(
    "priority_care",
    "重点关爱",
    (
        _share("care_plans", "一生一策制定率", "n_with_plan", ("status", "has_plan")),
        _share(
            "care_followed",
            "跟进完成率",
            "n_contacts_done",
            ("status", "n_due", "n_done"),
            whole="n_contacts_due",
        ),
        _share("care_owners", "责任人落实率", "n_with_owner", ("status", "owner")),
        _share("care_measures", "援助措施落实率", "n_with_measure", ("status", "measures")),
        Metric(
            "care_overdue",
            "超期未跟进的比例",
            "%",
            "n_overdue",
            {"key_students": ("status", "level", "last_contact"), "base_info": ("filled_on",)},
            "附件1 2.4③：对重点关爱学生落实教育指导和援助措施",
            "n_active",
            times=100,
            direction="lower",
        ),
        _share(
            "l1_referred",
            "一级个案转介率",
            "n_l1_referred",
            ("level", "measures"),
            whole="n_l1_cases",
            source="第四条（四）：需要心理治疗的学生及时转介到校心理中心或相关医疗机构",
        ),
    ),
    _count,
)
