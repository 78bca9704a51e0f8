"""The research notebooks say what the package computes, and read well as Word files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import papermill
import pytest

from evalkit.assessment import Assessment
from evalkit.research import (
    activity_effect,
    associations,
    instrument_change,
    invented_answers,
    screening_study,
)
from evalkit.scales import reliability

NAMES = ("activities_effect", "process_and_outcome", "scale_reliability", "screening_rates")
SECTIONS = ["问题", "数据", "方法", "结果", "局限", "参考文献"]


@pytest.fixture(scope="module")
def executed(repository: Path, sample: Path) -> dict[str, Any]:
    found = {}
    for name in NAMES:
        path = repository / "notebooks" / "research" / f"{name}.ipynb"
        found[name] = papermill.execute_notebook(
            path, None, parameters={"workspace": str(sample)}, kernel_name="python3",
            progress_bar=False,
        )  # fmt: skip
    return found


def text_of(notebook: Any) -> str:
    joined = "\n".join(
        output["data"]["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    )
    return joined.replace("&lt;", "<").replace("&gt;", ">").replace(" | ", " ")


def test_all_are_there(repository: Path) -> None:
    folder = repository / "notebooks" / "research"
    assert [path.stem for path in sorted(folder.glob("*.ipynb"))] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_has_question_data_method_result_limits_and_references(
    executed: dict[str, Any], name: str
) -> None:
    headings = [
        line.removeprefix("## ")
        for cell in executed[name].cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("## ")
    ]
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS


def test_screening_rates(executed: dict[str, Any], assessment: Assessment) -> None:
    text, study = text_of(executed["screening_rates"]), screening_study(assessment)
    rates = study.rates("n_l1")
    assert "2024-2025 学年，全校一级预警率为 3.12%（95% 置信区间 2.82%—3.46%） 。" in text
    for name, count, whole in zip(rates.names, rates.count, rates.whole, strict=True):
        assert f"{name} {count} {whole:,} " in text
    limits = rates.funnel()
    assert f"离散程度 φ = {limits.phi:.2f}" in text
    assert instrument_change(study).words in text
    assert "SCL-90 任一项阳性 25.9%—37.1%" in text


def test_process_and_outcome(executed: dict[str, Any], assessment: Assessment) -> None:
    text, study = text_of(executed["process_and_outcome"]), screening_study(assessment)
    assert associations(study, "n_l2").words in text


def test_scale_reliability(executed: dict[str, Any]) -> None:
    total = reliability("PHQ-9", invented_answers("PHQ-9", 800).frame).table.iloc[0]
    text = text_of(executed["scale_reliability"])
    assert f"α = {total['alpha']:.3f} （95% 置信区间 {total['alpha_low']:.3f}—" in text


def test_activities_effect(executed: dict[str, Any], assessment: Assessment) -> None:
    text, study = text_of(executed["activities_effect"]), screening_study(assessment)
    assert activity_effect(study).words in text
    assert activity_effect(study).naive in text
    assert activity_effect(study, outcome="n_l2").words in text


def test_other_years_and_named_colleges(repository: Path, sample: Path) -> None:
    """With no year before there is nothing to compare, and the notebook says so."""
    for name, sentence in (
        ("screening_rates", "没有上一学年的普测数据，不能比较换工具前后。"),
        ("activities_effect", "没有 2021-2022 学年的数据，不能作前后比较。"),
    ):
        notebook = papermill.execute_notebook(
            repository / "notebooks" / "research" / f"{name}.ipynb",
            None,
            parameters={
                "workspace": str(sample), "academic_year": "2022-2023", "named": True, "k": 5,
            },
            kernel_name="python3",
            progress_bar=False,
        )  # fmt: skip
        assert sentence in text_of(notebook)


@pytest.mark.parametrize("name", NAMES)
def test_reads_as_a_word_file(executed: dict[str, Any], name: str) -> None:
    from evalkit.export.exporters import WordExporter

    notebook = executed[name]
    content, _ = WordExporter().from_notebook_node(notebook)
    file = docx.Document(io.BytesIO(content))
    paragraphs = [paragraph.text for paragraph in file.paragraphs]
    text = "\n".join(paragraphs)
    title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
    assert title in paragraphs
    assert all(section in paragraphs for section in SECTIONS)
    for code in ("import ", "charts.", "study.", "workspace =", "Traceback", "nan"):
        assert code not in text
    lines = [line for cell in notebook.cells for line in cell.source.splitlines()]
    assert len(file.inline_shapes) == sum(line.startswith("pictures.") for line in lines)
    assert file.tables
