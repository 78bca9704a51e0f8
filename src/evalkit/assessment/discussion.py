"""Where the panel and the evidence point in opposite directions: for discussion, nothing else.

Neither side is corrected by the other. The panel sees what no ledger holds, and ledgers hold what a
panel may have overlooked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.evidence.verdicts import Verdict
from evalkit.rubric import Indicator

if TYPE_CHECKING:
    from evalkit.assessment.model import Assessment

__all__ = ["PARTS", "SMALLEST_SCHOOL", "find_discussion"]

PARTS = 3
"""A mean stands out that lies in the highest or lowest of so many parts of the school."""
SMALLEST_SCHOOL = 5
"""With fewer colleges than this no part of the school is told apart."""

_COLUMNS = ("college_code", "college", "indicator", "label", "panel", "evidence")


def find_discussion(assessment: Assessment) -> pd.DataFrame:
    """List where the panel's mean and the evidence point in opposite directions.

    A mean is high if fewer than a third of the colleges have a higher one and it lies above the
    school's median; low the other way round. The evidence is weak if some criterion of the
    indicator is 未达标, strong if all that are judged by figures are 达标. Listed are high means
    with weak evidence and low means with strong evidence.

    Returns
    -------
    DataFrame
        college_code, college, indicator, label (number and name), panel, evidence (each side in
        words); in the order of the rubric. Empty without a panel, or with fewer than
        `SMALLEST_SCHOOL` colleges.
    """
    seen = assessment.audience.may_see("judging", "own")
    panel = assessment.panel if seen else None
    rows: list[tuple[object, ...]] = []
    if panel is None or len(panel) < SMALLEST_SCHOOL:
        return pd.DataFrame(rows, columns=list(_COLUMNS), dtype="string")
    verdicts: dict[str, dict[str, Verdict]] = {}
    for verdict in assessment.verdicts_of(assessment.year):
        verdicts.setdefault(verdict.college, {})[verdict.criterion] = verdict
    for indicator in assessment.rubric.indicators:
        means = {result.college: result.indicator_means[indicator.id] for result in panel}
        for college in assessment.colleges:
            if college.code not in means:
                continue
            side = _side(college.code, means)
            own = [verdicts[college.code][criterion.id] for criterion in indicator.criteria]
            told = _opposed(side, own)
            if told:
                mean = assessment.rubric.publish(means[college.code])
                said = _panel_text(indicator, str(mean), means[college.code], side, len(means))
                rows.append((college.code, college.name, indicator.id, indicator.label, said, told))
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype="string")


def _side(college: str, means: Mapping[str, Fraction]) -> int:
    """Return 1 for a mean that is high in the school, −1 for a low one, 0 between."""
    own = means[college]
    higher = sum(mean > own for mean in means.values())
    lower = sum(mean < own for mean in means.values())
    if higher * PARTS < len(means) and lower > higher:
        return 1
    return -1 if lower * PARTS < len(means) and higher > lower else 0


def _opposed(side: int, verdicts: Sequence[Verdict]) -> str:
    """Return the evidence in words if it points against the panel's side; empty if not."""
    judged = [v for v in verdicts if v.state in ("达标", "部分达标", "未达标")]
    weak = [verdict for verdict in judged if verdict.state == "未达标"]
    if side > 0 and weak:
        return "；".join(_why(verdict) for verdict in weak)
    if side < 0 and judged and all(verdict.state == "达标" for verdict in judged):
        return f"有数据可查的考评细则全部达标：{'、'.join(v.criterion for v in judged)}"
    return ""


def _why(verdict: Verdict) -> str:
    failed: Iterable[str] = (
        f"{item.title} {item.value}（{item.basis}：{item.requirement}）"
        for item in verdict.items
        if item.decides and item.basis == verdict.basis and item.state == "未达标"
    )
    return f"{verdict.criterion} 未达标：{'，'.join(failed)}"


def _panel_text(indicator: Indicator, printed: str, mean: Fraction, side: int, number: int) -> str:
    share = int(mean * 10_000 / Fraction(indicator.points))
    where = "前" if side > 0 else "后"
    return (
        f"评审组均分 {printed} 分（满分 {indicator.points} 分，得分率 "
        f"{share // 100}.{share % 100:02d}%），居 {number} 个学院的{where}三分之一"
    )
