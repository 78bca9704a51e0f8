"""What a college itself is proud of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence.highlights import SUBJECT
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Counts = Callable[..., dict[str, Any]]


def test_sums_of_what_is_known(source: Build, counts_of: Counts) -> None:
    rows = [{"n_benefit": 300, "n_media": 2}, {"n_benefit": 50, "n_media": None}]
    found = counts_of(SUBJECT, source({"highlights": rows}))
    assert found == {"n_highlights": 2, "n_benefit": 350, "n_media": None}


def test_an_empty_sheet(source: Build, counts_of: Counts) -> None:
    found = counts_of(SUBJECT, source({"highlights": []}))
    assert found == {"n_highlights": 0, "n_benefit": 0, "n_media": 0}
