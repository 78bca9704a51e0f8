"""The first tab, 问题清单: every finding with a link to its cell, and room for an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from evalkit.findings import Finding, Severity
from evalkit.intake.annotate.looks import Looks
from evalkit.intake.annotate.marks import Entry, address_of
from evalkit.intake.annotate.package import new_part, new_root
from evalkit.intake.annotate.wording import breadth, safe_text, sentence
from evalkit.intake.annotate.workbook import WorkbookPart

__all__ = [
    "ANSWER",
    "HEADERS",
    "LIST_TAB",
    "MARKER",
    "Head",
    "key_of",
    "list_part",
    "list_title",
    "names_of",
]

LIST_TAB = "问题清单"
MARKER = "evalkit-findings-1"
"""Stands in the hidden column of the first row: by it the list is known again as ours."""

ANSWER = "处理情况"
HEADERS = (
    "序号",
    "等级",
    "工作表",
    "单元格",
    "问题",
    "填写的内容",
    "允许的填法",
    "处理办法",
    ANSWER,
)

_WIDTHS = (6, 8, 17, 11, 36, 20, 32, 36, 24)
_HIDDEN = len(HEADERS) + 1
_HEADER_ROW = 4
_LINE, _HIGHEST = 16.5, 400
_MOST_LINKS = 60_000
"""Excel gives up at 65,530 links in a sheet."""

_LEGEND = {
    Severity.ERROR: ("A", "D", "不改正就不能采用"),
    Severity.WARNING: ("E", "F", "已经采用，请核对是否属实"),
    Severity.INFO: ("G", "H", "已经按规则处理，供您知晓"),
}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the list: for whom, about which file, and a remark."""

    heading: str
    file: str
    remark: str = ""

    def title(self) -> str:
        """Return the heading of the sheet."""
        return "　".join(part for part in (self.heading, LIST_TAB) if part)

    def greeting(self, findings: Sequence[Finding]) -> str:
        """Return what the college is told first."""
        if not findings:
            text = f"您好！“{self.file}”已经核对完毕，没有发现需要改正的地方。谢谢您的认真填写！"
        else:
            text = (
                f"您好！“{self.file}”已经核对完毕，有 {len(findings)} 处请您看一看。"
                "有问题的单元格已经涂色并加了批注，点击“单元格”一栏可以直接跳转。"
                f"请直接在本文件中改正，在“{ANSWER}”一栏写明结果，再把本文件发回。谢谢！"
            )
        return f"{text}\n{self.remark}" if self.remark else text


def list_title(taken: Sequence[str]) -> str:
    """Return a title for the list that no other tab has."""
    used = {title.lower() for title in taken}
    titles = (LIST_TAB, f"{LIST_TAB}（反馈）", *(f"{LIST_TAB}（反馈 {n}）" for n in range(2, 99)))
    return next(title for title in titles if title.lower() not in used)


def key_of(finding: Finding) -> list[str]:
    """Return by what a finding is known again when the file comes back."""
    place = finding.location
    return [finding.code, place.sheet or "", place.cell or "", finding.what]


def names_of(title: str, n_entries: int) -> list[tuple[str, str]]:
    """Return the names that repeat the header in print and keep the filter."""
    if not n_entries:
        return []
    last = _HEADER_ROW + n_entries
    return [
        ("_xlnm._FilterDatabase", f"'{title}'!$A${_HEADER_ROW}:$J${last}"),
        ("_xlnm.Print_Titles", f"'{title}'!${_HEADER_ROW}:${_HEADER_ROW}"),
    ]


def list_part(
    workbook: WorkbookPart,
    looks: Looks,
    head: Head,
    entries: Sequence[Entry],
    memory: Sequence[str],
    answers: Mapping[int, str],
) -> bytes:
    """Write the sheet.

    Parameters
    ----------
    workbook : WorkbookPart
        The workbook that it belongs to.
    looks : Looks
        Cell formats.
    head : Head
        What stands above.
    entries : sequence of Entry
        The findings in their order.
    memory : sequence of str
        One text for each entry, put into the hidden column.
    answers : mapping
        Place of an entry → what the college had answered to it.
    """
    page = _Page(workbook, looks, entries)
    page.top(head)
    for number, (entry, kept) in enumerate(zip(entries, memory, strict=True)):
        page.entry(number, entry, kept, answers.get(number, ""))
    return page.content()


class _Page:
    def __init__(self, workbook: WorkbookPart, looks: Looks, entries: Sequence[Entry]) -> None:
        self._tag = workbook.tag
        self._looks, self._entries = looks, entries
        self._root = new_root(self._tag("worksheet"))
        self._data = etree.Element(self._tag("sheetData"))
        self._merged: list[str] = []
        self._links: list[tuple[str, str, str]] = []

    def _add(self, parent: etree._Element, name: str, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, self._tag(name), attributes)

    def _row(self, number: int, height: float) -> etree._Element:
        fixed = {"r": str(number), "ht": f"{min(height, _HIGHEST):g}", "customHeight": "1"}
        return self._add(self._data, "row", **fixed)

    def _cell(self, row: etree._Element, column: int, look: int, value: str | int = "") -> None:
        cell = self._add(row, "c", r=address_of((int(row.get("r") or 0), column)), s=str(look))
        if isinstance(value, int):
            self._add(cell, "v").text = str(value)
        elif value:
            cell.set("t", "inlineStr")
            text = self._add(self._add(cell, "is"), "t")
            text.text = safe_text(value)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def top(self, head: Head) -> None:
        findings = [entry.finding for entry in self._entries]
        first = self._row(1, 30)
        self._cell(first, 1, self._looks.title, head.title())
        self._cell(first, _HIDDEN, self._looks.hidden, MARKER)
        greeting = head.greeting(findings)
        lines = sum(-(-breadth(line) // (sum(_WIDTHS) - 6)) for line in greeting.split("\n"))
        told = self._row(2, _LINE * lines + (8 if findings else 20))
        self._cell(told, 1, self._looks.text if findings else self._looks.praise, greeting)
        self._merged += ["A1:I1", "A2:I2"]
        if not findings:
            return
        counts = Counter(finding.severity for finding in findings)
        legend = self._row(3, 24)
        for severity, (left, right, meaning) in _LEGEND.items():
            look = self._looks.legend[severity]
            text = f"{severity.chinese} {counts[severity]} 处：{meaning}"
            for column in range(ord(left) - 64, ord(right) - 63):
                self._cell(legend, column, look, text if column == ord(left) - 64 else "")
            if left != right:
                self._merged.append(f"{left}3:{right}3")
        header = self._row(_HEADER_ROW, 26)
        for column, text in enumerate(HEADERS, 1):
            self._cell(header, column, self._looks.head, text)

    def entry(self, number: int, entry: Entry, memory: str, answer: str) -> None:
        finding, looks = entry.finding, self._looks
        sheet, cell = _where(entry)
        what, rule, mend = (sentence(t) for t in (finding.what, finding.rule, finding.mend))
        texts = (sheet, cell, what, finding.value, rule, mend, answer)
        lines = max(
            sum(max(1, -(-breadth(line) // (width - 1))) for line in text.split("\n"))
            for text, width in zip(texts, _WIDTHS[2:], strict=True)
        )
        place = _HEADER_ROW + 1 + number
        row = self._row(place, max(24, _LINE * lines + 6))
        self._cell(row, 1, looks.centred, number + 1)
        self._cell(row, 2, looks.severity[finding.severity], finding.severity.chinese)
        self._cell(row, 3, looks.cell, sheet)
        linked = entry.tab is not None and entry.link is not None and number < _MOST_LINKS
        self._cell(row, 4, looks.link if linked else looks.centred, cell)
        if linked and entry.tab is not None and entry.link is not None:
            title = entry.tab.title.replace("'", "''")
            self._links.append((f"D{place}", f"'{title}'!{address_of(entry.link)}", cell))
        self._cell(row, 5, looks.cell, what)
        self._cell(row, 6, looks.found, finding.value)
        self._cell(row, 7, looks.cell, rule)
        self._cell(row, 8, looks.cell, mend)
        self._cell(row, 9, looks.found, answer)
        self._cell(row, _HIDDEN, looks.hidden, memory)

    def content(self) -> bytes:
        root, last = self._root, _HEADER_ROW + len(self._entries)
        properties = self._add(root, "sheetPr")
        self._add(properties, "tabColor", rgb="FFC8553D" if self._entries else "FF4C8C6B")
        self._add(properties, "pageSetUpPr", fitToPage="1")
        self._add(root, "dimension", ref=f"A1:J{last if self._entries else 2}")
        views = self._add(root, "sheetViews")
        view = self._add(views, "sheetView", showGridLines="0", tabSelected="1", workbookViewId="0")
        if self._entries:
            top = f"A{_HEADER_ROW + 1}"
            still = {"ySplit": str(_HEADER_ROW), "topLeftCell": top, "activePane": "bottomLeft"}
            self._add(view, "pane", **still, state="frozen")
            self._add(view, "selection", pane="bottomLeft", activeCell=top, sqref=top)
        self._add(root, "sheetFormatPr", defaultRowHeight="16.5")
        columns = self._add(root, "cols")
        for number, width in enumerate(_WIDTHS, 1):
            place = str(number)
            self._add(columns, "col", min=place, max=place, width=str(width), customWidth="1")
        place = str(_HIDDEN)
        self._add(columns, "col", min=place, max=place, width="9", hidden="1", customWidth="1")
        root.append(self._data)
        if self._entries:
            self._add(root, "autoFilter", ref=f"A{_HEADER_ROW}:J{last}")
        merged = self._add(root, "mergeCells", count=str(len(self._merged)))
        for ref in self._merged:
            self._add(merged, "mergeCell", ref=ref)
        if self._links:
            links = self._add(root, "hyperlinks")
            for ref, location, shown in self._links:
                self._add(links, "hyperlink", ref=ref, location=location, display=shown)
        self._print_setup(root)
        return new_part(root)

    def _print_setup(self, root: etree._Element) -> None:
        self._add(root, "printOptions", horizontalCentered="1")
        inches = {"left": "0.4", "right": "0.4", "top": "0.5", "bottom": "0.6"}
        self._add(root, "pageMargins", **inches, header="0.3", footer="0.3")
        setup = {"paperSize": "9", "orientation": "landscape", "fitToWidth": "1"}
        self._add(root, "pageSetup", **setup, fitToHeight="0")
        footer = self._add(self._add(root, "headerFooter"), "oddFooter")
        footer.text = "&C第 &P 页，共 &N 页"


def _where(entry: Entry) -> tuple[str, str]:
    """Return what stands in the columns of sheet and cell."""
    place = entry.finding.location
    if place.sheet is None:
        return "（整个文件）", place.cell or "—"
    hidden = "（已隐藏）" if entry.tab is not None and entry.tab.hidden else ""
    return f"{place.sheet}{hidden}", place.cell or "整张表"
