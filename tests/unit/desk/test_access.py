from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from evalkit.desk.access import KEY_FILE, Keys, Visitor

JUDGES = ["J01", "J02"]


def test_a_token_opens_one_desk_of_one_year(tmp_path: Path) -> None:
    keys = Keys.of(tmp_path, "2024-2025", JUDGES)
    tokens = {code: keys.token(code) for code in (*JUDGES, "chair")}
    assert len(set(tokens.values())) == 3
    assert all(len(token) == 26 and token.isalnum() for token in tokens.values())
    for owner, token in tokens.items():
        for code in tokens:
            found = keys.visitor(code, token)
            assert found == (Visitor(code) if code == owner else None)
    assert Keys.of(tmp_path, "2025-2026", JUDGES).visitor("J01", tokens["J01"]) is None
    assert tokens["chair"] != tokens["J01"]
    assert keys.visitor("chair", tokens["chair"]) == Visitor("chair")
    assert Visitor("chair").is_chair
    assert not Visitor("J01").is_chair


@pytest.mark.parametrize("token", ["", "x", "é" * 26, "\x00"])
def test_other_tokens_open_nothing(tmp_path: Path, token: str) -> None:
    keys = Keys.of(tmp_path, "2024-2025", JUDGES)
    assert keys.visitor("J01", token) is None
    assert keys.visitor("J09", keys.token("J09")) is None


def test_links_stay_valid_until_they_are_renewed(tmp_path: Path) -> None:
    first = Keys.of(tmp_path, "2024-2025", JUDGES)
    assert Keys.of(tmp_path, "2024-2025", JUDGES) == first
    renewed = Keys.of(tmp_path, "2024-2025", JUDGES, renew=True)
    assert renewed.visitor("J01", first.token("J01")) is None
    assert Keys.of(tmp_path, "2024-2025", JUDGES) == renewed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 上没有这样的权限位")
def test_only_its_owner_can_read_the_secret(tmp_path: Path) -> None:
    Keys.of(tmp_path, "2024-2025", JUDGES)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / KEY_FILE).parent.iterdir()] == [KEY_FILE.name]
