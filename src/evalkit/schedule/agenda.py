"""What is due around a day, how it stands, and on what assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from evalkit.rubric import load_rubric
from evalkit.schedule.diary import Diary
from evalkit.schedule.items import Item, Kind, items_of
from evalkit.schedule.record import Record, record_of
from evalkit.schedule.work_days import is_work_day, last_known_year, uncovered
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Agenda", "Entry", "State", "agenda", "yearly_name"]

State = Literal["未到", "应办", "已办", "逾期", "待确认"]
"""待确认: the last day is over, and the files do not tell whether it was done."""

_LASTING: frozenset[Kind] = frozenset({"summary", "yearly", "corrections"})
"""What is still of use when the year is over; the yearly report says what was late in the rest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item and how it stands. ``note`` says what is behind the state; it may be empty."""

    item: Item
    state: State
    note: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is due around a day.

    Attributes
    ----------
    on : date
        The day.
    entries : tuple of Entry
        What this year asks for and what is left of the one before, in the order in which it comes
        up.
    records : mapping
        Academic year → what can be told about it.
    statements : tuple of str
        What was assumed for want of a calendar or of the holidays: Chinese sentences.
    """

    on: date
    entries: tuple[Entry, ...]
    records: Mapping[AcademicYear, Record]
    statements: tuple[str, ...]

    def within(self, days: int) -> tuple[Entry, ...]:
        """Return what is open, what comes up within so many days, what was settled as lately."""
        first, last = self.on - timedelta(days=days), self.on + timedelta(days=days)
        return tuple(
            entry
            for entry in self.entries
            if entry.state in ("应办", "逾期")
            or (entry.item.start <= last and entry.item.due >= first)
        )


def agenda(space: Workspace, on: date, *, days: int = 0) -> Agenda:
    """Return what is due around a day: of its year, and of the one before if that was assessed.

    Parameters
    ----------
    space : Workspace
        Whose.
    on : date
        The day.
    days : int
        How many days to look ahead: the next year is taken in too if it begins by then.

    Raises
    ------
    EvalkitError
        If the rubric has faults.
    """
    diary = Diary.read(space)
    known = dict(diary.snapshots)
    this = AcademicYear.of(on)
    wanted = {this, AcademicYear.of(on + timedelta(days=days))}
    records = {year: record_of(space, year, diary) for year in sorted({this.previous, *wanted})}
    if not records[this.previous].inputs or space.status(this.previous) == "baseline":
        del records[this.previous]
    if diary.snapshots != known:
        with suppress(OSError):  # whoever may only read can look all the same
            diary.write()
    terms = load_rubric(space.rubric).settings.monthly_reports.value
    entries = [
        _entry(item, record, on, diary)
        for year, record in records.items()
        for item in items_of(
            year, record.semesters, space.schedule, terms.months, terms.deadline_days
        )
        if year >= this or item.kind in _LASTING
    ]
    entries.sort(key=lambda entry: (entry.item.start, entry.item.due, entry.item.name))
    statements = [_assumed(record) for record in records.values() if record.semesters.assumed]
    holidays = _without_holidays(entry.item for entry in entries)
    return Agenda(on, tuple(entries), records, (*statements, *holidays))


def yearly_name(item: Item, snapshot: str) -> str:
    """Return the name under which the diary notes the yearly reports made from a snapshot."""
    return f"{item.name}@{snapshot}"


def _entry(item: Item, record: Record, on: date, diary: Diary) -> Entry:
    done, note = _done(item, record, on, diary)
    state: State
    if done:
        state = "已办"
    elif on < item.start:
        state = "未到"
    elif on <= item.due:
        state = "应办"
    else:
        state = "待确认" if done is None else "逾期"
    remarks = [note] if note else []
    if state in ("未到", "应办") and not item.automatic and not is_work_day(item.due):
        remarks.append("期限当天不是工作日，请提前办理")
    return Entry(item, state, "；".join(remarks))


def _done(item: Item, record: Record, on: date, diary: Diary) -> tuple[bool | None, str]:
    """Return whether an item was done, as far as files tell, and what they tell."""
    if item.automatic:
        if not record.inputs:
            return None, f"{record.year} 学年还没有材料"
        return _made(item, record, on, diary)
    facts = record.facts
    if facts is None or item.kind == "corrections":
        return None, ""
    if item.kind == "templates":
        return (True, f"已有 {facts.ledgers} 个学院交来台账") if facts.ledgers else (None, "")
    came = {"head_forms": facts.head_forms, "plan": facts.plans, "summary": facts.summaries}
    number = came[item.kind]
    # The sheet itself may not have come yet: nobody is late by that.
    if not number or not facts.colleges:
        return None, ""
    return number >= facts.colleges, f"{facts.colleges} 个学院中有 {number} 个已报送"


def _made(item: Item, record: Record, on: date, diary: Diary) -> tuple[bool, str]:
    if item.kind != "yearly":
        days = [day for day in record.looked if item.start <= day <= on]
        noted = item.name in diary.done
        return noted or bool(days), f"{days[0]} 核对或生成" if days and not noted else ""
    if record.checked is None:
        return False, "材料还没有用 evalkit check 核对过"
    made = yearly_name(item, record.checked) in diary.done or record.reported == record.checked
    return on >= item.start and made, f"快照 {record.checked}"


def _assumed(record: Record) -> str:
    semesters = record.semesters
    return (
        f"{record.year} 学年还没有可用的校历（校级记录的“校历与字典”），学期末暂按 "
        f"{semesters.first_end} 和 {semesters.second_end} 推算；"
        "填写校历并运行 evalkit check 后，日期会随之改正。"
    )


def _without_holidays(items: Iterable[Item]) -> Iterator[str]:
    years = uncovered(day for item in items for day in (item.start, item.due))
    if years:
        listed = "、".join(f"{year} 年" for year in years)
        yield (
            f"{listed}的放假和调休安排不在程序所带的数据中（到 {last_known_year()} 年为止），"
            "工作日暂按周一至周五推算；安排公布后，请维护人员更新 chinesecalendar。"
        )
