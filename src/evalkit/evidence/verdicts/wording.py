"""Values and requirements in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from evalkit.evidence.metric import Metric
from evalkit.evidence.verdicts.model import NO_DATA, NOT_APPLICABLE
from evalkit.rubric import Requirement

__all__ = ["requirement_text", "share_text", "value_text"]

YES_NO = "是/否"


def value_text(metric: Metric, part: float | None, whole: float | None, state: str) -> str:
    """Return a metric's value as printed, with the counts that it is made of.

    A share is cut off after two decimals, not rounded, so that only an equality of whole numbers
    prints as 100 %.

    Parameters
    ----------
    metric : Metric
        What it is.
    part, whole : float, optional
        The counts; `whole` is missing for a metric without one.
    state : str
        ``known``, ``no_data`` or ``not_applicable``.
    """
    if state != "known" or part is None:
        return NOT_APPLICABLE if state == "not_applicable" else NO_DATA
    if metric.unit == YES_NO:
        return "是" if part else "否"
    if metric.unit == "%" and whole is not None:
        share = share_text(Fraction(part), Fraction(whole))
        counted = part == int(part) and whole == int(whole) and metric.part.startswith("n_")
        return f"{share}（{part:,.0f}/{whole:,.0f}）" if counted else share
    value = part * metric.times if whole is None else part * metric.times / whole
    return f"{_number(value, metric)} {metric.unit}"


def share_text(part: Fraction, whole: Fraction) -> str:
    """Return a share in per cent, cut off after two decimals.

    Examples
    --------
    >>> share_text(Fraction(2239), Fraction(2240)), share_text(Fraction(5), Fraction(5))
    ('99.95%', '100%')
    """
    if part == whole:
        return "100%"
    hundredths = int(part * 10_000 / whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _number(value: float, metric: Metric) -> str:
    if metric.whole is None and value == int(value) and metric.unit != "元":
        return f"{value:,.0f}"
    return f"{value:,.2f}" if metric.whole or metric.unit == "元" else f"{value:,.1f}"


def requirement_text(requirement: Requirement, metric: Metric) -> str:
    """Return what is asked of a metric; empty if nothing is."""
    if requirement.wording or requirement.show:
        return requirement.wording
    unit = metric.unit if metric.unit == "%" else f" {metric.unit}"
    if requirement.equals is not None:
        if metric.unit == YES_NO:
            return "应为“是”" if requirement.equals else "应为“否”"
        return f"应为 {_plain(requirement.equals)}{unit}"
    parts = []
    if requirement.at_least == "all":
        parts.append("应为 100%")
    elif requirement.at_least is not None:
        parts.append(f"不少于 {_plain(requirement.at_least)}{unit}")
    if requirement.above is not None:
        parts.append(f"多于 {_plain(requirement.above)}{unit}")
    if requirement.at_most is not None:
        parts.append(f"不超过 {_plain(requirement.at_most)}{unit}")
    return "，".join(parts)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
