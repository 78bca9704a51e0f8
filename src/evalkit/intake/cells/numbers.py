"""Numbers as people type them: with units, roughly, in words, as a percentage."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache

from evalkit.intake.cells.numerals import numeral, rounded_numeral
from evalkit.intake.cells.reading import (
    Context,
    Reading,
    Remark,
    noted,
    read_as,
    refused,
    warned,
)
from evalkit.intake.cells.texts import (
    LONGEST,
    TOO_LARGE,
    fold,
    is_wide,
    lost_digits,
    unwrap,
    visible,
    width_remark,
)
from evalkit.intake.cells.units import SCALED, UNITS, belongs
from evalkit.ledger import Column

__all__ = ["clean_integer", "clean_number", "clean_percentage"]

_NONE = frozenset({"无", "没有", "零"})
_ARABIC = r"[+-]?(?:(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d*)?|\.\d+)"
_CHINESE = (
    "[〇零○一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖两兩十百千万亿拾佰仟萬億廿卅点几数上0-9]+"
)
_SCALES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8,
}  # fmt: skip
_MANY = re.compile("[十百千万亿拾佰仟萬億]")
_PLAIN = re.compile(_ARABIC, re.ASCII)
_SPAN = re.compile(rf"{_ARABIC}\D{{0,4}}?\s?[-‐-―−~〜至到]\s?{_ARABIC}\D{{0,4}}", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[Ee][+-]?[0-9]+")
_MINUS = str.maketrans("−–", "--")


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A number taken out of a text, and how it stood there."""

    number: Decimal
    chinese: bool
    rough: bool
    dressed: bool
    """Whether there were words around it that say nothing new."""
    unit: str
    percent: bool


def clean_integer(cell: object, column: Column, context: Context) -> Reading:
    """Read an ``int`` cell."""
    if type(cell) is float and -TOO_LARGE < cell < TOO_LARGE and cell.is_integer():
        return _bounded(int(cell), (), column)
    reading = _number(cell, column, context)
    number = reading.value
    if not isinstance(number, Decimal):
        return reading
    if number != number.to_integral_value():
        unit = column.unit or "个"
        return refused("N02", "不是整数", f"以“{unit}”为单位的整数", "请核对后改为整数")
    return _bounded(int(number), reading.remarks, column)


def clean_number(cell: object, column: Column, context: Context) -> Reading:
    """Read a ``dec`` or ``money`` cell."""
    reading = _number(cell, column, context)
    if not isinstance(reading.value, Decimal):
        return reading
    return _bounded(reading.value, reading.remarks, column)


def clean_percentage(cell: object, column: Column, context: Context) -> Reading:
    """Read a ``pct`` cell: 98, ``98%`` and 0.98 are all 98."""
    reading = _number(cell, column, context)
    number, remarks = reading.value, reading.remarks
    if not isinstance(number, Decimal):
        return reading
    signed = any(remark.code == "N03" for remark in remarks)
    # An exact decimal was cleaned before: half a percent stays half a percent.
    if not signed and not isinstance(cell, Decimal) and 0 < number <= 1:
        if number == 1:
            return refused(
                "N03",
                "写的是 1，不能确定是 1% 还是 100%",
                "0 至 100 的数字",
                "全部请填 100，百分之一请填 1%",
            )
        number = _trimmed(number * 100)
        remarks = (
            *(remark for remark in remarks if remark.code != "N06"),
            warned(
                "N03",
                f"写的是小数，已乘以 100{read_as(number, column)}",
                "0 至 100 的数字",
                "请核对，改为 0 至 100 的数字",
            ),
        )
    return _bounded(number, remarks, column)


def _number(cell: object, column: Column, context: Context) -> Reading:
    """Return a reading whose value is a Decimal, or blank, or refused."""
    if isinstance(cell, bool):
        return _no_number(column)
    if isinstance(cell, (int, float)):
        if not -TOO_LARGE < cell < TOO_LARGE:
            finite = isinstance(cell, int) or math.isfinite(cell)
            return lost_digits() if finite else _no_number(column)
        return Reading(Decimal(format(cell, ".15g")) if cell else Decimal(0))
    if isinstance(cell, Decimal):
        if not cell.is_finite():
            return _no_number(column)
        return Reading(cell or Decimal(0)) if -TOO_LARGE < cell < TOO_LARGE else _too_long()
    if isinstance(cell, str):
        return _spelled(cell, column, context)
    if isinstance(cell, (date, time, timedelta)):
        return _no_number(column, "填写的是日期或时间，不是数字")
    return _no_number(column)


def _spelled(cell: str, column: Column, context: Context) -> Reading:
    text = unwrap(visible(cell))
    if len(text) > LONGEST:
        return _too_long() if text[:LONGEST].isdecimal() else _no_number(column)
    folded = fold(text).translate(_MINUS)
    if folded in _NONE:
        return _none(folded, context)
    if _SCIENTIFIC.fullmatch(folded):
        return lost_digits()
    parsed = _parse(folded, column)
    if parsed is None:
        if _SPAN.fullmatch(folded):
            return _no_number(column, "写的是一个范围，不是一个数")
        return _no_number(column)
    if abs(parsed.number) >= TOO_LARGE:
        return _too_long()
    if parsed.unit in SCALED and not parsed.percent and not belongs(parsed.unit, column.unit):
        return refused(
            "N02",
            f"写的单位是“{parsed.unit}”，与本列的单位“{column.unit}”不同，不能直接使用",
            _rule(column),
            f"请换算成以“{column.unit}”为单位的数字",
        )
    remarks = _remarks(parsed, column)
    if is_wide(text):
        remarks = (width_remark(), *remarks)
    if not remarks and not (context.all_text and cell == folded):
        remarks = (
            noted(
                "N06",
                "是文本形式的数字，已按数字读入",
                "数字格式的单元格",
                "无需处理；下次请把单元格设为“数值”格式",
            ),
        )
    return Reading(parsed.number, remarks)


def _parse(text: str, column: Column) -> _Parsed | None:
    if _PLAIN.fullmatch(text):
        return _Parsed(_arabic(text), False, False, False, "", False)
    match = _shape(column.unit, column.type == "pct").fullmatch(text)
    if match is None:
        return None
    rough = bool(match["about"] or match["more"] or match["tail"])
    scale, chinese = match["scale"], match["chinese"]
    if chinese is None:
        number: Decimal | None = _arabic(match["arabic"])
        if scale:
            number = _trimmed(_arabic(match["arabic"]) * _SCALES[scale])
    else:
        number, rough = _words(chinese, rough)
    if number is None:
        return None
    unit = match["unit"] or ""
    percent = bool(match["hundredth"]) or (column.type == "pct" and unit == "%")
    dressed = bool(scale or unit or match["head"] or match["coin"] or match["whole"])
    return _Parsed(number, chinese is not None, rough, dressed, unit, percent)


@cache
def _shape(unit: str, percentage: bool) -> re.Pattern[str]:
    own = fold(unit)
    units = sorted({own, *UNITS} - {""}, key=lambda text: (-len(text), text))
    hundredth = "(?P<hundredth>百分之)?" if percentage else "(?P<hundredth>(?!))?"
    return re.compile(
        r"(?P<head>共计|总计|合计|累计|总共|共有|共|计)?\s?"
        r"(?P<about>大约|约为|约|大概|大致|将近|接近|近|差不多|超过|逾|超|不足|不到|不少于|至少|[≈~>≥<≤])?\s?"
        rf"(?P<coin>人民币|RMB|CNY|¥)?\s?{hundredth}"
        rf"(?:(?P<arabic>{_ARABIC})\s?(?P<scale>十万|百万|千万|[十百千万亿])?|(?P<chinese>{_CHINESE}))\s?"
        rf"(?P<more>余|多|来|\+)?\s?(?P<unit>{'|'.join(map(re.escape, units))})?"
        r"(?P<tail>左右|上下|以上|以下|以内|多|余|\+)?(?P<whole>整|正)?",
        re.ASCII,
    )


def _arabic(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(" ", "")) or Decimal(0)  # -0 is 0


def _words(text: str, rough: bool) -> tuple[Decimal | None, bool]:
    """Return what Chinese numerals say, and whether only roughly."""
    if re.search("[0-9]", text) and not _MANY.search(text):
        return None, rough
    number = numeral(text)
    if number is None:
        number = rounded_numeral(text)
        if number is None and rough:  # 百余, 近百
            number = rounded_numeral(f"近{text}")
        return number, True
    return number, rough


def _remarks(parsed: _Parsed, column: Column) -> tuple[Remark, ...]:
    read = read_as(parsed.number, column)
    rule = _rule(column)
    remarks: list[Remark] = []
    strange = bool(parsed.unit) and not belongs(parsed.unit, column.unit) and not parsed.percent
    if parsed.rough:
        code = "N04" if parsed.chinese else "N02"
        remarks.append(warned(code, f"写的是约数{read}", rule, "请核对，改为准确的数字"))
    elif parsed.chinese:
        remarks.append(noted("N04", f"写的是中文数字{read}", rule, "无需处理；下次请填阿拉伯数字"))
    elif parsed.dressed and not parsed.percent and not strange:
        remarks.append(noted("N02", f"中有单位或文字{read}", rule, "无需处理；下次请只填数字"))
    if strange:
        what = f"写的单位是“{parsed.unit}”，而本列的单位是“{column.unit}”{read}"
        remarks.append(warned("N02", what, rule, "请核对数字和单位，改正后只填数字"))
    if parsed.percent:
        what = f"带有百分号{read}"
        remarks.append(noted("N03", what, "0 至 100 的数字", "无需处理；下次请只填数字"))
    return tuple(remarks)


def _none(text: str, context: Context) -> Reading:
    rule = "数量为零时填 0，不适用时留空"
    if context.zero_report:
        what = f"写的是“{text}”，按 0 读入"
        return Reading(Decimal(0), (noted("N05", what, rule, "无需处理；下次请填 0"),))
    what = f"写的是“{text}”，不能确定是否为零，按没有填写处理"
    remark = warned("N05", what, rule, "确实为零请填 0，不适用请留空")
    return Reading(None, (remark,), blank=True)


def _rule(column: Column) -> str:
    return f"只填数字（单位：{column.unit}）" if column.unit else "只填数字"


def _no_number(column: Column, what: str = "不是数字") -> Reading:
    return refused("N02", what, _rule(column), "请删去文字和单位，只留数字")


def _too_long() -> Reading:
    return refused("N02", "的数字过长", "整数部分不超过 15 位的数字", "请核对后改正")


def _trimmed(number: Decimal) -> Decimal:
    """Return a number without the zeros that a multiplication leaves behind."""
    whole = number.to_integral_value()
    return Decimal(int(whole)) if number == whole else number.normalize()


def _bounded(number: int | Decimal, remarks: tuple[Remark, ...], column: Column) -> Reading:
    low, high = column.minimum, column.maximum
    if (low is None or number >= low) and (high is None or number <= high):
        return Reading(number, remarks)
    if low is not None and high is not None:
        rule = f"{low} 至 {high}{column.unit}"
    else:
        rule = f"不小于 {low}{column.unit}" if high is None else f"不大于 {high}{column.unit}"
    fault = refused("V03", "超出允许范围", rule, "请核对后改正")
    return Reading(None, (*remarks, *fault.remarks))
