"""What outputs carry for the file formats: what is printed, and nothing else."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from evalkit import charts
from evalkit.assessment import Assessment
from evalkit.charts.carried import FIGURE, FRAGMENT, carried_table
from evalkit.charts.picture import Picture, drawing
from evalkit.charts.theme import WIDTH
from evalkit.export import bundles
from evalkit.privacy import Field, Released, load_policy, release


def _table() -> Released:
    frame = pd.DataFrame(
        {
            "grade": ["甲", "乙", "丙"],
            "n": pd.array([2, 30, 1739], dtype="Int64"),
            "of": pd.array([413, 977, 17390], dtype="Int64"),
        }
    )
    fields = (
        Field("grade", "年级"),
        Field("n", "预警", "人", "count", students=True),
        Field("rate", "预警率", kind="percent", of=("n", "of")),
    )
    return release(frame, fields, load_policy())


def test_both_sides_name_the_same_types() -> None:
    assert (FRAGMENT, FIGURE) == (bundles.FRAGMENT, bundles.FIGURE)


def test_only_what_is_printed_is_carried() -> None:
    block = carried_table(_table(), caption="预警")
    assert block["rows"] == [
        ["甲", "—*", "—*"],
        ["乙", "—*", "—*"],
        ["丙", "1,739", "10.00%"],
    ]
    assert block["note"].startswith("—* 人数不足")
    assert block["caption"] == "预警"
    assert [column["kind"] for column in block["columns"]] == ["text", "count", "percent"]
    text = json.dumps(charts.table(_table())._repr_mimebundle_(), ensure_ascii=False)
    assert "413" not in text
    assert "30" not in text
    assert "977" not in text


def test_columns_can_be_chosen() -> None:
    block = carried_table(_table(), columns=["grade"])
    assert [column["title"] for column in block["columns"]] == ["年级"]
    assert block["rows"] == [["甲"], ["乙"], ["丙"]]


@pytest.mark.parametrize(
    "fragment",
    [
        charts.prose("**甲** 得 90 分\n\n1. 一\n2. **二**"),
        charts.bullets(["一 **二**", "三"]),
        charts.bullets([], otherwise="没有"),
        charts.findings([]),
        charts.table(_table()),
    ],
)
def test_carried_says_what_the_html_says(fragment: charts.Fragment) -> None:
    """Words in order are those of the HTML, read from what is carried."""
    blocks = bundles.fragment(fragment._repr_mimebundle_()[FRAGMENT])
    assert blocks
    assert "".join(repr(fragment).replace(" | ", "").split()) == "".join(_words(blocks))


def _words(blocks: object) -> list[str]:
    """All texts of blocks, in the order in which a page has them."""
    from evalkit.export.blocks import Items, Paragraph, Table

    found: list[str] = []
    assert isinstance(blocks, tuple)
    for block in blocks:
        match block:
            case Paragraph():
                found += [run.text for run in block.runs]
            case Items():
                for item in block.items:
                    found += _words(item)
            case Table():
                found += [column.header for column in block.columns]
                found += [cell.text for row in block.rows for cell in row]
                found.append(block.note)
    return ["".join(text.split()) for text in found]


def test_panel_table_marks_what_was_dropped(assessment: Assessment) -> None:
    school = assessment.school
    fragment = charts.panel_table(school.judge_totals(), school.ranking())
    block = fragment.blocks[0]
    marks = [cell["mark"] for row in block["rows"] for cell in row if isinstance(cell, dict)]
    assert marks.count("dropped") == fragment.html.count("ek-dropped")
    assert marks.count("faint") == fragment.html.count("ek-faint") == 2
    assert marks.count("strong") == len(block["rows"])


def _picture() -> Picture:
    with drawing(1.0) as (figure, (ax,)):
        ax.set_title("人数")
        ax.bar([0], [3])
    return Picture(figure, "一根柱", data=(_table(),), caption="只有一根")


def test_pictures_carry_their_numbers_and_lines() -> None:
    data, metadata = _picture()._repr_mimebundle_()
    carried = data[FIGURE]
    assert carried["caption"] == "只有一根"
    assert carried["data"] == [carried_table(_table())]
    assert "人数" in data["image/svg+xml"]  # words stay words
    assert data == _picture()._repr_mimebundle_()[0]
    assert _picture().svg() == _picture().svg()
    assert metadata["image/svg+xml"]["alt"] == "一根柱"
    read = bundles.figure(carried, data["image/svg+xml"])
    assert read is not None
    assert (read.alt, read.caption) == ("一根柱", "只有一根")
    assert read.width == round(96 * WIDTH)
    assert [cell.text for cell in read.data[0].rows[2]] == ["丙", "1,739", "10.00%"]


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "x",
        {},
        {"version": 2, "blocks": []},
        {"version": 1, "blocks": "text"},
        {"version": 1, "blocks": [{"kind": "script"}]},
        {"version": 1, "blocks": [{"kind": "table", "columns": [], "rows": []}]},
        {"version": 1, "blocks": [{"kind": "paragraph", "runs": [{"text": 3}]}]},
    ],
)
def test_what_is_not_of_the_form_is_not_used(content: object) -> None:
    assert bundles.fragment(content) is None
    assert bundles.figure(content, "") is None
