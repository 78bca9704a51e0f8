"""Sheets without a row: no figure, no complaint, the same columns as ever."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from evalkit.evidence import (
    SchoolCalendar,
    activities,
    counselling,
    funds,
    monthly_reports,
    outcomes,
    peers,
    people,
    priority_care,
    screening,
)

Table = Callable[..., pd.DataFrame]
MODULES: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (activities, counselling, funds, monthly_reports, outcomes, peers, people,
                   priority_care, screening)
}  # fmt: skip
OPTIONS: dict[str, dict[str, Any]] = {
    "monthly_reports.timeliness": {"colleges": [], "months": [9, 10], "deadline_days": 0},
    "peers.coverage": {"observer_unit": "dorm"},
}
SHEETS = {
    "activities.by_form": "activities",
    "activities.by_month": "activities",
    "activities.themes_by_semester": "activities",
    "activities.totals": "activities",
    "counselling.by_channel": "individual",
    "counselling.by_month": "individual",
    "counselling.group_totals": "group_work",
    "counselling.individual_totals": "individual",
    "funds.by_purpose": "funds",
    "funds.totals": "funds",
    "monthly_reports.timeliness": "monthly",
    "outcomes.awards_of_year": "awards",
    "outcomes.by_person": "staff research awards",
    "outcomes.research_of_year": "research",
    "outcomes.totals": "research awards",
    "peers.coverage": "class_base peer_roster",
    "peers.training_cells": "class_base peer_training",
    "people.heads": "staff staff_training head_form",
    "people.staff_totals": "staff staff_training",
    "priority_care.totals": "key_students",
    "screening.by_grade": "screening",
    "screening.instruments": "screening",
    "screening.totals": "screening",
}
COLUMNS = {
    "activities.by_form": "form n_activities n_attend",
    "activities.by_month": "month n_activities n_attend",
    "activities.themes_by_semester": "semester n_themes",
    "activities.totals": "n_activities n_themes n_attend n_forms",
    "counselling.by_channel": "channel n_sessions",
    "counselling.by_month": "month n_sessions",
    "counselling.group_totals": "n_groups n_group_attend",
    "counselling.individual_totals": (
        "n_clients n_sessions n_records_ok n_ref_centre n_ref_hospital"
    ),
    "funds.by_purpose": "category budget spent",
    "funds.totals": "budget spent",
    "monthly_reports.timeliness": "month due submitted_on status",
    "outcomes.awards_of_year": "title owner_type level rank issuer date",
    "outcomes.by_person": "name n_research n_awards",
    "outcomes.research_of_year": "kind title level date status",
    "outcomes.totals": "n_research n_personal_awards n_group_awards",
    "peers.coverage": (
        "n_classes n_classes_covered n_units n_units_covered n_committee n_observers n_core"
    ),
    "peers.training_cells": "semester grade peer_role n_sessions status",
    "people.heads": "name months_in_post n_trainings form_in_september",
    "people.staff_totals": "n_staff n_qualified n_trained hours",
    "priority_care.totals": "n_active n_with_plan n_with_measure n_due n_done",
    "screening.by_grade": " ".join(("grade", *screening.COUNTS)),
    "screening.instruments": "instrument",
    "screening.totals": " ".join(screening.COUNTS),
}


def of_nothing(name: str, table: Table, calendar: SchoolCalendar) -> pd.DataFrame:
    module, _, function = name.partition(".")
    figure = getattr(MODULES[module], function)
    dated = {"calendar": calendar} if "calendar" in figure.__annotations__ else {}
    sheets = [table(sheet) for sheet in SHEETS[name].split()]
    found: pd.DataFrame = figure(*sheets, **dated, **OPTIONS.get(name, {}))
    return found


@pytest.mark.parametrize("name", SHEETS)
def test_empty_sheets(table: Table, calendar: SchoolCalendar, name: str) -> None:
    found = of_nothing(name, table, calendar)
    assert len(found) == 0
    assert list(found.columns) == ["college_code", *COLUMNS[name].split()]


def test_totals_of_no_monthly_reports(table: Table, calendar: SchoolCalendar) -> None:
    timely = of_nothing("monthly_reports.timeliness", table, calendar)
    found = monthly_reports.totals(timely)
    assert len(found) == 0
    assert list(found.columns) == ["college_code", "n_due", "n_in", "n_on_time"]


def test_every_figure_was_tried() -> None:
    functions = {
        f"{name}.{public}"
        for name, module in MODULES.items()
        for public in module.__all__
        if getattr(getattr(module, public), "__module__", None) == module.__name__
    }
    assert functions - {"monthly_reports.totals"} == set(SHEETS)
