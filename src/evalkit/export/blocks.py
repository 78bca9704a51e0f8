"""What a report consists of, whatever file it becomes: headings, texts, tables, figures."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Block",
    "Card",
    "Cards",
    "Cell",
    "Code",
    "Column",
    "Figure",
    "Heading",
    "Items",
    "Paragraph",
    "Quote",
    "Rule",
    "Run",
    "Table",
    "plain",
]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look. `link` is where they lead, empty for most."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    struck: bool = False
    link: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 stands for the report's sections, below its title."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `faint` ones are remarks."""

    runs: Runs
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item holds blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks that stand apart: quoted, or a notice."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that keep their spaces: printed output, code in a text."""

    text: str
    error: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure."""

    title: str
    value: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Headline figures side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column.

    Attributes
    ----------
    title, unit : str
        Its header.
    kind : str
        That of a released field; ``auto`` if nobody said: numbers are told by their looks.
    right : bool
        Whether its cells stand at the right.
    keep : bool
        Whether its cells are never wrapped.
    """

    title: str
    unit: str = ""
    kind: str = "auto"
    right: bool = False
    keep: bool = False

    @property
    def header(self) -> str:
        """Title and unit on one line."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True, slots=True)
class Cell:
    """What is printed in a cell; its mark is ``dropped``, ``faint``, ``strong``, ``dot`` or ````.

    `colour` is that of the dot, as ``#rrggbb``.
    """

    text: str
    mark: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `number` counts the tables of a report; 0 for those behind a figure."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    caption: str = ""
    number: int = 0

    @property
    def label(self) -> str:
        """Number and caption as printed."""
        return f"表 {self.number}　{self.caption}".rstrip()


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture.

    Attributes
    ----------
    image : bytes
        PNG, JPEG or GIF; empty if there is only `svg`.
    kind : str
        Media type of `image`.
    svg : str
        A drawing (:func:`evalkit.export.drawings.safe_drawing`) in the place of `image`.
    width, height : int
        Size in CSS pixels (1/96 inch).
    alt : str
        What it shows, in words; never empty.
    caption : str
        Printed below.
    data : tuple of Table
        The tables behind it.
    number : int
        Counts the figures of a report.
    """

    image: bytes
    kind: str
    svg: str
    width: int
    height: int
    alt: str
    caption: str = ""
    data: tuple[Table, ...] = ()
    number: int = 0

    @property
    def label(self) -> str:
        """Number and caption as printed."""
        return f"图 {self.number}　{self.caption}".rstrip()


Block = Heading | Paragraph | Items | Quote | Code | Rule | Cards | Table | Figure


def plain(runs: Runs) -> str:
    """Return the words of runs."""
    return "".join(run.text for run in runs)
