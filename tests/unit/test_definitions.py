from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from evalkit.definitions import path_text, read_yaml, schema_faults


class TestReadYaml:
    def read(self, tmp_path: Path, text: str) -> tuple[Any, list[str]]:
        path = tmp_path / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return read_yaml(path)

    def test_content(self, tmp_path: Path) -> None:
        assert self.read(tmp_path, 'id: "1.1"\nnames: [甲, 乙]\n') == (
            {"id": "1.1", "names": ["甲", "乙"]},
            [],
        )

    def test_empty_file_says_nothing(self, tmp_path: Path) -> None:
        assert self.read(tmp_path, "") == (None, [])

    def test_mark_that_windows_puts_before_the_text(self, tmp_path: Path) -> None:
        assert self.read(tmp_path, "\ufeffid: a\n") == ({"id": "a"}, [])

    def test_mapping_taken_over_and_changed(self, tmp_path: Path) -> None:
        text = "first: &base {points: 9, name: 甲}\nsecond:\n  <<: *base\n  name: 乙\n"
        assert self.read(tmp_path, text) == (
            {"first": {"points": 9, "name": "甲"}, "second": {"points": 9, "name": "乙"}},
            [],
        )

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("a: 1\nb: 2\na: 3\n", "第 3 行第 1 列：“a”出现了两次"),
            ("x:\n  - {a: 1, a: 1}\n", "第 2 行第 12 列：“a”出现了两次"),
            ("a: [1, 2\nb: 3\n", "第 2 行第 2 列：不是合格的 YAML，请检查缩进、冒号与引号"),
            ("a: *“甲”\n", "第 1 行第 5 列：不是合格的 YAML，请检查缩进、冒号与引号"),
            ("? [a, b]\n: 1\n", "第 1 行第 3 列：不是合格的 YAML，请检查缩进、冒号与引号"),
            ("a: !!python/none x\n", "第 1 行第 4 列：不是合格的 YAML，请检查缩进、冒号与引号"),
            ("a:\n  date: 2024-02-30\n", "第 2 行第 9 列：“2024-02-30”不是存在的日期或数字"),
            ("a: \x00\n", "不是合格的 YAML 文件"),
        ],
    )
    def test_place_of_what_cannot_be_read(self, tmp_path: Path, text: str, fault: str) -> None:
        assert self.read(tmp_path, text) == (None, [fault])

    def test_missing_file(self, tmp_path: Path) -> None:
        assert read_yaml(tmp_path / "none.yaml") == (None, ["文件不存在"])

    def test_file_in_another_encoding(self, tmp_path: Path) -> None:
        path = tmp_path / "rules.yaml"
        path.write_bytes("名称: 甲".encode("gb18030"))
        assert read_yaml(path) == (None, ["文件无法读取，请确认它是 UTF-8 编码的文本文件"])


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["dimensions", 1, "indicators", 3, "points"], "dimensions[1].indicators[3].points"),
        (["id"], "id"),
        ([0, "id"], "[0].id"),
        ([], "（文件开头）"),
    ],
)
def test_path_text(parts: list[str | int], text: str) -> None:
    assert path_text(parts) == text


class Award(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    number: int = Field(ge=1)


class Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(default="a", pattern="^[a-z]+$", min_length=1)
    title: str = ""
    points: Decimal = Decimal(0)
    lowest: Decimal = Field(default=Decimal(1), gt=0)
    highest: Decimal = Field(default=Decimal(1), le=100, lt=200)
    kind: Literal["站", "站长"] = "站"
    scale: Literal["校", "市", "国家"] = "校"
    public: bool = False
    awards: tuple[Award, ...] = Field(default=(Award(number=1),), min_length=1, strict=False)
    marks: list[str] = Field(default=["a"], min_length=1)
    even: int = 0
    names: dict[str, str] = {}

    @field_validator("even")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("应为双数")
        return value


class TestSchemaFaults:
    def faults(self, raw: object) -> list[str]:
        with pytest.raises(ValidationError) as caught:
            Rules.model_validate(raw)
        return schema_faults(caught.value)

    @pytest.mark.parametrize(
        ("raw", "fault"),
        [
            ({"awards": [{}]}, "awards[0].number: 缺少这一项"),
            ({"titel": "甲"}, "titel: 不认识这一项，请检查拼写或删去，现为 '甲'"),
            ({"titel": {"a": 1}}, "titel: 不认识这一项，请检查拼写或删去"),
            ({"title": 1.1}, 'title: 应为文字；数字请加引号，例如 "1.1"，现为 1.1'),
            ({"title": None}, 'title: 应为文字；数字请加引号，例如 "1.1"，现为空'),
            ({"title": True}, 'title: 应为文字；数字请加引号，例如 "1.1"，现为 true'),
            ({"points": "十"}, "points: 应为数字，现为 '十'"),
            ({"awards": [{"number": 2.5}]}, "awards[0].number: 应为整数，现为 2.5"),
            ({"awards": [{"number": "二"}]}, "awards[0].number: 应为整数，现为 '二'"),
            ({"awards": [{"number": 0}]}, "awards[0].number: 应不小于 1，现为 0"),
            ({"lowest": Decimal("-0.5")}, "lowest: 应大于 0，现为 -0.5"),
            ({"highest": Decimal(101)}, "highest: 应不大于 100，现为 101"),
            ({"highest": Decimal(201)}, "highest: 应不大于 100，现为 201"),
            ({"kind": "人"}, "kind: 只能是 '站'、'站长'，现为 '人'"),
            ({"scale": "区"}, "scale: 只能是 '校'、'市'、'国家'，现为 '区'"),
            ({"public": "是"}, "public: 应为 true 或 false，现为 '是'"),
            ({"id": "1"}, "id: 写法不合要求（应符合 ^[a-z]+$），现为 '1'"),
            ({"id": ""}, "id: 不能为空，现为 ''"),
            ({"even": 3}, "even: 应为双数，现为 3"),
            ({"awards": "x"}, "awards: 应为列表，现为 'x'"),
            ({"marks": []}, "marks: 至少要有一项"),
            ({"marks": "x"}, "marks: 应为列表，现为 'x'"),
            ({"names": ["x"]}, "names: 应为“名称: 值”的对照表"),
            ([], "（文件开头）: 应为“名称: 值”的对照表"),
            (None, "（文件开头）: 应为“名称: 值”的对照表，现为空"),
        ],
    )
    def test_each_in_chinese_with_its_path(self, raw: object, fault: str) -> None:
        assert self.faults(raw) == [fault]

    def test_date_without_quotes_is_shown_as_it_was_written(self, tmp_path: Path) -> None:
        path = tmp_path / "rules.yaml"
        path.write_text("title: 2024-01-09\n", encoding="utf-8")
        assert self.faults(read_yaml(path)[0]) == [
            'title: 应为文字；数字请加引号，例如 "1.1"，现为 2024-01-09'
        ]

    def test_every_fault_at_once(self) -> None:
        faults = self.faults({"id": "1", "even": 1, "awards": []})
        assert [fault.split(":")[0] for fault in faults] == ["id", "awards", "even"]

    def test_list_of_unusable_items_is_not_called_empty(self) -> None:
        assert self.faults({"awards": [{"number": 0}]}) == ["awards[0].number: 应不小于 1，现为 0"]
