"""The functions of the language."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from evalkit.ledger.model import Column, Sheet
from evalkit.ledger.rules.records import UNUSABLE, Scope, counted, summed
from evalkit.ledger.rules.values import Many, Value, equal

__all__ = ["CALLS", "Call", "Compiler"]

Node = Callable[[Scope], object]


class Compiler(Protocol):
    """What a function asks of the compiler."""

    @property
    def sheet(self) -> Sheet:
        """Sheet whose rows the expression is about."""

    def node(self, tree: ast.expr) -> Node:
        """Compile an argument."""

    def column(self, sheet: Sheet, name: str) -> Column:
        """Return a column of a sheet, looked at in other rows."""

    def own_column(self, name: str) -> Column:
        """Return a column of the own row."""

    def other(self, name: str) -> Sheet | None:
        """Return a sheet, if it was handed in."""


@dataclass(frozen=True, slots=True)
class Call:
    """Arguments as written, and how they should be."""

    arguments: Sequence[ast.expr]
    keywords: Mapping[str | None, ast.expr]
    usage: str

    def wrong(self) -> ValueError:
        """Say how the function is written."""
        return ValueError(f"函数要写成 {self.usage}")


def _missing(_scope: Scope) -> None:
    return None


def _plain(number: int, work: Callable[..., Value]) -> Callable[[Compiler, Call], Node]:
    """Return the builder of a function of so many values, missing where one of them is."""

    def build(compiler: Compiler, call: Call) -> Node:
        if len(call.arguments) != number or call.keywords:
            raise call.wrong()
        nodes = [compiler.node(each) for each in call.arguments]
        return lambda scope: work(*(node(scope) for node in nodes))

    return build


def _days(first: object, last: object) -> Value:
    start, end = _day(first), _day(last)
    return None if start is None or end is None else (end - start).days


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _month(value: object) -> Value:
    day = _day(value)
    return None if day is None else f"{day.year}-{day.month:02d}"


def _length(value: object) -> Value:
    return len(value.strip()) if isinstance(value, str) else None


def _semester(compiler: Compiler, call: Call) -> Node:
    if len(call.arguments) != 1 or call.keywords:
        raise call.wrong()
    argument = compiler.node(call.arguments[0])

    def semester(scope: Scope) -> object:
        day = _day(argument(scope))
        return None if day is None else scope.records.semester(day)

    return semester


def _only_name(call: Call) -> str:
    match call.arguments:
        case [ast.Name(id=name)] if not call.keywords:
            return name
    raise call.wrong()


def _filled(compiler: Compiler, call: Call) -> Node:
    name = compiler.own_column(_only_name(call)).name
    return lambda scope: scope.values.get(name) is not None


def _before(compiler: Compiler, call: Call) -> Node:
    sheet = compiler.sheet
    column = compiler.column(sheet, _only_name(call)).name
    if not sheet.key:
        raise ValueError(f"“{sheet.title}”表没有主键，分不出先后，不能用 before")
    key = sheet.key[0]

    def before(scope: Scope) -> object:
        row = scope.records.before(scope.sheet, key, scope.position)
        value = None if row is None else row.get(column)
        return None if value is UNUSABLE else value

    return before


def _over_rows(
    reduce: Callable[[Many | None], object], *, of_column: bool
) -> Callable[[Compiler, Call], Node]:
    """Return the builder of a function over the rows of a sheet."""

    def build(compiler: Compiler, call: Call) -> Node:
        match call.arguments:
            case [ast.Attribute(value=ast.Name(id=name), attr=column)] if of_column:
                wanted: str | None = column
            case [ast.Name(id=name)] if not of_column:
                wanted = None
            case _:
                raise call.wrong()
        sheet = compiler.other(name)
        if sheet is None:
            return _missing
        if wanted is not None:
            compiler.column(sheet, wanted)
        filters: list[tuple[str, Node]] = []
        for keyword, tree in call.keywords.items():
            if keyword is None:  # **something
                raise call.wrong()
            compiler.column(sheet, keyword)
            filters.append((keyword, compiler.node(tree)))
        certain = frozenset(c.name for c in sheet.columns if c.required == "always")

        def over(scope: Scope) -> object:
            given: list[tuple[str, Value]] = []
            for keyword, node in filters:
                value = node(scope)
                if equal(value, value) is None:  # missing, or nothing that could be equal
                    return None
                given.append((keyword, value))  # type: ignore[arg-type]
            return reduce(scope.records.matching(name, wanted, tuple(given), certain))

        return over

    return build


CALLS: dict[str, tuple[str, Callable[[Compiler, Call], Node]]] = {
    "total": ("total(表.列)，可加“, 列=值”限定行", _over_rows(summed, of_column=True)),
    "count": ("count(表)，可加“, 列=值”限定行", _over_rows(counted, of_column=False)),
    "values": (
        "values(表.列)，可加“, 列=值”限定行",
        _over_rows(lambda found: found, of_column=True),
    ),
    "before": ("before(本表的列)", _before),
    "days": ("days(起, 止)", _plain(2, _days)),
    "month": ("month(日期)", _plain(1, _month)),
    "semester": ("semester(日期)", _semester),
    "length": ("length(文字)", _plain(1, _length)),
    "filled": ("filled(本表的列)", _filled),
}
"""How each function is written, and what builds it."""
