"""The store of many invented schools behind ``evalkit sample --schools``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from evalkit.assessment import load_assessment
from evalkit.cli.new_workspace import create_workspace
from evalkit.synthetic import SCHOOL, generate, invented_colleges
from evalkit.synthetic.store import write_store
from evalkit.workspace import AcademicYear

__all__ = ["write_sample_store"]


def write_sample_store(
    folder: Path, *, schools: int, colleges: int, years: int, seed: int, last: AcademicYear
) -> dict[str, int]:
    """Invent one large school, read its workbooks, and make many schools of its colleges.

    Returns
    -------
    dict of str to int
        Rows written by name of the table.
    """
    with TemporaryDirectory(prefix="evalkit-") as name:
        root = Path(name)
        span = [AcademicYear(last.start - back).name for back in reversed(range(years))]
        create_workspace(
            root,
            SCHOOL,
            fictional=True,
            years=dict.fromkeys(span, "assessed"),
            colleges=invented_colleges(colleges),
        )
        generate(root / "data", colleges=colleges, years=years, seed=seed, last_year=last.name)
        source = load_assessment(workspace=root).evidence.source
    frame = {
        "calendar": source.calendar,
        "due_months": source.due_months,
        "handed_in": source.handed_in,
    }
    return write_store({**source.tables} | frame, folder, schools=schools, seed=seed)
