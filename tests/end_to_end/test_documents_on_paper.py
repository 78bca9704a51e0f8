"""The Word documents as LibreOffice lays them out: 22 lines of 28 characters, a page a college."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from evalkit.assessment import Assessment
from evalkit.export.documents import Documents
from evalkit.export.documents.layout import STYLES, blank_document

pytestmark = [
    pytest.mark.slow,
    pytest.mark.libreoffice,
    pytest.mark.skipif(
        shutil.which("soffice") is None or shutil.which("pdftotext") is None,
        reason="没有安装 LibreOffice 或 poppler",
    ),
]
HEADING = re.compile(
    r"^[一二三四五六七八九十]+、|^（[一二三四五六七八九十]）\S{1,12}（\d+[个名]）$"
)


@pytest.fixture(scope="module")
def printed(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("printed")
    only = ["评审会议程", "评委评分表", "站长登记表", "反馈意见书", "获奖名单公示", "考核结果通报"]
    Documents(assessment, red_head=True).write(place, only)
    grid = blank_document("official")
    for _ in range(6):
        grid.add_paragraph("心" * 28 * 11, style=STYLES["to"][0])
    grid.save(str(place / "grid.docx"))
    files = sorted(place.glob("*.docx"))
    files += [place / "评委评分表" / "评委评分表_J01.docx"]
    files += sorted((place / "站长登记表").iterdir()) + sorted(place.glob("反馈意见书/*.docx"))
    profile = place / "profile"
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", "pdf",
         "--outdir", str(place), *map(str, files)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return place


def pages(path: Path) -> list[list[str]]:
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    found = [[line.strip() for line in page.splitlines()] for page in text.split("\f")[:-1]]
    return [[line for line in page if line] for page in found]


def test_a_page_has_22_lines_of_28_characters(printed: Path) -> None:
    found = pages(printed / "grid.pdf")
    full = ["心" * 28] * 22
    assert [[line for line in page if "心" in line] for page in found] == [full, full, full]
    assert [page[-1].replace(" ", "") for page in found] == ["—1—", "—2—", "—3—"]


def test_score_forms_take_a_page_a_college(printed: Path) -> None:
    found = pages(printed / "评委评分表_J01.pdf")
    assert len(found) == 8
    for number, page in enumerate(found, 1):
        text = "".join(page)
        assert f"第 {number} 个" in text
        assert "评委签名" in text


def test_registration_forms_take_a_page(printed: Path) -> None:
    for path in printed.glob("站长登记表_*.pdf"):
        assert len(pages(path)) == 1


def test_no_heading_stands_alone_at_the_foot_of_a_page(printed: Path) -> None:
    looked = 0
    for path in sorted(printed.glob("*.pdf")):
        for page in pages(path)[:-1]:
            body = [line for line in page if not re.fullmatch(r"— ?\d+ ?—", line)]
            assert not HEADING.search(body[-1].replace(" ", "")), (path.name, body[-1])
            looked += 1
    assert looked > 20


def test_no_page_holds_only_a_signature(printed: Path) -> None:
    for path in sorted(printed.glob("*.pdf")):
        for page in pages(path):
            assert len(page) > 5, (path.name, page)


def test_tables_that_go_on_have_their_head_again(printed: Path) -> None:
    again = 0
    for path in sorted(printed.glob("反馈意见书_*.pdf")):
        texts = ["".join("".join(page).split()) for page in pages(path)]
        first = next(n for n, text in enumerate(texts) if "整改清单" in text and "共" in text)
        for text in texts[first:]:
            assert "整改措施与佐证" in text or "没有需要整改" in text
            again += 1
    assert again > 8
