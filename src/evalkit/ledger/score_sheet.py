"""The judge's score sheet: its columns follow from the rubric."""

from __future__ import annotations

from decimal import Decimal

from evalkit.ledger.model import Column, Sheet
from evalkit.rubric import Rubric

__all__ = ["score_sheet_definition"]


def score_sheet_definition(rubric: Rubric) -> Sheet:
    """Return the definition of the score sheet that belongs to a rubric.

    One row a college: who judges, whether recused, one score for each indicator, total, comment,
    date of signature.
    """
    scores = tuple(
        Column(
            name=indicator.column,
            header=indicator.label,
            type="dec",
            required="conditional",
            when="未回避时必填",
            unit="分",
            minimum=Decimal(0),
            maximum=indicator.points,
            step=rubric.panel.step,
            note=f"满分 {indicator.points} 分",
        )
        for indicator in rubric.indicators
    )
    return Sheet(
        id="J01",
        name="score_sheet",
        title="评委评分表",
        workbook="judge",
        core=True,
        rows="一行一个学院",
        note=(
            f"每项 0 分至满分，以 {rubric.panel.step} 分为一档；"
            "对所在学院请在“是否回避”选“是”，分数全部留空"
        ),
        key=("judge_id", "college_code"),
        columns=(
            Column(
                name="judge_id",
                header="评委编号",
                type="id",
                required="always",
                pattern=r"J\d{2,}",
                note="例如“J01”",
            ),
            Column(
                name="judge_type",
                header="评委类型",
                type="enum",
                required="always",
                allowed=("校内", "校外"),
            ),
            Column(
                name="judge_college",
                header="所在学院",
                type="id",
                required="always",
                note="校内评委填学院代码，机关或校外评委填“无”或“校外”",
            ),
            Column(name="college_code", header="学院代码", type="id", required="always"),
            Column(name="recused", header="是否回避", type="bool", required="always"),
            *scores,
            Column(
                name="total_reported",
                header="合计",
                type="dec",
                unit="分",
                note="等于各项之和；系统会重新计算并核对",
            ),
            Column(name="comment", header="评语/建议", type="text"),
            Column(name="signed_on", header="签名日期", type="date", required="always"),
            Column(
                name="college_name",
                header="学院名称",
                type="str",
                aliases=("学院", "二级学院"),
                note="便于评委辨认；以学院代码为准",
            ),
        ),
    )
