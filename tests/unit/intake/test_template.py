"""The templates of a workspace: what is filled in beforehand, and what is never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from evalkit.cli.template import command
from evalkit.errors import DefinitionError, EvalkitError, UnknownNameError, WorkspaceError
from evalkit.intake.carry_over import Carried, carry_over
from evalkit.intake.template import (
    Template,
    centre_template,
    college_template,
    judge_template,
    save_templates,
)
from evalkit.ledger import load_ledger
from evalkit.rubric import load_rubric
from evalkit.workspace import AcademicYear, Workspace

YEAR, BEFORE = AcademicYear(2024), AcademicYear(2023)
SETTINGS = """\
[school]
name = "测试职业学院"
centre = "心理中心"
[[colleges]]
code = "C01"
name = "甲学院"
aliases = ["甲院"]
[[colleges]]
code = "C02"
name = "乙学院"
[[colleges]]
code = "C03"
name = "丙学院"
[[judges]]
code = "J01"
type = "校内"
college = "C02"
recused = ["C03"]
name = "某评委"
[[judges]]
code = "J02"
type = "校外"
[[judges]]
code = "J03"
"""


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "evalkit.toml").write_text(SETTINGS, encoding="utf-8")
    return Workspace.find(tmp_path)


def opened(template: Template, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(template.content), data_only=values)


class TestCollege:
    def test_settings_are_filled_in_and_locked(self, space: Workspace) -> None:
        made = college_template(space, YEAR, load_ledger(), load_rubric(), space.colleges[0])
        assert made.file == "台账_2024-2025_C01.xlsx"
        book = opened(made)
        ledger = load_ledger()
        assert book.sheetnames == [
            "填写说明",
            *(sheet.tab for sheet in ledger.of("college")),
            "_lists",
        ]
        page = book["S00 基础信息"]
        filled = {
            cell.value: cell.protection.locked
            for row in page.iter_rows(min_row=3, max_col=4)
            for cell in row[1::2]
            if cell.value is not None
        }
        assert filled == {
            "2024-2025": True,
            "甲学院": True,
            "C01": True,
            ledger.version: True,
        }
        assert page["A1"].value == "甲学院 2024-2025 学年　基础信息"
        assert page.oddFooter.left.text == "测试职业学院 2024-2025 学年"

    def test_same_settings_same_bytes(self, space: Workspace) -> None:
        made = [
            college_template(space, YEAR, load_ledger(), load_rubric(), space.colleges[0])
            for _ in range(2)
        ]
        assert made[0] == made[1]


class TestCentre:
    def test_codes_and_indicators_are_offered(self, space: Workspace) -> None:
        made = centre_template(space, YEAR, load_ledger(), load_rubric())
        assert made.file == "校级_2024-2025.xlsx"
        book = opened(made)
        page = book["X02 校级日常记录"]
        rules = {r.promptTitle: r for r in page.data_validations.dataValidation}
        code = rules["学院代码"]
        assert (code.type, code.errorStyle) == ("list", "warning")
        assert code.error == "一般为：C01、C02、C03。确实是别的内容的，可以继续。"
        assert rules["对应考评要点"].type == "list"


class TestJudge:
    def test_recusals_are_filled_in_and_locked(self, space: Workspace) -> None:
        made = judge_template(space, YEAR, load_rubric(), space.judges[0])
        assert made.file == "评分表_2024-2025_J01.xlsx"
        book = opened(made)
        assert book.sheetnames == ["填写说明", "J01 评委评分表", "考核细则", "_lists"]
        page = book["J01 评委评分表"]
        rows = [[c.value for c in row] for row in page.iter_rows(min_row=6, max_row=8)]
        assert [row[:3] for row in rows] == [
            ["C01", "甲学院", "否"], ["C02", "乙学院", "是"], ["C03", "丙学院", "是"],
        ]  # fmt: skip
        assert [row[16:] for row in rows] == [["J01", "校内", "C02"]] * 3
        locked = [[page[f"{c}{row}"].protection.locked for c in "CDMNOP"] for row in (6, 7)]
        assert locked == [
            [False, False, False, True, False, False],
            [True, True, True, True, True, False],
        ]
        assert page.column_dimensions["D"].protection.locked

    def test_maxima_steps_and_total(self, space: Workspace) -> None:
        made = judge_template(space, YEAR, load_rubric(), space.judges[0])
        page = opened(made)["J01 评委评分表"]
        assert page["A5"].value == "例：八分半写作 8.5；各项满分与分档见右"
        assert [page[f"{c}5"].value for c in "DHN"] == [
            "满分 9\n0.5 分一档", "满分 15\n0.5 分一档", "满分 100\n自动算出",
        ]  # fmt: skip
        assert page["N6"].value == '=IF(COUNT(D6:M6)=10,SUM(D6:M6),"")'
        assert page["P7"].value == '=IF(P$6="","",P$6)'
        shown = opened(made, values=True)["J01 评委评分表"]
        assert (shown["N6"].value, shown["P7"].value) == (None, None)
        rules = {str(r.sqref): r for r in page.data_validations.dataValidation}
        assert rules["D6:D8"].formula1 == (
            "AND(ISNUMBER(D6),D6>=0,D6<=9,ABS(D6/0.5-ROUND(D6/0.5,0))<0.000001)"
        )
        assert str(page["A10"].value).startswith("签名：")
        assert page.print_area == "'J01 评委评分表'!$A$1:$P$10"
        assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 1)

    def test_wording_is_the_rubric_s(self, space: Workspace) -> None:
        page = opened(judge_template(space, YEAR, load_rubric(), space.judges[0]))["考核细则"]
        texts = [row[3].value for row in page.iter_rows(min_row=4) if row[3].value]
        criteria = load_rubric().criteria
        assert len(texts) == len(criteria)
        assert texts[0] == f"① {criteria[0].text}"
        assert all(str(text).endswith(c.text) for text, c in zip(texts, criteria, strict=True))
        assert (page["A4"].value, page["B4"].value, page["C4"].value) == (
            "1 组织领导与队伍建设\n（25 分）", "1.1 制度建设", 9,
        )  # fmt: skip

    def test_what_is_not_known_is_left_to_fill(self, space: Workspace) -> None:
        outside, unknown = (
            opened(judge_template(space, YEAR, load_rubric(), judge))["J01 评委评分表"]
            for judge in space.judges[1:]
        )
        assert [outside[f"{c}6"].value for c in "QRS"] == ["J02", "校外", "校外"]
        assert [unknown[f"{c}6"].value for c in "QRS"] == ["J03", None, None]
        assert [unknown[f"{c}6"].protection.locked for c in "QRS"] == [True, False, False]

    def test_a_name_is_on_the_cover_and_nowhere_else(self, space: Workspace) -> None:
        book = opened(judge_template(space, YEAR, load_rubric(), space.judges[0]))
        assert book["填写说明"]["A2"].value == "致：某评委"
        assert "某评委" not in f"{book.properties.title}{book.properties.creator}"


CLASSES = [("2023级", "甲2301", 40), ("2022级", "甲2201", 38), ("2021级", "甲2101", 41)]


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    provenance = {"source_file": "a", "source_sheet": "b", "source_row": 6}
    base = {"college_code": "C01", "station_name": "甲站", "leader_name": "丁老师"}
    classes = [
        {"college_code": "C01", "grade": g, "class_name": n, "n_in_class": k, "on_campus_s2": True}
        for g, n, k in CLASSES
    ]
    staff = [
        {"name": "王老师", "role": "站长", "from_date": pd.Timestamp(2020, 9, 1), "years": 0.5},
        {
            "name": "李老师",
            "role": "专职辅导员",
            "from_date": pd.Timestamp(2019, 9, 1),
            "to_date": pd.Timestamp(2024, 1, 1),
        },
        {"name": None, "role": "学生干部", "from_date": pd.Timestamp(2023, 9, 1)},
    ]
    rooms = [{"room_name": "沙盘室", "area_m2": 22.5, "dedicated": True}]
    frames = {
        "base_info": [base],
        "class_base": classes,
        "staff": staff,
        "facilities": rooms,
    }
    return {
        name: pd.DataFrame([{"college_code": "C01", **row, **provenance} for row in rows])
        for name, rows in frames.items()
    }


class TestSettings:
    def test_faults_of_the_judges_are_listed(self, space: Workspace) -> None:
        path = space.root / "evalkit.toml"
        faulty = '[[judges]]\ncode = "J01"\ncollege = "C09"\nrecused = ["C02", "C08"]\n'
        path.write_text(f"{SETTINGS}{faulty}", encoding="utf-8")
        with pytest.raises(DefinitionError) as caught:
            Workspace.find(space.root)
        assert str(caught.value) == (
            f"工作区设置 {path} 有 4 处问题，请逐条改正：\n"
            "  1. judges[0].code: 评委编号“J01”重复\n"
            "  2. judges[3].code: 评委编号“J01”重复\n"
            "  3. judges[3].college: [[colleges]] 中没有代码为“C09”的学院\n"
            "  4. judges[3].recused: [[colleges]] 中没有代码为“C08”的学院"
        )

    def test_judges_are_optional(self, space: Workspace) -> None:
        assert [judge.code for judge in space.judges] == ["J01", "J02", "J03"]
        (space.root / "evalkit.toml").write_text('[school]\nname = "甲"\n', encoding="utf-8")
        assert Workspace.find(space.root).judges == ()


class TestCarriedOver:
    def carried(self, tables: dict[str, pd.DataFrame], code: str = "C01") -> Carried:
        return carry_over(tables, load_ledger(), code, since=BEFORE, year=YEAR)

    def test_classes_still_in_the_school(self, tables: dict[str, pd.DataFrame]) -> None:
        assert self.carried(tables).records["class_base"] == (
            {"grade": "2023级", "class_name": "甲2301", "n_in_class": 40},
            {"grade": "2022级", "class_name": "甲2201", "n_in_class": 38},
        )

    def test_staff_in_post_rooms_and_station(self, tables: dict[str, pd.DataFrame]) -> None:
        records = self.carried(tables).records
        (head,) = records["staff"]
        assert (head["name"], str(head["from_date"]), str(head["years"])) == (
            "王老师", "2020-09-01", "0.5",
        )  # fmt: skip
        (room,) = records["facilities"]
        assert (room["room_name"], str(room["area_m2"]), room["dedicated"]) == (
            "沙盘室", "22.5", True,
        )  # fmt: skip
        assert records["base_info"] == ({"station_name": "甲站", "leader_name": "丁老师"},)

    def test_workbook_says_so(self, tables: dict[str, pd.DataFrame], space: Workspace) -> None:
        carried = self.carried(tables)
        assert carried.summary == (
            "已沿用 2023-2024 学年的班级 2 个、在任人员 1 人次、场地 1 处、辅导站名称和分管领导。"
            "请逐项核对，有变动的直接改。"
        )
        book = opened(
            college_template(space, YEAR, load_ledger(), load_rubric(), space.colleges[0], carried)
        )
        assert str(book["S01 班级基数"]["A2"].value).endswith(
            "【各班沿用自 2023-2024 学年，已毕业的年级没有带入。请核对人数，"
            "补填新生班级和“第二学期是否在校”。】"
        )
        assert [cell.value for cell in book["S01 班级基数"][6]][:4] == [
            "2023级",
            None,
            "甲2301",
            40,
        ]
        assert not book["S01 班级基数"]["D6"].protection.locked

    def test_a_college_without_an_earlier_ledger(self, tables: dict[str, pd.DataFrame]) -> None:
        carried = self.carried(tables, "C02")
        assert carried.records == {}
        assert carried.summary == "2023-2024 学年没有可以沿用的内容，各表都是空白的。"


class TestSaving:
    def test_what_someone_filled_is_left_alone(self, tmp_path: Path) -> None:
        old, new = Template("a.xlsx", b"blank"), Template("b.xlsx", b"other")
        save_templates([old], tmp_path)
        save_templates([old], tmp_path)
        (tmp_path / "a.xlsx").write_bytes(b"filled")
        with pytest.raises(WorkspaceError) as caught:
            save_templates([new, old], tmp_path)
        assert str(caught.value) == (
            f"{tmp_path} 中已有 a.xlsx，里面可能有已经填好的内容，没有写入任何文件。"
            "请换一个文件夹（-o）；确实要用空白的覆盖它们，请加 --force。"
        )
        assert (tmp_path / "a.xlsx").read_bytes() == b"filled"
        assert not (tmp_path / "b.xlsx").exists()
        save_templates([new, old], tmp_path, force=True)
        assert (tmp_path / "a.xlsx").read_bytes() == b"blank"


@pytest.fixture
def run(space: Workspace) -> Callable[..., Result]:
    def call(*arguments: str) -> Result:
        out = str(space.root / "out")
        return CliRunner().invoke(command, [*arguments, "-o", out, "--workspace", str(space.root)])

    return call


class TestCommand:
    def test_help_is_chinese_and_gives_examples(self) -> None:
        result = CliRunner().invoke(command, ["--help"])
        assert "  evalkit template --year 2025-2026 --from 2024-2025 -o 下发" in result.output
        assert "required" not in result.output

    @pytest.mark.parametrize(
        ("arguments", "missing"), [(["-o", "下发"], "--year"), (["--year", "2024-2025"], "-o")]
    )
    def test_year_and_folder_are_needed(self, arguments: list[str], missing: str) -> None:
        result = CliRunner().invoke(command, arguments)
        assert result.exit_code == 2
        assert (
            f"缺少 {missing}。请写明学年和文件夹，例如 evalkit template --year 2024-2025 -o 下发。"
        ) in result.output

    def test_everything(self, run: Callable[..., Result], space: Workspace) -> None:
        result = run("--year", "2024-2025")
        assert result.exit_code == 0, result.output
        written = sorted(path.name for path in (space.root / "out").iterdir())
        assert written == [
            *(f"台账_2024-2025_C0{n}.xlsx" for n in (1, 2, 3)),
            "校级_2024-2025.xlsx",
            *(f"评分表_2024-2025_J0{n}.xlsx" for n in (1, 2, 3)),
        ]
        last = result.output.splitlines()[-1]
        assert last == f"已写入 7 份空白工作簿：{space.root / 'out'}"

    def test_only_what_is_asked_for(self, run: Callable[..., Result], space: Workspace) -> None:
        result = run("--year", "2024-2025", "--college", "甲院", "--centre", "--judge", "J02")
        assert result.exit_code == 0, result.output
        assert {path.name for path in (space.root / "out").iterdir()} == {
            "台账_2024-2025_C01.xlsx", "校级_2024-2025.xlsx", "评分表_2024-2025_J02.xlsx",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                ("--year", "2024-2026"),
                (
                    "没有名为“2024-2026”的学年。现在还没有任何学年。"
                    "学年写作“2024-2025”，后一年等于前一年加一。"
                ),
            ),
            (
                ("--year", "2024-2025", "--college", "C04"),
                (
                    "没有名为“C04”的学院。现有：C01 甲学院、C02 乙学院、C03 丙学院。"
                    "要新增学院，请写进 evalkit.toml 的 [[colleges]]。"
                ),
            ),
            (
                ("--year", "2024-2025", "--judge", "J1"),
                (
                    "没有名为“J1”的评委。您要的是不是“J01”？现有：J01、J02、J03。"
                    "评委编号写作“J01”；要新增评委，请写进 evalkit.toml 的 [[judges]]。"
                ),
            ),
        ],
    )
    def test_unknown_names(
        self, run: Callable[..., Result], space: Workspace, arguments: tuple[str, ...], message: str
    ) -> None:
        result = run(*arguments)
        assert isinstance(result.exception, UnknownNameError)
        assert str(result.exception) == message
        assert not (space.root / "out").exists()

    def test_guess_among_the_years(self, run: Callable[..., Result], space: Workspace) -> None:
        (space.data / "2023-2024").mkdir(parents=True)
        result = run("--year", "2024-2026")
        assert str(result.exception) == (
            "没有名为“2024-2026”的学年。您要的是不是“2024-2025”？现有：2023-2024、2024-2025。"
            "学年写作“2024-2025”，后一年等于前一年加一。"
        )

    def test_no_colleges(self, run: Callable[..., Result], space: Workspace) -> None:
        (space.root / "evalkit.toml").write_text('[school]\nname = "甲"\n', encoding="utf-8")
        result = run("--year", "2024-2025")
        assert isinstance(result.exception, EvalkitError)
        assert str(result.exception) == (
            f"{space.root / 'evalkit.toml'} 中还没有列出学院，不知道要生成哪些台账。"
            "请先在 [[colleges]] 中写明各学院的代码和名称。"
        )

    def test_judges_who_are_not_listed(self, run: Callable[..., Result], space: Workspace) -> None:
        settings = SETTINGS.partition("[[judges]]")[0]
        (space.root / "evalkit.toml").write_text(settings, encoding="utf-8")
        result = run("--year", "2024-2025")
        assert result.output.splitlines()[-1] == (
            "evalkit.toml 中没有列出评委，没有生成评分表。请在 [[judges]] 中写明评委，"
            "或用 --judge J01 --judge J02 指定编号。"
        )
        assert run("--year", "2024-2025", "--judge", "J05").exit_code == 0
        assert (space.root / "out" / "评分表_2024-2025_J05.xlsx").is_file()
