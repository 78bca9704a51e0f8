"""A run: what is due is made, what fails is named, what was broken off goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.reports.lock import LockedError, hold
from evalkit.reports.made import Made
from evalkit.reports.manifest import Manifest
from evalkit.reports.material import Material
from evalkit.reports.plan import Job
from evalkit.reports.runner import Packet, Watch, make_packet
from evalkit.reports.survey import Survey, Wanted, survey
from evalkit.workspace import Workspace

pytestmark = pytest.mark.usefixtures("now", "stand_in")

NAMES = [
    "学校报告",
    "学院报告_C01_东区学院",
    "学院报告_C02_西区学院",
    "学院报告_C03_南_区_学院",
    "汇总",
]
Now = Callable[[Material], None]


def other(material: Material, reader: str, part: str) -> Material:
    reads = {name: dict(parts) for name, parts in material.reads.items()}
    reads[reader][part] = "changed"
    return replace(material, reads=reads)


def order(space: Workspace, **what: str) -> None:
    """Say what the stand-in is to do: code of a college, ``school`` or ``summary`` → what."""
    (space.root / "orders.json").write_text(json.dumps(what), "utf-8")


def run(space: Workspace, material: Material, *only: str, **how: object) -> Packet:
    return make_packet(space, material.year, Wanted(only), **how)  # type: ignore[arg-type]


def names(packet: Packet) -> list[str]:
    return sorted(made.job.name for made in packet.made)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_everything_once_then_nothing(space: Workspace, material: Material) -> None:
    first = run(space, material)
    assert first.complete
    assert names(first) == sorted(NAMES)
    folder = space.reports / "2024-2025"
    written = files(folder)
    assert sorted(written) == sorted(
        ["manifest.json", "汇总.xlsx", *(f"{n}.{s}" for n in NAMES[:4] for s in ("html", "ipynb"))]
    )
    second = run(space, material)
    assert second.complete
    assert (second.made, len(second.found.kept)) == ((), 5)
    assert files(folder) == written


def test_what_the_manifest_says(space: Workspace, material: Material) -> None:
    run(space, material)
    manifest = Manifest.read(space.reports / "2024-2025")
    assert manifest.facts["school"] == "社区大学"
    assert manifest.facts["snapshots"] == material.snapshots
    entry = manifest.entries["学院报告_C01_东区学院"]
    assert (entry.status, entry.message, entry.notebook) == ("made", "", "college_report.ipynb")
    assert entry.inputs == {"2024-2025/collegeC01.xlsx": "0", "2024-2025/judgeJ01.xlsx": "0"}
    assert set(manifest.entries["学校报告"].inputs) == {
        "2024-2025/collegeC01.xlsx", "2024-2025/collegeC02.xlsx", "2024-2025/judgeJ01.xlsx",
    }  # fmt: skip
    assert [output["file"] for output in entry.outputs] == [
        "学院报告_C01_东区学院.html",
        "学院报告_C01_东区学院.ipynb",
    ]
    page = (manifest.path.parent / "学院报告_C01_东区学院.html").read_text("utf-8")
    assert page.endswith(f" {entry.fingerprint['data']}")
    (record,) = manifest.runs
    assert (record.status, record.due, record.made, record.failed, record.kept) == (
        "done", 5, 5, 0, 0,
    )  # fmt: skip
    assert record.pid == os.getpid()


def test_only_what_changed(space: Workspace, material: Material, now: Now) -> None:
    run(space, material)
    now(other(material, "C02", "own:2023-2024"))
    found = survey(space, material.year, Wanted())
    assert [(due.job.name, due.reasons) for due in found.due] == [
        ("学院报告_C02_西区学院", ("本学院 2023-2024 学年的数据有变化",))
    ]
    assert names(run(space, material)) == ["学院报告_C02_西区学院"]
    assert run(space, material).made == ()


def test_force_only_and_limit(space: Workspace, material: Material) -> None:
    assert names(run(space, material, "C01", "东院")) == ["学院报告_C01_东区学院"]
    part = make_packet(space, material.year, Wanted(limit=2), jobs=1)
    assert [made.job.name for made in part.made] == ["学校报告", "学院报告_C02_西区学院"]
    assert [due.job.name for due in part.found.later] == ["学院报告_C03_南_区_学院", "汇总"]
    assert part.complete
    again = make_packet(space, material.year, Wanted(("C01",), force=True))
    assert [due.reasons for due in again.found.due] == [("没有变化，但要求重新生成",)]
    assert names(again) == ["学院报告_C01_东区学院"]
    assert names(run(space, material)) == ["学院报告_C03_南_区_学院", "汇总"]


def test_a_failure_is_named_and_stops_nobody(space: Workspace, material: Material) -> None:
    run(space, material)
    order(space, C01="fail", C02="die")
    packet = make_packet(space, material.year, Wanted(force=True))
    assert not packet.complete
    assert {made.job.name: made.error for made in packet.failed} == {
        "学院报告_C01_东区学院": "第 3 个代码单元格出错：示例错误",
        "学院报告_C02_西区学院": (
            "“学院报告_C02_西区学院”的计算进程意外退出（退出代码 3），没有做完。其余任务不受影响。"
        ),
    }
    assert len(packet.made) == 5
    written = files(packet.found.folder)
    # What an earlier run has left of them must not pass for this run's.
    assert [name for name in written if "C01" in name] == ["学院报告_C01_东区学院.出错.ipynb"]
    assert [name for name in written if "C02" in name] == []
    entry = Manifest.read(packet.found.folder).entries["学院报告_C01_东区学院"]
    assert (entry.status, entry.message) == ("failed", "第 3 个代码单元格出错：示例错误")
    order(space)
    healed = run(space, material)
    assert [due.reasons for due in healed.found.due] == [("上次没有生成",)] * 2
    assert healed.complete
    assert "学院报告_C01_东区学院.出错.ipynb" not in files(packet.found.folder)


def test_stopping_at_the_first_failure(space: Workspace, material: Material) -> None:
    order(space, C01="fail")
    packet = run(space, material, jobs=1, stop_at_first=True)
    assert [made.job.name for made in packet.made] == NAMES[:2]
    assert [due.job.name for due in packet.unmade] == NAMES[2:]
    assert not packet.complete
    assert names(run(space, material, "C02")) == ["学院报告_C02_西区学院"]


def test_one_that_hangs_is_ended(space: Workspace, material: Material) -> None:
    settings = space.root / "evalkit.toml"
    settings.write_text(settings.read_text("utf-8").replace("seconds = 20", "seconds = 1"), "utf-8")
    order(space, C01="hang")
    packet = run(Workspace.find(space.root), material, "C01", "C02")
    assert {made.job.name: made.error for made in packet.made} == {
        "学院报告_C01_东区学院": (
            "“学院报告_C01_东区学院”运行超过 1 秒，已停止。"
            "请检查其中是否有停不下来的循环，或者放宽时间限制。"
        ),
        "学院报告_C02_西区学院": None,
    }


class BreakOff(Watch):
    """Ctrl-C when the second report has ended."""

    def __init__(self) -> None:
        self.ended_so_far: list[str] = []

    def ended(self, made: Made) -> None:
        self.ended_so_far.append(made.job.name)
        if len(self.ended_so_far) == 2:
            raise KeyboardInterrupt


def test_a_broken_off_run_goes_on(space: Workspace, material: Material) -> None:
    watch = BreakOff()
    folder = space.reports / "2024-2025"
    with pytest.raises(KeyboardInterrupt):
        run(space, material, watch=watch, jobs=1)
    assert watch.ended_so_far == NAMES[:2]
    manifest = Manifest.read(folder)
    assert (manifest.runs[-1].status, manifest.runs[-1].made) == ("interrupted", 2)
    assert sorted(manifest.entries) == NAMES[:2]
    (folder / ".甲.html.0123abcd.part").write_bytes(b"half")
    packet = run(space, material)
    assert names(packet) == NAMES[2:]
    assert not list(folder.glob(".*"))


def test_a_torn_output_is_made_again(space: Workspace, material: Material) -> None:
    folder = run(space, material).found.folder
    before = files(folder)
    page = folder / "学院报告_C01_东区学院.html"
    page.write_bytes(b"torn")
    (folder / "汇总.xlsx").unlink()
    packet = run(space, material)
    assert {due.job.name: due.reasons for due in packet.found.due} == {
        "学院报告_C01_东区学院": ("文件 学院报告_C01_东区学院.html 被改动过",),
        "汇总": ("文件 汇总.xlsx 不在了",),
    }
    assert packet.complete
    after = files(folder)
    assert {name: content for name, content in after.items() if name != "manifest.json"} == {
        name: content for name, content in before.items() if name != "manifest.json"
    }


def test_what_belongs_to_no_report_is_removed(
    space: Workspace, material: Material, now: Now
) -> None:
    folder = run(space, material).found.folder
    (folder / "学院报告_C02_西区学院.html").write_text("有人写了批注", "utf-8")
    now(replace(material, colleges=material.colleges[:1]))
    assert run(space, material, "C01").removed == ()
    packet = run(space, material)
    assert (packet.made, packet.complete) == ((), True)
    assert sorted(packet.removed) == [
        "学院报告_C02_西区学院.ipynb",
        "学院报告_C03_南_区_学院.html",
        "学院报告_C03_南_区_学院.ipynb",
    ]
    assert [path.name for path in folder.glob("学院报告_C0[23]*")] == ["学院报告_C02_西区学院.html"]
    assert sorted(Manifest.read(folder).entries) == ["学校报告", "学院报告_C01_东区学院", "汇总"]


def test_two_runs_do_not_meet(space: Workspace, material: Material) -> None:
    folder = space.reports / "2024-2025"
    with hold(folder), pytest.raises(LockedError):
        run(space, material)
    assert run(space, material).complete
    with hold(folder):
        assert run(space, material).made == ()  # nothing is due: nobody is in the way


class Listener(Watch):
    def __init__(self) -> None:
        self.heard: list[str] = []

    def planned(self, found: Survey) -> None:
        self.heard.append(f"planned {len(found.due)}")

    def started(self, job: Job) -> None:
        self.heard.append(f"started {job.name}")

    def ended(self, made: Made) -> None:
        self.heard.append(f"ended {made.job.name}")


def test_whoever_watches_is_told(space: Workspace, material: Material) -> None:
    watch = Listener()
    run(space, material, "全校", watch=watch, jobs=1)
    assert watch.heard == [
        "planned 2", "started 学校报告", "ended 学校报告", "started 汇总", "ended 汇总",
    ]  # fmt: skip
