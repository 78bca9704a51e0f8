"""One cell: from what was typed to a value of the column's type."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from evalkit.ledger import Column

__all__ = ["Problem", "Value", "clean", "is_blank", "masked"]

Value = str | int | Decimal | bool | date | datetime | None

_BLANK = {"", "/", "-", "—", "——", "暂无", "n/a"}
_TRUE, _FALSE = {"是", "有", "√", "✓", "y", "yes", "true"}, {"否", "无", "×", "n", "no", "false"}
_DATE = re.compile(r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$")
_PLAIN_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MONTH = re.compile(r"^((?:19|20)\d{2})[-./年]?(\d{1,2})月?$")
_MOMENT = re.compile(r"^(.+?)[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?$")
_GRADE = re.compile(r"^(?:20)?(\d{2})级?$")
_SEPARATORS = re.compile(r"[、,;，；\n]+")
_NUMBER = re.compile(r"[+-]?(?:(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d*)?|\.\d+)")
_PERSONAL = re.compile(
    r"(?<!\d)(?:\d{6} ?\d{8} ?\d{3}[\dXx]|(?:(?:00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)"
)
_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")
_SERIAL_DAYS = (20_000, 60_000)
_TOO_LARGE = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be used: code, what is wrong, what is allowed, what to do."""

    code: str
    what: str
    rule: str
    mend: str


def is_blank(cell: object) -> bool:
    """Whether a cell says nothing: empty, spaces, or a dash put in its place."""
    return cell is None or (isinstance(cell, str) and _folded(cell).casefold() in _BLANK)


def masked(cell: object, most: int = 40) -> str:
    """Return a cell as it may be shown in a finding: at most so long, no personal numbers.

    Examples
    --------
    >>> masked("身份证 110101199003070012")
    '身份证 ******'
    """
    text = _typed(cell)
    # Only what is masked is folded: the rest has to look as it was typed.
    for match in reversed([*_PERSONAL.finditer(text.translate(_WIDE))]):
        text = f"{text[: match.start()]}******{text[match.end() :]}"
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= most else f"{text[:most]}…"


def clean(cell: object, column: Column) -> tuple[Value, Problem | None]:
    """Turn a raw cell into a value of the column's type.

    Parameters
    ----------
    cell : object
        What the reader found: text, float, date, bool.
    column : Column
        The column's definition.

    Returns
    -------
    value
        ``None`` if blank or unusable. Numbers with decimals are exact decimals of at most 15
        significant digits, as many as a spreadsheet keeps.
    problem
        Why a filled cell is unusable, else ``None``.
    """
    if is_blank(cell):
        return None, None
    value, problem = _CLEANERS[column.type](cell, column)
    if problem is None:
        problem = _personal(value, column) or _outside(value, column)
    return (None, problem) if problem is not None else (value, None)


def _typed(cell: object) -> str:
    """Return a cell as text; spreadsheets keep whole numbers as 2024.0."""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "")
    return text.strip()


def _text(cell: object, column: Column) -> tuple[Value, Problem | None]:
    text = _typed(cell).strip()
    folded = _folded(text)
    if column.pattern is not None and re.fullmatch(column.pattern, folded) is None:
        allowed = column.note or f"符合“{column.pattern}”的编号"
        return None, Problem("V04", "写法不合要求", allowed, "请按模板的写法改正")
    return (folded if column.type == "id" or column.pattern is not None else text), None


def _enum(cell: object, column: Column) -> tuple[Value, Problem | None]:
    text = _folded(str(cell))
    if text in column.allowed:
        return text, None
    options = {_folded(option): option for option in column.allowed}
    if text in options:
        return options[text], None
    return None, Problem("V02", "不在可选范围内", "、".join(column.allowed), "请从下拉列表中选择")


def _enums(cell: object, column: Column) -> tuple[Value, Problem | None]:
    parts = [_folded(part) for part in _SEPARATORS.split(str(cell)) if part.strip()]
    options = {_folded(option): option for option in column.allowed}
    strange = [part for part in parts if part not in options]
    if strange:
        rule = f"{'、'.join(column.allowed)}，可选多项，用顿号隔开"
        return None, Problem(
            "V02", f"“{masked('、'.join(strange))}”不在可选范围内", rule, "请改为可选项"
        )
    return "、".join(dict.fromkeys(options[part] for part in parts)) or None, None


def _bool(cell: object, column: Column) -> tuple[Value, Problem | None]:
    if isinstance(cell, bool):
        return cell, None
    text = _folded(str(cell)).casefold()
    if text in _TRUE:
        return True, None
    if text in _FALSE:
        return False, None
    return None, Problem("V02", f"“{column.header}”应填是或否", "是、否", "请从下拉列表中选择")


def _number(cell: object, column: Column) -> Decimal | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return Decimal(format(cell, ".15g")) if math.isfinite(cell) else None
    text = _folded(str(cell)).removesuffix(_folded(column.unit)).rstrip()
    # A comma parts thousands or it is a slip: "8,5" is no number, least of all 85.
    if _NUMBER.fullmatch(text) is None:
        return None
    return Decimal(text.replace(",", "").replace(" ", ""))


def _decimal(cell: object, column: Column) -> tuple[Value, Problem | None]:
    number = _number(cell, column)
    if number is None:
        unit = f"（单位：{column.unit}）" if column.unit else ""
        return None, Problem("N02", "不是数字", f"只填数字{unit}", "请删去文字和单位，只留数字")
    if abs(number) >= _TOO_LARGE:
        return None, Problem("N02", "的数字过长", "整数部分不超过 15 位的数字", "请核对后改正")
    return number, None


def _integer(cell: object, column: Column) -> tuple[Value, Problem | None]:
    number, problem = _decimal(cell, column)
    if problem is not None or not isinstance(number, Decimal):
        return None, problem
    if number != number.to_integral_value():
        unit = column.unit or "个"
        return None, Problem("N02", "不是整数", f"以“{unit}”为单位的整数", "请核对后改为整数")
    return int(number), None


def _date(cell: object, _column: Column) -> tuple[Value, Problem | None]:
    day = _day(cell)
    if day is not None:
        return day, None
    return None, Problem(
        "D01",
        "不是能识别的日期",
        "日期，例如 2024-09-10",
        "请按“年-月-日”重新填写，并核对这一天是否存在",
    )


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if _SERIAL_DAYS[0] <= cell <= _SERIAL_DAYS[1]:
            return date(1899, 12, 30) + timedelta(days=int(cell))
        cell = format(cell, ".15g")
    text = _folded(str(cell)).replace(" ", "")
    match = _DATE.match(text) or _PLAIN_DATE.match(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _moment(cell: object, _column: Column) -> tuple[Value, Problem | None]:
    if isinstance(cell, datetime):
        return cell, None
    if isinstance(cell, date):  # what the reader makes of a moment at midnight
        return datetime.combine(cell, time()), None
    match = _MOMENT.match(_folded(str(cell)))
    day = _day(match[1]) if match else None
    if match is not None and day is not None:
        try:
            clock = time(int(match[2]), int(match[3]), int(match[4] or 0))
        except ValueError:
            clock = None
        if clock is not None:
            return datetime.combine(day, clock), None
    return None, Problem(
        "D01",
        "不是能识别的时间",
        "日期和时间，例如 2024-09-10 14:30",
        "请按“年-月-日 时:分”重新填写",
    )


def _month(cell: object, _column: Column) -> tuple[Value, Problem | None]:
    if isinstance(cell, date):
        return f"{cell.year}-{cell.month:02d}", None
    match = _MONTH.match(_folded(_typed(cell)).replace(" ", ""))
    # The number 2024.1 may have been typed as 2024.10.
    unclear = isinstance(cell, float) and match is not None and match[2] == "1"
    if match is not None and 1 <= int(match[2]) <= 12 and not unclear:
        return f"{match[1]}-{int(match[2]):02d}", None
    return None, Problem("D01", "不是能识别的月份", "年-月，例如 2024-09", "请按“年-月”重新填写")


def _grade(cell: object, _column: Column) -> tuple[Value, Problem | None]:
    grade = _one_grade(_typed(cell))
    if grade is not None:
        return grade, None
    return None, Problem("K02", "不是能识别的年级", "入学年份加“级”，例如 2024级", "请改为入学年份")


def _one_grade(text: str) -> str | None:
    match = _GRADE.match(_folded(text).replace(" ", ""))
    return f"20{match[1]}级" if match else None


def _grades(cell: object, _column: Column) -> tuple[Value, Problem | None]:
    parts = [_folded(part) for part in _SEPARATORS.split(_typed(cell)) if part.strip()]
    if parts == ["全体"]:
        return "全体", None
    grades = [_one_grade(part) for part in parts]
    if None in grades:
        rule = "年级，例如 2023级、2024级，或全体"
        return None, Problem("K02", "有不能识别的年级", rule, "请改为入学年份，用顿号隔开")
    return "、".join(dict.fromkeys(grade for grade in grades if grade)) or None, None


def _personal(value: Value, column: Column) -> Problem | None:
    """Refuse what names a person by number; private columns are dropped later anyway."""
    if column.private or not isinstance(value, (str, int, Decimal)):
        return None
    if _PERSONAL.search(str(value).translate(_WIDE)) is None:
        return None
    rule = "不含身份证号和手机号的内容"
    return Problem("P01", "中有身份证号或手机号", rule, "请删去号码；佐证材料由学院自己保管")


def _outside(value: Value, column: Column) -> Problem | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    low, high = column.minimum, column.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    if low is not None and high is not None:
        rule = f"{low} 至 {high}{column.unit}"
    else:
        rule = f"不小于 {low}{column.unit}" if high is None else f"不大于 {high}{column.unit}"
    return Problem("V03", "超出允许范围", rule, "请核对后改正")


_CLEANERS: dict[str, Callable[[object, Column], tuple[Value, Problem | None]]] = {
    "str": _text,
    "text": _text,
    "id": _text,
    "enum": _enum,
    "enums": _enums,
    "bool": _bool,
    "int": _integer,
    "dec": _decimal,
    "money": _decimal,
    "pct": _decimal,
    "date": _date,
    "datetime": _moment,
    "ym": _month,
    "grade": _grade,
    "grades": _grades,
}
