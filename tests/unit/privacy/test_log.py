from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli.log import command
from evalkit.privacy.log import (
    LogError,
    log_file,
    read_log,
    record,
    record_files,
    record_new,
    verify_log,
)

Lines = list[bytes]
GAP = "第 {} 行与前一行接不上，其间有记录被删去、插入或调换"


def add(path: Path, what: str, day: int = 1) -> str:
    entry = record(
        path,
        what,
        audience="internal",
        snapshots={"2024-2025": "ab12"},
        files={f"{what}.html": "00ff"},
        now=datetime(2025, 7, day, tzinfo=UTC),
    )
    return entry.digest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = log_file(tmp_path)
    for number in range(1, 5):
        add(path, f"报告 {number}", number)
    return path


def test_entries(path: Path) -> None:
    entries = read_log(path)
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert entries[1].previous == entries[0].digest
    assert (entries[0].what, entries[0].files) == ("报告 1", {"报告 1.html": "00ff"})
    assert entries[0].who
    assert verify_log(path).faults == ()
    assert verify_log(path).last == entries[-1].digest
    assert len(verify_log(path, entries[1].digest).faults) == 0


CHANGES: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "changed": (lambda a: [a[0], a[1].replace("报告 2".encode(), "报告 9".encode()), *a[2:]],
                "第 2 行被改动过（2025-07-02T00:00:00+00:00，报告 9）"),
    "left out": (lambda a: [a[0], *a[2:]], GAP.format(2)),
    "first left out": (lambda a: a[1:], GAP.format(1)),
    "moved": (lambda a: [a[1], a[0], *a[2:]], GAP.format(1)),
    "doubled": (lambda a: [a[0], a[0], *a[1:]], GAP.format(2)),
    "no entry": (lambda a: [a[0], b"{}", *a[2:]], "第 2 行不是发布记录"),
    "blank": (lambda a: [*a[:2], b"", *a[2:]], "第 3 行不是发布记录"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_done_to_it_shows(path: Path, name: str) -> None:
    change, fault = CHANGES[name]
    path.write_bytes(b"\n".join(change(path.read_bytes().splitlines())) + b"\n")
    assert verify_log(path).faults[0] == fault


def test_every_bit_counts(path: Path) -> None:
    content = path.read_bytes()
    for place in range(0, len(content), 17):
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(bytes(changed))
        assert verify_log(path).faults, place


def test_cut_off_at_the_end_shows_by_the_digest_kept_elsewhere(path: Path) -> None:
    last = verify_log(path).last
    path.write_bytes(b"\n".join(path.read_bytes().splitlines()[:-1]) + b"\n")
    assert verify_log(path).faults == ()
    assert verify_log(path, last).faults == (
        "没有摘要与所给的相同的记录，末尾可能被截去，或整个日志被换过",
    )


def test_cut_off_at_the_end_shows_by_a_witness(path: Path) -> None:
    witnesses = {"reports/2024-2025/manifest.json": verify_log(path).last}
    assert verify_log(path, witnesses=witnesses).faults == ()
    path.write_bytes(b"\n".join(path.read_bytes().splitlines()[:-1]) + b"\n")
    (fault,) = verify_log(path, witnesses=witnesses).faults
    assert fault == (
        "reports/2024-2025/manifest.json 所指的发布记录不在日志里，"
        "末尾可能被截去，或整个日志被删去、换过"
    )


def add_new(path: Path, files: dict[str, str]) -> str | None:
    entry = record_new(path, "报告", audience="internal", snapshots={}, files=files)
    return None if entry is None else entry.digest


def test_only_what_is_new_is_added(tmp_path: Path) -> None:
    path = log_file(tmp_path)
    assert add_new(path, {}) is None
    first = add_new(path, {"a.html": "1", "b.html": "2"})
    assert add_new(path, {"b.html": "2", "a.html": "1"}) == first
    second = add_new(path, {"a.html": "1", "b.html": "3"})
    assert [dict(entry.files) for entry in read_log(path)] == [
        {"a.html": "1", "b.html": "2"},
        {"b.html": "3"},
    ]
    # What goes back to an earlier state was released again.
    assert add_new(path, {"b.html": "2"}) not in (first, second)
    assert verify_log(path).faults == ()


def test_files_are_called_by_their_way_from_the_workspace(tmp_path: Path) -> None:
    inside, outside = tmp_path / "w" / "文书" / "通报.docx", tmp_path / "提取" / "a.csv"
    for place in (inside, outside):
        place.parent.mkdir(parents=True)
        place.write_bytes(b"1")
    entry = record_files(tmp_path / "w", [inside, outside], "文书", audience="public", snapshots={})
    assert entry is not None
    digest = hashlib.sha256(b"1").hexdigest()
    assert entry.files == {"文书/通报.docx": digest, outside.as_posix(): digest}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_for_its_owner_alone(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_torn_line_is_no_release_and_does_no_harm(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content + b'{"number": 5, "ti')
    check = verify_log(path)
    assert (check.entries, check.faults) == (4, ())
    assert check.notes == ("第 5 行没有写完（程序可能被强行结束）",)
    add(path, "报告 5", 5)
    assert path.read_bytes().startswith(content)
    assert (verify_log(path).entries, verify_log(path).faults) == (5, ())


def test_nothing_is_chained_to_what_cannot_be_read(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x\n")
    before = path.read_bytes()
    with pytest.raises(LogError, match="最后一行不能读取，不能接着写"):
        add(path, "报告 5")
    with pytest.raises(LogError, match="第 5 行不能读取"):
        read_log(path)
    assert path.read_bytes() == before


def test_clock_that_jumps_back_is_told_and_no_fault(path: Path) -> None:
    add(path, "报告 5", 1)
    check = verify_log(path)
    assert check.faults == ()
    assert check.notes == ("第 5 行的时间早于前一行，电脑的时钟可能调整过",)


def test_several_at_once(path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom evalkit.privacy.log import record\n"
        "for n in range(20):\n"
        "    record(Path(sys.argv[1]), 'x', audience='a', snapshots={}, files={})\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(3)]
    assert [each.wait() for each in running] == [0, 0, 0]
    check = verify_log(path)
    assert (check.entries, check.faults) == (64, ())


def test_none_yet(tmp_path: Path) -> None:
    assert read_log(log_file(tmp_path)) == []
    assert verify_log(log_file(tmp_path)).entries == 0


class TestCommand:
    @pytest.fixture
    def space(self, path: Path) -> Path:
        root = path.parents[1]
        (root / "evalkit.toml").write_text('[school]\nname = "社区大学"\n', "utf-8")
        return root

    def run(self, space: Path, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(command, [*words, "--workspace", str(space)])
        return result.exit_code, result.output

    def test_show(self, space: Path) -> None:
        code, text = self.run(space, "show", "--last", "2")
        assert code == 0
        assert [line.split(".")[0] for line in text.splitlines()] == ["3", "4"]
        assert "报告 4，读者范围：internal，1 个文件，数据快照：2024-2025 ab12" in text
        _, plain = self.run(space, "show", "--format", "json")
        assert [each["number"] for each in json.loads(plain)] == [1, 2, 3, 4]

    def test_verify(self, space: Path, path: Path) -> None:
        code, text = self.run(space, "verify")
        assert (code, text.splitlines()[0]) == (0, "发布日志完整，共 4 条。")
        digest = verify_log(path).last
        assert digest in text
        assert self.run(space, "verify", "--digest", digest)[0] == 0
        path.write_bytes(path.read_bytes().replace("报告 2".encode(), "报告 9".encode()))
        code, text = self.run(space, "verify")
        assert code == 1
        assert text.startswith("第 2 行被改动过")
        code, plain = self.run(space, "verify", "--format", "json")
        assert (code, len(json.loads(plain)["faults"])) == (1, 1)

    def test_nothing_acts_on_the_terminal(self, space: Path, path: Path) -> None:
        add(path, "\x1b[31m红\u202e\x07", 6)
        _, text = self.run(space, "show")
        assert "\x1b" not in text
        assert "\u202e" not in text

    def test_no_log(self, space: Path, path: Path) -> None:
        path.unlink()
        assert self.run(space, "show") == (0, "还没有发布记录。\n")
        assert self.run(space, "verify") == (0, "还没有发布记录。\n")
