"""A document that names a student is not written; the others are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evalkit.assessment import Assessment
from evalkit.export.documents import Documents, make
from evalkit.export.documents.make import KINDS
from evalkit.privacy.gate import Gate
from evalkit.privacy.scan import ExposureError
from evalkit.research import export as write_extract


def test_only_what_names_somebody_is_stopped(
    assessment: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A word of the circular's title stands for a student's name.
    gate = Gate(frozenset({"考核结果的通报"}))
    monkeypatch.setattr(make, "gate_of", lambda _: gate)
    (tmp_path / "考核结果通报.docx").write_bytes(b"of an earlier run")
    packet = Documents(assessment).write(tmp_path, ["考核结果通报", "获奖名单公示"])
    assert [path.name for path in packet.written] == ["获奖名单公示.docx"]
    assert packet.audiences == {"public": packet.written}
    (message,) = packet.stopped
    assert message.startswith("有不该出现的个人信息，没有写出：考核结果通报.docx › ")
    assert "姓名，考******" in message
    assert [path.name for path in tmp_path.iterdir()] == ["获奖名单公示.docx"]


def test_every_kind_says_for_whom_it_is() -> None:
    assert {kind.audience for kind in KINDS} == {"internal", "panel", "college", "public"}


def test_an_extract_is_stopped_as_a_whole(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(frozenset({"精细化工"}))
    monkeypatch.setattr(sys.modules["evalkit.research.export"], "gate_of", lambda _: gate)
    with pytest.raises(ExposureError, match="姓名，精\\*\\*\\*"):
        write_extract(tmp_path / "提取", years=["2024-2025"], named=True, workspace=sample)
    assert not (tmp_path / "提取").exists()
