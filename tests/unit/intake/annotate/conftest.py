from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.annotate import annotate

Parts = dict[str, bytes]
Marked = Callable[[bytes, Sequence[Finding]], Path]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make_fault(
    cell: str | None = None,
    sheet: str | None = "活动",
    severity: Severity = Severity.ERROR,
    *,
    code: str = "N02",
    what: str = "“人数”里写了单位",
    value: str = "约200人",
    rule: str = "整数，不带单位",
    mend: str = "请只填数字，例如 200",
) -> Finding:
    return Finding(code, severity, Location("台账.xlsx", sheet, cell), what, value, rule, mend)


def parts_of(content: bytes | Path) -> Parts:
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    with zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package_of(parts: Mapping[str, bytes]) -> bytes:
    done = io.BytesIO()
    with zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return done.getvalue()


def bytes_of(workbook: Workbook) -> bytes:
    done = io.BytesIO()
    workbook.save(done)
    return done.getvalue()


@pytest.fixture
def marked(tmp_path: Path) -> Marked:
    """Bytes of a workbook → the annotated copy."""

    def write(content: bytes, findings: Sequence[Finding]) -> Path:
        number = len([*tmp_path.iterdir()])
        source = tmp_path / f"{number}.xlsx"
        source.write_bytes(content)
        return annotate(source, findings, tmp_path / f"{number}_反馈.xlsx")

    return write


def small() -> Workbook:
    """One sheet 活动 with a title, a header and two rows."""
    workbook = Workbook()
    page = workbook.worksheets[0]
    page.title = "活动"
    page.append(["活动台账"])
    page.append(["名称", "人数", "说明"])
    page.append(["讲座", "约200人", "=1+1"])
    page.append(["班会", 40, None])
    page["A2"].fill = PatternFill("solid", fgColor="1F5C7A")
    page["A2"].font = Font(name="宋体", bold=True, color="FFFFFF")
    page["B3"].number_format = "0.00"
    return workbook


@pytest.fixture
def plain() -> bytes:
    return bytes_of(small())


def fill_of(cell: Cell) -> str | None:
    """The colour of a cell as RGB, if it is filled."""
    return cell.fill.fgColor.rgb[-6:] if cell.fill.fill_type == "solid" else None


def comment_of(cell: Cell) -> str | None:
    return cell.comment.text if cell.comment else None


def png() -> bytes:
    """A picture of one grey point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\x00\x80")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


_X14 = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation '
    'type="list" allowBlank="1"><x14:formula1><xm:f>名单!$A$1:$A$2</xm:f></x14:formula1>'
    "<xm:sqref>C3:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)


def rich() -> bytes:
    """A workbook with whatever a college may have put in: nothing of it may be lost."""
    workbook = small()
    page = workbook.worksheets[0]
    page.merge_cells("A1:C1")
    page["D3"] = "=SUM(B3:B4)"
    page["B4"].comment = Comment("请王老师核对", "张老师", height=40, width=90)
    page.column_dimensions["E"].fill = PatternFill("solid", fgColor="EEF7EE")
    page.column_dimensions["G"].hidden = True
    page.protection.sheet = True
    page["B3"].protection = Protection(locked=False)
    page.conditional_formatting.add(
        "B3:B9", CellIsRule(operator="greaterThan", formula=["99"], font=Font(bold=True))
    )
    rule = DataValidation(type="list", formula1='"讲座,班会"', allow_blank=True)
    rule.add("A3:A9")
    page.add_data_validation(rule)
    page.print_title_rows = "1:2"
    page.freeze_panes = "B3"
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=2, max_row=4), titles_from_data=True)
    page.add_chart(chart, "F2")
    page.add_table(Table(displayName="表1", ref="A6:B8"))
    page["A6"], page["B6"] = "甲", "乙"
    other = workbook.create_sheet("O'Neil 表")
    other["A1"] = "x"
    other.print_title_rows = "1:1"
    other.defined_names["局部"] = DefinedName("局部", attr_text="'O''Neil 表'!$A$1")
    workbook.defined_names["全局"] = DefinedName("全局", attr_text="活动!$B$3")
    workbook.create_chartsheet("图表").add_chart(BarChart())
    hidden = workbook.create_sheet("名单")
    hidden["A1"], hidden["A2"] = "是", "否"
    hidden.sheet_state = "hidden"
    workbook.security.lockStructure = True
    workbook.active = 1
    page.sheet_view.tabSelected, other.sheet_view.tabSelected = False, True
    workbook.properties.creator = "张老师"
    workbook.properties.lastModifiedBy = "王老师"
    workbook.properties.title = "台账"
    parts = parts_of(bytes_of(workbook))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        "</worksheet>", f"{_X14}</worksheet>"
    ).encode()
    boxes = "xl/drawings/commentsDrawing1.vml"  # openpyxl leaves out where the box stands
    anchor = b"<ns2:Anchor>2, 15, 2, 2, 3, 40, 4, 2</ns2:Anchor><ns2:AutoFill>"
    parts[boxes] = parts[boxes].replace(b"<ns2:AutoFill>", anchor)
    types = parts["[Content_Types].xml"].decode()
    added = (
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        '<Default Extension="png" ContentType="image/png"/>'
    )
    types = types.replace("</Types>", f"{added}</Types>").replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    parts["[Content_Types].xml"] = types.encode()
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0" + bytes(range(256))
    parts["xl/media/image1.png"] = png()
    titles = b"<HeadingPairs/><TitlesOfParts/><Application>"
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"<Application>", titles)
    parts["customXml/item1.xml"] = b"<college   note='kept as it is'/>"
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    macro = (
        '<Relationship Id="rId99" Target="vbaProject.bin" '
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
        f'<Relationship Id="rId98" Target="../customXml/item1.xml" Type="{LINKS}/customXml"/>'
    )
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        "</Relationships>", f"{macro}</Relationships>"
    ).encode()
    drawing = parts["xl/drawings/_rels/drawing1.xml.rels"].decode()
    picture = f'<Relationship Id="rId9" Target="/xl/media/image1.png" Type="{LINKS}/image"/>'
    parts["xl/drawings/_rels/drawing1.xml.rels"] = drawing.replace(
        "</Relationships>", f"{picture}</Relationships>"
    ).encode()
    return package_of(parts)


@pytest.fixture(scope="session")
def full() -> bytes:
    return rich()


ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip


def check_package(path: Path) -> None:
    """Every relation leads somewhere, every part has a type, all XML is in the schema's order."""
    parts = parts_of(path)
    types = etree.fromstring(parts["[Content_Types].xml"])
    overrides = {e.get("PartName") for e in types if e.get("PartName")}
    defaults = {e.get("Extension") for e in types if e.get("Extension")}
    assert {name.lstrip("/") for name in overrides} <= {*parts}
    for name in parts:
        assert f"/{name}" in overrides or name.rpartition(".")[2] in defaults or name[0] == "["
    for name, content in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            root = etree.fromstring(content)
            tag = etree.QName(root).localname
            if tag == "worksheet":
                names = [etree.QName(child).localname for child in root]
                assert names == sorted(names, key=ORDER.index), name
                rows = [int(row.get("r")) for row in root.iter("{*}row") if row.get("r")]
                assert rows == sorted(set(rows))
                for row in root.iter("{*}row"):
                    cells = [coordinate_to_tuple(c.get("r")) for c in row if c.get("r")]
                    assert cells == sorted(set(cells))
                    assert {r for r, _ in cells} <= {int(row.get("r"))}
            if tag == "styleSheet":
                for section in ("fonts", "fills", "cellXfs", "borders"):
                    found = root.find(f"{{*}}{section}")
                    assert int(found.get("count", len(found))) == len(found)
            if name.endswith(".vml"):
                shapes = re.findall(rb'\bid="(_x0000_s\d+)"', content)
                assert len(shapes) == len(set(shapes))
            if name.endswith(".rels"):
                folder = name.replace("_rels/", "").rpartition("/")[0]
                for relation in root:
                    target = relation.get("Target")
                    where = target[1:] if target[0] == "/" else f"{folder}/{target}".lstrip("/")
                    where = re.sub(r"[^/]+/\.\./", "", where)
                    assert where in parts, (name, target)


class Kit:
    """Functions that the tests share."""

    fault = staticmethod(make_fault)
    parts_of = staticmethod(parts_of)
    package_of = staticmethod(package_of)
    bytes_of = staticmethod(bytes_of)
    small = staticmethod(small)
    fill_of = staticmethod(fill_of)
    comment_of = staticmethod(comment_of)
    check_package = staticmethod(check_package)

    @staticmethod
    def open(path: Path) -> Workbook:
        """Load a copy; the suite turns every warning into a failure."""
        check_package(path)
        with warnings.catch_warnings():  # openpyxl says so of every file that has such rules
            warnings.filterwarnings("ignore", "Data Validation extension is not supported")
            return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))

    @staticmethod
    def links(page: Worksheet) -> dict[str, str]:
        """Cell → where a click leads."""
        cells = (cell for row in page.iter_rows() for cell in row if cell.hyperlink)
        return {cell.coordinate: cell.hyperlink.location for cell in cells}

    @staticmethod
    def state(path: Path) -> dict[str, object]:
        """All cells, how they look, comments and merged ranges, without the list."""
        workbook = Kit.open(path)
        found: dict[str, object] = {}
        for page in workbook.worksheets:
            if page.title.startswith("问题清单"):
                continue
            found[f"{page.title} merged"] = sorted(str(area) for area in page.merged_cells.ranges)
            for cell in Kit.cells(page):
                comment = comment_of(cell)
                if cell.value is None and not cell.has_style and comment is None:
                    continue
                look = (cell.font, cell.fill, cell.border, cell.alignment, cell.number_format,
                        cell.protection)  # fmt: skip
                found[f"{page.title}!{cell.coordinate}"] = cell.value, repr(look), comment
        return found

    @staticmethod
    def cells(page: Worksheet) -> list[Cell]:
        """The cells that are there: a loop over rows would make all those between them."""
        return [*page._cells.values()]


@pytest.fixture(scope="session")
def kit() -> type[Kit]:
    return Kit
