"""``evalkit research report``: the notebooks of a new workspace as files, by one command."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import docx
import nbformat
import pytest

from evalkit.privacy.log import log_file, read_log, released_file

from .conftest import run_evalkit

NAMES = ("activities_effect", "process_and_outcome", "scale_reliability", "screening_rates")


def notebook(path: Path, *sources: str) -> None:
    cells = [nbformat.v4.new_markdown_cell("# 一项研究")]
    parameters = nbformat.v4.new_code_cell('workspace = "."\nacademic_year = "2024-2025"\nk = 10')
    parameters.metadata["tags"] = ["parameters"]
    cells += [parameters, *map(nbformat.v4.new_code_cell, sources)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")


@pytest.fixture(scope="module")
def own(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with two small notebooks of its own: one that works, one that fails."""
    root = tmp_path_factory.mktemp("research") / "own"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports", "research"))
    place = root / "notebooks" / "research"
    notebook(
        place / "works.ipynb",
        "from evalkit import charts",
        "charts.prose(f'{academic_year} 学年，人数下限 {k}。')",
    )
    notebook(place / "fails.ipynb", "1 / 0")
    notebook(place / "few.ipynb", "print('一级预警', 7, '人')")
    return root


@pytest.mark.slow
def test_named_notebooks_with_parameters(own: Path) -> None:
    done = run_evalkit(own, "research", "report", "works", "--year", "2023-2024", "--k", "20",
                       "--named", "--formats", "html,docx", "--formats", "ipynb")  # fmt: skip
    assert done.returncode == 0, done.stderr
    folder = own / "reports" / "2023-2024" / "research"
    files = [folder / f"works.{kind}" for kind in ("html", "docx", "ipynb")]
    assert [line.strip() for line in done.stdout.splitlines()[-3:]] == [str(file) for file in files]
    assert "已生成 一项研究（" in done.stdout
    paragraphs = [paragraph.text for paragraph in docx.Document(str(files[1])).paragraphs]
    assert "一项研究" in paragraphs
    assert "2023-2024 学年，人数下限 20。" in paragraphs
    assert any("供研究使用，探索性，不作考核依据。" in text for text in paragraphs)
    executed = json.loads(files[2].read_text("utf-8"))
    assert str(own) not in json.dumps(executed["metadata"], ensure_ascii=False)
    entry = read_log(log_file(own))[-1]
    assert (entry.what, entry.audience) == ("2023-2024 学年的研究报告", "researcher")
    assert entry.files == {
        released_file(own, file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }
    assert "2023-2024" in entry.snapshots


@pytest.mark.slow
def test_a_small_count_in_words_stops_a_notebook(own: Path) -> None:
    done = run_evalkit(own, "research", "report", "few", "--formats", "html")
    assert done.returncode == 1
    assert "过小的人数，一级预警 * 人" in done.stderr
    assert not [*(own / "reports" / "2024-2025" / "research").glob("few*")]
    done = run_evalkit(own, "research", "report", "few", "--formats", "html", "--k", "5")
    assert done.returncode == 0, done.stderr


def test_a_notebook_that_fails_is_kept_and_the_others_are_made(own: Path) -> None:
    done = run_evalkit(own, "research", "report", "fails", "works", "--formats", "html")
    assert done.returncode == 1
    folder = own / "reports" / "2024-2025" / "research"
    assert (folder / "works.html").is_file()
    assert not (folder / "fails.html").exists()
    assert (folder / "fails.出错.ipynb").is_file()
    assert done.stderr.startswith("没有生成 fails：")
    assert "Traceback" not in done.stderr
    unknown = run_evalkit(own, "research", "report", "works", "--formats", "odt")
    assert unknown.returncode == 2
    assert "没有名为“odt”的格式。可选：" in unknown.stderr


@pytest.mark.slow
def test_from_a_new_workspace_twice_with_the_same_bytes(tmp_path: Path) -> None:
    assert run_evalkit(tmp_path, "init", "school", "--school", "测试学院").returncode == 0
    place = tmp_path / "school" / "notebooks" / "research"
    assert [path.stem for path in sorted(place.glob("*.ipynb"))] == list(NAMES)
    run_evalkit(tmp_path, "sample", "school/data")
    found = []
    for _ in range(2):
        done = run_evalkit(tmp_path, "research", "report", "--workspace", "school")
        assert done.returncode == 0, done.stderr
        folder = tmp_path / "school" / "reports" / "2024-2025" / "research"
        files = sorted(path for path in folder.iterdir() if path.suffix in (".html", ".docx"))
        assert [path.name for path in files] == [
            f"{name}.{kind}" for name in NAMES for kind in ("docx", "html")
        ]
        found.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
        for path in files:
            path.unlink()
    assert found[0] == found[1]
