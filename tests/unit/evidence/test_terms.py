"""The decisions of a rubric file reach the figures that they change."""

from dataclasses import fields

from evalkit.evidence.terms import Terms
from evalkit.rubric import Settings


def test_terms_are_those_of_the_settings() -> None:
    assert Terms.of(Settings()) == Terms()


def test_every_term_can_be_decided_in_the_rubric_file() -> None:
    decided = Settings.model_validate(
        {
            "observer_unit": {"value": "class"},
            "participation_base": {"value": "enrolled"},
            "training_year": {"value": "calendar_year"},
            "monthly_reports": {"value": {"months": [3, 4], "deadline_days": 5}},
            "crisis_report_hours": {"value": 24},
            "withdrawn_certificates": {"value": "not_accepted"},
            "contact_days": {"value": [3, 10, 20]},
            "selection_days": {"value": 45},
        }
    )
    terms = Terms.of(decided)
    assert terms == Terms(
        observer_unit="class",
        participation_base="enrolled",
        training_year="calendar_year",
        report_months=(3, 4),
        report_days=5,
        crisis_hours=24,
        withdrawn_certificates="not_accepted",
        contact_days=(3, 10, 20),
        selection_days=45,
    )
    unchanged = [
        f.name for f in fields(Terms) if getattr(terms, f.name) == getattr(Terms(), f.name)
    ]
    assert unchanged == []
