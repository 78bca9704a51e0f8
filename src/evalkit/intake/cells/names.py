"""Names of persons: one or several in a cell.

How spaces are read, where no other mark parts the names and all words are Chinese:

1. Two words of which the first is one character (王 芳, 王 小芳), a two-character surname with the
   given name behind it (欧阳 娜), and three single characters (王 小 芳): one name, spaced out.
2. Two or more words of two to four characters, each beginning with a surname (张三 李四): as many
   persons.
3. Anything else (王芳 教授) stays as typed.
"""

from __future__ import annotations

import re

from evalkit.intake.cells.reading import BLANK, Context, Reading, Remark, noted, refused
from evalkit.intake.cells.texts import is_blank, same_as_above, space_remark, typed, visible
from evalkit.ledger import Column

__all__ = ["clean_people"]

_MARKS = "、，,;；/／|\n\r"
# Marks in brackets belong to what is said of a person.
_PART = re.compile(rf"(?:[^{_MARKS}()（）]|[(（][^()（）]*[)）]|[()（）])+")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3007 \u3000\xa0\t]+")
_ONE_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_PAIRS = (
    "欧阳司马诸葛上官皇甫慕容令狐尉迟长孙夏侯东方端木公孙司徒独孤南宫宇文轩辕钟离闻人"
    "司空澹台申屠呼延东郭西门公羊赫连拓跋完颜纳兰耶律"
)
_DOUBLE = frozenset(_PAIRS[place : place + 2] for place in range(0, len(_PAIRS), 2))
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃"
    "武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮"
    "柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古"
    "吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇"
    "桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封官谌匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谯冼"
)


def clean_people(cell: object, _column: Column, _context: Context) -> Reading:
    """Read the names in a cell, joined with 、 in the value."""
    if isinstance(cell, str) and _ONE_NAME.fullmatch(cell):
        return Reading(str(cell))
    text = typed(cell)
    if text is None:
        return refused("V04", "不是姓名", "姓名，多人用顿号隔开", "请重新填写姓名")
    shown = visible(text)
    names: list[str] = []
    closed = False
    for part in _PART.findall(shown):
        several = _persons(part.strip())
        names += several
        closed = closed or (len(several) == 1 and several[0] != part.strip())
    value = "、".join(names)
    if is_blank(value):
        return BLANK
    if (refusal := same_as_above(value)) is not None:
        return refusal
    return Reading(value, _remarks(text, shown, value, closed=closed))


def _persons(part: str) -> list[str]:
    """Return the names in a part without marks; see the module for how spaces are read."""
    words = part.split()
    if len(words) < 2 or not _CHINESE.fullmatch(part):
        return [part] if part else []
    sizes = [len(word) for word in words]
    spaced = len(words) == 2 and sizes[0] == 1 and sizes[1] <= 3
    double = len(words) == 2 and words[0] in _DOUBLE and sizes[1] <= 2
    if spaced or double or sizes == [1, 1, 1]:
        return ["".join(words)]
    if all(2 <= len(word) <= 4 and _begins_with_surname(word) for word in words):
        return words
    return [part]


def _begins_with_surname(word: str) -> bool:
    return word[0] in _SURNAMES or word[:2] in _DOUBLE


def _remarks(text: str, shown: str, value: str, *, closed: bool) -> tuple[Remark, ...]:
    if text == value:
        return ()
    remarks: list[Remark] = []
    if closed:
        remarks.append(noted("K04", "的姓名中有空格，已经去掉", "姓名中不含空格"))
    if not closed and shown == value:
        remarks.append(space_remark())
    elif not closed or _together(shown) != _together(value):
        remarks.append(
            noted(
                "T07",
                "中写了不止一人，已用顿号隔开",
                "姓名，多人用顿号隔开",
                "无需处理；下次请用顿号隔开",
            )
        )
    return tuple(remarks)


def _together(text: str) -> str:
    return "".join(text.split())
