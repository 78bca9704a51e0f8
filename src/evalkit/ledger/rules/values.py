"""Values that may be missing: how they compare, combine and count."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from functools import cached_property

__all__ = [
    "COMPARISONS",
    "FIRST",
    "OPERATIONS",
    "SECOND",
    "Many",
    "Value",
    "both",
    "contains",
    "either",
    "equal",
    "parts",
]

Value = str | int | Decimal | bool | date | datetime | None

FIRST, SECOND = "第一学期", "第二学期"

_EXACT = Context(prec=50)
"""Wide enough that sums and products of figures from a ledger are never rounded."""

_PLAIN, _ORDERED = frozenset({str, int, bool, date}), frozenset({str, int, date})
"""Types whose values compare among themselves without further questions: nearly all there are."""

_SEPARATORS = re.compile(r"[、,;，；\n]+")


@dataclass(frozen=True)
class Many:
    """Several values to look among; `complete` unless some could not be read."""

    values: tuple[Value, ...]
    complete: bool = True

    @cached_property
    def total(self) -> Value:
        """The sum, missing unless all of it is known."""
        if not self.complete:
            return None
        total: Value = 0
        for value in self.values:
            total = OPERATIONS["Add"](total, value)
        return total

    @cached_property
    def kinds(self) -> frozenset[str | None]:
        """Which kinds of values there are; ``None`` for what has to be compared one by one."""
        return frozenset(map(_kind, self.values))

    @cached_property
    def known(self) -> frozenset[tuple[str, Value]]:
        """The values, each with its kind: yes is not one."""
        return frozenset((kind, v) for v in self.values if (kind := _kind(v)) is not None)


def _kind(value: object) -> str | None:
    """Return the kind within which equal values are equal in a set, too."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "truth"
    if _is_number(value):
        return "number"
    return "day" if type(value) is date else None


def parts(text: str) -> tuple[str, ...]:
    """Return the values of a cell that holds several.

    Examples
    --------
    >>> parts("陪护、转介医院")
    ('陪护', '转介医院')
    """
    return tuple(part for each in _SEPARATORS.split(text) if (part := each.strip()))


def both(left: object, right: object) -> bool | None:
    """``and`` of three values: what is false stays false whatever is missing."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: object, right: object) -> bool | None:
    """``or`` of three values: what is true stays true whatever is missing."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def equal(left: object, right: object) -> bool | None:
    """Whether two values are the same; missing if they are of unlike types."""
    if (kind := type(left)) is type(right) and kind in _PLAIN:
        return left == right
    pair = _alike(left, right)
    return None if pair is None else bool(pair[0] == pair[1])


def contains(item: object, among: object) -> bool | None:
    """Whether a value is among several, or a text within a text."""
    if isinstance(among, Many):
        if item is None:
            return None
        kind = _kind(item)
        if kind is not None and (kind, item) in among.known:
            return True
        if kind is not None and among.kinds <= {kind}:
            return False if among.complete else None
        found: bool | None = False if among.complete else None
        for value in among.values:
            found = either(found, equal(item, value))
            if found:
                return True
        return found
    if isinstance(item, str) and isinstance(among, str):
        return item in among
    return None


def _alike(left: object, right: object) -> tuple[object, object] | None:
    if isinstance(left, bool) or isinstance(right, bool):
        same = isinstance(left, bool) and isinstance(right, bool)
    elif isinstance(left, str):
        same = isinstance(right, str)
    elif isinstance(left, date):
        if not isinstance(right, date):
            return None
        if isinstance(left, datetime) != isinstance(right, datetime):
            return _day(left), _day(right)
        same = True
    else:
        same = _is_number(left) and _is_number(right)
    return (left, right) if same else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def _ordering(test: Callable[[object, object], bool]) -> Callable[[object, object], bool | None]:
    def compare(left: object, right: object) -> bool | None:
        if (kind := type(left)) is type(right) and kind in _ORDERED:
            return test(left, right)
        pair = _alike(left, right)
        if pair is None or isinstance(pair[0], bool):
            return None  # there is no order between yes and no
        try:
            return test(*pair)
        except TypeError:  # a moment with a time zone beside one without
            return None

    return compare


def _not(test: Callable[[object, object], bool | None]) -> Callable[[object, object], bool | None]:
    def turned(left: object, right: object) -> bool | None:
        found = test(left, right)
        return None if found is None else not found

    return turned


COMPARISONS: dict[str, Callable[[object, object], bool | None]] = {
    "Eq": equal,
    "NotEq": _not(equal),
    "Lt": _ordering(lambda a, b: bool(a < b)),  # type: ignore[operator]
    "LtE": _ordering(lambda a, b: bool(a <= b)),  # type: ignore[operator]
    "Gt": _ordering(lambda a, b: bool(a > b)),  # type: ignore[operator]
    "GtE": _ordering(lambda a, b: bool(a >= b)),  # type: ignore[operator]
    "In": contains,
    "NotIn": _not(contains),
}
"""By the name of the operator's node."""


def _exactly(
    whole: Callable[[int, int], int] | None, general: Callable[[Decimal, Decimal], Decimal]
) -> Callable[[object, object], Value]:
    def operate(left: object, right: object) -> Value:
        if not (_is_number(left) and _is_number(right)):
            return None
        if whole is not None and isinstance(left, int) and isinstance(right, int):
            return whole(left, right)
        try:
            result = general(Decimal(left), Decimal(right))  # type: ignore[arg-type]
        except ArithmeticError:
            return None
        return result if result.is_finite() else None

    return operate


OPERATIONS: dict[str, Callable[[object, object], Value]] = {
    "Add": _exactly(lambda a, b: a + b, _EXACT.add),
    "Sub": _exactly(lambda a, b: a - b, _EXACT.subtract),
    "Mult": _exactly(lambda a, b: a * b, _EXACT.multiply),
    "Div": _exactly(None, _EXACT.divide),
}
"""By the name of the operator's node. Dividing by zero leaves nothing."""
