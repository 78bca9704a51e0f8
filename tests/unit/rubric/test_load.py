from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from evalkit.errors import DefinitionError, UnknownNameError
from evalkit.rubric import Rubric, builtin_rubrics, load_rubric


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric()


def faults(path: Path, text: str) -> tuple[str, ...]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_rubric(path)
    return caught.value.faults


class TestBuiltIn:
    def test_is_the_only_one_and_the_default(self, rubric: Rubric) -> None:
        assert list(builtin_rubrics()) == ["station-2024"]
        assert rubric.id == "station-2024"
        assert load_rubric("station-2024") == rubric

    def test_dimensions_and_indicators(self, rubric: Rubric) -> None:
        assert rubric.total == 100
        assert [(d.id, int(d.points)) for d in rubric.dimensions] == [
            ("1", 25),
            ("2", 60),
            ("3", 15),
        ]
        assert {i.id: int(i.points) for i in rubric.indicators} == {
            "1.1": 9, "1.2": 9, "1.3": 7,
            "2.1": 5, "2.2": 15, "2.3": 10, "2.4": 15, "2.5": 10, "2.6": 5,
            "3.1": 15,
        }  # fmt: skip
        assert sum(i.points for i in rubric.indicators) == 100

    def test_criteria(self, rubric: Rubric) -> None:
        assert [len(i.criteria) for i in rubric.indicators] == [3, 3, 2, 2, 2, 1, 4, 3, 1, 2]
        assert len(rubric.criteria) == 23
        assert all(c.text[-1] in "；。" and c.nature and c.sheets for c in rubric.criteria)

    def test_indicator_by_number(self, rubric: Rubric) -> None:
        indicator = rubric.indicator("2.4")
        assert (indicator.label, indicator.column) == ("2.4 危机干预及重点关注学生工作", "s24")
        with pytest.raises(KeyError):
            rubric.indicator("2.7")

    def test_bands(self, rubric: Rubric) -> None:
        assert [(band.name, rubric.band_interval(band)) for band in rubric.bands] == [
            ("优秀", "[90, 100]"),
            ("良好", "[80, 90)"),
            ("中等", "[70, 80)"),
            ("合格", "[60, 70)"),
            ("不合格", "[0, 60)"),
        ]

    @pytest.mark.parametrize("score", ["-0.01", "100.01"])
    def test_no_band_outside_the_scale(self, rubric: Rubric, score: str) -> None:
        with pytest.raises(ValueError, match=r"is outside 0\.\.100"):
            rubric.band(Decimal(score))

    def test_panel_rules(self, rubric: Rubric) -> None:
        rules = rubric.panel
        assert (rules.method, rules.decimals, rules.rounding) == ("trimmed_mean", 2, "half_up")
        assert (rules.trim.highest, rules.trim.lowest, rules.trim.min_judges) == (1, 1, 5)
        assert rules.step == Decimal("0.5")
        assert rules.ties == ("untrimmed_mean", "indicator:2.4", "indicator:3.1", "first_places")

    def test_panel_alone_makes_the_score(self, rubric: Rubric) -> None:
        assert not rubric.blended
        assert [(source.id, int(source.weight)) for source in rubric.sources] == [
            ("panel", 1),
            ("site_visit", 0),
            ("ledger", 0),
            ("daily_log", 0),
        ]

    def test_awards(self, rubric: Rubric) -> None:
        assert [(a.title, a.kind, a.number, a.band) for a in rubric.awards] == [
            ("优秀二级心理辅导站", "station", 2, "优秀"),
            ("优秀二级心理辅导站站长", "head", 2, None),
        ]

    def test_every_open_question_is_decided_and_explained(self, rubric: Rubric) -> None:
        decisions = rubric.settings.decisions()
        assert [d.question for _, d in decisions] == [f"Q{n}" for n in range(1, 15)]
        for name, decision in decisions:
            assert decision.topic, name
            assert decision.wording, name
            assert decision.label, name
            assert decision.reason, name


BROKEN = """\
id: broken
title: 坏样本
version: "1"
total: 100
remark: 不认识的一项
dimensions:
  - id: "1"
    name: 甲
    points: 30
    indicators:
      - {id: 1.1, name: 一, points: 十}
      - {id: "1.12", name: 二, points: 10, criteria: [{id: a, text: 某}, {id: a, text: 某}]}
      - {id: "11.2", name: 三, points: 10.3}
  - id: "1"
    name: 乙
    points: 60
    indicators:
      - {id: "2.1", points: 30}
      - {id: "2.2", name: 五, points: 20}
  - id: "3"
    name: 丙
    points: 5
    indicators:
      - {id: "3.1", name: 六, points: 5}
bands:
  - {name: 好, lower: 60}
  - {name: 好, lower: 80}
  - {name: 差, lower: 10}
panel:
  trim: {highest: 2, lowest: 2, min_judges: 4}
  ties: [luck, "indicator:9.9", first_places]
  decimals: 2.5
  step: 0.5
sources:
  - {id: panel, name: 评审, weight: 0.6}
  - {id: daily_log, name: 日常, weight: 0.3}
awards:
  - {id: a, title: 奖, kind: station, number: 0, band: 优秀}
  - {id: a, title: 奖, kind: head, number: 1}
settings:
  band_edges: {value: both}
"""


class TestBroken:
    def test_every_fault_at_once_with_its_path(self, tmp_path: Path) -> None:
        assert faults(tmp_path / "broken.yaml", BROKEN) == (
            'dimensions[0].indicators[0].id: 应为文字；数字请加引号，例如 "1.1"，现为 1.1',
            "dimensions[0].indicators[0].points: 应为数字，现为 '十'",
            "dimensions[1].indicators[0].name: 缺少这一项",
            "panel.decimals: 应为整数，现为 2.5",
            "awards[0].number: 应不小于 1，现为 0",
            "settings.band_edges.value: 只能是 'lower_included'、'upper_included'，现为 'both'",
            "remark: 不认识这一项，请检查拼写或删去，现为 '不认识的一项'",
            "total: 各考评指标分值之和为 95，与总分 100 不符",
            "dimensions[1].points: 所含考评要点分值之和为 50，与本指标分值 60 不符",
            "dimensions[0].id: 考评指标编号“1”重复，或去点后与另一编号相同",
            "dimensions[1].id: 考评指标编号“1”重复，或去点后与另一编号相同",
            "dimensions[0].indicators[1].id: 考评要点编号“1.12”重复，或去点后与另一编号相同",
            "dimensions[0].indicators[2].id: 考评要点编号“11.2”重复，或去点后与另一编号相同",
            (
                "dimensions[0].indicators[1].criteria[0].id: "
                "考评细则编号“a”重复，或去点后与另一编号相同"
            ),
            (
                "dimensions[0].indicators[1].criteria[1].id: "
                "考评细则编号“a”重复，或去点后与另一编号相同"
            ),
            "bands[0].name: 等次名称“好”重复，或去点后与另一编号相同",
            "bands[1].name: 等次名称“好”重复，或去点后与另一编号相同",
            "awards[0].id: 奖项编号“a”重复，或去点后与另一编号相同",
            "awards[1].id: 奖项编号“a”重复，或去点后与另一编号相同",
            "bands[1].lower: 等次应从高到低排列，80 不低于上一等次的 60",
            "bands[2].lower: 最低等次应从 0 分起，现为 10",
            (
                "panel.ties[0]: 不认识“luck”，"
                "可用 untrimmed_mean、first_places、indicator:考评要点编号"
            ),
            (
                "panel.ties[1]: 不认识“indicator:9.9”，"
                "可用 untrimmed_mean、first_places、indicator:考评要点编号"
            ),
            "panel.trim.min_judges: 去掉 2 个最高分和 2 个最低分后至少要剩一个，应不小于 5，现为 4",
            "dimensions[0].indicators[2].points: 分值 10.3 不是评分步长 0.5 的整数倍",
            "sources: 各来源权重之和应为 1，现为 0.9",
            (
                "settings.score_sources.value: 定为只用评审组评分（panel_only），"
                "但 sources 中别的来源有权重；请改为 weighted 或把权重归零"
            ),
            "awards[0].band: 没有名为“优秀”的等次",
        )

    def test_the_message_numbers_the_faults(self, tmp_path: Path) -> None:
        path = tmp_path / "broken.yaml"
        path.write_text("id: x\ntitle: x\nversion: '1'\n", encoding="utf-8")
        with pytest.raises(DefinitionError) as caught:
            load_rubric(path)
        assert str(caught.value) == (
            f"考核办法文件 {path} 有 3 处问题，请逐条改正：\n"
            "  1. total: 缺少这一项\n"
            "  2. dimensions: 缺少这一项\n"
            "  3. bands: 缺少这一项"
        )

    @pytest.mark.parametrize(
        ("old", "new", "found"),
        [
            (
                "    value: panel_only            # 或 weighted，同时修改上面的 sources",
                "    value: weighted",
                "settings.score_sources.value: 定为加权（weighted），但除评审组外没有来源有权重",
            ),
            (
                "  - {id: panel, name: 现场评审会, weight: 1}",
                "  - {id: ledger, name: 现场评审会, weight: 1}",
                "sources: 评审组评分（panel）必须在列，且权重大于 0",
            ),
            (
                "{name: 优秀, lower: 90}",
                "{name: 优秀, lower: 101}",
                "bands[0].lower: 最高等次的起点 101 超过总分 100",
            ),
        ],
        ids=["weighted_without_weights", "no_panel", "band_above_total"],
    )
    def test_one_slip_in_the_built_in_file(
        self, tmp_path: Path, old: str, new: str, found: str
    ) -> None:
        text = builtin_rubrics()["station-2024"].read_text(encoding="utf-8")
        assert old in text
        assert found in faults(tmp_path / "slip.yaml", text.replace(old, new))

    def test_a_total_that_cannot_be_published(self, tmp_path: Path) -> None:
        text = (
            "{id: x, title: x, version: '1', total: 99.5, bands: [{name: 全, lower: 0}],"
            " panel: {decimals: 0, step: 0.5}, dimensions: [{id: '1', name: 甲, points: 99.5,"
            " indicators: [{id: '1.1', name: 一, points: 99.5}]}]}"
        )
        assert faults(tmp_path / "total.yaml", text) == (
            "panel.decimals: 总分 99.5 不能用 0 位小数表示，满分会公布成别的数",
        )


class TestUnreadable:
    def test_missing_file(self, tmp_path: Path) -> None:
        path = tmp_path / "none.yaml"
        with pytest.raises(DefinitionError) as caught:
            load_rubric(path)
        assert str(caught.value) == (
            f"考核办法文件 {path} 有 1 处问题，请逐条改正：\n  1. 文件不存在"
        )

    def test_not_yaml(self, tmp_path: Path) -> None:
        assert faults(tmp_path / "a.yaml", "id: x\ntitle: [未闭合\n") == (
            "第 3 行第 1 列：不是合格的 YAML，请检查缩进、冒号与引号",
        )

    def test_a_key_twice(self, tmp_path: Path) -> None:
        text = "id: x\npanel:\n  decimals: 2\n  step: 1\n  decimals: 3\n"
        assert faults(tmp_path / "a.yaml", text) == ("第 5 行第 3 列：“decimals”出现了两次",)

    def test_not_a_mapping(self, tmp_path: Path) -> None:
        assert faults(tmp_path / "a.yaml", "- 一\n- 二\n") == (
            "（文件开头）: 应为“名称: 值”的对照表",
        )

    def test_not_text(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_bytes("标题".encode("gbk"))
        with pytest.raises(DefinitionError) as caught:
            load_rubric(path)
        assert caught.value.faults == ("文件无法读取，请确认它是 UTF-8 编码的文本文件",)

    def test_unknown_name(self) -> None:
        with pytest.raises(UnknownNameError) as caught:
            load_rubric("station-2023")
        assert str(caught.value) == (
            "没有名为“station-2023”的内置考核办法。您要的是不是“station-2024”？现有：station-2024。"
        )
