"""The reports' notebooks as jobs of JupyterLab's scheduler, through its REST interface."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import nbformat
import pytest

TOKEN = "0123456789abcdef"  # noqa: S105 -- of a server that lives for this test
START, FINISH = 120, 300
"""Seconds until the server answers, and until a job ends; far more than it takes."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("jupyter_scheduler") is None or find_spec("jupyterlab") is None,
        reason="needs jupyterlab and jupyter_scheduler: pip install evalkit[scheduler]",
    ),
]


@dataclass
class Lab:
    """JupyterLab on this machine, its folder being a workspace."""

    root: Path
    port: int
    log: Path

    def ask(self, path: str, content: object = None) -> Any:
        """Send a request to the server: GET, or POST if there is content."""
        request = Request(
            f"http://127.0.0.1:{self.port}/{path}",
            data=None if content is None else json.dumps(content).encode(),
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=30) as answer:  # noqa: S310 -- to ourselves
            text = answer.read().decode()
        return json.loads(text) if text else None

    def wait(self, path: str, seconds: int, good: Callable[[Any], bool]) -> Any:
        """Ask until the answer is good."""
        end = time.monotonic() + seconds
        answer: object = None
        while time.monotonic() < end:
            try:
                answer = self.ask(path)
                if good(answer):
                    return answer
            except (URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(0.5)
        raise AssertionError(f"{path}: {answer}\n{self.log.read_text(encoding='utf-8')[-4000:]}")


@pytest.fixture(scope="module")
def lab(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Lab, None, None]:
    folder = tmp_path_factory.mktemp("lab")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log"
    places = {
        name: str(folder / name.casefold())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    words = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={sample}",
        f"--IdentityProvider.token={TOKEN}",
        f"--SchedulerApp.db_url=sqlite:///{folder / 'jobs.sqlite'}",
    ]  # fmt: skip
    with log.open("wb") as stream:
        server = subprocess.Popen(
            words, cwd=sample, stdout=stream, stderr=stream, env={**os.environ, **places}
        )
        try:
            found = Lab(sample, port, log)
            found.wait("api/status", START, lambda answer: "started" in answer)
            yield found
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            shutil.rmtree(sample / "jobs", ignore_errors=True)


def test_a_college_report_is_a_job(lab: Lab) -> None:
    (environment,) = lab.ask("scheduler/runtime_environments")
    order = {
        "name": "C05 学院报告",
        "input_uri": "notebooks/college_report.ipynb",
        "runtime_environment_name": environment["name"],
        "output_formats": ["ipynb", "html"],
        # The values are pasted into a cell as they are: a text brings its own quotation marks.
        "parameters": {
            "workspace": json.dumps(str(lab.root)),
            "academic_year": '"2024-2025"',
            "college": '"C05"',
        },
    }
    job = lab.ask("scheduler/jobs", order)["job_id"]
    # A job counts as STOPPED until its process has started.
    ended = lab.wait(
        f"scheduler/jobs/{job}", FINISH, lambda answer: answer["status"] in ("COMPLETED", "FAILED")
    )
    assert (ended["status"], ended["status_message"]) == ("COMPLETED", None)
    lab.ask(f"scheduler/jobs/{job}/download_files")
    fetched = lab.wait(
        f"scheduler/jobs/{job}",
        30,
        lambda answer: all(each["file_path"] for each in answer["job_files"]),
    )
    files = {each["file_format"]: each["file_path"] for each in fetched["job_files"]}
    notebook = nbformat.read(lab.root / files["ipynb"], as_version=4)
    errors = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert errors == []
    page = (lab.root / files["html"]).read_text(encoding="utf-8")
    assert "装备制造学院" in page
    assert "健康护理学院" not in page
