"""How results show themselves: a sentence in a console, with the table in a notebook."""

from __future__ import annotations

from html import escape
from typing import ClassVar

import pandas as pd

__all__ = ["Result", "figure", "p_text"]

_ROWS = 20
"""Rows that a notebook shows of a result."""


class Result:
    """Base of the results: a title, a sentence, a table, and where the method comes from.

    Subclasses are frozen dataclasses with ``table``, a field or worked out, and ``reference``; the
    pictures of them are in :mod:`evalkit.charts.epidemiology`.
    """

    __slots__ = ()

    title: ClassVar[str] = "结果"
    reference: str

    def _frame(self) -> pd.DataFrame:
        raise NotImplementedError

    def _sentence(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{self.title}：{self._sentence()}>"

    def _repr_html_(self) -> str:
        table = self._frame()
        lines = [
            f"<p><strong>{escape(self.title)}</strong>：{escape(self._sentence())}</p>",
            table.head(_ROWS).to_html(escape=True, border=0, float_format=figure, na_rep="—"),
        ]
        if len(table) > _ROWS:
            lines.append(f"<p>另有 {len(table) - _ROWS:,} 行，见 .table。</p>")
        lines.append(f"<p>出处：{escape(self.reference)}。</p>")
        return "\n".join(lines)


def figure(value: float) -> str:
    """Return a figure as it is shown: four significant places, whole numbers as they are.

    Examples
    --------
    >>> figure(0.25529), figure(1234.0), figure(float("nan"))
    ('0.2553', '1234', '—')
    """
    if value != value:
        return "—"
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"


def p_text(p: float) -> str:
    """Return a p value as it is printed.

    Examples
    --------
    >>> p_text(0.03), p_text(1e-9)
    ('p = 0.030', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
