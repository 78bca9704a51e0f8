"""How results show themselves: a sentence in a console, with the table in a notebook."""

from __future__ import annotations

from html import escape
from typing import ClassVar

import pandas as pd

__all__ = ["Result", "between", "figure", "p_text"]


class Result:
    """Base of the results: a title, a sentence, a table, and where the method comes from.

    Subclasses are frozen dataclasses with the fields ``table``, ``method``, ``reference`` and
    ``note``, and say in ``_sentence`` what was found.
    """

    __slots__ = ()

    title: ClassVar[str] = "结果"
    table: pd.DataFrame
    method: str
    reference: str
    note: str

    def _sentence(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        note = f" 说明：{self.note}" if self.note else ""
        return f"<{self.title}：{self._sentence()}{note}>"

    def _repr_html_(self) -> str:
        lines = [f"<p><strong>{escape(self.title)}</strong>：{escape(self._sentence())}</p>"]
        lines.append(self.table.to_html(index=False, escape=True, border=0, float_format=figure))
        lines.append(f"<p>方法：{escape(self.method)}。出处：{escape(self.reference)}。</p>")
        if self.note:
            lines.append(f"<p>说明：{escape(self.note)}</p>")
        return "\n".join(lines)


def figure(value: float) -> str:
    """Return a figure as it is shown: three decimals, more only where they would all be zero.

    Examples
    --------
    >>> figure(0.71484), figure(1234.5), figure(0.00042), figure(float("nan"))
    ('0.715', '1234.500', '0.00042', '—')
    """
    if value != value:
        return "—"
    return f"{value:.3f}" if value == 0 or abs(value) >= 0.001 else f"{value:.2g}"


def between(interval: tuple[float, float], level: float) -> str:
    """Return an interval in words, nothing if there is none."""
    low, high = interval
    if low != low and high != high:
        return ""
    return f"（{100 * level:g} % 区间 {figure(low)} 至 {figure(high)}）"


def p_text(p: float) -> str:
    """Return a p value as it is printed.

    Examples
    --------
    >>> p_text(0.03), p_text(1e-9)
    ('p = 0.030', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {figure(p)}"
