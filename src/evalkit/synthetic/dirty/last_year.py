"""A college's ledger of the year before, whose classes do not go on as they should (Y01 to Y03)."""

from __future__ import annotations

from evalkit.synthetic.dirty.book import Book
from evalkit.synthetic.dirty.plants import Rows

__all__ = ["expect", "prepare"]

_GONE = "2309班"


def prepare(rows: Rows) -> None:
    """Change last year's list of classes: one more, one of another grade, one far larger."""
    classes = rows["class_base"]
    second = [row for row in classes if row["grade"] == "2023级"]
    gone = dict(second[0]) | {"class_name": f"{str(second[0]['class_name'])[:2]}{_GONE}"}
    classes.append(gone)
    second[0]["n_in_class"] = 78
    second[1]["grade"] = "2022级"
    cover = rows["base_info"][0]
    cover["n_classes"] = len(classes)
    cover["n_students"] = sum(int(str(row["n_in_class"])) for row in classes)
    new = [row for row in classes if row["grade"] == "2023级"]
    cover["n_freshmen"] = sum(int(str(row["n_in_class"])) for row in new)


def expect(book: Book) -> None:
    """Add to the key what this year's list of classes must be asked."""
    rows = [place for place, row in enumerate(book.rows["class_base"]) if row["grade"] == "2023级"]
    number, grade = (
        book.address("class_base", rows[0], "n_in_class"),
        book.address("class_base", rows[1], "grade"),
    )
    book.expect("Y01", "W", "class_base", note="上一学年的一个班级不见了")
    book.expect("Y02", "E", "class_base", grade, note="班级的年级与上一学年不同")
    book.expect("Y03", "I", "class_base", number, note="班级人数与上一学年相差很多")
