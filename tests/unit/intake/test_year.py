"""A year's folder as it comes in: good files beside every kind of bad one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from evalkit.errors import NoDataError
from evalkit.intake.frames import PROVENANCE
from evalkit.intake.year import YearIntake, list_inputs, read_year
from evalkit.ledger import Ledger
from evalkit.ledger.workbook import Record
from evalkit.rubric import Rubric
from evalkit.workspace import College

Scored = Callable[..., Record]
Read = Callable[[], YearIntake]

TWO = (
    '[[colleges]]\ncode = "C01"\nname = "化学工程学院"\n'
    '[[colleges]]\ncode = "C02"\nname = "机电学院"\n'
)
MOBILE, IDENTITY = "13800138000", "500101199903070012"


@pytest.fixture
def read(year_folder: Any, ledger: Ledger, rubric: Rubric) -> Read:
    return lambda: read_year(year_folder.workspace, year_folder.year, ledger, rubric)


def staff(name: str, role: str | None, **changes: object) -> dict[str, Any]:
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


def award(owner: str, owner_type: str | None, **changes: object) -> dict[str, Any]:
    return {
        "title": "心理情景剧大赛",
        "owner": owner,
        "owner_type": owner_type,
        "level": "校级",
        "rank": "一等",
        "issuer": "校团委",
        "date": date(2025, 5, 25),
        "relevant": True,
        "evidence_no": "H-01",
        **changes,
    }


def texts(intake: YearIntake) -> list[str]:
    return [str(finding) for finding in intake.findings]


def everything(intake: YearIntake) -> str:
    """All that leaves the intake, as one text."""
    frames = [frame.to_csv() for frame in intake.tables.values()]
    return "\n".join([*texts(intake), *frames, str(intake.score_sheets), str(intake.returned)])


class TestGoodFolder:
    def test_everything_is_read(self, year_folder: Any, read: Read, scored: Scored) -> None:
        year_folder.college("C01", {"staff": [staff("甲", "站长")]})
        year_folder.college("C02")
        year_folder.judge([scored("J01", "C01"), scored("J01", "C02", 1)])
        year_folder.judge([scored("J02", "C01", 2)], "J02")
        task = {
            "task_id": "R01",
            "title": "报送计划",
            "issued": date(2024, 9, 1),
            "due": date(2024, 9, 30),
            "status": "按时完成",
        }
        year_folder.centre({"centre_tasks": [{**task, "college_code": c} for c in ("C01", "C02")]})
        intake = read()
        assert texts(intake) == []
        assert intake.colleges == (
            College(code="C01", name="第01学院"),
            College(code="C02", name="第02学院"),
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
        assert list(base["n_students"]) == [1200, 1200]
        assert list(intake.tables["centre_tasks"]["college_code"]) == ["C01", "C02"]
        assert intake.tables["staff"].loc[0, ["name", *PROVENANCE]].tolist() == [
            "甲",
            "台账_2024-2025_C01.xlsx",
            "S06 站内人员",
            5,
        ]

    def test_every_sheet_has_a_frame_of_the_same_types(
        self, year_folder: Any, read: Read, ledger: Ledger
    ) -> None:
        year_folder.college("C01", {"staff": [staff("甲", "站长", years=0.5)]})
        full = read().tables
        year_folder.college("C01")
        empty = read().tables
        assert set(full) == {sheet.name for sheet in ledger.sheets}
        for name, frame in full.items():
            pd.testing.assert_series_equal(frame.dtypes, empty[name].dtypes)
        types = full["staff"].dtypes.astype(str).to_dict()
        assert {name: types[name] for name in ("name", "years", "from_date", "source_row")} == {
            "name": "string",
            "years": "Float64",
            "from_date": "datetime64[us]",
            "source_row": "Int64",
        }
        assert (len(full["staff"]), len(empty["staff"])) == (1, 0)
        assert full["staff"].loc[0, "years"] == 0.5

    def test_listed_colleges_keep_their_names_and_order(self, year_folder: Any, read: Read) -> None:
        year_folder.settings(TWO)
        year_folder.college("C02")
        year_folder.college("C01")
        year_folder.college("C03")
        assert [(c.code, c.name) for c in read().colleges] == [
            ("C01", "化学工程学院"),
            ("C02", "机电学院"),
            ("C03", "第03学院"),
        ]


class TestFiles:
    def test_locks_hidden_files_folders_and_notes_are_passed_over(self, year_folder: Any) -> None:
        for name in ("~$台账_2024-2025_C01.xlsx", ".DS_Store", "README.md"):
            (year_folder.folder / name).write_bytes(b"x")
        (year_folder.folder / "第一轮退回").mkdir()
        assert list_inputs(year_folder.workspace, year_folder.year) == ([], [])

    @pytest.mark.parametrize(
        "name",
        [
            "台账(1)(最终版).xlsx",
            "台账_2024-2025_C1.xlsx",
            "台账_2024-2025_C01.xls",
            "台账_2024-2025_C０１.xlsx",
        ],
    )
    def test_unknown_file_name(self, year_folder: Any, name: str) -> None:
        (year_folder.folder / name).write_bytes(b"x")
        inputs, findings = list_inputs(year_folder.workspace, year_folder.year)
        assert inputs == []
        assert [str(finding) for finding in findings] == [
            (
                f"[W F05] {name}：从文件名认不出是哪一份材料，没有读取。"
                "允许：“台账_2024-2025_C01.xlsx”“评分表_2024-2025_J01.xlsx”或“校级_2024-2025.xlsx”。"
                "处理：请按规定的文件名重命名；多余的副本请移走。"
            )
        ]

    def test_year_in_the_file_name(self, year_folder: Any, read: Read) -> None:
        year_folder.college()
        (year_folder.folder / "台账_2023-2024_C02.xlsx").write_bytes(b"x")
        intake = read()
        assert texts(intake) == [
            (
                "[E F04] 台账_2023-2024_C02.xlsx：文件名中的学年与所在文件夹不符，没有读取。"
                "允许：2024-2025。处理：请放到对应学年的文件夹，或改正文件名。"
            )
        ]
        assert len(intake.inputs) == 1

    def test_college_that_has_not_handed_in(self, year_folder: Any, read: Read) -> None:
        year_folder.settings(TWO)
        year_folder.college("C01")
        intake = read()
        assert texts(intake) == [
            (
                "[W F03] 台账_2024-2025_C02.xlsx：机电学院没有交来台账。允许：每个学院一份台账。"
                "处理：请催交；在此之前该学院的各项指标显示为“无数据”。"
            )
        ]
        assert [college.code for college in intake.colleges] == ["C01", "C02"]

    @pytest.mark.parametrize("content", [b"", b"\x8f\x03random" * 300])
    def test_damaged_or_empty_file_does_not_stop_the_others(
        self, year_folder: Any, read: Read, content: bytes
    ) -> None:
        year_folder.college("C01")
        (year_folder.folder / "台账_2024-2025_C02.xlsx").write_bytes(content)
        (year_folder.folder / "评分表_2024-2025_J01.xlsx").write_bytes(content)
        intake = read()
        assert texts(intake) == [
            f"[E F01] {name}：文件损坏或不是工作簿，无法读取。"
            "允许：能用 Excel 或 WPS 打开、没有密码的 .xlsx 文件。"
            "处理：请用 Excel 或 WPS 打开后另存为 .xlsx，再重新提交。"
            for name in ("台账_2024-2025_C02.xlsx", "评分表_2024-2025_J01.xlsx")
        ]
        # It has handed in, if only something unreadable: it is not left out in silence.
        assert [(c.code, c.name) for c in intake.colleges] == [("C01", "第01学院"), ("C02", "C02")]
        assert list(intake.tables["base_info"]["college_code"]) == ["C01"]
        assert intake.judges == ("J01",)

    @pytest.mark.parametrize("made", [True, False])
    def test_no_ledger_at_all(self, year_folder: Any, read: Read, made: bool) -> None:
        if made:
            (year_folder.folder / "校级_2024-2025.xlsx").write_bytes(b"x")
        else:
            year_folder.folder.rmdir()
        with pytest.raises(NoDataError) as caught:
            read()
        assert str(caught.value) == str(NoDataError.empty_year(year_folder.folder))

    def test_list_is_in_the_order_of_names(self, year_folder: Any) -> None:
        for code in ("C10", "C02", "C01"):
            (year_folder.folder / f"台账_2024-2025_{code}.xlsx").write_bytes(code.encode())
        inputs, findings = list_inputs(year_folder.workspace, year_folder.year)
        assert [item.code for item in inputs] == ["C01", "C02", "C10"]
        assert findings == []


class TestSheets:
    def test_cover_sheet_that_disagrees_with_the_file_name(
        self, year_folder: Any, read: Read
    ) -> None:
        cover = {"academic_year": "2023-2024", "college_code": "C05"}
        year_folder.college("C01", cover=cover)
        intake = read()
        mend = "请核对是否拿错了文件，再改正这一格或文件名"
        place = "台账_2024-2025_C01.xlsx › S00 基础信息"
        assert texts(intake) == [
            (
                f"[E F04] {place} › C3：“学年”与文件名不一致，填写的是“2023-2024”。"
                f"允许：2024-2025。处理：{mend}。"
            ),
            (
                f"[E F04] {place} › C5：“学院代码”与文件名不一致，填写的是“C05”。"
                f"允许：C01。处理：{mend}。"
            ),
        ]
        assert list(intake.tables["base_info"]["college_code"]) == ["C01"]

    def test_full_width_year_is_the_same_year(self, year_folder: Any, read: Read) -> None:
        year_folder.college("C01", cover={"academic_year": "２０２４－２０２５"})
        assert texts(read()) == []

    def test_missing_core_sheet(self, year_folder: Any, read: Read) -> None:
        year_folder.college("C01", without=("staff", "base_info"))
        intake = read()
        assert texts(intake) == [
            f"[W H01] 台账_2024-2025_C01.xlsx › {tab}：没有“{title}”表。"
            "允许：模板中的核心表都要保留。处理：请补上这张表；没有内容也保留空表。"
            for tab, title in (("S00 基础信息", "基础信息"), ("S06 站内人员", "站内人员"))
        ]
        assert [(c.code, c.name) for c in intake.colleges] == [("C01", "C01")]

    def test_strange_sheet(self, year_folder: Any, read: Read) -> None:
        path = year_folder.college("C01")
        workbook = load_workbook(path)
        workbook.create_sheet("备忘")
        workbook.save(path)
        assert texts(read()) == [
            (
                "[I H05] 台账_2024-2025_C01.xlsx › 备忘：台账中没有这张表，没有读取。"
                "允许：模板中的各表。处理：无需处理；若是改了名的表，请把表名改回原样。"
            )
        ]


class TestJudges:
    def test_judge_other_than_the_file_name_says(
        self, year_folder: Any, read: Read, scored: Scored
    ) -> None:
        year_folder.college("C01")
        year_folder.college("C02")
        year_folder.college("C03")
        year_folder.judge(
            [scored("J01", "C01"), scored("J02", "C02"), scored("J02", "C03", s23=11)]
        )
        intake = read()
        place = "评分表_2024-2025_J01.xlsx › J01 评委评分表"
        assert [(f.code, str(f.location)) for f in intake.findings] == [
            ("G01", f"{place} › K7"),
            ("G10", f"{place} › 第 6 行"),
        ]
        assert texts(intake)[1] == (
            f"[E G10] {place} › 第 6 行：评委编号与文件名不一致，填写的是“J02”。"
            "允许：J01。处理：请核对是否拿错了评分表。"
        )
        assert [(s.judge, s.college) for s in intake.score_sheets] == [("J01", "C01")]
        assert intake.returned == (("J01", "C03"), ("J01", "C02"))
        assert intake.judges == ("J01",)

    def test_never_clipped(self, year_folder: Any, read: Read, scored: Scored) -> None:
        year_folder.college("C01")
        year_folder.judge([scored("J01", "C01", s24=16, total_reported=101)])
        intake = read()
        assert (intake.score_sheets, intake.returned) == ((), (("J01", "C01"),))

    def test_without_the_score_sheet(self, year_folder: Any, read: Read, scored: Scored) -> None:
        year_folder.college("C01")
        path = year_folder.judge([scored("J01", "C01")])
        workbook = load_workbook(path)
        workbook.worksheets[0].title = "打分"
        workbook.save(path)
        assert texts(read()) == [
            (
                "[W H01] 评分表_2024-2025_J01.xlsx › J01 评委评分表：没有“评委评分表”表。"
                "允许：模板中的核心表都要保留。处理：请补上这张表；没有内容也保留空表。"
            )
        ]


class TestPrivacy:
    def test_private_columns_never_reach_a_frame(
        self, year_folder: Any, read: Read, ledger: Ledger
    ) -> None:
        form = {
            "name": "甲",
            "email": "jia@example.com",
            "mobile": MOBILE,
            "certificate": "无",
            "cert_no": "Z-2024-77",
        }
        people = [
            staff("甲", "站长", certificate="其他", cert_no="Z-2024-77"),
            staff("王小明", "学生干部"),
            staff("李小红", "学生干部(组长)"),
            staff("赵小刚", None),
        ]
        prizes = [
            award("辅导站", "集体"),
            award("王小明", "个人(学生)"),
            award("李小红", "学生", title="征文"),
        ]
        year_folder.college("C01", {"head_form": [form], "staff": people, "awards": prizes})
        intake = read()
        text = everything(intake)
        for secret in (MOBILE, "jia@example.com", "Z-2024-77", "王小明", "李小红", "赵小刚"):
            assert secret not in text
        assert list(intake.tables["staff"]["name"].fillna("")) == ["甲", "", "", ""]
        assert list(intake.tables["awards"]["owner"].fillna("")) == ["辅导站", "", ""]
        for sheet, names in (
            ("head_form", ("email", "mobile", "cert_no")),
            ("staff", ("cert_no",)),
        ):
            assert not {*names} & {*intake.tables[sheet].columns}
            assert {*names} <= {column.name for column in ledger[sheet].columns}

    def test_repeated_students_are_not_named(self, year_folder: Any, read: Read) -> None:
        year_folder.college(
            "C01",
            {
                "staff": [staff("王小明", "学生干部")] * 2,
                "awards": [award("王小明", "个人(学生)")] * 2,
            },
        )
        intake = read()
        assert [(f.code, f.value) for f in intake.findings] == [
            ("V05", "学生干部、2023-09-01"),
            ("V05", "心理情景剧大赛、2025-05-25"),
        ]
        assert "王小明" not in everything(intake)

    @pytest.mark.parametrize(
        "number", [MOBILE, IDENTITY, "１３８００１３８０００", "138-0013-8000"]
    )
    def test_numbers_of_persons_are_never_echoed(
        self, year_folder: Any, read: Read, scored: Scored, number: str
    ) -> None:
        year_folder.college(
            "C01",
            {
                "staff": [
                    staff(f"甲{number}", number, from_date=number, years=number, major=number)
                ],
                "key_students": [
                    {"case_code": number, "owner": f"乙 {number}", "measures": number}
                ],
                "activities": [{"title": f"讲座（联系 {number}）", "n_attend": number}],
            },
            cover={"academic_year": number, "college_code": number, "head_name": number},
        )
        (year_folder.folder / f"王某{number}.xlsx").write_bytes(b"x")
        year_folder.judge(
            [
                scored(f"J{number}", "C01"),
                scored("J01", number, comment=number),
                scored("J01", "C01", s11=number, comment=f"致电{number}"),
            ]
        )
        intake = read()
        text = everything(intake)
        assert number not in text
        assert "******" in text
        assert {"P01", "F05"} <= {finding.code for finding in intake.findings}
        assert intake.score_sheets == ()


def test_findings_are_plain_text(year_folder: Any, read: Read) -> None:
    """They are kept as JSON: nothing but text may stand in them."""
    year_folder.settings(TWO)
    year_folder.college("C01", {"staff": [staff("甲", "无此角色", years=99.5)]})
    for finding in read().findings:
        fields = [getattr(finding, name) for name in ("code", "what", "value", "rule", "mend")]
        assert json.loads(json.dumps(fields)) == fields
        assert all(isinstance(field, str) for field in fields)


def test_inputs_are_not_touched(year_folder: Any, read: Read) -> None:
    path: Path = year_folder.college()
    before = path.read_bytes(), path.stat().st_mtime_ns
    read()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
