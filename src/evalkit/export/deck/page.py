"""The deck as one HTML file: no network, arrow keys, a timer, scores hidden until asked for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TypeVar

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from evalkit.export.deck import svg
from evalkit.export.deck.content import STATES, CollegePage, Deck
from evalkit.export.deck.plain_text import plain
from evalkit.export.fonts import embedded_font

__all__ = ["deck_page"]

ROWS = 10
"""Rows of results on a page: more would be too small to read."""
NAMES = 16
"""Colleges on the page with the order of speaking, in two columns."""
LINES = 6

_Item = TypeVar("_Item")


def deck_page(deck: Deck) -> bytes:
    """Return the deck as an HTML page (UTF-8).

    Keys: → and space go on, ← goes back, T starts and stops the timer, R sets it back, F fills the
    screen. In a deck with results each line appears when it is asked for, the last rank first; to
    print, or without scripts, they stay hidden.
    """
    results = deck.results
    text = _environment().get_template("deck.html.j2").render(
        deck=deck,
        states=STATES,
        pictures=[_pictures(page) for page in deck.pages],
        orders=_cut(deck.order, NAMES),
        rules=_cut(deck.rules, LINES),
        recusals=_cut(deck.recusals, ROWS),
        rows=_cut(results.rows, ROWS) if results else [],
        decisions=_cut(results.decisions, 4) if results else [],
        style=_read("deck.css"),
        script=_read("deck.js"),
        font="@FONT@",
    )  # fmt: skip
    text = str(plain(text))
    return text.replace("@FONT@", embedded_font(text), 1).encode("utf-8")


def _pictures(page: CollegePage) -> list[Markup]:
    return [
        Markup(picture)  # noqa: S704 -- every text in it is escaped where it is drawn
        for picture in (
            svg.activities(page.months, page.forms),
            svg.participation(page.participation),
            svg.calendar(page.reports),
            svg.training(page.training),
        )
    ]


def _cut(items: tuple[_Item, ...], size: int) -> list[tuple[_Item, ...]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_read), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def _read(name: str) -> str:
    return files("evalkit").joinpath("resources", "deck", name).read_text(encoding="utf-8")
