"""Encrypting the snapshots, and what the other commands say meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli.lock import PASSPHRASE
from evalkit.cli.lock import command as lock
from evalkit.cli.unlock import command as unlock
from evalkit.intake.snapshot import LockedSnapshotsError, freeze
from evalkit.privacy.vault import VaultError
from evalkit.workspace import Workspace

pyrage = pytest.importorskip("pyrage")
REMINDER = "要用时请运行 evalkit unlock。请另处保管口令或私钥：丢失后无法恢复。\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(PASSPHRASE, raising=False)
    (tmp_path / "evalkit.toml").write_text('[school]\nname = "社区大学"\n', "utf-8")
    folder = tmp_path / ".evalkit" / "snapshots" / "2024-2025"
    folder.mkdir(parents=True)
    (tmp_path / "data" / "2024-2025").mkdir(parents=True)
    (folder / "reports.json").write_text("{}", "utf-8")
    return tmp_path


def run(command: object, root: Path, *arguments: str | Path, typed: str = "") -> Result:
    words = [*(str(each) for each in arguments), "--workspace", str(root)]
    return CliRunner().invoke(command, words, input=typed)  # type: ignore[arg-type]


def test_with_a_passphrase(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    space = Workspace.find(root)
    result = run(lock, root, typed="一个够长的口令一二三\n一个够长的口令一二三\n")
    assert result.exit_code == 0, result.output
    assert result.output.endswith(f"已加密：{space.locked_snapshots}\n{REMINDER}")
    assert "口令一二三" not in result.output
    with pytest.raises(LockedSnapshotsError) as caught:
        freeze(space, space.year("2024-2025"))
    assert str(caught.value) == (
        f"数据快照已经加密（{space.locked_snapshots}），不能读取，也没有另做。"
        "请先运行 evalkit unlock 解密；用完后可以再运行 evalkit lock。"
    )
    assert not space.snapshots.exists()
    again = run(lock, root)
    assert f"数据快照已经加密：{space.locked_snapshots}。" in again.output
    wrong = run(unlock, root, typed="别的\n")
    assert isinstance(wrong.exception, VaultError)
    monkeypatch.setenv(PASSPHRASE, "一个够长的口令一二三")
    result = run(unlock, root)
    assert result.output == f"已解密：{space.snapshots}\n"
    assert (space.snapshots / "2024-2025" / "reports.json").read_text("utf-8") == "{}"
    assert f"数据快照没有加密：{space.snapshots}，不用解密。" in run(unlock, root).output


def test_with_keys(root: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    identity = root / "key.txt"
    identity.write_text(f"# created\n{key}\n", "utf-8")
    path = root / "编号对照表.xlsx"
    path.write_bytes(b"PK")
    result = run(lock, root, path, "--recipient", str(key.to_public()))
    assert result.output == f"已加密：{path}.age\n{REMINDER}"
    assert not path.exists()
    result = run(unlock, root, f"{path}.age", "--identity", identity)
    assert result.output == f"已解密：{path}\n"
    assert path.read_bytes() == b"PK"


def test_a_short_passphrase(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, "123456")
    result = run(lock, root)
    assert result.exit_code == 2
    assert "口令只有 6 个字符，没有加密。允许：至少 10 个字符。" in result.output
    assert Workspace.find(root).snapshots.is_dir()


def test_nothing_there(root: Path) -> None:
    assert "找不到要加密的文件：没有.xlsx。请检查路径。" in run(lock, root, "没有.xlsx").output
    identity = root / "empty.txt"
    identity.write_text("x", "utf-8")
    locked = root / "a.age"
    locked.write_bytes(b"x")
    result = run(unlock, root, locked, "--identity", identity)
    assert f"{identity} 里没有私钥。" in result.output
