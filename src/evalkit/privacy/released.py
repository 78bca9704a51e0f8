"""The only maker of tables that charts, notebooks and documents may show.

Counts of students that are small are taken out (primary suppression), and with them as many
others as are needed so that the small ones cannot be worked out from a total (complementary
suppression). Rates are computed here, from what is left, so that no percentage gives away a count
that was taken out.

Whoever knows a total knows the sum of what was taken out. That sum therefore belongs to at least
two counts, is not small itself, and can be shared out among them in more than one way.

References
----------
The thresholds are those of the policy file; the method follows the usual practice for frequency
tables: Hundepool et al., *Statistical Disclosure Control* (2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass
from html import escape
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.audiences import TOPICS, Audience, Level, Topic
from evalkit.errors import DataError
from evalkit.privacy.group import Bools, Floats, given_away, suppress

__all__ = ["MARK", "Field", "Kind", "Released", "percent_text", "release"]

MARK = "—*"
"""Stands in the place of a suppressed number; never a blank, never a zero."""
NOTHING = "—"
"""Stands where there is no number: no data, or nothing to divide by."""

Kind = Literal[
    "text", "count", "score", "change", "number", "money", "percent", "date", "month", "flag"
]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a released table.

    Parameters
    ----------
    name, title, unit : str
        Machine name, Chinese title and unit.
    kind : str
        How it is printed.
    students : bool
        Whether it counts students about whom something sensitive is said. Only these are
        suppressed. For ``percent``: whether its numerator does, if that has no column of its own.
    of : tuple of str, optional
        For ``percent``: the columns of the numerator and the denominator.
    hidden_with : str, optional
        For ``percent``: a column that, where it is hidden, hides this one too.
    decimals : int
        For ``number``, and for ``percent`` without `of`.
    topic : str, optional
        What it belongs to, if not every audience may see it.
    """

    name: str
    title: str
    unit: str = ""
    kind: Kind = "text"
    students: bool = False
    of: tuple[str, str] | None = None
    hidden_with: str | None = None
    decimals: int = 1
    topic: Topic | None = None

    @property
    def header(self) -> str:
        """Title and unit as printed above a column."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True, eq=False, repr=False)
class Released:
    """A table that has passed the privacy rules for an audience. Made by :func:`release` only.

    Attributes
    ----------
    frame : DataFrame
        Values; suppressed ones are missing. Rates are in percent.
    suppressed : DataFrame
        Same shape, true where a value was taken out.
    fields : tuple of Field
        The columns that may be shown, in order.
    audience : Audience
        For whom.
    left_out : tuple of Field
        Columns that are not there, because they belong to what the audience may not see.
    withheld : str
        Why the table has no rows, if that is because the audience may not see any.
    """

    frame: pd.DataFrame
    suppressed: pd.DataFrame
    fields: tuple[Field, ...]
    audience: Audience
    key: InitVar[object]
    left_out: tuple[Field, ...] = ()
    withheld: str = ""

    def __post_init__(self, key: object) -> None:
        if key is not _KEY:
            raise TypeError("Released tables are made by evalkit.privacy.release only")

    def __len__(self) -> int:
        return len(self.frame)

    def field(self, name: str) -> Field:
        """Return a column's field."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def note(self) -> str:
        """The sentence to print below, empty if nothing was suppressed."""
        small, base = self.audience.small, self.audience.base
        gone = self.suppressed[[f.name for f in self.fields]].copy()
        few = False
        for field in self.fields:
            if field.of is not None:
                whole = self.frame[field.of[1]].astype("Float64")
                because = gone[field.name] & (whole < base).fillna(False).astype(bool)
                few |= bool(because.any())
                gone[field.name] &= ~because
        reasons = [f"人数不足 {small} 人", f"可由其他数字推算出不足 {small} 人"]
        reasons = reasons if bool(gone.to_numpy().any()) else []
        reasons += [f"比率的分母不足 {base} 人"] if few else []
        parts = [f"{MARK} {'，或'.join(reasons)}，按隐私规则不显示。"] if reasons else []
        if self.left_out:
            titles = "、".join(field.title for field in self.left_out)
            parts.append(self.audience.refusal(f"“{titles}”"))
        return "".join(parts)

    def text(self, row: int, name: str) -> str:
        """Return one cell as printed."""
        field, value = self.field(name), self.frame[name].iloc[row]
        if bool(self.suppressed[name].iloc[row]):
            return MARK
        if field.kind == "percent" and field.of is not None:
            part, whole = (self.frame[column].iloc[row] for column in field.of)
            if pd.isna(value) or pd.isna(part) or pd.isna(whole):
                return NOTHING
            return percent_text(int(part), int(whole))
        return _text(value, field)

    def __repr__(self) -> str:
        if self.withheld:
            return self.withheld
        lines = [[field.header for field in self.fields], *self._texts()]
        return "\n".join(["\t".join(line) for line in lines] + ([self.note] if self.note else []))

    def _repr_html_(self) -> str:
        if self.withheld:
            return f"<p>{escape(self.withheld)}</p>"
        head = "".join(f"<th>{escape(field.header)}</th>" for field in self.fields)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>"
            for row in self._texts()
        )
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"

    def _texts(self) -> list[list[str]]:
        return [[self.text(row, f.name) for f in self.fields] for row in range(len(self))]

    def select(self, mask: pd.Series) -> Released:
        """Return some of the rows; what was suppressed stays so."""
        keep = mask.to_numpy(dtype=bool)
        return Released(
            self.frame[keep].reset_index(drop=True),
            self.suppressed[keep].reset_index(drop=True),
            self.fields,
            self.audience,
            key=_KEY,
            left_out=self.left_out,
            withheld=self.withheld,
        )


_KEY = object()


def release(
    frame: pd.DataFrame,
    fields: Sequence[Field],
    audience: Audience,
    *,
    total: Mapping[str, str] | None = None,
    within: str | None = None,
    hidden: pd.DataFrame | None = None,
    topic: Topic | None = None,
    level: Level = "college",
    withheld: str = "",
) -> Released:
    """Apply the audience's rules to a table.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; the columns that `fields` and their rates name. Not changed.
    fields : sequence of Field
        What may be shown.
    audience : Audience
        For whom.
    total : mapping, optional
        Adds a last row with the sums of the counts; gives the text columns of that row.
    within : str, optional
        Column by whose values totals are known elsewhere (a college's total, say); suppression
        is made safe within each of them. Otherwise over the whole table.
    hidden : DataFrame, optional
        Which counts go, a column each, true where one goes, with a row for each of the table's and
        with `total` a last one for its: decided for several tables at once by
        :func:`evalkit.privacy.plan.plan_release`. Small counts go in any case. Counts that it has
        no column for are decided here.
    topic : str, optional
        What the whole table belongs to, if not every audience may see it.
    level : str
        How fine the table is: ``school``, ``own`` (a college's, in its own report) or ``college``.
    withheld : str
        Why no row of it may be seen, if that is known already.

    Returns
    -------
    Released
        Without rows if its topic is closed to the audience at this level, and without the columns
        whose topic is. Every small count of students is missing, and with it the next smallest ones
        of its group until the sum of the missing ones gives none of them away, because totals are
        taken as known to the reader. A total that is small, or would still give them away, is
        missing too.

    Raises
    ------
    DataError
        If `hidden` has not one row for each of the table's.
    """
    if hidden is not None:
        _check_rows(hidden, len(frame) + (total is not None and len(frame) > 0))
    if topic is not None and not withheld and not audience.may_see(topic, level):
        withheld = audience.refusal(TOPICS[topic])
    if withheld:
        frame, total, hidden = frame.iloc[:0], None, None
    left_out = tuple(field for field in fields if not audience.may_see(field.topic, level))
    fields = [field for field in fields if field not in left_out]
    counted = (field.of[0] if field.of else field.name for field in fields if field.students)
    counts = list(dict.fromkeys(counted))
    plain = [field.name for field in fields if field.of is None]
    parts = [name for field in fields if field.of for name in field.of]
    names = list(dict.fromkeys([*plain, *parts]))
    shown = frame[names].reset_index(drop=True)
    taken: dict[str, Bools] = {name: np.zeros(len(shown), dtype=bool) for name in names}
    exposed = {name: taken[name].copy() for name in counts}  # nothing more there to hide behind
    decided = [name for name in counts if hidden is not None and name in hidden]
    undecided = [name for name in counts if name not in decided]
    groups = _groups(frame, within) if undecided else []
    for name in undecided:
        numbers = _numbers(shown[name])
        for group in groups:
            places = group[~np.isnan(numbers[group])]
            gone = suppress(numbers[places], audience.small)
            taken[name][places] = gone
            exposed[name][places] = gone & given_away(numbers[places][gone], audience.small)
    if total is not None and len(shown):
        shown, taken = _with_total(shown, taken, exposed, fields, total, audience.small)
    if hidden is not None:
        for name in decided:
            numbers = _numbers(shown[name])
            small = (numbers > 0) & (numbers < audience.small)
            taken[name] = (small | hidden[name].to_numpy(dtype=bool)) & ~np.isnan(numbers)
    for name in counts:
        shown[name] = _without(shown[name], taken[name])
    for field in fields:
        if field.of is not None:
            rate, gone = _rate(shown, taken, field.of, counts, audience.base)
            if field.hidden_with is not None:
                gone = gone | taken[field.hidden_with]
            rate[gone] = np.nan
            shown[field.name] = pd.arrays.FloatingArray(rate, np.isnan(rate))
            taken[field.name] = gone
    for name in {field.of[0] for field in fields if field.of}.difference(plain):
        # It is only there for the rates, and is hidden with them.
        rates = [taken[field.name] for field in fields if field.of and name in field.of]
        gone = np.logical_and.reduce(rates)
        shown[name], taken[name] = _without(shown[name], gone), taken[name] | gone
    table = np.array([*taken.values()], dtype=np.bool_).reshape(len(taken), len(shown)).T
    return Released(
        shown,
        pd.DataFrame(table, index=shown.index, columns=shown.columns),
        tuple(fields),
        audience,
        key=_KEY,
        left_out=() if withheld else left_out,
        withheld=withheld,
    )


def percent_text(part: int, whole: int) -> str:
    """Return a share as printed: 100 % only if it is, else two decimals, cut off, not rounded.

    Examples
    --------
    >>> percent_text(2239, 2240), percent_text(2240, 2240), percent_text(0, 12)
    ('99.95%', '100%', '0.00%')
    """
    if whole == 0:
        return NOTHING
    if part == whole:
        return "100%"
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _check_rows(hidden: pd.DataFrame, rows: int) -> None:
    if len(hidden) != rows:
        raise DataError(
            f"说明隐去哪些数的表有 {len(hidden)} 行。允许：{rows} 行，与要发布的表（含合计行）"
            "一一对应。请用同一张表的各行生成它。"
        )


def _groups(frame: pd.DataFrame, within: str | None) -> list[NDArray[np.intp]]:
    """Return the rows of each group whose total is known."""
    if within is None:
        return [np.arange(len(frame))]
    codes = pd.factorize(frame[within], use_na_sentinel=False)[0]
    return [np.flatnonzero(codes == code) for code in range(codes.max(initial=-1) + 1)]


def _numbers(column: pd.Series) -> Floats:
    """Return a column's numbers, NaN where there is none."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _without(column: pd.Series, gone: Bools) -> pd.Series:
    """Return a column without some of its numbers; pandas alone would keep them, masked."""
    return column.mask(gone, 0).mask(gone) if gone.any() else column


def _with_total(
    shown: pd.DataFrame,
    hidden: Mapping[str, Bools],
    exposed: Mapping[str, Bools],
    fields: Sequence[Field],
    labels: Mapping[str, str],
    small: int,
) -> tuple[pd.DataFrame, dict[str, Bools]]:
    kinds = {field.name: field.kind for field in fields}
    parts = {name for field in fields if field.of for name in field.of}
    row = {}
    gone = dict.fromkeys(hidden, False)
    for name, column in shown.items():
        summed = name in parts or kinds.get(str(name)) in ("count", "money")
        value = column.sum(min_count=1) if summed else labels.get(str(name))
        row[name] = pd.Series([value], dtype=column.dtype)
    for name, alone in exposed.items():
        numbers = _numbers(shown[name])
        small_itself = 0 < float(np.nansum(numbers)) < small
        gone[name] = small_itself or given_away(numbers[alone], small)
    return (
        pd.concat([shown, pd.DataFrame(row)], ignore_index=True),
        {name: np.append(each, gone[name]) for name, each in hidden.items()},
    )


def _rate(
    shown: pd.DataFrame,
    hidden: Mapping[str, Bools],
    of: tuple[str, str],
    counts: Sequence[str],
    base: int,
) -> tuple[Floats, Bools]:
    part, whole = of
    numerator, denominator = _numbers(shown[part]), _numbers(shown[whole])
    rate = 100 * numerator / np.where(denominator > 0, denominator, np.nan)
    gone = hidden[part] | hidden[whole]
    if part in counts or whole in counts:
        gone = gone | ((denominator > 0) & (denominator < base))
    return rate, gone


def _text(value: object, field: Field) -> str:
    if value is None or value is pd.NA or value != value:
        return NOTHING
    if field.kind == "count":
        return f"{int(str(value)):,}" if not isinstance(value, float) else f"{value:,.0f}"
    if field.kind == "change":
        number = str(value)
        return f"−{number[1:]}" if number.startswith("-") else f"+{number}" if value else number
    if field.kind == "date":
        return f"{value:%Y-%m-%d}"
    if field.kind == "flag":
        return "是" if value else "否"
    if field.kind == "money":
        return f"{float(str(value)):,.2f}"
    if field.kind in ("number", "percent"):
        return f"{float(str(value)):,.{field.decimals}f}"
    return str(value)
