"""The notebook's screen: choose, look, filter, compare; each view with the lines that give it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]
import pandas as pd
from itables.widget import ITable

from evalkit.assessment import Assessment, load_assessment
from evalkit.charts import Picture
from evalkit.charts.carried import NUMERIC
from evalkit.charts.picture import DPI
from evalkit.desk.pieces import Piece, comparison, pieces
from evalkit.desk.views import MOST_COMPARED, facts, number_of, without_scores
from evalkit.errors import EvalkitError
from evalkit.privacy import Released

__all__ = ["Explorer", "explore"]

WIDEST = 16
"""Characters in a column of the filterable table before its text is broken."""
_STYLE = """<style>
.ek-explorer .ek-table { max-width: none; }
.ek-explorer .dt-container { min-width: max-content; }
.ek-explorer .dt-nowrap { white-space: nowrap; }
.ek-explorer pre { padding: 8px 10px; background: rgba(127, 127, 127, 0.1); white-space: pre-wrap; }
.ek-explorer small { font-size: 12.5px; }
.ek-explorer h3 { margin: 14px 0 4px; }
</style>"""
_WIDE = widgets.Layout(width="420px")
_SPEECH: Mapping[str, str] = {
    "search": "筛选：",
    "info": "第 _START_—_END_ 行，共 _TOTAL_ 行",
    "infoEmpty": "没有行",
    "infoFiltered": "（由 _MAX_ 行中筛选）",
    "zeroRecords": "没有符合的行",
    "lengthMenu": "每页 _MENU_ 行",
    "emptyTable": "没有记录",
}
"""What the filterable table says."""
_PARTS: Any = {
    "topStart": "search",
    "topEnd": None,
    "bottomStart": ["info", "paging"],
    "bottomEnd": None,
}
"""Everything on the left: a wide table is scrolled, and its right end is out of sight."""


class Explorer:
    """Widgets on an assessment. Shown by being the last value of a cell.

    Scores of the year at hand are left out, whoever opens the notebook.

    Parameters
    ----------
    assessment : Assessment
        The year to begin with.
    college, indicator : str, optional
        What to show first; the first ones if empty.

    Attributes
    ----------
    widget : ipywidgets.VBox
        Everything.
    year, college, indicator, beside : ipywidgets widgets
        What is chosen: values are the year's name, the college's code, the indicator's number, and
        the codes of the colleges to be compared.
    shown : tuple of Piece
        What is on the screen.

    Raises
    ------
    UnknownNameError
        If there is no such college or indicator.
    """

    def __init__(
        self, assessment: Assessment, college: str = "", indicator: str | float = ""
    ) -> None:
        self._loaded = {assessment.year.name: without_scores(assessment)}
        self._first = assessment
        self.shown: tuple[Piece, ...] = ()
        first = assessment.college(college or assessment.colleges[0].code)
        point = number_of(assessment, indicator or assessment.rubric.indicators[0].id)
        years = [each.name for each in reversed(assessment.workspace.years())]
        self.year = _choice("学年", [(year, year) for year in years], assessment.year.name)
        self.college = _choice("学院", self._colleges(), first.code)
        self.indicator = _choice("考评要点", self._indicators(), point)
        self.beside = widgets.SelectMultiple(
            description="并排比较", options=self._colleges(), rows=MOST_COMPARED, layout=_WIDE
        )
        hint = widgets.HTML(
            f"<small>按住 Ctrl 选 2 至 {MOST_COMPARED} 个学院并排；不选则看上面选的一个。</small>"
        )
        self._screen = widgets.VBox()
        left = widgets.VBox([self.year, self.college, self.indicator])
        top = widgets.HBox([left, widgets.VBox([self.beside, hint])])
        self.widget = widgets.VBox([widgets.HTML(_STYLE), top, self._screen])
        self.widget.add_class("ek-explorer")
        self.year.observe(self._change_year, names="value")
        for choice in (self.college, self.indicator, self.beside):
            choice.observe(self._draw, names="value")
        self._draw()

    @property
    def assessment(self) -> Assessment:
        """The chosen year's assessment, without its scores."""
        name = self.year.value
        if name not in self._loaded:
            first = self._first
            found = load_assessment(
                name, workspace=first.workspace, audience=first.audience.id, scores=False
            )
            self._loaded[name] = without_scores(found)
        return self._loaded[name]

    def _repr_mimebundle_(self, **wanted: object) -> Any:
        return {**self.widget._repr_mimebundle_(**wanted), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return (
            f"<Explorer {self.year.value} {self.college.value} {self.indicator.value}: "
            f"{'、'.join(piece.title for piece in self.shown)}>"
        )

    def _colleges(self) -> list[tuple[str, str]]:
        return [(f"{c.code} {c.name}", c.code) for c in self._year_or_first().colleges]

    def _indicators(self) -> list[tuple[str, str]]:
        rubric = self._year_or_first().rubric
        return [(f"{i.label}（{i.points} 分）", i.id) for i in rubric.indicators]

    def _year_or_first(self) -> Assessment:
        return self.assessment if hasattr(self, "year") else self._first

    def _change_year(self, _change: object) -> None:
        college, codes = self.college.value, [code for _, code in self._colleges()]
        with self.college.hold_trait_notifications(), self.beside.hold_trait_notifications():
            self.beside.value = ()
            self.beside.options = self._colleges()
            self.college.options = self._colleges()
            self.college.value = college if college in codes else codes[0]
        self._draw()

    def _draw(self, _change: object = None) -> None:
        """Show what is chosen; what cannot be shown is said in its place."""
        assessment, chosen = self.assessment, self.beside.value
        try:
            if len(chosen) > 1:
                self.shown = comparison(assessment, chosen, self.indicator.value)
                head: list[Any] = []
            else:
                self.shown = pieces(assessment, self.college.value, self.indicator.value)
                told = facts(assessment, self.college.value).frame
                line = "　".join(f"{what}：{said}" for what, said in told.itertuples(index=False))
                head = [widgets.HTML(f"<small>{escape(line)}</small>")]
        except EvalkitError as error:
            self.shown = ()
            self._screen.children = (widgets.HTML(f"<p>{escape(str(error))}</p>"),)
            return
        year = assessment.year.name
        loaded = year == self._first.year.name  # the notebook's own variable then says it
        codes = [piece.code if loaded else piece.lines(year) for piece in self.shown]
        sections = map(_section, self.shown, codes)
        self._screen.children = (*head, *sections)


def explore(assessment: Assessment, college: str = "", indicator: str | float = "") -> Explorer:
    """Return the widgets for looking around in an assessment; see :class:`Explorer`."""
    return Explorer(assessment, college, indicator)


def _choice(title: str, options: Sequence[tuple[str, str]], value: str) -> Any:
    return widgets.Dropdown(description=title, options=options, value=value, layout=_WIDE)


def _section(piece: Piece, lines: str) -> Any:
    code = (
        "<details><summary><small>得到同样结果的代码，可以复制到新的单元格</small></summary>"
        f"<pre>{escape(lines)}</pre></details>"
    )
    note = f"<small>{escape(piece.note)}</small>" if piece.note else ""
    return widgets.VBox(
        [
            widgets.HTML(f"<h3>{escape(piece.title)}</h3>"),
            _body(piece),
            widgets.HTML(note + code),
        ]
    )


def _body(piece: Piece) -> Any:
    if piece.kind == "rows":
        made = piece.make()
        if isinstance(made, Released) and len(made):
            note = f"<small>{escape(made.note)}</small>" if made.note else ""
            table = widgets.Box([_filterable(made)], layout=widgets.Layout(overflow="auto"))
            return widgets.VBox([table, widgets.HTML(note)])
    shown = piece.show()
    if isinstance(shown, Picture):
        width, height = (round(inches * DPI) for inches in shown.figure.get_size_inches())
        content = base64.b64encode(shown.png()).decode("ascii")
        return widgets.HTML(
            f'<img width="{width}" height="{height}" alt="{escape(shown.alt)}" '
            f'src="data:image/png;base64,{content}">'
        )
    return widgets.HTML(shown._repr_html_())


def _filterable(made: Released) -> Any:
    """Return the table with a filter; its cells are texts as printed, and shown as texts."""
    frame = pd.DataFrame(
        [[made.text(row, field.name) for field in made.fields] for row in range(len(made))],
        columns=[field.header for field in made.fields],
    )
    return ITable(
        frame,
        showIndex=False,
        classes="display compact",
        style="width:100%;margin:0",
        autoWidth=False,
        columnDefs=[
            _column(place, [name, *frame[name]], numeric=field.kind in NUMERIC)
            for place, (name, field) in enumerate(zip(frame.columns, made.fields, strict=True))
        ],
        layout=_PARTS,
        language=dict(_SPEECH),
        pageLength=10,
        maxBytes=0,
    )


def _column(place: int, texts: Sequence[str], *, numeric: bool) -> dict[str, object]:
    """Return how a column of the filterable table looks: broken only where its texts are long."""
    side = "dt-right" if numeric else "dt-left"
    if max(map(len, texts)) > WIDEST:
        return {"targets": place, "className": side, "width": f"{WIDEST}em"}
    return {"targets": place, "className": f"{side} dt-nowrap"}
