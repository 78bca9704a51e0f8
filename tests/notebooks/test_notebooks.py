"""The notebooks keep the house rules, and say what the package computes."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from evalkit.assessment import Assessment

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("**/*.ipynb"))
PARAMETERS = {
    "college_report": {"workspace", "academic_year", "college", "audience"},
    "school_report": {"workspace", "academic_year", "audience"},
    "panel_agreement": {"workspace", "academic_year"},
    "explore": {"workspace", "academic_year", "college", "indicator"},
    "screening_rates": {"workspace", "academic_year", "level", "k", "named"},
    "process_and_outcome": {"workspace", "academic_year", "level", "k", "named"},
    "scale_reliability": {"workspace", "academic_year", "scale", "papers", "seed"},
    "activities_effect": {
        "workspace",
        "academic_year",
        "exposure",
        "outcome",
        "level",
        "k",
        "named",
    },
}


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_both_reports_are_there() -> None:
    assert {"college_report", "school_report"} <= {path.stem for path in NOTEBOOKS}


def test_is_stored_without_outputs(path: Path) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in raw["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_begins_with_title_parameters_and_one_load(path: Path) -> None:
    notebook = _read(path)
    first, second, third = notebook.cells[:3]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert second.metadata.tags == ["parameters"]
    names = {node.targets[0].id for node in ast.parse(second.source).body}  # type: ignore[attr-defined]
    assert names == PARAMETERS[path.stem]
    assert all(isinstance(node.value, ast.Constant) for node in ast.parse(second.source).body)  # type: ignore[attr-defined]
    assert third.source.count("load_assessment(") == 1


def test_cells_are_short_and_plain(path: Path) -> None:
    for cell in _code(_read(path)):
        assert 1 <= len(cell.source.splitlines()) <= 10
        assert not re.search(r"^\s*[%!]|now\(\)", cell.source, re.MULTILINE)
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While)
        assert not [
            node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, forbidden)
        ]


def test_names_are_assigned_once(path: Path) -> None:
    assigned = [
        target.id
        for cell in _code(_read(path))
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    assert len(assigned) == len(set(assigned))


def test_prose_stands_between_pictures(path: Path) -> None:
    """No more than three outputs follow one another without a heading or a sentence."""
    run = 0
    for cell in _read(path).cells:
        run = 0 if cell.cell_type == "markdown" else run + 1
        assert run <= 3


def _executed(path: Path, parameters: dict[str, str]) -> str:
    notebook = papermill.execute_notebook(
        path, None, parameters=parameters, kernel_name="python3", progress_bar=False
    )
    texts = [
        output["data"]["text/plain"]
        for cell in _code(notebook)
        for output in cell.outputs
        if "data" in output
    ]
    return "\n".join(texts)


def test_college_report_says_what_was_computed(
    assessment: Assessment, sample: Path, repository: Path
) -> None:
    panel = assessment.panel
    assert panel is not None
    result = panel["C03"]
    text = _executed(
        repository / "notebooks" / "college_report.ipynb",
        {"workspace": str(sample), "academic_year": "2024-2025", "college": "C03"},
    )
    assert f"考核得分 {result.score} 分，等次为 {result.band} " in text
    assert f"列第 {result.rank} 名" in text
    totals = assessment.college("C03").totals
    assert f"有效 {totals['n_valid']:,} / 应测 {totals['n_required']:,} 人" in text
    assert f"活动按月分布：全学年 {totals['n_activities']} 场" in text


def test_school_report_says_what_was_computed(
    assessment: Assessment, sample: Path, repository: Path
) -> None:
    panel = assessment.panel
    assert panel is not None
    text = _executed(
        repository / "notebooks" / "school_report.ipynb",
        {"workspace": str(sample), "academic_year": "2024-2025"},
    )
    first = panel.colleges[0]
    assert f"第 1 名 {assessment.names[first.college]} {first.score} 分" in text
    assert f"共 {len(panel)} 个学院参加考核" in text
    for result in panel:
        assert f"{assessment.names[result.college]}" in text
        assert str(result.score) in text
