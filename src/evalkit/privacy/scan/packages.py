"""Files that hold files: Office's packages, archives. Everything in them is opened in turn."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO

from evalkit.privacy.scan.grids import LazyTable, Table
from evalkit.privacy.scan.texts import Piece, decoded, markup_pieces

__all__ = ["PackageError", "package_pieces"]

MOST_FILES, MOST_BYTES = 20_000, 512 << 20
"""How much of a package is opened."""

_SHEET = re.compile(r"xl/(?:worksheets|chartsheets)/[^/]+\.xml")
_CELL = re.compile(r"<(?:\w+:)?c(?=[\s/>])")
_CELL_END = re.compile(r"</(?:\w+:)?c>")
_PLAIN = re.compile(r"<(?:\w+:)?v>([-+.\dEe]*)</(?:\w+:)?v>")
_SHORTEST = 6
"""Digits of the shortest number of a person."""
_ITEM = re.compile(r"<(?:\w+:)?si(?=[\s/>])")
_VALUE = re.compile(r"<(?:\w+:)?v>([^<]*)</")
_TEXT = re.compile(r"<(?:\w+:)?t(?: [^>]*)?>([^<]*)</")
_ONE_TEXT = re.compile(
    r"(?:<(?:\w+:)?is>)?<(?:\w+:)?[vt](?: xml:space=\"preserve\")?>([^<]*)</(?:\w+:)?[vt]>"
    r"(?:</(?:\w+:)?(?:is|si)>)?\s*"
)
_SHARED = re.compile(r"\bt=[\"']s[\"']")
_ADDRESS = re.compile(r"\br=[\"']([A-Z]+\d+)[\"']")
_NAME = re.compile(r"<(?:\w+:)?sheet\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r"([\w:]+)=\"([^\"]*)\"")
_TARGET = re.compile(r"<Relationship\b([^>]*)/?>")
_PARTS = {
    "docProps/": "文档属性",
    "word/comments": "批注",
    "xl/comments": "批注",
    "xl/threadedComments": "批注",
    "ppt/comments": "批注",
    "ppt/notesSlides/": "备注",
    "xl/workbook.xml": "工作簿定义（名称）",
    "word/footnotes": "脚注",
    "xl/persons/": "批注人",
}


class PackageError(Exception):
    """A package that cannot be opened to its end; the text says why, in Chinese."""


def package_pieces(content: bytes) -> Iterator[Piece]:
    """Yield what is in a package: text of XML parts, and other files as they are.

    Raises
    ------
    PackageError
        If it is broken, encrypted, or too large.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            yield from _members(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        raise PackageError(f"压缩包损坏或不认识（{type(error).__name__}）") from None
    except RuntimeError:
        raise PackageError("压缩包有密码") from None


def _members(archive: zipfile.ZipFile) -> Iterator[Piece]:
    infos = archive.infolist()
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
        raise PackageError("压缩包太大")
    if archive.comment:
        yield "压缩包的注释", decoded(archive.comment)
    names = _sheet_names(archive)
    shared = _shared_strings(archive)
    for info in infos:
        yield "文件名", info.filename
        if info.comment:
            yield f"{info.filename} › 注释", decoded(info.comment)
        if info.is_dir():
            continue
        content = _read(archive, info)
        place = _called(info.filename, names)
        if _SHEET.fullmatch(info.filename):
            yield from _sheet(place, decoded(content), shared)
        elif info.filename == "xl/sharedStrings.xml":
            for number, item in enumerate(_ITEM.split(decoded(content))):
                where = f"{place} › 第 {number} 条文字"
                yield from ((where, piece) for piece in _said(item.partition(">")[2]))
        elif info.filename.endswith((".xml", ".rels", ".vml")):
            for inner, piece in markup_pieces(decoded(content)):
                yield " › ".join(part for part in (place, inner) if part), piece
        else:
            yield place, content


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as stream:
        content = stream.read(info.file_size + 1)
    if len(content) > info.file_size:
        raise PackageError("压缩包中文件的大小与所说的不符")
    return content


def _sheet(place: str, text: str, shared: Sequence[str]) -> Iterator[Piece]:
    """Yield each cell's own text, for neighbours are no one number; the rest; and the table."""
    first, *cells = _CELL.split(text)
    rest = [first]
    held: list[tuple[str, str]] = []
    for cell in cells:
        head, _, inner = cell.partition(">")
        if head.endswith("/"):
            rest.append(inner)
            continue
        value, *after = _CELL_END.split(inner, maxsplit=1)
        rest += after
        held.append((head, value))
        if len(value) >= 2 and not _SHARED.search(head):
            plain = _PLAIN.fullmatch(value)
            if plain is not None and len(plain[1]) < _SHORTEST:
                continue
            address = _ADDRESS.search(head)
            where = f"{place} › {address[1]}" if address else place
            yield from ((where, piece) for piece in _said(value))
    for inner, piece in markup_pieces("\n".join(rest)):
        yield " › ".join(part for part in (place, inner) if part), piece
    yield place, LazyTable("\n".join([text, *shared]), partial(_grid, held, shared))


def _said(value: str) -> Iterator[str | bytes | Table | LazyTable]:
    """Yield what a cell or a shared text says: mostly it is one text and nothing else."""
    simple = _ONE_TEXT.fullmatch(value)
    if simple is not None:
        yield html.unescape(simple[1])
        return
    yield from (piece for _, piece in markup_pieces(value) if piece)


def _grid(cells: Sequence[tuple[str, str]], shared: Sequence[str]) -> Table:
    """Return cells as a table; columns and rows without values are left out."""
    found: dict[int, dict[int, str]] = {}
    row, column = 1, 0
    for head, inner in cells:
        address = _ADDRESS.search(head)
        column += 1  # one without an address stands after the one before
        if address is not None:
            letters = address[1].rstrip("0123456789")
            row, column = int(address[1][len(letters) :]), _index(letters)
        value = _VALUE.search(inner)
        if value is None:
            text = "".join(_TEXT.findall(inner)) if "<" in inner else ""
        elif _SHARED.search(head):
            number = int(value[1]) if value[1].isdecimal() else -1
            text = shared[number] if 0 <= number < len(shared) else ""
        else:
            text = value[1]
        if text:
            found.setdefault(row, {})[column] = html.unescape(text)
    columns = sorted({each for values in found.values() for each in values})
    rows = [[found[number].get(each, "") for each in columns] for number in sorted(found)]
    return Table(rows, [str(number) for number in sorted(found)], [_letters(c) for c in columns])


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = 26 * index + ord(letter) - 64
    return index


def _letters(index: int) -> str:
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    """Return the texts that cells refer to by their number."""
    try:
        info = archive.getinfo("xl/sharedStrings.xml")
    except KeyError:
        return []
    items = _ITEM.split(decoded(_read(archive, info)))[1:]
    return ["".join(_TEXT.findall(item)) for item in items]


def _called(name: str, sheets: dict[str, str]) -> str:
    if name in sheets:
        return sheets[name]
    for start, title in _PARTS.items():
        if name.startswith(start):
            return f"{title} {name}"
    return name


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return part → the tab's name, and whether it is hidden."""
    try:
        workbook = decoded(archive.read("xl/workbook.xml"))
        relations = decoded(archive.read("xl/_rels/workbook.xml.rels"))
    except KeyError:
        return {}
    targets = {}
    for match in _TARGET.finditer(relations):
        found = dict(_ATTRIBUTE.findall(match[1]))
        targets[found.get("Id", "")] = "xl/" + found.get("Target", "").removeprefix("/xl/")
    names = {}
    for match in _NAME.finditer(workbook):
        found = dict(_ATTRIBUTE.findall(match[1]))
        state = {"hidden": "（隐藏）", "veryHidden": "（深度隐藏）"}.get(found.get("state", ""), "")
        names[targets.get(found.get("r:id", ""), "")] = f"工作表“{found.get('name', '')}”{state}"
    return names
