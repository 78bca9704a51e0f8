"""Whatever the findings and wherever they are: all is marked, in order, and can be undone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.annotate import LIST_TAB, annotate

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
COLOURS = {Severity.ERROR: "F8CFCB", Severity.WARNING: "FCE7B6", Severity.INFO: "D3E6F6"}
NEAR = [f"{get_column_letter(column)}{row}" for column in range(1, 10) for row in range(1, 13)]
CELLS = {*NEAR, "XFD1048576", "$B$3"}

texts = st.text(max_size=30)
cells = st.one_of(
    st.sampled_from(NEAR),
    st.builds("第 {} 行".format, st.integers(0, 20)),
    st.none(),
    st.sampled_from(["XFD1048576", "XFE1", "A0", "A1:B2", "$B$3", ""]),
)
findings = st.lists(
    st.builds(
        Finding,
        st.sampled_from(["N01", "D04"]),
        st.sampled_from(Severity),
        st.builds(
            Location,
            st.just("台账.xlsx"),
            st.sampled_from(["活动", "O'Neil 表", "图表", "没有的表", None]),
            cells,
        ),
        texts, texts, texts, texts,
    ),
    max_size=12,
)  # fmt: skip


@few
@given(first=findings, second=findings)
def test_everything_is_marked_and_can_be_undone(
    kit: Any, full: bytes, first: list[Finding], second: list[Finding]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "台账.xlsx")
        source.write_bytes(full)
        once = annotate(source, first, Path(folder, "一.xlsx"))
        _check(kit, once, first)
        twice = annotate(once, second, Path(folder, "二.xlsx"))
        _check(kit, twice, second)
        assert kit.state(twice) == kit.state(annotate(source, second, Path(folder, "二 另.xlsx")))
        back = annotate(twice, [], Path(folder, "回.xlsx"))
        assert kit.state(back) == kit.state(source)


def _check(kit: Any, path: Path, expected: list[Finding]) -> None:
    workbook = kit.open(path)
    assert workbook.sheetnames[0] == LIST_TAB
    rows = [row[:9] for row in workbook[LIST_TAB].iter_rows(min_row=5)]
    assert len(rows) == len(expected)
    assert [row[0].value for row in rows] == [*range(1, len(expected) + 1)]
    worst: dict[tuple[str, str], Severity] = {}
    for finding in expected:
        place = finding.location
        if place.sheet in ("活动", "O'Neil 表") and place.cell in CELLS:
            cell = place.cell.replace("$", "")
            if place.sheet == "活动" and cell in ("B1", "C1"):
                cell = "A1"  # merged
            key = (place.sheet, cell)
            worst[key] = min(worst.get(key, finding.severity), finding.severity, key="EWI".index)
    marked = {
        (page.title, cell.coordinate): kit.fill_of(cell)
        for page in workbook.worksheets[1:]
        for cell in kit.cells(page)
        if kit.fill_of(cell) in COLOURS.values()
    }
    assert marked == {key: COLOURS[severity] for key, severity in worst.items()}
    for title, cell in worst:
        assert "【核对反馈】" in workbook[title][cell].comment.text
