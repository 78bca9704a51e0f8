"""What activities are called, whom they are for and where they take place."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ACTIVITIES", "THEMES", "Title"]

_ALL = ("全体",)
_HALL = ("学术报告厅", "图书馆报告厅", "大学生活动中心")
_ROOM = ("阶梯教室101", "教学楼B203", "综合楼多功能厅")
_STATION = ("学院心理辅导站", "团体辅导室")
_CLASSROOMS = ("各班教室",)
_FIELD = ("田径场", "体育馆", "素质拓展基地")


@dataclass(frozen=True, slots=True)
class Title:
    """Title of an activity, its audience and places.

    ``month`` and ``days`` (first and last day of the month) where it belongs to a date.
    """

    text: str
    audience: tuple[str, ...]
    places: tuple[str, ...]
    month: int | None = None
    days: tuple[int, int] = (1, 26)

    @property
    def span(self) -> tuple[int, int]:
        """How many days it goes on for, at least and at most; 0 for a single day."""
        if re.search("月(主题|$)|开放月", self.text):
            return 18, 26
        if "周" in self.text:
            return 4, 4
        return (7, 14) if re.search("计划|征集|评比|训练营|建档", self.text) else (0, 0)

    @property
    def season(self) -> int | None:
        """The semester that it belongs to, if it belongs to one."""
        if "新生" in self.audience:
            return 0
        if "毕业生" in self.audience or self.text.startswith(("春季", "节后")):
            return 1
        return None


THEMES = (
    (
        Title("“适应从心开始”新生心理健康主题宣教月", ("新生",), _HALL, 9, (5, 14)),
        Title("10·10世界精神卫生日主题宣教活动", _ALL, _HALL, 10, (8, 12)),
        Title("“温暖冬日·与心同行”主题宣教活动", _ALL, _HALL, 12),
    ),
    (
        Title("3·20心理健康周主题宣教活动", _ALL, _HALL, 3, (16, 20)),
        Title("5·25大学生心理健康月主题宣教活动", _ALL, _HALL, 5, (6, 25)),
        Title("“向阳而生”生命教育主题宣教活动", _ALL, _HALL, 4),
    ),
)
"""Theme activities of the first and of the second semester."""


def _lecture(topic: str, *audience: str, places: tuple[str, ...] = _HALL) -> Title:
    return Title(f"“{topic}”专题讲座", audience or _ALL, places)


def _meeting(topic: str, *audience: str) -> Title:
    return Title(f"“{topic}”心理主题班会", audience or _ALL, _CLASSROOMS)


ACTIVITIES: dict[str, tuple[Title, ...]] = {
    "专题讲座": (
        _lecture("走进大学，走近自己", "新生"),
        _lecture("情绪的密码"),
        _lecture("学会与压力共处", "学业困难", places=_ROOM),
        _lecture("恋爱中的边界与尊重"),
        _lecture("睡个好觉：睡眠与健康"),
        _lecture("从校园到职场的心理准备", "毕业生", places=_ROOM),
        _lecture("实习期的适应与求助", "实习生", places=("线上会议室",)),
        _lecture("识别身边的心理危机信号", "学生骨干", places=_ROOM),
        _lecture("网络使用与自我管理"),
        _lecture("女生身心健康课堂", "女生", places=_ROOM),
        _lecture("考试焦虑的应对", "学业困难", places=_ROOM),
        _lecture("家校沟通的方法", "家长", places=("线上会议室",)),
        _lecture("辅导员谈心技巧", "教职工", places=_ROOM),
        _lecture("原生家庭与个人成长"),
    ),
    "心理主题班会": (
        _meeting("遇见更好的自己"),
        _meeting("我们的班级我们的家", "新生"),
        _meeting("感恩与联结"),
        _meeting("挫折是成长的礼物"),
        _meeting("宿舍相处的艺术", "新生"),
        _meeting("珍爱生命，向阳成长"),
        _meeting("告别拖延"),
        _meeting("毕业季的告别与出发", "毕业生"),
    ),
    "个别与团体辅导": (
        Title("新生人际交往团体辅导开放日", ("新生",), _STATION),
        Title("家庭经济困难学生支持小组", ("经济困难",), _STATION),
        Title("家庭变故学生陪伴计划", ("家庭变故",), _STATION),
        Title("学业困难学生一对一辅导周", ("学业困难",), _STATION),
        Title("情绪表达艺术团体体验", _ALL, _STATION),
    ),
    "谈心谈话": (
        Title("辅导员走访宿舍谈心月", _ALL, ("学生宿舍",)),
        Title("新生入学谈心谈话", ("新生",), ("辅导员办公室",), 9),
        Title("实习学生线上谈心谈话", ("实习生",), ("线上会议室",)),
        Title("学业困难学生谈心谈话", ("学业困难",), ("辅导员办公室",)),
        Title("节后返校谈心谈话", _ALL, ("辅导员办公室",), 3),
    ),
    "普查测量": (
        Title("新生心理测评培训与现场测评", ("新生",), ("公共机房",), 10),
        Title("春季心理测评宣讲与补测", _ALL, ("公共机房",), 4),
        Title("心理测评结果解读沙龙", _ALL, _STATION),
        Title("测评进班级答疑活动", _ALL, _CLASSROOMS),
    ),
    "档案建设": (
        Title("新生心理档案集中建档", ("新生",), _STATION, 11),
        Title("心理档案核对与整理", _ALL, _STATION),
        Title("班级动态信息库填报培训", ("学生骨干",), _ROOM),
    ),
    "行为训练/团体培训": (
        Title("户外素质拓展训练营", _ALL, _FIELD),
        Title("正念减压训练营", _ALL, _STATION),
        Title("班级凝聚力团体训练", ("新生",), _FIELD),
        Title("心理骨干团队协作训练", ("学生骨干",), _FIELD),
        Title("沟通与表达训练坊", _ALL, _ROOM),
        Title("时间管理行为训练", ("学业困难",), _ROOM),
    ),
    "学术科研": (
        Title("大学生心理健康状况调研座谈会", _ALL, _ROOM),
        Title("心理育人工作案例研讨会", ("教职工",), _ROOM),
        Title("心理健康教育论文写作沙龙", ("教职工",), _ROOM),
    ),
    "其他": (
        Title("校园心理情景剧展演", _ALL, _HALL),
        Title("心理微电影展映", _ALL, _HALL),
        Title("心理知识竞赛", _ALL, _ROOM),
        Title("心理趣味游园会", _ALL, _FIELD),
        Title("“给未来的一封信”书写活动", ("毕业生",), ("学院大厅",)),
        Title("心理手抄报与漫画征集", _ALL, ("学院大厅",)),
        Title("宿舍文化与心理角创建评比", _ALL, ("学生宿舍",)),
        Title("“树洞信箱”开放月", _ALL, ("学院大厅",)),
    ),
}
"""Titles by form of work (article 5)."""
