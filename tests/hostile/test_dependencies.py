"""What is installed is what was tested, and the audit sees what is not."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from . import audit_dependencies as audit


def test_every_dependency_is_pinned(repository: Path) -> None:
    content = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*content["dependencies"]]
    for extra in content["optional-dependencies"].values():
        wanted += extra
    names = {audit.plain(re.split(r"[<>=!\[; ]", each, maxsplit=1)[0]) for each in wanted}
    assert names - audit.pinned().keys() == set()


def test_what_is_installed_is_pinned() -> None:
    assert [line for line in audit.differing() if "has none" not in line] == []


def test_a_changed_file_shows(tmp_path: Path) -> None:
    place = tmp_path / "thing-1.dist-info"
    place.mkdir()
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 1\n", "utf-8")
    (tmp_path / "good.py").write_text("x = 1\n", "utf-8")
    (tmp_path / "bad.py").write_text("x = 2\n", "utf-8")
    digest = "nia_NpkRxFwkPGhBR7I_yeHc_PJX0pmhxjIBam_NM_Q"
    record = "".join(f"{name},sha256={digest},6\n" for name in ("good.py", "bad.py", "gone.py"))
    (place / "RECORD").write_text(record, "utf-8")
    found = list(audit.changed(Distribution.at(place)))
    assert found == ["", "bad.py: changed", "gone.py: missing"]


def test_without_a_network_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit.sys, "executable", "/bin/false")
    assert audit.known_holes() == (None, "pip-audit could not ask")
