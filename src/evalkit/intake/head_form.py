"""The two histories of the head's registration form: lines of text → dates, places, hours.

The measures give the form of a line (“20XX年X月，XX培训，XX举办，XX主讲，共计X学时” and
“2009.09-2013.06 xx学校 担任专职辅导员”). People keep to it roughly. What cannot be told is listed
and never dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

__all__ = ["Job", "Parsed", "Training", "parse_training", "parse_work"]


@dataclass(frozen=True, slots=True)
class Training:
    """One training: month (``"2024-10"``), title, organiser, speaker, hours; parts may miss."""

    month: str | None
    title: str
    organiser: str
    speaker: str
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class Job:
    """One post: from which month to which (``None`` if it is held still), where, as what."""

    from_month: str
    to_month: str | None
    place: str
    post: str


_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Parsed(Generic[_Item]):
    """What was read from a history, in its order, and the pieces that could not be read."""

    entries: tuple[_Item, ...]
    unparsed: tuple[str, ...]


_NUMBERED = re.compile(
    r"\s*(?:[①-⑳⑴-⒇⒈-⒛]|[(（]?[0-9０-９]{1,2}(?:[)）]|[.、．](?![0-9０-９])))\s*"
)
_MONTH = r"([0-9]{4})\s*[年./-]\s*(1[0-2]|0?[1-9])(?![0-9])\s*(?:月份?)?"
_DAY = r"(?:\s*(?:[./-]\s*[0-9]{1,2}(?![0-9]|\s*月)|[0-9]{1,2}(?=\s*日))\s*日?)?"
_TO = r"\s*(?:[-~—–―至到]\s*)+"
_NOW = r"(?:今|现在|目前)"
_DATE = re.compile(
    rf"{_MONTH}{_DAY}(?:{_TO}(?:{_MONTH}{_DAY}|[0-9]{{1,2}}\s*[月日](?:\s*[0-9]{{1,2}}\s*日)?))?"
)
_YEAR = re.compile(r"[0-9]{4}\s*年")
_HOURS = re.compile(
    r"(?:共计|合计|总计|累计|共)?\s*(?<![0-9.])([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*个?\s*(?:学时|课时|小时)"
    r"|(?:学时|课时)数?\s*[:为]?\s*([0-9]{1,4}(?:\.[0-9]{1,2})?)(?![0-9.])"
)
_ORGANISED = re.compile(r"由?(.+?)(?:联合|共同)?(?:举办|主办|承办|组织)")
_ORGANISER = re.compile(r"(?:举办|主办|承办)(?:单位|方)?\s*:\s*(.+)")
_SPOKEN = re.compile(r"由?(.+?)(?:主讲|授课|讲授)")
_SPEAKER = re.compile(r"(?:主讲人?|授课人?|讲师)\s*:\s*(.+)")
_RUN_ON = re.compile(r"(举办|主办|承办|主讲|授课)(?=[^\s,、;。:人单方])")
_PERIOD = re.compile(rf"{_MONTH}{_DAY}(?:{_TO}(?:{_NOW}|{_MONTH}{_DAY})|\s*起)\s*[,:、]?\s*")
_POST = re.compile(r"(?:担任|任职|从事|任)")
_INNER_POST = re.compile(r"(.+?)(?:担任|任职|从事|任)(.+)")


def parse_training(text: str) -> Parsed[Training]:
    """Read the training history.

    Parameters
    ----------
    text : str
        What stands in the form; one training a line, or several in a line, each with its month or
        ending with its hours.

    Examples
    --------
    >>> parsed = parse_training("2024年10月，危机干预培训，某学会举办，某某主讲，共计16学时")
    >>> parsed.entries[0].month, parsed.entries[0].organiser, parsed.entries[0].hours
    ('2024-10', '某学会', Decimal('16'))
    """
    entries: list[Training] = []
    unparsed: list[str] = []
    for line in _lines(text):
        for parts in _trainings(line):
            training = _training(parts)
            if training is None:
                unparsed.append(",".join(parts))
            else:
                entries.append(training)
    return Parsed(tuple(entries), tuple(unparsed))


def parse_work(text: str) -> Parsed[Job]:
    """Read the work history.

    Parameters
    ----------
    text : str
        What stands in the form, one post a line, or several separated by ；.

    Examples
    --------
    >>> parse_work("2013年7月至今 某学院 担任站长").entries
    (Job(from_month='2013-07', to_month=None, place='某学院', post='站长'),)
    """
    entries: list[Job] = []
    unparsed: list[str] = []
    for line in _lines(text):
        for piece in re.split(r"[;。]", line):
            piece = piece.strip(" ,、")
            job = _job(piece)
            if job is not None:
                entries.append(job)
            elif piece:
                unparsed.append(piece)
    return Parsed(tuple(entries), tuple(unparsed))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        # Before folding: it makes a plain 1 of ①.
        begun = _NUMBERED.match(line)
        line = unicodedata.normalize("NFKC", line[begun.end() :] if begun else line).strip()
        if line:
            yield line


def _trainings(line: str) -> Iterator[list[str]]:
    """Yield the parts of each training in a line: a month begins one, hours end one."""
    line = _RUN_ON.sub(r"\1,", line)
    # 、 also joins names within a part; it only separates parts where nothing else does.
    separators = r"[,;。]" if re.search(r"[,;。](?=.)", line) else r"[,;。、]"
    group: list[str] = []
    for part in re.split(separators, line):
        begun = _NUMBERED.match(part)
        part = (part[begun.end() :] if begun else part).strip()
        if not part:
            continue
        if group and (_DATE.match(part) or _YEAR.match(part) or _HOURS.search(group[-1])):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _training(parts: list[str]) -> Training | None:
    """Return a training that has a title and one more fact; a lone phrase says too little."""
    month: str | None = None
    organiser = speaker = ""
    hours: Decimal | None = None
    titles: list[str] = []
    for part in parts:
        if not titles and (date := _DATE.match(part)):
            month, part = _month(date[1], date[2]), part[date.end() :]
        elif not titles and (year := _YEAR.match(part)):
            part = part[year.end() :]
        if hours is None and (given := _HOURS.search(part)):
            hours = Decimal(given[1] or given[2])
            part = part[: given.start()] + part[given.end() :]
        part = part.strip(" .:-()")
        if not organiser and (match := _ORGANISED.fullmatch(part) or _ORGANISER.fullmatch(part)):
            organiser = match[1].strip()
        elif not speaker and (match := _SPOKEN.fullmatch(part) or _SPEAKER.fullmatch(part)):
            speaker = match[1].strip()
        elif part:
            titles.append(part)
    if not titles or not (month or organiser or speaker or hours is not None):
        return None
    return Training(month, ",".join(titles), organiser, speaker, hours)


def _job(piece: str) -> Job | None:
    period = _PERIOD.match(piece)
    if period is None:
        return None
    first = _month(period[1], period[2])
    last = _month(period[3], period[4]) if period[3] else None
    words = [word for word in re.split(r"[\s,、]+", piece[period.end() :]) if word]
    if not words or (last is not None and last < first):
        return None
    at = next((n for n, word in enumerate(words) if n and _POST.match(word)), None)
    if at is not None:
        post = _POST.sub("", " ".join(words[at:]), count=1).strip()
        return Job(first, last, " ".join(words[:at]), post)
    if len(words) == 1 and (inner := _INNER_POST.fullmatch(words[0])):
        return Job(first, last, inner[1], inner[2])
    return Job(first, last, words[0], " ".join(words[1:]))


def _month(year: str, month: str) -> str:
    return f"{year}-{int(month):02d}"
