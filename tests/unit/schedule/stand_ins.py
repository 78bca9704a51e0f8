"""Stand-ins for the systems' own programs: real processes that note how they were called."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest

__all__ = ["Programs"]

_HEAD = """\
#!{python}
import json, pathlib, sys
state = pathlib.Path({state!r})
given = sys.stdin.buffer.read()
with (state / "calls").open("a", encoding="utf-8") as log:
    log.write(json.dumps([{name!r}, *sys.argv[1:]]) + "\\n")
broken = state / "{name}.broken"
if broken.exists():
    sys.exit(broken.read_text(encoding="utf-8"))
"""
_BODIES = {
    "systemctl": "",
    "crontab": """
        table = state / "crontab"
        if sys.argv[1:] == ["-l"]:
            if not table.exists():
                sys.exit("no crontab for root")
            sys.stdout.buffer.write(table.read_bytes())
        else:
            assert sys.argv[1:] == ["-"]
            table.write_bytes(given)
    """,
    "schtasks": r"""
        tasks = state / "tasks"
        tasks.mkdir(exist_ok=True)
        words = sys.argv[1:]
        name = words[words.index("/TN") + 1] if "/TN" in words else ""
        file = tasks / name.replace("\\", "+")
        if words[0] == "/Create":
            file.write_bytes(pathlib.Path(words[words.index("/XML") + 1]).read_bytes())
        elif words[0] == "/Delete":
            file.unlink()
        else:
            print('"HOST","\\\\Other\\\\task","C:\\\\x.exe","N/A"')
            for each in sorted(tasks.iterdir()):
                name = each.name.replace("+", "\\")
                for _ in range(2):
                    print(f'"HOST","{name}","evalkit report --due ...","N/A"')
    """,
}


class Programs:
    """A folder of programs that stands alone on PATH."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if os.name == "nt":
            pytest.skip("the stand-ins are scripts with a first line that Windows does not read")
        self.state = root / "state"
        self._bin = root / "bin"
        self.state.mkdir()
        self._bin.mkdir()
        monkeypatch.setenv("PATH", str(self._bin))
        monkeypatch.setenv("HOME", str(root / "home"))
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def add(self, *names: str) -> None:
        for name in names:
            head = _HEAD.format(python=sys.executable, state=str(self.state), name=name)
            path = self._bin / name
            path.write_text(head + dedent(_BODIES[name]), encoding="utf-8")
            path.chmod(0o755)

    def spoil(self, name: str, message: str) -> None:
        """Let a program fail from now on."""
        (self.state / f"{name}.broken").write_text(message, encoding="utf-8")

    @property
    def calls(self) -> list[list[str]]:
        log = self.state / "calls"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [json.loads(line) for line in lines]
