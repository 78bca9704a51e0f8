"""Personal data where it does not belong (P01, P02), and a sheet far too long (F06).

The identity numbers are impossible ones, the mobile number is that of all tests, the names are
those of nobody.
"""

from __future__ import annotations

from typing import Any

from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from evalkit.ledger.workbook import FIRST_ROW
from evalkit.synthetic.dirty.book import HEADER_ROW, Book
from evalkit.synthetic.dirty.plants import Plant, instead

__all__ = ["AUTHOR", "CHANGES", "COMMENT_CHANGES", "CSV_PLANTS", "PERSONAL", "PLANTS"]

ID_NUMBER, LATER_ID_NUMBER = "000000199001010014", "00000019900101001X"
MOBILE, STUDENT_NUMBER, NAME, NAMED = "13800138000", "202405130117", "张三", "赵六六"
AUTHOR = "钱七七"
COMMENT = f"请{NAMED}的家长联系 {MOBILE}"
PERSONAL = (ID_NUMBER, LATER_ID_NUMBER, MOBILE, STUDENT_NUMBER, NAMED, AUTHOR)
"""What must never be seen again, wherever one looks."""

PLANTS = (
    Plant("P01", "E", "rules_meetings", 0, "summary",
          instead(f"讨论了身份证号为 {ID_NUMBER} 的学生的情况"), "会议内容中有身份证号"),
    Plant("P01", "E", "rules_meetings", 1, "doc_no", instead(LATER_ID_NUMBER),
          "文号一栏填了身份证号"),
    Plant("P01", "E", "awards", 0, "evidence_no", instead(f"电话{MOBILE}"), "佐证中有手机号"),
    Plant("P01", "E", "awards", 1, "title", instead("优秀心理委员１３８ ００１３ ８０００"),
          "全角的手机号"),
    Plant("P01", "E", "key_students", 0, "case_code", instead(NAMED), "个案编号写成了学生姓名"),
    Plant("P01", "E", "key_students", 1, "case_code", instead(STUDENT_NUMBER),
          "个案编号写成了学号"),
    Plant("P01", "E", "key_students", 2, "case_code", instead(int(STUDENT_NUMBER)),
          "学号存成了数字"),
)  # fmt: skip

CSV_PLANTS = (
    Plant("P01", "E", "crisis", 0, "event_code", instead(f"学生{NAMED}"),
          "事件编号写成了学生姓名"),
)  # fmt: skip


def _added_columns(book: Book) -> None:
    page: Any = book.page("key_students")
    last = len(book.sheets["key_students"].columns)
    for more, (header, text) in enumerate(
        (("学生姓名", NAMED), ("备注", f"{NAMED}同学情绪低落")), 1
    ):
        letter = get_column_letter(last + more)
        page[f"{letter}{HEADER_ROW}"] = header
        page[f"{letter}{FIRST_ROW}"] = text
        place = f"{letter}{FIRST_ROW}"
        book.expect("P01", "E", "key_students", place, note=f"自己加了“{header}”一列，写了学生姓名")


def _too_long(book: Book) -> None:
    book.page("staff_training")["A30000"].value = "完"
    book.expect("F06", "E", "staff_training", note="第三万行还留着一个字")


def _comment(book: Book) -> None:
    place = book.address("activities", 0, "title")
    cell: Any = book.page("activities")[place]
    cell.comment = Comment(COMMENT, AUTHOR)
    book.expect("P02", "I", "activities", note="单元格批注里留有姓名和电话")


CHANGES = (_added_columns, _too_long)
COMMENT_CHANGES = (_comment,)
