"""Where a header stands and what it means, in files as people leave them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evalkit.intake.header_names import meaning_of
from evalkit.intake.headers import Header, find_header, is_header
from evalkit.ledger import Column, Ledger, Sheet
from evalkit.spreadsheets import RawSheet

Filled = Callable[..., RawSheet]


def screening(*columns: Column) -> Sheet:
    return Sheet(id="S90", name="screen", title="测评", workbook="college", columns=columns)


SCREENING = screening(
    Column(name="wave", header="批次", type="str", required="always"),
    Column(name="n_all", header="应测人数", type="int", unit="人", aliases=("人数", "应测")),
    Column(name="n_l1", header="一级预警人数", type="int", unit="人", aliases=("一级",)),
    Column(name="n_l2", header="二级预警人数", type="int", unit="人", aliases=("二级",)),
    Column(name="n_l1_seen", header="一级已访谈", type="int", aliases=("一级预警已访谈",)),
    Column(name="n_l2_seen", header="二级已访谈", type="int", aliases=("二级预警已访谈",)),
    Column(name="remark", header="备注", type="text", aliases=("说明",)),
)
PLAIN = ("批次", "应测人数", "一级预警人数", "一级已访谈", "二级预警人数", "二级已访谈", "备注")
NAMES = ("wave", "n_all", "n_l1", "n_l1_seen", "n_l2", "n_l2_seen", "remark")
RECORD = ("新生普测", 500, 12, 12, 40, 38, None)


def found(raw: RawSheet, sheet: Sheet = SCREENING) -> Header:
    header = find_header(raw, sheet)
    assert header is not None
    return header


def names(header: Header) -> dict[int, str]:
    return {place: column.name for place, column in header.columns.items()}


class TestPlace:
    @pytest.mark.parametrize("above", [0, 1, 7, 14])
    def test_any_of_the_first_rows(self, filled: Filled, above: int) -> None:
        header = found(filled([*[("某学院 测评",)] * above, PLAIN, RECORD]))
        assert (header.last, header.first_row) == (above, above + 1)
        assert names(header) == dict(enumerate(NAMES))

    def test_not_below_the_fifteenth(self, filled: Filled) -> None:
        assert find_header(filled([*[("某学院",)] * 15, PLAIN, RECORD]), SCREENING) is None

    def test_second_row_of_a_header_not_below_the_fifteenth(self, filled: Filled) -> None:
        rows = [*[("某学院",)] * 14, ("预警", "预警"), ("批次", "备注")]
        assert find_header(filled(rows), SCREENING) is None

    @pytest.mark.parametrize("rows", [[], [()], [("新生普测", 500)], [("批次",), ("新生",)]])
    def test_none(self, filled: Filled, rows: list[tuple[object, ...]]) -> None:
        assert find_header(filled(rows), SCREENING) is None

    def test_title_that_is_a_header(self, filled: Filled) -> None:
        header = found(filled([("备注",), ("批次", "应测人数", "备注"), ("新生普测", 1, "无误")]))
        assert (header.last, names(header)) == (1, {0: "wave", 1: "n_all", 2: "remark"})

    def test_merged_title_is_no_group(self, filled: Filled) -> None:
        rows = [("一级", *[""] * 6), PLAIN, RECORD]
        header = found(filled(rows, merged=((0, 0, 0, 6),)))
        assert (header.last, names(header)) == (1, dict(enumerate(NAMES)))

    def test_sheet_of_one_column(self, filled: Filled) -> None:
        sheet = screening(SCREENING.columns[0])
        assert names(found(filled([("批次",), ("新生",)]), sheet)) == {0: "wave"}

    def test_long_note_is_no_header(self, filled: Filled) -> None:
        note = "批次" + "、" * 60
        assert find_header(filled([(note, "备注"), ("新生", "无")]), SCREENING) is None


class TestMachineNames:
    def test_below(self, filled: Filled) -> None:
        header = found(filled([PLAIN, NAMES, RECORD]))
        assert (header.last, header.first_row, header.unknown) == (0, 2, {})

    def test_know_better_than_renamed_headers(self, filled: Filled) -> None:
        header = found(filled([("轮", "总", "甲", "乙", "丙", "丁", "戊"), NAMES, RECORD]))
        assert (names(header), header.unknown) == (dict(enumerate(NAMES)), {})

    def test_added_column_beside_them_is_told(self, filled: Filled) -> None:
        rows = [("轮", "学生姓名", "总", "备注"), ("wave", None, "n_all", None), ("新生", "甲", 5)]
        header = found(filled(rows))
        assert names(header) == {0: "wave", 2: "n_all", 3: "remark"}
        assert header.unknown == {1: "学生姓名"}

    def test_know_better_than_exchanged_headers(self, filled: Filled) -> None:
        rows = [("批次", "备注", "应测人数"), ("wave", "n_all", "remark"), ("新生", 5, "")]
        assert names(found(filled(rows))) == {0: "wave", 1: "n_all", 2: "remark"}


class TestTwoRows:
    UPPER = ("批次", "应测人数", "一级预警", "", "二级预警", "", "备注")
    LOWER = ("", "", "人数", "已访谈", "人数", "已访谈", "")
    MERGED = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5), (0, 6, 1, 6))

    @pytest.mark.parametrize("merged", [MERGED, ()], ids=["merged", "as in csv"])
    def test_group_over_its_columns(self, filled: Filled, merged: tuple[object, ...]) -> None:
        header = found(filled([self.UPPER, self.LOWER, RECORD], merged=merged))
        assert (header.last, header.first_row) == (1, 2)
        assert names(header) == dict(enumerate(NAMES))
        assert (header.unknown, header.twice) == ({}, {})

    def test_group_below_is_read_either_way_round(self, filled: Filled) -> None:
        upper = ("批次", "预警人数", "", "已访谈", "")
        lower = ("", "一级", "二级", "一级", "二级")
        merged = ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4))
        header = found(filled([upper, lower, ("新生", 12, 40, 12, 38)], merged=merged))
        assert names(header) == {
            0: "wave", 1: "n_l1", 2: "n_l2", 3: "n_l1_seen", 4: "n_l2_seen"
        }  # fmt: skip

    def test_text_below_several_groups_says_nothing_alone(self, filled: Filled) -> None:
        upper = ("批次", "备注", "一级预警", "男生", "女生")
        lower = ("", "", "人数", "人数", "人数")
        header = found(filled([upper, lower, ("新生", "无", 2, 12, 40)]))
        assert names(header) == {0: "wave", 1: "remark", 2: "n_l1"}
        assert header.unknown == {3: "男生人数", 4: "女生人数"}

    def test_text_below_one_group_is_known_by_itself(self, filled: Filled) -> None:
        upper = ("基本情况", "", "其他", "")
        lower = ("批次", "应测人数", "备注", "附件")
        merged = ((0, 0, 0, 1), (0, 2, 0, 3))
        header = found(filled([upper, lower, ("新生", 12, "无", "无")], merged=merged))
        assert names(header) == {0: "wave", 1: "n_all", 2: "remark"}
        assert header.unknown == {3: "附件"}

    def test_first_record_is_no_second_row(self, filled: Filled) -> None:
        header = found(
            filled([("批次", "应测人数", "附件"), ("新生", 12, "备注"), ("春季", 3, "")])
        )
        assert (header.last, names(header)) == (0, {0: "wave", 1: "n_all"})

    def test_real_sheet_of_screenings(self, filled: Filled, ledger: Ledger) -> None:
        upper = ("测评批次", "年级", "一级预警", "", "二级预警", "", "应测人数")
        lower = ("", "", "人数", "访谈人数", "人数", "访谈人数", "")
        header = found(filled([upper, lower, ("新生普测", "2024级", 1, 1, 2, 2, 30)]),
                       ledger["screening"])  # fmt: skip
        assert names(header) == {
            0: "wave", 1: "grade", 2: "n_l1", 4: "n_l2", 6: "n_required"
        }  # fmt: skip


class TestColumns:
    def test_own_header_goes_before_an_alias(self, filled: Filled) -> None:
        header = found(filled([("批次", "人数", "应测人数"), ("新生", 1, 2)]))
        assert names(header) == {0: "wave", 2: "n_all"}
        assert {p: c.name for p, c in header.twice.items()} == {1: "n_all"}

    def test_twice(self, filled: Filled) -> None:
        header = found(filled([("批次", "备注", "备注", "备注.1"), ("新生", "甲", "乙", "丙")]))
        assert names(header) == {0: "wave", 1: "remark"}
        assert {p: c.name for p, c in header.twice.items()} == {2: "remark"}
        assert header.unknown == {3: "备注.1"}

    @pytest.mark.parametrize(
        ("cells", "repeated"),
        [
            (TestTwoRows.UPPER, True),
            (TestTwoRows.LOWER, True),
            (("", "", "人数", "人数"), False),
            (("", "", "人数", 12), False),
            (("批次",), False),
        ],
    )
    def test_row_of_a_header_is_known_again(
        self, filled: Filled, cells: tuple[object, ...], repeated: bool
    ) -> None:
        header = found(filled([TestTwoRows.UPPER, TestTwoRows.LOWER, RECORD]))
        assert header.repeated_by([c for c in cells if c != ""], cells) is repeated

    @pytest.mark.parametrize(
        ("cells", "repeated"),
        [
            (PLAIN, True),
            (PLAIN[:4], True),
            (("批次",), False),
            (("批次", 12), False),
            (("备注", "新生普测", "无"), False),
        ],
    )
    def test_is_header(self, cells: tuple[object, ...], repeated: bool) -> None:
        assert is_header(cells, SCREENING) is repeated


COLUMN = Column(name="n_attend", header="参与人次", type="int", unit="人次", aliases=("人次",))
MONEY = Column(name="amount", header="金额", type="money", unit="元")
TITLE = Column(name="title", header="活动名称", type="text", aliases=("名称/议题",))
ROOM = Column(name="area", header="面积", type="dec", unit="㎡")


@pytest.mark.parametrize(
    ("text", "column", "rank"),
    [
        ("参与人次", "n_attend", 0),
        ("n_attend", "n_attend", 0),
        (" 参 与\n人次 ", "n_attend", 0),
        ("参与人次（人次）", "n_attend", 1),
        ("参与人次(单位：人次)", "n_attend", 1),
        ("参与人次/人次", "n_attend", 1),
        ("人次", "n_attend", 2),
        ("人次（填整数）", "n_attend", 3),
        ("金额/元", "amount", 1),
        ("金额（元）", "amount", 1),
        ("金额（人民币）", None, None),
        ("金额（万元）", None, None),
        ("金额/万元", None, None),
        ("参与人次（男）", None, None),
        ("参与人次（分钟）", None, None),
        ("面积（平方米）", "area", 1),
        ("面积（m2）", "area", 1),
        ("1.活动名称", "title", 1),
        ("3、活动名称", "title", 1),
        ("（2）活动名称", "title", 1),
        ("①活动名称", "title", 1),
        ("① 活动名称", "title", 1),
        ("一、活动名称", "title", 1),
        ("*活动名称", "title", 0),
        ("★活动名称", "title", 1),
        ("活动名称（必填）", "title", 1),
        ("活动名称【选填】", "title", 1),
        ("活动名称\n（必填，不超过 30 字）", "title", 1),
        ("活动名称 必填", "title", 1),
        ("1.活动名称（必填）*", "title", 1),
        ("名称/议题", "title", 2),
        ("活动名称（学校）", None, None),
        ("", None, None),
        ("（必填）", None, None),
        ("活动名称" * 20, None, None),
    ],
)
def test_decorated_headers(text: str, column: str | None, rank: int | None) -> None:
    meaning = meaning_of(text, screening(COLUMN, MONEY, TITLE, ROOM).by_name)
    assert (meaning and (meaning.column.name, meaning.rank)) == (
        None if column is None else (column, rank)
    )


def test_every_header_and_alias_of_the_ledger_is_known(ledger: Ledger) -> None:
    for sheet in ledger.sheets:
        for column in sheet.columns:
            meaning = meaning_of(column.header, sheet.by_name)
            assert meaning is not None
            assert (meaning.column.name, meaning.rank) == (column.name, 0), sheet.id


def test_units_and_marks_on_every_header_of_the_ledger(ledger: Ledger) -> None:
    for sheet in ledger.sheets:
        for column in sheet.columns:
            decorated = [f"*{column.header}", f"12.{column.header}（必填）"]
            decorated += [f"{column.header}（{column.unit}）"] if column.unit else []
            for text in decorated:
                meaning = meaning_of(text, sheet.by_name)
                assert meaning is not None, (sheet.id, text)
                assert meaning.column.name == column.name, (sheet.id, text)
