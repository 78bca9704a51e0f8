"""What stays the same from one year to the next, taken from the snapshot of the year before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from evalkit.intake.frames import PROVENANCE
from evalkit.ledger import Ledger, Sheet
from evalkit.ledger.workbook import CellValue, Record
from evalkit.workspace import AcademicYear

__all__ = ["Carried", "carry_over"]

GRADES = 3
"""How many grades are in the school at once."""

_YEAR = re.compile(r"\d{4}")
_STATION = ("station_name", "leader_name")


@dataclass(frozen=True)
class Carried:
    """A college's rows for the new year, by sheet, with a remark for each sheet.

    ``summary`` says on the first page what was carried over.
    """

    records: Mapping[str, tuple[Record, ...]]
    remarks: Mapping[str, str]
    summary: str


def carry_over(
    tables: Mapping[str, pd.DataFrame],
    ledger: Ledger,
    college: str,
    *,
    since: AcademicYear,
    year: AcademicYear,
) -> Carried:
    """Return what a college need not type again.

    Classes whose grade is still in the school, staff still in post, rooms, the station's name and
    the leader in charge. What a snapshot never holds (certificates' numbers, names of student
    helpers) stays blank.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The earlier year's snapshot.
    ledger : Ledger
        The definition of the new year's sheets.
    college : str
        Code of the college.
    since, year : AcademicYear
        The earlier year and the new one.
    """
    found = {
        name: _records(tables[name], ledger[name], college)
        for name in ("base_info", "class_base", "staff", "facilities")
        if name in tables and any(sheet.name == name for sheet in ledger.sheets)
    }
    base = [{n: r[n] for n in _STATION if r.get(n)} for r in found.get("base_info", [])]
    classes = [
        {name: value for name, value in record.items() if name != "on_campus_s2"}
        for record in found.get("class_base", [])
        if _still_here(record.get("grade"), year)
    ]
    staff = [r for r in found.get("staff", []) if r.get("name") and not r.get("to_date")]
    rooms = found.get("facilities", [])
    records = {"base_info": base, "class_base": classes, "staff": staff, "facilities": rooms}
    kept = {name: tuple(rows) for name, rows in records.items() if any(rows)}
    remarks = {name: _REMARKS[name].format(since=since) for name in kept}
    counted = [
        f"{what} {len(kept[name])} {unit}"
        for name, what, unit in (
            ("class_base", "班级", "个"),
            ("staff", "在任人员", "人次"),
            ("facilities", "场地", "处"),
        )
        if name in kept
    ]
    if "base_info" in kept:
        counted.append("辅导站名称和分管领导")
    summary = f"{since} 学年没有可以沿用的内容，各表都是空白的。"
    if counted:
        summary = f"已沿用 {since} 学年的{'、'.join(counted)}。请逐项核对，有变动的直接改。"
    return Carried(kept, remarks, summary)


_REMARKS = {
    "base_info": "【辅导站名称和分管领导沿用自 {since} 学年，请核对。】",
    "class_base": (
        "【各班沿用自 {since} 学年，已毕业的年级没有带入。请核对人数，"
        "补填新生班级和“第二学期是否在校”。】"
    ),
    "staff": (
        "【在任人员沿用自 {since} 学年。已离任的请补填“任职止”；证书编号请重新填写；"
        "学生干部请按新的骨干编号填写。】"
    ),
    "facilities": "【场地沿用自 {since} 学年，请核对；已经停用的请删去。】",
}


def _still_here(grade: CellValue, year: AcademicYear) -> bool:
    entered = _YEAR.search(str(grade))
    return entered is not None and int(entered[0]) > year.start - GRADES


def _records(frame: pd.DataFrame, sheet: Sheet, college: str) -> list[dict[str, CellValue]]:
    types = {c.name: c.type for c in sheet.columns if c.name in frame and not c.private}
    rows = frame[frame["college_code"] == college].drop(columns=list(PROVENANCE))
    return [
        {name: _plain(row[name], types[name]) for name in types if not pd.isna(row[name])}
        for row in rows.to_dict("records")
    ]


def _plain(value: object, kind: str) -> CellValue:
    if isinstance(value, pd.Timestamp):
        return value.date() if kind == "date" else value.to_pydatetime()
    if isinstance(value, float):
        return Decimal(str(value))
    return value if isinstance(value, (str, bool, int, date)) else str(value)
