"""The metrics: all are there, and each says what it needs and where it comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from evalkit.errors import UnknownNameError
from evalkit.evidence.catalogue import (
    SCHOOL_SUBJECTS,
    SUBJECTS,
    find_metric,
    metric_counts,
    metric_values,
    metrics,
)
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import KEYS, Source
from evalkit.intake.frames import table_frame
from evalkit.ledger import load_ledger

Build = Callable[..., Source]

EVERY = (*SUBJECTS, *SCHOOL_SUBJECTS)
OF_ALL = [metric for subject in EVERY for metric in subject.metrics]
NAMES = {
    "rules_meetings": "leader_meetings_s1 leader_meetings_s2 rule_types seminars_s1 seminars_s2",
    "station": "head_gap_days head_overlap_days archivist_on_staff head_form_in_september"
    " head_form_copies handovers_recorded pledges",
    "staff": "dedicated_staff students_per_counsellor qualified_staff trained_staff training_hours"
    " head_trainings supervision head_background head_is_counsellor",
    "facilities": "dedicated_rooms area_per_1000",
    "funds": "college_budget budget_execution purpose_share vouchers spending_per_student",
    "peers": "core_members committee_coverage observer_coverage committee_coverage_autumn"
    " committee_coverage_spring observer_coverage_autumn observer_coverage_spring network_complete"
    " committee_by_deadline observers_by_deadline selected_openly vacancy_days peers_appraised",
    "tasks": "tasks_done tasks_on_time",
    "plans": "plan_received summary_received plan_in_time summary_in_time plan_completion"
    " plan_traceable",
    "activities": "audiences reach forms themes_s1 themes_s2 activities",
    "counselling": "sessions_per_1000 clients_per_1000 sessions_per_client individual_sessions"
    " groups group_attendance records_complete",
    "screening": "participation participation_gross files_complete l1_interviewed l2_interviewed",
    "checks": "checks_complete",
    "monthly_reports": "monthly_received monthly_on_time classes_reported database_updated"
    " months_balanced flat_run",
    "priority_care": "care_plans care_followed care_owners care_measures care_overdue l1_referred",
    "crisis": "crisis_hours crisis_in_limit crisis_records drills",
    "peer_training": "training_cells training_attendance",
    "peer_work": "peer_activities_s1 peer_activities_s2 peer_attendance peers_active",
    "outcomes": "research surveys personal_awards group_awards counted_twice",
    "highlights": "highlights benefit media",
    "sources": "sources_present",
    "school": "centre_plan centre_supervision students_per_fulltime",
}
CITED = re.compile(r"附件[12] ?\d\.\d[①②③④]?|第[一二三四五六七八九十]+条|附件2")


def test_every_metric_is_there_in_the_order_of_the_measures() -> None:
    found = {subject.name: [metric.name for metric in subject.metrics] for subject in EVERY}
    assert list(found) == list(NAMES)
    assert found == {subject: names.split() for subject, names in NAMES.items()}


def test_names_and_titles_stand_once() -> None:
    for each in ([m.name for m in OF_ALL], [m.title for m in OF_ALL]):
        assert [name for name, times in Counter(each).items() if times > 1] == []


@pytest.mark.parametrize("metric", OF_ALL, ids=[metric.name for metric in OF_ALL])
def test_what_a_metric_says_of_itself(metric: Metric) -> None:
    ledger = load_ledger()
    assert metric.needs
    for sheet, columns in metric.needs.items():
        assert columns
        assert set(columns) <= set(table_frame(ledger[sheet], []).columns), sheet
    assert CITED.search(metric.source)
    assert metric.whole is not None or metric.unit not in ("%", "‰")
    assert (metric.times == 100) == (metric.unit == "%")


def test_levels() -> None:
    assert {m.level for subject in SUBJECTS for m in subject.metrics} == {"college"}
    assert {m.level for subject in SCHOOL_SUBJECTS for m in subject.metrics} == {"school"}


def test_numbers_of_events_are_neither_good_nor_bad() -> None:
    neutral = {metric.name for metric in OF_ALL if metric.direction == "none"}
    assert neutral >= {
        "sessions_per_1000",
        "clients_per_1000",
        "sessions_per_client",
        "individual_sessions",
        "groups",
        "group_attendance",
        "students_per_counsellor",
        "area_per_1000",
        "highlights",
    }
    assert [m.name for m in OF_ALL if m.part in ("n_events", "n_active", "n_l1_cases")] == []


@pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.name for subject in SUBJECTS])
def test_a_college_without_the_sheets_has_no_data(source: Build, subject: Subject) -> None:
    counts = metric_counts(source({"calendar_dict": [{}]}), [subject])
    values = metric_values(counts, KEYS, [subject])
    known = values.loc[values["state"] != "no_data", "metric"].tolist()
    assert known == (["sources_present"] if subject.name == "sources" else [])


def test_metrics_by_name() -> None:
    assert find_metric("participation").title == "参测率"
    assert find_metric("centre_plan").level == "school"
    assert find_metric("centre_plan") not in metrics()
    with pytest.raises(UnknownNameError, match="partcipation") as caught:
        find_metric("partcipation")
    assert "participation" in str(caught.value)


def test_a_count_that_two_subjects_share_stands_once(source: Build) -> None:
    rows = source({"base_info": [{"n_students": 900}], "facilities": [], "staff": []})
    counts = metric_counts(rows)
    assert list(counts.columns).count("n_students") == 1
    assert counts["n_students"].tolist() == [900]
