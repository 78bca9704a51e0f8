"""Numbers, blanks and rates as people type them (N01 to N07)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from evalkit.synthetic.dirty.plants import Follow, Plant, Rows, Severity, Spell, instead

__all__ = ["PLANTS", "prepare"]

_WIDE = str.maketrans("0123456789%.", "０１２３４５６７８９％．")
_FULL = {"n_enrolled": 100, "n_exempt": 0, "exempt_reason": None, "n_required": 100}
_98 = {**_FULL, "n_first": 95, "n_valid": 98, "n_files": 98}
_UNIT = Follow("N02", "I", column="n_attend")


def _meeting(
    row: int, severity: Severity, code: str, spell: Spell, note: str, true: int,
    follows: tuple[Follow, ...] = (),
) -> Plant:  # fmt: skip
    """Return a plant in the number of people at a meeting."""
    return Plant(
        code, severity, "rules_meetings", row, "n_attend", spell, note,
        true=true, among={"rule_type": None}, kept=True, follows=follows,
    )  # fmt: skip


def _rate(
    row: int, code: str, severity: Severity, spell: Spell, note: str, *, kept: bool = True,
    follows: tuple[Follow, ...] = (), shown: str = "General",
) -> Plant:  # fmt: skip
    """Return a plant in the rate of a grade of which 98 of 100 took part."""
    return Plant(
        code, severity, "screening", row, "rate_reported", spell, note,
        true=Decimal(98), truths=_98, kept=kept, follows=follows, shown=shown,
    )  # fmt: skip


_N01 = (
    _meeting(0, "I", "N01", lambda n: f"{n}人".translate(_WIDE), "全角的数字", 120, (_UNIT,)),
    _rate(0, "N01", "I", lambda rate: f"{rate}%".translate(_WIDE), "全角的百分数",
          follows=(Follow("N03", "I", column="rate_reported"),)),
    Plant("N01", "I", "activities", 0, "form", lambda form: f"{form[:2]} {form[2:]}",
          "选项中间多了空格", true="专题讲座", kept=True),
)  # fmt: skip

_N02 = (
    _meeting(1, "I", "N02", lambda n: f"{n}人", "数字后面带着单位", 120),
    _meeting(2, "W", "N02", lambda n: f"约{n}", "写的是约数", 200),
    _meeting(3, "W", "N02", lambda n: f"{n}余人", "写的是约数", 200),
    _meeting(4, "W", "N02", lambda n: f"{n}+", "写的是约数", 60),
    Plant("N02", "I", "group_work", 0, "n_meetings", lambda n: f"{n}次", "数字后面带着单位",
          true=2, truths={"n_members": 10, "n_attend": 18}, kept=True),
    Plant("N02", "I", "funds", 0, "amount", lambda money: f"{int(money) // 1000}千",
          "金额以千为单位", true=Decimal("3000.00"), kept=True),
    Plant("N02", "I", "funds", 1, "amount", lambda money: f"人民币{money:,.2f}元整",
          "金额带着币种和单位", true=Decimal("1200.50"), kept=True),
    Plant("N02", "W", "individual", 0, "n_sessions", lambda n: f"{n}次", "单位与表头的不同",
          true=3, kept=True),
    Plant("N02", "E", "group_work", 1, "hours_each", instead("90分钟"), "时长以分钟为单位"),
    Plant("N02", "E", "peer_work", 0, "n_attend", instead("12.5"), "人次写成了小数"),
    Plant("N02", "E", "peer_work", 1, "n_attend", instead("若干"), "没有写数字"),
    Plant("N02", "E", "peer_work", 2, "n_attend", instead("20-30"), "写的是一个范围"),
)  # fmt: skip

_N03 = (
    _rate(1, "N03", "I", lambda rate: f"{rate}%", "参测率带着百分号"),
    _rate(2, "", "I", lambda rate: int(rate), "参测率写法正确"),
    _rate(3, "N03", "W", lambda rate: float(rate) / 100, "参测率写成了小数"),
    Plant("N03", "W", "screening", 0, "rate_reported", instead(0.9996), "99.96% 显示为 100%",
          true=Decimal(100), truths={"n_first": 80, "n_valid": 83, "n_required": 83,
          "n_enrolled": 83, "n_exempt": 0, "exempt_reason": None, "n_files": 83},
          among={"grade": "2022级"}, shown="0%"),
    _rate(4, "N03", "E", instead(1), "参测率只写了 1", kept=False),
    _rate(5, "N03", "E", instead(95.5), "参测率与人数算出的不同", kept=False),
)  # fmt: skip

_N04 = (
    _meeting(5, "I", "N04", instead("三十二"), "用汉字写数字", 32),
    Plant("N04", "I", "group_work", 2, "n_meetings", instead("两次"), "用汉字写数字",
          true=2, truths={"n_members": 12, "n_attend": 20}, kept=True),
    _meeting(6, "W", "N04", instead("近百人"), "用汉字写约数", 100),
)  # fmt: skip

_N05 = (
    Plant("N05", "I", "checks", 0, "n_talked", instead("/"), "没有内容的格写了斜线",
          true=None, kept=True),
    Plant("N05", "I", "checks", 1, "n_talked", instead("—"), "没有内容的格写了横线",
          true=None, kept=True),
    Plant("N05", "I", "checks", 2, "n_talked", instead("暂无"), "没有内容的格写了暂无",
          true=None, kept=True),
    Plant("N05", "I", "checks", 3, "n_talked", instead("无"), "零报告的表中用“无”表示零",
          true=0, kept=True),
    Plant("", "I", "checks", 4, "n_talked", lambda zero: zero, "确实是零", true=0, kept=True),
    Plant("N05", "W", "highlights", 0, "n_media", instead("无"), "写了“无”，是零还是不适用不清楚",
          true=None, kept=True),
    Plant("", "I", "highlights", 1, "n_media", instead(None), "不适用，留空", true=None, kept=True),
    Plant("N05", "I", "individual", 1, "n_ref_hospital", instead("/"), "必填的数字写了斜线",
          follows=(Follow("V01", "E", column="n_ref_hospital"),)),
    Plant("N05", "E", "facilities", 1, "location", instead("同上"), "写了同上"),
)  # fmt: skip

_TEXTS: tuple[tuple[Spell, str], ...] = (
    (str, "数字存成了文字"),
    (lambda n: f"'{n}", "数字前面有撇号"),
    (lambda n: f"{n}  ", "数字后面有空格"),
    (lambda n: f"{n}\u00a0", "数字后面有不换行空格"),
    (lambda n: f"\u200b{n}", "数字前面有看不见的字符"),
)
_N06 = (
    *(
        Plant("N06", "I", "class_base", row, "n_dorms", spell, note, kept=True)
        for row, (spell, note) in enumerate(_TEXTS)
    ),
    Plant("N06", "I", "facilities", 0, "room_name", lambda name: f" {name}\u00a0",
          "名称前后有空格", kept=True),
)  # fmt: skip

_N07 = (
    Plant("N07", "E", "peer_roster", 40, "peer_id", instead("2.02405E+11"),
          "长编号成了科学记数"),
    Plant("N07", "E", "funds", 0, "voucher_no", instead("2.02405E+11"), "凭证号成了科学记数",
          among={"entry_type": "支出"}),
)  # fmt: skip

PLANTS = (*_N01, *_N02, *_N03, *_N04, *_N05, *_N06, *_N07)

_WAVES = ("新生普测", "秋季普测", "补测合并")


def prepare(rows: Rows) -> None:
    """Put more rounds of the screening first: two grades of a hundred, three rounds each."""
    like = rows["screening"][0]
    start = date(2024, 10, 16)
    rounds = [
        dict(like) | _98 | {"wave": wave, "grade": grade, "start": start,
                            "end": start + timedelta(days=20), "rate_reported": Decimal(98)}
        for wave in _WAVES
        for grade in ("2024级", "2023级")
    ]  # fmt: skip
    rows["screening"] = [*rounds, *rows["screening"][1:]]
