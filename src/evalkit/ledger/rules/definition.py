"""Rules as a definition holds them: every fault at once, and texts with values in braces."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from evalkit.ledger.model import Column, Rule, Sheet
from evalkit.ledger.rules.compiler import Expression, compile_rule
from evalkit.ledger.rules.records import Scope
from evalkit.personal_data import masked

__all__ = ["Filled", "compile_text", "rule_faults", "written"]

_MOST_DIGITS = 20
"""Figures beyond are written as powers of ten; no ledger has them."""

_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with expressions in braces, each filled in with its value."""

    pieces: tuple[str | Expression, ...]

    def __call__(
        self,
        scope: Scope,
        hidden: Collection[str] = (),
        elsewhere: Collection[tuple[str, str]] = (),
    ) -> str:
        """Return the text for a row.

        Parameters
        ----------
        scope : Scope
            The row.
        hidden : collection of str
            Columns of the row whose values must not be shown, nor what is worked out from them.
        elsewhere : collection of (sheet, column)
            The same for other rows.
        """
        return "".join(
            piece if isinstance(piece, str) else _shown(piece, scope, hidden, elsewhere)
            for piece in self.pieces
        )


def _shown(
    piece: Expression,
    scope: Scope,
    hidden: Collection[str],
    elsewhere: Collection[tuple[str, str]],
) -> str:
    if any(c in hidden for c in piece.columns) or any(t in elsewhere for t in piece.touches):
        return "（不显示）"
    return masked(written(piece(scope))) or "（空）"


def compile_text(
    text: str, sheet: Sheet, sheets: Sequence[Sheet], *, partial: bool = False
) -> Filled:
    """Compile a text in which names of columns, or whole expressions, stand in braces.

    Raises
    ------
    ValueError
        In Chinese, if one of them is no expression of the language.
    """
    pieces: list[str | Expression] = []
    for place, piece in enumerate(_BRACES.split(text)):
        if place % 2:
            pieces.append(compile_rule(piece, sheet, sheets, partial=partial))
        elif piece:
            pieces.append(piece)
    return Filled(tuple(pieces))


def written(value: object) -> str:
    """Return a value as people write it.

    Examples
    --------
    >>> written(Decimal("98.50")), written(True), written(date(2024, 9, 1)), written(None)
    ('98.5', '是', '2024-09-01', '')
    """
    match value:
        case bool():
            return "是" if value else "否"
        case Decimal() if value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS:
            # Figures that a division left without end are cut; no ledger needs more.
            plain = f"{value.quantize(Decimal('1.0000')) if _endless(value) else value:f}"
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
    return "" if value is None else str(value)


def _endless(value: Decimal) -> bool:
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent < -4


def rule_faults(sheet: Sheet, sheets: Sequence[Sheet]) -> Iterator[str]:
    """Say what is wrong with the rules and conditions of a sheet, each with its place.

    Parameters
    ----------
    sheet : Sheet
        The definition.
    sheets : sequence of Sheet
        All sheets of the same kind of workbook.
    """
    for place, rule in enumerate(sheet.rules):
        yield from (f"rules[{place}].{fault}" for fault in _rule(rule, sheet, sheets))
    for place, column in enumerate(sheet.columns):
        yield from (f"columns[{place}].{fault}" for fault in _column(column, sheet, sheets))


def _rule(rule: Rule, sheet: Sheet, sheets: Sequence[Sheet]) -> Iterator[str]:
    yield from _condition("must", rule.must, sheet, sheets)
    yield from _condition("when", rule.when, sheet, sheets)
    for name in ("what", "rule", "mend"):
        try:
            compile_text(getattr(rule, name), sheet, sheets)
        except ValueError as error:
            yield f"{name}: {error}"
    names = {column.name for column in sheet.columns}
    for field, given in (("at", (rule.at,) if rule.at else ()), ("spoils", rule.spoils or ())):
        yield from (f"{field}: 没有名为“{name}”的列" for name in given if name not in names)
    if not rule.at:
        try:
            columns = compile_rule(rule.must, sheet, sheets).columns
        except ValueError:
            return  # told above
        if not columns:
            yield "at: must 中没有本表的列，请用 at 写明问题标在哪一列"


def _column(column: Column, sheet: Sheet, sheets: Sequence[Sheet]) -> Iterator[str]:
    yield from _condition("required_when", column.required_when, sheet, sheets)
    yield from _condition("refers_when", column.refers_when, sheet, sheets)
    if column.refers:
        table, _, name = column.refers.partition(".")
        target = next((each for each in sheets if each.name == table), None)
        if target is None:
            yield f"refers: 没有名为“{table}”的表"
        elif all(each.name != name for each in target.columns):
            yield f"refers: “{target.title}”表没有名为“{name}”的列"
    elif column.refers_when:
        yield "refers_when: 没有写 refers，这个条件不起作用"


def _condition(name: str, text: str, sheet: Sheet, sheets: Sequence[Sheet]) -> Iterator[str]:
    if not text:
        return
    try:
        if not compile_rule(text, sheet, sheets).verdict:
            yield f"{name}: “{text}”不是一个判断，应能回答是或否"
    except ValueError as error:
        yield f"{name}: {error}"
