from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from evalkit.errors import (
    DefinitionError,
    EvalkitError,
    IntakeError,
    NoDataError,
    PanelError,
    UnknownNameError,
    WorkspaceError,
)
from evalkit.findings import Finding, Location, Severity

FINDING = Finding(
    "G01",
    Severity.ERROR,
    Location("评分表_2024-2025_J01.xlsx", "J01 评委评分表", "K7"),
    "“2.4”的分数超过满分 15 分",
    "16",
    "0 至 15 分",
    "请评委重新评定这一项",
)


class TestFinding:
    def test_says_what_where_found_allowed_mend(self) -> None:
        assert str(FINDING) == (
            "[E G01] 评分表_2024-2025_J01.xlsx › J01 评委评分表 › K7："
            "“2.4”的分数超过满分 15 分，填写的是“16”。"
            "允许：0 至 15 分。处理：请评委重新评定这一项。"
        )

    def test_without_a_value(self) -> None:
        assert str(replace(FINDING, severity=Severity.INFO, value="")) == (
            "[I G01] 评分表_2024-2025_J01.xlsx › J01 评委评分表 › K7："
            "“2.4”的分数超过满分 15 分。允许：0 至 15 分。处理：请评委重新评定这一项。"
        )

    def test_cannot_be_changed(self) -> None:
        with pytest.raises(FrozenInstanceError):
            FINDING.value = "15"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location("a.xlsx"), "a.xlsx"),
        (Location("a.xlsx", "S08 活动台账"), "a.xlsx › S08 活动台账"),
        (Location("a.xlsx", "S08 活动台账", "第 7 行"), "a.xlsx › S08 活动台账 › 第 7 行"),
        (Location("a.xlsx", cell="K7"), "a.xlsx › K7"),
    ],
)
def test_location(location: Location, text: str) -> None:
    assert str(location) == text


def test_severity_in_chinese() -> None:
    assert [(s.value, s.chinese) for s in Severity] == [
        ("E", "错误"),
        ("W", "警告"),
        ("I", "提示"),
    ]


class TestErrors:
    def test_definition_error_counts_and_numbers_its_faults(self) -> None:
        error = DefinitionError("考核办法", "rubric.yaml", ["id: 缺少这一项", "total: 应为数字"])
        assert str(error) == (
            "考核办法 rubric.yaml 有 2 处问题，请逐条改正：\n"
            "  1. id: 缺少这一项\n"
            "  2. total: 应为数字"
        )
        assert (error.source, len(error.faults)) == ("rubric.yaml", 2)

    @pytest.mark.parametrize("kind", [IntakeError, PanelError])
    def test_findings_stand_below_the_message(
        self, kind: type[IntakeError] | type[PanelError]
    ) -> None:
        error = kind("评分表有误。", [FINDING])
        assert str(error) == f"评分表有误。\n  {FINDING}"
        assert error.findings == (FINDING,)

    def test_panel_error_without_findings(self) -> None:
        assert str(PanelError("没有评委。")) == "没有评委。"

    def test_no_workspace(self) -> None:
        assert str(WorkspaceError.not_found(Path("/a/b"))) == (
            "在 /a/b 及其上级文件夹中没有找到 evalkit.toml，这里还不是一个工作区。"
            "请先运行“evalkit init /a/b”建立工作区，或用 --workspace 指明工作区所在的文件夹。"
        )

    def test_no_data(self) -> None:
        assert str(NoDataError.empty_folder(Path("/a/data"))) == (
            "数据文件夹 /a/data 中没有任何学年的数据。"
            "请按学年建立子文件夹（例如 /a/data/2024-2025），"
            "把各学院的台账和评委的评分表放进去；想先试用，可运行"
            "“evalkit sample /a/data”生成虚构学校的数据。"
        )
        assert str(NoDataError.empty_year(Path("/a/data/2024-2025"))) == (
            "文件夹 /a/data/2024-2025 中没有可以读取的台账"
            "（文件名形如“台账_2024-2025_C01.xlsx”）。"
            "请把各学院交来的台账放进这个文件夹后再运行。"
        )

    @pytest.mark.parametrize(
        ("name", "known", "mend", "text"),
        [
            (
                "2024-2026",
                ["2023-2024", "2024-2025"],
                "请新建。",
                (
                    "没有名为“2024-2026”的学年。您要的是不是“2024-2025”？"
                    "现有：2023-2024、2024-2025。请新建。"
                ),
            ),
            ("甲", ["2023-2024"], "", "没有名为“甲”的学年。现有：2023-2024。"),
            ("甲", [], "", "没有名为“甲”的学年。现在还没有任何学年。"),
        ],
    )
    def test_unknown_name_guesses_what_was_meant(
        self, name: str, known: list[str], mend: str, text: str
    ) -> None:
        assert str(UnknownNameError.of("学年", name, known, mend)) == text

    def test_all_are_of_one_kind(self) -> None:
        kinds = (DefinitionError, IntakeError, NoDataError, PanelError, UnknownNameError)
        assert all(issubclass(kind, EvalkitError) for kind in (*kinds, WorkspaceError))


def test_a_guess_looks_at_codes_and_at_names() -> None:
    error = UnknownNameError.of("学院", "精细化学院", ["C01 精细化工学院", "C02 环境监测学院"])
    assert str(error) == (
        "没有名为“精细化学院”的学院。您要的是不是“C01 精细化工学院”？"
        "现有：C01 精细化工学院、C02 环境监测学院。"
    )
