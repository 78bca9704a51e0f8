"""Where little lies between two ranks or two bands, so that the panel may want to deliberate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from evalkit.panel.result import PanelResult
from evalkit.rubric import Rubric

__all__ = ["BandEdge", "Closeness", "close_bands", "close_margin", "close_neighbours"]


@dataclass(frozen=True, slots=True)
class Closeness:
    """Two colleges that follow each other, and how little lies between them.

    Attributes
    ----------
    first, second : str
        Codes, in the order of rank.
    margin : Decimal
        Difference of the published scores (points).
    tied : bool
        Whether no comparison of the rubric's chain tells them apart.
    note : str
        What decided between them, or that the panel has to, in Chinese, with codes.
    """

    first: str
    second: str
    margin: Decimal
    tied: bool
    note: str


@dataclass(frozen=True, slots=True)
class BandEdge:
    """A college whose published score lies just at the lower edge of a band.

    Attributes
    ----------
    college : str
        Its code.
    band : str
        The band whose edge it is.
    margin : Decimal
        The score minus the edge (points): negative where it fell short.
    note : str
        The same in Chinese.
    """

    college: str
    band: str
    margin: Decimal
    note: str


def close_margin(rubric: Rubric) -> Decimal:
    """Return the lead (points) below which the rubric's awards ask the panel to deliberate."""
    return max((award.close_margin for award in rubric.awards), default=Decimal("0.5"))


def close_neighbours(result: PanelResult) -> tuple[Closeness, ...]:
    """Return ties, and neighbours closer than :func:`close_margin`, from the top down."""
    return tuple(_neighbours(result, close_margin(result.rubric)))


def close_bands(result: PanelResult) -> tuple[BandEdge, ...]:
    """Return who lies nearer to a band's lower edge than :func:`close_margin`, from the top down.

    The lowest band has no edge: nobody can fall short of it.
    """
    near = close_margin(result.rubric)
    edges = [band for band in result.rubric.bands if band.lower > 0]
    return tuple(
        BandEdge(each.college, band.name, margin, _edge_note(band.name, band.lower, margin))
        for each in result
        for band in edges
        if abs(margin := each.score - band.lower) < near
    )


def _neighbours(result: PanelResult, near: Decimal) -> Iterator[Closeness]:
    for one, other in pairwise(result):
        margin = one.score - other.score
        tied = other.college in one.tied_with
        if not tied and margin >= near:
            continue
        note = "各项比较均相同，名次请评审组表决"
        if not tied:
            note = one.tie_note if not margin else f"相差 {margin} 分，不足 {near} 分，建议合议"
        yield Closeness(one.college, other.college, margin, tied, note)


def _edge_note(band: str, lower: Decimal, margin: Decimal) -> str:
    if not margin:
        return f"正在“{band}”的下限 {lower} 分"
    if margin > 0:
        return f"高出“{band}”的下限 {lower} 分 {margin} 分"
    return f"距“{band}”的下限 {lower} 分差 {-margin} 分"
