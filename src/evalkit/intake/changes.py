"""What changed from one snapshot of a year to another: files, findings, rows, values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pandas as pd

from evalkit.findings import Finding
from evalkit.intake.frames import PROVENANCE
from evalkit.intake.overview import Senders
from evalkit.intake.snapshot import Snapshot
from evalkit.ledger import Ledger, Sheet, load_ledger

__all__ = ["Comparison", "compare"]

FEW = 3
"""How many rows that came or went are named."""
_CELLS = ("college_code", "sheet", "title", "row", "column", "old", "new")
_ROWS = ("college_code", "sheet", "title", "row", "change")


@dataclass(frozen=True, eq=False)
class Comparison:
    """What changed from one snapshot to another.

    Attributes
    ----------
    old, new : str
        Their ids.
    solved, appeared, remaining : tuple of Finding
        Findings that are gone, new, or still there; the same file, sheet, cell and code is the
        same finding.
    added, removed, changed : tuple of str
        Names of files.
    cells : DataFrame
        A row a changed value: ``college_code``, ``sheet`` (machine name), ``title``, ``row`` (by
        the sheet's key, else its number in the sheet), ``column`` (header), ``old``, ``new`` (as
        text, empty where there is none).
    rows : DataFrame
        A row a record that came or went: ``college_code``, ``sheet``, ``title``, ``row``,
        ``change`` (``added``, ``removed``).
    """

    old: str
    new: str
    solved: tuple[Finding, ...]
    appeared: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    cells: pd.DataFrame
    rows: pd.DataFrame

    @property
    def rows_in_short(self) -> tuple[tuple[str, str, str, str], ...]:
        """College, title, names and what happened, a line for all rows of one sheet that came.

        The same for those that went: where a workbook was handed in or taken back, there are
        hundreds.
        """
        lines = []
        for keys, own in self.rows.groupby(["college_code", "title", "change"], sort=False):
            college, title, change = (str(key) for key in keys)
            names = [str(name) for name in own["row"] if name]
            word = "新增" if change == "added" else "删去"
            shown = "；".join(names[:FEW]) + (" 等" if len(names) > FEW else "")
            lines.append((college, title, shown, f"{word} {len(own)} 行"))
        return tuple(lines)


def compare(
    old: Snapshot,
    new: Snapshot,
    ledger: Ledger | None = None,
    *,
    codes: Collection[str] = (),
) -> Comparison:
    """Say what changed between two snapshots of a year.

    Parameters
    ----------
    old, new : Snapshot
        The earlier one and the later one.
    ledger : Ledger, optional
        Gives headers and keys; the built-in one if not given.
    codes : collection of str
        Colleges to look at; everything if empty.
    """
    ledger = load_ledger() if ledger is None else ledger
    solved, remaining, appeared = _compare_findings(_findings(old, codes), _findings(new, codes))
    before, after = _hashes(old, codes), _hashes(new, codes)
    cells: list[tuple[str, ...]] = []
    rows: list[tuple[str, ...]] = []
    for sheet in ledger.sheets:
        if sheet.name in old.manifest["tables"] and sheet.name in new.manifest["tables"]:
            for change in _compare_tables(sheet, old.tables[sheet.name], new.tables[sheet.name]):
                if not codes or change[0] in codes:
                    (cells if len(change) == len(_CELLS) else rows).append(change)
    return Comparison(
        old.id,
        new.id,
        solved,
        appeared,
        remaining,
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(f for f in before.keys() & after.keys() if before[f] != after[f])),
        pd.DataFrame(cells, columns=[*_CELLS], dtype="string"),
        pd.DataFrame(rows, columns=[*_ROWS], dtype="string"),
    )


def _findings(snapshot: Snapshot, codes: Collection[str]) -> list[Finding]:
    owners = Senders(snapshot.manifest)
    return [f for f in snapshot.findings if not codes or owners.of(f.location.file)[1] in codes]


def _hashes(snapshot: Snapshot, codes: Collection[str]) -> dict[str, str]:
    items = snapshot.manifest["inputs"]
    return {i["file"]: i["sha256"] for i in items if not codes or i["code"] in codes}


def _compare_findings(
    old: Sequence[Finding], new: Sequence[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    """Return what is gone, what is still there (as it is now), and what is new."""
    left = Counter((finding.location, finding.code) for finding in old)
    remaining: list[Finding] = []
    appeared: list[Finding] = []
    for finding in new:
        key = (finding.location, finding.code)
        (remaining if left[key] > 0 else appeared).append(finding)
        left[key] -= 1
    here = Counter((finding.location, finding.code) for finding in new)
    solved = []
    for finding in old:
        key = (finding.location, finding.code)
        if here[key] <= 0:
            solved.append(finding)
        here[key] -= 1
    return tuple(solved), tuple(remaining), tuple(appeared)


@dataclass(frozen=True, slots=True)
class _Record:
    """A row as text: two that say the same are the same, wherever they stand."""

    college: str
    identity: tuple[str, ...]
    label: str
    values: tuple[str, ...]


def _compare_tables(
    sheet: Sheet, old: pd.DataFrame, new: pd.DataFrame
) -> Iterator[tuple[str, ...]]:
    """Yield changed cells (as in ``cells``) and changed rows (as in ``rows``)."""
    if old.equals(new):
        return
    own = ("college_code", *PROVENANCE)
    both = {*old.columns} & {*new.columns}
    columns = [c for c in sheet.columns if c.name in both and c.name not in own]
    names = [column.name for column in columns]
    before, after = _records(sheet, old, names), _records(sheet, new, names)
    # What stands unchanged in another row has only moved.
    gone, came = _without(before, after), _without(after, before)
    waiting: dict[tuple[str, ...], list[_Record]] = {}
    for record in gone:
        waiting.setdefault((record.college, *record.identity), []).append(record)
    for record in came:
        partners = waiting.get((record.college, *record.identity))
        place = (record.college, sheet.name, sheet.title, record.label)
        if not partners:
            yield (*place, "added")
            continue
        pairs = zip(columns, partners.pop(0).values, record.values, strict=True)
        yield from ((*place, c.header, was, now) for c, was, now in pairs if was != now)
    for record in (record for partners in waiting.values() for record in partners):
        yield (record.college, sheet.name, sheet.title, record.label, "removed")


def _records(sheet: Sheet, frame: pd.DataFrame, names: Sequence[str]) -> list[_Record]:
    texts = [[_text(value) for value in frame[name].tolist()] for name in names]
    rows = [*zip(*texts, strict=True)] if texts else [() for _ in range(len(frame))]
    key = [names.index(name) for name in sheet.key if name in names]
    keyed = bool(key) and all(name in names or name == "college_code" for name in sheet.key)
    # Of a student nothing but the code may name the row.
    shown = [p for p in key if not sheet.coded or sheet.column(names[p]).type == "id"]
    records = []
    for college, number, values in zip(
        frame["college_code"], frame["source_row"], rows, strict=True
    ):
        identity: tuple[str, ...] = (str(number),)
        label = f"第 {number} 行"
        if sheet.layout == "form":
            identity, label = (), ""
        elif keyed and all(values[p] for p in key):
            identity = tuple(values[p] for p in key)
            label = "，".join(values[p] for p in shown) or label
        records.append(_Record(_text(college), identity, label, tuple(values)))
    return records


def _without(records: Sequence[_Record], others: Sequence[_Record]) -> list[_Record]:
    """Return the records of which the others hold no copy."""
    left = Counter((record.college, record.values) for record in others)
    kept = []
    for record in records:
        key = (record.college, record.values)
        if left[key] <= 0:
            kept.append(record)
        left[key] -= 1
    return kept


def _text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)
