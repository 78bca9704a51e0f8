"""What a school changes in a built-in sheet, and what then hangs in the air."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from evalkit.definitions import schema_faults
from evalkit.ledger.consistency import sheet_faults
from evalkit.ledger.model import Column, Rule, Sheet, normalise

__all__ = ["Change", "Changed", "Dropped", "changed", "without_loose_ends"]

_PLACE = re.compile(r"(columns|rules)\[(\d+)\](?:\.(\w+))?")

_LET_GO: dict[str, dict[str, object]] = {
    "refers": {"refers": "", "refers_when": ""},
    "refers_when": {"refers": "", "refers_when": ""},
    "required_when": {"required": "optional", "when": "", "required_when": ""},
    "until": {"until": ""},
    "example": {"example": ""},
}
"""Fields of a built-in column that may name what a school has dropped, and how they let go."""


class Change(BaseModel):
    """A file of a school that changes a built-in sheet.

    ``rename`` gives a column, by machine name or header, another header; the old one stays as an
    alias. ``drop`` leaves columns out, with all that names them. ``columns`` adds columns; an item
    with the machine name of a column that is there changes only the fields it gives. ``rules``
    adds rules, ``drop_rules`` leaves out those with this ``must``. The rest takes the place of
    what the sheet says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    change: str = Field(pattern=r"^[A-Z]\d{2}$")
    title: str | None = Field(default=None, min_length=1)
    note: str | None = None
    rows: str | None = None
    core: bool | None = None
    rename: dict[str, str] = {}
    drop: tuple[str, ...] = Field(default=(), strict=False)
    drop_rules: tuple[str, ...] = Field(default=(), strict=False)
    columns: tuple[dict[str, Any], ...] = Field(default=(), strict=False)
    rules: tuple[Rule, ...] = Field(default=(), strict=False)


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Dropped(BaseModel):
    """A file of a school that leaves built-in sheets out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    drop_sheet: Annotated[tuple[str, ...], Field(strict=False), BeforeValidator(_several)]


@dataclass(frozen=True)
class Changed:
    """A built-in sheet as a school has it.

    ``own`` are the fields that the school itself wrote, by column; ``places`` says where in its
    file each column and rule stands.
    """

    sheet: Sheet
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own_rules: tuple[Rule, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

    def at_home(self, fault: str) -> str:
        """Return a fault with its place in the school's file instead of the whole sheet's."""
        match = _PLACE.match(fault)
        if match is None:
            return fault
        number = int(match[2])
        if match[1] == "rules":
            place = f"rules[{number - len(self.sheet.rules) + len(self.own_rules)}]"
        else:
            name = self.sheet.columns[number].name
            place = self.places.get(name, f"columns（{name}）")
        return place + fault[len(f"{match[1]}[{number}]") :]


def changed(sheet: Sheet, change: Change) -> tuple[Changed, list[str]]:
    """Apply a change to a built-in sheet.

    Returns
    -------
    changed : Changed
        The sheet; as far as it can be made if there are faults.
    faults : list of str
        What cannot be done, one ``path: what is wrong`` each.
    """
    faults: list[str] = []
    columns = {column.name: column for column in sheet.columns}
    own: dict[str, frozenset[str]] = {}
    places: dict[str, str] = {}
    for text, header in change.rename.items():
        name = _named(text, sheet)
        if name is None:
            faults.append(f"rename: {_no_column(text, sheet)}")
        elif not header.strip():
            faults.append(f"rename: “{text}”的新表头不能为空")
        else:
            columns[name] = _renamed(columns[name], header)
            own[name], places[name] = frozenset({"header"}), f"rename（{text}）"
    for place, item in enumerate(change.columns):
        column, problems = _merged(item, columns)
        faults += [f"columns[{place}]{problem}" for problem in problems]
        if column is not None:
            columns[column.name] = column
            own[column.name] = own.get(column.name, frozenset()) | frozenset(item)
            places[column.name] = f"columns[{place}]"
    for place, text in enumerate(change.drop):
        name = _named(text, sheet)
        if name is None:
            faults.append(f"drop[{place}]: {_no_column(text, sheet)}")
        else:
            columns.pop(name, None)
            faults += [f"drop[{place}]: {fault}" for fault in _unguarded(name, columns)]
    key = tuple(name for name in sheet.key if name in columns)
    if sheet.key and not key:
        shown = "、".join(f"“{sheet.column(name).header}”" for name in sheet.key)
        faults.append(f"drop: 各行靠{shown}区分，不能停用；要换别的办法区分，请整张表重写")
    rules, problems = _rules(sheet, change)
    faults += problems
    if not columns:
        faults.append("drop: 至少要留下一列；整张表不用的，请写 drop_sheet")
        return Changed(sheet), faults
    given = {
        name: value
        for name in ("title", "note", "rows", "core")
        if (value := getattr(change, name)) is not None
    }
    made = sheet.model_copy(
        update={**given, "columns": _ours_first(columns.values(), own), "key": key, "rules": rules}
    )
    return Changed(made, own, change.rules, places), faults


def _named(text: str, sheet: Sheet) -> str | None:
    """Return the machine name of the column that a text names or heads."""
    wanted = normalise(text)
    for column in sheet.columns:
        if column.name == text or normalise(column.header) == wanted:
            return column.name
    return None


def _unguarded(dropped: str, columns: dict[str, Column]) -> Iterator[str]:
    """Yield which columns would no longer know in which rows they are private."""
    for name, column in columns.items():
        if dropped not in column.private_where:
            continue
        if not column.private:
            yield (
                f"“{column.header}”要靠这一列判断哪些行不得外传，"
                f"停用它就请在 columns 中写 {{name: {name}, private: true}}"
            )
        columns[name] = _with(column, private_where={})


def _no_column(text: str, sheet: Sheet) -> str:
    return f"本表没有“{text}”这一列；有：{'、'.join(column.header for column in sheet.columns)}"


def _renamed(column: Column, header: str) -> Column:
    aliases = [alias for alias in column.aliases if normalise(alias) != normalise(header)]
    if normalise(header) != normalise(column.header):
        aliases.append(column.header)
    return _with(column, header=header, aliases=tuple(aliases))


def _given(column: Column) -> dict[str, object]:
    return {name: getattr(column, name) for name in column.model_fields_set}


def _with(column: Column, **fields: object) -> Column:
    """Return a column with other fields; a plain copy would keep the names it was known by."""
    return Column.model_validate(_given(column) | fields)


def _merged(
    item: Mapping[str, Any], columns: Mapping[str, Column]
) -> tuple[Column | None, list[str]]:
    """Return a new column, or one that is there with some fields changed."""
    before = columns.get(str(item.get("name")))
    if before is None:
        fields = dict(item)
    else:
        fields = _given(before) | dict(item)
        if isinstance(item.get("header"), str) and "aliases" not in item:
            fields["aliases"] = _renamed(before, item["header"]).aliases
    try:
        column = Column.model_validate(fields)
    except ValidationError as error:
        return None, [f".{fault}" for fault in schema_faults(error)]
    if before is not None and before.private and not column.private:
        return column, [".private: 内置的不外传的列只用于核对，不能改为外传"]
    if before is not None and before.private_where and not (column.private or column.private_where):
        return column, [".private_where: 有些行不得外传，不能取消；可以写 private: true"]
    return column, []


def _ours_first(columns: Iterable[Column], own: Mapping[str, frozenset[str]]) -> tuple[Column, ...]:
    """Take built-in aliases back where a school has given their words to another column."""
    columns = tuple(columns)
    words = {
        name: other.name
        for other in columns
        if own.get(other.name, frozenset()) & {"header", "aliases"}
        for name in other.names
    }

    def freed(column: Column) -> Column:
        if "aliases" in own.get(column.name, ()):
            return column
        kept = tuple(
            alias
            for alias in column.aliases
            if words.get(normalise(alias), column.name) == column.name
        )
        if len(kept) == len(column.aliases):
            return column
        return _with(column, aliases=kept)

    return tuple(freed(column) for column in columns)


def _rules(sheet: Sheet, change: Change) -> tuple[tuple[Rule, ...], list[str]]:
    kept, faults = list(sheet.rules), []
    for place, text in enumerate(change.drop_rules):
        wanted = "".join(text.split())
        left = [rule for rule in kept if "".join(rule.must.split()) != wanted]
        if len(left) == len(kept):
            faults.append(f"drop_rules[{place}]: 本表没有“{text}”这条规则，请照抄 docs/codebook.md")
        kept = left
    return (*kept, *change.rules), faults


def without_loose_ends(made: Changed, sheets: Sequence[Sheet]) -> Changed:
    """Leave out what a built-in sheet says of columns that are no longer there.

    Rules go, references and conditions are let go of. What the school itself wrote stays, and is
    then a fault of its own.

    Parameters
    ----------
    made : Changed
        The sheet.
    sheets : sequence of Sheet
        All sheets of the same kind of workbook, as the school has them.
    """
    sheet = made.sheet
    first_own = len(sheet.rules) - len(made.own_rules)
    rules: set[int] = set()
    fields: dict[int, dict[str, object]] = {}
    for kind, number, name in _broken(sheet, sheets):
        if kind == "rules" and number < first_own:
            rules.add(number)
        elif kind == "columns" and name in _LET_GO:
            own = made.own.get(sheet.columns[number].name, frozenset())
            if own.isdisjoint(_LET_GO[name]):
                fields.setdefault(number, {}).update(_LET_GO[name])
    if not rules and not fields:
        return made
    update: dict[str, object] = {
        "rules": tuple(rule for n, rule in enumerate(sheet.rules) if n not in rules),
        "columns": tuple(
            _with(column, **fields[n]) if n in fields else column
            for n, column in enumerate(sheet.columns)
        ),
    }
    return Changed(sheet.model_copy(update=update), made.own, made.own_rules, made.places)


def _broken(sheet: Sheet, sheets: Sequence[Sheet]) -> Iterator[tuple[str, int, str]]:
    for fault in sheet_faults(sheet, sheets):
        match = _PLACE.match(fault)
        if match is not None:
            yield match[1], int(match[2]), match[3] or ""
