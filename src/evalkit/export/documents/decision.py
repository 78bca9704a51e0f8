"""What people decide about a year: the meeting, the awards, the public notice, the issue.

It is entered in ``<data>/<year>/会议/decision.yaml``. Until the decision stands there, every
document says 建议名单（待审定）.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from evalkit.assessment import Assessment
from evalkit.definitions import read_yaml, schema_faults
from evalkit.errors import DefinitionError
from evalkit.panel import PanelResult

__all__ = [
    "MARK",
    "Decision",
    "Issue",
    "Meeting",
    "Notice",
    "Winner",
    "YearDecisions",
    "decision_path",
    "load_decisions",
    "result_code",
]

MARK = "建议名单（待审定）"
"""Stands on every document until the decision is entered."""

_TITLE = "审定结果文件"


def _clock(value: object) -> object:
    """Give back the time of day that YAML has taken for a number to the base of sixty."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return f"{value // 60:02d}:{value % 60:02d}"
    return value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Meeting(_Part):
    """The review meeting: when, where, how the order is drawn, minutes for each college."""

    day: date | None = None
    begin: Annotated[str, BeforeValidator(_clock), Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = (
        "09:00"
    )
    place: str = ""
    seed: Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int) else v)] = ""
    talk_minutes: int = Field(default=8, ge=1, le=120)
    opening_minutes: int = Field(default=10, ge=0, le=120)
    question_minutes: int = Field(default=2, ge=0, le=120)


class Winner(_Part):
    """A college that gets an award; ``name`` is the head's, for the heads' award."""

    college: str = Field(pattern=r"^C\d{2,}$")
    name: str = ""


class Decision(_Part):
    """Who gets the awards, decided by whom, when and why.

    ``result`` is the code of the scores that were decided on (:func:`result_code`); if the scores
    have changed since, the decision does not hold. ``awards`` are winners by the award's id.
    """

    day: date
    by: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    result: str = ""
    awards: dict[str, tuple[Winner, ...]] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, raw: Any) -> Any:
        # Strict models take no lists for tuples where these lie within a mapping.
        if isinstance(raw, dict) and isinstance(raw.get("awards"), dict):
            awards = {
                key: tuple(value) if isinstance(value, list) else () if value is None else value
                for key, value in raw["awards"].items()
            }
            return raw | {"awards": awards}
        return raw


class Notice(_Part):
    """The public notice (公示): its first and last day, and where objections go."""

    first: date
    last: date
    office: str = ""
    phone: str = ""
    email: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"公示的最后一天 {self.last} 早于第一天 {self.first}")
        return self


class Issue(_Part):
    """The number (发文字号) and the day (成文日期) of the circular."""

    number: str = ""
    day: date


class YearDecisions(_Part):
    """Everything of a year that people decide; parts that are not entered yet are ``None``."""

    academic_year: str = ""
    meeting: Meeting = Meeting()
    decision: Decision | None = None
    notice: Notice | None = None
    issue: Issue | None = None

    @property
    def mark(self) -> str:
        """``建议名单（待审定）``, or nothing once the decision is entered."""
        return "" if self.decision else MARK


def decision_path(assessment: Assessment) -> Path:
    """Return where a year's decisions are entered."""
    return assessment.workspace.inputs(assessment.year) / "会议" / "decision.yaml"


def load_decisions(assessment: Assessment) -> YearDecisions:
    """Read a year's decisions; without the file nothing is decided.

    Raises
    ------
    DefinitionError
        Listing every fault: of the file's form, colleges and awards that there are not, more
        winners than awards, heads who are not on record, a decision on other scores.
    """
    path = decision_path(assessment)
    if not path.is_file():
        return YearDecisions()
    raw, faults = read_yaml(path)
    if faults:
        raise DefinitionError(_TITLE, path, faults)
    try:
        found = YearDecisions.model_validate(
            {key: value for key, value in raw.items() if value is not None}
            if isinstance(raw, dict)
            else {}
            if raw is None
            else raw
        )
    except ValidationError as error:
        raise DefinitionError(_TITLE, path, schema_faults(error)) from None
    faults = _disagreements(found, assessment)
    if faults:
        raise DefinitionError(_TITLE, path, faults)
    return found


def result_code(panel: PanelResult | None) -> str:
    """Return a short code of all scores, bands and ranks, to tell whether they have changed.

    Returns
    -------
    str
        ``r`` and eight hexadecimal digits of SHA-256; empty without scores.
    """
    if panel is None:
        return ""
    rows = [(each.college, str(each.score), each.band, each.rank) for each in panel]
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode("utf-8"))
    return f"r{digest.hexdigest()[:8]}"


def _disagreements(found: YearDecisions, assessment: Assessment) -> list[str]:
    year, decision = assessment.year.name, found.decision
    faults = []
    if found.academic_year and found.academic_year != year:
        faults.append(
            f"academic_year: 写的是 {found.academic_year} 学年，文件却放在 {year} 学年的文件夹里，"
            "请核对"
        )
    if decision is None:
        return faults
    code = result_code(assessment.panel)
    if not code:
        faults.append("decision: 本学年还没有评审组评分，不能审定，请先收齐评分表")
    elif decision.result and decision.result != code:
        faults.append(
            f"decision.result: 审定所依据的评分是 {decision.result}，现在的评分是 {code}；"
            "审定之后评分有变化，请重新审定，再改写这一项"
        )
    awards = {award.id: award for award in assessment.rubric.awards}
    for name, winners in decision.awards.items():
        place = f"decision.awards.{name}"
        if name not in awards:
            faults.append(f"{place}: 考核办法中没有这个奖项，现有 {_listed(awards)}")
            continue
        if len(winners) > awards[name].number:
            faults.append(
                f"{place}: {awards[name].title}共 {awards[name].number} 个，"
                f"这里写了 {len(winners)} 个，请核对"
            )
        faults += _winner_faults(place, winners, awards[name].kind, assessment)
    return faults


def _winner_faults(
    place: str, winners: Sequence[Winner], kind: str, assessment: Assessment
) -> list[str]:
    colleges = {college.code: college.name for college in assessment.colleges}
    table = assessment.figures[assessment.year].heads
    heads: dict[str, list[str]] = {}
    for code, name in zip(table["college_code"], table["name"], strict=True):
        heads.setdefault(code, []).append(name)
    faults = []
    for number, winner in enumerate(winners):
        if winner.college not in colleges:
            faults.append(f"{place}[{number}].college: 没有代码为“{winner.college}”的学院")
        elif winners.index(winner) < number:
            faults.append(f"{place}[{number}]: “{winner.college}”写了两次")
        elif kind == "head" and not winner.name:
            faults.append(f"{place}[{number}].name: 请写明站长的姓名")
        elif kind == "head" and winner.name not in heads.get(winner.college, [winner.name]):
            faults.append(
                f"{place}[{number}].name: “{winner.name}”不是{colleges[winner.college]}登记的站长，"
                f"登记的是“{'、'.join(heads[winner.college])}”，请核对"
            )
    return faults


def _listed(names: Mapping[str, object]) -> str:
    return "、".join(names) or "（没有）"
