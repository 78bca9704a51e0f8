"""The rubric's rules as spreadsheet formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from evalkit.rubric import Rubric, Source

__all__ = ["Layout"]

GUARD = 9
"""Decimals to which sums are rounded before they are compared, against binary noise."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of the sheet of totals, and the formulas that go into them.

    Parameters
    ----------
    rubric : Rubric
        The rules.
    n_judges, n_colleges : int
        Size of the table.
    first_row : int
        First row of data.
    means : str
        Name of the sheet with the indicator means, in the same order of colleges.
    """

    rubric: Rubric
    n_judges: int
    n_colleges: int
    first_row: int
    means: str

    first_judge = 3

    @property
    def sources(self) -> list[tuple[str, int]]:
        """Other sources that have a weight, each with its column."""
        start = self.first_judge + self.n_judges + 2
        others = [s for s in self.rubric.sources if s.id != "panel" and s.weight]
        return [(source.id, start + place) for place, source in enumerate(others)]

    @property
    def count(self) -> int:
        """Column of the number of judges."""
        return self.first_judge + self.n_judges

    @property
    def panel_mean(self) -> int:
        """Column of the panel's mean, unrounded."""
        return self.count + 1

    @property
    def exact(self) -> int:
        """Column of the final score before rounding."""
        return self.panel_mean + len(self.sources) + 1

    @property
    def score(self) -> int:
        """Column of the final score."""
        return self.exact + 1

    @property
    def band(self) -> int:
        """Column of the band."""
        return self.score + 1

    @property
    def ties(self) -> list[tuple[str, int]]:
        """The comparisons of the tie chain, each with its column."""
        return [(tie, self.band + 1 + n) for n, tie in enumerate(self.rubric.panel.ties)]

    @property
    def note(self) -> int:
        """Column of remarks, the last."""
        return self.band + len(self.ties) + 1

    def heads(self, judges: Sequence[str]) -> list[str]:
        """Return the header."""
        by_id: dict[str, Source] = {source.id: source for source in self.rubric.sources}
        return [
            "名次",
            "学院",
            *judges,
            "评分人数",
            "评审组平均\n（未取整）",
            *(f"{by_id[s].name}\n（权重 {by_id[s].weight}）" for s, _ in self.sources),
            "最终分\n（未取整）",
            "得分",
            "等次",
            *(f"同分比较：\n{self._tie_title(tie)}" for tie, _ in self.ties),
            "说明",
        ]

    def widths(self) -> list[float]:
        """Return the columns' widths."""
        middle = [11.0] * (len(self.sources) + 1)
        return [6, 15, *[7.0] * self.n_judges, 9, 11, *middle, 8, 8, *[11.0] * len(self.ties), 26]

    def formulas(
        self, row: int, shown: Mapping[str, Any], exact: Mapping[str, Any]
    ) -> Iterator[tuple[int, str, str, str | int | float]]:
        """Give column, formula, number format and result of each formula of a row.

        Parameters
        ----------
        row : int
            Row of the sheet.
        shown, exact : mapping
            The college's row of the ranking, and of the exact results.
        """
        judges = self._judges(row)
        yield self.count, f"=COUNT({judges})", "0", int(exact["n_judges"])
        yield self.panel_mean, f"={self._mean(judges)}", "0.0000", float(exact["panel_mean"])
        yield self.exact, f"={self._blend(row)}", "0.0000", float(exact["exact"])
        yield self.score, f"={self._rounded(row)}", self._format(), float(shown["score"])
        yield self.band, f"={self._band(row)}", "General", str(shown["band"])
        for tie, column in self.ties:
            number_format = "0" if tie == "first_places" else "0.0000"
            yield column, f"={self._tie(tie, row)}", number_format, float(exact[tie])
        yield 1, f"={self._rank(row)}", "0", int(shown["rank"])

    def _judges(self, row: int) -> str:
        first, last = self.first_judge, self.first_judge + self.n_judges - 1
        return f"${get_column_letter(first)}{row}:${get_column_letter(last)}{row}"

    def _mean(self, judges: str) -> str:
        rules = self.rubric.panel
        if rules.method == "mean":
            return f"AVERAGE({judges})"
        high, low = rules.trim.highest, rules.trim.lowest
        gone = "".join(f"-LARGE({judges},{n})" for n in range(1, high + 1))
        gone += "".join(f"-SMALL({judges},{n})" for n in range(1, low + 1))
        trimmed = f"(SUM({judges}){gone})/(COUNT({judges})-{high + low})"
        return f"IF(COUNT({judges})>={rules.trim.min_judges},{trimmed},AVERAGE({judges}))"

    def _blend(self, row: int) -> str:
        panel = self._at(self.panel_mean, row)
        if not self.sources:
            return f"ROUND({panel},{GUARD})"
        weights: dict[str, Decimal] = {s.id: s.weight for s in self.rubric.sources}
        parts = [f"{weights['panel']}*{panel}"]
        parts += [f"{weights[source]}*{self._at(column, row)}" for source, column in self.sources]
        return f"ROUND({'+'.join(parts)},{GUARD})"

    def _rounded(self, row: int) -> str:
        exact, decimals = self._at(self.exact, row), self.rubric.panel.decimals
        up = f"ROUND({exact},{decimals})"
        if self.rubric.panel.rounding == "half_up":
            return up
        scaled = f"{exact}*{10**decimals}"
        half = f"ABS({scaled}-TRUNC({scaled})-0.5)<1E-6"
        return f"IF({half},2*ROUND({scaled}/2,0)/{10**decimals},{up})"

    def _band(self, row: int) -> str:
        compares = self.rubric.settings.band_compares.value
        value = self._at(self.score if compares == "published" else self.exact, row)
        sign = ">=" if self.rubric.settings.band_edges.value == "lower_included" else ">"
        text = f'"{self.rubric.bands[-1].name}"'
        for band in reversed(self.rubric.bands[:-1]):
            text = f'IF({value}{sign}{band.lower},"{band.name}",{text})'
        return text

    def _tie(self, tie: str, row: int) -> str:
        judges = self._judges(row)
        if tie == "untrimmed_mean":
            return f"ROUND(AVERAGE({judges}),{GUARD})"
        if tie == "first_places":
            first, last = (c[: -len(str(row))] for c in judges.split(":"))
            bottom = self.first_row + self.n_colleges
            best = f"{first}${bottom}:{last}${bottom}"
            return f"SUMPRODUCT(ISNUMBER({judges})*({judges}={best}))"
        ids = [indicator.id for indicator in self.rubric.indicators]
        column = get_column_letter(2 + ids.index(tie.partition(":")[2]))
        return f"ROUND({self.means}!{column}{row},{GUARD})"

    def _rank(self, row: int) -> str:
        """One more than the number of colleges that are better, by the chain of comparisons."""
        columns = [self.score, *(column for _, column in self.ties)]
        text = ""
        for column in reversed(columns):
            letter, last = get_column_letter(column), self.first_row + self.n_colleges - 1
            every = f"${letter}${self.first_row}:${letter}${last}"
            mine = f"${letter}{row}"
            rest = f"+({every}={mine})*({text})" if text else ""
            text = f"({every}>{mine}){rest}"
        return f"1+SUMPRODUCT({text})" if "*" in text else f"1+SUMPRODUCT(--{text})"

    def _tie_title(self, tie: str) -> str:
        kind, _, name = tie.partition(":")
        if kind == "indicator":
            return f"{self.rubric.indicator(name).id} 平均"
        return {"untrimmed_mean": "未去极值平均", "first_places": "首位评委数"}[tie]

    def _format(self) -> str:
        decimals = self.rubric.panel.decimals
        return f"0.{'0' * decimals}" if decimals else "0"

    @staticmethod
    def _at(column: int, row: int) -> str:
        return f"${get_column_letter(column)}{row}"
