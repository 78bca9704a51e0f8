"""Text → closures: what the language allows, and what is said of the rest."""

from __future__ import annotations

import ast
import difflib
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from evalkit.ledger.model import Column, Sheet
from evalkit.ledger.rules.calls import CALLS, Call
from evalkit.ledger.rules.records import Scope
from evalkit.ledger.rules.values import COMPARISONS, OPERATIONS, Many, Value, both, either, parts

__all__ = ["Expression", "compile_rule"]

LONGEST, DEEPEST = 1000, 30
"""How many characters an expression may have, and how deeply its parts may nest."""

MOST_KEPT = 8192
"""Compiled expressions that are kept for the next workbook."""

Node = Callable[[Scope], object]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; called with a :class:`Scope`, it gives its value.

    ``columns`` are the columns of the own row that it names, in order. ``touches`` are the pairs
    of sheet and column that it looks at in other rows. ``verdict`` says whether it can only be
    true, false or missing.
    """

    text: str
    columns: tuple[str, ...]
    touches: tuple[tuple[str, str], ...]
    verdict: bool
    evaluate: Node = field(repr=False)

    def __call__(self, scope: Scope) -> Value:
        """Return the value in a row, ``None`` if it is missing."""
        return self.evaluate(scope)  # type: ignore[return-value]


def compile_rule(
    text: str, sheet: Sheet, sheets: Sequence[Sheet], *, partial: bool = False
) -> Expression:
    """Compile an expression over the rows of a sheet.

    Parameters
    ----------
    text : str
        The expression.
    sheet : Sheet
        The sheet whose rows it is about.
    sheets : sequence of Sheet
        All sheets of the same kind of workbook.
    partial : bool
        Whether `sheets` are only those that were handed in. What is said of another sheet is then
        missing; otherwise a sheet that is not among them is a fault.

    Returns
    -------
    Expression
        The same one for the same text and the same sheets.

    Raises
    ------
    ValueError
        In Chinese, if the text is no expression of the language, or names what there is not.
    """
    # Models do not hash: the same objects are the same definitions, as long as they are kept.
    key = (text, partial, id(sheet), *map(id, sheets))
    if key not in _compiled:
        if len(_compiled) >= MOST_KEPT:
            _compiled.clear()
        _compiled[key] = _compile(text, sheet, sheets, partial), (sheet, *sheets)
    return _compiled[key][0]


_compiled: dict[tuple[object, ...], tuple[Expression, tuple[Sheet, ...]]] = {}


def _compile(text: str, sheet: Sheet, sheets: Sequence[Sheet], partial: bool) -> Expression:
    compiler = _Compiler(text, sheet, sheets, partial)
    tree = _parsed(text)
    evaluate = compiler.node(tree)
    return Expression(
        text,
        tuple(dict.fromkeys(compiler.columns)),
        tuple(dict.fromkeys(compiler.touches)),
        compiler.is_verdict(tree),
        evaluate,
    )


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ValueError(f"表达式太长：有 {len(text)} 个字符，最多 {LONGEST} 个，请拆成几条")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a doubtful escape in a text is a slip
            tree = ast.parse(_one_line(text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"不是能读懂的表达式：“{text}”") from None
    if _deeper(tree, DEEPEST):
        raise ValueError(f"表达式嵌套太深：最多 {DEEPEST} 层，请拆成几条")
    return tree


def _one_line(text: str) -> str:
    return text.replace("\n", " ").strip()


def _deeper(tree: ast.AST, most: int) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(most):
        level = [c for node in level for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]
        if not level:
            return False
    return True


def unknown(what: str, name: str, there: Iterable[str]) -> ValueError:
    """Say that a name is not known, what there is, and what may have been meant."""
    names = sorted(there)
    near = difflib.get_close_matches(name, names, n=1)
    guess = f"；是不是“{near[0]}”" if near else ""
    return ValueError(f"{what}“{name}”{guess}；有：{'、'.join(names)}")


class _Compiler:
    """Walks one tree and notes what it names."""

    def __init__(self, text: str, sheet: Sheet, sheets: Sequence[Sheet], partial: bool) -> None:
        self.text = _one_line(text)
        self.sheet = sheet
        self.sheets = {each.name: each for each in (*sheets, sheet)}
        self.partial = partial
        self.columns: list[str] = []
        self.touches: list[tuple[str, str]] = []

    def node(self, tree: ast.expr) -> Node:
        """Compile one node and what is below it."""
        match tree:
            case ast.Constant():
                constant = self._constant(tree)
                return lambda _scope: constant
            case ast.Tuple() | ast.List():
                among = Many(tuple(self._constant(each) for each in tree.elts))
                return lambda _scope: among
            case ast.Name():
                return self._name(tree)
            case ast.Attribute(value=ast.Name(id=sheet)):
                return self._form_value(sheet, tree.attr)
            case ast.Compare():
                return self._comparison(tree)
            case ast.BoolOp():
                return self._junction(tree)
            case ast.UnaryOp():
                return self._unary(tree)
            case ast.BinOp() if (operate := OPERATIONS.get(type(tree.op).__name__)) is not None:
                left, right = self.node(tree.left), self.node(tree.right)
                return lambda scope: operate(left(scope), right(scope))
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, tree)
        raise self.refused(tree)

    def refused(self, tree: ast.expr) -> ValueError:
        """Say that the language does not allow this."""
        return ValueError(f"不能用“{ast.get_source_segment(self.text, tree)}”这样的写法")

    def is_verdict(self, tree: ast.expr) -> bool:
        """Whether a node is true, false or missing, whatever the values."""
        match tree:
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Constant():
                return isinstance(tree.value, bool)
            case ast.Name():
                named = [column for column in self.sheet.columns if column.name == tree.id]
                return any(column.type == "bool" for column in named)
            case ast.Attribute(value=ast.Name(id=sheet)) if sheet in self.sheets:
                return self.sheets[sheet].column(tree.attr).type == "bool"
            case ast.Attribute():
                return True
            case ast.Call(func=ast.Name(id="before"), args=[argument]):
                return self.is_verdict(argument)
            case ast.Call(func=ast.Name(id=name)):
                return name == "filled"
        return False

    def _constant(self, tree: ast.expr) -> Value:
        match tree:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=bool())):
                raise self.refused(tree)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
                return -self._constant(tree.operand)  # type: ignore[operator]
            case ast.Constant(value=bool() | int() | str()):
                return tree.value  # type: ignore[return-value]
            case ast.Constant(value=float(number)) if math.isfinite(number):
                # As written: 0.1 is a tenth, which no float is.
                return Decimal(str(ast.get_source_segment(self.text, tree)))
            case ast.Constant(value=None):
                raise ValueError("不能用 None；要问一格是否填写，请写 filled(列)")
            case ast.Constant():
                raise self.refused(tree)
        shown = ast.get_source_segment(self.text, tree)
        raise ValueError(f"括号里只能列出数字和文字，不能写“{shown}”")

    def column(self, sheet: Sheet, name: str) -> Column:
        """Return a column of another row, and note that it is looked at."""
        self.touches.append((sheet.name, self._known(sheet, name).name))
        return sheet.column(name)

    def own_column(self, name: str) -> Column:
        """Return a column of the own row, and note that it is looked at."""
        self.columns.append(self._known(self.sheet, name).name)
        return self.sheet.column(name)

    def _known(self, sheet: Sheet, name: str) -> Column:
        names = [column.name for column in sheet.columns]
        if name not in names:
            raise unknown(f"“{sheet.title}”表没有列", name, names)
        return sheet.column(name)

    def other(self, name: str) -> Sheet | None:
        """Return another sheet; ``None`` if it may be one that was not handed in."""
        if name in self.sheets:
            return self.sheets[name]
        if self.partial:
            return None
        raise unknown("没有表", name, self.sheets)

    def _name(self, tree: ast.Name) -> Node:
        name = tree.id
        if name not in {column.name for column in self.sheet.columns}:
            if name in YEAR:
                return YEAR[name]
            names = [*YEAR, *(column.name for column in self.sheet.columns)]
            raise unknown(f"“{self.sheet.title}”表没有列", name, names)
        self.own_column(name)
        return lambda scope: scope.value(name)

    def _form_value(self, name: str, column: str) -> Node:
        sheet = self.other(name)
        if sheet is None:
            return _missing
        self.column(sheet, column)
        if sheet.layout != "form":
            raise ValueError(
                f"“{sheet.title}”表有许多行，不能只写“{name}.{column}”，请用 total、count 或 values"
            )

        def value(scope: Scope) -> object:
            rows = scope.records.tables.get(name, ())
            return scope.records.scope(name, 0).value(column) if rows else None

        return value

    def _comparison(self, tree: ast.Compare) -> Node:
        steps: list[tuple[Callable[[object, object], bool | None], Node, Node]] = []
        left = self.node(tree.left)
        for operator, right_tree in zip(tree.ops, tree.comparators, strict=True):
            compare = COMPARISONS.get(type(operator).__name__)
            if compare is None:
                raise self.refused(tree)
            right = self.node(right_tree)
            looked = right
            if isinstance(operator, (ast.In, ast.NotIn)) and self._holds_several(right_tree):
                looked = _parted(right)
            steps.append((compare, left, looked))
            left = right
        if len(steps) == 1:
            compare, first, second = steps[0]
            return lambda scope: compare(first(scope), second(scope))

        def chain(scope: Scope) -> object:
            found: bool | None = True
            for compare, first, second in steps:
                found = both(found, compare(first(scope), second(scope)))
                if found is False:
                    return False
            return found

        return chain

    def _holds_several(self, tree: ast.expr) -> bool:
        match tree:
            case ast.Name(id=name):
                sheet: Sheet | None = self.sheet
            case ast.Attribute(value=ast.Name(id=other), attr=name):
                sheet = self.sheets.get(other)
            case _:
                return False
        columns = () if sheet is None else sheet.columns
        return any(c.name == name and (c.type in ("enums", "grades") or c.people) for c in columns)

    def _junction(self, tree: ast.BoolOp) -> Node:
        values = [self.node(each) for each in tree.values]
        first, combine, decided = values[0], either, True
        if isinstance(tree.op, ast.And):
            combine, decided = both, False

        def junction(scope: Scope) -> object:
            found = combine(first(scope), not decided)
            for value in values[1:]:
                if found is decided:
                    return found
                found = combine(found, value(scope))
            return found

        return junction

    def _unary(self, tree: ast.UnaryOp) -> Node:
        operand = self.node(tree.operand)
        if isinstance(tree.op, ast.Not):

            def turned(scope: Scope) -> object:
                found = operand(scope)
                return not found if isinstance(found, bool) else None

            return turned
        if isinstance(tree.op, ast.USub):
            subtract = OPERATIONS["Sub"]
            return lambda scope: subtract(0, operand(scope))
        raise self.refused(tree)

    def _call(self, name: str, tree: ast.Call) -> Node:
        if name not in CALLS:
            raise unknown("没有函数", name, CALLS)
        usage, build = CALLS[name]
        call = Call(tree.args, {word.arg: word.value for word in tree.keywords}, usage)
        if len(call.keywords) < len(tree.keywords):
            raise call.wrong()
        return build(self, call)


def _parted(node: Node) -> Node:
    def several(scope: Scope) -> object:
        value = node(scope)
        return Many(parts(value)) if isinstance(value, str) else None

    return several


def _missing(_scope: Scope) -> None:
    return None


YEAR: dict[str, Node] = {
    "year_start": lambda scope: scope.records.year.start,
    "first_day": lambda scope: scope.records.year.first_day,
    "last_day": lambda scope: scope.records.year.last_day,
    "new_grade": lambda scope: f"{scope.records.year.start}级",
}
"""Names that stand for the academic year in any sheet without a column of that name."""
