"""What an audience may not see is in none of its files, in no form."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import openpyxl
import pytest

from evalkit.audiences import load_policy
from evalkit.reports.manifest import Manifest
from evalkit.reports.plan import folder_of
from evalkit.reports.runner import Packet, make_packet
from evalkit.reports.survey import Wanted
from evalkit.workspace import Workspace

YEAR = "2024-2025"
COLLEGE = "C03"
STEM = "学院报告_C03_生物制药学院"
FORMATS = ("html", "ipynb", "docx", "xlsx", "pdf")
STEPS = {
    "n_l1": 4,
    "n_l2": -3,
    "n_l3": 5,
    "n_l1_interviewed": 2,
    "n_ref_centre": 3,
    "n_ref_hospital": 1,
}
"""Column → by how much each row of it is changed."""


@pytest.fixture
def own(sample: Path, tmp_path: Path) -> Path:
    root = tmp_path / "own"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports"))
    return root


def made(root: Path, audience: str, *only: str, formats: tuple[str, ...] = FORMATS) -> Packet:
    space = Workspace.find(root)
    wanted = Wanted(only, formats=formats, audience=audience)
    return make_packet(space, space.year(YEAR), wanted)


def with_other_risks(root: Path) -> int:
    """Change what the college's ledger says of students at risk; return how many cells."""
    path = next(root.rglob(f"台账_{YEAR}_{COLLEGE}.xlsx"))
    book, changed = openpyxl.load_workbook(path), 0
    for page in book.worksheets:
        heads = [
            cell for row in page.iter_rows(max_row=8) for cell in row if str(cell.value) in STEPS
        ]
        for head in heads:
            for row in range(head.row + 1, page.max_row + 1):
                cell, step = page.cell(row, head.column), STEPS[str(head.value)]
                if isinstance(cell.value, int) and cell.value + step >= 0:
                    cell.value, changed = cell.value + step, changed + 1
        if page.title.startswith(("S16", "S17")):
            page.delete_rows(page.max_row)
            changed += 1
    book.save(path)
    return changed


def content(path: Path, data: str) -> dict[str, bytes]:
    """Return what is in a file, part by part, without what stands for the data it was made from."""
    raw = path.read_bytes()
    if path.suffix == ".pdf":
        command = ["pdftotext", "-layout", str(path), "-"]
        raw = subprocess.run(command, check=True, capture_output=True).stdout
    parts = {"": raw}
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    return {name: part.replace(data.encode(), b"") for name, part in parts.items()}


def files(root: Path, audience: str) -> Iterator[tuple[str, dict[str, bytes]]]:
    space = Workspace.find(root)
    folder = folder_of(space, space.year(YEAR), load_policy(audience))
    data = Manifest.read(folder).entries[STEM].fingerprint["data"]
    for kind in FORMATS:
        path = folder / f"{STEM}.{kind}"
        if kind != "pdf" or shutil.which("pdftotext"):
            yield kind, content(path, data)


@pytest.mark.slow
def test_the_publics_files_are_the_same_whatever_is_said_of_students_at_risk(
    own: Path, sample: Path
) -> None:
    for audience in ("public", "internal"):
        assert made(own, audience, COLLEGE).complete
    before = {audience: dict(files(own, audience)) for audience in ("public", "internal")}
    assert with_other_risks(own) > 20
    for audience in ("public", "internal"):
        again = made(own, audience, COLLEGE)
        assert [made.job.name for made in again.made] == [STEM]
        assert again.complete
    assert dict(files(own, "public")) == before["public"]
    for kind, parts in files(own, "internal"):  # else this would prove nothing
        assert parts != before["internal"][kind], kind


@pytest.mark.slow
def test_the_public_and_the_college_get_no_score_and_no_rank_that_is_not_theirs(own: Path) -> None:
    packet = made(own, "public", formats=("html", "ipynb"))
    assert packet.complete
    assert {made.job.kind for made in packet.made} == {"school", "college"}
    for path in (file for made in packet.made for file in made.files):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(?s)<style.*?</style>", "", text)  # fonts say anything
        told = [w for w in ("考核得分 **", "列第", "J01", "建议名单（") if w in text]
        assert told == [], path
    packet = made(own, "college", COLLEGE, "C06", formats=("html", "ipynb"))
    assert packet.complete
    folder = packet.found.folder
    assert {path.suffix for path in folder.iterdir()} == {".html", ".ipynb", ".json"}
    own_text = (folder / f"{STEM}.html").read_text(encoding="utf-8")
    assert "考核得分" in own_text
    assert "名次" not in own_text.replace("得分与名次", "").partition("读者范围")[0]
    others = [c.name for c in packet.found.material.colleges if c.code != COLLEGE]
    assert not any(name in own_text for name in others)


def test_a_notebook_that_knows_no_audience_is_released_for_it_all_the_same(own: Path) -> None:
    path = own / "notebooks" / "college_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1:] = [
        nbformat.v4.new_code_cell(
            'workspace, academic_year, college = "..", "2024-2025", "C03"',
            metadata={"tags": ["parameters"]},
        ),
        nbformat.v4.new_code_cell(
            "from evalkit.assessment import load_assessment\n"
            "load_assessment(academic_year, workspace=workspace).college(college).warnings()"
        ),
    ]
    nbformat.write(notebook, path)
    packet = made(own, "public", COLLEGE, formats=("html",))
    assert packet.complete
    text = packet.made[0].files[0].read_text(encoding="utf-8")
    assert "预警等级、访谈、转介、重点关爱与危机干预不向读者“对外公开”提供" in text


@pytest.mark.slow
def test_a_notebook_that_asks_for_another_audience_is_refused(own: Path) -> None:
    path = own / "notebooks" / "college_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("audience=audience", 'audience="internal"')
    nbformat.write(notebook, path)
    packet = made(own, "public", COLLEGE, formats=("html",))
    (failed,) = packet.failed
    assert failed.error is not None
    assert (
        "这份报告是给读者“对外公开”的，报告模板却要按“internal”读取数据。"
        "请在报告模板的参数中写 audience，并在 load_assessment 中用它。"
    ) in failed.error


def test_each_audience_has_its_own_folder_and_packet(own: Path) -> None:
    space = Workspace.find(own)
    year = space.year(YEAR)
    folders = {
        audience: folder_of(space, year, load_policy(audience)).relative_to(own).as_posix()
        for audience in ("internal", "panel", "college", "public")
    }
    assert folders == {
        "internal": "reports/2024-2025",
        "panel": "reports/2024-2025/评审组",
        "college": "reports/2024-2025/本学院",
        "public": "reports/2024-2025/对外公开",
    }
