"""Random families of tables, and the sample's, against a reader who puts them all together.

The counts are printed: ``pytest -s``. EVALKIT_FAMILIES says how many families the long run takes.
"""

from __future__ import annotations

import os
import sys
from collections import Counter

import numpy as np
import pytest

from evalkit.privacy import load_policy
from evalkit.privacy.audit import audit

from .families import random_family

ADDS = ("college", "grade")
MANY = int(os.environ.get("EVALKIT_FAMILIES", "30"))


def tried(families: int, *, planned: bool) -> Counter[str]:
    found: Counter[str] = Counter()
    rng = np.random.default_rng(20_260_101)
    for number in range(families):
        audience = load_policy(("internal", "public")[number % 2])
        tables = [
            table
            for year in random_family(rng, audience, planned=planned)
            for table in year.tables()
        ]
        result = audit(tables, ADDS)
        found += Counter(
            families=1,
            tables=len(tables),
            counts=result.cells,
            hidden=result.hidden,
            leaks=len(result.leaks),
            leaking=bool(result.leaks),
        )
    return found


def test_families_give_nothing_away() -> None:
    assert tried(6, planned=True)["leaks"] == 0


def test_without_a_plan_tables_that_are_safe_one_by_one_leak_together() -> None:
    """The audit is not blind, and the plan is what makes the tables safe together."""
    assert tried(6, planned=False)["leaks"] > 0


@pytest.mark.slow
def test_many_families(capsys: pytest.CaptureFixture[str]) -> None:
    planned, alone = tried(MANY, planned=True), tried(MANY, planned=False)
    with capsys.disabled():
        for title, each in (("together", planned), ("one by one", alone)):
            sys.stdout.write(
                f"\nfamilies suppressed {title}: {each['families']} of {each['tables']} tables, "
                f"{each['counts']} counts, {each['hidden']} hidden, "
                f"recoverable: {each['leaks']} in {each['leaking']} families\n"
            )
    assert planned["families"] == MANY
    assert planned["hidden"] > 0
    assert planned["leaks"] == 0
