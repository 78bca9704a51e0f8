"""Reports on ledgers full of faults: all are made, and nothing in them tells of few students."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evalkit.assessment import load_assessment
from evalkit.assessment.doubts import RISK_SHEETS
from evalkit.privacy.scan import scan_bytes, scan_files
from evalkit.reports.runner import make_packet
from evalkit.reports.survey import Wanted
from evalkit.workspace import Workspace

pytestmark = pytest.mark.slow
YEAR = "2024-2025"


def test_findings_in_reports_tell_of_few_students(repository: Path, tmp_path: Path) -> None:
    root = tmp_path / "own"
    shutil.copytree(repository / "data" / "dirty", root)
    shutil.copytree(repository / "notebooks", root / "notebooks")
    space = Workspace.find(root)
    packet = make_packet(space, space.year(YEAR), Wanted(formats=("html", "xlsx", "ipynb")))
    assert [(made.job.name, made.error) for made in packet.failed] == []
    assert len(packet.made) == 15
    assert scan_files([space.reports], small=5) == []
    # The ledgers do hold such findings, and the snapshot keeps them as they are.
    assessment = load_assessment(YEAR, workspace=root)
    exact = "\n".join(f"{each.what} {each.value}" for each in assessment.snapshot.findings)
    assert scan_bytes("a.txt", exact.encode(), small=5)
    pages = assessment.snapshot.manifest["pages"]
    risky = {(p["file"], p["tab"]) for p in pages if p["sheet"] in RISK_SHEETS}
    told = [f for f in assessment.findings if (f.location.file, f.location.sheet) in risky]
    assert len(told) > 20
    shown = "".join(f.what + f.value for f in told)
    assert {character for character in shown if character.isdecimal()} <= {"0"}
