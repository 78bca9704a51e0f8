from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from evalkit.intake.workbook import RawSheet, open_workbook
from evalkit.ledger import Ledger, Sheet, load_ledger, score_sheet_definition
from evalkit.ledger.workbook import Record, write_workbook
from evalkit.outputs import save_workbook
from evalkit.rubric import Rubric, load_rubric
from evalkit.workspace import AcademicYear, Workspace

Filled = Callable[[Sequence[Sequence[object]]], RawSheet]


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric()


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return load_ledger()


@pytest.fixture(scope="session")
def score_table(rubric: Rubric) -> Sheet:
    return score_sheet_definition(rubric)


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """Rows of cells → the sheet as the reader finds it in a saved workbook."""

    def write(rows: Sequence[Sequence[object]]) -> RawSheet:
        workbook = Workbook()
        page = workbook.worksheets[0]
        page.title = "甲"
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                page.cell(number, place, value)  # type: ignore[arg-type]
        path = tmp_path / "台账.xlsx"
        workbook.save(path)
        sheets, findings = open_workbook(path)
        assert not findings
        return sheets[0]

    return write


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


class YearFolder:
    """A workspace with one year, whose files are written one by one."""

    def __init__(self, root: Path, ledger: Ledger, score_table: Sheet) -> None:
        self.root, self._ledger, self._score_table = root, ledger, score_table
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
        sheets: Mapping[str, Sequence[Record]] | None = None,
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
            "n_students": 1200,
            "n_freshmen": 400,
            "n_classes": 30,
            "n_dorms": 210,
            "n_counsellors": 6,
            "filled_by": "丁",
            "reviewed_by": "戊",
            "filled_on": date(2025, 6, 30),
            "template_version": self._ledger.version,
            **(cover or {}),
        }
        rows: dict[str, Sequence[Record]] = {"base_info": [base], **(sheets or {})}  # type: ignore[dict-item]
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
        return save_workbook(write_workbook(content, heading="示例学院"), self.folder / name)


@pytest.fixture
def year_folder(tmp_path: Path, ledger: Ledger, score_table: Sheet) -> YearFolder:
    return YearFolder(tmp_path, ledger, score_table)
