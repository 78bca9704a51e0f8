"""Files of any kind, opened down to their last part, and what names a person in them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from evalkit.privacy.scan.grids import LazyTable, Table
from evalkit.privacy.scan.images import PNG, jpeg_pieces, png_pieces
from evalkit.privacy.scan.model import Exposure, shown
from evalkit.privacy.scan.packages import PackageError, package_pieces
from evalkit.privacy.scan.patterns import STUDENT_NUMBER, Seeker, usable
from evalkit.privacy.scan.pdf import pdf_pieces
from evalkit.privacy.scan.pdf_objects import PdfError
from evalkit.privacy.scan.tables import (
    TableError,
    column_pieces,
    old_workbook_pieces,
    raw_pieces,
)
from evalkit.privacy.scan.texts import Piece, decoded, json_pieces, markup_pieces, text_pieces

__all__ = ["files_in", "scan_bytes", "scan_files"]

MOST_BYTES = 256 << 20
"""Size of a file up to which it is looked into."""
BATCH = 1 << 18
"""Characters that are looked through at a time."""
DEEPEST = 8
"""How many files may lie within each other."""
MOST_FOUND = 200
"""How many exposures of a file are told."""

_FONTS = (b"wOFF", b"wOF2", b"OTTO", b"\x00\x01\x00\x00", b"true", b"ttcf")
_MARKUP = frozenset({"html", "htm", "xhtml", "xml", "svg", "rels", "vml"})
_JSON = frozenset({"json", "ipynb", "jsonl", "geojson"})


def scan_files(
    paths: Iterable[Path | str],
    names: Iterable[str] = (),
    *,
    allowed: Iterable[str] = (),
    student_number: str = STUDENT_NUMBER,
    small: int = 0,
) -> list[Exposure]:
    """Look for what names a person, or tells of few, in files, wherever it hides in them.

    Looked into are web pages, Office's documents, workbooks and slides (hidden sheets, comments,
    notes, defined names, alternative texts, properties, embedded files), PDF, notebooks, JSON,
    Parquet, Feather, text, pictures' metadata, and archives, within each other too. Of other
    files the runs of text are.

    Parameters
    ----------
    paths : iterable of path
        Files and folders; folders with all that is in them.
    names : iterable of str
        Names to look for, of two characters or more: those of students.
    allowed : iterable of str
        What may stand there although it looks like one: an office's mobile number, names of staff.
    student_number : str
        Regular expression of a student number.
    small : int
        Counts of students at risk from 1 to below it are looked for too, in texts and tables;
        what such students are called says ``resources/privacy.yaml``. None with 0.

    Returns
    -------
    list of Exposure
        Sorted by file and place; empty if nothing was found. What could not be looked into is told
        too, for nobody knows what it holds.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "通知.txt"
    ...     _ = path.write_text("请李小红同学（１３８-００１３-８０００）到场", encoding="utf-8")
    ...     found = scan_files([path], ["李小红"])
    >>> [(each.place, each.kind, each.value) for each in found]
    [('第 1 行', '姓名', '李**'), ('第 1 行', '手机号', '138********')]
    """
    seeker = Seeker(usable(names), usable(allowed), student_number, small)
    found = []
    for path in files_in(paths):
        if path.stat().st_size > MOST_BYTES:
            found.append(Exposure(str(path), "", "无法检查", "文件太大"))
            continue
        found += _of_file(str(path), path.name, path.read_bytes(), seeker)
    return found


def scan_bytes(
    name: str,
    content: bytes,
    names: Iterable[str] = (),
    *,
    allowed: Iterable[str] = (),
    student_number: str = STUDENT_NUMBER,
    small: int = 0,
) -> list[Exposure]:
    """Look into a file that is not written yet, as :func:`scan_files` does.

    Parameters
    ----------
    name : str
        The name that the file will have; its ending tells what is in it.
    content : bytes
        What it will hold.
    names, allowed, student_number, small
        As for :func:`scan_files`.
    """
    seeker = Seeker(usable(names), usable(allowed), student_number, small)
    return _of_file(name, Path(name).name, content, seeker)


def files_in(paths: Iterable[Path | str]) -> Iterator[Path]:
    """Yield files, and those in folders, in the order of their names.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    """
    for each in paths:
        path = Path(each)
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file())
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(2, "no such file", str(path))


def _of_file(file: str, name: str, content: bytes, seeker: Seeker) -> list[Exposure]:
    found: dict[Exposure, None] = {}
    file = seeker.masked(file)
    for batch in _batches(chain([("文件名", name)], _opened(name, content, 0))):
        # Nothing that is looked for goes on after the end of a line, and mostly nothing is found.
        together = "\n".join(text for _, text in batch if isinstance(text, str))
        clean = next(seeker.find(together), None) is None
        for place, text in batch:
            if isinstance(text, Exposure):
                found[replace(text, file=file, place=seeker.masked(place))] = None
                continue
            if isinstance(text, Table | LazyTable):
                for cell, kind, value in seeker.find_in(text):
                    where = " › ".join(part for part in (seeker.masked(place), cell) if part)
                    found[Exposure(file, where, kind, shown(kind, value))] = None
                continue
            for at, kind, value in () if clean else seeker.find(text):
                where = seeker.masked(place)
                if place == "" or "\n" in text.strip():
                    line = f"第 {text.count(chr(10), 0, at) + 1} 行"
                    where = f"{where} › {line}" if where else line
                found[Exposure(file, where, kind, shown(kind, value))] = None
        if len(found) >= MOST_FOUND:
            break
    return sorted(found)[:MOST_FOUND]


_Found = tuple[str, str | Table | LazyTable | Exposure]


def _batches(found: Iterable[_Found]) -> Iterator[list[_Found]]:
    """Yield texts many at a time: thousands of cells take longer one by one."""
    batch: list[_Found] = []
    size = 0
    for place, text in found:
        batch.append((place, text))
        size += len(text) if isinstance(text, str) else 0
        if size > BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _opened(name: str, content: bytes, depth: int) -> Iterator[_Found]:
    """Yield every text of a file, and of the files within it."""
    if depth > DEEPEST:
        yield "", Exposure("", "", "无法检查", "文件套得太深")
        return
    try:
        for place, piece in _reader(name, content)(content):
            if not isinstance(piece, bytes):
                yield place, piece
                continue
            for inner, text in _opened(place, piece, depth + 1):
                yield " › ".join(part for part in (place, inner) if part), text
    except (PackageError, TableError, PdfError) as error:
        yield "", Exposure("", "", "无法检查", str(error))


def _reader(name: str, content: bytes) -> Callable[[bytes], Iterable[Piece]]:
    """Return what opens a file: by its first bytes, for its name may say anything."""
    suffix = name.rpartition(".")[2].lower()
    if content.startswith(PNG):
        return png_pieces
    if content.startswith(b"\xff\xd8\xff"):
        return jpeg_pieces
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return package_pieces
    if b"%PDF-" in content[:1024]:
        return pdf_pieces
    if content.startswith((b"PAR1", b"ARROW1")):
        return column_pieces
    if content.startswith(b"\xd0\xcf\x11\xe0") and suffix != "db":
        return old_workbook_pieces if suffix in ("xls", "xlsb", "et") else _compound
    if content.startswith(b"\x1f\x8b"):
        return _gzip
    if content.startswith(_FONTS):
        return _nothing
    if suffix in _JSON:
        return _json
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw_pieces
    if suffix in _MARKUP or content.lstrip()[:1] == b"<":
        return _markup
    return _text


def _text(content: bytes) -> Iterable[Piece]:
    return text_pieces(decoded(content))


def _markup(content: bytes) -> Iterable[Piece]:
    return markup_pieces(decoded(content))


def _json(content: bytes) -> Iterator[Piece]:
    text = decoded(content)
    try:
        yield from json_pieces(text)
    except (ValueError, RecursionError):  # one JSON a line, or none at all
        yield from text_pieces(text)


def _compound(content: bytes) -> Iterator[Piece]:
    # An old Office document, or a new one with a password: its texts, as far as they are plain.
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise PackageError("文件有密码")
    yield from raw_pieces(content)


def _gzip(content: bytes) -> Iterator[Piece]:
    unpacker = zlib.decompressobj(31)
    try:
        inner = unpacker.decompress(content, MOST_BYTES)
    except zlib.error:
        raise PackageError("压缩文件损坏") from None
    if unpacker.unconsumed_tail:
        raise PackageError("压缩文件太大")
    yield "压缩的内容", inner


def _nothing(_content: bytes) -> Iterable[Piece]:
    return ()
