"""Words that may be the name of a student, and those that only look like one."""

from __future__ import annotations

import re

__all__ = ["has_named_student", "is_full_name", "is_word_of_names"]

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭"
    "郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤殷罗毕郝邬安常于傅康伍余顾孟黄穆萧尹姚邵汪祁毛米"
    "贝戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房解应"
    "宗丁宣邓单杭洪包左石崔吉龚程邢裴陆荣翁荀于甄封储靳段焦巴侯班仰仲伊宁仇甘厉武符刘景詹龙叶黎"
    "白蒲卓蔺池乔向党翟谭贡劳申冉雍桑桂尚温庄晏柴瞿阎连习易慎戈廖曾关查游竺权盖岳肖付代闫邸牟肇"
)
_DOUBLE = "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|东方|长孙"
_NAME = rf"(?:(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
_NO_NAME = re.compile(
    r"严[重格肃禁]|单[亲身独位次一双人]|康[复健]|高[危血度中考职风年一二三原校等]|应[激届当急对]|"
    r"易[怒激哭躁变感]|毕[业]|关[注爱心系怀于]|解[除决释答]|计[划]|方[案法面向式]|常[规见态年]|"
    r"安[全好排抚定静置慰]|连[续日]|温[和馨暖]|任[务课何]|焦[虑躁]|时[常]|管[理教]|左[右]|金[融额]|"
    r"石[油化]|程[度序]|万[一元]|于[是]|与|查[看明]|包[括含]|向[上下]|游[戏]|权[利]|党[员支总]|"
    r"季[节]|童[年]|申[请]|符[合]|景[区]|段[落]|代[表理]|宣[传]|支|项[目]|武[术]|班[级长主干]|班$|"
    r"康$|石$|平[时常]|宁[可]|习[惯]|余[下]|杜[绝]|熊[孩]|许[多]|何[时地]|顾[虑]|雷[同]|费[用]|白[天]|"
    r"黄[色]|蓝[色]|红|贫|曾[经有]|尚[未可]|经|卓[越]|荣[誉]|江[苏西]|湖|林[业]|田[间]"
)
_ANONYMOUS = re.compile(r"[某xX×*＊○〇ＸA-Z]")
_FULL_NAME = re.compile(_NAME)
_WORD = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{2,6})?")
_NO_PERSON = frozenset({"没有", "暂无", "不详", "不填", "保密", "未编", "待定", "空白", "编号"})
_NAMED = re.compile(
    rf"(?:^|[^\u4e00-\u9fff]|学生|同学|找|与|和|对|给|让|被)({_NAME})(?=同学|学生|[(（]|家长|父母|母亲|父亲)"
)


def is_full_name(text: str) -> bool:
    """Whether a cell holds what reads like a surname with a given name.

    Examples
    --------
    >>> is_full_name("李小红"), is_full_name("严重"), is_full_name("李某某")
    (True, False, False)
    """
    bare = "".join(text.split())
    return (
        _FULL_NAME.fullmatch(bare) is not None
        and _NO_NAME.match(bare) is None
        and _ANONYMOUS.search(bare) is None
    )


def is_word_of_names(text: str) -> bool:
    """Whether a cell that should hold a code holds a short word instead: hardly but a name."""
    bare = "".join(text.split())
    if bare in _NO_PERSON or _ANONYMOUS.search(bare) is not None:
        return False
    return _WORD.fullmatch(bare) is not None


def has_named_student(text: str) -> bool:
    """Whether a student is named in a text.

    Examples
    --------
    >>> has_named_student("与李小红同学谈话"), has_named_student("安排同学陪伴")
    (True, False)
    """
    return any(is_full_name(match[1]) for match in _NAMED.finditer(text))
