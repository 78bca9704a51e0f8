"""What a timer calls once a day: nothing, quickly, unless something is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError
from evalkit.schedule.agenda import Agenda, Entry, agenda, yearly_name
from evalkit.schedule.diary import Diary
from evalkit.schedule.letter import Outcome, letter_of
from evalkit.schedule.record import Record, day_of
from evalkit.workspace import AcademicYear, Workspace

if TYPE_CHECKING:
    from evalkit.reports.runner import Packet

__all__ = ["Make", "Say", "run_due", "today"]

Make = Callable[[AcademicYear], "Packet"]
"""Makes the reports of a year that have changed."""
Say = Callable[[str], None]
"""Tells people one sentence."""


def today() -> date:
    """Return the day that it is in China."""
    return day_of(datetime.now(UTC))


def run_due(space: Workspace, make: Make, say: Say, warn: Say, *, on: date | None = None) -> bool:
    """Make the reports that are due on a day, remember it, and send the mail about it.

    Once the second semester is over, a year's reports are made from the snapshot that was checked
    last, and wait while the inputs differ from it.

    Parameters
    ----------
    space : Workspace
        Whose.
    make : callable
        Makes the reports of a year that have changed; called only if something is due.
    say, warn : callable
        Tell people how it went, and what went wrong.
    on : date, optional
        The day; today in China if not given.

    Returns
    -------
    bool
        Whether everything that could be made was made. Mail that cannot be sent is only warned of.

    Raises
    ------
    EvalkitError
        If settings or the rubric have faults.
    """
    on = on or today()
    plan = agenda(space, on)
    due = _due(plan)
    reminders = _reminders(space, plan)
    if not due and not reminders:
        say(_quiet(plan))
        return True
    outcomes: list[Outcome] = []
    waiting: dict[str, str] = {}
    unexpected: Exception | None = None
    for year, entries in due.items():
        try:
            reason = _wait(space, plan, year)
            if reason is not None:
                say(reason)
                waiting[f"{year}/waiting-{plan.records[year].checked}"] = reason
                continue
            packet = make(year)
        except EvalkitError as error:
            warn(str(error))
            outcomes.append(_nothing_made(space, year, entries, str(error)))
        except Exception as error:
            unexpected = error
            outcomes.append(_nothing_made(space, year, entries, _unexpected(error, year)))
        else:
            outcomes.append(_outcome(space, year, entries, packet))
            if packet.complete and not packet.found.later:
                _note_done(space, plan.records[year], entries, on)
    _post(space, on, outcomes, waiting, reminders, warn)
    if unexpected is not None:
        raise unexpected
    return not any(outcome.failed for outcome in outcomes)


def _due(plan: Agenda) -> dict[AcademicYear, list[Entry]]:
    found: dict[AcademicYear, list[Entry]] = {}
    for entry in plan.entries:
        year = entry.item.year
        open_now = entry.item.automatic and entry.state in ("应办", "逾期")
        if open_now and plan.records[year].inputs:
            found.setdefault(year, []).append(entry)
    return found


def _reminders(space: Workspace, plan: Agenda) -> tuple[Entry, ...]:
    """Return what people are to do and have not been told of yet, if they want to be told."""
    if space.mail is None or "reminder" not in space.mail.on:
        return ()
    reminded = Diary.read(space).reminded
    return tuple(
        entry
        for entry in plan.entries
        if not entry.item.automatic and entry.state == "应办" and entry.item.name not in reminded
    )


def _quiet(plan: Agenda) -> str:
    coming = [e.item for e in plan.entries if e.item.automatic and e.state == "未到"]
    following = f"下一次：{coming[0].start}，{coming[0].title}。" if coming else ""
    return f"{plan.on} 没有到期要生成的报告。{following}"


def _wait(space: Workspace, plan: Agenda, year: AcademicYear) -> str | None:
    """Say why a year's reports cannot be made now; ``None`` if they can."""
    is_over = any(
        entry.item.kind == "yearly" and entry.item.year == year and entry.item.start <= plan.on
        for entry in plan.entries
    )
    if not is_over:
        return None
    checked = plan.records[year].checked
    mend = f"请先运行 evalkit check --year {year} 核对；核对之后，下一次定时运行会生成报告。"
    if checked is None:
        return f"{year} 学年的材料还没有核对过，没有生成学年报告。{mend}"
    from evalkit.reports.material import read_material  # half of a quiet day's time

    if read_material(space, year).snapshots[year.name] != checked:
        return (
            f"{year} 学年的材料或规则在上次核对（快照 {checked}）之后有改动，"
            f"没有生成学年报告。{mend}"
        )
    return None


def _outcome(space: Workspace, year: AcademicYear, entries: list[Entry], packet: Packet) -> Outcome:
    return Outcome(
        year.name,
        tuple(entry.item.title for entry in entries),
        tuple(made.job.name for made in packet.made if made.error is None),
        len(packet.found.kept),
        tuple((made.job.name, made.error or "") for made in packet.failed),
        space.reports / year.name,
    )


def _nothing_made(space: Workspace, year: AcademicYear, entries: list[Entry], why: str) -> Outcome:
    titles = tuple(entry.item.title for entry in entries)
    return Outcome(year.name, titles, (), 0, (("", why),), space.reports / year.name)


def _unexpected(error: Exception, year: AcademicYear) -> str:
    # What the exception says may quote a cell, and mail leaves the school.
    return (
        f"程序遇到意料之外的错误（{type(error).__name__}）。"
        f"请在那台电脑上运行 evalkit report --year {year} 查看。"
    )


def _note_done(space: Workspace, record: Record, entries: list[Entry], on: date) -> None:
    diary = Diary.read(space)
    for entry in entries:
        if entry.item.kind != "yearly":
            diary.note_done(entry.item.name, on)
        elif record.checked is not None:
            diary.note_done(yearly_name(entry.item, record.checked), on)
    diary.write()


def _post(
    space: Workspace,
    on: date,
    outcomes: list[Outcome],
    waiting: dict[str, str],
    reminders: tuple[Entry, ...],
    warn: Say,
) -> None:
    """Send what people want to be told of; what goes wrong is said and changes nothing else."""
    settings = space.mail
    if settings is None:
        return
    occasion = "failure" if any(outcome.failed for outcome in outcomes) else "success"
    told = outcomes if occasion in settings.on else []
    diary = Diary.read(space)
    new = {name: why for name, why in waiting.items() if name not in diary.reminded}
    if "reminder" not in settings.on:
        new = {}
    if not (told or new or reminders):
        return
    from evalkit.schedule.mail import MailError, send  # a quiet day needs no network

    try:
        send(settings, letter_of(space, on, told, [*new.values()], reminders))
    except MailError as error:
        warn(str(error))
        return
    for name in (*new, *(entry.item.name for entry in reminders)):
        diary.note_reminded(name, on)
    diary.write()
