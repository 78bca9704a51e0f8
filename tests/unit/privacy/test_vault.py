from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from evalkit.privacy import vault
from evalkit.privacy.vault import Lock, VaultError, lock_path, locked, unlock_path

pyrage = pytest.importorskip("pyrage")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")

IDENTITY = pyrage.x25519.Identity.generate()
OTHER = pyrage.x25519.Identity.generate()
SEAL = Lock(recipients=(str(IDENTITY.to_public()),))
OPEN = Lock(identities=(str(IDENTITY),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "snapshots"
    (folder / "2024-2025" / "0123").mkdir(parents=True)
    (folder / "2024-2025" / "0123" / "crisis.parquet").write_bytes(b"PAR1 W01")
    (folder / "2024-2025" / "reports.json").write_text("{}", "utf-8")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


class TestFolder:
    def test_there_and_back(self, folder: Path) -> None:
        before = files(folder)
        times = {path: path.stat().st_mtime for path in folder.rglob("*.*") if path.is_file()}
        target = lock_path(folder, SEAL)
        assert target == locked(folder) == folder.with_name("snapshots.age")
        assert [path.name for path in folder.parent.iterdir()] == ["snapshots.age"]
        assert b"W01" not in target.read_bytes()
        assert unlock_path(target, OPEN) == folder
        assert files(folder) == before
        assert {path: path.stat().st_mtime for path in times} == pytest.approx(times)
        assert [path.name for path in folder.parent.iterdir()] == ["snapshots"]

    @posix
    def test_for_the_owner_alone(self, folder: Path) -> None:
        target = lock_path(folder, SEAL)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        unlock_path(target, OPEN)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
        assert modes == {0o700, 0o600}

    def test_cut_off_before_the_folder_was_removed(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vault, "_remove", lambda _: None)
        target = lock_path(folder, SEAL)
        monkeypatch.undo()
        before = files(folder)
        assert unlock_path(target, OPEN) == folder
        assert files(folder) == before
        assert not target.exists()

    def test_cut_off_in_the_midst_of_removing(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = files(folder)
        monkeypatch.setattr(vault.shutil, "rmtree", lambda _: None)
        target = lock_path(folder, SEAL)
        monkeypatch.undo()
        assert len(list(folder.parent.iterdir())) == 2
        unlock_path(target, OPEN)
        assert files(folder) == before
        assert [path.name for path in folder.parent.iterdir()] == ["snapshots"]

    def test_what_is_locked_is_not_overwritten_by_what_came_after(self, folder: Path) -> None:
        target = lock_path(folder, SEAL)
        folder.mkdir()
        (folder / "new.json").write_text("{}", "utf-8")
        kept = target.read_bytes()
        for again in (lambda: lock_path(folder, SEAL), lambda: unlock_path(target, OPEN)):
            with pytest.raises(VaultError) as caught:
                again()
            assert "已经存在" in str(caught.value)
            assert target.read_bytes() == kept
            assert files(folder) == {"new.json": b"{}"}


class TestKeys:
    def test_another_key_opens_nothing_and_changes_nothing(self, folder: Path) -> None:
        target = lock_path(folder, SEAL)
        with pytest.raises(VaultError) as caught:
            unlock_path(target, Lock(identities=(str(OTHER),)))
        assert str(caught.value) == (
            f"打不开 {target}：口令或密钥不对，或文件损坏。允许：加密时所用的口令或密钥。"
            "原文件没有改动，请再试；忘记口令就无法恢复。"
        )
        assert [path.name for path in folder.parent.iterdir()] == ["snapshots.age"]

    def test_passphrase(self, tmp_path: Path) -> None:
        path = tmp_path / "编号对照表.xlsx"
        path.write_bytes(b"PK 2022010345")
        target = lock_path(path, Lock("correct horse battery"))
        assert not path.exists()
        with pytest.raises(VaultError, match="口令或密钥不对"):
            unlock_path(target, Lock("correct horse"))
        assert unlock_path(target, Lock("correct horse battery")).read_bytes() == b"PK 2022010345"

    def test_changed_by_one_byte(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_bytes(b"x" * 1000)
        target = lock_path(path, SEAL)
        content = bytearray(target.read_bytes())
        content[-20] ^= 1
        target.write_bytes(content)
        with pytest.raises(VaultError, match="文件损坏"):
            unlock_path(target, OPEN)

    def test_no_keys(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_bytes(b"x")
        with pytest.raises(VaultError, match="“age1xx…”不是合格的公钥"):
            lock_path(path, Lock(recipients=("age1xx",)))
        assert path.read_bytes() == b"x"
        target = lock_path(path, SEAL)
        secret = "AGE-SECRET-KEY-1ABCDEFG"  # noqa: S105 -- none
        with pytest.raises(VaultError) as caught:
            unlock_path(target, Lock(identities=(secret,)))
        assert "ABCDEFG" not in str(caught.value)

    def test_no_encrypted_file(self, tmp_path: Path) -> None:
        for name in ("a.age", "a.xlsx"):
            path = tmp_path / name
            path.write_bytes(b"PK")
            with pytest.raises(VaultError, match="不是加密的文件"):
                unlock_path(path, OPEN)

    def test_secrets_are_never_shown(self) -> None:
        assert "correct" not in repr(Lock("correct horse"))
        assert str(IDENTITY) not in repr(OPEN)

    def test_no_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pyrage", None)
        path = tmp_path / "a"
        path.write_bytes(b"x")
        with pytest.raises(VaultError) as caught:
            lock_path(path, SEAL)
        assert str(caught.value) == (
            "加密要用 pyrage，还没有安装。请运行 pip install 'evalkit[vault]' 后再试。"
        )
        assert path.read_bytes() == b"x"
