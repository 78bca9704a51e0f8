"""An Office Open XML package: its parts, what they relate to, and their content types.

Parts that nobody edits keep their bytes. Edited parts are parsed without entities, document types
or network.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote

from lxml import etree

__all__ = [
    "Package",
    "Relation",
    "UnsafePackageError",
    "canonical_name",
    "new_part",
    "new_root",
    "parse",
]

MOST_BYTES = 256 * 2**20
"""A package that unfolds to more than this is not edited."""

MOST_BYTES_OF_A_PART = 64 * 2**20
"""A part larger than this is not parsed."""

MOST_PARTS = 20_000

_ZIP_TIME = (2024, 1, 1, 0, 0, 0)
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


class UnsafePackageError(Exception):
    """The package has a shape that cannot be edited without risk to what is in it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: the last word of the relation's type, and the part it leads to.

    ``base`` is the type without its last word; it tells strict documents from the others.
    """

    id: str
    kind: str
    base: str
    target: str


@dataclass(slots=True)
class _Part:
    name: str
    content: bytes
    compression: int = zipfile.ZIP_DEFLATED
    root: etree._Element | None = None
    edited: bool = field(default=False)


def canonical_name(name: str) -> str:
    """Return a part's name as it is looked up: without leading slash, in lower case."""
    return name.replace("\\", "/").lstrip("/").lower()


def parse(content: bytes) -> etree._Element:
    """Parse a part; what defines entities is refused."""
    if len(content) > MOST_BYTES_OF_A_PART:
        raise UnsafePackageError("part too large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError) as problem:
        raise UnsafePackageError("part is not XML") from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafePackageError("part has a document type")
    return root


def new_root(tag: str) -> etree._Element:
    """Return the root of a new part, whose namespace needs no prefix."""
    spaces = {None: tag[1:].partition("}")[0]}
    return etree.Element(tag, nsmap=cast("dict[str, str]", spaces))  # the stubs forbid None


def new_part(root: etree._Element) -> bytes:
    """Write an element as a part."""
    return _DECLARATION + etree.tostring(root.getroottree(), encoding="UTF-8")


class Package:
    """The parts of a package, in the order of the archive.

    Raises
    ------
    UnsafePackageError
        If the archive cannot be read whole, or is no package.
    """

    def __init__(self, content: bytes) -> None:
        self._parts: dict[str, _Part] = {}
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._read(archive)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as problem:
            raise UnsafePackageError("archive is damaged") from problem
        except (NotImplementedError, RuntimeError, ValueError, UnicodeError) as problem:
            raise UnsafePackageError("archive is encrypted or packed in a rare way") from problem
        if _TYPES not in self:
            raise UnsafePackageError("no package")

    def _read(self, archive: zipfile.ZipFile) -> None:
        entries = archive.infolist()
        if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > MOST_BYTES:
            raise UnsafePackageError("package too large")
        for entry in entries:
            key = canonical_name(entry.filename)
            if key in self._parts:
                raise UnsafePackageError("two parts of one name")
            stored = entry.compress_type == zipfile.ZIP_STORED
            self._parts[key] = _Part(
                entry.filename,
                archive.read(entry),
                zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED,
            )

    def __contains__(self, name: str) -> bool:
        return canonical_name(name) in self._parts

    def __iter__(self) -> Iterator[str]:
        return (part.name for part in self._parts.values())

    def _part(self, name: str) -> _Part:
        try:
            return self._parts[canonical_name(name)]
        except KeyError:
            raise UnsafePackageError(f"part is missing: {name}") from None

    def read(self, name: str) -> bytes:
        """Return the bytes of a part."""
        part = self._part(name)
        if part.edited and part.root is not None:
            return new_part(part.root)
        return part.content

    def tree(self, name: str) -> etree._Element:
        """Return the root of a part. Changes count only after :meth:`edited`."""
        part = self._part(name)
        if part.root is None:
            part.root = parse(part.content)
        return part.root

    def edited(self, name: str) -> None:
        """Say that the tree of a part has been changed."""
        self._part(name).edited = True

    def replace(self, name: str, content: bytes) -> None:
        """Give a part other bytes."""
        part = self._part(name)
        part.content, part.root, part.edited = content, None, False

    def add(self, name: str, content: bytes, content_type: str) -> None:
        """Add a part at the end."""
        self._parts[canonical_name(name)] = _Part(name, content)
        types = self.tree(_TYPES)
        tag = _sibling(types, "Override")
        etree.SubElement(types, tag, {"PartName": f"/{name}", "ContentType": content_type})
        self.edited(_TYPES)

    def remove(self, name: str) -> None:
        """Take out a part, its relations, and parts that only it referred to."""
        if name not in self:
            return
        led_to = [relation.target for relation in self.relations(name)]
        self._parts.pop(canonical_name(_relations_of(name)), None)
        del self._parts[canonical_name(name)]
        types = self.tree(_TYPES)
        for element in [*types.iterchildren("*")]:
            if canonical_name(element.get("PartName", "")) == canonical_name(name):
                types.remove(element)
                self.edited(_TYPES)
        left = {canonical_name(target) for target in self._all_targets()}
        for target in led_to:
            if canonical_name(target) not in left:
                self.remove(target)

    def _all_targets(self) -> Iterator[str]:
        for key in [key for key in self._parts if key.endswith(".rels")]:
            folder, file = posixpath.split(key)
            source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
            yield from (relation.target for relation in self.relations(source))

    def default_type(self, extension: str, content_type: str) -> None:
        """Give a file extension its content type, where it has none."""
        types = self.tree(_TYPES)
        if any(e.get("Extension", "").lower() == extension for e in types.iterchildren("*")):
            return
        element = etree.Element(_sibling(types, "Default"))
        element.attrib.update({"Extension": extension, "ContentType": content_type})
        types.insert(0, element)
        self.edited(_TYPES)

    def set_content_type(self, name: str, content_type: str) -> None:
        """Change the content type that a part declares for itself."""
        for element in self.tree(_TYPES).iterchildren("*"):
            if canonical_name(element.get("PartName", "")) == canonical_name(name):
                element.set("ContentType", content_type)
                self.edited(_TYPES)

    def relations(self, name: str = "") -> list[Relation]:
        """Return what a part (or the package) refers to inside the package."""
        rels = _relations_of(name)
        if rels not in self:
            return []
        found = []
        for element in self.tree(rels).iterchildren("*"):
            target = element.get("Target", "")
            if element.get("TargetMode") == "External" or not target:
                continue
            base, _, kind = element.get("Type", "").rpartition("/")
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), target))
            path = path.lstrip("/")
            if path not in self and unquote(path) in self:
                path = unquote(path)
            found.append(Relation(element.get("Id", ""), kind, base, path))
        return found

    def related(self, name: str, kind: str) -> str | None:
        """Return the first part of a kind that a part refers to."""
        return next((r.target for r in self.relations(name) if r.kind == kind), None)

    def relate(self, name: str, kind: str, base: str, target: str) -> str:
        """Let a part refer to another one; return the relation's id."""
        rels = _relations_of(name)
        if rels not in self:
            root = new_root(f"{{{_RELATIONS}}}Relationships")
            self._parts[canonical_name(rels)] = _Part(rels, new_part(root))
            self.default_type("rels", _RELATIONS_TYPE)
        root = self.tree(rels)
        taken = {element.get("Id") for element in root.iterchildren("*")}
        number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        attributes = {"Id": f"rId{number}", "Type": f"{base}/{kind}", "Target": f"/{target}"}
        etree.SubElement(root, _sibling(root, "Relationship"), attributes)
        self.edited(rels)
        return f"rId{number}"

    def unrelate(self, name: str, target: str) -> None:
        """Let a part no longer refer to another one."""
        rels = _relations_of(name)
        ids = {
            r.id for r in self.relations(name) if canonical_name(r.target) == canonical_name(target)
        }
        root = self.tree(rels)
        for element in [*root.iterchildren("*")]:
            if element.get("Id") in ids:
                root.remove(element)
        if len(root):
            self.edited(rels)
        else:
            del self._parts[canonical_name(rels)]

    def free_name(self, pattern: str) -> str:
        """Return a part's name that is free; `pattern` holds ``{}`` where the number goes."""
        return next(
            name for n in range(1, MOST_PARTS * 2) if (name := pattern.format(n)) not in self
        )

    def to_bytes(self) -> bytes:
        """Return the archive: the same order, the same compression, no times."""
        done = io.BytesIO()
        with zipfile.ZipFile(done, "w") as archive:
            for part in self._parts.values():
                info = zipfile.ZipInfo(part.name, _ZIP_TIME)
                info.compress_type = part.compression
                info.create_system = 3  # else it would tell Windows from the others
                archive.writestr(info, self.read(part.name))
        return done.getvalue()


def _relations_of(name: str) -> str:
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def _sibling(root: etree._Element, name: str) -> str:
    """Return the tag of a child in the root's own namespace."""
    namespace = etree.QName(root).namespace
    return f"{{{namespace}}}{name}" if namespace else name
