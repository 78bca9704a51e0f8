"""All metrics, and their values for every college and year of a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from evalkit.errors import UnknownNameError
from evalkit.evidence import (
    activities,
    checks,
    counselling,
    crisis,
    facilities,
    funds,
    highlights,
    monthly_reports,
    outcomes,
    peer_training,
    peer_work,
    peers,
    plans,
    priority_care,
    rules_meetings,
    school,
    screening,
    sources,
    staff,
    station,
    tasks,
)
from evalkit.evidence.engine import NULLABLE
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Source

__all__ = [
    "SCHOOL_SUBJECTS",
    "SUBJECTS",
    "find_metric",
    "metric_counts",
    "metric_values",
    "metrics",
    "school_counts",
]

SUBJECTS: tuple[Subject, ...] = (
    rules_meetings.SUBJECT,
    station.SUBJECT,
    staff.SUBJECT,
    facilities.SUBJECT,
    funds.SUBJECT,
    peers.SUBJECT,
    tasks.SUBJECT,
    plans.SUBJECT,
    activities.SUBJECT,
    counselling.SUBJECT,
    screening.SUBJECT,
    checks.SUBJECT,
    monthly_reports.SUBJECT,
    priority_care.SUBJECT,
    crisis.SUBJECT,
    peer_training.SUBJECT,
    peer_work.SUBJECT,
    outcomes.SUBJECT,
    highlights.SUBJECT,
    sources.SUBJECT,
)
"""In the order of the measures."""

SCHOOL_SUBJECTS: tuple[Subject, ...] = (school.SUBJECT,)
"""Figures of the school as a whole; they never judge a college."""


@cache
def metrics() -> tuple[Metric, ...]:
    """Return all metrics of a college in the order of the measures."""
    return tuple(metric for subject in SUBJECTS for metric in subject.metrics)


def find_metric(name: str) -> Metric:
    """Return the metric of this name.

    Raises
    ------
    UnknownNameError
        If there is none, listing those that there are.
    """
    known = {m.name: m for s in (*SUBJECTS, *SCHOOL_SUBJECTS) for m in s.metrics}
    try:
        return known[name]
    except KeyError:
        raise UnknownNameError.of("指标", name, list(known)) from None


def metric_counts(source: Source, subjects: Sequence[Subject] = SUBJECTS) -> pd.DataFrame:
    """Count every subject of a source.

    The engine does the counting; what comes back is one row for each college and year.

    Parameters
    ----------
    source : Source
        Tables of any engine.
    subjects : sequence of Subject
        What to count; everything if not given.

    Returns
    -------
    DataFrame
        The source's keys and every count, ``Int64``, ``Float64`` or missing; sorted by the keys.
    """
    return _side_by_side(source, subjects, list(source.keys))


def school_counts(source: Source) -> pd.DataFrame:
    """Count what is said of a school as a whole.

    Returns
    -------
    DataFrame
        As :func:`metric_counts`, with the source's keys for a year (without ``college_code``).
    """
    return _side_by_side(source, SCHOOL_SUBJECTS, source.years)


def _side_by_side(source: Source, subjects: Sequence[Subject], keys: list[str]) -> pd.DataFrame:
    seen: set[str] = set()
    tables = []
    for subject in subjects:
        # A count that two subjects need is the same number in both.
        names = [name for name in subject.counts if name not in seen]
        seen.update(names)
        tables.append(_collected(subject, source, keys, names))
    if not tables:
        return pd.DataFrame(columns=keys, dtype="string")
    owners = [table[keys] for table in tables]
    every = pd.concat(owners).drop_duplicates().sort_values(keys, ignore_index=True)
    places = pd.MultiIndex.from_frame(every)
    counts = []
    for table, owner in zip(tables, owners, strict=True):
        rows = pd.MultiIndex.from_frame(owner).get_indexer(places)
        # A college that is not in a table has row -1, which no table has: its counts are missing.
        counts.append(table.drop(columns=keys).reindex(rows).reset_index(drop=True))
    return pd.concat([every, *counts], axis=1)


def _collected(subject: Subject, source: Source, keys: list[str], names: list[str]) -> pd.DataFrame:
    counted = subject.count(source).select(*keys, *names).collect("pyarrow").to_native()
    # Engines add whole numbers up in types of their own, some of them decimal.
    kinds = [pa.string()] * len(keys)
    kinds += [pa.float64() if name in subject.decimals else pa.int64() for name in names]
    typed = counted.cast(pa.schema(list(zip((*keys, *names), kinds, strict=True))))
    return cast("pd.DataFrame", typed.to_pandas(types_mapper=NULLABLE.get))


def metric_values(
    counts: pd.DataFrame, keys: Sequence[str], subjects: Sequence[Subject] = SUBJECTS
) -> pd.DataFrame:
    """Work out every metric's value from the counts.

    Parameters
    ----------
    counts : DataFrame
        As :func:`metric_counts` returns it, or :func:`school_counts` for `SCHOOL_SUBJECTS`.
    keys : sequence of str
        Its keys: the source's, without ``college_code`` for a school.
    subjects : sequence of Subject
        Whose metrics to work out; everything of a college if not given.

    Returns
    -------
    DataFrame
        The keys, metric, part, whole, value (``Float64``; part ÷ whole × times, unrounded), state:
        ``known``, ``no_data`` (a sheet or a cell is missing), ``not_applicable`` (nothing to
        divide by). One row for each college, year and metric, in the order of the measures.
    """
    wanted = [metric for subject in subjects for metric in subject.metrics]
    names = {n for m in wanted for n in (m.part, m.whole, m.only_if) if n is not None}
    numbers = {name: counts[name].to_numpy("float64", na_value=np.nan) for name in names}
    columns = [_values(numbers, metric) for metric in wanted]
    places = np.tile(np.arange(len(counts)), len(wanted))
    table = counts[list(keys)].take(places).reset_index(drop=True)
    part, whole, value, state = (np.concatenate(column) for column in zip(*columns, strict=True))
    return table.assign(
        metric=pd.array(np.repeat([m.name for m in wanted], len(counts)), dtype="string"),
        **{name: _with_gaps(c) for name, c in (("part", part), ("whole", whole), ("value", value))},
        state=pd.array(state, dtype="string"),
    )


Numbers = npt.NDArray[np.float64]


def _values(
    numbers: Mapping[str, Numbers], metric: Metric
) -> tuple[Numbers, Numbers, Numbers, npt.NDArray[np.object_]]:
    part = numbers[metric.part]
    whole = np.full_like(part, np.nan) if metric.whole is None else numbers[metric.whole]
    known = ~np.isnan(part)
    state = np.full(len(part), "known", dtype=object)
    if metric.whole is not None:
        known &= ~np.isnan(whole)
        state[whole == 0] = "not_applicable"
    state[~known] = "no_data"
    if metric.only_if is not None:
        state[numbers[metric.only_if] == 0] = "not_applicable"
    told = state == "known"
    value = np.full_like(part, np.nan)
    value[told] = part[told] * metric.times
    if metric.whole is not None:
        value[told] = part[told] / whole[told] * metric.times
    return part, whole, value, state


def _with_gaps(numbers: Numbers) -> pd.api.extensions.ExtensionArray:
    return pd.arrays.FloatingArray(numbers, np.isnan(numbers))
