"""Whatever is typed is shown as text in every output, and does nothing.

The counts are printed: ``pytest -s``. EVALKIT_HOSTILE says how many cases the long run tries.
"""

from __future__ import annotations

import html
import io
import os
import re
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from lxml import etree
from lxml import html as pages

from evalkit import charts
from evalkit.assessment import Assessment
from evalkit.assessment.wording import Card
from evalkit.export import (
    ReportDocument,
    SummaryTables,
    html_document,
    numbers_workbook,
    pdf_document,
    read_document,
    summary_workbook,
    word_document,
)
from evalkit.findings import Finding, Location, Severity
from evalkit.privacy import Field, Released, load_policy, release
from evalkit.privacy.scan.pdf import pdf_pieces
from evalkit.reports.plan import plan
from evalkit.workspace import AcademicYear, Workspace

from .corpus import varied

CASES = int(os.environ.get("EVALKIT_HOSTILE", "3500"))
LONG = "长" * 99_990 + "<b>=1+1</b>"
BESIDE = 40
"""How many texts stand beside each other in a document."""
_UNSEEN = re.compile(r"[\s\u200b-\u200d\ufe0f\u00ad\u2060\xa0]+")
_UNSHOWN = frozenset(("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"))
_NAMED = re.compile(r"〔U\+[0-9A-F]+〕")


def bare(text: str) -> str:
    """Return what can be compared of a text: no spaces, nothing that is named instead of shown."""
    seen = _NAMED.sub("", text)
    kept = (
        c for c in seen if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")
    )
    return _UNSEEN.sub("", "".join(kept))


def released(texts: Sequence[str]) -> Released:
    frame = pd.DataFrame({"name": [*texts], "n": pd.array([12] * len(texts), dtype="Int64")})
    fields = (Field("name", "姓名"), Field("n", "人数", "人", "count"))
    return release(frame, fields, load_policy())


def document(texts: Sequence[str]) -> ReportDocument:
    """A report in which texts stand wherever people's words do."""
    findings = [Finding("X", Severity.ERROR, Location(t, t), t, t, t, t) for t in texts[:8]]
    fragments = [
        charts.table(released(texts)),
        charts.bullets(texts),
        charts.cards([Card(t, t, t) for t in texts[:8]]),
        charts.findings(findings),
    ]
    cells = [nbformat.v4.new_markdown_cell("## 甲")]
    for each in fragments:
        data = {"text/html": each._repr_html_(), **each._repr_mimebundle_()}
        output = nbformat.v4.new_output("execute_result", data, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("x", outputs=[output], execution_count=1))
    first = texts[0]
    return read_document(
        nbformat.v4.new_notebook(cells=cells),
        title=first,
        header=first,
        footer=[first],
        author=first,
    )


def shape(page: str) -> set[tuple[str, ...]]:
    """Return which elements a page has, with the names of their attributes."""
    parser = pages.HTMLParser(huge_tree=True)
    root = pages.document_fromstring(page, parser=parser)
    return {
        (str(each.tag), *sorted(each.attrib)) for each in root.iter() if isinstance(each.tag, str)
    }


PLAIN = document(["甲"] * BESIDE)
SHAPE = shape(html_document(PLAIN))


def in_html(texts: Sequence[str]) -> None:
    page = html_document(document(texts))
    assert shape(page) <= SHAPE
    root = pages.document_fromstring(page)
    for each in root.iter("a", "img", "link"):
        for name in ("href", "src"):
            value = (each.get(name) or "").strip().lower()
            assert value[:1] in ("", "#") or value.startswith("data:image/"), value[:80]
    shown = bare(root.text_content())
    for text in texts:
        assert bare(text) in shown, text
    assert not re.search("[\x00-\x08\x0b\x0e-\x1f\u202a-\u202e\u2066-\u2069]", page)


def in_fragments(texts: Sequence[str]) -> None:
    allowed = shape(
        "".join(f._repr_html_() for f in (charts.bullets(["甲"]), charts.prose("甲\n\n**乙**")))
        + "<ol><li>甲</li></ol>"
    )
    for text in texts:
        for fragment in (charts.bullets([text]), charts.prose(text)):
            assert shape(fragment._repr_html_()) <= allowed, text
        frame = released([text])
        assert shape(frame._repr_html_()) <= shape(released(["甲"])._repr_html_()), text
        assert html.escape(text) in frame._repr_html_()


def in_word(texts: Sequence[str]) -> None:
    content = word_document(document(texts))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part, etree.XMLParser(resolve_entities=False, huge_tree=True))
            assert b'TargetMode="External"' not in part, name
    assert not any(name.endswith((".bin", ".vbs", ".js")) for name in parts)
    body = etree.fromstring(parts["word/document.xml"], etree.XMLParser(huge_tree=True))
    shown = bare("".join(body.itertext("{*}t")))
    for text in texts:
        assert bare(text) in shown, text


def in_workbook(texts: Sequence[str]) -> None:
    _check_book(numbers_workbook(document(texts)), texts)


def formulas_of(content: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell for page in book for row in page.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.data_type == "f"]


def _check_book(content: bytes, texts: Sequence[str], *, formulas: Sequence[str] = ()) -> None:
    """The texts are there as texts, and the formulas are the program's own."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    kinds = {cell.data_type for cell in cells if cell.value is not None}
    assert kinds <= {"s", "n", "f"}
    assert formulas_of(content) == list(formulas)
    links = [cell.hyperlink.target or "#" for cell in cells if getattr(cell, "hyperlink", None)]
    assert all(link.startswith("#") for link in links)
    shown = bare("\n".join(str(cell.value) for cell in cells if cell.data_type == "s"))
    for text in texts:
        assert bare(text) in shown, text
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower()]


def in_pdf(texts: Sequence[str]) -> None:
    content = pdf_document(document(texts))
    assert not re.search(rb"/(?:JavaScript|JS|Launch|OpenAction|URI|SubmitForm)\b", content)
    shown = bare("".join(t for _, t in pdf_pieces(content) if isinstance(t, str)))
    words = [text for text in texts if re.fullmatch(r"[ -~]{3,60}", text)]
    for text in words:
        assert bare(text) in shown or "\\" in text or "(" in text, text


def in_summary(texts: Sequence[str], assessment: Assessment) -> None:
    school = assessment.school
    tables = SummaryTables(
        details=school.score_details(),
        totals=school.judge_totals(),
        ranking=school.ranking(),
        results=school.exact_results(),
        lists={"甲": released(texts)},
    )
    content = summary_workbook(tables, assessment.rubric, title=texts[0], notes=[*texts])
    harmless = replace(tables, lists={"甲": released(["甲"] * len(texts))})
    own = formulas_of(summary_workbook(harmless, assessment.rubric, title="甲", notes=["甲"]))
    assert len(own) > 100
    _check_book(content, texts, formulas=own)


RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


def in_file_names(texts: Sequence[str], space: Workspace) -> None:
    colleges = [
        space.colleges[0].model_copy(update={"code": f"C{number:03d}", "name": text})
        for number, text in enumerate(texts)
    ]
    jobs = plan(space, AcademicYear(2024), colleges)
    names = [file for job in jobs for file in job.files]
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(names)
    for name in names:
        assert Path(name).name == name
        assert not re.search('[\\\\/:*?"<>|\x00-\x1f\x7f-\x9f]', name), ascii(name)
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name), (
            ascii(name)
        )
        assert not RESERVED.fullmatch(name)
        assert name == name.strip(" .")
        assert len(name.encode("utf-8")) <= 240


def batches(texts: Sequence[str]) -> list[list[str]]:
    return [[*texts[i : i + BESIDE]] for i in range(0, len(texts), BESIDE)]


Way = Callable[[Sequence[str], Assessment], None]
WAYS: dict[str, Way] = {
    "fragments": lambda texts, _: in_fragments(texts),
    "html": lambda texts, _: in_html(texts),
    "word": lambda texts, _: in_word(texts),
    "workbook": lambda texts, _: in_workbook(texts),
    "pdf": lambda texts, _: in_pdf(texts),
    "summary": in_summary,
    "file names": lambda texts, assessment: in_file_names(texts, assessment.workspace),
}
count: Counter[str] = Counter()


def try_many(name: str, number: int, assessment: Assessment) -> None:
    """Try so many texts in an output, and count them."""
    for some in batches(varied(number)):
        WAYS[name](some, assessment)
        count[name] += len(some)


@pytest.mark.parametrize("name", list(WAYS))
def test_some(name: str, assessment: Assessment) -> None:
    try_many(name, 160, assessment)


def test_as_long_as_a_book(assessment: Assessment) -> None:
    """100,000 characters; a cell of a workbook holds 32,767 of them, and says so by its end."""
    for way in (in_html, in_word):
        way([LONG])
    content = numbers_workbook(document([LONG]))
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [str(cell.value) for page in book for row in page.iter_rows() for cell in row]
    assert max(map(len, cells)) <= 32_767
    in_file_names([LONG], assessment.workspace)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(WAYS))
def test_many(name: str, assessment: Assessment, capsys: pytest.CaptureFixture[str]) -> None:
    count.clear()
    try_many(name, -(-CASES // len(WAYS)), assessment)
    with capsys.disabled():
        sys.stdout.write(f"\nhostile inputs in {name}: {count[name]} tried, 0 harmful\n")
