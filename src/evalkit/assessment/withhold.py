"""Metrics of many schools as an audience may have them in a file.

The rules are those of :mod:`evalkit.assessment.disclosure`, for tables that are too long to be put
into words: of metrics about students at risk only the share is given, and not even that where it
speaks of few.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.assessment.disclosure import STUDENTS_BEHIND, WITHHELD
from evalkit.evidence.catalogue import find_metric
from evalkit.privacy import Audience, Field, release

__all__ = ["WITHHELD", "withhold"]


def withhold(
    values: pd.DataFrame, counts: pd.DataFrame, keys: Sequence[str], audience: Audience
) -> pd.DataFrame:
    """Return metrics without what they would tell of few students.

    Parameters
    ----------
    values : DataFrame
        As ``evalkit.evidence.catalogue.metric_values`` returns it from `counts`. Not changed.
    counts : DataFrame
        As ``evalkit.evidence.catalogue.metric_counts`` returns it.
    keys : sequence of str
        The source's keys. Numbers of the colleges of a school and year are made safe together,
        because their total may be known.
    audience : Audience
        For whom.

    Returns
    -------
    DataFrame
        The same; for the metrics of ``STUDENTS_BEHIND`` part and whole are missing, a share is cut
        off after two decimals, and value is missing and state ``withheld`` where it may not be
        given; for all of them if the audience may see nothing of them by college.
    """
    if not audience.may_see("risk", "college"):
        return _without(values)
    together = counts.groupby([key for key in keys if key != "college_code"], sort=False).ngroup()
    places = pd.MultiIndex.from_frame(counts[list(keys)])
    shown = values.copy()
    present = set(values["metric"].unique())
    found: dict[tuple[str, int], npt.NDArray[np.bool_]] = {}
    for metric, behind in STUDENTS_BEHIND.items():
        if metric not in present:
            continue
        is_share = find_metric(metric).whole is not None
        least = audience.base if is_share else audience.small
        if (behind, least) not in found:
            found[behind, least] = _hidden(counts[behind], together, audience, least)
        rows = shown.index[shown["metric"] == metric]
        own = shown.loc[rows]
        gone = found[behind, least][places.get_indexer(pd.MultiIndex.from_frame(own[list(keys)]))]
        known = (own["state"] == "known").to_numpy(dtype=bool)
        if is_share:
            cut_off = own["part"] * 10_000 // own["whole"] / 100
            shown.loc[rows, "value"] = cut_off.where(known)
        shown.loc[rows[gone], "value"] = pd.NA
        shown.loc[rows[gone & known], "state"] = WITHHELD
        shown.loc[rows, ["part", "whole"]] = pd.NA
    return shown


def _without(values: pd.DataFrame) -> pd.DataFrame:
    """Return metrics without anything about students at risk, not even whether it is known."""
    gone = values["metric"].isin(list(STUDENTS_BEHIND))
    numbers = values[["part", "whole", "value"]].mask(gone)
    return values.assign(**numbers, state=values["state"].mask(gone, WITHHELD))


def _hidden(
    numbers: pd.Series, together: pd.Series, audience: Audience, least: int
) -> npt.NDArray[np.bool_]:
    """Return which numbers are below `least`, or hidden so that others stay hidden."""
    few = (numbers < least).fillna(True).to_numpy(dtype=bool)
    small = ((numbers > 0) & (numbers < audience.small)).fillna(False).to_numpy(dtype=bool)
    # Elsewhere everything is hidden already, or there is nothing to hide.
    concerned = (together.isin(together[small]) & together.isin(together[~few])).to_numpy()
    frame = pd.DataFrame({"n": numbers, "group": together})[concerned]
    fields = [Field("n", "n", kind="count", students=True)]
    few[concerned] |= release(frame, fields, audience, within="group").suppressed["n"]
    return few
