"""The data-quality score, held against the formula by hand, and the overview made from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.overview import Overview, overview
from evalkit.intake.quality import NOMINAL_ROWS, college_quality, sheet_quality
from evalkit.intake.snapshot import Snapshot
from evalkit.ledger import Ledger
from evalkit.workspace import AcademicYear

FILE = "台账_2024-2025_C01.xlsx"
E, W, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def _sheet(number: int, name: str, title: str, columns: int, **more: object) -> dict[str, object]:
    listed = [{"name": f"c{n}", "header": f"列{n}", "type": "int"} for n in range(columns)]
    fixed = {"id": f"S{number:02d}", "name": name, "title": title, "workbook": "college"}
    return {**fixed, "columns": listed, **more}


SHEETS = Ledger.model_validate(
    {
        "version": "1",
        "sheets": [
            _sheet(0, "cover", "封面", 8, layout="form", core=True),
            _sheet(1, "classes", "班级", 4, core=True),
            _sheet(2, "rooms", "场地", 5),
        ],
    }
)


def page(sheet: str, rows: int, cells: int, code: str = "C01") -> dict[str, object]:
    tab = SHEETS[sheet].tab
    return {
        "file": f"台账_2024-2025_{code}.xlsx",
        "kind": "college",
        "code": code,
        "sheet": sheet,
        "tab": tab,
        "rows": rows,
        "cells": cells,
    }


WHOLE = (page("cover", 1, 8), page("classes", 10, 40), page("rooms", 2, 10))


def manifest(
    pages: Sequence[dict[str, object]] = WHOLE, *, files: Sequence[str] = (FILE,), colleges: int = 1
) -> dict[str, Any]:
    codes = [f"C{number:02d}" for number in range(1, colleges + 1)]
    kinds = {"台账": "college", "评分表": "judge", "校级": "centre"}
    return {
        "snapshot": "0123456789ab",
        "academic_year": "2024-2025",
        "pages": list(pages),
        "inputs": [
            {
                "file": file,
                "kind": kinds[file.split("_")[0]],
                "code": file.split(".")[0].split("_")[2] if file.count("_") > 1 else "",
                "sha256": "0",
            }
            for file in files
        ],
        "colleges": [{"code": code, "name": f"第{code[1:]}学院", "aliases": []} for code in codes],
        "tables": {},
    }


def fault(
    cell: str | None,
    severity: Severity = E,
    *,
    sheet: str | None = "S01 班级",
    code: str = "V03",
    file: str = FILE,
) -> Finding:
    return Finding(code, severity, Location(file, sheet, cell), "不对", "1", "对", "请改正")


def line(sheet: str, *findings: Finding, pages: Any = WHOLE) -> dict[str, Any]:
    frame = sheet_quality(manifest(pages), findings, SHEETS)
    found: dict[str, Any] = frame[frame["sheet"] == sheet].iloc[0].to_dict()
    return found


class TestSheet:
    def test_nothing_wrong_is_exactly_100(self) -> None:
        assert line("classes") == {
            "college_code": "C01",
            "sheet": "classes",
            "title": "班级",
            "core": True,
            "state": "read",
            "rows": 10,
            "cells": 40,
            "errors": 0,
            "warnings": 0,
            "infos": 0,
            "cost": 0.0,
            "score": 100.0,
        }

    @pytest.mark.parametrize(
        ("findings", "cost", "score"),
        [
            ([fault("B7")], 1, 97.5),
            ([fault("B7", W)], 0.5, 98.7),  # 98.75, floored
            ([fault("B7", INFO)], 0, 100),
            ([fault("B7"), fault("B7", W), fault("B7")], 1, 97.5),
            ([fault("B7", W), fault("B8", W), fault("C7")], 2, 95),
            ([fault("第 7 行")], 4, 90),
            ([fault("第 7 行"), fault("B7"), fault("第 7 行", W)], 4, 90),
            ([fault("第 7 行", W)], 0.5, 98.7),
            ([fault("第 5 行", code="H03")], 10, 75),
            ([fault("第 5 行", code="H03"), fault("第 5 行", code="H03")], 20, 50),
            ([fault("第 5 行", code="H03")] * 5, 40, 0),
            ([fault(None)], 40, 0),
            ([fault(None, W)], 0.5, 98.7),
            ([fault("C9", code="P01")], 40, 0),
            ([fault("C9", W, code="P01")], 0.5, 98.7),
            ([fault("B7:D7"), fault("F1", sheet="S09 别的表")], 1, 97.5),
        ],
    )
    def test_cost_and_score(self, findings: list[Finding], cost: float, score: float) -> None:
        found = line("classes", *findings)
        assert (found["cost"], found["score"]) == (cost, score)

    def test_findings_are_counted_as_they_are(self) -> None:
        found = line("classes", fault("B7"), fault("B7", W), fault("C7", W), fault("D7", INFO))
        assert [found[name] for name in ("errors", "warnings", "infos")] == [1, 2, 1]

    def test_in_a_form_a_row_is_one_value(self) -> None:
        found = line("cover", fault("第 3 行", sheet="S00 封面"))
        assert (found["cells"], found["cost"], found["score"]) == (8, 1, 87.5)
        found = line("cover", fault("B3", sheet="S00 封面"), fault("D3", sheet="S00 封面"))
        assert found["cost"] == 2

    def test_missing_core_sheet_is_zero(self) -> None:
        found = line("classes", pages=WHOLE[:1])
        assert [found[name] for name in ("state", "rows", "cells", "cost", "score")] == [
            "missing", NOMINAL_ROWS, 4 * NOMINAL_ROWS, 4 * NOMINAL_ROWS, 0,
        ]  # fmt: skip
        assert line("cover", pages=WHOLE[1:])["cells"] == 8

    def test_missing_optional_sheet_is_no_data(self) -> None:
        found = line("rooms", pages=WHOLE[:2])
        assert found["state"] == "missing"
        assert pd.isna(found["score"])
        assert pd.isna(found["cost"])

    def test_missing_sheet_shows_its_finding(self) -> None:
        assert line("classes", fault(None, W, code="H01"), pages=WHOLE[:1])["warnings"] == 1

    def test_empty_sheet_is_no_data_unless_it_could_not_be_read(self) -> None:
        empty = (*WHOLE[:1], page("classes", 0, 0))
        found = line("classes", pages=empty)
        assert found["state"] == "empty"
        assert pd.isna(found["score"])
        found = line("classes", fault(None, code="H02"), pages=empty)
        assert (found["state"], found["cells"], found["score"]) == ("read", 40, 0)

    def test_who_handed_in_nothing_has_no_score(self) -> None:
        frame = sheet_quality(manifest(colleges=2), [], SHEETS)
        other = frame[frame["college_code"] == "C02"]
        assert set(other["state"]) == {"not_handed_in"}
        assert other["score"].isna().all()

    def test_file_without_any_sheet_is_zero(self) -> None:
        frame = sheet_quality(manifest([]), [fault(None, sheet=None, code="F01")], SHEETS)
        assert frame["score"].fillna(-1).tolist() == [0, 0, -1]

    def test_types_are_the_same_without_rows(self) -> None:
        full, none = (sheet_quality(manifest(colleges=n), [], SHEETS) for n in (1, 0))
        assert full.dtypes.to_dict() == none.dtypes.to_dict()
        assert college_quality(full).dtypes.to_dict() == college_quality(none).dtypes.to_dict()

    def test_one_cell_in_a_million_is_not_perfect(self) -> None:
        found = line("classes", fault("B7", W), pages=[page("classes", 250_000, 1_000_000)])
        assert found["score"] == 99.9

    @settings(deadline=None, max_examples=50)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["A1", "B2", "C3", "第 2 行", "第 3 行", None, "？"]),
                st.sampled_from([*Severity]),
                st.sampled_from(["V03", "H03", "P01"]),
            ),
            max_size=12,
        )
    )
    def test_bounded_and_never_better_for_one_more(self, faults: Any) -> None:
        findings = [fault(cell, severity, code=code) for cell, severity, code in faults]
        scores = [line("classes", *findings[:n])["score"] for n in range(len(findings) + 1)]
        assert scores[0] == 100
        assert all(0 <= score <= 100 for score in scores)
        assert scores == sorted(scores, reverse=True)


class TestCollege:
    def test_weighed_by_cells(self) -> None:
        frame = sheet_quality(manifest(), [fault("第 7 行"), fault("B7")], SHEETS)
        (row,) = college_quality(frame).to_dict("records")
        assert row == {"college_code": "C01", "cells": 58, "cost": 4.0, "score": 93.1}

    def test_what_has_no_score_has_no_weight(self) -> None:
        frame = sheet_quality(manifest(WHOLE[:2], colleges=2), [fault("B7", W)], SHEETS)
        rows = college_quality(frame)
        assert rows["cells"].tolist() == [48, 0]
        assert rows["score"].fillna(-1).tolist() == [98.9, -1]


def view(content: dict[str, Any], *findings: Finding, codes: Sequence[str] = ()) -> Overview:
    snapshot = Snapshot(content["snapshot"], AcademicYear(2024), Path("none"), content)
    snapshot.__dict__["findings"] = findings
    return overview(snapshot, SHEETS, codes)


class TestOverview:
    def test_states_of_colleges(self) -> None:
        files = [f"台账_2024-2025_C0{n}.xlsx" for n in (1, 2, 3, 5)]
        pages = [
            page(sheet, 1, 4, f"C0{n}")
            for n, sheets in ((1, "cover classes"), (2, "cover classes"), (3, "cover"))
            for sheet in sheets.split()
        ]
        found = view(
            manifest(pages, files=files, colleges=5),
            fault("B2", W),
            fault("B2", file=files[1]),
            fault(None, W, sheet=None, code="F03", file="台账_2024-2025_C04.xlsx"),
            fault(None, sheet=None, code="F01", file=files[3]),
        )
        assert [(s.code, s.errors, s.warnings, s.state) for s in found.senders] == [
            ("C01", 0, 1, "齐全"),
            ("C02", 1, 0, "待更正"),
            ("C03", 0, 0, "待更正"),
            ("C04", 0, 1, "未交"),
            ("C05", 1, 0, "待更正"),
        ]
        assert [s.score for s in found.senders] == [93.7, 87.5, 9.0, None, 0.0]

    def test_two_files_are_not_none(self) -> None:
        twice = [
            fault(None, sheet=None, code="F02", file=f"台账_2024-2025_C01{n}.xlsx")
            for n in ("(1)", "终稿")
        ]
        (sender,) = view(manifest([], files=[]), *twice).senders
        assert (sender.state, sender.errors) == ("待更正", 2)

    def test_senders_in_order_and_nothing_lost(self) -> None:
        files = [FILE, "校级_2024-2025.xlsx", "评分表_2024-2025_J02.xlsx"]
        findings = [
            fault(None, W, sheet=None, code="F05", file="新建文件.xlsx"),
            fault("K9", sheet="J01", file="评分表_2024-2025_J10.xlsx"),
            fault("C2", INFO, sheet="X01", file=files[1]),
            fault("B7"),
        ]
        found = view(manifest(files=files), *findings)
        assert [(s.kind, s.title, s.state) for s in found.senders] == [
            ("college", "C01 第01学院", "待更正"),
            ("centre", "校级材料", "齐全"),
            ("judge", "J02 评委", "齐全"),
            ("judge", "J10 评委", "待更正"),
            ("other", "其他文件", "待更正"),
        ]
        assert sum(s.errors + s.warnings + s.infos for s in found.senders) == 4
        assert [found.count(severity) for severity in Severity] == [2, 1, 1]
        assert found.n_files == 3

    def test_order_of_findings(self) -> None:
        wanted = [
            fault(None, W, sheet=None, code="F04"),
            fault("C4", sheet="S00 封面"),
            fault("第 3 行"),
            fault("B20"),
            fault("AA20"),
            fault("A100"),
            fault("A1", W),
            fault("A1", INFO),
            fault("A1", file="台账_2024-2025_C02.xlsx"),
        ]
        content = manifest(colleges=2)
        assert view(content, *wanted[::-1]).findings == tuple(wanted)

    def test_some_colleges_only(self) -> None:
        files = [FILE, "台账_2024-2025_C02.xlsx", "评分表_2024-2025_J01.xlsx"]
        findings = [fault("B7"), fault("B7", file=files[1]), fault("K9", file=files[2])]
        found = view(manifest(files=files, colleges=2), *findings, codes=["C02"])
        assert [s.code for s in found.senders] == ["C02"]
        assert found.findings == (findings[1],)
        assert set(found.quality["college_code"]) == {"C02"}
        assert found.n_files == 1
