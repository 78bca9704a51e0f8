"""Screening (S11): participation, warning levels, interviews. Criterion 2.4.①.

Participation is Σ n_valid / Σ n_required over the required waves; it is complete only if the two
sums are equal as whole numbers. A sum is missing where one of its numbers is: what a blank cell
leaves out would look like students who stayed away.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import tally, tally_colleges
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = [
    "COUNTS",
    "SUBJECT",
    "grade_table",
    "instrument_table",
]

COUNTS = (
    "n_enrolled",
    "n_exempt",
    "n_required",
    "n_valid",
    "n_l1",
    "n_l2",
    "n_l3",
    "n_l1_interviewed",
    "n_l2_interviewed",
    "n_files",
)


def grade_table(source: Source) -> Frame:
    """Add up the counts of each grade over the waves of the year.

    Returns
    -------
    Frame
        The source's keys, grade, and each of `COUNTS` (students); rows without a grade are left
        out.
    """
    graded = source.table("screening").filter(~nw.col("grade").is_null())
    return _sums(graded, *source.keys, "grade")


def instrument_table(source: Source) -> Frame:
    """List which instruments were used; rates before and after a change do not compare.

    Returns
    -------
    Frame
        The source's keys, instrument; each once.
    """
    named = source.table("screening").filter(~nw.col("instrument").is_null())
    return named.select(*source.keys, "instrument").unique()


def _sums(screening: Frame, *keys: str) -> Frame:
    return _both_or_none(tally(screening, keys, {}, COUNTS))


def _both_or_none(summed: Frame) -> Frame:
    # Both sides of participation go together, so that a school's sums still fit each other.
    both = ~(nw.col("n_required") + nw.col("n_valid")).is_null()
    sides = {name: nw.when(both).then(nw.col(name)) for name in ("n_required", "n_valid")}
    return summed.with_columns(**sides)


def _count(source: Source) -> Frame:
    rows = source.table("screening")
    return _both_or_none(tally_colleges(source, rows, ["screening"], {}, COUNTS))


def _share(
    name: str, title: str, part: str, whole: str, *, source: str = "附件1 2.4①：信息档案完整"
) -> Metric:
    return Metric(name, title, "%", part, {"screening": (part, whole)}, source, whole, times=100)


SUBJECT = Subject(
    "screening",
    "心理普测",
    (
        _share("participation", "参测率", "n_valid", "n_required", source="附件1 2.4①：参测率100%"),
        _share(
            "participation_gross",
            "参测率（以在籍人数计）",
            "n_valid",
            "n_enrolled",
            source="附件1 2.4①：参测率100%",
        ),
        _share("files_complete", "建档率", "n_files", "n_required"),
        _share("l1_interviewed", "一级预警访谈率", "n_l1_interviewed", "n_l1"),
        _share("l2_interviewed", "二级预警访谈率", "n_l2_interviewed", "n_l2"),
    ),
    _count,
)
