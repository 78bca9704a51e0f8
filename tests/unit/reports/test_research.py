"""Which research notebooks are run, as what, and with what parameters; nothing is run here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evalkit.errors import UnknownNameError, WorkspaceError
from evalkit.reports.research import add_missing_notebooks, research_jobs
from evalkit.workspace import AcademicYear, Workspace

YEAR = AcademicYear(2024)
BUNDLED = ["activities_effect", "process_and_outcome", "scale_reliability", "screening_rates"]


@pytest.fixture
def place(space: Workspace) -> Path:
    return space.notebooks / "research"


def write(path: Path, *sources: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [{"cell_type": "markdown", "source": [source]} for source in sources]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")


def test_missing_notebooks_are_added_and_own_ones_are_left_alone(
    space: Workspace, place: Path
) -> None:
    assert [path.stem for path in add_missing_notebooks(space, ())] == BUNDLED
    assert add_missing_notebooks(space, ()) == ()
    write(place / "screening_rates.ipynb", "# 自己改过的")
    (place / "scale_reliability.ipynb").unlink()
    assert add_missing_notebooks(space, ()) == ()
    asked = add_missing_notebooks(space, ("scale_reliability.ipynb", "screening_rates", "own"))
    assert asked == (place / "scale_reliability.ipynb",)
    kept = json.loads((place / "screening_rates.ipynb").read_text("utf-8"))
    assert kept["cells"][0]["source"] == ["# 自己改过的"]


def test_all_or_those_that_are_named(space: Workspace, place: Path) -> None:
    write(place / "own.ipynb", "开头\n# 自己的研究\n", "# 别的")
    write(place / "second.ipynb", "没有标题")
    every = research_jobs(space, YEAR, (), ("html", "docx", "html"))
    assert [(job.name, job.title, job.files) for job in every] == [
        ("own", "自己的研究", ("own.html", "own.docx")),
        ("second", "second", ("second.html", "second.docx")),
    ]
    (one,) = research_jobs(space, YEAR, ("second.ipynb", "second"), ("pdf",))
    assert one.files == ("second.pdf",)
    assert one.parameters == {"workspace": "../..", "academic_year": "2024-2025"}


def test_what_is_not_there_is_said(space: Workspace, place: Path) -> None:
    with pytest.raises(WorkspaceError) as nothing:
        research_jobs(space, YEAR, (), ("html",))
    assert str(nothing.value) == (
        f"{place} 中没有研究 notebook。请从别的工作区复制，或写好后放进这个文件夹。"
    )
    write(place / "own.ipynb", "# 甲")
    with pytest.raises(UnknownNameError) as unknown:
        research_jobs(space, YEAR, ("other",), ("html",))
    assert str(unknown.value) == "没有名为“other”的研究 notebook。现有：own。"
    (place / "own.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(WorkspaceError) as broken:
        research_jobs(space, YEAR, (), ("html",))
    assert str(broken.value) == (
        f"{place / 'own.ipynb'} 不是 notebook，或已经损坏。请换掉这个文件，或把它移出文件夹。"
    )
