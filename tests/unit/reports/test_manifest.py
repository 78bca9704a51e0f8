"""The manifest keeps what it is told, one line a report, and survives being torn."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.reports.manifest import RUNS, Entry, Manifest, Run

ENTRY = Entry(
    title="东区学院二级心理辅导站考核报告",
    status="made",
    message="",
    notebook="college_report.ipynb",
    parameters={"college": "C01"},
    fingerprint={"digest": "d", "data": "0123456789ab", "parts": {"notebook": "n"}},
    snapshots={"2024-2025": "bbbbbbbbbbbb"},
    inputs={"2024-2025/台账_2024-2025_C01.xlsx": "0"},
    outputs=({"file": "甲.html", "size": 3, "sha256": "1"},),
    started="2025-07-16T00:00:00+00:00",
    seconds=1.25,
    peak_mb=200,
)
RUN = Run("2025-07-16T00:00:00+00:00", "host", 7, due=2, kept=1, made=2, status="done")


def test_written_and_read_again(tmp_path: Path) -> None:
    manifest = Manifest.read(tmp_path)
    assert (manifest.runs, manifest.entries) == ([], {})
    manifest.facts["school"] = "社区大学"
    manifest.runs.append(RUN)
    manifest.put("乙", replace(ENTRY, status="failed", message="出错", outputs=()))
    manifest.put("甲", ENTRY)
    path = manifest.write()
    again = Manifest.read(tmp_path)
    assert again.facts["school"] == "社区大学"
    assert again.runs == [RUN]
    assert {name: entry.plain() for name, entry in again.entries.items()} == json.loads(
        json.dumps({name: entry.plain() for name, entry in manifest.entries.items()})
    )
    assert again.entries["甲"].parts == {"notebook": "n"}
    lines = path.read_text("utf-8").splitlines()
    assert sum(line.startswith('  "甲": {"title": "东区学院') for line in lines) == 1
    first = path.read_bytes()
    again.write()
    assert path.read_bytes() == first


def test_a_report_replaced_and_dropped(tmp_path: Path) -> None:
    manifest = Manifest.read(tmp_path)
    manifest.put("甲", ENTRY)
    manifest.put("乙", ENTRY)
    manifest.write()
    manifest.put("甲", replace(ENTRY, seconds=2.5))
    assert manifest.drop("乙") == ENTRY
    manifest.write()
    again = Manifest.read(tmp_path)
    assert {name: entry.seconds for name, entry in again.entries.items()} == {"甲": 2.5}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"format": 1, "runs": [], "reports": {}}', '{"format": 2, "reports": {}}',
     '{"format": 2, "runs": [], "reports": {"甲": {"title": "无"}}}'],
)  # fmt: skip
def test_one_that_cannot_be_used_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    assert Manifest.read(tmp_path).entries == {}


def test_old_runs_are_forgotten(tmp_path: Path) -> None:
    manifest = Manifest.read(tmp_path)
    manifest.runs = [replace(RUN, pid=number) for number in range(RUNS + 5)]
    manifest.write()
    assert [run.pid for run in Manifest.read(tmp_path).runs] == list(range(5, RUNS + 5))
