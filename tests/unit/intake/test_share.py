"""A part of many ledgers is read by a second process, and nothing differs for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from evalkit.intake import share
from evalkit.intake.reads import Row, TableRead
from evalkit.intake.year import YearIntake, read_year
from evalkit.ledger import Ledger
from evalkit.rubric import Rubric

Read = Callable[[], YearIntake]


@pytest.fixture
def read(year_folder: Any, ledger: Ledger, rubric: Rubric) -> Read:
    year_folder.college("C01")
    year_folder.college("C02", cover={"n_students": 121})
    year_folder.college("C03", without=["staff"])
    year_folder.college("C04", cover={"academic_year": "2023-2024"})
    return lambda: read_year(year_folder.workspace, year_folder.year, ledger, rubric)


@pytest.fixture
def alone(read: Read) -> YearIntake:
    return read()


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From two ledgers on, share; how many ledgers are given away each time."""
    monkeypatch.setattr("evalkit.intake.year.LEAST", 2)
    given: list[int] = []
    start = share.start_share

    def counted(senders: share.Senders, rules: Any) -> share.Share:
        given.append(len(senders))
        return start(senders, rules)

    monkeypatch.setattr("evalkit.intake.year.start_share", counted)
    return given


def assert_same(left: YearIntake, right: YearIntake) -> None:
    assert [str(f) for f in left.findings] == [str(f) for f in right.findings]
    assert (left.pages, left.handed_in, left.inputs) == (right.pages, right.handed_in, right.inputs)
    assert left.tables.keys() == right.tables.keys()
    for name, table in left.tables.items():
        pd.testing.assert_frame_equal(table, right.tables[name])


def test_a_second_process_says_the_same(alone: YearIntake, shared: list[int], read: Read) -> None:
    assert {f.code for f in alone.findings} >= {"C03", "H01", "F04"}
    assert_same(read(), alone)
    assert shared == [2]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PYTHON", "no-such-program"), ("COMMAND", ("-c", "raise SystemExit(3)"))],
)
def test_its_share_is_read_here_if_it_fails(
    alone: YearIntake,
    shared: list[int],
    read: Read,
    name: str,
    value: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(share, name, value)
    assert_same(read(), alone)
    assert shared == [2]


def test_nothing_private_goes_through_the_file(ledger: Ledger) -> None:
    row = Row({"name": "甲", "mobile": "13900139000"}, {}, 1)
    table = TableRead(ledger["head_form"], "S23", (row,), ())
    read = share.LedgerRead("C01", {"head_form": table}, (), ())
    (left,) = share._without_private(read).tables["head_form"].rows
    assert left.values == {"name": "甲", "mobile": None}
