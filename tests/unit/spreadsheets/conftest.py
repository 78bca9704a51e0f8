from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evalkit.spreadsheets import Book
from evalkit.spreadsheets.read import read

DATA = Path(__file__).parents[2] / "data" / "spreadsheets"

Parts = dict[str, bytes]
Maker = Callable[..., Parts]
Zipped = Callable[..., bytes]
Reader = Callable[..., Book]

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture
def zipped() -> Zipped:
    """Parts → a zip container."""

    def pack(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return buffer.getvalue()

    return pack


def _relations(targets: Mapping[str, str], kind: str) -> bytes:
    lines = [
        f'<Relationship Id="{identity}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
        for identity, target in targets.items()
    ]
    opening = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    return f"{opening}{''.join(lines)}</Relationships>".encode()


@pytest.fixture
def workbook() -> Maker:
    """Contents of ``sheetData`` (or whole sheets) by tab → the parts of an .xlsx file."""

    def make(sheets: Mapping[str, str], properties: str = "", **more: bytes) -> Parts:
        tabs, targets, parts = [], {}, {}
        for number, (name, xml) in enumerate(sheets.items(), 1):
            tabs.append(f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>')
            targets[f"rId{number}"] = f"worksheets/sheet{number}.xml"
            if "sheetData" not in xml:
                xml = f'<worksheet xmlns="{_MAIN}"><sheetData>{xml}</sheetData></worksheet>'
            parts[f"xl/worksheets/sheet{number}.xml"] = xml.encode()
        root = _relations({"rId1": "xl/workbook.xml"}, "officeDocument")
        return {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>'.encode(),
            "_rels/.rels": root,
            "xl/workbook.xml": (
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">{properties}'
                f"<sheets>{''.join(tabs)}</sheets></workbook>"
            ).encode(),
            "xl/_rels/workbook.xml.rels": _relations(targets, "worksheet"),
            **parts,
            **more,
        }

    return make


@pytest.fixture
def reading(zipped: Zipped) -> Reader:
    """A file's bytes (or the parts of a container) → its book, read in this process."""

    def run(data: bytes | Parts, name: str = "台账.xlsx") -> Book:
        return read(name, data if isinstance(data, bytes) else zipped(data))

    return run


@pytest.fixture
def sheet(workbook: Maker, reading: Reader) -> Callable[[str], Book]:
    """One sheet's XML → the book of a file with this sheet alone."""

    def run(xml: str) -> Book:
        return reading(workbook({"甲": xml}))

    return run


@pytest.fixture
def spreadsheet() -> Maker:
    """Rows and tables in XML → the parts of an .ods file."""

    def make(tables: str, **more: bytes) -> Parts:
        content = (
            '<office:document-content xmlns:office="urn:o" xmlns:table="urn:t" xmlns:text="urn:x"'
            ' xmlns:calcext="urn:c" xmlns:style="urn:s">'
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>"
        )
        return {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="urn:m"/>',
            "content.xml": content.encode(),
            **more,
        }

    return make


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Name and bytes → a file on the disk."""

    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.fixture(scope="session")
def small() -> Callable[[str], bytes]:
    """Ending → the small file of this kind, as LibreOffice wrote it."""
    return lambda ending: (DATA / f"small.{ending}").read_bytes()
