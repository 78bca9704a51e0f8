"""The commands that open JupyterLab and the page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli import lab, page
from evalkit.errors import WorkspaceError
from evalkit.workspace import Workspace


def test_jupyterlab_is_opened_on_this_computer_only(space: Workspace) -> None:
    asked = lab.arguments(space, 8888, browser=False)
    assert asked[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--ServerApp.ip=127.0.0.1" in asked
    assert "--LabApp.news_url=None" in asked
    assert "--LabApp.extension_manager=readonly" in asked
    assert f"--ServerApp.root_dir={space.root.resolve()}" in asked
    assert "--LabApp.default_url=/lab/tree/notebooks/explore.ipynb" in asked
    assert asked[-1] == "--no-browser"
    assert not [each for each in asked if "token" in each or "password" in each]


def test_the_notebook_is_put_where_it_is_missing(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    class Done:
        returncode = 0

    def run(command: list[str], check: bool) -> Done:
        started.append(command)
        return Done()

    monkeypatch.setattr(lab.subprocess, "run", run)
    arguments = ["--workspace", str(space.root), "--no-browser", "--", "--allow-root"]
    result = CliRunner().invoke(lab.command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    path = space.root / "notebooks" / "explore.ipynb"
    assert f"工作区里还没有 explore.ipynb，已放入一份：{path}" in result.output
    assert path.is_file()
    assert started[0][-1] == "--allow-root"
    path.write_text("{}", encoding="utf-8")
    CliRunner().invoke(lab.command, arguments, catch_exceptions=False)
    assert path.read_text(encoding="utf-8") == "{}"


def test_what_is_missing_is_said(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "find_spec", lambda name: None if name == "itables" else object())
    result = CliRunner().invoke(lab.command, ["--workspace", str(space.root)])
    assert isinstance(result.exception, WorkspaceError)
    assert str(result.exception) == (
        "没有安装 itables，不能打开 Notebook。请先运行：pip install 'evalkit[lab]'"
    )
    assert not (space.root / "notebooks").exists()


def test_links_are_everyones_own(space: Workspace) -> None:
    def links(*further: str) -> list[str]:
        arguments = ["--workspace", str(space.root), "--links", *further]
        result = CliRunner().invoke(page.command, arguments, catch_exceptions=False)
        assert result.exit_code == 0
        return result.output.splitlines()

    first = links()
    assert first[0] == "每人一个链接，请分别发给本人，不要转发："
    assert [line.split("\t")[0].strip() for line in first[1:]] == [
        "评委 J01", "评委 J02", "评委 J03", "组长",
    ]  # fmt: skip
    assert all("http://127.0.0.1:8765/" in line for line in first[1:])
    assert links() == first
    assert not set(links("--new-links")[1:]) & set(first)


def test_certificate_and_key_belong_together(space: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "cert.pem"
    path.write_text("", encoding="utf-8")
    result = CliRunner().invoke(page.command, ["--workspace", str(space.root), "--cert", str(path)])
    assert result.exit_code == 2
    assert "--cert 和 --key 要一同写：证书和它的私钥。" in result.output
