"""Many ledgers are read and checked in processes of their own, and nothing differs for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from evalkit.intake import ledger_processes
from evalkit.intake.addresses import Addresses
from evalkit.intake.columns import columns_of
from evalkit.intake.reads import Row, TableRead
from evalkit.intake.year import YearIntake, read_year
from evalkit.ledger import Ledger
from evalkit.rubric import Rubric
from evalkit.spreadsheets import bounds

Read = Callable[[], YearIntake]

# A process in which some ledgers end it, never end, or meet a defect of this program.
ODD = """
import os, time
from evalkit.intake import ledger_worker
plain = ledger_worker.read_ledger
def read_ledger(kind, code, books, rules):
    if code == "C02":
        os._exit(9)
    if code == "C03":
        time.sleep(600)
    if code == "C04":
        raise ZeroDivisionError("a defect")
    return plain(kind, code, books, rules)
ledger_worker.read_ledger = read_ledger
ledger_worker.main()
"""


@pytest.fixture
def read(year_folder: Any, ledger: Ledger, rubric: Rubric) -> Read:
    year_folder.college("C01")
    year_folder.college("C02", cover={"n_students": 121})
    year_folder.college("C03", without=["staff"])
    return lambda: read_year(year_folder.workspace, year_folder.year, ledger, rubric)


@pytest.fixture
def alone(read: Read) -> YearIntake:
    return read()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """From two ledgers on, use processes; they are over when the test is."""
    monkeypatch.setattr("evalkit.intake.year.LEAST", 2)
    processes: list[subprocess.Popen[bytes]] = []
    plain = ledger_processes.start

    def start(command: Any) -> subprocess.Popen[bytes]:
        processes.append(plain(command))
        return processes[-1]

    monkeypatch.setattr(ledger_processes, "start", start)
    yield processes
    assert all(process.returncode is not None for process in processes)


def assert_same(left: YearIntake, right: YearIntake) -> None:
    assert [str(f) for f in left.findings] == [str(f) for f in right.findings]
    assert (left.pages, left.handed_in, left.inputs) == (right.pages, right.handed_in, right.inputs)
    assert left.tables.keys() == right.tables.keys()
    for name, table in left.tables.items():
        pd.testing.assert_frame_equal(table, right.tables[name])


def test_they_say_the_same(alone: YearIntake, started: list[Any], read: Read) -> None:
    assert {f.code for f in alone.findings} >= {"C03", "H01"}
    assert_same(read(), alone)
    assert len(started) == 2


@pytest.mark.parametrize("fault", ["executable", "module"])
def test_ledgers_are_refused_if_no_process_starts(
    started: list[Any], read: Read, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "executable":
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
    else:
        monkeypatch.setattr(ledger_processes, "COMMAND", ("-m", "evalkit.no_such_module"))
    found = [f for f in read().findings if f.code == "F01"]
    assert [f.location.file for f in found] == [
        f"台账_2024-2025_{code}.xlsx" for code in ("C01", "C02", "C03")
    ]
    assert {f.what for f in found} == {"读取时程序异常中止，文件可能已损坏"}


def test_a_crash_and_a_hang_cost_one_ledger_each(
    alone: YearIntake, started: list[Any], read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_processes, "COMMAND", ("-c", ODD))
    monkeypatch.setattr(bounds, "SECONDS", 4.0)
    found = read()
    assert [(f.location.file, f.what) for f in found.findings if f.code in ("F01", "F06")] == [
        ("台账_2024-2025_C02.xlsx", "读取时程序异常中止，文件可能已损坏"),
        ("台账_2024-2025_C03.xlsx", "读取超时，已停止读取这个文件"),
    ]
    assert found.handed_in["class_base"] == ("C01",)
    assert alone.handed_in["class_base"] == ("C01", "C02", "C03")


def test_a_defect_is_not_blamed_on_the_file(
    year_folder: Any,
    ledger: Ledger,
    rubric: Rubric,
    started: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger_processes, "COMMAND", ("-c", ODD))
    year_folder.college("C01")
    year_folder.college("C04")
    with pytest.raises(ZeroDivisionError, match="a defect"):
        read_year(year_folder.workspace, year_folder.year, ledger, rubric)


def test_a_process_imports_only_what_it_needs() -> None:
    seen = "import sys, evalkit.intake.ledger_worker; print(*sys.modules)"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, check=True, env=environment
    )
    assert {"pandas", "numpy", "pyarrow", "openpyxl"}.isdisjoint(done.stdout.split())


def test_nothing_private_is_sent(ledger: Ledger) -> None:
    row = Row({"name": "甲", "mobile": "13900139000"}, {}, 1)
    columns = columns_of(TableRead(ledger["head_form"], "S23", (row,), ()))
    assert columns.of("name") == ["甲"]
    assert "mobile" not in columns.values


def test_addresses_of_a_row() -> None:
    cells = Addresses({"start": "C", "title": "B"}, 7, {"end": "start", "title": "start"})
    assert dict(cells) == {"start": "C7", "title": "B7", "end": "C7"}
    assert (len(cells), "end" in cells, "place" in cells) == (3, True, False)
    assert cells.get("place") is None
