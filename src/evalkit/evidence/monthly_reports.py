"""Monthly reports (S15): which came, and whether in time. Criterion 2.4.②."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import narwhals as nw

from evalkit.evidence.counting import flag, tally_colleges, together, zeros
from evalkit.evidence.engine import in_order, lazy
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = [
    "SUBJECT",
    "Status",
    "timeliness_table",
]

Status = Literal["on_time", "late", "missing", "undated"]
_TROUBLES = ("n_study", "n_relation", "n_love", "n_mood", "n_family", "n_other")
_REGISTER = ("n_key_new", "n_key_closed", "n_key_end")
_CLASSES = ("n_classes_in", "n_classes_due")


def timeliness_table(source: Source) -> Frame:
    """Say for each college and expected month whether its report came in time.

    Returns
    -------
    Frame
        The source's keys, month (``YYYY-MM``), due (last day), submitted_on, status: ``on_time``,
        ``late``, ``missing`` (no row), ``undated`` (a row without a usable date); a row for each
        expected month and each college that handed in the sheet.
    """
    submitted = nw.col("submitted_on")
    status = (
        nw.when(nw.col("received").is_null())
        .then(nw.lit("missing"))
        .when(submitted.is_null())
        .then(nw.lit("undated"))
        .when(submitted < nw.col("due") + nw.lit(timedelta(days=1)))
        .then(nw.lit("on_time"))
        .otherwise(nw.lit("late"))
    )
    return (
        _expected(source, _months(source))
        .with_columns(status=status)
        .select(*source.keys, "month", "due", "submitted_on", "status")
    )


def _months(source: Source) -> Frame:
    """Return one row a college and month: the earliest date and the largest numbers of its rows."""
    updated = nw.col("db_updated_on").dt.to_string("%Y-%m") == nw.col("month")
    return (
        source.of_months("monthly")
        .with_columns(updated=flag(updated))
        .group_by(*source.keys, "month")
        .agg(
            nw.col("submitted_on").min(),
            nw.col("updated", *_CLASSES, *_TROUBLES, *_REGISTER).max(),
        )
        .with_columns(received=nw.lit(1))
    )


def _expected(source: Source, months: Frame) -> Frame:
    grid = source.colleges("monthly").join(lazy(source.due_months), on=source.years, how="inner")
    return grid.join(months, on=[*source.keys, "month"], how="left")


def _of_due_months(source: Source, months: Frame) -> Frame:
    in_time = nw.col("submitted_on") < nw.col("due") + nw.lit(timedelta(days=1))
    here = ~nw.col("received").is_null()
    # A month without a report has no classes to count; one that does not say how many spoils them.
    classes = {name: nw.when(here).then(nw.col(name)).otherwise(nw.lit(0)) for name in _CLASSES}
    return tally_colleges(
        source,
        _expected(source, months).with_columns(**classes),
        ["monthly"],
        {
            "n_due": nw.lit(True),
            "n_in": here,
            "n_on_time": in_time,
            "n_db_updated": nw.col("updated") == 1,
        },
        _CLASSES,
    )


def _in_a_row(source: Source, months: Frame) -> tuple[Frame, Frame]:
    """Compare each month with the one before, where no report that was due lies between them."""
    keys = list(source.keys)
    # Without the number at the month's end: where it does not add up, intake has taken it out.
    alike = nw.concat_str(
        *(nw.col(n).fill_null(value=-1).cast(nw.String) for n in (*_TROUBLES, *_REGISTER[:2])),
        separator=" ",
    )
    before = {
        f"{name}_before": nw.col(name).shift(1).over(*keys, order_by="month")
        for name in ("month", "n_key_end", "alike")
    }
    step = nw.concat_str(nw.col("month_before").str.tail(2), nw.col("month").str.tail(2))
    follows = step.is_in(_steps(source.terms.report_months))
    balance = nw.col("n_key_end_before") + nw.col("n_key_new") - nw.col("n_key_closed")
    checked = follows & ~balance.is_null()
    same = follows & (nw.col("alike") == nw.col("alike_before")).fill_null(value=False)
    beside = in_order(months.with_columns(alike=alike), **before)
    run = nw.col("breaks").cum_sum().over(*keys, order_by="month")
    compared = in_order(beside.with_columns(breaks=1 - flag(same)), run=run)
    # A number that is not there cannot be the right one.
    counts = {"n_in_checked": checked, "n_balanced": checked & (nw.col("n_key_end") == balance)}
    runs = compared.group_by(*keys, "run").agg(nw.len().alias("length"))
    longest = runs.group_by(*keys).agg(nw.col("length").max().alias("flat_run"))
    return (
        tally_colleges(source, compared, ["monthly"], counts),
        zeros(source, longest, ["monthly"], ["flat_run"]),
    )


def _steps(due: Sequence[int]) -> list[str]:
    """Return each pair of months of which the second follows the first, as ``0103``."""
    year = (*range(9, 13), *range(1, 9))
    pairs = [
        (first, second)
        for place, first in enumerate(year)
        for second in year[place + 1 :]
        if not set(due) & set(year[place + 1 : year.index(second)])
    ]
    return [f"{first:02}{second:02}" for first, second in pairs]


def _count(source: Source) -> Frame:
    months = _months(source)
    return together(source, _of_due_months(source, months), *_in_a_row(source, months))


_CLAUSE = "附件1 2.4②：月报、动态信息库等日常情况报送及时，建设到位"


def _share(name: str, title: str, part: str, whole: str, *columns: str) -> Metric:
    return Metric(name, title, "%", part, {"monthly": columns}, _CLAUSE, whole, times=100)


SUBJECT = Subject(
    "monthly_reports",
    "心理月报",
    (
        _share("monthly_received", "月报报送率", "n_in", "n_due", "month"),
        _share("monthly_on_time", "月报及时率", "n_on_time", "n_due", "month", "submitted_on"),
        _share("classes_reported", "班级上报率", *_CLASSES, "month", *_CLASSES),
        _share(
            "database_updated",
            "动态信息库当月更新率",
            "n_db_updated",
            "n_due",
            "month",
            "db_updated_on",
        ),
        _share(
            "months_balanced", "在册人数衔接率", "n_balanced", "n_in_checked", "month", *_REGISTER
        ),
        Metric(
            "flat_run",
            "数字完全相同的连续月份",
            "月",
            "flat_run",
            {"monthly": ("month", *_TROUBLES, *_REGISTER[:2])},
            _CLAUSE,
            direction="lower",
        ),
    ),
    _count,
)
