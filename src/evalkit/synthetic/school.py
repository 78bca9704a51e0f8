"""The whole invented school: from a folder, a size and a seed to workbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from evalkit.ledger import Ledger, Sheet, load_ledger, score_sheet_definition
from evalkit.ledger.workbook import Record, write_workbook
from evalkit.outputs import save_workbook, write_text
from evalkit.rubric import load_rubric
from evalkit.synthetic.centre import centre_rows
from evalkit.synthetic.college_ledger import ledger_rows
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.colleges import CENTRE
from evalkit.synthetic.history import histories
from evalkit.synthetic.readme import readme
from evalkit.synthetic.register import cases_by_year
from evalkit.synthetic.score_sheets import FIRST_ROUND, faulty_rows, score_rows
from evalkit.synthetic.scores import panel_of, scores_of
from evalkit.synthetic.training import Training, trainings_of

__all__ = ["generate"]

EXAMPLE = "示例数据：学校、人员与数字均为虚构"
FIRST_ROUND_FOLDER = "第一轮退回"
_SCORED_YEARS = 2
"""The last years that have score sheets: a trial and the assessed one."""


def generate(
    folder: Path,
    *,
    colleges: int = 8,
    years: int = 3,
    seed: int = 2025,
    last_year: str = "2024-2025",
) -> tuple[Path, ...]:
    """Write the workbooks of an invented school.

    The same arguments give the same bytes.

    Parameters
    ----------
    folder : Path
        Where to; each year gets a folder of its own, beside a README.md.
    colleges : int
        How many colleges, from one.
    years : int
        How many academic years, from one.
    seed : int
        Where the draws begin.
    last_year : str
        Name of the last academic year.

    Returns
    -------
    tuple of Path
        The files, in the order in which they were written.

    Raises
    ------
    ValueError
        If there is less than one college or year, or `last_year` is no academic year.
    """
    school = histories(colleges=colleges, years=years, seed=seed, last_year=last_year)
    ledger = load_ledger()
    written: list[Path] = []
    for history in school:
        written += _write_ledgers(folder, history, ledger)
    by_year = list(zip(*school, strict=True))
    written += [_write_centre(folder, several, ledger) for several in by_year]
    scored = by_year[-_SCORED_YEARS:]
    for several in scored:
        written += _write_score_sheets(folder, several)
    text = readme(by_year, [several[0].year.name for several in scored])
    written.append(write_text(folder / "README.md", text))
    return tuple(written)


def _write_ledgers(folder: Path, history: Sequence[CollegeYear], ledger: Ledger) -> list[Path]:
    written = []
    past: list[Training] = []
    for here, cases in zip(history, cases_by_year(history), strict=True):
        rows = ledger_rows(here, cases, past)
        past += trainings_of(here)
        sheets = [(sheet, rows[sheet.name]) for sheet in ledger.of("college")]
        path = folder / here.year.name / f"台账_{here.year}_{here.code}.xlsx"
        written.append(_write(path, sheets, f"{here.college.name} {here.year} 学年"))
    return written


def _write_centre(folder: Path, colleges: Sequence[CollegeYear], ledger: Ledger) -> Path:
    rows: Mapping[str, Sequence[Record]] = centre_rows(colleges)
    year = colleges[0].year
    # The sheet of other sources' scores stays out: the rubric gives them no weight.
    sheets = [(sheet, rows[sheet.name]) for sheet in ledger.of("centre") if sheet.name in rows]
    return _write(folder / year.name / f"校级_{year}.xlsx", sheets, f"{CENTRE} {year} 学年")


def _write_score_sheets(folder: Path, colleges: Sequence[CollegeYear]) -> list[Path]:
    rubric = load_rubric()
    definition = score_sheet_definition(rubric)
    year = colleges[0].year
    judges = panel_of([here.code for here in colleges])
    scores = scores_of(colleges, judges, rubric)
    written = []
    for judge in judges:
        rows = score_rows(judge, colleges, scores, rubric)
        name, heading = f"评分表_{year}_{judge.code}.xlsx", f"评委 {judge.code} {year} 学年"
        written.append(_write(folder / year.name / name, [(definition, rows)], heading))
        if colleges[0].age == 0 and judge.code in FIRST_ROUND:
            faulty = faulty_rows(judge.code, rows, rubric)
            path = folder / year.name / FIRST_ROUND_FOLDER / name
            written.append(_write(path, [(definition, faulty)], heading))
    return written


def _write(path: Path, sheets: Sequence[tuple[Sheet, Sequence[Record]]], heading: str) -> Path:
    return save_workbook(write_workbook(sheets, heading=heading, example=EXAMPLE), path)
