"""The panel's own statistics: the notebook says what the package computes, and names no judge."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pandas as pd
import papermill
import pytest

from evalkit import raters
from evalkit.assessment import Assessment


@pytest.fixture(scope="module")
def executed(sample: Path, repository: Path) -> Any:
    start = time.perf_counter()
    notebook = papermill.execute_notebook(
        repository / "notebooks" / "panel_agreement.ipynb",
        None,
        parameters={"workspace": str(sample), "academic_year": "2024-2025"},
        kernel_name="python3",
        progress_bar=False,
    )
    notebook.metadata["seconds"] = time.perf_counter() - start
    return notebook


@pytest.fixture(scope="module")
def text(executed: Any) -> str:
    return "\n".join(
        output["data"]["text/plain"]
        for cell in executed.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    )


@pytest.fixture(scope="module")
def totals(assessment: Assessment) -> pd.DataFrame:
    panel = assessment.panel
    assert panel is not None
    frame = panel.judge_frame().dropna(subset="total")
    return pd.DataFrame(
        {
            "unit": frame["college_code"].map(assessment.names),
            "judge": frame["judge_id"],
            "score": frame["total"].astype(float),
        }
    )


def test_it_says_who_judged_what(text: str, totals: pd.DataFrame, assessment: Assessment) -> None:
    panel = assessment.panel
    assert panel is not None
    recused = sum(len(each.recused) + len(each.missing) for each in panel)
    items = len(assessment.rubric.indicators)
    assert (
        f"2024-2025 学年，{len(panel.judges)} 位评委、{len(panel)} 个学院、{items} 个考评要点，"
        f"共 {items * len(totals)} 个分数；回避或未评 {recused} 人次。" in text
    )


def test_the_ranks_are_the_panels(text: str, totals: pd.DataFrame, assessment: Assessment) -> None:
    panel = assessment.panel
    assert panel is not None
    first = [assessment.names[each.college] for each in panel if each.rank <= 2]
    ranks = raters.rank_uncertainty(totals, decimals=2, ties="mean")
    assert [str(unit) for unit in ranks.table["unit"][:2]] == first
    assert f"前 2 名是 {'、'.join(first)}。" in text
    for line in ranks.words.splitlines():
        assert line in text


def test_agreement_is_what_the_package_computes(text: str, totals: pd.DataFrame) -> None:
    forms, order = raters.icc(totals), raters.kendall_w(totals)
    assert f"ICC(2,k) 为 {forms['ICC2k'].estimate:.2f}" in text
    assert f"只请一位评委时为 {forms['ICC2'].estimate:.2f}" in text
    assert f"Kendall W 为 {order.estimate:.2f}" in text


def test_severity_is_what_the_package_computes(text: str, totals: pd.DataFrame) -> None:
    effects = raters.sensitivity(totals).judges.set_index("judge")["effect"]
    assert f"最宽的 {effects.idxmax()} 比全组平均高 {effects.max():.1f} 分" in text
    assert f"最严的 {effects.idxmin()} 低 {-effects.min():.1f} 分" in text


def test_studies_are_labelled(text: str) -> None:
    assert "研究用，不作为考核结果" in text


def test_judges_are_codes_only(executed: Any, text: str, assessment: Assessment) -> None:
    panel = assessment.panel
    assert panel is not None
    assert all(re.fullmatch(r"J\d{2}", judge) for judge in panel.judges)
    for judge in panel.judges:
        assert judge in text


def test_it_warns_of_nothing_and_is_quick(executed: Any) -> None:
    streams = [
        output
        for cell in executed.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    ]
    assert not streams
    assert executed.metadata["seconds"] < 60
