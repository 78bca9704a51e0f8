"""What people wrote is shown as text: names of the settings, cells of the ledgers, comments."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ipywidgets import HTML

from evalkit.assessment import load_assessment
from evalkit.desk import views
from evalkit.desk.answers import meeting_facts
from evalkit.desk.chair import Meeting
from evalkit.desk.explorer import Explorer
from evalkit.desk.screens import Screens
from evalkit.workspace import Workspace

YEAR = "2024-2025"
EVIL = "<img src=x onerror=alert(1)>'&amp;"
WELCOME = frozenset(
    {"a", "b", "br", "details", "div", "em", "h3", "img", "li", "ol", "p", "pre", "small", "span"}
    | {"strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
"""Tags that our own screens are made of."""


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Workspace:
    """The sample's year with HTML for the names of the school and a college, and in a ledger."""
    root = tmp_path_factory.mktemp("evil")
    text = (repository / "evalkit.toml").read_text(encoding="utf-8")
    for name in ("示例化工职业学院", "精细化工学院"):
        assert f'"{name}"' in text
        text = text.replace(f'"{name}"', f'"{EVIL}"')
    (root / "evalkit.toml").write_text(text, encoding="utf-8")
    folder = root / "data" / "sample" / YEAR
    shutil.copytree(repository / "data" / "sample" / YEAR, folder)
    path = folder / f"台账_{YEAR}_C01.xlsx"
    book = openpyxl.load_workbook(path)
    page = next(page for page in book if page.title.startswith("S08"))
    header = next(n for n in range(1, 9) if page[f"A{n}"].value == "activity_id")
    column = next(cell.column_letter for cell in page[header] if cell.value == "title")
    for row in range(header + 1, page.max_row + 1):
        if str(page[f"A{row}"].value or "").startswith("A"):
            page[f"{column}{row}"] = EVIL
    book.save(path)
    return Workspace.find(root)


def _check(html: str) -> None:
    for tag, attributes in Tags(html).found:
        assert tag in WELCOME, tag
        assert not [name for name in attributes if name.startswith("on")]
        assert str(attributes.get("src", "data:")).startswith("data:")


def test_no_screen_of_the_page_runs_what_people_wrote(evil: Workspace) -> None:
    screens = Screens(evil, evil.year(YEAR))
    shown = ""
    for indicator in ("1.1", "2.2", "2.4"):
        made = json.loads(screens.view(YEAR, "C01", indicator))
        made["pieces"] += json.loads(screens.compare(YEAR, ["C01", "C02"], indicator))["pieces"]
        for piece in made["pieces"]:
            _check(piece["html"])
            shown += piece["html"]
    assert shown.count("&lt;img src=x onerror=alert(1)&gt;") > 20


def test_the_chairs_view_runs_nothing_either(evil: Workspace) -> None:
    facts = meeting_facts(Meeting(load_assessment(YEAR, workspace=evil)))
    for key in ("totals", "ranking", "stability", "stations", "heads"):
        _check(facts[key])
        assert "&lt;img src=x onerror=alert(1)&gt;" in facts[key] or key == "stations"


def test_the_notebook_runs_nothing_either(evil: Workspace) -> None:
    explorer = Explorer(views.year(YEAR, workspace=evil), "C01", "2.2")
    for chosen in ((), ("C01", "C02")):
        explorer.beside.value = chosen
        texts = [each.value for each in _every(explorer.widget) if isinstance(each, HTML)]
        assert sum("&lt;img src=x onerror=alert(1)&gt;" in text for text in texts) > 0
        for text in texts:
            _check(re.sub(r"<style\b.*?</style>", "", text, flags=re.DOTALL))


def _every(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _every(child)
