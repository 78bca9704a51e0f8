"""The scales' files: complete, and faults are named."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from evalkit.definitions import read_yaml, schema_faults
from evalkit.errors import UnknownNameError
from evalkit.scales import load_scale, norms, scale_names
from evalkit.scales.conditions import read_condition
from evalkit.scales.definition import Scale


def raw(stem: str) -> dict[str, Any]:
    content, faults = read_yaml(files("evalkit") / "resources" / "scales" / f"{stem}.yaml")  # type: ignore[arg-type]
    assert not faults
    return content  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", scale_names())
def test_every_combination_of_choices_is_a_scale(name: str) -> None:
    choices = load_scale(name).choices
    answers = [[(question, option) for option in c.options] for question, c in choices.items()]
    for combination in itertools.product(*answers):
        assert load_scale(name, **dict(combination)).name == name


@pytest.mark.parametrize(
    "asked", ["SCL-90", "scl90", "SCL_90", "scl 90", "症状自评量表", "Symptom Checklist 90"]
)
def test_names_are_understood_as_people_write_them(asked: str) -> None:
    assert load_scale(asked).name == "SCL-90"


def test_unknown_names() -> None:
    with pytest.raises(UnknownNameError) as error:
        load_scale("PHQ-8")
    assert str(error.value) == (
        "没有名为“PHQ-8”的量表。您要的是不是“PHQ-9”？现有：GAD-7、PHQ-9、SAS、SCL-90、SDS、UPI。"
    )
    with pytest.raises(UnknownNameError) as error:
        load_scale("SDS", round="up")
    assert str(error.value) == "没有名为“round”的SDS 计分选项。现有：rounding、cutoff。"
    with pytest.raises(UnknownNameError) as error:
        load_scale("SDS", rounding="bankers")
    assert str(error.value) == (
        "没有名为“bankers”的SDS “标准分取整”（rounding）取值。现有：half_up、truncate。"
    )
    with pytest.raises(UnknownNameError, match="没有名为“90”的量表。"):
        load_scale(90)  # type: ignore[arg-type]


def test_the_keys() -> None:
    scl = load_scale("SCL-90")
    assert sorted(item for factor in scl.factors for item in factor.items) == list(range(1, 91))
    assert [len(factor.items) for factor in scl.factors] == [12, 10, 9, 13, 10, 6, 7, 6, 10, 7]
    assert len(load_scale("UPI").scored) == 56
    assert load_scale("UPI").sizes == (60, 64)
    assert load_scale("SDS").reversed == (2, 5, 6, 11, 12, 14, 16, 17, 18, 20)
    assert load_scale("SAS").reversed == (5, 9, 13, 17, 19)


def test_norms_have_their_year() -> None:
    for norm in norms("SCL-90"):
        assert str(norm.year) in norm.code
        assert norm.source
        assert norm.note
    assert norms("PHQ-9") == ()
    assert [float(x) for x in norms("SCL-90")[0].values["depression"]] == [1.50, 0.59]


def test_no_item_texts() -> None:
    """A question in a file would be a sentence of somebody who speaks of himself."""
    for name in scale_names():
        stem = name.casefold().replace("-", "")
        text = (files("evalkit") / "resources" / "scales" / f"{stem}.yaml").read_text("utf-8")
        assert not re.search("我|自己|您|你", text)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("stem", "change", "fault"),
    [
        (
            "sds",
            lambda s: s.update(reversed=[2, 2]),
            "reversed: 题号应在 1 至 20 之间",
        ),
        (
            "sds",
            lambda s: s.update(suicide={"items": [21], "from": 2}),
            "suicide: 题号应在",
        ),
        ("scl90", lambda s: s["factors"].pop(), "factors: 各因子的题目合起来应恰好是全部计分题"),
        ("scl90", lambda s: s.update(key_factors=["mania"]), "key_factors: 含有没有定义的因子"),
        ("upi", lambda s: s.update(auxiliary=[62]), "auxiliary: 辅助题应从第 61 题起连续编号"),
        ("phq9", lambda s: s.update(codings=["0-3", "0-4"]), "codings: 各种编码的选项数应相同"),
        ("phq9", lambda s: s.update(codings=["3-0"]), "编码应写作“最低-最高”"),
        ("phq9", lambda s: s.update(positive=["total => 10"]), "看不懂条件“total => 10”"),
        (
            "phq9",
            lambda s: s.update(positive=["factor > 2"]),
            "条件“factor > 2”用到了没有定义",
        ),
        ("phq9", lambda s: s.update(positive=["item 10 >= 1"]), "用到了没有定义的内容"),
        ("phq9", lambda s: s.update(positive=["positive"]), "positive: 不能用自己定义自己"),
        ("phq9", lambda s: s["bands"].pop(), "bands: 只有最后一档没有条件"),
        ("phq9", lambda s: s.pop("items"), "items: 缺少这一项"),
        ("phq9", lambda s: s.update(colour="red"), "colour: 不认识这一项"),
        (
            "gad7",
            lambda s: s["choices"]["cutoff"].update(default="9"),
            "默认值不在选项之中",
        ),
        (
            "scl90",
            lambda s: s["norms"][0]["values"].update(x=["1", "2"]),
            "jin_1986 含有没有定义",
        ),
        (
            "scl90",
            lambda s: s["positive_in"].update({"2-6": []}),
            "positive_in: 含有没有定义",
        ),
    ],
)
def test_faults_are_named(stem: str, change: Change, fault: str) -> None:
    content = raw(stem)
    change(content)
    with pytest.raises(ValidationError) as error:
        Scale.model_validate(content)
    assert fault in "\n".join(schema_faults(error.value))


def test_conditions_shift_with_the_coding() -> None:
    (part,) = read_condition("total > 70")
    assert part.shifted(1, 90).border == 160
    (part,) = read_condition("positive_items > 43")
    assert part.shifted(1, 90).border == 43
