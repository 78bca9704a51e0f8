"""What came of it: research, awards, highlights (sheets S19, S20, S22)."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.ledger.workbook import Record
from evalkit.synthetic.activities import Activity
from evalkit.synthetic.college_year import CollegeYear

__all__ = ["award_rows", "highlight_rows", "research_rows"]

_MONTHS = (10, 11, 12, 3, 4, 5, 6)
_RESEARCH = (
    ("调研报告", "{college}学生心理健康状况调研报告", "院级", "{college}", "已采纳"),
    (
        "课题立项",
        "高职{field}类专业学生心理韧性培育路径研究",
        "校级",
        "示例化工职业学院科研处",
        "在研",
    ),
    ("论文", "高职院校二级心理辅导站运行机制的实践与思考", "市厅级", "《示例职教研究》", "已发表"),
    (
        "案例",
        "从回避到求助：一名实习生的心理支持案例",
        "校级",
        "示例化工职业学院学生工作部",
        "已采纳",
    ),
    (
        "课题立项",
        "朋辈互助在宿舍心理工作中的应用研究",
        "市厅级",
        "示例省教育科学规划办公室",
        "结题",
    ),
    ("论文", "心理月报数据在学生心理危机预防中的应用", "市厅级", "《示例高校学生工作》", "已发表"),
    ("教材/著作", "高职学生心理健康活动手册（院本）", "院级", "{college}", "结题"),
)
_AWARDS = (
    ("校园心理情景剧大赛", "集体", "校级", ("一等", "二等", "三等")),
    ("心理健康教育工作先进个人", "个人(教师)", "校级", ("优秀/其他",)),
    ("优秀心理委员", "个人(学生)", "校级", ("优秀/其他",)),
    ("示例省大学生心理健康知识竞赛", "集体", "省市级", ("二等", "三等", "优秀/其他")),
    ("心理健康教育优秀案例评选", "个人(教师)", "省市级", ("一等", "二等", "三等")),
    ("心理微课大赛", "个人(教师)", "校级", ("一等", "二等", "三等")),
    ("“最美宿舍”心理文化评比", "集体", "院级", ("一等", "二等")),
)
_ISSUERS = {
    "校级": "示例化工职业学院",
    "省市级": "示例省高校心理健康教育研究会",
    "院级": "二级学院学生工作办公室",
}
_HIGHLIGHTS = (
    (
        "“一站式”社区心理驿站",
        "把辅导站的接待前移到学生社区，晚间由辅导员和朋辈轮流值守，学生下课后就能预约和倾诉。",
    ),
    (
        "实习学生心理护航计划",
        "为外出实习的班级配备线上联络员，每两周一次线上回访，返校前后各做一次心理评估。",
    ),
    (
        "专业融入的心理剧工作坊",
        "把专业实训中的真实场景改编为心理剧，由学生自编自演，在演出后开展团体讨论。",
    ),
    (
        "班级晴雨表分级响应",
        "按月汇总班级晴雨表，分三类响应，辅导员当周谈话，辅导站当月回访并记录结果。",
    ),
    (
        "宿舍心理观察员“五个一”",
        "观察员每周完成一次走访、一次记录、一次交流、一次分享、一次反馈，台账按月归档。",
    ),
)


def research_rows(here: CollegeYear) -> list[Record]:
    """Return the rows of S19 in order of date."""
    draws = here.draws("research")
    authors = [member.name for member in here.staff.current]
    chosen = draws.several(_RESEARCH[1:], max(here.profile.research - 1, 0))
    chosen = [*_RESEARCH[:1], *chosen][: here.profile.research]
    rows: list[Record] = []
    for kind, title, level, venue, status in chosen:
        survey = kind == "调研报告"
        words = {"college": here.college.name, "field": here.college.name[-4:-2]}
        rows.append(
            {
                "kind": kind,
                "title": title.format(**words),
                "level": level,
                "author": draws.pick(authors),
                "venue": venue.format(**words),
                "date": here.terms.some_day(draws, draws.pick(_MONTHS)),
                "status": status,
                "n_sample": draws.integer(180, 620) if survey else None,
                "consent": True if survey else None,
            }
        )
    return _numbered(rows, f"KY-{here.code}")


def award_rows(here: CollegeYear) -> list[Record]:
    """Return the rows of S20 in order of date; students appear as class and number."""
    draws = here.draws("awards")
    chosen = draws.several(_AWARDS[1:], max(here.profile.awards - 1, 0))
    rows: list[Record] = []
    for title, owner_type, level, ranks in [*_AWARDS[:1], *chosen][: here.profile.awards]:
        if owner_type == "集体":
            owner = f"{here.college.name}二级心理辅导站"
        elif owner_type == "个人(教师)":
            owner = draws.pick(here.staff.current).name
        else:
            owner = f"{draws.pick(here.structure.classes).name}学生 1 人"
        rows.append(
            {
                "title": title,
                "owner_type": owner_type,
                "owner": owner,
                "level": level,
                "rank": draws.pick(ranks),
                "issuer": _ISSUERS[level],
                "date": here.terms.some_day(draws, draws.pick(_MONTHS)),
                "relevant": True,
            }
        )
    return _numbered(rows, f"HJ-{here.code}")


def _numbered(rows: Sequence[Record], prefix: str) -> list[Record]:
    ordered = sorted(rows, key=lambda row: (str(row["date"]), str(row["title"])))
    return [{**row, "evidence_no": f"{prefix}-{place:02d}"} for place, row in enumerate(ordered, 1)]


def highlight_rows(here: CollegeYear, activities: Sequence[Activity]) -> list[Record]:
    """Return the rows of S22."""
    draws = here.draws("highlights")
    seen = sum(each.n_attend for each in activities)
    return [
        {
            "no": place,
            "title": title,
            "text": text,
            "n_benefit": min(round(seen * draws.uniform(0.1, 0.4)), here.structure.n_students),
            "n_media": draws.integer(0, 1 + round(3 * here.merit)),
            "evidence_no": f"TS-{here.code}-{place:02d}",
        }
        for place, (title, text) in enumerate(
            draws.several(_HIGHLIGHTS, here.profile.highlights), 1
        )
    ]
