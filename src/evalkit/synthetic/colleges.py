"""Names of the invented school and of its colleges."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

from evalkit.workspace import College

__all__ = ["CENTRE", "SCHOOL", "invented_colleges", "majors_of"]

SCHOOL = "示例化工职业学院"
CENTRE = "心理健康教育与咨询中心"

_FIRST = (
    ("精细化工学院", "精化学院"),
    ("环境监测学院", "环测学院"),
    ("生物制药学院", "制药学院"),
    ("数字技术学院", "数技学院"),
    ("装备制造学院", "装备学院"),
    ("建筑艺术学院", "建艺学院"),
    ("商务管理学院", "商管学院"),
    ("健康护理学院", "护理学院"),
)
_MAJORS = {
    "C01": ("精细化工技术", "应用化工技术", "高分子材料智能制造技术"),
    "C02": ("环境监测技术", "环境工程技术", "分析检验技术"),
    "C03": ("药品生产技术", "生物制药技术", "药品质量与安全"),
    "C04": ("大数据技术", "软件技术", "物联网应用技术"),
    "C05": ("机电一体化技术", "化工装备技术", "数控技术"),
    "C06": ("建筑工程技术", "室内艺术设计", "工程造价"),
    "C07": ("大数据与会计", "现代物流管理", "电子商务"),
    "C08": ("护理", "康复治疗技术", "健康管理"),
}
_SHORT = {
    "精细化工技术": "精化",
    "应用化工技术": "应化",
    "高分子材料智能制造技术": "高材",
    "环境监测技术": "环测",
    "环境工程技术": "环工",
    "分析检验技术": "分检",
    "药品生产技术": "药生",
    "生物制药技术": "生药",
    "药品质量与安全": "药安",
    "大数据技术": "数据",
    "软件技术": "软件",
    "物联网应用技术": "物联",
    "机电一体化技术": "机电",
    "化工装备技术": "化装",
    "数控技术": "数控",
    "建筑工程技术": "建工",
    "室内艺术设计": "室设",
    "工程造价": "造价",
    "大数据与会计": "会计",
    "现代物流管理": "物流",
    "电子商务": "电商",
    "护理": "护理",
    "康复治疗技术": "康复",
    "健康管理": "健管",
}
_KINDS = (
    "智能", "绿色", "现代", "新型", "应用", "先进", "城乡", "国际", "创意", "安全",
    "低碳", "滨海", "山地", "轻工", "民用", "公共", "特种", "综合", "乡村", "数智",
)  # fmt: skip
_FIELDS = (
    "材料", "能源", "交通", "食品", "物流", "传媒", "旅游", "检测", "控制", "电气",
    "汽车", "纺织", "设计", "康养", "水利", "园艺", "会展", "印刷", "矿产", "测绘",
    "家政", "陶瓷", "船舶", "仓储", "烹饪", "照明", "粮油", "珠宝", "乐器", "包装",
)  # fmt: skip


def invented_colleges(n: int) -> tuple[College, ...]:
    """Return the first `n` colleges of the invented school.

    The first eight are those of the sample; all names and aliases differ from each other.

    Raises
    ------
    ValueError
        If `n` is below one.
    """
    if n < 1:
        raise ValueError(f"a school has at least one college, not {n}")
    return tuple(islice(_colleges(), n))


def _colleges() -> Iterator[College]:
    taken: set[str] = set()
    number = 0
    for name, alias in (*_FIRST, *_further()):
        if name in taken or alias in taken:
            continue
        taken |= {name, alias}
        number += 1
        yield College(code=f"C{number:02d}", name=name, aliases=(alias,))
    for extra in count(number + 1):
        yield College(code=f"C{extra}", name=f"第{extra}产业学院", aliases=(f"产业{extra}院",))


def _further() -> Iterator[tuple[str, str]]:
    """Go through the word pairs along the diagonals, so that neighbours share no word."""
    for turn in range(len(_FIELDS)):
        for place, kind in enumerate(_KINDS):
            field = _FIELDS[(place + turn) % len(_FIELDS)]
            yield f"{kind}{field}学院", f"{kind[0]}{field[0]}学院"


def majors_of(college: College) -> tuple[tuple[str, str], ...]:
    """Return the college's majors with the short forms that class names begin with."""
    if college.code in _MAJORS:
        return tuple((major, _SHORT[major]) for major in _MAJORS[college.code])
    field = college.name.removesuffix("学院")[-2:]
    return tuple((f"{field}{kind}", f"{field[0]}{kind[0]}") for kind in ("技术", "工程", "管理"))
