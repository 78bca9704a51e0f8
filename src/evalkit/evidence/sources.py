"""What a result rests on (article 8): ledger, site visit, daily log.

The fourth source, the review meeting, is known where the panel's score sheets are.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import flag, together
from evalkit.evidence.engine import lazy
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = ["CENTRE_SHEETS", "SUBJECT", "source_table"]

CENTRE_SHEETS = (
    "centre_tasks",
    "daily_log",
    "calendar_dict",
    "site_visits",
    "source_scores",
    "training_plan",
)
"""Sheets that the centre fills in: they say nothing of a college's having handed in a ledger."""

_SOURCES = ("has_ledger", "has_site_visit", "has_daily_log")


def source_table(source: Source) -> Frame:
    """Say which of the sources that article 8 names there are for each college.

    Returns
    -------
    frame
        The keys, has_ledger, has_site_visit, has_daily_log (1 or 0). A source that is missing is
        the finding itself, so it is 0 also where a sheet did not come at all. The review meeting
        is not among them: ledgers do not tell of it.
    """
    sheets = lazy(source.handed_in).filter(~nw.col("sheet").is_in(CENTRE_SHEETS))
    keys = list(source.keys)

    def there(rows: Frame, name: str) -> Frame:
        return rows.select(*keys).unique().with_columns(**{name: nw.lit(1)})

    found = together(
        source,
        there(sheets, "has_ledger"),
        there(source.table("site_visits"), "has_site_visit"),
        there(source.table("daily_log"), "has_daily_log"),
    )
    return found.with_columns(**{name: flag(nw.col(name) == 1) for name in _SOURCES})


def _count(source: Source) -> Frame:
    ledger, visit, log = (nw.col(name) for name in _SOURCES)
    return source_table(source).with_columns(
        n_sources=ledger + visit + log, n_sources_due=nw.lit(len(_SOURCES))
    )


SUBJECT = Subject(
    "sources",
    "考核来源",
    (
        Metric(
            "sources_present",
            "考核来源齐全程度（评审会以外）",
            "%",
            "n_sources",
            {"site_visits": ("college_code",), "daily_log": ("college_code",)},
            "第八条：现场评审会，结合实地调研、台账查阅、日常工作评价记录",
            "n_sources_due",
            times=100,
        ),
    ),
    _count,
)
