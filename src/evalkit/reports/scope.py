"""How far a college's notebook looks: at its college's view only, or at anything else.

Notebooks are the schools' own to change. One that goes past the view of its college may read
anything, and its reports are then made again with every change of the data.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Literal

__all__ = ["COMPARED", "Scope", "scope_of"]

Scope = Literal["own", "compared", "everything"]

COMPARED = frozenset({"comparison", "metric_trends"})
"""What a college's view says by holding its ledger against the others'."""
_MODULES = {"evalkit": {"charts"}, "evalkit.assessment": {"load_assessment"}}
_LOAD = "load_assessment"
_PAST = frozenset({"assessment"})
"""By which one gets from a view to everything."""
_BY_NAME = frozenset(
    {"__import__", "compile", "delattr", "dir", "eval", "exec", "getattr", "globals", "locals",
     "open", "setattr", "vars"}
)  # fmt: skip
"""By which one gets at what the code does not name."""


def scope_of(notebook: Path) -> Scope:
    """Return what a college's notebook may read.

    Returns
    -------
    str
        ``own``: through ``load_assessment(...).college(...)`` alone, and nothing of `COMPARED`;
        ``compared``: that too; ``everything``: whatever else.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        trees = [ast.parse(source) for source in code]
    except (OSError, ValueError, KeyError, TypeError, SyntaxError):  # broken, or with magics
        return "everything"
    nodes = [node for tree in trees for node in ast.walk(tree)]
    if any(_goes_past(node) for node in nodes) or not _loads_one_view(nodes):
        return "everything"
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return "compared" if used & COMPARED else "own"


def _goes_past(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return True
    if isinstance(node, ast.ImportFrom):
        known = _MODULES.get(node.module or "", set())
        return any(alias.name not in known or alias.asname for alias in node.names)
    if isinstance(node, ast.Attribute):
        return node.attr in _PAST or node.attr.startswith("_")
    return isinstance(node, ast.Name) and node.id in _BY_NAME


def _loads_one_view(nodes: list[ast.AST]) -> bool:
    """Whether all that is done with ``load_assessment`` is to ask it for one college."""
    named = [node for node in nodes if isinstance(node, ast.Name) and node.id == _LOAD]
    views = [
        node
        for node in nodes
        if isinstance(node, ast.Attribute)
        and node.attr == "college"
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == _LOAD
    ]
    return len(named) == len(views)
