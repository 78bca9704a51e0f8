"""What a scan finds, told without repeating it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evalkit.errors import EvalkitError

__all__ = ["Exposure", "ExposureError", "Kind", "shown"]

Kind = Literal["身份证号", "手机号", "学号", "姓名", "过小的人数", "无法检查"]

_KEPT: dict[Kind, int] = {"身份证号": 2, "手机号": 3, "学号": 2, "姓名": 1}
"""How many characters of what was found are shown, so that it can be found again."""


@dataclass(frozen=True, slots=True, order=True)
class Exposure:
    """Something in a file that names a person or tells of few, or that could not be looked into.

    Attributes
    ----------
    file : str
        The file, as it was given.
    place : str
        Where in it, from the outside in: ``"word/document.xml › 第 3 段"``.
    kind : str
        ``"身份证号"``, ``"手机号"``, ``"学号"``, ``"姓名"``, ``"过小的人数"`` or ``"无法检查"``.
    value : str
        What was found, masked; of what could not be looked into, the reason.
    """

    file: str
    place: str
    kind: Kind
    value: str

    def __str__(self) -> str:
        where = " › ".join(part for part in (self.file, self.place) if part)
        return f"{where}：{self.kind}，{self.value}"


_TOLD = 5
"""How many exposures an error tells."""


class ExposureError(EvalkitError):
    """A file names a person or tells of few, and is therefore not released.

    Attributes
    ----------
    exposures : tuple of Exposure
        All that was found.
    """

    def __init__(self, exposures: Sequence[Exposure]) -> None:
        self.exposures = tuple(exposures)
        told = "；".join(str(each) for each in self.exposures[:_TOLD])
        rest = f"；等共 {len(self.exposures)} 处" if len(self.exposures) > _TOLD else ""
        few = any(each.kind == "过小的人数" for each in self.exposures)
        super().__init__(
            f"有不该出现的个人信息{'或过小的人数' if few else ''}，没有写出：{told}{rest}。"
            "允许：不含学生姓名、学号、身份证号和手机号的内容"
            f"{'，预警、转介、危机等不足人数线的写作“—*”' if few else ''}。"
            "请在台账、模板或 notebook 中删去后重新生成；"
            "确实可以公开的，请写进工作区的 allowed.txt，每行一个。"
        )


_DIGITS = re.compile(r"\d+")
_NUMERAL = re.compile(r"[一二两三四五六七八九](?=人|名|例|位|个)")


def masked_count(found: str) -> str:
    """Return the words that say a count, without the number.

    Examples
    --------
    >>> masked_count("一级预警学生共3人"), masked_count("两名学生转介")
    ('一级预警学生共*人', '*名学生转介')
    """
    return _NUMERAL.sub("*", _DIGITS.sub("*", found))


def shown(kind: Kind, found: str) -> str:
    """Return what was found as it may be shown: its first characters, the rest as asterisks.

    Examples
    --------
    >>> shown("手机号", "138 0013 8000"), shown("姓名", "欧阳小红"), shown("过小的人数", "转介3人")
    ('138********', '欧***', '转介*人')
    """
    if kind == "过小的人数":
        return masked_count(found)
    bare = "".join(c for c in found if c.isalnum())
    kept = _KEPT.get(kind, 0)
    return bare[:kept] + "*" * (len(bare) - kept)
