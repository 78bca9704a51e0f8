"""Annex 2 of the measures, filled in: the registration form of a station's head (站长登记表).

What names a person by number (mail, telephone, number of a certificate) never leaves the ledger;
the head writes it in by hand.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.assessment import Assessment
from evalkit.export.documents.decision import YearDecisions
from evalkit.export.documents.facts import common_facts

__all__ = ["head_form_facts"]

_TICKED, _OPEN = "☑", "□"


def head_form_facts(
    assessment: Assessment, decisions: YearDecisions, college: str
) -> list[dict[str, Any]]:
    """Return what each form of a college says; an empty list if none was handed in.

    Parameters
    ----------
    assessment : Assessment
        The year.
    decisions : YearDecisions
        For the mark.
    college : str
        Code of the college.
    """
    table = assessment.snapshot.table("head_form")
    rows = table[table["college_code"] == college]
    common = common_facts(assessment, decisions)
    return [common | _one(row, assessment.names[college]) for row in rows.to_dict("records")]


def _one(row: Any, college: str) -> dict[str, Any]:
    certificate = _text(row.get("certificate"))
    counsellor = certificate.startswith("心理咨询师")
    other = certificate == "其他相关证书"
    day = row.get("submitted_on")
    return {
        "college": college,
        "name": _text(row.get("name")),
        "gender": _text(row.get("gender")),
        "department": _text(row.get("college_name")) or college,
        "title": _text(row.get("title")),
        "degree": _text(row.get("degree")),
        "major": _text(row.get("major")),
        "counsellor": _TICKED if counsellor else _OPEN,
        "level": certificate.removeprefix("心理咨询师") if counsellor else "二、三级",
        "other": _TICKED if other else _OPEN,
        "work": _lines(row.get("work_history")),
        "training": _lines(row.get("training_history")),
        "opinion": _lines(row.get("college_opinion")),
        "submitted": "" if day is None or pd.isna(day) else f"{day:%Y-%m-%d}",
        "copies_centre": _number(row.get("n_copies_centre")),
        "copies_college": _number(row.get("n_copies_college")),
    }


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value).strip()


def _lines(value: object) -> list[str]:
    return [line.strip() for line in _text(value).splitlines() if line.strip()] or [""]


def _number(value: object) -> str:
    text = _text(value)
    return f"{float(text):.0f}" if text else "　"
