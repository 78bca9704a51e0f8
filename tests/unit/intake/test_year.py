"""A year's folder as it comes in: good files beside every kind of bad one.

The files here are stand-ins whose sheets are made by hand; what files really hold is read in
`tests/unit/spreadsheets`, and from end to end in `tests/end_to_end`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evalkit.errors import NoDataError
from evalkit.findings import Finding, Location, Severity
from evalkit.intake.files import list_files
from evalkit.intake.frames import PROVENANCE
from evalkit.intake.year import LastYear, Page, YearIntake, read_year
from evalkit.ledger import Ledger, Sheet
from evalkit.ledger.workbook import Record
from evalkit.rubric import Rubric
from evalkit.spreadsheets import Book, RawSheet
from evalkit.workspace import AcademicYear, College, Workspace

Scored = Callable[..., Record]
Filled = Callable[..., RawSheet]

YEAR = AcademicYear(2024)
TWO = (
    '[[colleges]]\ncode = "C01"\nname = "化学工程学院"\naliases = ["化工学院"]\n'
    '[[colleges]]\ncode = "C02"\nname = "机电学院"\n'
)
NAMES = {"C01": "化学工程学院", "C02": "机电学院"}
COVER = {
    "academic_year": "2024-2025",
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
    "template_version": "2025.1",
}
HEAD = {
    "name": "甲",
    "gender": "女",
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


def class_of(year: int, **changes: object) -> dict[str, object]:
    return {
        "grade": f"{year}级",
        "class_name": f"化工{year % 100}01班",
        "n_in_class": 40,
        "on_campus_s2": "是",
        **changes,
    }


def member(name: str, role: str | None, **changes: object) -> dict[str, object]:
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


class Folder:
    """A workspace whose files hold what is said here."""

    def __init__(
        self, root: Path, ledger: Ledger, rubric: Rubric, score_table: Sheet, filled: Filled
    ) -> None:
        self.root, self.ledger, self.rubric = root, ledger, rubric
        self._score_table, self._filled = score_table, filled
        self.books: dict[str, Book] = {}
        self.folder = root / "data" / YEAR.name
        self.folder.mkdir(parents=True)
        self.settings()

    def settings(self, text: str = TWO) -> None:
        content = f'[school]\nname = "示例学院"\n{text}'
        (self.root / "evalkit.toml").write_text(content, encoding="utf-8")

    def file(self, name: str, *sheets: RawSheet, findings: Sequence[Finding] = ()) -> None:
        form = "csv" if name.endswith(".csv") else "xlsx"
        self.books[name] = Book(name, form, sheets, tuple(findings))
        (self.folder / name).write_bytes(name.encode())

    def sheet(self, sheet: Sheet, rows: Sequence[Mapping[str, Any]], **details: Any) -> RawSheet:
        details = {"name": sheet.tab, **details}
        if sheet.layout == "form":
            cells = [(c.name, c.header, rows[0].get(c.name)) for c in sheet.columns]
            return self._filled([(sheet.title,), ("请填写",), *cells], **details)
        names = [column.name for column in sheet.columns]
        said = [[shown(row.get(name)) for name in names] for row in rows]
        header = [column.header for column in sheet.columns]
        return self._filled([[sheet.title], ["请填写"], header, names, *said], **details)

    def college(
        self,
        code: str = "C01",
        sheets: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        *,
        cover: Mapping[str, object] | None = None,
        without: Sequence[str] = (),
        name: str = "",
        **details: Any,
    ) -> str:
        """Hand in a good ledger, changed; return its name."""
        name = name or f"台账_2024-2025_{code}.xlsx"
        full = NAMES.get(code, f"第{code[1:]}学院")
        rows: dict[str, Sequence[Mapping[str, Any]]] = {
            "base_info": [{"college_name": full, "college_code": code, **COVER, **(cover or {})}],
            "head_form": [{"college_name": full, **HEAD}],
            "class_base": [class_of(year) for year in (2022, 2023, 2024)],
            "staff": [member("甲", "站长"), member("丙", "专职辅导员")],
            **(sheets or {}),
        }
        pages = [
            self.sheet(sheet, rows.get(sheet.name, ()), file=name, **details)
            for sheet in self.ledger.of("college")
            if (sheet.name in rows or sheet.core) and sheet.name not in without
        ]
        self.file(name, *pages)
        return name

    def centre(self, sheets: Mapping[str, Sequence[Mapping[str, Any]]], name: str = "") -> None:
        name = name or "校级_2024-2025.xlsx"
        pages = [self.sheet(self.ledger[key], rows, file=name) for key, rows in sheets.items()]
        self.file(name, *pages)

    def judge(self, rows: Sequence[Record], code: str = "J01", **details: Any) -> str:
        name = details.pop("file", f"评分表_2024-2025_{code}.xlsx")
        self.file(name, self.sheet(self._score_table, rows, file=name, **details))
        return name

    def read(self, last_year: LastYear | None = None) -> YearIntake:
        space = Workspace.find(self.root)
        return read_year(space, YEAR, self.ledger, self.rubric, last_year=last_year)


def shown(value: object) -> object:
    """Return a value as the reader finds it in a cell."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if value is None or isinstance(value, (str, date, int)) else float(str(value))


@pytest.fixture
def folder(
    tmp_path: Path,
    ledger: Ledger,
    rubric: Rubric,
    score_table: Sheet,
    filled: Filled,
    monkeypatch: pytest.MonkeyPatch,
) -> Folder:
    made = Folder(tmp_path, ledger, rubric, score_table, filled)

    def read_books(paths: Sequence[Path], jobs: int = 2) -> list[Book]:
        return [made.books[path.name] for path in paths]

    monkeypatch.setattr("evalkit.intake.year.read_books", read_books)
    return made


def texts(intake: YearIntake) -> list[str]:
    return [str(finding) for finding in intake.findings]


def told(intake: YearIntake) -> list[tuple[str, str, str]]:
    return [(f.code, f.severity.value, str(f.location)) for f in intake.findings]


def everything(intake: YearIntake) -> str:
    """All that leaves the intake, as one text."""
    frames = [frame.to_csv() for frame in intake.tables.values()]
    return "\n".join([*texts(intake), *frames, str(intake.score_sheets), str(intake.returned)])


class TestGoodFolder:
    def test_everything_is_read(self, folder: Folder, scored: Scored) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.judge([scored("J01", "C01"), scored("J01", "C02", 1)])
        folder.judge([scored("J02", "C01", 2)], "J02")
        task = {
            "task_id": "R01",
            "title": "报送计划",
            "issued": date(2024, 9, 1),
            "due": date(2024, 9, 30),
            "status": "按时完成",
            "submitted_on": date(2024, 9, 20),
        }
        folder.centre({"centre_tasks": [{**task, "college_code": c} for c in ("C01", "C02")]})
        intake = folder.read()
        assert texts(intake) == []
        assert intake.colleges == (
            College(code="C01", name="化学工程学院", aliases=("化工学院",)),
            College(code="C02", name="机电学院"),
        )
        assert (intake.judges, intake.returned) == (("J01", "J02"), ())
        assert [(s.judge, s.college, s.total) for s in intake.score_sheets] == [
            ("J01", "C01", 100),
            ("J01", "C02", 99),
            ("J02", "C01", 98),
        ]
        assert [(i.kind, i.code, len(i.sha256)) for i in intake.inputs] == [
            ("college", "C01", 64),
            ("college", "C02", 64),
            ("centre", "", 64),
            ("judge", "J01", 64),
            ("judge", "J02", 64),
        ]
        base = intake.tables["base_info"]
        assert list(base["college_code"]) == ["C01", "C02"]
        assert list(base["n_students"]) == [120, 120]
        assert list(intake.tables["centre_tasks"]["college_code"]) == ["C01", "C02"]
        assert intake.tables["staff"].loc[0, ["name", *PROVENANCE]].tolist() == [
            "甲",
            "台账_2024-2025_C01.xlsx",
            "S06 站内人员",
            5,
        ]

    def test_pages_are_all_that_was_read(self, folder: Folder, scored: Scored) -> None:
        folder.college("C01", {"funds": [{"entry_type": "预算", "date": date(2042, 1, 1)}]})
        folder.centre({"calendar_dict": []})
        folder.judge([scored("J01", "C01")])
        intake = folder.read()
        pages = {(page.kind, page.code, page.sheet): page for page in intake.pages}
        assert len(pages) == len(intake.pages) == 18
        assert pages["college", "C01", "class_base"] == Page(
            "台账_2024-2025_C01.xlsx",
            "college",
            "C01",
            "class_base",
            "S01 班级基数",
            3,
            21,
            "A",
            "G",
        )
        assert (
            pages["college", "C01", "base_info"].first,
            pages["college", "C01", "base_info"].last,
        ) == ("", "")
        assert pages["college", "C01", "activities"].rows == 0
        assert pages["college", "C01", "base_info"].cells == 16
        assert pages["college", "C01", "funds"].rows == 1
        assert pages["centre", "", "calendar_dict"].rows == 0
        assert pages["judge", "J01", "score_sheet"].rows == 1

    def test_every_sheet_has_a_frame_of_the_same_types(self, folder: Folder) -> None:
        folder.college("C01", {"staff": [member("甲", "站长", years=0.5)]})
        full = folder.read().tables
        folder.college("C01", {"staff": []})
        empty = folder.read().tables
        assert set(full) == {sheet.name for sheet in folder.ledger.sheets}
        for name, frame in full.items():
            pd.testing.assert_series_equal(frame.dtypes, empty[name].dtypes)
        assert (len(full["staff"]), len(empty["staff"])) == (1, 0)
        assert full["staff"].loc[0, "years"] == 0.5

    def test_empty_sheet_was_handed_in_and_an_absent_one_was_not(self, folder: Folder) -> None:
        folder.college("C01", {"research": []})
        folder.college("C02")
        handed_in = folder.read().handed_in
        assert handed_in["research"] == ("C01",)
        assert handed_in["activities"] == ("C01", "C02")
        assert handed_in["awards"] == ()

    def test_listed_colleges_keep_their_names_and_order(self, folder: Folder) -> None:
        for code in ("C02", "C01", "C03"):
            folder.college(code)
        assert [(c.code, c.name) for c in folder.read().colleges] == [
            ("C01", "化学工程学院"),
            ("C02", "机电学院"),
            ("C03", "第03学院"),
        ]

    def test_without_a_list_of_colleges_whoever_handed_in(self, folder: Folder) -> None:
        folder.settings("")
        folder.college("C05", name="学院台账C05.xlsx")
        folder.college("C07", without=("base_info",))
        intake = folder.read()
        assert [(c.code, c.name) for c in intake.colleges] == [("C05", "第05学院"), ("C07", "C07")]


class TestFiles:
    def test_of_another_year(self, folder: Folder) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.file("台账_2023-2024_C02.xlsx")
        intake = folder.read()
        assert [code for code, _, _ in told(intake)] == ["F04"]
        assert len(intake.inputs) == 2

    def test_college_that_has_not_handed_in(self, folder: Folder) -> None:
        folder.college("C01")
        intake = folder.read()
        assert texts(intake) == [
            (
                "[W F03] 台账_2024-2025_C02.xlsx：机电学院没有交来台账。允许：每个学院一份台账。"
                "处理：请催交；在此之前该学院的各项指标显示为“无数据”。"
            )
        ]
        assert [college.code for college in intake.colleges] == ["C01", "C02"]

    def test_two_for_one_college_are_left_alone(self, folder: Folder) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.college("C02", name="台账_2024-2025_C02(1).xlsx")
        intake = folder.read()
        assert [f.code for f in intake.findings if f.severity != "I"] == ["F02", "F02"]
        assert list(intake.tables["base_info"]["college_code"]) == ["C01"]
        assert [college.code for college in intake.colleges] == ["C01", "C02"]
        assert intake.handed_in["base_info"] == ("C01",)
        assert {page.code for page in intake.pages} == {"C01"}

    def test_two_of_which_one_is_known_by_its_cover_only(self, folder: Folder) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.college("C02", name="最终版.xlsx")
        intake = folder.read()
        assert [f.code for f in intake.findings if f.severity != "I"] == ["F02", "F02"]
        assert "F03" not in {f.code for f in intake.findings}

    def test_only_file_of_the_year_is_there_twice(self, folder: Folder) -> None:
        folder.settings("")
        folder.college("C02", name="甲.xlsx")
        folder.college("C02", name="乙.xlsx")
        intake = folder.read()
        assert [college.code for college in intake.colleges] == ["C02"]
        assert len(intake.tables["base_info"]) == 0

    def test_damaged_one_does_not_stop_the_others(self, folder: Folder) -> None:
        folder.college("C01")
        names = ("台账_2024-2025_C02.xlsx", "评分表_2024-2025_J01.xlsx")
        broken = [
            Finding("F01", Severity.ERROR, Location(name), "文件已损坏", "", "", "")
            for name in names
        ]
        for name, finding in zip(names, broken, strict=True):
            folder.file(name, findings=[finding])
        intake = folder.read()
        # It has handed in, if only something unreadable: it is not left out in silence.
        assert list(intake.findings) == broken
        assert [college.code for college in intake.colleges] == ["C01", "C02"]
        assert list(intake.tables["base_info"]["college_code"]) == ["C01"]
        assert intake.judges == ("J01",)

    def test_ledger_in_several_files(self, folder: Folder) -> None:
        folder.college("C01")
        folder.college("C02")
        pages = folder.books.pop("台账_2024-2025_C02.xlsx").sheets
        (folder.folder / "台账_2024-2025_C02.xlsx").unlink()
        for page in pages:
            name = f"台账_2024-2025_C02_{page.name}.csv"
            text = [["" if cell is None else str(cell) for cell in row] for row in page.grid]
            stem = name.removesuffix(".csv")
            folder.file(name, RawSheet(name, stem, text))
        folder.books["台账_2024-2025_C02_S06 站内人员.csv"].sheets[0].grid[4][0] = "乙"  # type: ignore[index]
        intake = folder.read()
        assert len(intake.inputs) == 17
        assert intake.handed_in["class_base"] == ("C01", "C02")
        staff = intake.tables["staff"]
        assert staff.loc[2, ["name", *PROVENANCE]].tolist() == [
            "乙",
            "台账_2024-2025_C02_S06 站内人员.csv",
            "S06 站内人员",
            5,
        ]
        # Each finding names the file that its sheet came in.
        files = {f.location.file for f in intake.findings if f.severity != "I"}
        assert files == {
            "台账_2024-2025_C02_S00 基础信息.csv",
            "台账_2024-2025_C02_S06 站内人员.csv",
        }

    @pytest.mark.parametrize("made", [True, False])
    def test_no_ledger_at_all(self, folder: Folder, made: bool) -> None:
        if made:
            folder.centre({"calendar_dict": []})
        else:
            folder.folder.rmdir()
        with pytest.raises(NoDataError) as caught:
            folder.read()
        assert str(caught.value) == str(NoDataError.empty_year(folder.folder))

    def test_only_other_files(self, folder: Folder) -> None:
        (folder.folder / "说明.docx").write_bytes(b"x")
        with pytest.raises(NoDataError):
            folder.read()


class TestCover:
    PLACE = "台账_2024-2025_C01.xlsx › S00 基础信息"

    def test_that_disagrees_with_the_file_name(self, folder: Folder) -> None:
        folder.settings("")
        cover = {"academic_year": "2023-2024", "college_code": "C05"}
        folder.college("C01", cover=cover)
        intake = folder.read()
        mend = "请核对是否拿错了文件，再改正这一格或文件名"
        assert texts(intake) == [
            (
                f"[E F04] {self.PLACE} › C3：“学年”与文件名不一致，填写的是“2023-2024”。"
                f"允许：2024-2025。处理：{mend}。"
            ),
            (
                f"[E F04] {self.PLACE} › C5：“学院代码”与文件名不一致，填写的是“C05”。"
                f"允许：C01。处理：{mend}。"
            ),
        ]
        assert list(intake.tables["base_info"]["college_code"]) == ["C01"]

    def test_alias_is_told(self, folder: Folder) -> None:
        folder.college("C01", cover={"college_name": "化工学院"})
        folder.college("C02")
        told_of = [text for text in texts(folder.read()) if "K01" in text]
        assert told_of == [
            (
                f"[I K01] {self.PLACE} › C4：“学院全称”不是学校公布的全称，已按化学工程学院读取，"
                "填写的是“化工学院”。允许：化学工程学院。处理：请改为全称。"
            )
        ]

    def test_strange_name(self, folder: Folder) -> None:
        folder.college("C01", cover={"college_name": "机电学院"})
        folder.college("C02")
        told_of = [text for text in texts(folder.read()) if "K01" in text]
        assert told_of == [
            (
                f"[E K01] {self.PLACE} › C4：“学院全称”不是这个学院的名称，也不是已登记的别名，"
                "填写的是“机电学院”。允许：化学工程学院。"
                "处理：请核对是否拿错了文件；确是本学院的，请改为全称，或请校心理中心登记别名。"
            )
        ]

    def test_width_and_spaces_of_the_name_are_no_matter(self, folder: Folder) -> None:
        folder.college("C01", cover={"college_name": "化学 工程学院"})
        folder.college("C02")
        assert "K01" not in {f.code for f in folder.read().findings}

    def test_code_by_its_name(self, folder: Folder) -> None:
        folder.college("C01", cover={"college_code": "化工学院"})
        folder.college("C02")
        assert [(f.code, f.severity) for f in folder.read().findings] == [("K01", "I")]

    def test_full_width_year_is_the_same_year(self, folder: Folder) -> None:
        folder.college("C01", cover={"academic_year": "２０２４－２０２５"})
        folder.college("C02")
        assert [f.code for f in folder.read().findings] == ["N01"]


class TestCentre:
    def calendar(self, *rows: tuple[object, ...]) -> dict[str, list[dict[str, object]]]:
        return {
            "calendar_dict": [
                dict(zip(("key", "value", "canonical"), row, strict=False)) for row in rows
            ]
        }

    def test_aliases_are_known_before_the_ledgers_are_read(self, folder: Folder) -> None:
        folder.college("C01", cover={"college_name": "化工系"})
        folder.college("C02")
        folder.centre(self.calendar(("alias", "化工系", "C01"), ("alias", "机电系", "机电学院")))
        assert [(f.code, f.severity) for f in folder.read().findings] == [("K01", "I")]

    def test_file_called_by_an_alias_of_the_dictionary(self, folder: Folder) -> None:
        folder.college("C01")
        folder.college("C02", name="机电系台账.xlsx")
        folder.centre(self.calendar(("alias", "机电系", "机电学院")))
        intake = folder.read()
        assert [f.code for f in intake.findings] == ["T08"]
        assert intake.handed_in["base_info"] == ("C01", "C02")

    def test_settings_go_before_the_dictionary(self, folder: Folder) -> None:
        folder.college("C01", cover={"college_name": "化工学院"})
        folder.college("C02")
        folder.centre(self.calendar(("alias", "化工学院", "C02")))
        assert [(f.code, f.severity) for f in folder.read().findings] == [("K01", "I")]

    def test_second_semester_is_known_before_the_ledgers_are_read(self, folder: Folder) -> None:
        training = {
            "training_id": "T01",
            "semester": "第二学期",
            "date": date(2025, 2, 14),
            "peer_role": "心理委员",
            "grade": "2024级",
            "topic": "倾听",
            "trainer": "甲",
            "hours": 2,
            "n_expected": 3,
            "n_attend": 3,
        }
        folder.college("C01", {"peer_training": [training]})
        folder.college("C02")
        assert "D05" not in {f.code for f in folder.read().findings}
        folder.centre(self.calendar(("sem2_start", "2025-02-17")))
        assert [f.code for f in folder.read().findings if f.code == "D05"] == ["D05"]

    @pytest.mark.parametrize("value", ["2026-02-17", "待定", None])
    def test_unlikely_semester_is_passed_over(self, folder: Folder, value: object) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.centre(self.calendar(("sem2_start", value)))
        assert "D05" not in {f.code for f in folder.read().findings}

    def test_two_of_them_are_left_alone(self, folder: Folder) -> None:
        folder.college("C01", cover={"college_name": "化工系"})
        folder.college("C02")
        for name in ("校级_2024-2025.xlsx", "校级_2024-2025 (1).xlsx"):
            folder.centre(self.calendar(("alias", "化工系", "C01")), name=name)
        intake = folder.read()
        assert sorted(f.code for f in intake.findings if f.severity != "I") == [
            "F02", "F02", "K01"
        ]  # fmt: skip
        assert len(intake.tables["calendar_dict"]) == 0


class TestChecks:
    def test_spoilt_cells_are_blank(self, folder: Folder) -> None:
        classes = [class_of(2022), class_of(2023), class_of(2024, n_in_class=39)]
        folder.college("C01", {"class_base": classes}, cover={"n_freshmen": 999})
        folder.college("C02")
        intake = folder.read()
        errors = [f for f in intake.findings if f.severity == "E"]
        assert errors
        frame = intake.tables["base_info"].set_index("college_code")
        assert pd.isna(frame.loc["C01", "n_freshmen"])
        assert frame.loc["C02", "n_freshmen"] == 40

    def test_names_of_classes_are_mended(self, folder: Folder) -> None:
        peer = {
            "peer_id": "P-C010001",
            "peer_role": "心理委员",
            "grade": "2024级",
            "class_name": "化工 24-01",
            "selection": "民主推选",
            "from_date": date(2024, 9, 24),
        }
        folder.college("C01", {"peer_roster": [peer]})
        folder.college("C02")
        intake = folder.read()
        assert [(f.code, f.severity) for f in intake.findings] == [("K03", "I")]
        assert intake.tables["peer_roster"].loc[0, "class_name"] == "化工2401班"

    def test_last_years_classes(self, folder: Folder) -> None:
        folder.college("C01")
        folder.college("C02")
        before: LastYear = {"C01": {"class_base": [class_of(2023, class_name="分析2301班")]}}
        assert [f.code for f in folder.read(before).findings] == ["Y01"]
        assert folder.read({"C09": before["C01"]}).findings == ()


class TestSheets:
    def test_missing_core_sheet(self, folder: Folder) -> None:
        folder.settings("")
        folder.college("C01", without=("staff", "base_info"))
        intake = folder.read()
        missing = [text for text in texts(intake) if "H01" in text]
        assert missing == [
            f"[W H01] 台账_2024-2025_C01.xlsx › {tab}：没有“{title}”表。"
            "允许：模板中的核心表都要保留。处理：请补上这张表；没有内容也保留空表。"
            for tab, title in (("S00 基础信息", "基础信息"), ("S06 站内人员", "站内人员"))
        ]
        assert [(c.code, c.name) for c in intake.colleges] == [("C01", "C01")]
        assert intake.handed_in["staff"] == ()

    def test_blocked_sheet_counts_as_not_handed_in(self, folder: Folder) -> None:
        folder.college("C01", {"funds": [{"memo": "联系 13800138000"}]})
        folder.college("C02")
        intake = folder.read()
        assert [f.code for f in intake.findings] == ["P01"]
        assert intake.handed_in["funds"] == ("C02",)
        (page,) = [p for p in intake.pages if (p.code, p.sheet) == ("C01", "funds")]
        assert (page.rows, page.cells) == (0, 0)

    def test_hidden_tabs(self, folder: Folder) -> None:
        folder.college("C01", hidden=True)
        folder.college("C02")
        assert {f.code for f in folder.read().findings} == {"T05"}


class TestJudges:
    def test_other_than_the_file_name_says(self, folder: Folder, scored: Scored) -> None:
        folder.settings("")
        for code in ("C01", "C02", "C03"):
            folder.college(code)
        folder.judge([scored("J01", "C01"), scored("J02", "C02"), scored("J02", "C03", s23=11)])
        intake = folder.read()
        place = "评分表_2024-2025_J01.xlsx › J01 评委评分表"
        assert told(intake) == [("G01", "E", f"{place} › K7"), ("G10", "E", f"{place} › 第 6 行")]
        assert texts(intake)[1] == (
            f"[E G10] {place} › 第 6 行：评委编号与文件名不一致，填写的是“J02”。"
            "允许：J01。处理：请核对是否拿错了评分表。"
        )
        assert [(s.judge, s.college) for s in intake.score_sheets] == [("J01", "C01")]
        assert intake.returned == (("J01", "C03"), ("J01", "C02"))
        assert intake.judges == ("J01",)

    def test_never_clipped(self, folder: Folder, scored: Scored) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.judge([scored("J01", "C01", s24=16, total_reported=101)])
        intake = folder.read()
        assert (intake.score_sheets, intake.returned) == ((), (("J01", "C01"),))

    def test_college_by_its_name(self, folder: Folder, scored: Scored) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.judge([scored("J01", "化工学院"), scored("J01", "C02", judge_college="校外")])
        intake = folder.read()
        assert [(f.code, f.severity) for f in intake.findings] == [("K01", "I")]
        assert [s.college for s in intake.score_sheets] == ["C01", "C02"]

    def test_renamed_tab(self, folder: Folder, scored: Scored) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.judge([scored("J01", "C01")], name="打分")
        intake = folder.read()
        assert [f.code for f in intake.findings] == ["H05"]
        assert len(intake.score_sheets) == 1

    def test_without_the_score_sheet(self, folder: Folder, filled: Filled) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.file("评分表_2024-2025_J01.xlsx", filled([("x",)], name="说明"))
        intake = folder.read()
        assert [f.code for f in intake.findings] == ["H05", "H01"]
        assert texts(intake)[1] == (
            "[W H01] 评分表_2024-2025_J01.xlsx › J01 评委评分表：没有“评委评分表”表。"
            "允许：模板中的核心表都要保留。处理：请补上这张表；没有内容也保留空表。"
        )
        assert intake.judges == ("J01",)

    def test_with_two_files(self, folder: Folder, scored: Scored) -> None:
        folder.college("C01")
        folder.college("C02")
        folder.judge([scored("J01", "C01")])
        folder.judge([scored("J01", "C01", 3)], file="J01打分.xlsx")
        folder.judge([scored("J02", "C01")], "J02")
        intake = folder.read()
        assert [f.code for f in intake.findings if f.severity == "E"] == ["F02", "F02"]
        # Results wait for a judge who has handed in, if only too much.
        assert intake.judges == ("J01", "J02")
        assert [s.judge for s in intake.score_sheets] == ["J02"]


class TestPrivacy:
    def test_private_columns_never_reach_a_frame(self, folder: Folder) -> None:
        form = {**HEAD, "email": "jia@example.com", "cert_no": "Z-2024-77"}
        people = [
            member("甲", "站长", certificate="其他", cert_no="Z-2024-77"),
            member("王小明", "学生干部"),
            member("李 小红", "学生干部(组长)"),
            member("赵小刚", None),
        ]
        prizes = [
            {"title": "大赛", "owner": owner, "owner_type": kind, "date": date(2025, 5, 25)}
            for owner, kind in (("辅导站", "集体"), ("王小明", "个人(学生)"), ("李小红", "学生"))
        ]
        folder.college("C01", {"head_form": [form], "staff": people, "awards": prizes})
        folder.college("C02")
        intake = folder.read()
        text = everything(intake)
        for secret in (
            *("13900139000", "jia@example.com", "Z-2024-77"),
            *("王小明", "李小红", "李 小红", "赵小刚"),
        ):
            assert secret not in text
        staff = intake.tables["staff"].query("college_code == 'C01'")
        assert list(staff["name"].fillna("")) == ["甲", "", "", ""]
        assert list(intake.tables["awards"]["owner"].fillna("")) == ["辅导站", "", ""]
        for sheet, names in (("head_form", {"email", "mobile", "cert_no"}), ("staff", {"cert_no"})):
            assert not names & {*intake.tables[sheet].columns}
            assert names <= {column.name for column in folder.ledger[sheet].columns}

    def test_repeated_students_are_not_named(self, folder: Folder) -> None:
        people = [member("甲", "站长"), member("丙", "其他"), *[member("王小明", "学生干部")] * 2]
        folder.college("C01", {"staff": people})
        folder.college("C02")
        intake = folder.read()
        assert [(f.code, f.value) for f in intake.findings] == [("V05", "学生干部、2023-09-01")]
        assert "王小明" not in everything(intake)

    @pytest.mark.parametrize(
        "number", ["13800138000", "500101199903070012", "１３８００１３８０００", "138-0013-8000"]
    )
    def test_numbers_of_persons_are_never_echoed(
        self, folder: Folder, scored: Scored, number: str
    ) -> None:
        folder.college(
            "C01",
            {
                "staff": [member(f"甲{number}", number, from_date=number, major=number)],
                "key_students": [{"case_code": number, "owner": f"乙 {number}"}],
                "activities": [{"title": f"讲座（联系 {number}）", "n_attend": number}],
            },
            cover={"academic_year": number, "college_code": number, "head_name": number},
        )
        folder.college("C02")
        (folder.folder / f"王某{number}.docx").write_bytes(b"x")
        folder.judge(
            [
                scored(f"J{number}", "C01"),
                scored("J01", number, comment=number),
                scored("J01", "C01", s11=number, comment=f"致电{number}"),
                scored("J01", "C02", comment=f"致电{number}"),
            ]
        )
        intake = folder.read()
        assert number not in everything(intake)
        assert {"P01", "F05"} <= {finding.code for finding in intake.findings}
        # A score counts, whatever was written beside it; that is told and not kept.
        assert [(s.college, s.comment) for s in intake.score_sheets] == []
        assert ("J01", "C02") in intake.returned


def test_findings_are_plain_text(folder: Folder) -> None:
    """They are kept as JSON: nothing but text may stand in them."""
    folder.college("C01", {"staff": [member("甲", "无此角色", years=99.5)]})
    for finding in folder.read().findings:
        fields = [getattr(finding, name) for name in ("code", "what", "value", "rule", "mend")]
        assert json.loads(json.dumps(fields)) == fields
        assert all(isinstance(field, str) for field in fields)


def test_files_that_were_listed_already_are_not_listed_again(folder: Folder) -> None:
    folder.college("C01")
    folder.college("C02")
    space = Workspace.find(folder.root)
    files = list_files(space, YEAR)
    folder.file("台账_2024-2025_C03.xlsx")
    intake = read_year(space, YEAR, folder.ledger, folder.rubric, files=files)
    assert [item.code for item in intake.inputs] == ["C01", "C02"]


def test_real_files_are_read_and_not_touched(
    year_folder: Any, ledger: Ledger, rubric: Rubric
) -> None:
    path: Path = year_folder.college()
    before = path.read_bytes(), path.stat().st_mtime_ns
    intake = read_year(year_folder.workspace, year_folder.year, ledger, rubric)
    assert [str(f) for f in intake.findings if f.severity != "I"] == []
    assert len(intake.tables["class_base"]) == 3
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]
