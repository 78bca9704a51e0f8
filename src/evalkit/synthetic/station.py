"""How the station is run: rules and meetings, rooms, secrecy (sheets S03, S04, S21)."""

from __future__ import annotations

from datetime import date, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws

__all__ = ["confidentiality_rows", "facility_rows", "meeting_rows"]

_RULES = (
    ("保密", "心理辅导站保密工作制度", "规定心理档案的查阅权限、保密承诺与泄密责任"),
    ("危机干预", "学生心理危机干预实施细则", "明确心理危机的发现、上报、干预与追踪流程"),
    ("职责分工", "二级心理辅导站工作职责", "明确站长、辅导员、心理委员的心理工作职责"),
    ("档案交接", "心理档案管理与交接办法", "规定心理档案归档、借阅以及换岗交接的手续"),
    ("心理委员管理", "心理委员与宿舍心理观察员管理办法", "规定学生骨干的选拔、培训、考核与激励"),
    ("谈心值班", "谈心谈话与值班制度", "安排辅导员谈心谈话与心理辅导站的值班"),
)
_BOARD = "党政联席会/总支会"
_MEETINGS: dict[str, tuple[tuple[int, str, str], ...]] = {
    _BOARD: (
        (9, "研究学年心理健康教育工作计划", "审议年度心理工作计划与经费预算，明确责任分工"),
        (3, "研究春季学期学生心理安全工作", "部署春季排查、危机防范与家校沟通工作"),
        (12, "听取新生心理普测情况汇报", "听取普测完成情况汇报，部署访谈与重点关爱工作"),
        (6, "听取心理辅导站工作总结", "听取年度心理工作总结，研究下一步改进措施"),
        (5, "研究毕业生与实习生心理关爱工作", "部署毕业与实习阶段的心理关爱与就业帮扶"),
    ),
    "工作研讨": (
        (10, "新生适应工作研讨", "交流新生适应状况，讨论分层开展的辅导活动"),
        (4, "重点关爱学生帮扶研讨", "讨论一生一策的制定与跟进频次，只用编号交流"),
        (11, "心理月报填报质量研讨", "分析月报数据质量，统一班级晴雨表的填报口径"),
        (5, "朋辈队伍建设研讨", "讨论心理委员培训内容与考核办法的改进"),
    ),
    "例会": (
        (10, "心理辅导站秋季例会", "通报本月心理工作进展，安排下月重点工作"),
        (3, "心理辅导站春季例会", "布置排查与值班安排，学习相关制度"),
        (12, "心理辅导站第一学期总结例会", "核对动态信息库，总结学期心理工作"),
        (6, "心理辅导站第二学期总结例会", "总结谈心谈话开展情况，查找薄弱环节"),
    ),
    "督导": (
        (11, "心理危机干预流程演练与督导", "模拟危机事件的发现、上报与陪护，熟悉干预流程"),
        (4, "个案督导会", "在校心理中心督导下讨论去标识化的个案"),
    ),
}
"""Month, title and summary of meetings by kind, the usual ones first."""


def meeting_rows(here: CollegeYear) -> list[Record]:
    """Return the rows of S03: rules in force, then the year's meetings in order of date."""
    draws = here.draws("meetings")
    # What is in force stays in force, so the stream of the rules knows no year.
    rules = Draws(here.seed, here.code, "rules")
    in_force = rules.shuffled(_RULES)[: max(3, round(3.4 + 3 * here.merit))]
    rows: list[Record] = []
    for place, (kind, title, summary) in enumerate(in_force, 1):
        issued = date(here.year.start - 1 - rules.integer(0, 2), rules.integer(3, 6), 15)
        rows.append(
            {
                "kind": "制度文件",
                "title": f"{here.college.name}{title}",
                "date": here.terms.working_on(issued),
                "doc_no": f"院发〔{issued.year}〕{place + 3}号",
                "summary": summary,
                "rule_type": kind,
            }
        )
    meetings: list[Record] = []
    for kind, titles in _MEETINGS.items():
        least = 2 if kind == _BOARD else 1
        number = max(least, round(len(titles) * (0.35 + 0.65 * here.merit)))
        for month, title, summary in titles[:number]:
            day = here.terms.some_day(draws, month)
            board = kind == _BOARD
            led_by_head = not board and day >= here.staff.head.from_date
            meetings.append(
                {
                    "kind": kind,
                    "title": title,
                    "date": day,
                    "doc_no": f"纪要{day:%Y%m}-{draws.integer(1, 9):02d}" if board else None,
                    "n_attend": draws.integer(7, 12) if board else draws.integer(6, 26),
                    "chair": here.staff.head.name if led_by_head else here.staff.leader,
                    "summary": summary,
                }
            )
    return rows + sorted(meetings, key=lambda row: (str(row["date"]), str(row["title"])))


_ROOMS = (
    ("个体辅导室", "个体辅导", 16.5, "沙发、沙盘、隔音门"),
    ("团体辅导室", "团体辅导", 58.0, "可移动桌椅、团体辅导器材包、投影"),
    ("接待预约室", "接待预约", 14.0, "接待台、预约登记册、宣传资料架"),
    ("宣泄放松室", "宣泄放松", 22.5, "音乐放松椅、宣泄器材"),
    ("档案室", "办公档案", 11.0, "带锁档案柜、专用电脑"),
)


def facility_rows(here: CollegeYear) -> list[Record]:
    """Return the rows of S04; rooms change little over the years."""
    draws = Draws(here.seed, here.code, "rooms")
    number = max(2, round(1.6 + 3.4 * here.merit)) if here.profile.room else 1
    floor = draws.integer(1, 5)
    rows: list[Record] = []
    for place, (name, function, area, equipment) in enumerate(_ROOMS[:number]):
        files = function in ("个体辅导", "办公档案")
        rows.append(
            {
                "room_name": f"{here.college.name}{name}",
                "location": f"{here.number}号学院楼{floor}{place + 1:02d}室",
                "function": function,
                "area_m2": round(2 * area * draws.uniform(0.8, 1.25)) / 2,
                "dedicated": here.profile.room and (place < 2 or draws.chance(0.85)),
                "locked_cabinet": True if files else None,
                "open_hours_week": float(2 * round(5 + 12 * here.merit + draws.uniform(-1, 1))),
                "equipment": equipment,
            }
        )
    return rows


def confidentiality_rows(here: CollegeYear) -> list[Record]:
    """Return the rows of S21 in order of date: pledges, handing over, archiving, lending."""
    draws, staff, terms = here.draws("secrecy"), here.staff, here.terms
    rows: list[Record] = []

    def add(kind: str, day: date, person: str, n_items: int, parties: Record | None = None) -> None:
        row: Record = {"kind": kind, "date": day, "person": person, "n_items": n_items}
        rows.append({**row, **(parties or {}), "signed": True})

    pledged = terms.working_on(terms.sem1_start + timedelta(days=2))
    for member in staff.members:
        add("保密承诺书", max(pledged, member.from_date), member.name, 1)
    old = staff.former_head
    if old is not None:
        parties: Record = {
            "from_person": old.name,
            "to_person": staff.head.name,
            "witness": staff.leader,
        }
        add("换岗交接", staff.head.from_date, staff.archivist.name, draws.integer(18, 40), parties)
    keeper = staff.archivist.name
    add("档案归档", terms.some_day(draws, 12), keeper, here.structure.in_grade(here.year.start))
    add("档案归档", terms.some_day(draws, 6), keeper, draws.integer(20, 60))
    for _ in range(draws.integer(0, 3)):
        day = terms.some_day(draws, draws.pick((10, 11, 3, 4, 5)))
        add("档案借阅", day, draws.pick(staff.counselling).name, draws.integer(1, 3))
    return sorted(rows, key=lambda row: str(row["date"]))
