"""The columns of the tables that reports show: title, unit, and which count students."""

from __future__ import annotations

from evalkit.privacy import Field

__all__ = [
    "ACTIVITY_AUDIENCES",
    "ACTIVITY_FORMS",
    "ACTIVITY_MONTHS",
    "CARE",
    "COLLEGE",
    "COUNSELLING",
    "FUNDS",
    "GRADE",
    "INDICATORS",
    "NETWORK",
    "RISK_COUNTS",
    "SCREENING",
    "SCREENING_RATES",
    "STAFF",
    "TRENDS",
    "YEAR",
]

COLLEGE = Field("college", "学院")
GRADE = Field("grade", "年级")
YEAR = Field("year", "学年")

INDICATORS = (
    Field("indicator", "考评要点"),
    Field("points", "满分", "分", "score"),
    Field("mean", "得分均值", "分", "score"),
    Field("rate", "得分率", "%", "number"),
    Field("median", "全校中位数", "分", "score"),
    Field("previous", "上学年", "分", "score"),
    Field("change", "变化", "分", "change"),
)

ACTIVITY_MONTHS = (
    Field("month", "月份", kind="month"),
    Field("n_activities", "活动", "场", "count"),
    Field("n_attend", "参与", "人次", "count"),
    Field("previous", "上学年活动", "场", "count"),
)

ACTIVITY_FORMS = (
    Field("form", "工作形式"),
    Field("n_activities", "活动", "场", "count"),
    Field("n_attend", "参与", "人次", "count"),
)

ACTIVITY_AUDIENCES = (
    Field("audience", "面向人群"),
    Field("n_activities", "活动", "场", "count"),
    Field("n_attend", "参与", "人次", "count"),
)

SCREENING = (
    Field("n_enrolled", "在籍", "人次", "count"),
    Field("n_exempt", "免测", "人次", "count"),
    Field("n_required", "应测", "人次", "count"),
    Field("n_valid", "有效", "人次", "count"),
    Field("participation", "参测率", "", "percent", of=("n_valid", "n_required")),
)
"""Person-times: a grade that is screened twice a year counts twice.

Participation is not sensitive and never suppressed (the list of who was absent is)."""

SCREENING_RATES = (
    Field("n_valid", "有效", "人次", "count"),
    Field("n_l1", "一级预警", "人次", "count", students=True, topic="risk"),
    Field("l1_rate", "一级预警率", "", "percent", of=("n_l1", "n_valid"), topic="risk"),
    Field("n_l2", "二级预警", "人次", "count", students=True, topic="risk"),
    Field("l2_rate", "二级预警率", "", "percent", of=("n_l2", "n_valid"), topic="risk"),
    Field("n_l3", "三级/关注", "人次", "count", students=True, topic="risk"),
    Field("l3_rate", "三级/关注率", "", "percent", of=("n_l3", "n_valid"), topic="risk"),
    Field(
        "l1_interviewed", "一级已访谈", "", "percent", of=("n_l1_interviewed", "n_l1"), topic="risk"
    ),
    Field(
        "l2_interviewed", "二级已访谈", "", "percent", of=("n_l2_interviewed", "n_l2"), topic="risk"
    ),
)

COUNSELLING = (
    Field("n_sessions", "个体辅导", "人次", "count"),
    Field("per_1000", "每千名学生", "人次", "number"),
    Field("records", "记录完整率", "", "percent", of=("n_records_ok", "n_sessions")),
    Field("n_groups", "团体辅导", "个", "count"),
    Field("n_group_attend", "团体参与", "人次", "count"),
    Field("n_ref_centre", "转介校中心", "人", "count", students=True, topic="risk"),
    Field("n_ref_hospital", "转介医疗机构", "人", "count", students=True, topic="risk"),
)

NETWORK = (
    Field("n_classes", "班级", "个", "count"),
    Field("class_cover", "心理委员覆盖", "", "percent", of=("n_classes_covered", "n_classes")),
    Field("n_committee", "心理委员", "人", "count"),
    Field("n_units", "应配观察员的宿舍（班级）", "个", "count"),
    Field("unit_cover", "观察员覆盖", "", "percent", of=("n_units_covered", "n_units")),
    Field("n_observers", "宿舍心理观察员", "人", "count"),
    Field("n_core", "院级组织骨干", "人", "count"),
    Field("cells", "应训已训", "", "percent", of=("n_cells_done", "n_cells")),
)

STAFF = (
    Field("n_staff", "站内人员", "人", "count"),
    Field("qualified", "具备专业背景或证书", "", "percent", of=("n_qualified", "n_staff")),
    Field("trained", "本学年受训", "", "percent", of=("n_trained", "n_staff")),
    Field("hours_each", "人均培训", "学时", "number"),
)

FUNDS = (
    Field("category", "用途"),
    Field("budget", "预算", "元", "money"),
    Field("spent", "支出", "元", "money"),
)

CARE = (
    Field("n_active", "在册", "人", "count", students=True, topic="risk"),
    Field("plans", "一生一策", "", "percent", of=("n_with_plan", "n_active"), topic="risk"),
    Field(
        "measures", "落实援助措施", "", "percent", of=("n_with_measure", "n_active"), topic="risk"
    ),
    Field(
        "contacts",
        "按期跟进",
        "",
        "percent",
        of=("n_contacts_done", "n_contacts_due"),
        hidden_with="n_active",
        topic="risk",
    ),
)

TRENDS = (
    Field("participation", "普测参测率", "%", "percent", of=("n_valid", "n_required")),
    Field("l1_rate", "一级预警率", "%", "percent", of=("n_l1", "n_valid"), topic="risk"),
    Field("l2_rate", "二级预警率", "%", "percent", of=("n_l2", "n_valid"), topic="risk"),
    Field("on_time", "月报及时率", "%", "percent", of=("n_on_time", "n_due")),
    Field("cells", "骨干应训已训", "%", "percent", of=("n_cells_done", "n_cells")),
    Field("n_activities", "活动", "场", "count"),
    Field("reach", "生均参与", "人次", "number", decimals=2),
    Field("per_1000", "每千名学生个体辅导", "人次", "number"),
    Field("n_l1", "一级预警", "人次", "count", students=True, topic="risk"),
    Field("n_l2", "二级预警", "人次", "count", students=True, topic="risk"),
)

RISK_COUNTS = frozenset(
    name
    for field in (*SCREENING_RATES, *COUNSELLING, *CARE)
    if field.topic == "risk"
    for name in (field.name, *(field.of or ()))
) - {field.name for field in SCREENING_RATES if field.topic is None}
"""Counts of students at risk, and of what was done for them."""
