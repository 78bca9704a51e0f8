"""Rounds of correction: the log beside the snapshots, and what changed between two of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evalkit.errors import NoDataError, UnknownNameError
from evalkit.findings import Finding, Location, Severity
from evalkit.intake.changes import Comparison, compare
from evalkit.intake.rounds import find_round, list_rounds, record_round
from evalkit.intake.snapshot import Snapshot
from evalkit.ledger import Ledger
from evalkit.workspace import AcademicYear

DAY = datetime(2025, 7, 1, 1, 30, tzinfo=UTC)
FIRST, SECOND = "0123456789ab", "0199999999ff"


class TestLog:
    def test_one_round_for_each_new_state(self, tmp_path: Path) -> None:
        folder = tmp_path / "2024-2025"
        assert list_rounds(folder) == ()
        for days, snapshot in enumerate([FIRST, FIRST, SECOND, SECOND, FIRST]):
            record_round(folder, snapshot, now=DAY + timedelta(days))
        rounds = list_rounds(folder)
        assert [(r.number, r.snapshot, r.time) for r in rounds] == [
            (1, FIRST, DAY),
            (2, SECOND, DAY + timedelta(2)),
            (3, FIRST, DAY + timedelta(4)),
        ]
        assert rounds[1].folder == folder / SECOND
        assert rounds[0].beijing == "2025-07-01 09:30"
        assert record_round(folder, FIRST) == rounds[2]

    def test_lines_can_be_read_by_others(self, tmp_path: Path) -> None:
        record_round(tmp_path, FIRST, now=DAY)
        (line,) = (tmp_path / "rounds.jsonl").read_text("utf-8").splitlines()
        assert json.loads(line) == {"snapshot": FIRST, "time": "2025-07-01T01:30:00+00:00"}

    def test_now_is_utc(self, tmp_path: Path) -> None:
        before = datetime.now(UTC).replace(microsecond=0)
        found = record_round(tmp_path, FIRST)
        assert before <= found.time <= datetime.now(UTC)
        assert found.time.utcoffset() == timedelta(0)

    def test_side_by_side(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            found = [*pool.map(lambda _: record_round(tmp_path, FIRST), range(40))]
        assert {r.number for r in found} == {1}
        assert len(list_rounds(tmp_path)) == 1
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: record_round(tmp_path, f"{n:012x}"), range(40)))
        assert {r.snapshot for r in list_rounds(tmp_path)} == {FIRST} | {
            f"{n:012x}" for n in range(40)
        }

    @pytest.mark.parametrize(
        "torn", ['{"snapshot": "0123', "{}\n", "[]\n", '{"snapshot": "a", "time": 3}\n', "\n"]
    )
    def test_torn_line_is_passed_over(self, tmp_path: Path, torn: str) -> None:
        record_round(tmp_path, FIRST, now=DAY)
        with (tmp_path / "rounds.jsonl").open("a", encoding="utf-8") as log:
            log.write(torn)
        assert record_round(tmp_path, SECOND).number == 2
        assert [r.snapshot for r in list_rounds(tmp_path)] == [FIRST, SECOND]

    def test_found_by_number_or_id(self, tmp_path: Path) -> None:
        for snapshot in (FIRST, SECOND, FIRST):
            record_round(tmp_path, snapshot, now=DAY)
        rounds = list_rounds(tmp_path)
        assert find_round(rounds, "2").snapshot == SECOND
        assert find_round(rounds, "0199").number == 2
        assert find_round(rounds, "012345").number == 3
        assert find_round(rounds, "0199999999FF").number == 2

    @pytest.mark.parametrize("wanted", ["4", "01", "", "fff"])
    def test_not_found_or_not_one(self, tmp_path: Path, wanted: str) -> None:
        for snapshot in (FIRST, SECOND):
            record_round(tmp_path, snapshot, now=DAY)
        with pytest.raises(UnknownNameError) as caught:
            find_round(list_rounds(tmp_path), wanted)
        assert str(caught.value) == (
            f"没有名为“{wanted}”的轮次。现有：1 {FIRST}、2 {SECOND}。"
            "请写轮次的序号，或快照编号的前几位；不止一个快照这样开头时请多写几位。"
        )

    def test_opened(self, tmp_path: Path) -> None:
        found = record_round(tmp_path, FIRST)
        with pytest.raises(NoDataError) as caught:
            found.open()
        assert str(caught.value) == (
            f"第 1 轮的快照 {FIRST} 已经不在 {tmp_path} 中，无法查看。"
            "请从备份恢复这个文件夹，或换一轮比较。"
        )
        found.folder.mkdir()
        (found.folder / "manifest.json").write_text('{"academic_year": "2024-2025"}', "utf-8")
        opened = found.open()
        assert (opened.id, opened.year, opened.folder) == (
            FIRST, AcademicYear(2024), found.folder,
        )  # fmt: skip


def _column(name: str, header: str, kind: str) -> dict[str, object]:
    return {"name": name, "header": header, "type": kind}


SHEETS = Ledger.model_validate(
    {
        "version": "1",
        "sheets": [
            {
                "id": "S00", "name": "cover", "title": "封面", "workbook": "college",
                "layout": "form", "columns": [_column("n", "人数", "int")],
            },
            {
                "id": "S01", "name": "classes", "title": "班级", "workbook": "college",
                "key": ["name"],
                "columns": [
                    _column("name", "班级名称", "str"),
                    _column("n", "班级人数", "int"),
                    _column("on", "日期", "date"),
                    _column("ok", "是否完成", "bool"),
                    _column("rate", "比率", "pct"),
                ],
            },
            {
                "id": "S02", "name": "cases", "title": "个案", "workbook": "college",
                "coded": True, "key": ["code", "owner"],
                "columns": [
                    _column("code", "编号", "id"),
                    _column("owner", "责任人", "str"),
                    _column("n", "次数", "int"),
                ],
            },
            {
                "id": "S03", "name": "funds", "title": "经费", "workbook": "college",
                "columns": [_column("what", "用途", "str"), _column("yuan", "金额", "money")],
            },
        ],
    }
)  # fmt: skip
TYPES = {
    "n": "Int64",
    "on": "datetime64[us]",
    "ok": "boolean",
    "rate": "Float64",
    "yuan": "Float64",
}


def table(name: str, *rows: tuple[Any, ...], code: str = "C01") -> pd.DataFrame:
    """Give rows of the sheet's values, as a snapshot keeps them."""
    names = [column.name for column in SHEETS[name].columns]
    frame = pd.DataFrame([*rows], columns=names)
    frame = frame.astype({column: TYPES.get(column, "string") for column in names})
    return frame.assign(
        college_code=pd.Series([code] * len(rows), dtype="string"),
        source_file=f"台账_2024-2025_{code}.xlsx",
        source_sheet=SHEETS[name].tab,
        source_row=pd.Series(range(5, 5 + len(rows)), dtype="Int64"),
    )


def snapshot(
    name: str,
    tables: Mapping[str, pd.DataFrame] | None = None,
    *findings: Finding,
    files: Mapping[str, str] | None = None,
) -> Snapshot:
    given = tables or {}
    manifest = {
        "tables": {sheet.name: 0 for sheet in SHEETS.sheets},
        "colleges": [{"code": code, "name": code} for code in ("C01", "C02")],
        "inputs": [
            {"file": file, "kind": "college", "code": file[13:16], "sha256": digest}
            for file, digest in (files or {}).items()
        ],
    }
    made = Snapshot(name, AcademicYear(2024), Path("none"), manifest)
    made.__dict__["tables"] = {s.name: given.get(s.name, table(s.name)) for s in SHEETS.sheets}
    made.__dict__["findings"] = findings
    return made


def changes(old: dict[str, pd.DataFrame], new: dict[str, pd.DataFrame]) -> Comparison:
    return compare(snapshot("a", old), snapshot("b", new), SHEETS)


def lines(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(row) for row in frame.itertuples(index=False)]


class TestValues:
    def test_cells_by_key_with_headers(self) -> None:
        old = table(
            "classes", ("甲班", 30, "2024-09-01", True, 98.5), ("乙班", 31, None, None, None)
        )
        new = table(
            "classes", ("乙班", 31, None, None, None), ("甲班", 32, "2024-09-02", False, 99)
        )
        found = changes({"classes": old}, {"classes": new})
        place = ("C01", "classes", "班级", "甲班")
        assert lines(found.cells) == [
            (*place, "班级人数", "30", "32"),
            (*place, "日期", "2024-09-01", "2024-09-02"),
            (*place, "是否完成", "是", "否"),
            (*place, "比率", "98.5", "99"),
        ]
        assert lines(found.rows) == []
        assert (found.old, found.new) == ("a", "b")

    def test_filled_and_emptied(self) -> None:
        old = table("classes", ("甲班", None, "2024-09-01", True, 0))
        new = table("classes", ("甲班", 0, None, True, 0))
        found = changes({"classes": old}, {"classes": new})
        assert [row[-3:] for row in lines(found.cells)] == [
            ("班级人数", "", "0"),
            ("日期", "2024-09-01", ""),
        ]

    def test_rows_that_came_and_went(self) -> None:
        old = table("classes", ("甲班", 1, None, None, None), ("乙班", 2, None, None, None))
        new = table("classes", ("甲班", 1, None, None, None), ("丙班", 2, None, None, None))
        found = changes({"classes": old}, {"classes": new})
        assert lines(found.cells) == []
        assert lines(found.rows) == [
            ("C01", "classes", "班级", "丙班", "added"),
            ("C01", "classes", "班级", "乙班", "removed"),
        ]

    def test_form_has_no_row(self) -> None:
        found = changes({"cover": table("cover", (1200,))}, {"cover": table("cover", (1201,))})
        assert lines(found.cells) == [("C01", "cover", "封面", "", "人数", "1200", "1201")]

    def test_coded_row_is_named_by_its_code_alone(self) -> None:
        old, new = (table("cases", ("K001", "张三", n)) for n in (3, 4))
        found = changes({"cases": old}, {"cases": new})
        assert lines(found.cells) == [("C01", "cases", "个案", "K001", "次数", "3", "4")]

    def test_without_a_key_by_row(self) -> None:
        old = table("funds", ("书籍", 10.5), ("沙盘", 20), ("设备", 30))
        new = table("funds", ("书籍", 10.5), ("沙盘", 25), ("设备", 30), ("杂项", 1))
        found = changes({"funds": old}, {"funds": new})
        assert lines(found.cells) == [("C01", "funds", "经费", "第 6 行", "金额", "20", "25")]
        assert lines(found.rows) == [("C01", "funds", "经费", "第 8 行", "added")]

    def test_row_that_only_moved_is_no_change(self) -> None:
        rows = [("书籍", 10.5), ("沙盘", 20), ("设备", 30)]
        found = changes(
            {"funds": table("funds", *rows)}, {"funds": table("funds", ("新", 1), *rows)}
        )
        assert lines(found.cells) == []
        assert lines(found.rows) == [("C01", "funds", "经费", "第 5 行", "added")]

    def test_repeated_key_loses_nothing(self) -> None:
        row = ("甲班", 1, None, None, None)
        old = table("classes", row, row)
        new = table("classes", row, ("甲班", 2, None, None, None), row)
        assert lines(changes({"classes": old}, {"classes": new}).rows) == [
            ("C01", "classes", "班级", "甲班", "added")
        ]

    def test_same_key_in_another_college_is_another_row(self) -> None:
        old = table("classes", ("甲班", 1, None, None, None))
        new = table("classes", ("甲班", 1, None, None, None), code="C02")
        assert [row[0] for row in lines(changes({"classes": old}, {"classes": new}).rows)] == [
            "C02",
            "C01",
        ]

    def test_many_rows_in_short(self) -> None:
        rows = [(f"班{n}", 1, None, None, None) for n in range(1, 8)]
        old = {"classes": table("classes", *rows), "cover": table("cover", (1,))}
        new = {"classes": table("classes", ("新班", 1, None, None, None))}
        assert changes(old, new).rows_in_short == (
            ("C01", "封面", "", "删去 1 行"),
            ("C01", "班级", "新班", "新增 1 行"),
            ("C01", "班级", "班1；班2；班3 等", "删去 7 行"),
        )

    def test_nothing_changed_has_the_same_columns(self) -> None:
        found = changes({}, {})
        assert [*found.cells] == ["college_code", "sheet", "title", "row", "column", "old", "new"]
        assert [*found.rows] == ["college_code", "sheet", "title", "row", "change"]
        assert set(map(str, found.cells.dtypes)) == {"string"}


def fault(cell: str, what: str = "不对", *, code: str = "V03", college: str = "C01") -> Finding:
    where = Location(f"台账_2024-2025_{college}.xlsx", "S01 班级", cell)
    return Finding(code, Severity.ERROR, where, what, "1", "对", "请改正")


class TestFindingsAndFiles:
    def test_same_place_and_code_is_the_same_finding(self) -> None:
        old = snapshot("a", None, fault("B5"), fault("B6"), fault("B7"))
        new = snapshot("b", None, fault("B6", "仍不对"), fault("B7", code="V04"), fault("B8"))
        found = compare(old, new, SHEETS)
        assert found.solved == (fault("B5"), fault("B7"))
        assert found.remaining == (fault("B6", "仍不对"),)
        assert found.appeared == (fault("B7", code="V04"), fault("B8"))

    def test_one_of_two_at_one_cell(self) -> None:
        old = snapshot("a", None, fault("B5", "一"), fault("B5", "二"))
        found = compare(old, snapshot("b", None, fault("B5", "二")), SHEETS)
        assert (len(found.solved), len(found.remaining), len(found.appeared)) == (1, 1, 0)

    def test_files(self) -> None:
        one, two, three = (f"台账_2024-2025_C0{n}.xlsx" for n in (1, 2, 3))
        old = snapshot("a", files={one: "x", two: "y"})
        new = snapshot("b", files={two: "z", three: "y"})
        found = compare(old, new, SHEETS)
        assert (found.added, found.removed, found.changed) == ((three,), (one,), (two,))

    def test_some_colleges_only(self) -> None:
        files = {f"台账_2024-2025_C0{n}.xlsx": "x" for n in (1, 2)}
        old = snapshot(
            "a", {"cover": table("cover", (1,))}, fault("B5"), fault("B5", college="C02")
        )
        new = snapshot("b", {"cover": table("cover", (2,))}, files=files)
        found = compare(old, new, SHEETS, codes=["C02"])
        assert found.solved == (fault("B5", college="C02"),)
        assert found.added == ("台账_2024-2025_C02.xlsx",)
        assert len(found.cells) == 0
