"""The judges' workbooks: valid ones, and those that came in faulty at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from evalkit.ledger.workbook import CellValue, Record
from evalkit.rubric import Rubric
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.remarks import CLOSINGS, PRAISE, SUGGESTIONS
from evalkit.synthetic.scores import Judge

__all__ = ["FIRST_ROUND", "faulty_rows", "score_rows"]

FIRST_ROUND = {
    "J02": "合计算错",
    "J03": "有一项超过满分",
    "J04": "漏评一项",
    "J05": "有一项不在半分的档上",
}
"""Judges whose workbooks came back once, and why."""

_Row = dict[str, CellValue]


def score_rows(
    judge: Judge,
    colleges: Sequence[CollegeYear],
    scores: Mapping[tuple[str, str], Mapping[str, int]],
    rubric: Rubric,
) -> list[Record]:
    """Return a judge's rows, one for each college.

    Parameters
    ----------
    judge : Judge
        The judge.
    colleges : sequence of CollegeYear
        All colleges of the year.
    scores : mapping
        (judge, college) → indicator → half points; a missing pair is a recusal.
    rubric : Rubric
        The rubric, for the columns' names.
    """
    rows: list[Record] = []
    for here in colleges:
        row: _Row = {
            "judge_id": judge.code,
            "judge_type": "校外" if judge.external else "校内",
            "judge_college": judge.home,
            "college_code": here.code,
            "college_name": here.college.name,
            "recused": (judge.code, here.code) not in scores,
            "signed_on": here.terms.review,
        }
        given = scores.get((judge.code, here.code))
        if given is not None:
            points = {each.column: _points(given[each.id]) for each in rubric.indicators}
            row |= points
            row["total_reported"] = sum(points.values(), Decimal(0))
            row["comment"] = _comment(here, judge, given, rubric)
        rows.append(row)
    return rows


def _points(half_points: int) -> Decimal:
    """Return half points as points, without a decimal where there is none.

    Examples
    --------
    >>> _points(17), _points(18)
    (Decimal('8.5'), Decimal('9'))
    """
    whole, half = divmod(half_points, 2)
    return Decimal(f"{whole}.5") if half else Decimal(whole)


def _comment(here: CollegeYear, judge: Judge, given: Mapping[str, int], rubric: Rubric) -> str:
    """Praise what stands out in the judge's own scores, suggest something where they are low."""
    draws = here.draws(f"comment {judge.code}")
    shares = {each.id: given[each.id] / float(each.points) for each in rubric.indicators}
    shares = {indicator: share + draws.uniform(0, 0.02) for indicator, share in shares.items()}
    not_praised = {*here.profile.weak, *here.profile.unfounded}
    not_advised = {*here.profile.strong, *here.profile.flawless}
    praised = sorted((i for i in shares if i not in not_praised), key=lambda i: -shares[i])
    advised = sorted((i for i in shares if i not in not_advised), key=lambda i: shares[i])
    n_praise = 2 if draws.chance(here.merit) else 1
    n_advice = 1 if draws.chance(here.merit) else 2
    parts = [draws.pick(PRAISE[indicator]) for indicator in praised[:n_praise]]
    parts += [
        draws.pick(SUGGESTIONS[indicator])
        for indicator in [i for i in advised if i not in praised[:n_praise]][:n_advice]
    ]
    if draws.chance(0.35):
        parts.append(draws.pick(CLOSINGS))
    return "".join(parts)


def faulty_rows(judge: str, rows: Sequence[Record], rubric: Rubric) -> list[Record]:
    """Return the rows as the judge first handed them in: one fault in one row.

    Parameters
    ----------
    judge : str
        One of :data:`FIRST_ROUND`.
    rows : sequence of record
        The judge's valid rows.
    rubric : Rubric
        The rubric.
    """
    spoil = {
        "J02": _wrong_total,
        "J03": _above_maximum,
        "J04": _left_out,
        "J05": _off_the_step,
    }[judge]
    scored = [place for place, row in enumerate(rows) if not row["recused"]]
    place = Draws("first round", judge, len(rows)).pick(scored)
    spoilt = dict(rows[place])
    spoil(spoilt, rubric)
    return [spoilt if n == place else row for n, row in enumerate(rows)]


def _number(row: _Row, column: str) -> Decimal:
    return Decimal(str(row[column]))


def _change(row: _Row, column: str, value: Decimal) -> None:
    """Put another score in; the judge's total went along with it."""
    row["total_reported"] = _number(row, "total_reported") + value - _number(row, column)
    row[column] = value


def _wrong_total(row: _Row, _rubric: Rubric) -> None:
    row["total_reported"] = _number(row, "total_reported") + 2


def _above_maximum(row: _Row, rubric: Rubric) -> None:
    largest = max(rubric.indicators, key=lambda each: (each.points, _number(row, each.column)))
    _change(row, largest.column, largest.points + Decimal("0.5"))


def _left_out(row: _Row, rubric: Rubric) -> None:
    row[rubric.indicator("2.5").column] = None


def _off_the_step(row: _Row, rubric: Rubric) -> None:
    column = rubric.indicator("2.3").column
    step = (
        Decimal("0.2") if _number(row, column) < rubric.indicator("2.3").points else Decimal("-0.2")
    )
    _change(row, column, _number(row, column) + step)
