"""Ledger, site visit and daily log of each college."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence.source import Source
from evalkit.evidence.sources import CENTRE_SHEETS, SUBJECT, source_table
from evalkit.ledger import load_ledger

Build = Callable[..., Source]
Counts = Callable[..., dict[str, Any]]
Plain = Callable[..., list[tuple[Any, ...]]]


def test_which_sources_there_are(source: Build, rows_of: Plain, counts_of: Counts) -> None:
    rows = source(
        {
            "site_visits": [{}, {}],
            "daily_log": [{}, {"college_code": "C02"}, {"college_code": "C03"}],
        },
        handed_in={"staff": ["C01", "C02"]},
    )
    assert rows_of(source_table(rows).drop("academic_year")) == [
        ("C01", 1, 1, 1),
        ("C02", 1, 0, 1),
        ("C03", 0, 0, 1),
    ]
    assert counts_of(SUBJECT, rows) == {"n_sources": 3, "n_sources_due": 3}
    assert counts_of(SUBJECT, rows, "C03") == {"n_sources": 1, "n_sources_due": 3}


def test_a_source_that_did_not_come_is_missing(source: Build, counts_of: Counts) -> None:
    found = counts_of(SUBJECT, source({"staff": [{}]}))
    assert found == {"n_sources": 1, "n_sources_due": 3}


def test_the_centres_sheets_are_those_of_the_ledger() -> None:
    assert {sheet.name for sheet in load_ledger().of("centre")} == set(CENTRE_SHEETS)
