"""The deck for PowerPoint, opened by LibreOffice: every slide, its words inside the page."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pptx import Presentation

from evalkit.assessment import Assessment
from evalkit.export.documents import Documents

from .printed_pages import Page, pages_of

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(
        shutil.which("loimpress") is None or shutil.which("pdftotext") is None,
        reason="没有安装 LibreOffice Impress 或 poppler",
    ),
]


@pytest.fixture(scope="module")
def decks(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("impress")
    Documents(assessment).write(place, ["大屏"])
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{place}/profile", "--convert-to",
         "pdf", "--outdir", str(place), *map(str, sorted((place / "大屏").glob("*.pptx")))],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return place


def _text(page: Page) -> str:
    return "".join("".join(page.lines).split())


@pytest.mark.parametrize("name", ["大屏_会前", "大屏_揭晓"])
def test_every_slide_opens_with_its_title(decks: Path, name: str) -> None:
    slides = list(Presentation(str(decks / "大屏" / f"{name}.pptx")).slides)
    pages = pages_of(decks / f"{name}.pdf", 0, 0)
    assert len(pages) == len(slides) >= 12
    for slide, page in zip(slides, pages, strict=True):
        assert "".join(slide.shapes.title.text_frame.text.split()) in _text(page)
        for word in page.words:
            assert word.left > -1, word
            assert word.right < page.width + 1, word
            assert word.top > -1, word
            assert word.bottom < page.height + 1, word


def test_a_college_has_its_charts_to_edit(decks: Path, assessment: Assessment) -> None:
    file = Presentation(str(decks / "大屏" / "大屏_会前.pptx"))
    names = set(assessment.names.values())
    seen = 0
    for slide in file.slides:
        title = slide.shapes.title.text_frame.text
        if not any(name in title for name in names):
            continue
        charts = [shape.chart for shape in slide.shapes if shape.has_chart]
        assert len(charts) == 3
        assert all(chart.part.chart_workbook.xlsx_part is not None for chart in charts)
        assert sum(shape.has_table for shape in slide.shapes) >= 2
        assert not [shape for shape in slide.shapes if shape.shape_type == 13]  # a picture
        seen += 1
    assert seen == 8


def test_no_score_before_its_time(decks: Path, assessment: Assessment) -> None:
    """What LibreOffice shows of the first deck holds no score, band or rank; the second does."""
    assert assessment.panel is not None
    before, after = (
        "".join(_text(page) for page in pages_of(decks / f"{name}.pdf", 0, 0))
        for name in ("大屏_会前", "大屏_揭晓")
    )
    for result in assessment.panel:
        assert str(result.score) in after
        assert str(result.score) not in before
    assert "评审汇总" in after
    assert "评审汇总" not in before
