"""The panel's page in a process of its own, to be killed and started again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

YEAR = "2024-2025"
COMMAND = "from evalkit.cli.page import command; command()"
PORTS = range(21_000, 29_000)
"""Below those that systems give to outgoing connections: while the page is down, one of the many
that try to reach it would sooner or later be given the page's own port, and talk to itself."""


@dataclass
class ServedPage:
    """The command on a workspace; always at the same port, so that old links go on."""

    root: Path
    port: int
    links: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "--year", YEAR, "--port", str(self.port)],
            cwd=self.root,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if match := re.match(r"\s+(?:评委 (J\d+)|(组长))\t(\S+)", line):
                self.links[match[1] or "chair"] = match[3]
            if line.startswith("评审页面已经打开"):
                return
        raise AssertionError(f"the page ended with {self.process.wait()}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait until the process is gone; return its status."""
        assert self.process is not None
        self.process.send_signal(number)
        self.process.communicate(timeout=120)
        return self.process.returncode

    def close(self) -> None:
        """End it if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.end()


def serve(root: Path, repository: Path, blank: str, years: tuple[str, ...] = (YEAR,)) -> ServedPage:
    """Return the page of a copy of the sample, without the score sheets that `blank` matches."""
    shutil.copy(repository / "evalkit.toml", root)
    for year in years:
        shutil.copytree(repository / "data" / "sample" / year, root / "data" / "sample" / year)
    for path in (root / "data" / "sample" / YEAR).glob(blank):
        path.unlink()
    page = ServedPage(root, free_port())
    page.start()
    return page


def free_port() -> int:
    """Return a port that nobody uses, and that no outgoing connection will be given.

    Each worker of the tests looks in a range of its own: a page takes a while to open its port.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for port in PORTS[500 * (worker % 16) :]:
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")
