"""Annotated workbooks, opened, shown and saved by a real spreadsheet program."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.annotate import LIST_TAB, annotate

pytestmark = [
    pytest.mark.slow,
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice"),
]

RED, AMBER, BLUE = "F8CFCB", "FCE7B6", "D3E6F6"
TOLD = (
    "“参加人数”里写了单位。\n填写的是：约200人\n允许：整数，不带单位。\n"
    "处理：请只填数字，例如 200。"
)


def fault(
    cell: str | None, sheet: str | None, severity: Severity = Severity.ERROR, value: str = "约200人"
) -> Finding:
    return Finding(
        "N02", severity, Location("台账.xlsx", sheet, cell), "“参加人数”里写了单位", value,
        "整数，不带单位", "请只填数字，例如 200",
    )  # fmt: skip


def saved_again(path: Path, folder: Path, suffix: str = "xlsx") -> Path:
    out = folder / "saved"
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
            "--convert-to", suffix, "--outdir", str(out), str(path),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return out / f"{path.stem}.{suffix}"


def load(path: Path) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


def fill_of(page: object, cell: str) -> str | None:
    fill = page[cell].fill  # type: ignore[index]
    return fill.fgColor.rgb[-6:] if fill.fill_type == "solid" else None


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A ledger of the sample, to which a college has added what colleges add."""
    sample = Path(__file__).parents[2] / "data" / "sample" / "2024-2025" / "台账_2024-2025_C03.xlsx"
    workbook = load(sample)
    page = workbook["S08 活动台账"]
    page["A40"] = "=SUM(K5:K33)"
    page["C6"].comment = Comment("请核对", "张老师", height=60, width=120)
    own = workbook.create_sheet("学院's 图")
    for row in (("月份", "次数"), (9, 4), (10, 7)):
        own.append(row)
    own["C3"] = "=B2+B3"
    chart = BarChart()
    chart.add_data(Reference(own, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    own.add_chart(chart, "E2")
    path = tmp_path / "台账_2024-2025_C03.xlsx"
    workbook.save(path)
    return path


FINDINGS = [
    fault("K5", "S08 活动台账"),
    fault("C6", "S08 活动台账", Severity.WARNING),
    fault("C60", "S08 活动台账", Severity.INFO, "=1+1"),
    fault("D3", "S04 场地设施"),
    fault("B2", "学院's 图"),
    fault("第 7 行", "S05 经费台账", Severity.INFO),
    fault(None, None, Severity.WARNING),
]


def test_what_was_there_is_still_there_and_all_marks_are_seen(source: Path, tmp_path: Path) -> None:
    before = load(source)
    path = annotate(source, FINDINGS, tmp_path / "反馈.xlsx", heading="示例学院")
    after = load(saved_again(path, tmp_path))
    assert after.sheetnames == [LIST_TAB, *before.sheetnames]
    for page in before.worksheets:
        for row in page.iter_rows():
            for cell in row:
                assert after[page.title][cell.coordinate].value == cell.value, cell
    page = after["S08 活动台账"]
    assert [fill_of(page, c) for c in ("K5", "C6", "C60", "C5")] == [RED, AMBER, BLUE, None]
    assert page["K5"].comment.text == f"【核对反馈】错误\n{TOLD}"
    assert page["C6"].comment.text == f"请核对\n\n【核对反馈】警告\n{TOLD}"
    assert page["C60"].comment.text == f"【核对反馈】提示\n{TOLD}".replace("约200人", "=1+1")
    assert fill_of(after["S04 场地设施"], "D3") == RED
    assert len(after["学院's 图"]._charts) == 1
    listed = after[LIST_TAB]
    links = {
        c.coordinate: c.hyperlink.location for r in listed.iter_rows() for c in r if c.hyperlink
    }
    assert links == {
        "D6": "'S04 场地设施'!D3",
        "D7": "'S05 经费台账'!A7",
        "D8": "'S08 活动台账'!K5",
        "D9": "'S08 活动台账'!C6",
        "D10": "'S08 活动台账'!C60",
        "D11": "'学院''s 图'!B2",
    }
    assert (listed["F10"].value, listed["F10"].data_type) == ("=1+1", "s")


def test_a_copy_saved_by_the_college_is_cleared_all_the_same(source: Path, tmp_path: Path) -> None:
    path = annotate(source, FINDINGS, tmp_path / "反馈.xlsx")
    returned = saved_again(path, tmp_path)
    clean = saved_again(source, tmp_path)
    back = load(annotate(returned, [fault("A5", "S08 活动台账")], tmp_path / "第二轮.xlsx"))
    wanted = load(clean)
    assert back.sheetnames == [LIST_TAB, *wanted.sheetnames]
    assert [row[3].value for row in back[LIST_TAB].iter_rows(min_row=5)] == ["A5"]
    for page in wanted.worksheets:
        for row in page.iter_rows():
            for cell in row:
                found = back[page.title][cell.coordinate]
                if (page.title, cell.coordinate) == ("S08 活动台账", "A5"):
                    assert fill_of(back[page.title], "A5") == RED
                    continue
                assert fill_of(back[page.title], cell.coordinate) == fill_of(page, cell.coordinate)
                assert found.font.color.rgb[-6:] == cell.font.color.rgb[-6:]
                told = found.comment.text if found.comment else None
                assert told == (cell.comment.text if cell.comment else None)


def test_the_list_prints_on_pages_of_its_own(source: Path, tmp_path: Path) -> None:
    many = [fault(f"C{row}", "S08 活动台账") for row in range(5, 65)]
    path = annotate(source, many, tmp_path / "反馈.xlsx", heading="示例学院")
    pdf = saved_again(path, tmp_path, "pdf")
    text = subprocess.run(
        ["pdftotext", "-layout", "-l", "3", str(pdf), "-"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    pages = [page for page in text.split("\f") if "处理办法" in page]
    assert len(pages) >= 2
    assert "示例学院" in pages[0]


@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_other_formats_come_back_as_values(source: Path, tmp_path: Path, suffix: str) -> None:
    other = saved_again(source, tmp_path, suffix)
    path = annotate(other, [fault("K5", "S08 活动台账")], tmp_path / "反馈.xlsx")
    page = load(saved_again(path, tmp_path))["S08 活动台账"]
    assert fill_of(page, "K5") == RED
    assert page["K5"].comment.text == f"【核对反馈】错误\n{TOLD}"
    assert page["C5"].value == load(source)["S08 活动台账"]["C5"].value


def test_what_libreoffice_writes_can_be_edited(source: Path, tmp_path: Path) -> None:
    own = saved_again(source, tmp_path)
    path = annotate(own, FINDINGS, tmp_path / "反馈.xlsx")
    with zipfile.ZipFile(own) as one, zipfile.ZipFile(path) as two:
        same = [n for n in one.namelist() if one.read(n) == two.read(n)]
        assert "xl/sharedStrings.xml" in same
        for name in two.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                etree.fromstring(two.read(name))
    page = load(path)["S08 活动台账"]
    assert page["C6"].comment.text == f"请核对\n\n【核对反馈】警告\n{TOLD}"
