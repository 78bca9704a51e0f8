"""Which of the definition's sheets a tab is, and what is said of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from evalkit.intake.cells import Context
from evalkit.intake.sheets import BookRead, find_page, find_sheet, read_sheets
from evalkit.ledger import Column, Ledger, Sheet
from evalkit.spreadsheets import RawSheet
from evalkit.workspace import AcademicYear

Filled = Callable[..., RawSheet]


def table(number: str, name: str, title: str, *headers: str, core: bool = False) -> Sheet:
    columns = tuple(
        Column(name=f"{name}_{place}", header=header, type="str")
        for place, header in enumerate(headers)
    )
    return Sheet(id=number, name=name, title=title, workbook="college", columns=columns, core=core)


CALLS = table("S08", "calls", "热线台账", "编号", "时间", "主题", "接线人", core=True)
ROOMS = table("S09", "rooms", "场地", "名称", "位置", "面积")
COVER = Sheet(
    id="S00",
    name="cover",
    title="概况",
    workbook="college",
    layout="form",
    core=True,
    columns=(
        Column(name="phone", header="号码", type="str"),
        Column(name="opened", header="开通日期", type="date"),
    ),
)
WANTED = (COVER, CALLS, ROOMS)
CALL_ROWS = (("编号", "时间", "主题", "接线人"), ("H01", "上午", "学业", "王芳"))
ROOM_ROWS = (("名称", "位置", "面积"), ("甲室", "301", "18"))
COVER_ROWS = (("号码", "12345"), ("开通日期", date(2024, 9, 5)))


@pytest.fixture
def read(filled: Filled) -> Callable[..., BookRead]:
    """Tabs → what is read from them."""

    def make(*pages: RawSheet, wanted: Sequence[Sheet] = WANTED) -> BookRead:
        return read_sheets("台账.xlsx", pages, wanted, Context(AcademicYear(2024)))

    return make


def texts(found: BookRead) -> list[str]:
    return [str(finding) for finding in found.findings]


Read = Callable[..., BookRead]


class TestByName:
    @pytest.mark.parametrize(
        "tab",
        [
            "S08 热线台账",
            "S08热线台账",
            "s08",
            "热线台账",
            " 热线 台账 ",
            "calls",
            "S08_calls",
            "S08（热线）",
            "S08-2024年热线",
            "1.热线台账",
            "2024热线台账",
            "Ｓ０８　热线台账",
        ],
    )
    def test_number_title_or_machine_name(self, filled: Filled, tab: str) -> None:
        pages = [filled(ROOM_ROWS, name="场地"), filled(CALL_ROWS, name=tab)]
        assert find_sheet(pages, CALLS) is pages[1]

    @pytest.mark.parametrize("tab", ["S081", "S080 热线", "热线", "热线台账说明", "XS08"])
    def test_others(self, filled: Filled, tab: str) -> None:
        assert find_sheet([filled(CALL_ROWS, name=tab)], CALLS) is None

    def test_exact_name_goes_before_one_that_only_ends_so(self, filled: Filled) -> None:
        pages = [filled(CALL_ROWS, name="旧热线台账"), filled(CALL_ROWS, name="S08 热线台账")]
        assert find_sheet(pages, CALLS) is pages[1]

    def test_every_tab_of_the_template(self, filled: Filled, ledger: Ledger) -> None:
        pages = [filled([("x",)], name=sheet.tab) for sheet in ledger.sheets]
        for sheet, page in zip(ledger.sheets, pages, strict=True):
            assert find_sheet(pages, sheet) is page

    def test_by_content_if_there_is_none_of_that_name(self, filled: Filled) -> None:
        pages = [filled(ROOM_ROWS, name="甲"), filled(CALL_ROWS, name="乙")]
        assert find_page(pages, CALLS) is pages[1]
        assert find_page([*pages, filled([], name="calls")], CALLS) is not pages[1]
        assert find_page(pages[:1], CALLS) is None
        assert find_page([filled(CALL_ROWS, name="_lists")], CALLS) is None


class TestWorkbook:
    def test_good_one(self, filled: Filled, read: Read) -> None:
        found = read(
            filled(COVER_ROWS, name="S00 概况"),
            filled(CALL_ROWS, name="S08 热线台账"),
            filled(ROOM_ROWS, name="S09 场地"),
        )
        assert texts(found) == []
        assert {name: len(table.rows) for name, table in found.tables.items()} == {
            "cover": 1,
            "calls": 1,
            "rooms": 1,
        }

    @pytest.mark.parametrize(
        ("tab", "rows", "sheet", "title"),
        [
            ("Sheet2", CALL_ROWS, "S08 热线台账", "热线台账"),
            ("Sheet1", COVER_ROWS, "S00 概况", "概况"),
            ("电话", [("标题",), CALL_ROWS[0][:3], CALL_ROWS[1][:3]], "S08 热线台账", "热线台账"),
        ],
    )
    def test_renamed_tab_is_known_by_its_columns(
        self, filled: Filled, read: Read, tab: str, rows: Sequence[object], sheet: str, title: str
    ) -> None:
        found = read(filled(rows, name=tab), wanted=[s for s in WANTED if s.title == title])
        assert len(found.tables) == 1
        assert texts(found) == [
            (
                f"[I H05] 台账.xlsx › {tab}：表名与模板不同，已按表头认作“{title}”读取。"
                f"允许：{sheet}。处理：请把表名改回原样。"
            )
        ]

    def test_two_of_one_kind(self, filled: Filled, read: Read) -> None:
        found = read(
            filled(CALL_ROWS, name="热线台账（续）"),
            filled(CALL_ROWS, name="S08 热线台账"),
            wanted=[CALLS],
        )
        assert texts(found) == [
            (
                "[W H05] 台账.xlsx › 热线台账（续）：这张表与“S08 热线台账”是同一种表，只读了后者。"
                "允许：每种表一张。处理：请把内容并入“S08 热线台账”，删去这一张。"
            )
        ]
        assert found.tables["calls"].tab == "S08 热线台账"

    def test_two_renamed_ones_of_one_kind(self, filled: Filled, read: Read) -> None:
        pages = [filled(CALL_ROWS, name="上学期"), filled(CALL_ROWS, name="下学期")]
        found = read(*pages, wanted=[CALLS])
        assert [(f.code, f.severity, f.location.sheet) for f in found.findings] == [
            ("H05", "I", "上学期"),
            ("H05", "W", "下学期"),
        ]

    def test_unknown_tab(self, filled: Filled, read: Read) -> None:
        found = read(filled([("备忘", 1)], name="备忘"), wanted=[])
        assert texts(found) == [
            (
                "[I H05] 台账.xlsx › 备忘：台账中没有这张表，没有读取。允许：模板中的各表。"
                "处理：无需处理；若是改了名的表，请把表名改回原样。"
            )
        ]

    def test_unknown_tab_with_personal_data(self, filled: Filled, read: Read) -> None:
        found = read(filled([("名单",), ("甲", "500101200503070012")], name="名单"), wanted=[])
        assert [(f.code, f.severity, f.location.cell) for f in found.findings] == [
            ("H05", "I", None),
            ("P01", "E", "B2"),
        ]
        assert "0012" not in str(found)

    @pytest.mark.parametrize(
        ("tab", "rows"),
        [
            ("填写说明", [("请先读",)]),
            ("考核细则", [("细则",)]),
            ("问题清单", [("编号", "时间", "主题", "接线人")]),
            ("_lists", [("是",), ("否",)]),
            ("Sheet3", []),
            ("Sheet3", [("", "")]),
        ],
    )
    def test_our_own_tabs_and_empty_ones_are_silent(
        self, filled: Filled, read: Read, tab: str, rows: Sequence[object]
    ) -> None:
        found = read(filled(rows, name=tab), filled(CALL_ROWS, name="S08"), wanted=[CALLS])
        assert (texts(found), list(found.tables)) == ([], ["calls"])

    def test_missing_core_sheet(self, read: Read) -> None:
        assert texts(read()) == [
            f"[W H01] 台账.xlsx › {tab}：没有“{title}”表。允许：模板中的核心表都要保留。"
            "处理：请补上这张表；没有内容也保留空表。"
            for tab, title in (("S00 概况", "概况"), ("S08 热线台账", "热线台账"))
        ]

    def test_hidden_tab_is_read_and_told(self, filled: Filled, read: Read) -> None:
        found = read(filled(CALL_ROWS, name="S08", hidden=True), wanted=[CALLS])
        assert len(found.tables["calls"].rows) == 1
        assert [(f.code, f.what) for f in found.findings] == [
            ("T05", "这张工作表被隐藏，已照常读取")
        ]

    def test_sheet_without_a_header_counts_as_not_handed_in(
        self, filled: Filled, read: Read
    ) -> None:
        found = read(filled([("H01", "上午")], name="S08"), wanted=[CALLS])
        assert [f.code for f in found.findings] == ["H02"]
        assert found.tables["calls"].usable is False

    def test_blocked_sheet_counts_as_not_handed_in(self, filled: Filled, read: Read) -> None:
        rows = [*CALL_ROWS, ("H02", "下午", "电 13800138000", "王芳")]
        found = read(filled(rows, name="S08"), filled(ROOM_ROWS, name="S09"),
                     wanted=[CALLS, ROOMS])  # fmt: skip
        assert [(f.code, f.location.sheet) for f in found.findings] == [("P01", "S08")]
        assert [(name, t.usable, len(t.rows)) for name, t in found.tables.items()] == [
            ("calls", False, 0),
            ("rooms", True, 1),
        ]

    def test_findings_are_in_the_order_of_the_sheets(self, filled: Filled, read: Read) -> None:
        found = read(
            filled(ROOM_ROWS, name="S09", hidden=True), filled(CALL_ROWS, name="S08", hidden=True)
        )
        assert [f.location.sheet for f in found.findings] == ["S00 概况", "S08", "S09"]


def test_older_template_with_fewer_columns_still_reads(filled: Filled, ledger: Ledger) -> None:
    """A template of an earlier year: header in the second row, no machine names, no keys."""
    sheet = ledger["activities"]
    kept = ("编号", "活动名称", "时间", "形式", "主讲人", "对象", "人数", "学期")
    rows = [
        ("活动记录表",),
        kept,
        ("A001", "讲座", date(2024, 10, 8), "宣传", "王芳", "新生", 120, "第一学期"),
    ]
    found = read_sheets(
        "台账.xlsx", [filled(rows, name="活动台账")], [sheet], Context(AcademicYear(2024))
    )
    (row,) = found.tables["activities"].rows
    assert {name: row.values[name] for name in ("activity_id", "title", "host", "n_attend")} == {
        "activity_id": "A001",
        "title": "讲座",
        "host": "王芳",
        "n_attend": 120,
    }
    missing = [f.what for f in found.findings if f.code == "H03"]
    assert missing == [
        f"缺少“{header}”一列" for header in ("是否主题宣教活动", "面向人群", "有无方案", "有无总结")
    ]
