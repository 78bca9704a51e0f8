from __future__ import annotations

import calendar as months
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pytest

from evalkit.evidence import SchoolCalendar
from evalkit.evidence.catalogue import metric_counts
from evalkit.evidence.metric import Subject
from evalkit.evidence.source import KEYS, Frame, Source
from evalkit.evidence.terms import Terms
from evalkit.intake.frames import table_frame
from evalkit.ledger import load_ledger
from evalkit.workspace import AcademicYear

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]
Engine = Literal["pandas", "arrow", "duckdb"]
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture(scope="session")
def table() -> Table:
    """Sheet's name and rows → the frame as intake makes it. Rows are of C01 unless they say so."""
    ledger = load_ledger()

    def build(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
        empty = table_frame(ledger[name], [])
        strange = {key for row in rows for key in row} - set(empty.columns)
        if strange:
            raise KeyError(strange)
        given = [{"college_code": "C01", **row} for row in rows]
        return pd.DataFrame(
            {
                column: pd.Series([row.get(column) for row in given], dtype=empty[column].dtype)
                for column in empty.columns
            }
        )

    return build


@pytest.fixture(scope="session")
def plain() -> Plain:
    """Frame → its rows as tuples, in order; what is missing is ``None``."""

    def rows_of(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
        shown = frame[list(columns)] if columns else frame
        return [
            tuple(None if pd.isna(value) else value for value in row)
            for row in shown.itertuples(index=False)
        ]

    return rows_of


@pytest.fixture(scope="session")
def year() -> AcademicYear:
    return AcademicYear(2024)


@pytest.fixture(scope="session")
def calendar(year: AcademicYear) -> SchoolCalendar:
    return SchoolCalendar(
        year, date(2024, 9, 2), date(2025, 1, 12), date(2025, 2, 17), date(2025, 7, 6)
    )


CALENDAR = pd.DataFrame(
    {
        "academic_year": ["2023-2024", "2024-2025"],
        "first_day": ["2023-09-01", "2024-09-01"],
        "last_day": ["2024-08-31", "2025-08-31"],
        "first_start": ["2023-09-04", "2024-09-02"],
        "second_start": ["2024-02-26", "2025-02-17"],
    }
).astype(
    {"academic_year": "string"}
    | dict.fromkeys(["first_day", "last_day", "first_start", "second_start"], "datetime64[us]")
)


@pytest.fixture(params=["pandas", "arrow", "duckdb"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Every test that asks for a source runs on each."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def duckdb_frame() -> Iterator[Callable[[pd.DataFrame], Any]]:
    """Data frame → the relation that holds the same rows."""
    duckdb = pytest.importorskip("duckdb", reason="没有安装 duckdb")
    with duckdb.connect() as connection:
        yield connection.from_df


@pytest.fixture(scope="session")
def empty_tables() -> Mapping[str, pd.DataFrame]:
    """Every sheet of the ledger without a row, with the column ``academic_year``."""
    return {
        sheet.name: table_frame(sheet, []).assign(academic_year=pd.array([], dtype="string"))
        for sheet in load_ledger().sheets
        if sheet.workbook != "judge"
    }


class _Held(Mapping[str, Any]):
    """Tables as an engine holds them, each only when a figure asks for it."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], held: Callable[[pd.DataFrame], Any]):
        self._tables, self._held = tables, held

    def __getitem__(self, name: str) -> Any:
        return self._held(self._tables[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


@pytest.fixture
def source(
    engine: Engine, empty_tables: Mapping[str, pd.DataFrame], request: pytest.FixtureRequest
) -> Callable[..., Source]:
    """Sheet's name → its rows, as a Source of the test's engine.

    Rows are of C01 and 2024-2025 unless they say so. Every sheet that is named was handed in by
    each college that has a row anywhere, and C01, if `handed_in` does not say which colleges did:
    sheet's name → their codes. Sheets that are not named are empty and not handed in.
    """

    def build(
        rows: Rows,
        handed_in: Mapping[str, Sequence[str]] | None = None,
        engine: Engine = engine,
        terms: Terms = Terms(),  # noqa: B008 -- frozen
    ) -> Source:
        tables = dict(empty_tables)
        given = {"college_code": "C01", "academic_year": "2024-2025"}
        full = {name: [{**given, **row} for row in own] for name, own in rows.items()}
        for name, own in full.items():
            strange = {key for row in own for key in row} - set(tables[name].columns)
            if strange:
                raise KeyError(strange)
            tables[name] = pd.DataFrame(
                {
                    column: pd.Series([row.get(column) for row in own], dtype=dtype)
                    for column, dtype in tables[name].dtypes.items()
                }
            )
        there = {
            (row["academic_year"], row["college_code"]) for own in full.values() for row in own
        }
        there |= {(given["academic_year"], given["college_code"])}
        by = handed_in or {}
        sheets = [
            (year, code, name)
            for name in {*rows, *by}
            for year, code in sorted(there | {("2024-2025", c) for c in by.get(name, ())})
            if name not in by or code in by[name]
        ]
        frames = [CALENDAR, _due_months(terms), pd.DataFrame(
            sheets, columns=[*KEYS, "sheet"], dtype="string"
        )]  # fmt: skip
        if engine == "pandas":
            return Source(tables, *frames, terms=terms)
        held = _arrow if engine == "arrow" else request.getfixturevalue("duckdb_frame")
        return Source(_Held(tables, held), *map(held, frames), terms=terms)

    return build


@pytest.fixture(scope="session")
def rows_of() -> Plain:
    """Lazy frame → its rows as tuples, sorted; what is missing is ``None``."""

    def rows(frame: Frame, *columns: str) -> list[tuple[Any, ...]]:
        shown = frame.select(*columns) if columns else frame
        table = shown.collect("pyarrow").to_pandas()
        plain = [
            tuple(None if pd.isna(value) else value for value in row)
            for row in table.itertuples(index=False)
        ]
        return sorted(plain, key=str)

    return rows


@pytest.fixture(scope="session")
def counts_of() -> Callable[..., dict[str, Any]]:
    """Subject and source → its counts of one college (C01 of 2024-2025) by name."""

    def counts(
        subject: Subject, source: Source, college: str = "C01", year: str = "2024-2025"
    ) -> dict[str, Any]:
        table = metric_counts(source, [subject]).set_index(list(KEYS))
        row = table.loc[(year, college)]
        return {name: None if pd.isna(row[name]) else row[name] for name in subject.counts}

    return counts


@pytest.fixture
def counts_of_cases(source: Callable[..., Source]) -> Callable[..., list[dict[str, Any]]]:
    """Subject and cases (sheet's name → rows) → the counts of each, all in one source.

    Each case is a college of its own that handed in the sheets that it names.
    """

    def counts(subject: Subject, cases: Sequence[Rows], **options: Any) -> list[dict[str, Any]]:
        rows: dict[str, list[Mapping[str, Any]]] = {}
        handed_in: dict[str, list[str]] = {}
        codes = [f"C{place:02}" for place in range(1, len(cases) + 1)]
        for code, case in zip(codes, cases, strict=True):
            for name, own in case.items():
                rows.setdefault(name, []).extend({**row, "college_code": code} for row in own)
                handed_in.setdefault(name, []).append(code)
        table = metric_counts(source(rows, handed_in, **options), [subject])
        plain = table.astype(object).where(table.notna(), None).set_index("college_code")
        return [{name: plain.loc[code, name] for name in subject.counts} for code in codes]

    return counts


def _arrow(frame: pd.DataFrame) -> pa.Table:
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    kinds = [pa.string() if pa.types.is_large_string(f.type) else f.type for f in table.schema]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))


def _due_months(terms: Terms) -> pd.DataFrame:
    due = []
    for start in (2023, 2024):
        for month in terms.report_months:
            year = start if month >= 9 else start + 1
            last = pd.Timestamp(year, month, months.monthrange(year, month)[1])
            label = f"{start}-{start + 1}"
            due.append((label, f"{year}-{month:02}", last + pd.Timedelta(days=terms.report_days)))
    frame = pd.DataFrame(due, columns=["academic_year", "month", "due"])
    kinds = {"academic_year": "string", "month": "string", "due": "datetime64[us]"}
    return frame.astype(kinds)
