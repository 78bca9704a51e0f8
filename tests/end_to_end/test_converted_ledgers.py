"""A ledger rewritten by LibreOffice: .ods, .xls, .csv and .xlsx say what the .xlsx said.

So that each form is read in a workspace of its own, beside the same workbooks of the others.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.findings import Finding, Severity
from evalkit.intake import YearIntake, read_year
from evalkit.intake.frames import PROVENANCE
from evalkit.ledger import load_ledger
from evalkit.rubric import load_rubric
from evalkit.workspace import AcademicYear, Workspace

pytestmark = pytest.mark.libreoffice

YEAR = AcademicYear(2024)
COLLEGE = "C03"
LEDGER = f"台账_{YEAR}_{COLLEGE}.xlsx"
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Comma, quote, UTF-8, from the first row, cells as shown, each sheet in a file of its own."""

Converted = Callable[..., list[Path]]


@pytest.fixture(scope="module")
def ledger_file(sample: Path) -> Path:
    return sample / "data" / "sample" / YEAR.name / LEDGER


@pytest.fixture(scope="module")
def converted(ledger_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """Convert a ledger to a format; return the files."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def convert(form: str, source: Path = ledger_file) -> list[Path]:
        folder = tmp_path_factory.mktemp("converted")
        command = ["soffice", "--headless", f"-env:UserInstallation={profile}"]
        command += ["--convert-to", form, "--outdir", str(folder), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return sorted(folder.iterdir())

    return convert


@pytest.fixture
def read(sample: Path, tmp_path: Path) -> Callable[[list[Path]], YearIntake]:
    """Read the year with these files in the place of the ledger."""

    def make(files: list[Path]) -> YearIntake:
        shutil.copy(sample / "evalkit.toml", tmp_path)
        folder = tmp_path / "data" / "sample" / YEAR.name
        folder.mkdir(parents=True)
        for path in (sample / "data" / "sample" / YEAR.name).glob("*.xlsx"):
            if path.name != LEDGER:
                shutil.copy(path, folder)
        for path in files:
            shutil.copy(path, folder)
        return read_year(Workspace.find(tmp_path), YEAR, load_ledger(), load_rubric())

    return make


@pytest.fixture(scope="module")
def original(sample: Path) -> YearIntake:
    return read_year(Workspace.find(sample), YEAR, load_ledger(), load_rubric())


def assert_same(original: YearIntake, other: YearIntake, without: str = "") -> None:
    """Every table but one says the same, whatever file it came from."""
    assert other.handed_in == original.handed_in
    columns = list(PROVENANCE[:2])
    for name, frame in original.tables.items():
        if name == without:
            continue
        left, right = (
            table.sort_values("college_code", kind="stable")
            .drop(columns=columns)
            .reset_index(drop=True)
            for table in (frame, other.tables[name])
        )
        pd.testing.assert_frame_equal(left, right, check_exact=True, obj=name)


def weighed(read: YearIntake) -> Counter[tuple[str, str]]:
    """Count findings that are more than a note, by code and severity."""
    return Counter(
        (f.code, f.severity.value) for f in read.findings if f.severity is not Severity.INFO
    )


@pytest.fixture(scope="module")
def untidy(ledger_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger as a college would have kept it without our template."""
    book = openpyxl.load_workbook(ledger_file)
    path = tmp_path_factory.mktemp("untidy") / LEDGER
    _screening(book["S11 普测统计"])
    _funds(book["S05 经费台账"])
    _classes(book["S01 班级基数"])
    _activities(book["S08 活动台账"])
    book.save(path)
    return path


def _emptied(page: Worksheet) -> tuple[list[object], list[list[object]]]:
    """Take everything out of a sheet; return its header and its records."""
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    for area in list(page.merged_cells.ranges):
        page.unmerge_cells(str(area))
    page.delete_rows(1, page.max_row)
    page.row_dimensions.clear()
    page.data_validations.dataValidation.clear()
    header = [str(name).removesuffix("（＊）").removesuffix("＊") for name in rows[0]]
    return header, [row for row in rows[2:] if any(cell is not None for cell in row)]


def _screening(page: Worksheet) -> None:
    """A header of two rows: what is counted below each level of warning."""
    header, records = _emptied(page)
    width = len(header)
    upper, lower = list(header), [None] * width
    first = header.index("一级预警人数")
    for place, level in enumerate(("一级", "二级", "三级"), first):
        upper[place], lower[place] = ("预警人数" if level == "一级" else None), level
    seen = header.index("一级已访谈")
    upper[seen], upper[seen + 1], lower[seen], lower[seen + 1] = "已访谈", None, "一级", "二级"
    for row in (["普测情况统计表"], ["（2024-2025 学年）"], upper, lower, *records):
        page.append(row)
    page.append(["填表人：王某", None, None, None, "审核人：李某"])
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    page.merge_cells(start_row=3, end_row=3, start_column=first + 1, end_column=first + 3)
    page.merge_cells(start_row=3, end_row=3, start_column=seen + 1, end_column=seen + 2)
    for place in range(width):
        if lower[place] is None:
            page.merge_cells(start_row=3, end_row=4, start_column=place + 1, end_column=place + 1)


def _funds(page: Worksheet) -> None:
    """Units in the header, subtotals, a total, notes and signatures."""
    header, records = _emptied(page)
    amount = header.index("金额")
    shown = [f"{text}（元）" if text == "金额" else f"*{text}" for text in header]

    def total(label: str, rows: list[list[object]]) -> list[object]:
        row: list[object] = [None] * len(header)
        row[0], row[amount] = label, sum(float(str(r[amount])) for r in rows)
        return row

    half = len(records) // 2
    page.append(["经费使用情况"])
    page.append(shown)
    for row in (*records[:half], total("小计", records[:half]), shown, *records[half:]):
        page.append(row)
    page.append(total("小计", records[half:]))
    page.append(total("合    计", records))
    page.append(["注：1.金额以报销凭证为准；"])
    page.append(["2.预算与支出分开填写。"])
    page.append(["负责人（签字）：", None, None, "填表日期：2025年6月30日"])


def _classes(page: Worksheet) -> None:
    """A grade in one merged cell for all its classes."""
    header, records = _emptied(page)
    page.append(["序号", *header])
    start = 2
    for number, record in enumerate(records, 1):
        page.append([number, *record])
    page.append([len(records) + 1])
    for row in range(3, len(records) + 3):
        if row == len(records) + 2 or page.cell(row, 2).value != page.cell(start, 2).value:
            if row - 1 > start:
                page.merge_cells(start_row=start, end_row=row - 1, start_column=2, end_column=2)
            start = row


def _activities(page: Worksheet) -> None:
    """Another name, a long head, hidden and blank rows."""
    header, records = _emptied(page)
    page.title = "活动"
    for text in ("某职业学院", "心理健康教育活动一览", None, "填报单位：辅导站", None):
        page.append([text])
    page.append([f"{number}.{text}" for number, text in enumerate(header, 1)])
    for number, record in enumerate(records):
        page.append(record)
        if number % 5 == 0:
            page.append([])
    for _ in range(50):
        page.append([None, " "])
    page.row_dimensions[8].hidden = True


@pytest.mark.parametrize("form", ["xlsx", "ods", "xls", CSV], ids=lambda form: form[:4])
def test_untidy_ledger(
    form: str,
    untidy: Path,
    converted: Converted,
    read: Callable[[list[Path]], YearIntake],
    original: YearIntake,
) -> None:
    files = converted(form, untidy)
    other = read(files)
    without_rows = [
        replace(intake, tables={n: f.drop(columns="source_row") for n, f in intake.tables.items()})
        for intake in (original, other)
    ]
    if form != CSV:
        assert_same(*without_rows)
        assert weighed(other) == weighed(original)
    else:
        # .csv knows no merged ranges: a grade stands in the first row of its classes only.
        assert_same(*without_rows, without="class_base")
        blank = [f for f in other.findings if f.code == "V01"]
        assert {f.location.sheet for f in blank} == {"S01 班级基数"}
    said = Counter((f.code, f.location.sheet) for f in other.findings if _is_of(f, COLLEGE))
    assert said["T03", "S05 经费台账"] == 6
    assert said["T02", "S05 经费台账"] == 1
    assert said["T03", "S11 普测统计"] == 1
    assert said["T04", "S01 班级基数"] == 1
    assert said["H05", "活动"] == 1


def _is_of(finding: Finding, college: str) -> bool:
    return college in finding.location.file


@pytest.mark.parametrize("form", ["ods", "xls", "xlsx"])
def test_workbooks(
    form: str,
    converted: Converted,
    read: Callable[[list[Path]], YearIntake],
    original: YearIntake,
) -> None:
    files = converted(form)
    assert [path.suffix for path in files] == [f".{form}"]
    other = read(files)
    assert_same(original, other)
    assert weighed(other) == weighed(original)
    told = [str(f) for f in other.findings if COLLEGE in f.location.file]
    assert [text for text in told if "H05" in text or "T04" in text] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_sheets_one_by_one(
    encoding: str,
    converted: Converted,
    read: Callable[[list[Path]], YearIntake],
    original: YearIntake,
) -> None:
    files = converted(CSV)
    assert len(files) == 25
    for path in files:
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    other = read(files)
    assert_same(original, other)
    assert weighed(other) == weighed(original)
    assert [str(f) for f in other.findings if "-" in f.location.file.partition(COLLEGE)[2]] == []
    said = other.tables["staff"].query(f"college_code == '{COLLEGE}'")
    assert set(said["source_file"]) == {f"台账_{YEAR}_{COLLEGE}-S06 站内人员.csv"}
    assert set(said["source_sheet"]) == {"S06 站内人员"}
