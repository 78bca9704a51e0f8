"""Whether a notebook stays with the view of its college."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evalkit.reports.scope import scope_of

LOAD = "from evalkit.assessment import load_assessment"
VIEW = f"{LOAD}\nreport = load_assessment(year).college(college)"


def scope(folder: Path, *cells: str) -> str:
    path = folder / "notebook.ipynb"
    content = {
        "cells": [{"cell_type": "markdown", "source": ["# report.assessment"]}]
        + [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    }
    path.write_text(json.dumps(content), "utf-8")
    return scope_of(path)


def test_the_college_report_stays_with_its_college(repository: Path) -> None:
    assert scope_of(repository / "notebooks" / "college_report.ipynb") in ("own", "compared")
    assert scope_of(repository / "notebooks" / "school_report.ipynb") == "everything"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("from evalkit import charts\ncharts.table(report.activities())", "own"),
        ("workspace = '..'", "own"),
        ("report.metric_trends()", "compared"),
        ("report.comparison.rank", "compared"),
        ("report.assessment.college('C02').totals", "everything"),
        ("load_assessment(year).school", "everything"),
        ("whole = load_assessment(year)", "everything"),
        ("again = load_assessment", "everything"),
        ("getattr(report, name)", "everything"),
        ("report._figures", "everything"),
        ("import pandas", "everything"),
        ("from evalkit.assessment import load_assessment as load", "everything"),
        ("from evalkit.intake import freeze", "everything"),
        ("open('notes.txt')", "everything"),
        ("%matplotlib inline", "everything"),
    ],
)
def test_what_a_cell_makes_of_it(tmp_path: Path, cell: str, expected: str) -> None:
    assert scope(tmp_path, VIEW, cell) == expected


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": [{}]}'])
def test_one_that_cannot_be_read_may_read_anything(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notebook.ipynb"
    path.write_text(text, "utf-8")
    assert scope_of(path) == "everything"
