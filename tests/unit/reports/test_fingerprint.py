"""What a report is made from, and what is said when that has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.reports import fingerprint as module
from evalkit.reports.fingerprint import Fingerprint, changes, damage, fingerprints
from evalkit.reports.material import Material
from evalkit.reports.plan import Job, plan
from evalkit.workspace import Workspace


@pytest.fixture
def jobs(space: Workspace, material: Material) -> dict[str, Job]:
    return {job.college or job.kind: job for job in plan(space, material.year, material.colleges)}


def fingerprint(space: Workspace, material: Material, job: Job) -> Fingerprint:
    return fingerprints(space, material, [job])[job.name]


def other(material: Material, reader: str, part: str) -> Material:
    reads = {name: dict(parts) for name, parts in material.reads.items()}
    reads[reader][part] = "changed"
    return replace(material, reads=reads)


def test_named_parts(space: Workspace, material: Material, jobs: dict[str, Job]) -> None:
    own = ["own:2023-2024", "own:2024-2025", "shared"]
    school = ["school:2023-2024", "school:2024-2025"]
    common = {
        "audience", "formats", "ledger", "notebook", "parameters", "program", "rubric", "settings",
    }  # fmt: skip
    for name, data in (("C01", own), ("school", school), ("summary", school)):
        parts = fingerprint(space, material, jobs[name]).parts
        packages = {part for part in parts if part.startswith("package:")}
        assert set(parts) - packages == {*common, *data}
        assert {"package:matplotlib", "package:pandas", "package:Python"} <= packages


def test_only_what_is_read_counts(
    space: Workspace, material: Material, jobs: dict[str, Job]
) -> None:
    before = {name: fingerprint(space, material, job) for name, job in jobs.items()}
    changed = other(material, "C01", "own:2024-2025")
    after = {name: fingerprint(space, changed, job) for name, job in jobs.items()}
    assert [name for name in jobs if after[name] != before[name]] == ["C01"]
    assert after["C01"].data != before["C01"].data
    assert len(after["C01"].data) == 12
    assert changes(jobs["C01"], after["C01"].parts, before["C01"].parts) == (
        "本学院 2024-2025 学年的数据有变化",
    )


def test_files_and_settings_count(
    space: Workspace, material: Material, jobs: dict[str, Job]
) -> None:
    before = {name: fingerprint(space, material, job) for name, job in jobs.items()}
    notebook = space.notebooks / "college_report.ipynb"
    notebook.write_text(notebook.read_text("utf-8") + "\n", "utf-8")
    settings = space.root / "evalkit.toml"
    settings.write_text(settings.read_text("utf-8").replace("社区", "城市"), "utf-8")
    space = Workspace.find(space.root)
    after = {name: fingerprint(space, material, job) for name, job in jobs.items()}
    assert {name: changes(jobs[name], after[name].parts, before[name].parts) for name in jobs} == {
        "school": ("工作区设置有变化",),
        "C01": ("报告模板 college_report.ipynb 有改动", "工作区设置有变化"),
        "C02": ("报告模板 college_report.ipynb 有改动", "工作区设置有变化"),
        "C03": ("报告模板 college_report.ipynb 有改动", "工作区设置有变化"),
        "summary": ("工作区设置有变化",),
    }


@pytest.mark.parametrize(
    ("cell", "reader", "part", "said"),
    [
        ("view.activities()", "C01", "compared", ()),
        ("view.activities()", "school", "school:2024-2025", ()),
        (
            "view.metric_trends()",
            "C01",
            "compared",
            ("与其他学院的比较（全校中位数、范围等）有变化",),
        ),
        ("view.metric_trends()", "school", "school:2024-2025", ()),
        ("view.assessment", "school", "school:2024-2025", ("全校 2024-2025 学年的数据有变化",)),
    ],
)
def test_what_the_notebook_looks_at_counts(
    space: Workspace,
    material: Material,
    jobs: dict[str, Job],
    cell: str,
    reader: str,
    part: str,
    said: tuple[str, ...],
) -> None:
    notebook = space.notebooks / "college_report.ipynb"
    content = json.loads(notebook.read_text("utf-8"))
    content["cells"].append({"cell_type": "code", "source": [cell]})
    notebook.write_text(json.dumps(content), "utf-8")
    before = fingerprint(space, material, jobs["C01"]).parts
    after = fingerprint(space, other(material, reader, part), jobs["C01"]).parts
    assert changes(jobs["C01"], after, before) == said


def test_how_many_at_a_time_does_not_count(
    space: Workspace, material: Material, jobs: dict[str, Job]
) -> None:
    before = fingerprint(space, material, jobs["C01"])
    settings = space.root / "evalkit.toml"
    settings.write_text(settings.read_text("utf-8").replace("jobs = 2", "jobs = 3"), "utf-8")
    assert fingerprint(Workspace.find(space.root), material, jobs["C01"]) == before


def test_own_rules_count(space: Workspace, material: Material, jobs: dict[str, Job]) -> None:
    own = space.root / "own"
    own.mkdir()
    (own / "rubric.yaml").write_text("a", "utf-8")
    (space.root / "evalkit.toml").write_text(
        '[school]\nname = "社区大学"\n[paths]\nrubric = "own/rubric.yaml"\nledger = "own"\n',
        "utf-8",
    )
    space = Workspace.find(space.root)
    before = fingerprint(space, material, jobs["C01"]).parts
    (own / "rubric.yaml").write_text("b", "utf-8")
    after = fingerprint(space, material, jobs["C01"]).parts
    assert changes(jobs["C01"], after, before) == ("考核办法有改动", "台账定义有改动")


def test_versions_count(
    space: Workspace, material: Material, jobs: dict[str, Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    def versions(**numbers: str) -> Mapping[str, str]:
        monkeypatch.setattr(module, "versions", lambda: numbers)
        return fingerprint(space, material, jobs["C01"]).parts

    before, after = versions(pandas="3.0.0", numpy="2"), versions(pandas="3.0.1", numpy="2", x="1")
    assert changes(jobs["C01"], after, before) == (
        "pandas 的版本由 3.0.0 变为 3.0.1",
        "x 的版本由 无 变为 1",
    )


def test_every_part_has_words(space: Workspace, material: Material, jobs: dict[str, Job]) -> None:
    for job in jobs.values():
        parts = fingerprint(space, material, job).parts
        said = changes(job, parts, {})
        assert len(said) == len(parts)
        assert "评审组评分或全校共用的数据有变化" in said or job.college is None


def test_damage_to_what_was_written(tmp_path: Path) -> None:
    for name in ("甲", "乙", "丙"):
        (tmp_path / name).write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    outputs = [{"file": name, "size": 3, "sha256": digest} for name in ("甲", "乙", "丙", "丁")]
    (tmp_path / "乙").write_bytes(b"abd")
    (tmp_path / "丙").write_bytes(b"ab")
    assert damage(tmp_path, outputs) == (
        "文件 乙 被改动过",
        "文件 丙 被改动过",
        "文件 丁 不在了",
    )
