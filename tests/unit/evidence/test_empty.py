"""Sheets without a row: nothing is counted, and nothing goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evalkit.evidence.catalogue import SUBJECTS
from evalkit.evidence.metric import Subject
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Counts = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.name for subject in SUBJECTS])
def test_empty_sheets_count_nothing(subject: Subject, source: Build, counts_of: Counts) -> None:
    sheets = {sheet for metric in subject.metrics for sheet in metric.needs}
    found = counts_of(subject, source({sheet: [] for sheet in sorted(sheets)}))
    assert set(found) >= set(subject.counts)
    # What a college does not list may still be due: months, lists, days of the year.
    fixed = {name for name in found if name.endswith(("_due", "_expected", "_days", "_sources"))}
    assert {found[name] for name in subject.counts if name not in fixed} <= {0, None}
