"""From frozen years to the tables that figures are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.evidence import SchoolCalendar
from evalkit.evidence.calendar import midnight
from evalkit.evidence.source import Source
from evalkit.evidence.terms import Terms
from evalkit.intake import Snapshot
from evalkit.rubric import Rubric
from evalkit.workspace import AcademicYear

__all__ = ["build_source", "read_calendars"]

_TEXT, _DAY = pa.string(), pa.timestamp("us")


def read_calendars(
    snapshots: Mapping[AcademicYear, Snapshot],
) -> dict[AcademicYear, SchoolCalendar]:
    """Return each year's semester dates."""
    return {
        year: SchoolCalendar.from_table(snapshot.table("calendar_dict"), year)
        for year, snapshot in snapshots.items()
    }


def build_source(
    snapshots: Mapping[AcademicYear, Snapshot],
    calendars: Mapping[AcademicYear, SchoolCalendar],
    rubric: Rubric,
) -> Source:
    """Put the snapshots of several years side by side.

    What the centre wrote down counts as handed in for every assessed college: it speaks of all of
    them. A sheet of the centre's that did not come is handed in for none.

    Returns
    -------
    Source
        Arrow tables with the columns of the snapshots' tables and academic_year. For tables as
        small as a school's, most of the time goes into the single step and hardly any into the
        rows, and Arrow's steps are several times as short as pandas'.
    """
    names = dict.fromkeys(name for s in snapshots.values() for name in s.manifest["tables"])
    terms = Terms.of(rubric.settings)
    return Source(
        {name: _table(name, snapshots) for name in names},
        _calendar_frame(calendars),
        _due_months(calendars, terms),
        _handed_in(snapshots),
        terms,
    )


def _table(name: str, snapshots: Mapping[AcademicYear, Snapshot]) -> pa.Table:
    parts = []
    for year, snapshot in snapshots.items():
        if name in snapshot.manifest["tables"]:
            with pq.ParquetFile(snapshot.folder / f"{name}.parquet", pre_buffer=False) as file:
                part = file.read(use_threads=False)
            # The cover sheet has a column of that name, in which people type what they like.
            others = [column for column in part.column_names if column != "academic_year"]
            years = pa.array([year.name] * len(part), _TEXT)
            parts.append(_plain(part.select(others)).append_column("academic_year", years))
    return pa.concat_tables(parts, promote_options="default")


def _plain(table: pa.Table) -> pa.Table:
    """Return a table whose text is of the same kind as the words in expressions."""
    kinds = [_TEXT if pa.types.is_large_string(f.type) else f.type for f in table.schema]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))


def _calendar_frame(calendars: Mapping[AcademicYear, SchoolCalendar]) -> pa.Table:
    days = ["first_day", "last_day", "first_start", "second_start"]
    rows = [
        (
            year.name,
            midnight(year.first_day),
            midnight(year.last_day),
            midnight(calendar.first_start),
            midnight(calendar.division),
        )
        for year, calendar in calendars.items()
    ]
    return _arrow(rows, {"academic_year": _TEXT, **dict.fromkeys(days, _DAY)})


def _due_months(calendars: Mapping[AcademicYear, SchoolCalendar], terms: Terms) -> pa.Table:
    rows = [
        (year.name, year.month_label(month), midnight(calendar.due_date(month, terms.report_days)))
        for year, calendar in calendars.items()
        for month in terms.report_months
    ]
    return _arrow(rows, {"academic_year": _TEXT, "month": _TEXT, "due": _DAY})


def _handed_in(snapshots: Mapping[AcademicYear, Snapshot]) -> pa.Table:
    rows = []
    for year, snapshot in snapshots.items():
        pages = snapshot.manifest["pages"]
        of_centre = {page["sheet"] for page in pages if page["kind"] == "centre"}
        for name in snapshot.manifest["tables"]:
            every = [college.code for college in snapshot.colleges]
            codes = every if name in of_centre else snapshot.handed_in(name)
            rows += [(year.name, code, name) for code in codes]
    return _arrow(rows, dict.fromkeys(("academic_year", "college_code", "sheet"), _TEXT))


def _arrow(rows: Sequence[Sequence[object]], columns: Mapping[str, pa.DataType]) -> pa.Table:
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    made = [pa.array(list(v), kind) for v, kind in zip(values, columns.values(), strict=True)]
    return pa.table(dict(zip(columns, made, strict=True)))
