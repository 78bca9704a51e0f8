"""Notebooks that are hard to run, read from texts that people can read.

In ``notebooks/*.txt`` a line ``=== name`` begins a subject, a line ``---`` a cell of it; the tag of
the cell, if it has one, stands behind the dashes.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

__all__ = ["aborting", "notebook", "together"]

FOLDER = Path(__file__).parent / "notebooks"
Cell = tuple[str, str]
"""Tag and source."""


def together() -> NotebookNode:
    """All subjects that can be run one after the other, as one notebook."""
    subjects = _read("together.txt")
    return notebook(*(cell for cells in subjects.values() for cell in cells))


def aborting() -> dict[str, NotebookNode]:
    """By subject, notebooks that stop before their end."""
    return {name: notebook(*cells) for name, cells in _read("aborting.txt").items()}


def notebook(*cells: str | Cell) -> NotebookNode:
    """Make a notebook of code cells, below a heading."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {
        "name": "python3",
        "language": "python",
        "display_name": "Python 3",
    }
    made.cells.append(nbformat.v4.new_markdown_cell("# Awkward"))
    for cell in cells:
        tag, source = ("", cell) if isinstance(cell, str) else cell
        metadata = {"tags": [tag] if tag else []}
        made.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata))
    for number, each in enumerate(made.cells):
        each["id"] = f"a{number}"
    return made


def _read(name: str) -> dict[str, list[Cell]]:
    subjects: dict[str, list[Cell]] = {}
    text = (FOLDER / name).read_text(encoding="utf-8")
    for subject in re.split("^=== ", text, flags=re.MULTILINE)[1:]:
        title, *cells = re.split("^---", subject, flags=re.MULTILINE)
        subjects[title.strip()] = [_cell(cell) for cell in cells]
    return subjects


def _cell(text: str) -> Cell:
    tag, _, source = text.partition("\n")
    return tag.strip(), source.rstrip("\n")
