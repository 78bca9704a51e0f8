"""Papers scored: one row a paper, what they come to, and by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from evalkit.scales.definition import Scale
from evalkit.scales.judge import Rules
from evalkit.scales.summary import ScaleSummary
from evalkit.scales.table import measures

__all__ = ["ScaleResult"]


@dataclass(frozen=True, eq=False)
class ScaleResult:
    """The scores of one scale.

    Printing it shows sums over all papers, never a single one.

    Attributes
    ----------
    table : DataFrame
        One row a paper, with the answers' index:

        - ``total``: sum of the scored items. It and all that follows from it is missing if too
          many answers are; a paper that is void for another reason keeps what its answers come to,
          for whoever looks into it. Rates are of the valid ones: filter by ``valid``, or take them
          from ``summary``.
        - ``standard``, ``index`` (SDS, SAS): standard score, and raw total ÷ highest possible.
        - ``mean``, ``positive_items``, ``positive_mean`` (SCL-90), and a column for each factor:
          mean of its items.
        - ``lie_items``, ``auxiliary`` (UPI): how many were affirmed.
        - ``band``: ordered category, the least severe first.
        - ``positive``: whether the screen is positive.
        - ``valid``, ``reasons``: whether the paper counts, and why it does not (Chinese).
        - ``missing``: items without an answer. ``prorated``: whether the total stands for them.
        - ``suicide_item``: whether an item about suicide was affirmed, *also on void papers*;
          missing if it was not answered, or the scale does not ask.
    summary : ScaleSummary
        Counts, bands, means over all papers.
    """

    table: pd.DataFrame = field(repr=False)
    summary: ScaleSummary

    @property
    def rules(self) -> Rules:
        """The scale and how it was applied."""
        return self.summary.rules

    @property
    def scale(self) -> Scale:
        """The scale, with the disputed questions decided."""
        return self.summary.rules.scale

    @property
    def options(self) -> Mapping[str, str]:
        """Every setting that went into the scores."""
        return self.summary.options

    @property
    def sources(self) -> tuple[str, ...]:
        """Who described the scale, and every disputed choice, with its source."""
        return self.summary.sources

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know, in Chinese."""
        return self.summary.notes

    @property
    def titles(self) -> dict[str, str]:
        """Columns that are scores, with their Chinese titles."""
        return measures(self.rules)

    @property
    def follow_up(self) -> pd.Index:
        """Labels of the papers on which an item about suicide was affirmed, void ones included.

        A person has to look at each of them, whatever the total.
        """
        return self.table.index[self.table["suicide_item"].fillna(False).to_numpy(dtype=bool)]

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return repr(self.summary)

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()
