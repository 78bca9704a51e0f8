from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evalkit.ledger import Ledger, Sheet, load_ledger, score_sheet_definition
from evalkit.ledger.workbook import Record, write_workbook
from evalkit.outputs import workbook_bytes, write_bytes
from evalkit.personal_data import masked
from evalkit.rubric import Rubric, load_rubric
from evalkit.spreadsheets import Book, RawSheet
from evalkit.spreadsheets.read import read
from evalkit.workspace import AcademicYear, Workspace

Filled = Callable[..., RawSheet]


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric()


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return load_ledger()


@pytest.fixture(scope="session")
def score_table(rubric: Rubric) -> Sheet:
    return score_sheet_definition(rubric)


@pytest.fixture(scope="session")
def filled() -> Filled:
    """Rows of cells → the sheet as the file reader hands it over; keywords as of `RawSheet`."""

    def make(rows: Sequence[Sequence[object]], **details: Any) -> RawSheet:
        width = max(map(len, rows), default=0)
        grid = [
            [*map(as_stored, row), *[""] * (width - len(row))] for row in rows
        ]  # the reader gives rows of equal length
        for name in ("hidden_rows", "hidden_columns"):
            details[name] = frozenset(details.get(name, ()))
        return RawSheet(**{"file": "台账.xlsx", "name": "甲", "grid": grid, **details})

    return make


def as_stored(value: object) -> object:
    """Return a value as a spreadsheet file holds it: blanks are text, whole numbers are floats."""
    if value is None:
        return ""
    return float(value) if type(value) is int else value


@pytest.fixture(scope="session")
def scored(rubric: Rubric) -> Callable[..., Record]:
    """Judge, college and total points below the maximum → a filled row of the score sheet."""

    def row(judge: str, college: str, below: int = 0, **changes: object) -> Record:
        points = {i.column: i.points for i in rubric.indicators}
        points["s22"] -= below
        record = {
            "judge_id": judge,
            "judge_type": "校内",
            "judge_college": "无",
            "college_code": college,
            "recused": False,
            **points,
            "total_reported": sum(points.values()),
            "comment": "档案规范。",
            "signed_on": date(2025, 6, 20),
        }
        return {**record, **changes}  # type: ignore[dict-item]

    return row


def class_of(year: int, **changes: object) -> dict[str, object]:
    """A class of that year's grade."""
    return {
        "grade": f"{year}级",
        "class_name": f"化工{year % 100}01班",
        "n_in_class": 40,
        "on_campus_s2": True,
        **changes,
    }


def member(name: str, role: str | None, **changes: object) -> dict[str, object]:
    """A member of the station."""
    return {
        "name": name,
        "role": role,
        "degree": "硕士",
        "major": "心理学",
        "background": "心理学",
        "certificate": "无",
        "from_date": date(2023, 9, 1),
        **changes,
    }


class YearFolder:
    """A workspace with one year, whose files are written one by one."""

    def __init__(
        self, root: Path, ledger: Ledger, score_table: Sheet, written: dict[str, bytes]
    ) -> None:
        self.root, self._ledger, self._score_table = root, ledger, score_table
        self._written = written
        self.year = AcademicYear(2024)
        self.folder = root / "data" / self.year.name
        self.folder.mkdir(parents=True)
        self.settings()

    def settings(self, text: str = "") -> Workspace:
        path = self.root / "evalkit.toml"
        path.write_text(f'[school]\nname = "示例学院"\n{text}', encoding="utf-8")
        return self.workspace

    @property
    def workspace(self) -> Workspace:
        return Workspace.find(self.root)

    def college(
        self,
        code: str = "C01",
        sheets: Mapping[str, Sequence[Any]] | None = None,
        *,
        cover: Mapping[str, object] | None = None,
        without: Sequence[str] = (),
    ) -> Path:
        """Write a college's ledger: a good cover sheet, and rows of the sheets that are given."""
        base = {
            "academic_year": self.year.name,
            "college_name": f"第{code[1:]}学院",
            "college_code": code,
            "head_name": "甲",
            "leader_name": "乙",
            "archivist_name": "丙",
            "n_students": 120,
            "n_freshmen": 40,
            "n_classes": 3,
            "n_dorms": 21,
            "n_counsellors": 6,
            "filled_by": "丁",
            "reviewed_by": "戊",
            "filled_on": date(2025, 6, 30),
            "template_version": self._ledger.version,
            **(cover or {}),
        }
        form = {
            "name": "甲",
            "gender": "女",
            "college_name": base["college_name"],
            "title": "讲师",
            "degree": "硕士",
            "major": "心理学",
            "mobile": "13900139000",
            "certificate": "无",
            "work_history": "2009.09-2013.06 某校 专职辅导员",
            "training_history": "2024年10月，危机干预培训，16学时",
            "college_opinion": "同意",
            "submitted_on": date(2024, 9, 20),
            "n_copies_centre": 1,
            "n_copies_college": 1,
        }
        rows: dict[str, Sequence[Any]] = {
            "base_info": [base],
            "head_form": [form],
            "class_base": [class_of(year) for year in (2022, 2023, 2024)],
            "staff": [member("甲", "站长"), member("丙", "专职辅导员")],
            **(sheets or {}),
        }
        content = [
            (sheet, rows.get(sheet.name, ()))
            for sheet in self._ledger.of("college")
            if (sheet.name in rows or sheet.core) and sheet.name not in without
        ]
        return self._save(content, f"台账_{self.year}_{code}.xlsx")

    def centre(self, sheets: Mapping[str, Sequence[Record]]) -> Path:
        content = [(self._ledger[name], rows) for name, rows in sheets.items()]
        return self._save(content, f"校级_{self.year}.xlsx")

    def judge(self, rows: Sequence[Record], code: str = "J01") -> Path:
        return self._save([(self._score_table, rows)], f"评分表_{self.year}_{code}.xlsx")

    def _save(self, content: Sequence[tuple[Sheet, Sequence[Record]]], name: str) -> Path:
        # Many tests want the same workbook, and laying one out is what takes their time.
        key = repr([(sheet.id, rows) for sheet, rows in content])
        if key not in self._written:
            workbook = write_workbook(content, heading="示例学院")
            self._written[key] = workbook_bytes(workbook)
        return write_bytes(self.folder / name, self._written[key])


@pytest.fixture(scope="session")
def new_year_folder(ledger: Ledger, score_table: Sheet) -> Callable[[Path], YearFolder]:
    written: dict[str, bytes] = {}
    return lambda root: YearFolder(root, ledger, score_table, written)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files here: processes of their own have tests of their own, and take their time."""

    def read_books(paths: Sequence[Path], jobs: int = 2) -> list[Book]:
        return [read(masked(path.name, 255), path.read_bytes()) for path in paths]

    monkeypatch.setattr("evalkit.intake.year.read_books", read_books)


@pytest.fixture
def year_folder(tmp_path: Path, new_year_folder: Callable[[Path], YearFolder]) -> YearFolder:
    return new_year_folder(tmp_path)
