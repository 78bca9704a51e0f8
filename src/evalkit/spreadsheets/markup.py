"""Small XML parts: their elements, whatever prefix their names carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from evalkit.spreadsheets import refusals
from evalkit.spreadsheets.refusals import Refusal, RefusedError

__all__ = ["Element", "elements", "local", "parse", "parser"]

Element = tuple[str, dict[str, str], str]
"""Local name, attributes by local name, and the text directly inside."""


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def parser() -> XMLParserType:
    """Return an XML parser that refuses any document type; entities are never expanded."""
    made = ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse
    return made


def parse(made: XMLParserType, data: bytes, otherwise: Refusal) -> None:
    """Run a parser over a whole part.

    Raises
    ------
    RefusedError
        The part is not well formed (`otherwise`), or a handler refused it.
    """
    try:
        made.Parse(data, True)
    except (ExpatError, LookupError, ValueError) as error:  # the latter two: unknown encodings
        raise RefusedError(otherwise) from error


def elements(data: bytes) -> list[Element]:
    """Return all elements of a small part in document order.

    Raises
    ------
    RefusedError
        The part is damaged.
    """
    found: list[Element] = []
    texts: list[list[str]] = []
    open_elements: list[int] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        open_elements.append(len(found))
        found.append((local(name), {local(k): v for k, v in attributes.items()}, ""))
        texts.append([])

    def end(_name: str) -> None:
        open_elements.pop()

    def text(characters: str) -> None:
        texts[open_elements[-1]].append(characters)

    made = parser()
    made.StartElementHandler = start
    made.EndElementHandler = end
    made.CharacterDataHandler = text
    if data:
        parse(made, data, refusals.DAMAGED)
    return [(n, a, "".join(parts)) for (n, a, _), parts in zip(found, texts, strict=True)]


def _refuse(*_: object) -> NoReturn:
    raise RefusedError(refusals.DTD)
