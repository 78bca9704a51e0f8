"""Rows of a table that are no records: totals, signatures, notes, repeated headers, examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from evalkit.findings import Finding, Severity
from evalkit.intake.headers import Header, is_header
from evalkit.ledger import Sheet
from evalkit.spreadsheets import RawSheet

__all__ = ["Kind", "LeftOut", "not_read"]


class Kind(StrEnum):
    """Why a row is no record."""

    EXAMPLE = "示例行"
    TOTAL = "合计行"
    SIGNATURE = "签名行"
    NOTE = "说明行"
    HEADER = "重复的表头"


_SUM = r"(?:合\s*计|小\s*计|总\s*计|累\s*计|共\s*计)"
_AROUND = r"(?:[(（][^()（）]{0,10}[)）])?\s*[:：]?"
_TOTAL = re.compile(
    rf"(?:本\s*[页月期年]|全\s*[年院校部]|本?学[年期]|第[一二]学期|各项|(?:20)?\d\d级|支出|预算|收入)?\s*"
    rf"{_SUM}\s*(?:人数|人次|次数|金额|数)?\s*{_AROUND}"
    rf"|平\s*均\s*(?:值|数|分)?\s*{_AROUND}"
)
_LOOSE_TOTAL = re.compile(rf".{{0,10}}{_SUM}.{{0,12}}", re.DOTALL)
_LONGEST_TOTAL = 25
_MAY_BE_TOTAL = re.compile("[计均]")
_WHO = (
    r"(?:填\s*[表报写]\s*人?|制\s*[表单]\s*人?|[审复]\s*核\s*人?|审\s*批\s*人?|(?:主要)?负\s*责\s*人|"
    r"经\s*办\s*人|签\s*[字名章]|盖\s*章|公\s*章|填\s*[表报]\s*(?:日\s*期|时\s*间|单\s*位)|"
    r"(?:分管)?(?:院\s*)?领\s*导|书\s*记)"
)
_SIGNATURE = re.compile(
    rf"(?:评委|站长|学院|单位|部门|二级学院|班级)?\s*[(（]?\s*{_WHO}\s*[)）]?\s*"
    rf"(?:[(（].{{0,8}}[)）])?\s*(?:[:：_＿].*|\s[^:：]{{0,8}}|)",
    re.DOTALL,
)
_NOTE = re.compile(
    r"[※*＊]?\s*[(（]?\s*(?:附\s*注|备\s*注|注(?:意(?:事项)?)?|(?:填[表报写]|补充|相关)?说\s*明|填报要求|"
    r"(?:温馨)?提示)\s*[)）]?\s*[\d一二三四五]{0,2}\s*[:：、.．]|※\s*\S|注\s*[\d①-⑨]"
)
_LIST_ITEM = re.compile(r"\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳]|[一二三四五六七八九十]{1,2}、)")
_EXAMPLE = re.compile(
    r"(?:举?例如?|样例|范例|示例)\s*\d?\s*[:：]|[【\[(（]\s*(?:示例|样例|范例|例)\s*\d?\s*[】\])）]|"
    r"(?:示例|样例|范例)\s*\d?\s*$"
)
_OPENS = frozenset("举例样范示【[(（评站学单部二班填制审复主负经签盖公分领院书※*＊附备注补相说温提")
"""With what an example, a signature or a note begins: most rows need no closer look."""
_LONGEST_PREFILL = 6


@dataclass(slots=True)
class LeftOut:
    """Tells rows that are no records from those that are.

    A line of notes may follow another, so rows are to be asked in their order.
    """

    raw: RawSheet
    sheet: Sheet
    header: Header
    _last: Kind | None = None

    def kind(
        self, number: int, cells: Sequence[object], places: Sequence[int]
    ) -> tuple[Kind, str] | None:
        """Return why a row is no record and, of a total, what it is called.

        ``places`` are those of its cells that are not blank.
        """
        found = self._kind(number, cells, places)
        self._last = None if found is None else found[0]
        return found

    def _kind(
        self, number: int, cells: Sequence[object], places: Sequence[int]
    ) -> tuple[Kind, str] | None:
        filled = [cells[place] for place in places]
        first = filled[0] if filled else ""
        text = first.strip() if isinstance(first, str) else ""
        opens = text[:1] in _OPENS
        if opens and _EXAMPLE.match(text):
            return Kind.EXAMPLE, ""
        texts = [cell for cell in filled if isinstance(cell, str)]
        # Before the totals: a column may be called 合计.
        if len(texts) == len(filled) and (
            self.header.repeated_by(filled, cells) or is_header(filled, self.sheet)
        ):
            return Kind.HEADER, ""
        label = _total(filled) if _MAY_BE_TOTAL.search("".join(texts)) else ""
        if label:
            return Kind.TOTAL, label
        if len(filled) == 1 and self._last is Kind.SIGNATURE:
            return Kind.NOTE, ""  # the day below a signature
        # These open their row; further right they are what a record says, such as a remark.
        if opens and _SIGNATURE.fullmatch(text):
            return Kind.SIGNATURE, ""
        if opens and _NOTE.match(text):
            return Kind.NOTE, ""
        if len(filled) == 1 and self._is_line(number, places[0], text):
            return Kind.NOTE, ""
        return None

    def _is_line(self, number: int, place: int, text: str) -> bool:
        """Whether the only text of a row is a line of its own and no part of a record."""
        for top, left, bottom, right in self.raw.merged:
            if top == bottom == number and left == place:
                return sum(left <= p <= right for p in self.header.columns) > 1
        if self._last is not Kind.NOTE:
            return False
        return _LIST_ITEM.match(text) is not None or len(text) > _LONGEST_PREFILL


def not_read(raw: RawSheet, number: int, kind: Kind) -> Finding:
    """Say that a row was left out."""
    return Finding(
        "T02" if kind is Kind.HEADER else "T03",
        Severity.INFO,
        raw.location(number),
        f"这一行是{kind}，没有作为数据读取",
        "",
        "数据行",
        "无需处理；若是数据，请去掉这些字样",
    )


def _total(filled: Sequence[object]) -> str:
    """Return what a row of totals is called; nothing if it is none."""
    texts = [cell for cell in filled if isinstance(cell, str) and ("计" in cell or "均" in cell)]
    short = [text.strip() for text in texts if len(text) <= _LONGEST_TOTAL]
    label = next((text for text in short if _TOTAL.fullmatch(text)), "")
    if label or not short:
        return label
    # 讲座合计 may be what an expense is called; with nothing but figures beside it, it is a total.
    words = [cell for cell in filled if isinstance(cell, str) and _has_words(cell)]
    loose = all(len(w) <= _LONGEST_TOTAL and _LOOSE_TOTAL.fullmatch(w.strip()) for w in words)
    days = any(not isinstance(cell, (str, int, float)) for cell in filled)
    return short[0] if loose and not days else ""


def _has_words(text: str) -> bool:
    return re.fullmatch(r"\s*[\d.,，％%]*\s*\D{0,2}\s*", text) is None
