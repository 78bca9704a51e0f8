"""What is wrong in an input, and exactly where.

A :class:`Finding` is what the person who filled the workbook gets back. It always answers five
questions: what, where, what was found, what is allowed, how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Location", "Severity"]


class Severity(StrEnum):
    """How much a finding weighs.

    ``ERROR``: the row or figure cannot be used. ``WARNING``: used, and shown. ``INFO``: for the
    reader's knowledge.
    """

    ERROR = "E"
    WARNING = "W"
    INFO = "I"

    @property
    def chinese(self) -> str:
        """The Chinese word that users see."""
        return {"E": "错误", "W": "警告", "I": "提示"}[self.value]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: the file's name, and as far as known its sheet and cell.

    Parameters
    ----------
    file : str
        File name without folders, as its sender knows it.
    sheet : str, optional
        Name of the sheet's tab.
    cell : str, optional
        Address in A1 form (``"K7"``), or a row (``"第 7 行"``).
    """

    file: str
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in an input.

    Parameters
    ----------
    code : str
        Stable code of the rule, such as ``"G01"``.
    severity : Severity
        Weight.
    location : Location
        Where.
    what : str
        What is wrong, in Chinese, without a final full stop.
    value : str
        What was found, as text. Never personal data.
    rule : str
        What is allowed.
    mend : str
        What to do.
    """

    code: str
    severity: Severity
    location: Location
    what: str
    value: str
    rule: str
    mend: str

    def __str__(self) -> str:
        found = f"，填写的是“{self.value}”" if self.value else ""
        return (
            f"[{self.severity.value} {self.code}] {self.location}：{self.what}{found}。"
            f"允许：{self.rule}。处理：{self.mend}。"
        )
