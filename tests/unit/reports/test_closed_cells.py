"""Cells about what an audience may not see are not in its report."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from evalkit.audiences import LEVELS, TOPICS, load_policy
from evalkit.errors import UnknownNameError
from evalkit.reports.closed_cells import PREFIX, without_closed

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"


def left(audience: str, *tags: list[str]) -> list[int]:
    """Return which of some cells, each with its tags, are left."""
    cells = [
        nbformat.v4.new_markdown_cell(str(place), metadata={"tags": each})
        for place, each in enumerate(tags)
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    without_closed(notebook, load_policy(audience))
    return [int(cell.source) for cell in notebook.cells]


def test_by_topic_and_level() -> None:
    tags = [[], ["parameters"], ["needs:risk:school"], ["needs:risk:own"], ["needs:results:own"]]
    assert left("public", *tags) == [0, 1, 2]
    assert left("college", *tags) == [0, 1, 2, 3, 4]
    assert left("college", ["needs:risk:own", "needs:ranks:own"], ["needs:risk:college"]) == []
    assert left("internal", *tags) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        (
            "needs:risks:own",
            "没有名为“risks”的单元格标签中的方面。您要的是不是“risk”？现有："
            + "、".join(TOPICS)
            + "。",
        ),
        (
            "needs:risk",
            f"没有名为“”的单元格标签中的级别。现有：{'、'.join(LEVELS)}。",
        ),
    ],
)
def test_a_tag_that_says_nothing_is_an_error(tag: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        left("internal", [tag])
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["college_report", "school_report"])
def test_every_heading_that_is_left_has_something_below_it(name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert sum(tag.startswith(PREFIX) for tag in tags) >= 10
    for audience in ("internal", "panel", "college", "public"):
        if audience == "college" and name == "school_report":
            continue
        shown = nbformat.from_dict(notebook.copy())
        without_closed(shown, load_policy(audience))
        kinds = [(c.cell_type, c.source) for c in shown.cells]
        for (kind, source), (_, below) in zip(kinds, [*kinds[1:], ("", "## ")], strict=True):
            if kind == "markdown" and source.startswith("## "):
                assert not below.startswith("## "), (audience, source)
