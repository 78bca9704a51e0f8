"""Sheets and columns of the workbooks that go out and come back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "LISTS",
    "OUR_TABS",
    "Column",
    "ColumnType",
    "Ledger",
    "Rule",
    "Sheet",
    "Workbook",
    "normalise",
]

ColumnType = Literal[
    "str", "text", "id", "enum", "enums", "bool",
    "int", "dec", "money", "pct", "date", "ym", "datetime", "grade", "grades",
]  # fmt: skip
Workbook = Literal["college", "centre", "judge"]
Weight = Literal["E", "W", "I"]

LISTS = "_lists"
"""Name of the hidden sheet that feeds the drop-downs."""
OUR_TABS = frozenset({"填写说明", "考核细则", "问题清单"})
"""Tabs that evalkit itself adds to a workbook and that hold no data."""


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Return a header as it is compared: width, spaces and brackets taken out.

    Examples
    --------
    >>> normalise("分管党总支书记（副书记） ") == normalise("分管党总支书记(副书记)")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if not c.isspace() and c not in "()[]【】〔〕*:：/、·-_.")


def _exact(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


Number = Annotated[Decimal, BeforeValidator(_exact)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy that works out anew what follows from its fields."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


class Column(_Part):
    """One column.

    ``type``: ``str`` and ``text`` (short and long), ``id``, ``enum`` (one of `allowed`), ``enums``
    (several, separated by 、), ``bool`` (是/否), ``int``, ``dec``, ``money`` (yuan, two decimals),
    ``pct``, ``date``, ``ym`` (a month), ``datetime``, ``grade`` (a year of entry, 2024级) and
    ``grades`` (several, or 全体). ``required``: ``always``, ``optional``, or
    ``conditional`` on what ``when`` says. ``minimum``, ``maximum`` and ``step`` bound numbers.
    ``private`` columns never leave the workbook: they are checked, then dropped; ``private_where``
    does the same in the rows in which another column has the given value.

    ``required_when`` is the condition of ``when`` in the language of :mod:`evalkit.ledger.rules`.
    ``refers`` names the column of the same workbook in which each value must be found, such as
    ``"staff.name"``; ``refers_when`` limits that to the rows for which it holds, and
    ``refers_severity`` weighs a value that is not found. ``in_year`` says that a date must lie in
    the academic year (``"E"``, ``"W"`` or ``"I"``: how much a day outside it weighs).
    ``until`` is, for the first day of a span, the column of its last day: where both days were
    typed into one cell, the second goes there. ``people`` columns hold names of persons, several in
    a cell if need be. ``example`` is what the template shows in its grey row.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    header: str = Field(min_length=1)
    type: ColumnType
    required: Literal["always", "conditional", "optional"] = "optional"
    when: str = ""
    unit: str = ""
    allowed: tuple[str, ...] = Field(default=(), strict=False)
    minimum: Number | None = None
    maximum: Number | None = None
    step: Number | None = None
    pattern: str | None = None
    aliases: tuple[str, ...] = Field(default=(), strict=False)
    note: str = ""
    private: bool = False
    private_where: dict[str, str] = {}
    required_when: str = ""
    refers: str = Field(default="", pattern=r"^([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)?$")
    refers_when: str = ""
    refers_severity: Weight = "E"
    in_year: Weight | None = None
    until: str = ""
    people: bool = False
    example: str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """Every normalised text by which the column is recognised."""
        return frozenset(normalise(text) for text in (self.name, self.header, *self.aliases))


class Rule(_Part):
    """What must hold in each row of a sheet, beyond what each cell says by itself.

    ``must`` and ``when`` are expressions (see :mod:`evalkit.ledger.rules`); a rule in which a value
    is missing says nothing. ``what`` tells in Chinese what is wrong, ``rule`` what is allowed,
    ``mend`` what to do; they may hold names of columns in braces (``{n_valid}``), which are filled
    with the row's values. ``at`` is the column whose cell gets the finding, by default the first
    that ``must`` names. ``spoils`` are the columns of the row that cannot be used where an ``E``
    rule is broken, by default all that ``must`` names.
    """

    code: str = Field(pattern=r"^[A-Z]\d{2}$")
    severity: Weight = "E"
    must: str = Field(min_length=1)
    when: str = ""
    what: str = Field(min_length=1)
    rule: str = Field(min_length=1)
    mend: str = Field(min_length=1)
    at: str = ""
    spoils: tuple[str, ...] | None = Field(default=None, strict=False)


def _not_empty(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    # A length in the schema would count faulty columns as missing, and complain twice.
    if not columns:
        raise ValueError("至少要有一列")
    return columns


class Sheet(_Part):
    """One sheet of a workbook.

    ``layout``: ``table`` (a header row, then one row a record) or ``form`` (labels with the value
    to their right, one record a sheet). ``core`` sheets are expected from every college; an
    absent other sheet means 无数据, never an error. ``coded`` sheets hold a row a student, under
    codes.
    """

    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    workbook: Workbook
    layout: Literal["table", "form"] = "table"
    core: bool = False
    coded: bool = False
    rows: str = ""
    note: str = ""
    key: tuple[str, ...] = Field(default=(), strict=False)
    rules: tuple[Rule, ...] = Field(default=(), strict=False)
    columns: Annotated[tuple[Column, ...], Field(strict=False), AfterValidator(_not_empty)]

    @property
    def tab(self) -> str:
        """Name on the sheet's tab, such as ``"S08 活动台账"``."""
        return f"{self.id} {self.title.replace('·', '')}"[:31]

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Every normalised text by which a column is recognised, and that column."""
        names: dict[str, Column] = {}
        for column in self.columns:
            for name in column.names:
                names.setdefault(name, column)
        return names

    def column(self, name: str) -> Column:
        """Return the column with this machine name.

        Raises
        ------
        KeyError
            If there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


class Ledger(_Part):
    """All sheets of all workbooks, in order."""

    version: str
    sheets: tuple[Sheet, ...] = Field(strict=False)

    def __getitem__(self, name: str) -> Sheet:
        for sheet in self.sheets:
            if name in (sheet.name, sheet.id):
                return sheet
        raise KeyError(name)

    def of(self, workbook: Workbook) -> Iterator[Sheet]:
        """Iterate over the sheets of one kind of workbook."""
        return (sheet for sheet in self.sheets if sheet.workbook == workbook)
