"""From values and requirements to verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalkit.evidence.metric import Metric
from evalkit.evidence.terms import Terms
from evalkit.evidence.verdicts.model import NO_DATA, Basis, Item, ItemState, State
from evalkit.evidence.verdicts.wording import requirement_text
from evalkit.rubric import Criterion, Requirement

__all__ = ["Measured", "decide", "is_met", "judge"]

NO_LIMIT = "上报时限尚未录入"


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric's value for one college and year, exact, and as printed for the audience.

    ``state``: ``known``, ``no_data`` or ``not_applicable``.
    """

    part: float | None
    whole: float | None
    state: str
    text: str


_NOTHING = Measured(None, None, "no_data", NO_DATA)
_ENROLLED = {"participation": "participation_gross"}
_WORDS: Mapping[str, Basis] = {"text": "规定值", "reference": "参照值"}


def judge(
    criterion: Criterion,
    measured: Mapping[str, Measured],
    catalogue: Mapping[str, Metric],
    terms: Terms,
) -> tuple[Item, ...]:
    """Hold a college's values against what a criterion asks of them.

    Parameters
    ----------
    criterion : Criterion
        With its requirements.
    measured : mapping of str to Measured
        Values by metric; a metric that is not there has no data.
    catalogue : mapping of str to Metric
        Every metric that the criterion names.
    terms : Terms
        Participation among the enrolled is asked for in the place of that among the required if so
        decided (Q7); without a limit for crisis reports nobody is in time or late (Q10).
    """
    items = []
    for requirement in criterion.evidence:
        name = requirement.metric
        if terms.participation_base == "enrolled" and not requirement.show:
            name = _ENROLLED.get(name, name)
        metric, found = catalogue[name], measured.get(name, _NOTHING)
        basis = "" if requirement.basis is None else _WORDS[requirement.basis]
        asked = requirement_text(requirement, metric)
        state, decides, text = _state(requirement, metric, found), requirement.decides, found.text
        if name == "crisis_in_limit" and terms.crisis_hours is None and state == "无数据":
            state, decides, text = "人工评定", False, NO_LIMIT
        items.append(Item(name, metric.title, text, asked, basis, state, decides))
    return tuple(items)


def _state(requirement: Requirement, metric: Metric, found: Measured) -> ItemState:
    if requirement.show:
        return ""
    if found.state != "known" or found.part is None:
        if requirement.query:
            return ""
        return "不适用" if found.state == "not_applicable" else "无数据"
    met = is_met(requirement, metric, found.part, found.whole)
    if requirement.query:
        return "" if met else "提请核实"
    return "达标" if met else "未达标"


def is_met(requirement: Requirement, metric: Metric, part: float, whole: float | None) -> bool:
    """Return whether a value is what a requirement asks for, without any rounding.

    ``at_least: all`` compares the counts themselves, so that 2,239 of 2,240 is not all.

    Examples
    --------
    >>> from evalkit.evidence.screening import SUBJECT
    >>> every = Requirement(metric="participation", at_least="all", basis="text")
    >>> [is_met(every, SUBJECT.metrics[0], part, 2240) for part in (2239, 2240)]
    [False, True]
    """
    number = _exact(part)
    if whole is None:
        value = number * metric.times
    else:
        if requirement.at_least == "all" and number < _exact(whole):
            return False
        value = number * metric.times / _exact(whole)
    lower, above = requirement.at_least, requirement.above
    upper, equals = requirement.at_most, requirement.equals
    return (
        not (isinstance(lower, Decimal) and value < Fraction(lower))
        and not (above is not None and value <= Fraction(above))
        and not (upper is not None and value > Fraction(upper))
        and not (equals is not None and value != Fraction(equals))
    )


def _exact(number: float) -> Fraction:
    """Take a sum of yuan or hours as what it says: binary noise of additions left out."""
    return Fraction(number).limit_denominator(1_000_000)


def decide(items: Sequence[Item]) -> tuple[State, Basis]:
    """Return what follows for the criterion as a whole, and on what it rests.

    Requirements that the text itself gives (规定值) alone decide where there are any: nothing that
    a school chose to compare with counts against a college where the text has its own word.
    Otherwise the school's own (参照值) decide. What does not apply is left out. Of the rest:

    - nothing asked at all: 人工评定; nothing that applies: 不适用;
    - all met: 达标; none known: 无数据; none of the known ones met: 未达标;
    - some met, and others not met or without data: 部分达标.

    A requirement that nobody can judge yet (人工评定) decides nothing; alone, it leaves the
    criterion to people.
    """
    deciding = [item for item in items if item.decides]
    chosen = [item for item in deciding if item.basis == "规定值"] or deciding
    if not chosen:
        return "人工评定", ""
    basis = chosen[0].basis
    states = [item.state for item in chosen if item.state != "不适用"]
    if not states:
        return "不适用", basis
    met, unknown = states.count("达标"), states.count("无数据")
    if met == len(states):
        return "达标", basis
    if unknown == len(states):
        return "无数据", basis
    return ("部分达标" if met else "未达标"), basis
