"""Requirements as a rubric file says them, and what is answered to a slip."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from evalkit.errors import DefinitionError
from evalkit.rubric import Requirement, builtin_rubrics, load_rubric

FRAME = """\
id: x
title: x
version: "1"
total: 10
bands: [{name: 全, lower: 0}]
dimensions:
  - id: "1"
    name: 甲
    points: 10
    indicators:
      - id: "1.1"
        name: 一
        points: 10
        criteria:
          - id: "1.1"
            text: 某。
            human: 质量
            evidence:
"""
WHERE = "dimensions[0].indicators[0].criteria[0].evidence"


def load(folder: Path, *lines: str) -> tuple[Requirement, ...]:
    path = folder / "rubric.yaml"
    path.write_text(FRAME + "".join(f"              - {line}\n" for line in lines), "utf-8")
    (criterion,) = load_rubric(path).criteria
    assert criterion.human == "质量"
    return criterion.evidence


def faults(folder: Path, *lines: str) -> tuple[str, ...]:
    with pytest.raises(DefinitionError) as caught:
        load(folder, *lines)
    return caught.value.faults


def test_read(tmp_path: Path) -> None:
    every, some, span, listed = load(
        tmp_path,
        "{metric: participation, at_least: all, basis: text}",
        "{metric: college_budget, above: 0.1, basis: reference, wording: 有配套}",
        "{metric: budget_execution, at_least: 50, at_most: 100, query: true}",
        "{metric: reach, show: true}",
    )
    assert (every.at_least, every.basis, every.decides) == ("all", "text", True)
    assert (some.above, some.wording, some.decides) == (Decimal("0.1"), "有配套", True)
    assert (span.at_least, span.at_most, span.decides) == (Decimal(50), Decimal(100), False)
    assert (listed.show, listed.decides) == (True, False)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "{metric: a, at_least: most, basis: text}",
            ".at_least: 应为数字或 all（全部），现为 'most'",
        ),
        ("{metric: a, at_least: .nan, basis: text}", ".at_least: 应为数字或 all（全部），现为 nan"),
        ("{metric: a, at_least: 1}", ": 应写明 basis：text（规定值）或 reference（参照值）"),
        ("{metric: a, at_least: 1, basis: law}", ".basis: 只能是 'text'、'reference'，现为 'law'"),
        ("{metric: a}", ": 应写明 at_least、above、at_most、equals 之一，或写 show: true"),
        (
            "{metric: a, show: true, at_least: 1}",
            ": show 只列出指标，不能同时写要求、basis 或 query",
        ),
        (
            "{metric: a, equals: 1, at_most: 2, basis: text}",
            ": equals 不与别的要求同写，at_least 与 above 只写一个",
        ),
        (
            "{metric: a, at_least: 1, above: 2, basis: text}",
            ": equals 不与别的要求同写，at_least 与 above 只写一个",
        ),
        ("{metric: a, at_least: 3, at_most: 2, basis: text}", ": 下限 3 大于上限 2"),
        ("{metric: a, above: 3, at_most: 2, basis: text}", ": 下限 3 大于上限 2"),
        ("{at_least: 1, basis: text}", ".metric: 缺少这一项"),
        (
            "{metric: A b, show: true}",
            ".metric: 写法不合要求（应符合 ^[a-z][a-z0-9_]*$），现为 'A b'",
        ),
        ("{metric: a, least: 1, basis: text}", ".least: 不认识这一项，请检查拼写或删去，现为 1"),
    ],
)
def test_slips(tmp_path: Path, line: str, fault: str) -> None:
    assert f"{WHERE}[0]{fault}" in faults(tmp_path, line)


def test_a_metric_twice_in_one_criterion(tmp_path: Path) -> None:
    again = "{metric: reach, show: true}"
    assert faults(tmp_path, again, again) == (
        f"{WHERE}[1].metric: 指标“reach”在这一条考评细则中已经写过",
    )


def test_a_school_changes_a_requirement_in_its_file(tmp_path: Path) -> None:
    text = builtin_rubrics()["station-2024"].read_text("utf-8")
    old = "{metric: leader_meetings_s1, at_least: 1, basis: reference}"
    assert text.count(old) == 1
    path = tmp_path / "own.yaml"
    path.write_text(text.replace(old, old.replace("1, basis", "2, basis")), "utf-8")
    changed = load_rubric(path)
    assert changed.criteria[0].evidence[0].at_least == 2
    assert changed.criteria[0].evidence[1:] == load_rubric().criteria[0].evidence[1:]
