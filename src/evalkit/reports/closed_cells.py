"""Cells of a report that an audience does not get: those about what it may not see.

They would only hold a sentence that says so. A cell says by a tag what it is about and how fine,
such as ``needs:risk:own`` (see :mod:`evalkit.audiences`).
"""

from __future__ import annotations

from nbformat import NotebookNode

from evalkit.audiences import LEVELS, TOPICS, Audience, Level, Topic
from evalkit.errors import UnknownNameError

__all__ = ["PREFIX", "without_closed"]

PREFIX = "needs:"
"""How tags begin that say what a cell is about."""


def without_closed(notebook: NotebookNode, audience: Audience) -> None:
    """Take the cells out of a notebook that are about what an audience may not see.

    Raises
    ------
    UnknownNameError
        If a tag names a topic or a level that there is not.
    """
    notebook.cells = [cell for cell in notebook.cells if _is_open(cell, audience)]


def _is_open(cell: NotebookNode, audience: Audience) -> bool:
    tags = cell.metadata.get("tags", [])
    needs = [tag.removeprefix(PREFIX) for tag in tags if tag.startswith(PREFIX)]
    return all(audience.may_see(*_parsed(need)) for need in needs)


def _parsed(need: str) -> tuple[Topic, Level]:
    topic, _, level = need.partition(":")
    if topic not in TOPICS:
        raise UnknownNameError.of("单元格标签中的方面", topic, list(TOPICS))
    if level not in LEVELS:
        raise UnknownNameError.of("单元格标签中的级别", level, list(LEVELS))
    return topic, level
