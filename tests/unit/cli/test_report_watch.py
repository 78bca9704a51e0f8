"""What ``evalkit report`` says: whole lines, JSON, the display on a terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evalkit.cli.report_bar import TerminalBar
from evalkit.cli.report_watch import JsonLines, TextLines
from evalkit.reports.fingerprint import Fingerprint
from evalkit.reports.made import Made
from evalkit.reports.material import Material
from evalkit.reports.plan import Job
from evalkit.reports.runner import Packet
from evalkit.reports.survey import Due, Survey
from evalkit.workspace import AcademicYear

FOLDER = Path("reports") / "2024-2025"
MATERIAL = Material(AcademicYear(2024), {}, (), {}, (), 0, ())
PRINT = Fingerprint({}, "0123456789ab", "d")


def job(code: str) -> Job:
    name = f"学院报告_{code}"
    return Job("college", name, "题目", (f"{name}.html",), Path("a.ipynb"), {"college": code})


def due(code: str, *reasons: str) -> Due:
    return Due(job(code), PRINT, reasons or ("还没有生成过",))


def survey(*codes: str, later: tuple[str, ...] = (), kept: tuple[str, ...] = ()) -> Survey:
    return Survey(
        FOLDER,
        MATERIAL,
        tuple(due(code) for code in codes),
        tuple(due(code) for code in later),
        tuple(job(code) for code in kept),
        {},
    )


def made(code: str, error: str | None = None, seconds: float = 1.25) -> Made:
    suffix = "html" if error is None else "出错.ipynb"
    files = (FOLDER / f"学院报告_{code}.{suffix}",)
    return Made(job(code), files, error, "" if error is None else "Traceback", seconds, 300 * 2**20)


def test_lines_of_a_good_run(capsys: pytest.CaptureFixture[str]) -> None:
    found, lines = survey("C01", "C02", kept=("C03",)), TextLines("某校 2024-2025 学年")
    lines.planned(found)
    lines.started(job("C01"))
    lines.ended(made("C01"))
    lines.ended(made("C02", seconds=75))
    lines.finished(Packet(found, (made("C01"), made("C02")), (), 80.2))
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines() == [
        "某校 2024-2025 学年：共 3 份，要生成 2 份，1 份没有变化",
        "  √ 学院报告_C01（1.2 秒）",
        "  √ 学院报告_C02（1 分 15 秒）",
        f"完成 2 份，用时 1 分 20 秒。文件在：{FOLDER}",
    ]


def test_lines_of_a_bad_run(capsys: pytest.CaptureFixture[str]) -> None:
    found, lines = survey("C01", "C02", "C03", later=("C04",)), TextLines("某校")
    lines.planned(found)
    for each in (made("C01"), made("C02", "第 3 个代码单元格出错：示例")):
        lines.ended(each)
    bad = made("C02", "第 3 个代码单元格出错：示例")
    lines.finished(Packet(found, (made("C01"), bad), ("旧.html", "旧.ipynb"), 8))
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "某校：共 4 份，要生成 4 份，本次生成 3 份",
        "  √ 学院报告_C01（1.2 秒）",
        "  × 学院报告_C02：第 3 个代码单元格出错：示例",
        "移除了不再属于本学年的文件：旧.html、旧.ipynb。",
        f"完成 1 份，用时 8.0 秒。文件在：{FOLDER}",
        "还有 1 份超出 --limit，再运行一次会接着生成。",
    ]
    assert said.err.splitlines() == [
        "有 1 份没有生成：",
        "  学院报告_C02：第 3 个代码单元格出错：示例",
        f"    出错时的 notebook 保存在 {FOLDER / '学院报告_C02.出错.ipynb'}",
        "因有一份出错而停下，没有轮到：学院报告_C03。",
    ]


def test_lines_when_nothing_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    found, lines = survey(kept=("C01", "C02")), TextLines("某校")
    lines.planned(found)
    lines.finished(Packet(found, (), (), 0.4))
    assert capsys.readouterr().out == (f"某校：2 份都没有变化，没有重新生成。文件在：{FOLDER}\n")


def test_what_is_wrong_in_the_inputs(capsys: pytest.CaptureFixture[str]) -> None:
    material = replace(MATERIAL, errors=3, returned=(("J01", "C02"), ("J02", "C02")))
    TextLines("某校").planned(replace(survey("C01"), material=material))
    assert capsys.readouterr().out.splitlines() == [
        "某校：共 1 份，要生成 1 份",
        "注意：材料中有 3 条错误，有误的内容没有使用；运行 evalkit check 可看明细。",
        "注意：以下评分表有误，已退回而未计入，结果为暂定：J01 对 C02、J02 对 C02。",
    ]


def test_a_look(capsys: pytest.CaptureFixture[str]) -> None:
    found = replace(
        survey("C01", later=("C02",), kept=("C03",)),
        due=(due("C01", "报告模板 a.ipynb 有改动", "工作区设置有变化"),),
    )
    TextLines("某校").looked(found)
    assert capsys.readouterr().out.splitlines() == [
        "某校：共 3 份，要生成 2 份，1 份没有变化，本次生成 1 份（只是查看，没有生成）",
        "  学院报告_C01：报告模板 a.ipynb 有改动；工作区设置有变化",
        "  学院报告_C02：还没有生成过（超出 --limit，留待下次）",
    ]


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    found, lines = survey("C01", "C02", kept=("C03",)), JsonLines()
    lines.looked(found)
    lines.planned(found)
    lines.started(job("C01"))
    lines.ended(made("C01"))
    lines.ended(made("C02", "出错"))
    lines.finished(Packet(found, (made("C01"), made("C02", "出错")), ("旧.html",), 3.456))
    events: list[Mapping[str, Any]] = [
        json.loads(line) for line in capsys.readouterr().out.splitlines()
    ]
    assert all(event["time"].endswith("+00:00") for event in events)
    plain = [{k: v for k, v in event.items() if k != "time"} for event in events]
    reasons = [{"report": f"学院报告_C0{n}", "reasons": ["还没有生成过"]} for n in (1, 2)]
    plan = {
        "event": "planned", "year": "2024-2025", "due": reasons, "later": [],
        "kept": ["学院报告_C03"], "errors_in_inputs": 0, "returned": [],
    }  # fmt: skip
    assert plain == [
        {**plan, "dry_run": True},
        {**plan, "dry_run": False},
        {"event": "started", "report": "学院报告_C01"},
        {
            "event": "made", "report": "学院报告_C01", "files": ["学院报告_C01.html"],
            "seconds": 1.25, "peak_mb": 300,
        },
        {
            "event": "failed", "report": "学院报告_C02", "files": ["学院报告_C02.出错.ipynb"],
            "seconds": 1.25, "peak_mb": 300, "message": "出错", "detail": "Traceback",
        },
        {
            "event": "finished", "made": 1, "failed": ["学院报告_C02"], "unmade": [], "kept": 1,
            "removed": ["旧.html"], "folder": str(FOLDER), "seconds": 3.46,
        },
    ]  # fmt: skip


def test_the_display_names_the_current_reports(capsys: pytest.CaptureFixture[str]) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120, color_system=None)
    bar, codes = TerminalBar("某校", console), ("C01", "C02", "C03", "C04", "C05")
    with bar:
        bar.planned(survey(*codes))
        for code in codes[:4]:
            bar.started(job(code))
        bar.ended(made("C01"))
        bar.ended(made("C02"))
    shown = screen.getvalue()
    assert "正在生成 C03、C04" in shown
    assert "2/5" in shown
    assert "每分钟 " in shown
    assert "，约剩 " in shown
    assert "√ 学院报告_C01（1.2 秒）" in shown + capsys.readouterr().out
