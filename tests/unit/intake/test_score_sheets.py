"""A judge's workbook: three colleges in rows 5 to 7, the second fault in the third of them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from evalkit.intake.cells import Context
from evalkit.intake.score_sheets import JudgeRead, accept_score_sheets
from evalkit.intake.sheets import read_sheet
from evalkit.ledger import Sheet
from evalkit.ledger.workbook import Record
from evalkit.rubric import Rubric
from evalkit.spreadsheets import RawSheet
from evalkit.workspace import AcademicYear

FILE = "评分表_2024-2025_J01.xlsx"
PLACE = f"{FILE} › J01 评委评分表"
COLLEGES = ("C01", "C02", "C03")
CONTEXT = Context(AcademicYear(2024))
Grid = list[list[object]]
Filled = Callable[..., RawSheet]
Scored = Callable[..., Record]
Judged = Callable[..., JudgeRead]


@pytest.fixture
def judged(filled: Filled, rubric: Rubric, score_table: Sheet) -> Judged:
    """Records, or a grid changed by hand → what came of it."""

    def read(*records: Record, change: Callable[[Grid], None] | None = None) -> JudgeRead:
        columns = score_table.columns
        rows = [[shown(record.get(column.name)) for column in columns] for record in records]
        header, names = [c.header for c in columns], [c.name for c in columns]
        raw = filled(
            [["评委评分表"], ["每项 0 分至满分"], header, names, *rows],
            file=FILE,
            name="J01 评委评分表",
        )
        if change is not None:
            change(raw.grid)  # type: ignore[arg-type]
        table = read_sheet(raw, score_table, CONTEXT, scored=True)
        return accept_score_sheets(table, FILE, rubric, COLLEGES)

    return read


def shown(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    return float(value) if isinstance(value, Decimal) else value


def texts(read: JudgeRead) -> list[str]:
    return [str(finding) for finding in read.findings]


class TestAccepted:
    def test_good_one(self, judged: Judged, scored: Scored) -> None:
        read = judged(*(scored("J01", code, below) for below, code in enumerate(COLLEGES)))
        assert (read.returned, read.findings) == ((), ())
        assert [(s.judge, s.college, s.total) for s in read.accepted] == [
            ("J01", "C01", 100),
            ("J01", "C02", 99),
            ("J01", "C03", 98),
        ]
        first = read.accepted[0]
        assert first.scores == {
            "1.1": 9, "1.2": 9, "1.3": 7, "2.1": 5, "2.2": 15, "2.3": 10,
            "2.4": 15, "2.5": 10, "2.6": 5, "3.1": 15,
        }  # fmt: skip
        assert first.total_reported == 100
        assert (first.judge_type, first.judge_college) == ("校内", None)
        assert (first.comment, first.recused) == ("档案规范。", False)
        assert (str(first.location("2.3")), str(first.location())) == (
            f"{PLACE} › K5",
            f"{PLACE} › 第 5 行",
        )

    def test_recused_is_blank_and_no_zero(
        self, judged: Judged, scored: Scored, rubric: Rubric
    ) -> None:
        blank = {indicator.column: None for indicator in rubric.indicators}
        record = scored(
            "J01", "C01", judge_college="C01", recused=True, total_reported=None, **blank
        )
        (sheet,) = judged(record).accepted
        assert sheet.recused
        assert set(sheet.scores.values()) == {None}

    def test_zero_is_a_score(self, judged: Judged, scored: Scored) -> None:
        (sheet,) = judged(scored("J01", "C01", 15)).accepted
        assert (sheet.scores["2.2"], sheet.total) == (0, 85)

    def test_written_total_may_be_absent(self, judged: Judged, scored: Scored) -> None:
        (sheet,) = judged(scored("J01", "C01", total_reported=None)).accepted
        assert (sheet.total_reported, sheet.total) == (None, 100)

    @pytest.mark.parametrize("written", [8.5, "8.5", "８．５", "8.5分", " 8.50 ", "八点五"])
    def test_half_points_are_exact(self, judged: Judged, scored: Scored, written: object) -> None:
        (sheet,) = judged(scored("J01", "C01", s23=written, total_reported=98.5)).accepted
        assert sheet.scores["2.3"] == Decimal("8.5")

    @pytest.mark.parametrize("comment", ["说明：档案规范。", "注：第二次到访", "合计有误处已改"])
    def test_comment_that_begins_like_a_note(
        self, judged: Judged, scored: Scored, comment: str
    ) -> None:
        (sheet,) = judged(scored("J01", "C01", comment=comment)).accepted
        assert sheet.comment == comment

    def test_totals_row_of_a_judge(self, judged: Judged, scored: Scored) -> None:
        def add_up(grid: Grid) -> None:
            grid.append(["平均", "", "", "", "", 9])

        read = judged(scored("J01", "C01"), change=add_up)
        assert len(read.accepted) == 1
        assert [f.code for f in read.findings] == ["T03"]

    def test_signature_below_the_table(self, judged: Judged, scored: Scored) -> None:
        def sign(grid: Grid) -> None:
            grid.append(["签名：王某"])

        read = judged(scored("J01", "C01"), change=sign)
        assert len(read.accepted) == 1
        assert [f.code for f in read.findings] == ["T03"]


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "above the maximum": (
        {"s23": 10.5, "total_reported": None},
        (
            "[E G01] PLACE › K7：“2.3 心理辅导”的分数超过满分 10 分，填写的是“10.5”。"
            "允许：0 至 10 分，以 0.5 分为一档。处理：请评委重新评定这一项。"
        ),
    ),
    "below zero": (
        {"s23": -1, "total_reported": None},
        (
            "[E G02] PLACE › K7：“2.3 心理辅导”的分数低于 0 分，填写的是“-1”。"
            "允许：0 至 10 分，以 0.5 分为一档。处理：请评委重新评定这一项。"
        ),
    ),
    "off the step": (
        {"s23": 8.3, "total_reported": 98.3},
        (
            "[E G03] PLACE › K7：“2.3 心理辅导”的分数不在 0.5 分的档上，填写的是“8.3”。"
            "允许：0 至 10 分，以 0.5 分为一档。处理：请评委改为最接近本意的一档。"
        ),
    ),
    "missing": (
        {"s23": None, "total_reported": 90},
        (
            "[E G04] PLACE › K7：“2.3 心理辅导”没有分数。"
            "允许：0 至 10 分，以 0.5 分为一档。处理：请评委补评；不评分的请标明回避。"
        ),
    ),
    "wrong total": (
        {"total_reported": 99},
        (
            "[E G05] PLACE › P7：合计与各项之和 100 分不符，填写的是“99”。"
            "允许：合计等于各考评要点分数之和。处理：请评委核对是合计算错，还是某一项填错。"
        ),
    ),
    "text in a score": (
        {"s23": "较好", "total_reported": None},
        (
            "[E N02] PLACE › K7：“2.3 心理辅导”不是数字，填写的是“较好”。"
            "允许：只填数字（单位：分）。处理：请删去文字和单位，只留数字。"
        ),
    ),
    "comma in a score": (
        {"s23": "9，5", "total_reported": None},
        (
            "[E N02] PLACE › K7：“2.3 心理辅导”不是数字，填写的是“9，5”。"
            "允许：只填数字（单位：分）。处理：请删去文字和单位，只留数字。"
        ),
    ),
    "text in the total": (
        {"total_reported": "满分"},
        (
            "[E N02] PLACE › P7：“合计”不是数字，填写的是“满分”。"
            "允许：只填数字（单位：分）。处理：请删去文字和单位，只留数字。"
        ),
    ),
    "about so much": (
        {"s23": "约9分", "total_reported": None},
        (
            "[E N02] PLACE › K7：“2.3 心理辅导”写的是约数，读作“9”，填写的是“约9分”。"
            "允许：只填数字（单位：分）。处理：请评委填写确定的分数。"
        ),
    ),
    "own college": (
        {"judge_college": "C03"},
        (
            "[E G07] PLACE › E7：评委 J01 属于 C03，却给本学院评了分，填写的是“否”。"
            "允许：评委对所在学院应当回避。处理：请把“是否回避”改为“是”，并清空这一行的分数。"
        ),
    ),
    "recusal not said": (
        {"recused": None},
        "[E V01] PLACE › E7：“是否回避”没有填写。允许：必须填写。处理：请补填。",
    ),
    "not signed": (
        {"signed_on": None},
        "[E V01] PLACE › R7：“签名日期”没有填写。允许：必须填写。处理：请补填。",
    ),
    "strange judge": (
        {"judge_id": "王某"},
        (
            "[E V04] PLACE › A7：“评委编号”写法不合要求，填写的是“王某”。"
            "允许：例如“J01”。处理：请按模板的写法改正。"
        ),
    ),
    "strange college": (
        {"college_code": "C09"},
        (
            "[E K01] PLACE › 第 7 行：学院代码不在本学年参评学院之列，填写的是“C09”。"
            "允许：C01、C02、C03。处理：请核对学院代码。"
        ),
    ),
    "college by its name": (
        {"college_code": "化学学院"},
        (
            "[E K01] PLACE › 第 7 行：学院代码不在本学年参评学院之列，填写的是“化学学院”。"
            "允许：C01、C02、C03。处理：请核对学院代码。"
        ),
    ),
    "mobile number for a college": (
        {"college_code": "13800138000"},
        (
            "[E P01] PLACE › D7：“学院代码”中有身份证号或手机号，填写的是“******”。"
            "允许：不含身份证号和手机号的内容。处理：请删去号码；佐证材料由学院自己保管。"
        ),
    ),
}


class TestReturned:
    @pytest.mark.parametrize(("changes", "text"), FAULTS.values(), ids=list(FAULTS))
    def test_with_the_cell_named_and_the_others_accepted(
        self, judged: Judged, scored: Scored, changes: dict[str, Any], text: str
    ) -> None:
        read = judged(
            scored("J01", "C01"), scored("J01", "C02", 1), scored("J01", "C03", **changes)
        )
        assert texts(read) == [text.replace("PLACE", PLACE)]
        assert [(s.college, s.total) for s in read.accepted] == [("C01", 100), ("C02", 99)]
        assert len(read.returned) == 1

    def test_judge_and_college_of_the_row(self, judged: Judged, scored: Scored) -> None:
        read = judged(scored("J01", "C01", s23=11), scored("J01", "C02"))
        assert read.returned == (("J01", "C01"),)

    def test_recused_and_scored(self, judged: Judged, scored: Scored, rubric: Rubric) -> None:
        blank = {i.column: None for i in rubric.indicators if i.id not in ("1.1", "2.3")}
        record = scored("J01", "C03", recused=True, total_reported=None, **blank)
        read = judged(scored("J01", "C01"), scored("J01", "C02"), record)
        assert texts(read) == [
            f"[E G06] {PLACE} › {cell}：已标明回避，“{label}”却有分数，填写的是“{score}”。"
            "允许：回避的评委不评分，分数留空。"
            "处理：请清空这一行的分数；若并不回避，请把“是否回避”改为“否”并评完全部要点。"
            for cell, label, score in (("F7", "1.1 制度建设", 9), ("K7", "2.3 心理辅导", 10))
        ]
        assert read.returned == (("J01", "C03"),)

    def test_own_college_without_a_word(
        self, judged: Judged, scored: Scored, rubric: Rubric
    ) -> None:
        blank = {indicator.column: None for indicator in rubric.indicators}
        read = judged(scored("J01", "C01", judge_college="C01", total_reported=None, **blank))
        assert texts(read) == [
            (
                f"[E G07] {PLACE} › E5：评委 J01 属于 C01，却没有标明回避，填写的是“否”。"
                "允许：评委对所在学院应当回避。处理：请把“是否回避”改为“是”，并清空这一行的分数。"
            )
        ]

    def test_every_fault_of_a_row_at_once(self, judged: Judged, scored: Scored) -> None:
        read = judged(scored("J01", "C01", s11=10, s12=None, s13="中", s21=4.2))
        assert [(f.code, f.location.cell) for f in read.findings] == [
            ("N02", "H5"),
            ("G01", "F5"),
            ("G04", "G5"),
            ("G03", "I5"),
        ]
        assert read.returned == (("J01", "C01"),)

    def test_same_college_twice(self, judged: Judged, scored: Scored) -> None:
        read = judged(scored("J01", "C01"), scored("J01", "C02"), scored("J01", "C01", 1))
        assert [sheet.college for sheet in read.accepted] == ["C02"]
        assert read.returned == (("J01", "C01"), ("J01", "C01"))
        twice = "评委 J01 对 C01 评了不止一行。允许：每位评委对每个学院只评一次。"
        mend = "处理：请评委确认以哪一行为准，删去其余各行。"
        assert texts(read) == [
            (
                f"[E V05] {PLACE} › A7：“评委编号、学院代码”与第 5 行重复，填写的是“J01、C01”。"
                "允许：同一张表中不得重复。处理：请核对：重复的删去一行，编号写错的改正。"
            ),
            f"[E G09] {PLACE} › 第 5 行：{twice}{mend}",
            f"[E G09] {PLACE} › 第 7 行：{twice}{mend}",
        ]

    def test_rows_without_a_college_are_not_the_same_one(
        self, judged: Judged, scored: Scored
    ) -> None:
        read = judged(scored("J01", None), scored("J01", None))
        assert [(f.code, f.location.cell) for f in read.findings] == [("V01", "D5"), ("V01", "D6")]
        assert read.accepted == ()

    def test_score_column_taken_out(self, judged: Judged, scored: Scored) -> None:
        def take_out(grid: Grid) -> None:
            for row in grid[2:]:
                row[10] = ""

        read = judged(scored("J01", "C01"), change=take_out)
        assert [(f.code, f.location.cell) for f in read.findings] == [("G04", "第 5 行")]
        assert read.returned == (("J01", "C01"),)

    @pytest.mark.parametrize("place", [2, 3, 5, 18])
    def test_required_column_taken_out_returns_every_row(
        self, judged: Judged, scored: Scored, place: int
    ) -> None:
        def take_out(grid: Grid) -> None:
            for row in grid[2:]:
                row[place - 1] = ""

        read = judged(scored("J01", "C01"), scored("J01", "C02"), change=take_out)
        assert [(f.code, f.location.cell) for f in read.findings] == [("H03", "第 3 行")]
        assert (read.accepted, read.returned) == ((), (("J01", "C01"), ("J01", "C02")))


class TestNotYetFilled:
    def test_row_that_nobody_has_scored_is_told_once(
        self, judged: Judged, scored: Scored, rubric: Rubric
    ) -> None:
        blank = {indicator.column: None for indicator in rubric.indicators}
        waiting = scored("J01", "C01", total_reported=None, comment=None, signed_on=None, **blank)
        read = judged(waiting, scored("J01", "C02"))
        assert texts(read) == [
            (
                f"[E G04] {PLACE} › 第 5 行：还没有给 C01 评分。"
                "允许：每项都有分数，或标明回避。处理：请评委评分；不评分的请标明回避。"
            )
        ]
        assert read.returned == (("J01", "C01"),)
        assert [sheet.college for sheet in read.accepted] == ["C02"]

    def test_sum_that_was_not_worked_out_yet_does_no_harm(
        self, filled: Filled, scored: Scored, score_table: Sheet, rubric: Rubric
    ) -> None:
        record = scored("J01", "C01", total_reported=None)
        columns = score_table.columns
        place = next(p for p, column in enumerate(columns) if column.name == "total_reported")
        raw = filled(
            [[c.header for c in columns], [shown(record.get(c.name)) for c in columns]],
            file=FILE,
            name="J01 评委评分表",
            faults={(1, place): "no_result"},
        )
        table = read_sheet(raw, score_table, CONTEXT, scored=True)
        read = accept_score_sheets(table, FILE, rubric, COLLEGES)
        assert [(f.code, f.severity.value, f.mend) for f in read.findings] == [
            ("T06", "I", "无需处理；合计由系统重新计算")
        ]
        assert [sheet.total for sheet in read.accepted] == [100]
