"""Tables that a notebook shows as pandas prints them: nothing was taken out of these.

What charts and exporters show is a released table. A frame that is the last word of a cell goes
past them into every format, small counts and all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["RawTableError", "has_raw_tables", "refuse_raw_tables"]

_FRAME = re.compile(r"<table\b[^>]*\bclass=[\"'][^\"']*\bdataframe\b")
_SERIES = re.compile(r"^(?:Name: .*|Freq: .*|Length: \d+.*)?\bdtype: \w+\s*\Z", re.MULTILINE)


class RawTableError(EvalkitError):
    """A notebook shows a table that was not released."""


def refuse_raw_tables(notebook: NotebookNode, name: str) -> None:
    """Stop a notebook that shows frames or series as they are.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    name : str
        File name of the notebook, for the message.

    Raises
    ------
    RawTableError
        If a cell does. What a cell prints with ``print`` cannot be told from other text, unless it
        is a series.
    """
    cells = list(_raw(notebook))
    if cells:
        listed = "、".join(map(str, cells))
        raise RawTableError(
            f"{name} 的第 {listed} 个代码单元格直接显示了数据表，没有写出："
            "其中的人数没有按读者范围隐去。"
            "允许：各视图给出的表，例如 charts.table(view.participation())。"
            "请改用这样的表，或不显示。"
        )


def has_raw_tables(notebook: NotebookNode) -> bool:
    """Whether a notebook shows frames or series as they are."""
    return next(_raw(notebook), None) is not None


def _raw(notebook: NotebookNode) -> Iterator[int]:
    number = 0
    for cell in notebook.cells:
        if cell.cell_type != "code" or "injected-parameters" in cell.metadata.get("tags", ()):
            continue
        number += 1
        if any(_is_raw(output) for output in cell.outputs):
            yield number


def _is_raw(output: NotebookNode) -> bool:
    data = output.get("data", {})
    plain = data.get("text/plain", output.get("text", ""))
    return bool(_FRAME.search(data.get("text/html", "")) or _SERIES.search(plain))
