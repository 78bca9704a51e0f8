"""Whatever stands in the cells, the reader ends in rows and findings, and shows nobody's number."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.intake.cells import Context
from evalkit.intake.columns import columns_of
from evalkit.intake.frames import table_frame
from evalkit.intake.sheets import read_sheets
from evalkit.ledger import load_ledger
from evalkit.spreadsheets import CellFault, RawSheet
from evalkit.workspace import AcademicYear

LEDGER = load_ledger()
MOBILE = "13800138000"
HEADERS = sorted(
    {text for s in LEDGER.sheets for c in s.columns for text in (c.header, c.name, *c.aliases)}
)
WORDS = (
    *("", " ", "/", "合计", "小计：", "注：1.甲", "填表人：王某", "例：A001", "2024级", "是", "无"),
    *(
        "A001",
        "K-C01001",
        "2024-09-05",
        "9月5日-9日",
        "约30人",
        "９８％",
        "同上",
        MOBILE,
        "：",
        "（）",
    ),
    *("\ud800", "\x00", "=1+1", "x" * 300, "①", "姓名：", "\n"),
)
CELLS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(HEADERS),
    st.text(max_size=12),
    st.floats(),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01")),
    st.just(timedelta(hours=3)),
    st.just(time(3, 4)),
)
FAULTS: list[CellFault] = list(get_args(CellFault))


@st.composite
def pages(draw: st.DrawFn) -> RawSheet:
    sheet = draw(st.sampled_from(LEDGER.sheets))
    width = draw(st.integers(1, 10))
    grid = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=14))
    if draw(st.booleans()):
        header = [column.header for column in sheet.columns][:width]
        grid.insert(draw(st.integers(0, 2)), [*header, *[""] * (width - len(header))])
    rows, columns = st.integers(0, max(len(grid) - 1, 0)), st.integers(0, width - 1)
    corners = st.tuples(rows, columns, rows, columns)
    merged = [
        (min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in draw(st.lists(corners))
    ]
    faults = draw(st.dictionaries(st.tuples(rows, columns), st.sampled_from(FAULTS), max_size=4))
    return RawSheet(
        "台账.xlsx",
        draw(st.sampled_from((sheet.tab, "Sheet1"))),
        grid,
        tuple(merged),
        hidden_rows=frozenset(draw(st.sets(rows))),
        hidden_columns=frozenset(draw(st.sets(columns))),
        faults=faults,
        hidden=draw(st.booleans()),
        date1904=draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(pages(), max_size=3))
def test_ends_in_rows_and_findings(sheets: list[RawSheet]) -> None:
    read = read_sheets("台账.xlsx", sheets, LEDGER.sheets, Context(AcademicYear(2024)))
    for finding in read.findings:
        assert MOBILE not in str(finding)
        assert finding.what
        assert finding.mend
    for table in read.tables.values():
        frame = table_frame(table.sheet, [("C01", columns_of(table))])
        assert len(frame) == len(table.rows)
        assert table.usable or not table.rows
        assert MOBILE not in frame.drop(columns=["source_sheet"]).to_csv()
