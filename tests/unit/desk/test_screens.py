"""What the page sends to judges does not hang on what anybody scored."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from evalkit.desk.screens import Screens
from evalkit.workspace import Workspace

YEAR = "2024-2025"


def _screens(root: Path, repository: Path) -> tuple[Screens, Path]:
    shutil.copy(repository / "evalkit.toml", root)
    folder = root / "data" / "sample" / YEAR
    shutil.copytree(repository / "data" / "sample" / YEAR, folder)
    space = Workspace.find(root)
    return Screens(space, space.year(YEAR)), folder


def _sent(screens: Screens) -> list[bytes]:
    snapshot = screens.assessment(YEAR).snapshot.id.encode()
    views = [
        screens.view(YEAR, college, indicator)
        for college in ("C01", "C03", "C08")
        for indicator in ("1.1", "2.4", "3.1")
    ]
    several = [screens.choices(YEAR), screens.compare(YEAR, ["C01", "C03", "C04", "C08"], "2.4")]
    return [each.replace(snapshot, b"") for each in (*views, *several)]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> list[bytes]:
    """What is sent with all sheets of the sample there."""
    return _sent(_screens(tmp_path_factory.mktemp("all"), repository)[0])


@pytest.mark.parametrize("change", ["other scores", "one sheet", "no sheet"])
def test_judges_get_the_same_whatever_was_scored(
    tmp_path: Path, repository: Path, expected: list[bytes], change: str
) -> None:
    """With one sheet alone, a college that its judge stands back from has no scores at all."""
    screens, folder = _screens(tmp_path, repository)
    for path in folder.glob("评分表_*.xlsx"):
        if change == "other scores":
            _score_all(path)
        elif change == "no sheet" or not path.stem.endswith("J01"):
            path.unlink()
    assert _sent(screens) == expected
    assert screens.assessment(YEAR).panel is None


def _score_all(path: Path) -> None:
    """Give every college three points on 2.4, whatever it had."""
    book = openpyxl.load_workbook(path)
    page = next(page for page in book if "评分" in page.title)
    letters = {str(cell.value): cell.column_letter for cell in page[4]}
    for row in range(5, page.max_row + 1):
        if isinstance(page[f"{letters['s24']}{row}"].value, (int, float)):
            page[f"{letters['s24']}{row}"] = 3
            page[f"{letters['total_reported']}{row}"] = None
    book.save(path)
