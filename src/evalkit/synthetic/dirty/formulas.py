"""Formulas, the other date system, and a cover of another college (T06, D02, F04)."""

from __future__ import annotations

from datetime import date
from typing import Any

from openpyxl.packaging.relationship import Relationship
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.external_link.external import (
    ExternalBook,
    ExternalLink,
    ExternalSheetNames,
)

from evalkit.synthetic.dirty.book import Book
from evalkit.synthetic.dirty.plants import Plant, instead

__all__ = ["BROKEN", "CHANGES", "PLANTS"]

_MAC_EPOCH = date(1904, 1, 1)
_ELSEWHERE = "D:/共享/心理中心汇总.xlsx"
BROKEN = "=F5-#REF!"
"""A formula whose cell was deleted; the saved file shows the error."""

PLANTS = (
    Plant("D02", "I", "peer_roster", 10, "from_date", lambda day: (day - _MAC_EPOCH).days,
          "日期成了 1904 年的序列号", true=date(2025, 3, 5), truths={"to_date": None}, kept=True),
    Plant("", "I", "peer_roster", 11, "from_date", lambda day: day, "1904 年起算的日期本身没有错",
          true=date(2025, 3, 5), truths={"to_date": None}, shown="yyyy-mm-dd", kept=True),
    Plant("K01", "I", "base_info", 0, "college_name", instead("建艺学院"), "学院写的是简称"),
    Plant("F04", "E", "base_info", 0, "academic_year", instead("2023-2024"),
          "沿用了上一学年的封面"),
    Plant("F04", "E", "base_info", 0, "college_code", instead("C05"), "封面上是另一个学院的代码"),
)  # fmt: skip


def _old_dates(book: Book) -> None:
    book.workbook.epoch = CALENDAR_MAC_1904


def _formulas(book: Book) -> None:
    screening: Any = book.page("screening")
    for row in (0, 1):
        place = book.address("screening", row, "n_required")
        number = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        screening[place] = f"=F{number}-G{number}"
        result = int(str(book.rows["screening"][row]["n_required"]))
        if row == 0:  # a formula with its result: nothing to say
            _keep(book, "screening", place, result)
    book.expect("T06", "E", "screening", place, note="公式没有保存计算结果")
    place = book.address("screening", 2, "n_required")
    screening[place] = BROKEN
    _keep(book, "screening", place, "#REF!")
    book.expect("T06", "E", "screening", place, note="公式引用的单元格被删去了")
    place = book.address("screening", 0, "rate_reported")
    _error(book, "screening", place, "#DIV/0!")
    book.expect("T06", "E", "screening", place, note="公式除以了零")
    place = book.address("group_work", 0, "n_attend")
    _error(book, "group_work", place, "#REF!")
    book.expect("T06", "E", "group_work", place, note="粘贴来的错误值")


def _elsewhere(book: Book) -> None:
    names = ExternalSheetNames(sheetName=["场地"])
    link = ExternalLink(externalBook=ExternalBook(sheetNames=names, id="rId1"))
    link.file_link = Relationship(
        type="externalLinkPath", Target=_ELSEWHERE, TargetMode="External", Id="rId1"
    )
    book.workbook._external_links.append(link)
    place = book.address("facilities", 0, "area_m2")
    page: Any = book.page("facilities")
    page[place] = "=[1]场地!B3"
    _keep(book, "facilities", place, float(str(book.rows["facilities"][0]["area_m2"])))
    book.expect("T06", "W", "facilities", place, note="公式引用了另一个文件")


def _keep(book: Book, sheet: str, place: str, result: str | float) -> None:
    book.cached.setdefault(book.sheets[sheet].tab, {})[place] = result


def _error(book: Book, sheet: str, place: str, text: str) -> None:
    cell: Any = book.page(sheet)[place]
    cell.value = text
    cell.data_type = "e"


CHANGES = (_old_dates, _formulas, _elsewhere)
