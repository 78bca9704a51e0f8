"""The comments of one sheet: ours put in beside the college's, and taken out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from evalkit.intake.annotate import vml
from evalkit.intake.annotate.boxes import box_for, enlarged
from evalkit.intake.annotate.cells import Address, SheetPart, place_of
from evalkit.intake.annotate.package import UnsafePackageError, new_part, new_root
from evalkit.intake.annotate.wording import MARK
from evalkit.intake.annotate.workbook import WorkbookPart

__all__ = ["Comments", "Note"]

AUTHOR = "evalkit"

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_GAP = "\n\n"
"""Between the college's comment and ours."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be told at a cell: the address in A1 form, heading and body."""

    cell: str
    place: Address
    heading: str
    body: str


class Comments:
    """The comments of one worksheet.

    Parameters
    ----------
    workbook : WorkbookPart
        The workbook.
    sheet : SheetPart
        The sheet.
    block : int
        From one; boxes of different sheets are numbered in different blocks.
    """

    def __init__(self, workbook: WorkbookPart, sheet: SheetPart, block: int) -> None:
        self._workbook, self._sheet, self._block = workbook, sheet, block
        self._package = sheet.package
        self._part = self._package.related(sheet.part, "comments")

    # -- reading

    def _root(self) -> etree._Element | None:
        return self._package.tree(self._part) if self._part else None

    def _all(self) -> dict[Address, etree._Element]:
        root = self._root()
        found = {}
        for comment in [] if root is None else root.iter("{*}comment"):
            place = place_of(comment.get("ref") or "")
            if place is not None:
                found[place] = comment
        return found

    def _drawing(self) -> str | None:
        """Return the part with the boxes."""
        element = self._sheet.root.find(f"{{{self._sheet.namespace}}}legacyDrawing")
        if element is None:
            return None
        link = element.get(f"{{{self._workbook.links}}}id")
        relations = self._package.relations(self._sheet.part)
        return next(
            (r.target for r in relations if r.id == link and r.target in self._package), None
        )

    # -- writing

    def add(self, notes: Sequence[Note]) -> dict[Address, str]:
        """Add our comments.

        Returns
        -------
        dict
            Where boxes of the college's stood that had to be made larger.
        """
        if not notes:
            return {}
        root = self._open()
        there = self._all()
        author = self._author(root)
        holder = root.find(_like(root, "commentList"))
        if holder is None:
            raise UnsafePackageError("comments without a list")
        drawing = self._open_drawing()
        shapes = self._package.read(drawing)
        boxes, moved = [], {}
        for note in notes:
            if note.place in there:
                text = _text_of(there[note.place])
                _append_runs(_body_of(there[note.place]), f"{_GAP}{note.heading}", note.body)
                before = vml.box_anchor(shapes, note.place)
                whole = f"{text}{_GAP}{note.heading}\n{note.body}"
                after = enlarged(self._sheet, before, whole) if before else None
                if before and after:
                    moved[note.place] = before
                    shapes = vml.move_box(shapes, note.place, after)
            else:
                self._new_comment(holder, note, author)
                whole = f"{note.heading}\n{note.body}"
                boxes.append((note.place, *box_for(self._sheet, note.place, whole)))
        self._package.replace(drawing, vml.add_boxes(shapes, boxes) if boxes else shapes)
        if self._part:
            self._package.edited(self._part)
        return moved

    def _open(self) -> etree._Element:
        root = self._root()
        if root is None:
            namespace = self._workbook.namespace
            root = new_root(f"{{{namespace}}}comments")
            etree.SubElement(root, f"{{{namespace}}}authors")
            etree.SubElement(root, f"{{{namespace}}}commentList")
            folder = self._workbook.part.rpartition("/")[0]
            part = self._package.free_name(f"{folder}/comments{{}}.xml".lstrip("/"))
            self._package.add(part, new_part(root), _TYPE)
            self._package.relate(self._sheet.part, "comments", self._workbook.links, part)
            self._part = part
            root = self._package.tree(part)
        return root

    def _open_drawing(self) -> str:
        part = self._drawing()
        if part is None:
            folder = self._workbook.part.rpartition("/")[0]
            part = self._package.free_name(f"{folder}/drawings/vmlDrawing{{}}.vml".lstrip("/"))
            self._package.add(part, vml.new_drawing(self._block), vml.VML_TYPE)
            links = self._workbook.links
            link = self._package.relate(self._sheet.part, "vmlDrawing", links, part)
            self._sheet.remove_drawing()
            self._sheet.set_drawing(link, links)
        return part

    def _author(self, root: etree._Element) -> str:
        """Return the number of our author."""
        authors = root.find(_like(root, "authors"))
        if authors is None:
            raise UnsafePackageError("comments without authors")
        names = [author.text for author in authors.iterchildren("*")]
        if AUTHOR not in names:
            etree.SubElement(authors, _like(authors, "author")).text = AUTHOR
            names.append(AUTHOR)
        return str(names.index(AUTHOR))

    def _new_comment(self, holder: etree._Element, note: Note, author: str) -> None:
        attributes = {"ref": note.cell, "authorId": author, "shapeId": "0"}
        comment = etree.SubElement(holder, _like(holder, "comment"), attributes)
        text = etree.SubElement(comment, _like(holder, "text"))
        _append_runs(text, note.heading, note.body)

    # -- taking out

    def remove_ours(self, boxes: Mapping[Address, str]) -> bool:
        """Take out every comment of ours, and what stands for it; say whether there was any.

        Parameters
        ----------
        boxes : mapping
            Where boxes of the college's stood before they were made larger.
        """
        removed: set[Address] = set()
        cut: set[Address] = set()
        for place, comment in self._all().items():
            text = _text_of(comment)
            at = text.find(MARK)
            if at < 0:
                continue
            parent = comment.getparent()
            if text[:at].strip() == "" and parent is not None:
                parent.remove(comment)
                removed.add(place)
            else:
                _cut(_body_of(comment), len(text[:at].removesuffix(_GAP)))
                cut.add(place)
        if not removed and not cut:
            return False
        self._clean_drawing(removed, {place: boxes[place] for place in cut if place in boxes})
        self._clean_part()
        return True

    def _clean_drawing(self, removed: set[Address], moved: Mapping[Address, str]) -> None:
        part = self._drawing()
        if part is None:
            return
        shapes = vml.remove_boxes(self._package.read(part), removed)
        for place, anchor in moved.items():
            shapes = vml.move_box(shapes, place, anchor)
        if vml.has_boxes(shapes):
            self._package.replace(part, shapes)
        else:
            self._sheet.remove_drawing()
            self._package.unrelate(self._sheet.part, part)
            self._package.remove(part)

    def _clean_part(self) -> None:
        root = self._root()
        if root is None or self._part is None:
            return
        comments = [*root.iter("{*}comment")]
        if not comments:
            self._package.unrelate(self._sheet.part, self._part)
            self._package.remove(self._part)
            self._part = None
            return
        authors = [*root.iter("{*}author")]
        last = authors[-1] if authors else None
        used = {comment.get("authorId") for comment in comments}
        if last is not None and last.text == AUTHOR and str(len(authors) - 1) not in used:
            parent = last.getparent()
            if parent is not None:
                parent.remove(last)
        self._package.edited(self._part)


def _like(element: etree._Element, name: str) -> str:
    return f"{{{etree.QName(element).namespace}}}{name}"


def _body_of(comment: etree._Element) -> etree._Element:
    found = comment.find(_like(comment, "text"))
    return etree.SubElement(comment, _like(comment, "text")) if found is None else found


def _pieces(body: etree._Element) -> list[etree._Element]:
    """Return the pieces of a text: a plain one, or one a run."""
    plain = [*body.iterchildren(_like(body, "t"))]
    runs = body.iterchildren(_like(body, "r"))
    return plain + [piece for run in runs for piece in run.iterchildren(_like(body, "t"))]


def _text_of(comment: etree._Element) -> str:
    return "".join(piece.text or "" for piece in _pieces(_body_of(comment)))


def _append_runs(body: etree._Element, heading: str, text: str) -> None:
    """Append our text: the heading bold, the rest plain."""
    place = 0
    for number, child in enumerate([*body], 1):
        if child.tag == _like(body, "t"):  # plain text and runs do not go together
            run = etree.Element(_like(body, "r"))
            body.replace(child, run)
            run.append(child)
        if child.tag in (_like(body, "t"), _like(body, "r")):
            place = number
    for offset, (piece, bold) in enumerate(((heading, True), (f"\n{text}", False))):
        run = etree.Element(_like(body, "r"))
        look = etree.SubElement(run, _like(body, "rPr"))
        if bold:
            etree.SubElement(look, _like(body, "b"))
        for name, key, value in (
            ("sz", "val", "9"),
            ("color", "rgb", "FF1F5C7A" if bold else "FF1F2A37"),
            ("rFont", "val", "微软雅黑"),
            ("family", "val", "2"),
            ("charset", "val", "134"),
        ):
            etree.SubElement(look, _like(body, name), {key: value})
        written = etree.SubElement(run, _like(body, "t"))
        written.text = piece
        written.set(_SPACE, "preserve")
        body.insert(place + offset, run)


def _cut(body: etree._Element, length: int) -> None:
    """Keep so many characters of a text."""
    left = length
    for piece in _pieces(body):
        text = piece.text or ""
        piece.text = text[:left]
        run = piece.getparent()
        if not piece.text and text and run is not None and run is not body:
            body.remove(run)
        left = max(0, left - len(text))
    runs = [*body.iterchildren("*")]
    if len(runs) == 1 and [child.tag for child in runs[0]] == [_like(body, "t")]:
        body.replace(runs[0], runs[0][0])  # as it was before ours came to it
