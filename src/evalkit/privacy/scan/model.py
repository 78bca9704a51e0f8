"""What a scan finds, told without repeating it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evalkit.errors import EvalkitError

__all__ = ["Exposure", "ExposureError", "Kind", "shown"]

Kind = Literal["身份证号", "手机号", "学号", "姓名", "无法检查"]

_KEPT: dict[Kind, int] = {"身份证号": 2, "手机号": 3, "学号": 2, "姓名": 1, "无法检查": 0}
"""How many characters of what was found are shown, so that it can be found again."""


@dataclass(frozen=True, slots=True, order=True)
class Exposure:
    """Something in a file that names a person, or that could not be looked into.

    Attributes
    ----------
    file : str
        The file, as it was given.
    place : str
        Where in it, from the outside in: ``"word/document.xml › 第 3 段"``.
    kind : str
        ``"身份证号"``, ``"手机号"``, ``"学号"``, ``"姓名"`` or ``"无法检查"``.
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
    """A file names a person, and is therefore not released.

    Attributes
    ----------
    exposures : tuple of Exposure
        All that was found.
    """

    def __init__(self, exposures: Sequence[Exposure]) -> None:
        self.exposures = tuple(exposures)
        told = "；".join(str(each) for each in self.exposures[:_TOLD])
        rest = f"；等共 {len(self.exposures)} 处" if len(self.exposures) > _TOLD else ""
        super().__init__(
            f"有不该出现的个人信息，没有写出：{told}{rest}。"
            "允许：不含学生姓名、学号、身份证号和手机号的内容。"
            "请在台账、模板或 notebook 中删去后重新生成；"
            "确实可以公开的，请写进工作区的 allowed.txt，每行一个。"
        )


def shown(kind: Kind, found: str) -> str:
    """Return what was found as it may be shown: its first characters, the rest as asterisks.

    Examples
    --------
    >>> shown("手机号", "138 0013 8000"), shown("姓名", "欧阳小红")
    ('138********', '欧***')
    """
    bare = "".join(c for c in found if c.isalnum())
    return bare[: _KEPT[kind]] + "*" * (len(bare) - _KEPT[kind])
