"""Score sheets → results: checked, added up, blended, banded, ranked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from evalkit.errors import PanelError
from evalkit.findings import Finding, Location, Severity
from evalkit.panel.ranking import (
    Standing,
    comparisons,
    count_first_places,
    standings,
    tie_labels,
)
from evalkit.panel.result import CollegeResult, PanelResult
from evalkit.panel.totals import Tally, add_up
from evalkit.rubric import Rubric, ScoreSheet, Source, faults_of

__all__ = ["evaluate"]

SourceScores = Mapping[str, Mapping[str, Decimal]]


def evaluate(
    sheets: Iterable[ScoreSheet],
    rubric: Rubric,
    *,
    judges: Collection[str] = (),
    source_scores: Mapping[str, Mapping[str, Decimal]] = {},
) -> PanelResult:
    r"""Compute every college's score, band and rank.

    Parameters
    ----------
    sheets : iterable of ScoreSheet
        All score sheets, recusals included.
    rubric : Rubric
        The rubric. If other sources than the panel have a weight, the final score is
        :math:`\sum_i w_i s_i`, where the panel's part is its unrounded mean.
    judges : collection of str, optional
        All judges appointed; those who handed in a sheet if not given. A judge who has neither
        scored a college nor stood back makes its result provisional.
    source_scores : mapping of str to mapping of str to Decimal, optional
        College → source → score, on the scale of the rubric's total. Only sources with a weight
        are read.

    Raises
    ------
    PanelError
        With every finding, if a sheet has a fault (see :func:`evalkit.rubric.faults_of`), a judge
        has two sheets for a college (``G09``) or was not appointed (``G11``), nobody scored a
        college (``G12``), or another source's score is missing (``G13``) or out of range
        (``G14``). Nothing is clipped, filled in or passed over.
    """
    given = sorted(sheets, key=lambda sheet: (sheet.college, sheet.judge))
    if not given:
        raise PanelError(
            "没有可以计分的评分表。请先把评委交来的评分表放进数据文件夹，检查通过后再计分。"
        )
    appointed = tuple(sorted(set(judges) or {sheet.judge for sheet in given}))
    by_college = {
        college: list(group) for college, group in groupby(given, key=lambda s: s.college)
    }
    findings = [
        *(fault for sheet in given for fault in faults_of(sheet, rubric)),
        *_twice(given),
        *_not_appointed(given, appointed),
        *_not_scored(by_college),
        *_source_faults(by_college, rubric, source_scores),
    ]
    if findings:
        raise PanelError(f"有 {len(findings)} 处问题需要先处理，尚未计算任何得分：", findings)
    tallies = [add_up(college, group, rubric) for college, group in by_college.items()]
    results = _rank([_final(each, rubric, source_scores) for each in tallies], rubric, appointed)
    return PanelResult(rubric, results, appointed, tuple(given), source_scores)


@dataclass(frozen=True, slots=True)
class _Final:
    tally: Tally
    source_scores: Mapping[str, Decimal]
    exact: Fraction
    score: Decimal


def _other_sources(rubric: Rubric) -> list[Source]:
    return [source for source in rubric.sources if source.id != "panel" and source.weight]


def _final(tally: Tally, rubric: Rubric, source_scores: SourceScores) -> _Final:
    others: dict[str, Decimal] = {
        source.id: source_scores[tally.college][source.id] for source in _other_sources(rubric)
    }
    parts = {"panel": tally.panel_mean} | {name: Fraction(score) for name, score in others.items()}
    weighted = (Fraction(s.weight) * parts[s.id] for s in rubric.sources if s.weight)
    exact = sum(weighted, Fraction(0))
    return _Final(tally, others, exact, rubric.publish(exact))


def _rank(
    finals: Sequence[_Final], rubric: Rubric, appointed: Sequence[str]
) -> tuple[CollegeResult, ...]:
    firsts = count_first_places([final.tally for final in finals])
    places = standings(
        {
            final.tally.college: (
                Fraction(final.score),
                *comparisons(final.tally, firsts[final.tally.college], rubric),
            )
            for final in finals
        }
    )
    results = [
        _college(final, places[final.tally.college], firsts[final.tally.college], rubric, appointed)
        for final in finals
    ]
    return tuple(sorted(results, key=lambda result: (result.rank, result.college)))


def _college(
    final: _Final,
    place: Standing,
    first_places: int,
    rubric: Rubric,
    appointed: Sequence[str],
) -> CollegeResult:
    tally = final.tally
    published, unrounded = rubric.band(final.score).name, rubric.band(final.exact).name
    seen = {*tally.totals, *tally.recused}
    return CollegeResult(
        college=tally.college,
        totals=tally.totals,
        scores=tally.scores,
        recused=tally.recused,
        missing=tuple(judge for judge in appointed if judge not in seen),
        dropped=tally.dropped,
        method=tally.method,
        method_label=tally.method_label,
        untrimmed_mean=tally.untrimmed_mean,
        panel_mean=tally.panel_mean,
        source_scores=final.source_scores,
        exact=final.exact,
        score=final.score,
        band=published if rubric.settings.band_compares.value == "published" else unrounded,
        band_published=published,
        band_unrounded=unrounded,
        rank=place.rank,
        tied_with=place.tied_with,
        tie_note=_tie_note(place, final.score, tie_labels(rubric)),
        indicator_means=tally.indicator_means,
        first_places=first_places,
    )


def _tie_note(place: Standing, score: Decimal, labels: Sequence[str]) -> str:
    parts = []
    for number, label in enumerate(labels):
        rivals = [college for college, until in place.equal_until.items() if until == number]
        if rivals:
            parts.append(f"与 {'、'.join(rivals)} 同为 {score} 分，按{label}排序")
    if place.tied_with:
        compared = "，各项比较均相同" if labels else ""
        parts.append(f"与 {'、'.join(place.tied_with)} 同分{compared}，提请评审组表决")
    return "；".join(parts)


def _twice(sheets: Sequence[ScoreSheet]) -> Iterator[Finding]:
    first: dict[tuple[str, str], ScoreSheet] = {}
    for sheet in sheets:
        other = first.setdefault((sheet.college, sheet.judge), sheet)
        if other is not sheet:
            yield Finding(
                "G09",
                Severity.ERROR,
                sheet.location(),
                f"评委 {sheet.judge} 对 {sheet.college} 已在别处评过分（{other.location()}）",
                "",
                "每位评委对每个学院只评一次",
                "请评委确认以哪一份为准，移走另一份",
            )


def _not_appointed(sheets: Sequence[ScoreSheet], appointed: Sequence[str]) -> Iterator[Finding]:
    for sheet in sheets:
        if sheet.judge not in appointed:
            yield Finding(
                "G11",
                Severity.ERROR,
                sheet.location(),
                "评委不在本学年评审组名单中",
                sheet.judge,
                "、".join(appointed),
                "请核对评委编号；确为评审组成员的，请补入名单",
            )


def _not_scored(by_college: Mapping[str, Sequence[ScoreSheet]]) -> Iterator[Finding]:
    for college, sheets in by_college.items():
        if all(sheet.recused for sheet in sheets):
            yield Finding(
                "G12",
                Severity.ERROR,
                sheets[0].location(),
                f"{college} 只有回避记录，没有一位评委评分",
                "",
                "每个学院至少有一位评委评分",
                "请收齐评分表，或请评审组另行安排评委",
            )


def _source_faults(
    colleges: Iterable[str], rubric: Rubric, source_scores: SourceScores
) -> Iterator[Finding]:
    for college in colleges:
        for source in _other_sources(rubric):
            score = source_scores.get(college, {}).get(source.id)
            place = Location(source.name, college)
            allowed = f"0 至 {rubric.total} 分"
            if score is None:
                yield Finding(
                    "G13",
                    Severity.ERROR,
                    place,
                    f"{college} 没有“{source.name}”（{source.id}）的得分",
                    "",
                    f"{allowed}；考核办法规定这一来源的权重为 {source.weight}",
                    "请补上这一得分；若不再计入，请修改考核办法中的权重",
                )
            elif not score.is_finite() or not 0 <= score <= rubric.total:
                yield Finding(
                    "G14",
                    Severity.ERROR,
                    place,
                    f"{college} 的“{source.name}”（{source.id}）得分超出范围",
                    str(score),
                    allowed,
                    "请核对这一得分，并折算为与考核办法总分相同的分制",
                )
