"""Screening: sheet S11, one row a wave and grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws, share_out
from evalkit.synthetic.register import SCREENED, Case
from evalkit.synthetic.structure import grade_label

__all__ = ["screening_rows"]

AUTUMN, SPRING = "新生普测", "春季普测"
_REASONS = ("休学", "应征入伍", "退学手续办理中")


@dataclass(frozen=True, slots=True)
class _Line:
    """One wave of one grade."""

    wave: str
    start: date
    end: date
    entry: int
    n_enrolled: int
    n_exempt: int

    @property
    def n_required(self) -> int:
        return self.n_enrolled - self.n_exempt


def screening_rows(here: CollegeYear, cases: Sequence[Case]) -> list[Record]:
    """Return the rows of S11.

    Parameters
    ----------
    here : CollegeYear
        College and year.
    cases : sequence of Case
        The register; those found by screening are counted as brought there by it.
    """
    draws = here.draws("screening")
    lines = _lines(here, draws)
    required = [line.n_required for line in lines]
    absent = here.profile.absent
    if absent is None:
        absent = max(round(sum(required) * (1 - here.profile.participation)), 1)
    missing = share_out(absent, [each * draws.uniform(0.7, 1.3) for each in required])
    valid = [each - gone for each, gone in zip(required, missing, strict=True)]
    levels = _levels(here, draws, valid)
    return [
        _row(here, draws, line, n_valid, counts, cases)
        for line, n_valid, counts in zip(lines, valid, levels, strict=True)
    ]


def _lines(here: CollegeYear, draws: Draws) -> list[_Line]:
    first, second, third = here.structure.entries
    autumn = here.terms.some_day(draws, 10, before=21)
    spring = here.terms.some_day(draws, 3, before=21)
    planned = [(AUTUMN, autumn, draws.integer(24, 32), first)]
    grades = (first, second, third) if here.profile.spring_all else (second, third)
    length = draws.integer(22, 30)
    planned += [(SPRING, spring, length, entry) for entry in grades]
    lines = []
    for wave, start, days, entry in planned:
        enrolled = here.structure.in_grade(entry)
        # Where one missing student is planted, nobody is exempt, so that the sum is round.
        none = here.profile.absent == 1
        exempt = 0 if none else draws.integer(0, max(round(0.012 * enrolled), 1))
        lines.append(_Line(wave, start, start + timedelta(days=days), entry, enrolled, exempt))
    return lines


def _levels(here: CollegeYear, draws: Draws, valid: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the three levels of each line; level one adds up to the planted number if any."""
    total = sum(valid)
    columns = []
    for place, rate in enumerate(here.profile.level_rates):
        number = round(total * rate * draws.uniform(0.96, 1.04))
        if place == 0 and here.profile.level_one is not None:
            number = here.profile.level_one
        columns.append(share_out(number, [n * draws.uniform(0.8, 1.2) for n in valid]))
    return list(zip(*columns, strict=True))


def _row(
    here: CollegeYear,
    draws: Draws,
    line: _Line,
    n_valid: int,
    levels: tuple[int, int, int],
    cases: Sequence[Case],
) -> Record:
    n_l1, n_l2, n_l3 = levels
    rate_l1, rate_l2 = here.profile.interviewed
    first = round(line.n_required * (0.93 + 0.04 * here.merit + draws.uniform(-0.02, 0.02)))
    ends = {AUTUMN: (11, 12), SPRING: (4, 5)}[line.wave]
    to_key = sum(
        case.found_by == SCREENED
        and case.entry == line.entry
        and case.opened >= line.start
        and case.opened.month in ends
        for case in cases
    )
    n_files = n_valid if here.merit > 0.4 else round(0.985 * n_valid)
    return {
        "wave": line.wave,
        "instrument": here.profile.instrument,
        "start": line.start,
        "end": line.end,
        "grade": grade_label(line.entry),
        "n_enrolled": line.n_enrolled,
        "n_exempt": line.n_exempt,
        "exempt_reason": _reason(draws, line.n_exempt),
        "n_required": line.n_required,
        "n_first": min(first, n_valid),
        "n_valid": n_valid,
        "n_l1": n_l1,
        "n_l2": n_l2,
        "n_l3": n_l3,
        "n_l1_interviewed": n_l1 - round(n_l1 * (1 - rate_l1)),
        "n_l2_interviewed": n_l2 - round(n_l2 * (1 - rate_l2)),
        "n_to_key": to_key,
        "n_files": n_files,
        "rate_reported": _floored(n_valid, line.n_required),
    }


def _reason(draws: Draws, n_exempt: int) -> str | None:
    if n_exempt == 0:
        return None
    parts = share_out(n_exempt, [draws.uniform(0.2, 1.0) for _ in _REASONS])
    return "、".join(
        f"{reason} {part} 人" for reason, part in zip(_REASONS, parts, strict=True) if part
    )


def _floored(part: int, whole: int) -> Decimal:
    """Return a percentage cut off after two decimals, so that 99.955 never reads 100.

    Examples
    --------
    >>> _floored(2239, 2240)
    Decimal('99.95')
    """
    return Decimal(part * 10_000 // whole).scaleb(-2)
