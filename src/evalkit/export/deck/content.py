"""What the screen of the review meeting shows: a page a college without scores, then the results.

Everything is released for the panel. The pages of colleges hold evidence and no score; scores are
only in :class:`Results`, and a deck that is made without them has none anywhere in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from evalkit.assessment import Assessment, CollegeView
from evalkit.evidence.verdicts import Verdict
from evalkit.privacy import Released

__all__ = [
    "STATES",
    "CollegePage",
    "Deck",
    "Evidence",
    "Results",
    "Row",
    "deck_of",
    "lines_of",
    "results_of",
]

STATES = {
    "达标": ("✓", "#2f7d6b"),
    "部分达标": ("◐", "#e8b04a"),
    "未达标": ("×", "#8f2d12"),
    "无数据": ("?", "#959fab"),
    "不适用": ("—", "#dfe4ea"),
    "人工评定": ("评", "#a9c8d8"),
}
"""Verdict → sign and colour; signs tell them apart where colours do not."""
LINES = 4
"""Lines below the charts; the last one says how many more there are."""
HIGHLIGHTS_SHOWN = 3
Pages = tuple[tuple[tuple[str, str], ...], ...]
"""Pages of titles with names."""
PAGE_LINES, LINE_CHARACTERS = 14, 38
"""Of the pages with bands, titles counted as lines."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An indicator, and what the evidence says of each of its criteria: sign's state by number."""

    label: str
    states: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CollegePage:
    """One college's page. ``points`` are requirements of the text that are not met."""

    place: int
    name: str
    head: str
    n_staff: str
    n_students: str
    evidence: tuple[Evidence, ...]
    months: Released
    forms: Released
    participation: Released
    reports: Released
    training: Released
    highlights: tuple[str, ...]
    points: tuple[str, ...]
    n_points: int


@dataclass(frozen=True, slots=True)
class Row:
    """A college in the sheet of results, as printed."""

    rank: str
    college: str
    score: str
    band: str


@dataclass(frozen=True, slots=True)
class Results:
    """What is revealed at the end: ranks, bands, awards, and what there is to decide.

    ``bands`` and ``awards`` are pages, each of titles with names, as many as fit on a screen.
    """

    rows: tuple[Row, ...]
    bands: Pages
    awards: Pages
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck. ``mark`` is 建议名单（待审定） until the decision is entered."""

    title: str
    school: str
    year: str
    footer: str
    mark: str
    rules: tuple[str, ...]
    recusals: tuple[tuple[str, str], ...]
    pages: tuple[CollegePage, ...]
    seconds: tuple[int, int]
    results: Results | None = None

    @property
    def order(self) -> tuple[tuple[int, str], ...]:
        """Place and college, in the order of speaking."""
        return tuple((page.place, page.name) for page in self.pages)


def lines_of(text: str) -> int:
    """Return how many lines a text fills on the pages with bands and awards."""
    return -(-len(text) // LINE_CHARACTERS) or 1


def deck_of(
    assessment: Assessment,
    *,
    order: Sequence[str],
    rules: Sequence[str],
    recusals: Sequence[tuple[str, str]],
    minutes: tuple[int, int],
    mark: str,
) -> Deck:
    """Return the deck of a year, without results.

    Parameters
    ----------
    assessment : Assessment
        Released for the panel.
    order : sequence of str
        Codes of colleges in the order of speaking.
    rules, recusals : sequence
        Sentences for the opening; college and judges who stand back.
    minutes : tuple of int
        For speaking and for questions.
    mark : str
        The mark, empty once decided.
    """
    space = assessment.workspace
    invented = "虚构示例数据　" if space.fictional else ""
    return Deck(
        title=f"{assessment.year} 学年二级心理辅导站工作考核现场评审会",
        school=space.school,
        year=assessment.year.name,
        footer=f"{invented}{space.school}　{assessment.year} 学年",
        mark=mark,
        rules=tuple(rules),
        recusals=tuple(recusals),
        pages=tuple(_page(assessment.college(code), place) for place, code in enumerate(order, 1)),
        seconds=(60 * minutes[0], 60 * minutes[1]),
    )


def _page(view: CollegeView, place: int) -> CollegePage:
    every = {verdict.criterion: verdict for verdict in view.verdicts}
    points = [text for verdict in view.verdicts for text in _not_met(verdict)]
    figures = view.assessment.figures[view.assessment.year]
    heads = figures.heads
    named = heads.loc[heads["college_code"] == view.code, "name"].dropna()
    highlights = figures.table("highlights")
    titles = highlights.loc[highlights["college_code"] == view.code, "title"].dropna()
    return CollegePage(
        place=place,
        name=view.name,
        head="、".join(map(str, named)) or "未登记",
        n_staff=_number(view.totals, "n_staff"),
        n_students=_number(view.totals, "n_students"),
        evidence=tuple(
            Evidence(
                indicator.label,
                tuple(
                    (c.id.removeprefix(indicator.id).removeprefix("."), every[c.id].state)
                    for c in indicator.criteria
                ),
            )
            for indicator in view.assessment.rubric.indicators
        ),
        months=view.activities_by_month(),
        forms=view.activities_by_form(),
        participation=view.participation(),
        reports=view.monthly_reports(),
        training=view.training_cells(),
        highlights=tuple(str(title) for title in titles[:HIGHLIGHTS_SHOWN]),
        points=tuple(points if len(points) <= LINES else points[: LINES - 1]),
        n_points=len(points),
    )


def _not_met(verdict: Verdict) -> list[str]:
    """Return what the text itself asks for and is not met, each in a few words."""
    if verdict.basis != "规定值" or verdict.state not in ("未达标", "部分达标"):
        return []
    return [
        f"{verdict.criterion} {item.title} {item.value}"
        for item in verdict.items
        if item.decides and item.basis == "规定值" and item.state == "未达标"
    ]


def _number(totals: pd.Series, name: str) -> str:
    value = totals.get(name)
    return "无数据" if value is None or pd.isna(value) else f"{int(value):,}"


def results_of(assessment: Assessment, awards: Sequence[tuple[str, Sequence[str]]]) -> Results:
    """Return what is revealed at the end; `awards` are titles and names."""
    table, bands = assessment.school.ranking(), assessment.bands
    rows = tuple(
        Row(*(table.text(row, name) for name in ("rank", "college", "score", "band")))
        for row in range(len(table))
    )
    return Results(
        rows=rows,
        bands=_paged(
            (f"{band}（{number} 个）", [r.college for r in rows if r.band == band])
            for band, number in zip(bands["band"], bands["n_colleges"], strict=True)
            if number
        ),
        awards=_paged(awards),
        decisions=assessment.school.open_decisions,
    )


def _paged(entries: Iterable[tuple[str, Sequence[str]]]) -> Pages:
    """Share titles with names out over pages; one that fills more than a page goes on."""
    pages: list[list[tuple[str, str]]] = []
    room = 0
    for title, names in entries:
        for number, text in enumerate(_pieces(names)):
            needed = lines_of(text) + 1
            if needed > room or not pages:
                pages.append([])
                room = PAGE_LINES
            pages[-1].append((f"{title}，续" if number else title, text))
            room -= needed
    return tuple(map(tuple, pages))


def _pieces(names: Sequence[str]) -> list[str]:
    """Join names; begin anew before they fill more than a page."""
    pieces = [names[0] if names else "（空缺）"]
    for name in names[1:]:
        longer = f"{pieces[-1]}、{name}"
        if lines_of(longer) + 1 > PAGE_LINES:
            pieces.append(name)
        else:
            pieces[-1] = longer
    return pieces
