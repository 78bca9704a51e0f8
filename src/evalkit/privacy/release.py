"""The only maker of tables that charts, notebooks and documents may show.

Counts of students that are small are taken out (primary suppression), and with them as many
others as are needed so that the small one cannot be worked out from a total (complementary
suppression). Rates are computed here, from what is left, so that no percentage gives away a count
that was taken out.

References
----------
The thresholds are those of the policy file; the method follows the usual practice for frequency
tables: Hundepool et al., *Statistical Disclosure Control* (2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from evalkit.privacy.policy import Audience

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
        suppressed.
    of : tuple of str, optional
        For ``percent``: the columns of the numerator and the denominator.
    decimals : int
        For ``number`` and ``score``.
    """

    name: str
    title: str
    unit: str = ""
    kind: Kind = "text"
    students: bool = False
    of: tuple[str, str] | None = None
    decimals: int = 1

    @property
    def header(self) -> str:
        """Title and unit as printed above a column."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True, eq=False)
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
    """

    frame: pd.DataFrame
    suppressed: pd.DataFrame
    fields: tuple[Field, ...]
    audience: Audience
    _key: object

    def __post_init__(self) -> None:
        if self._key is not _KEY:
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
        if not bool(self.suppressed.to_numpy().any()):
            return ""
        return (
            f"{MARK} 人数不足 {self.audience.small} 人，或可由其他数字推算出不足 "
            f"{self.audience.small} 人，按隐私规则不显示。"
        )

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

    def select(self, mask: pd.Series) -> Released:
        """Return some of the rows; what was suppressed stays so."""
        keep = mask.to_numpy(dtype=bool)
        return Released(
            self.frame[keep].reset_index(drop=True),
            self.suppressed[keep].reset_index(drop=True),
            self.fields,
            self.audience,
            _KEY,
        )


_KEY = object()


def release(
    frame: pd.DataFrame,
    fields: Sequence[Field],
    audience: Audience,
    *,
    total: Mapping[str, str] | None = None,
    within: str | None = None,
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

    Returns
    -------
    Released
        Every small count of students is missing, and in each group in which exactly one is
        missing the smallest other count too, because totals are taken as known to the reader.
    """
    counts = [field.name for field in fields if field.students]
    plain = [field.name for field in fields if field.of is None]
    parts = [name for field in fields if field.of for name in field.of]
    shown = frame[list(dict.fromkeys([*plain, *parts]))].reset_index(drop=True).copy()
    hidden = pd.DataFrame(False, index=shown.index, columns=shown.columns)
    groups = frame[within].reset_index(drop=True) if within else pd.Series("", index=shown.index)
    for name in counts:
        for places in groups.groupby(groups, sort=False).groups.values():
            hidden.loc[places, name] = _suppress(shown.loc[places, name], audience.small)
    if total is not None:
        shown, hidden = _with_total(shown, hidden, fields, total, counts, audience.small)
    shown = shown.mask(hidden)
    for field in fields:
        if field.of is not None:
            rate, gone = _rate(shown, hidden, field.of, counts, audience.base)
            shown[field.name], hidden[field.name] = rate, gone
    return Released(shown, hidden, tuple(fields), audience, _KEY)


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


def _suppress(values: pd.Series, small: int) -> pd.Series:
    """Return which values of a group with a known total have to go."""
    numbers = values.fillna(0).astype("int64")
    gone = (numbers > 0) & (numbers < small)
    left = numbers[~gone & values.notna()]
    if gone.sum() == 1 and len(left):
        positive = left[left > 0]
        gone |= gone.index == (positive if len(positive) else left).idxmin()
    return gone


def _with_total(
    shown: pd.DataFrame,
    hidden: pd.DataFrame,
    fields: Sequence[Field],
    labels: Mapping[str, str],
    counts: Sequence[str],
    small: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    kinds = {field.name: field.kind for field in fields}
    parts = {name for field in fields if field.of for name in field.of}
    row: dict[str, object] = {}
    gone: dict[str, bool] = {}
    for name in shown.columns:
        summed = name in parts or kinds.get(name) in ("count", "money")
        row[name] = shown[name].sum(min_count=1) if summed else labels.get(name)
        value = row[name]
        is_small = isinstance(value, int) or hasattr(value, "__int__")
        gone[name] = bool(name in counts and is_small and 0 < int(value) < small)  # type: ignore[call-overload]
    last = pd.DataFrame([row]).astype(shown.dtypes.to_dict())
    return (
        pd.concat([shown, last], ignore_index=True),
        pd.concat([hidden, pd.DataFrame([gone])], ignore_index=True),
    )


def _rate(
    shown: pd.DataFrame,
    hidden: pd.DataFrame,
    of: tuple[str, str],
    counts: Sequence[str],
    base: int,
) -> tuple[pd.Series, pd.Series]:
    part, whole = of
    denominator = shown[whole].astype("Float64")
    rate = 100 * shown[part].astype("Float64") / denominator.where(denominator > 0)
    gone = hidden[part] | hidden[whole]
    if part in counts:
        few = (denominator > 0) & (denominator < base)
        gone = gone | few.fillna(False)
    return rate.mask(gone), gone.astype(bool)


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
