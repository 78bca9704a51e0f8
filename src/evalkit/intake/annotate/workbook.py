"""The workbook part: its tabs, and what counts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from evalkit.intake.annotate.package import Package, UnsafePackageError

__all__ = ["MAIN", "STRICT", "Tab", "WorkbookPart", "insert_in_order"]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"

_LINKS = {
    MAIN: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    STRICT: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BEFORE_NAMES = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet of the workbook; ``cells`` is false for a chart sheet and the like."""

    title: str
    part: str
    cells: bool
    hidden: bool


def insert_in_order(root: etree._Element, element: etree._Element, before: Iterable[str]) -> None:
    """Insert a child behind the last of those that the schema puts before it."""
    namespace = etree.QName(root).namespace
    tags = {f"{{{namespace}}}{name}" for name in before}
    place = max((n for n, child in enumerate(root, 1) if child.tag in tags), default=0)
    root.insert(place, element)


class WorkbookPart:
    """The tabs of a workbook, found by its relations.

    Raises
    ------
    UnsafePackageError
        If the package holds no workbook in XML.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        main = package.related("", "officeDocument")
        if main is None:
            raise UnsafePackageError("no workbook")
        self.part = main
        self.root = package.tree(main)
        self.namespace = str(etree.QName(self.root).namespace)
        if self.namespace not in _LINKS or etree.QName(self.root).localname != "workbook":
            raise UnsafePackageError("no workbook in XML")
        self.links = _LINKS[self.namespace]
        sheets = self.root.find(self.tag("sheets"))
        if sheets is None:
            raise UnsafePackageError("no sheets")
        self._sheets = sheets

    def tag(self, name: str) -> str:
        """Return a tag in the workbook's namespace."""
        return f"{{{self.namespace}}}{name}"

    @property
    def tabs(self) -> list[Tab]:
        """The tabs in their order."""
        relations = {relation.id: relation for relation in self.package.relations(self.part)}
        found = []
        for sheet in self._sheets.iterchildren(self.tag("sheet")):
            relation = relations.get(sheet.get(f"{{{self.links}}}id", ""))
            if relation is None or relation.target not in self.package:
                raise UnsafePackageError("a sheet is missing")
            hidden = sheet.get("state", "visible") != "visible"
            title = sheet.get("name", "")
            found.append(Tab(title, relation.target, relation.kind == "worksheet", hidden))
        return found

    def add_first(self, title: str, content: bytes, names: Iterable[tuple[str, str]]) -> str:
        """Add a sheet before all others, show it, and define names that belong to it."""
        package = self.package
        folder = self.part.rpartition("/")[0]
        part = package.free_name(f"{folder}/worksheets/sheet{{}}.xml".lstrip("/"))
        package.add(part, content, _SHEET_TYPE)
        link = package.relate(self.part, "worksheet", self.links, part)
        ids = [int(s.get("sheetId", "0")) for s in self._sheets.iterchildren(self.tag("sheet"))]
        sheet = etree.Element(self.tag("sheet"), nsmap={"r": self.links})
        sheet.set("name", title)
        sheet.set("sheetId", str(max(ids, default=0) + 1))
        sheet.set(f"{{{self.links}}}id", link)
        self._sheets.insert(0, sheet)
        self._shift_names(0, 1)
        self._define(names)
        self._show_first()
        package.edited(self.part)
        return part

    def remove(self, place: int) -> None:
        """Take out the sheet at a place (from zero) with its part and its names."""
        tab = self.tabs[place]
        sheet = [*self._sheets.iterchildren(self.tag("sheet"))][place]
        self._sheets.remove(sheet)
        self.package.unrelate(self.part, tab.part)
        self.package.remove(tab.part)
        names = self.root.find(self.tag("definedNames"))
        if names is not None:
            for name in [*names.iterchildren(self.tag("definedName"))]:
                if name.get("localSheetId") == str(place):
                    names.remove(name)
            if len(names) == 0:
                self.root.remove(names)
        self._shift_names(place + 1, -1)
        self.package.edited(self.part)

    def _shift_names(self, first: int, step: int) -> None:
        for name in self.root.iter(self.tag("definedName")):
            place = name.get("localSheetId")
            if place is not None and int(place) >= first:
                name.set("localSheetId", str(int(place) + step))

    def _define(self, names: Iterable[tuple[str, str]]) -> None:
        holder = self.root.find(self.tag("definedNames"))
        if holder is None:
            holder = etree.Element(self.tag("definedNames"))
            insert_in_order(self.root, holder, _BEFORE_NAMES)
        for name, text in names:
            element = etree.SubElement(holder, self.tag("definedName"), {"name": name})
            element.set("localSheetId", "0")
            if name == "_xlnm._FilterDatabase":
                element.set("hidden", "1")
            element.text = text

    def _show_first(self) -> None:
        """Open the workbook at its first sheet, and at that one alone.

        Two sheets that are both selected would be typed into together.
        """
        for view in self.root.iter(self.tag("workbookView")):
            for name in ("activeTab", "firstSheet"):
                if view.get(name, "0") != "0":
                    view.set(name, "0")
        for tab in self.tabs[1:]:
            self._unselect(tab.part)

    def _unselect(self, part: str) -> None:
        # A sheet is parsed only if it may be selected: most are not, and some are large.
        if b"tabSelected" not in self.package.read(part):
            return
        root = self.package.tree(part)
        views = (v for holder in root.iterchildren("{*}sheetViews") for v in holder)
        for view in views:
            if view.get("tabSelected") in ("1", "true", "on"):
                del view.attrib["tabSelected"]
                self.package.edited(part)
