"""What the page shows, made once and kept: the same pieces as the notebook's, as HTML."""

from __future__ import annotations

import base64
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from evalkit.assessment import Assessment
from evalkit.charts import Picture
from evalkit.charts.picture import DPI
from evalkit.desk.pieces import Piece, comparison, pieces
from evalkit.desk.views import facts
from evalkit.desk.views import year as load_year
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Screens"]

MOST_KEPT = 96 * 2**20
"""Bytes of screens that are kept; the longest unused go first."""


class Screens:
    """The screens of a workspace.

    Making them is left to one thread at a time: figures and frames are shared.

    Parameters
    ----------
    workspace : Workspace
        The workspace.
    year : AcademicYear
        The year that is judged; earlier ones can be looked at as well.
    """

    def __init__(self, workspace: Workspace, year: AcademicYear) -> None:
        self.workspace, self.year = workspace, year
        self.years = tuple(each.name for each in reversed(workspace.years()) if each <= year)
        self._loaded: dict[str, Assessment] = {}
        self._kept: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._size = 0
        self._making, self._turn = threading.Lock(), threading.Lock()

    def assessment(self, year: str) -> Assessment:
        """Return a year's assessment as judges may see it, loaded once."""
        if year not in self._loaded:
            self._loaded[year] = load_year(year, workspace=self.workspace)
        return self._loaded[year]

    def choices(self, year: str) -> bytes:
        """Return what there is to choose from, as JSON."""
        return self._get(("choices", year), lambda: self._choices(year))

    def view(self, year: str, college: str, indicator: str) -> bytes:
        """Return the screen of a college under an indicator, as JSON.

        Raises
        ------
        EvalkitError
            If there is no such year, college or indicator.
        """
        return self._get(
            ("view", year, college, indicator), lambda: self._view(year, college, indicator)
        )

    def compare(self, year: str, colleges: Sequence[str], indicator: str) -> bytes:
        """Return two to four colleges side by side, as JSON; raises as :meth:`view`."""
        return self._get(
            ("compare", year, *colleges, indicator),
            lambda: self._drawn(comparison(self.assessment(year), colleges, indicator), year),
        )

    def every(self) -> Iterator[Callable[[], bytes]]:
        """Yield what makes each screen of the year, for making them before anyone asks."""
        assessment = self.assessment(self.year.name)
        for college in assessment.colleges:
            for indicator in assessment.rubric.indicators:
                yield lambda c=college.code, i=indicator.id: self.view(self.year.name, c, i)  # type: ignore[misc]

    def _get(self, key: tuple[str, ...], make: Callable[[], dict[str, Any]]) -> bytes:
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with self._making:
            with self._turn:
                if key in self._kept:
                    return self._kept[key]
            made = json.dumps(make(), ensure_ascii=False).encode()
        with self._turn:
            self._kept[key] = made
            self._size += len(made)
            while self._size > MOST_KEPT and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1])
        return made

    def _choices(self, year: str) -> dict[str, Any]:
        assessment = self.assessment(year)
        return {
            "school": assessment.workspace.school,
            "fictional": assessment.workspace.fictional,
            "year": year,
            "years": list(self.years),
            "judged": self.year.name,
            "rubric": assessment.rubric.title,
            "step": str(assessment.rubric.panel.step),
            "total": str(assessment.rubric.total),
            "colleges": [{"code": c.code, "name": c.name} for c in assessment.colleges],
            "indicators": [
                {"id": i.id, "name": i.name, "points": str(i.points), "dimension": d.name}
                for d in assessment.rubric.dimensions
                for i in d.indicators
            ],
            "awards": [
                {"id": a.id, "title": a.title, "number": a.number, "kind": a.kind}
                for a in assessment.rubric.awards
            ],
        }

    def _view(self, year: str, college: str, indicator: str) -> dict[str, Any]:
        assessment = self.assessment(year)
        made = self._drawn(pieces(assessment, college, indicator), year)
        told = facts(assessment, college).frame
        made["facts"] = [list(row) for row in told.itertuples(index=False)]
        return made

    def _drawn(self, several: Sequence[Piece], year: str) -> dict[str, Any]:
        return {"pieces": [_plain(piece, year) for piece in several]}


def _plain(piece: Piece, year: str) -> dict[str, str]:
    shown = piece.show()
    html = _picture(shown) if isinstance(shown, Picture) else shown.html
    return {
        "key": piece.key,
        "title": piece.title,
        "kind": piece.kind,
        "html": html,
        "code": piece.lines(year),
        "note": piece.note,
    }


def _picture(picture: Picture) -> str:
    width, height = (round(inches * DPI) for inches in picture.figure.get_size_inches())
    content = base64.b64encode(picture.png()).decode("ascii")
    return (
        f'<img class="ek-picture" width="{width}" height="{height}" '
        f'alt="{escape(picture.alt)}" src="data:image/png;base64,{content}">'
    )
