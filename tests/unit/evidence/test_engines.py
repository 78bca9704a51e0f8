"""The same rows give the same figures whichever engine holds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar, activities, counselling, funds, screening

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]

OF_YEAR: dict[str, tuple[Callable[..., Any], str]] = {
    "activities.by_month": (activities.by_month, "activities"),
    "activities.by_form": (activities.by_form, "activities"),
    "activities.totals": (activities.totals, "activities"),
    "activities.themes_by_semester": (activities.themes_by_semester, "activities"),
    "counselling.by_month": (counselling.by_month, "individual"),
    "counselling.by_channel": (counselling.by_channel, "individual"),
    "counselling.individual_totals": (counselling.individual_totals, "individual"),
    "counselling.group_totals": (counselling.group_totals, "group_work"),
}
OTHERS: dict[str, tuple[Callable[..., Any], str]] = {
    "screening.by_grade": (screening.by_grade, "screening"),
    "screening.totals": (screening.totals, "screening"),
    "screening.instruments": (screening.instruments, "screening"),
    "funds.by_purpose": (funds.by_purpose, "funds"),
    "funds.totals": (funds.totals, "funds"),
}


@pytest.fixture(scope="module")
def sheets(table: Table) -> dict[str, pd.DataFrame]:
    """Rows with something missing in every place that a figure looks at."""
    papers = {"has_plan": True, "has_summary": True}
    counts: dict[str, int | None] = dict.fromkeys(screening.COUNTS, 7)
    return {
        "activities": table(
            "activities",
            {"start": "2024-10-10", "form": "专题讲座", "is_theme": True, "n_attend": 30, **papers},
            {"start": "2024-10-11", "form": None, "is_theme": None, "n_attend": None, **papers},
            {"start": "2025-03-20", "form": "谈心谈话", "is_theme": True, "n_attend": 5, **papers},
            {"start": "2025-03-21", "form": "谈心谈话", "is_theme": True, "has_plan": None},
            {"start": None, "form": "其他", "is_theme": True, "n_attend": 9, **papers},
            {"start": "2025-09-01", "form": "其他", "is_theme": True, "n_attend": 9, **papers},
            {"start": "2024-12-31", "form": "档案建设", "n_attend": 1, "college_code": "C02"},
        ),
        "individual": table(
            "individual",
            {"month": "2024-09", "channel": "面询", "n_sessions": 3, "n_clients": 2},
            {"month": "2024-09", "channel": None, "n_sessions": 4, "n_records_ok": 1},
            {"month": "2025-03", "channel": "电话", "n_sessions": None, "n_ref_centre": 1},
            {"month": None, "channel": "电话", "n_sessions": 50},
            {"month": "2025-09", "channel": "电话", "n_sessions": 50},
            {"month": "2024-10", "channel": "面询", "n_sessions": 1, "college_code": "C02"},
        ),
        "group_work": table(
            "group_work",
            {"first_date": "2024-10-10", "n_attend": 40},
            {"first_date": "2025-08-31", "n_attend": None},
            {"first_date": None, "n_attend": 40},
            {"first_date": "2024-10-10", "n_attend": 8, "college_code": "C02"},
        ),
        "screening": table(
            "screening",
            {"grade": "2024级", "instrument": "UPI", **counts},
            {"grade": "2024级", "instrument": "UPI", **counts, "n_l1": None},
            {"grade": "2023级", "instrument": None, **counts, "n_valid": None},
            {"grade": None, "instrument": "SCL-90", **counts},
            {"grade": "2024级", "instrument": "UPI", **counts, "college_code": "C02"},
        ),
        "funds": table(
            "funds",
            {"entry_type": "预算", "category": "活动开展", "amount": 1000.5},
            {"entry_type": "支出", "category": "活动开展", "amount": -0.25},
            {"entry_type": "支出", "category": None, "amount": 20.0},
            {"entry_type": None, "category": "师资培训", "amount": 999.0},
            {"entry_type": "支出", "category": "师资培训", "amount": None},
            {"entry_type": "支出", "category": "其他", "amount": 5.0, "college_code": "C02"},
        ),
    }


@pytest.mark.parametrize("name", [*OF_YEAR, *OTHERS])
def test_pandas_and_duckdb_agree(
    sheets: dict[str, pd.DataFrame], plain: Plain, calendar: SchoolCalendar, name: str
) -> None:
    duckdb = pytest.importorskip("duckdb", reason="没有安装 duckdb")
    figure, sheet = (OF_YEAR | OTHERS)[name]
    more = (calendar,) if name in OF_YEAR else ()
    here = figure(sheets[sheet], *more)
    with duckdb.connect() as connection:
        there = figure(connection.from_df(sheets[sheet]), *more)
        assert list(there.columns) == list(here.columns)
        assert there.fetchall() == plain(here)
    assert len(here) >= 2
