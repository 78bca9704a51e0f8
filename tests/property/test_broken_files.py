"""No file, however broken, ends in an exception, a hang or a full memory.

Every family makes files from a seed. A handful of each is read in the quick run, some thousands
in the slow one. All go through the reading processes, as in real use.
"""

from __future__ import annotations

import io
import random
import resource
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalkit.spreadsheets import Book, bounds, read_books
from evalkit.spreadsheets.pool import Reader

DATA = Path(__file__).parents[1] / "data" / "spreadsheets"
Random = random.Random
File = tuple[str, bytes]
Family = Callable[[Random], File]

QUICK, SLOW, EXAMPLES = 16, 1000, 800
WORDS = (
    b"<c", b"<row", b"<f>", b"<v>", b"</v>", b"</c>", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>",
    b"<?x", b"?>", b"<!DOCTYPE a>", b"&#0;", b"&#x110000;", b"&amp", b"XFD1048576", b"A0", b"-1",
    b"99999999999999999999", b'"', b"'", b"\0", b"\xff", b"\xed\xa0\x80", b"1e999", b"nan",
    b"t=\"e\"",
    b"</sheetData>", b"<sheetData>", b"</worksheet>", b"table:number-rows-repeated=\"9999999\"",
    b"table:number-columns-repeated=\"16384\"", b"<table:table>", b"</table:table>",
)  # fmt: skip
MAGICS = (
    b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF", b"\xff\xfe",
    b"\xef\xbb\xbf", b"<html", b"<?xml", b"\x89PNG", b"BM", b"Rar!", b"", b"\x09\x08",
)  # fmt: skip


@cache
def whole(form: str) -> bytes:
    return (DATA / f"small.{form}").read_bytes()


@cache
def parts(form: str) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole(form))) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def packed(content: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in content:
            archive.writestr(name, data)
    return buffer.getvalue()


def flipped(data: bytes, chance: Random, most: int = 8) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, most)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def mangled(data: bytes, chance: Random) -> bytes:
    """Put a word of the vocabulary in, take a piece out, or double it."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 5, 60]))
        middle = chance.choice([b"", data[start:end] * 2, chance.choice(WORDS)])
        data = data[:start] + middle + data[end:]
    return data


def truncated(chance: Random) -> File:
    form = chance.choice(["xlsx", "xls", "ods"])
    data = whole(form)
    start = chance.choice([0, 0, 0, chance.randrange(200)])
    return form, data[start : chance.randrange(start, len(data))]


def flipped_container(chance: Random) -> File:
    form = chance.choice(["xlsx", "ods"])
    return form, flipped(whole(form), chance)


def flipped_directory(chance: Random) -> File:
    """Flip bits where a zip container says what it holds: its last bytes."""
    form = chance.choice(["xlsx", "ods"])
    data = whole(form)
    place = data.index(b"PK\x01\x02")
    return form, data[:place] + flipped(data[place:], chance)


def flipped_xml(chance: Random) -> File:
    form = chance.choice(["xlsx", "ods"])
    names = [name for name in parts(form) if name.endswith((".xml", ".rels"))]
    chosen = chance.choice(names)
    content = {**parts(form), chosen: flipped(parts(form)[chosen], chance)}
    return form, packed([*content.items()])


def mangled_xml(chance: Random) -> File:
    form, name = chance.choice(
        [("xlsx", "xl/worksheets/sheet1.xml"), ("xlsx", "xl/workbook.xml"),
         ("xlsx", "xl/sharedStrings.xml"), ("xlsx", "xl/styles.xml"), ("ods", "content.xml")]
    )  # fmt: skip
    return form, packed([*{**parts(form), name: mangled(parts(form)[name], chance)}.items()])


def moved_parts(chance: Random) -> File:
    """Swap, drop and double whole parts."""
    form = chance.choice(["xlsx", "ods"])
    content = [*parts(form).items()]
    for _ in range(chance.randint(1, 3)):
        one, other = chance.randrange(len(content)), chance.randrange(len(content))
        kind = chance.randrange(3)
        if kind == 0:
            content[one], content[other] = (
                (content[one][0], content[other][1]), (content[other][0], content[one][1]),
            )  # fmt: skip
        elif kind == 1 and len(content) > 1:
            del content[one]
        else:
            content.append((content[one][0], content[min(other, len(content) - 1)][1]))
    return form, packed(content)


def random_bytes(chance: Random) -> File:
    suffix = chance.choice(["xlsx", "xls", "ods", "csv", "et", "xlsb", ""])
    return suffix, chance.choice(MAGICS) + chance.randbytes(chance.choice([0, 9, 600, 5000]))


def random_text(chance: Random) -> File:
    if chance.random() < 0.5:
        return "csv", chance.randbytes(chance.randrange(2000))
    alphabet = "\",;\t\r\n\0a1 学院\ufeff=+-@'"
    text = "".join(chance.choices(alphabet, k=chance.randrange(3000)))
    return "csv", flipped(
        text.encode(chance.choice(["utf-8", "gb18030", "utf-16"])) or b"a", chance, most=2
    )


def broken_xls(chance: Random) -> File:
    data = whole("xls")
    if chance.random() < 0.6:
        return "xls", flipped(data, chance)
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):  # numbers that chain, count or place something
        place = chance.choice([*range(24, 120, 2), chance.randrange(len(data) - 4)])
        number = chance.choice([0, 1, 5, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF])
        changed[place : place + 4] = number.to_bytes(4, "little")
    return "xls", bytes(changed)


def pieced_xls(chance: Random) -> File:
    data = bytearray(whole("xls"))
    for _ in range(chance.randint(1, 5)):
        size = chance.choice([2, 4, 64, 512])
        source, target = chance.randrange(len(data) - size), chance.randrange(len(data) - size)
        data[target : target + size] = data[source : source + size]
    return "xls", bytes(data)


FAMILIES: dict[str, Family] = {
    family.__name__: family
    for family in (
        truncated, flipped_container, flipped_directory, flipped_xml, mangled_xml, moved_parts,
        random_bytes, random_text, broken_xls, pieced_xls,
    )
}  # fmt: skip


def assert_sound(book: Book) -> None:
    assert book.sheets or book.findings
    for finding in book.findings:
        assert finding.code in ("F01", "F06", "T08", "P02"), finding
        assert "。处理：" in str(finding)
        assert "超时" not in finding.what
    for sheet in book.sheets:
        assert len(sheet.grid) <= bounds.MAX_ROWS
        assert len({len(row) for row in sheet.grid}) <= 1
        width = len(sheet.grid[0]) if sheet.grid else 0
        assert width <= bounds.MAX_COLUMNS
        for top, left, bottom, right in sheet.merged:
            assert 0 <= top <= bottom < len(sheet.grid)
            assert 0 <= left <= right < width
        assert all(0 <= row < len(sheet.grid) for row in sheet.hidden_rows)
        assert all(0 <= column < width for column in sheet.hidden_columns)
        assert all(0 <= row < bounds.MAX_ROWS for row, _ in sheet.faults)


def read_all(family: Family, count: int, folder: Path) -> None:
    # Seeded, so that a failure can be had again.
    chance = random.Random(f"{family.__name__} {count}")  # noqa: S311
    paths = []
    for number in range(count):
        suffix, data = family(chance)
        paths.append(folder / f"{number}.{suffix}")
        paths[-1].write_bytes(data)
    books = [*read_books(paths, jobs=2)]
    assert [book.file for book in books] == [path.name for path in paths]
    for book in books:
        assert_sound(book)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert most < bounds.MAX_MEMORY


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", FAMILIES)
def test_some_broken_files(name: str, tmp_path: Path) -> None:
    read_all(FAMILIES[name], QUICK, tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", FAMILIES)
def test_many_broken_files(name: str, tmp_path: Path) -> None:
    read_all(FAMILIES[name], SLOW, tmp_path)


ADDRESSES = st.one_of(
    st.builds(
        lambda column, row: f"{column}{row}",
        st.sampled_from(["A", "B", "Z", "OJ", "OK", "XFD", "AAAA", "a", "$C", ""]),
        st.sampled_from([0, 1, 2, 5, 20_000, 20_001, 1_048_576, 10**9, ""]),
    ),
    st.none(),
)
TEXTS = st.one_of(
    st.text(alphabet="01.-eE+AB!#[]'\"<>&; \n学", max_size=12),
    st.sampled_from(["1", "0", "#REF!", "#N/A", "[1]a!A1", "&amp;", "45356", "TRUE", "1e999"]),
).map(lambda text: text.replace("<", "&lt;") if len(text) % 3 else text)
NAMES = st.sampled_from(
    ["c", "row", "f", "v", "is", "t", "r", "rPh", "x:c", "x:v", "mergeCell", "col", "sheetData",
     "cols", "mergeCells", "extLst", "worksheet"]
)  # fmt: skip
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["r", "t", "s", "si", "ref", "hidden", "min", "max", "spans", "xml:space"]),
    st.one_of(
        st.sampled_from(["e", "s", "b", "str", "inlineStr", "d", "n", "shared", "1", "0", "true",
                         "A1:B2", "A1:XFD1048576", "B2:A1", "16384", "-1", "99999999999"]),
        ADDRESSES.filter(bool),
    ),
    max_size=3,
)  # fmt: skip


@st.composite
def markup(draw: st.DrawFn, depth: int = 0) -> str:
    """Elements of the vocabulary at any place, now and then with an end that is not theirs."""
    name = draw(NAMES)
    attributes = "".join(f' {k}="{v}"' for k, v in draw(ATTRIBUTES).items())
    if draw(st.integers(0, 5)) == 0:
        return f"<{name}{attributes}/>"
    inside = draw(TEXTS if depth > 2 else st.lists(st.one_of(markup(depth + 1), TEXTS), max_size=4))
    end = draw(NAMES) if draw(st.integers(0, 15)) == 0 else name
    return f"<{name}{attributes}>{''.join(inside)}</{end}>"


@st.composite
def cells(draw: st.DrawFn) -> str:
    """Cells that look right at first sight."""
    found = []
    for address in draw(st.lists(ADDRESSES, max_size=6)):
        place = "" if address is None else f' r="{address}"'
        kind = draw(
            st.sampled_from(["", ' t="s"', ' t="e"', ' t="str"', ' t="inlineStr"', ' t="b"'])
        )
        formula = draw(st.sampled_from(["", "<f>1</f>", '<f t="shared" si="0"/>', "<f/>", "<f>"]))
        value = draw(st.one_of(st.just(""), TEXTS.map(lambda text: f"<v>{text}</v>")))
        found.append(f"<c{place}{kind}>{formula}{value}</c>")
    return "".join(found)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One reading process for all examples."""
    made = Reader()
    yield made
    made.close()


def read_sheet(reader: Reader, folder: Path, xml: str) -> None:
    path = folder / "x.xlsx"
    content = {**parts("xlsx"), "xl/worksheets/sheet1.xml": xml.encode()}
    path.write_bytes(packed([*content.items()]))
    assert_sound(reader.read(path))


SHEETS = st.one_of(
    markup(),
    st.lists(st.one_of(cells(), markup()), max_size=4).map(
        lambda rows: f"<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>"
    ),
)
_SETTINGS = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(_SETTINGS, max_examples=QUICK)
@given(xml=SHEETS)
def test_some_sheets_of_random_xml(reader: Reader, tmp_path: Path, xml: str) -> None:
    read_sheet(reader, tmp_path, xml)


@pytest.mark.slow
@settings(_SETTINGS, max_examples=EXAMPLES)
@given(xml=SHEETS)
def test_many_sheets_of_random_xml(reader: Reader, tmp_path: Path, xml: str) -> None:
    read_sheet(reader, tmp_path, xml)
