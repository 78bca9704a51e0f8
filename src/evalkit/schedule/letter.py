"""What mail says about a run: what was due, what was made, what was not and why."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from evalkit.personal_data import masked
from evalkit.schedule.agenda import Entry
from evalkit.workspace import Workspace

__all__ = ["Letter", "Occasion", "Outcome", "letter_of"]

Occasion = Literal["failure", "success", "reminder"]
_LONGEST = 400
"""Characters of a message that are passed on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the reports of a year.

    Attributes
    ----------
    year : str
        The year.
    items : tuple of str
        Titles of what was due.
    made : tuple of str
        Names of the reports that were made.
    kept : int
        How many had not changed.
    failed : tuple of (name, why)
        Those that were not made; the name is empty if none could be.
    folder : Path
        Where they are.
    """

    year: str
    items: tuple[str, ...]
    made: tuple[str, ...]
    kept: int
    failed: tuple[tuple[str, str], ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: what it is about, subject and text."""

    occasion: Occasion
    subject: str
    text: str


def letter_of(
    space: Workspace,
    on: date,
    outcomes: Sequence[Outcome],
    waiting: Sequence[str] = (),
    reminders: Sequence[Entry] = (),
) -> Letter:
    """Write a letter. It holds names of reports and colleges, and nothing about any student.

    Parameters
    ----------
    space, on
        Whose, and on which day.
    outcomes : sequence of Outcome
        What came of each year's reports.
    waiting : sequence of str
        What was due but waits for people, and why.
    reminders : sequence of Entry
        What people are to do.
    """
    failed = sum(len(outcome.failed) for outcome in outcomes)
    made = sum(len(outcome.made) for outcome in outcomes)
    occasion: Occasion = "failure" if failed else "success" if outcomes else "reminder"
    if failed:
        about = f"有 {failed} 份报告没有生成"
        if not all(name for outcome in outcomes for name, _ in outcome.failed):
            about = "报告没有生成"
    elif outcomes:
        about = f"生成了 {made} 份报告" if made else "报告没有变化，不必重新生成"
    else:
        about = f"有 {len(waiting) + len(reminders)} 件事应办"
    paragraphs = [
        *(_about(outcome) for outcome in outcomes),
        *([_listed("以下报告到期，但要等人工处理：", waiting)] if waiting else []),
        *([_listed("以下事项应由人工办理：", map(_reminder, reminders))] if reminders else []),
        _signature(space),
    ]
    return Letter(
        occasion,
        f"{space.school}二级心理辅导站考核：{about}（{on}）",
        "\n\n".join(paragraphs) + "\n",
    )


def _about(outcome: Outcome) -> str:
    lines = [f"{outcome.year} 学年", _listed("到期事项：", outcome.items)]
    if outcome.failed:
        said = [masked(f"{name}：{why}" if name else why, _LONGEST) for name, why in outcome.failed]
        lines.append(_listed("没有生成，原因如下：", said))
    if outcome.made:
        lines.append(_listed(f"生成了 {len(outcome.made)} 份：", outcome.made))
    if outcome.kept:
        lines.append(f"另有 {outcome.kept} 份没有变化，没有重新生成。")
    return "\n".join([*lines, f"报告在：{outcome.folder}"])


def _signature(space: Workspace) -> str:
    return (
        f"本邮件由 evalkit 在电脑 {socket.gethostname()} 上自动发出，请勿直接回复。\n"
        f"工作区：{space.root}"
    )


def _reminder(entry: Entry) -> str:
    item = entry.item
    basis = f"（{item.basis}）" if item.basis else ""
    note = f"。{entry.note}" if entry.note else ""
    return f"{item.year} 学年：{item.title}{basis}，{item.due} 前{note}。可用命令：{item.command}"


def _listed(heading: str, lines: Iterable[str]) -> str:
    return "\n".join([heading, *(f"  · {line}" for line in lines)])
