"""What a check found, as one HTML page for the centre that needs nothing else.

The pages stand beside the reports and look like them. A few lines of script filter the findings;
without it everything is visible. Whatever comes from a workbook is shown as text, never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from evalkit.export.fonts import embedded_font
from evalkit.findings import Finding, Severity
from evalkit.intake.changes import Comparison
from evalkit.intake.overview import Overview, Sender
from evalkit.intake.quality import college_quality
from evalkit.intake.rounds import Round
from evalkit.workspace import Workspace

__all__ = ["changes_page", "check_page", "rounds_page"]

_STEPS = ((100.0, "4"), (95.0, "3"), (80.0, "2"), (50.0, "1"), (0.0, "0"))
_LEGEND = (
    ("4", "100", "没有扣除"),
    ("3", "", "95 以上"),
    ("2", "", "80 至 95"),
    ("1", "", "50 至 80"),
    ("0", "", "不到 50，或缺少核心表"),
    ("none", "空", "空表"),
    ("none", "—", "无数据"),
)
_STATES = {"empty": ("空", "空表"), "missing": ("—", "无数据"), "not_handed_in": ("—", "未交")}
_MARKS = {"齐全": "done", "待更正": "mend", "未交": "missing"}
_WHOLE_FILE = "整个文件"
_TAG = re.compile(r"<[^>]+>")


def check_page(space: Workspace, view: Overview, shown: Sequence[Finding]) -> str:
    """Return the page of a check: summary, data quality, findings.

    Parameters
    ----------
    space : Workspace
        Whose assessment this is.
    view : Overview
        What was found.
    shown : sequence of Finding
        Which of its findings to list, in its order.
    """
    groups = _groups(view, shown)
    linked = {group["anchor"] for group in groups}
    sheets = dict.fromkeys(place["sheet"] for group in groups for place in group["places"])
    return _page(
        "check.html.j2",
        space,
        view,
        title="材料核对",
        items=_cards(view),
        senders=[_sender(sender, linked) for sender in view.senders],
        heat=_heat(view),
        groups=groups,
        severities=[*Severity],
        sheets=sorted(sheets, key=lambda name: (name != _WHOLE_FILE, name)),
    )


def changes_page(
    space: Workspace,
    view: Overview,
    since: Round,
    changes: Comparison,
    shown: Sequence[Sequence[Finding]],
) -> str:
    """Return the page of what changed since a round.

    Parameters
    ----------
    space : Workspace
        Whose assessment this is.
    view : Overview
        The present state.
    since : Round
        The earlier round.
    changes : Comparison
        From that round to the present state.
    shown : sequence of sequence of Finding
        Of the solved, the new and the remaining findings those to list.
    """
    values = [
        (view.owners.titled(r.college_code), r.title, r.row, r.column, r.old or "（空）",
         r.new or "（空）")
        for r in changes.cells.itertuples()
    ]  # fmt: skip
    values += [
        (view.owners.titled(college), title, names, "", "", change)
        for college, title, names, change in changes.rows_in_short
    ]
    titles = ("已经解决的问题", "新出现的问题", "仍未解决的问题")
    kinds = (changes.solved, changes.appeared, changes.remaining)
    items = [
        _card(title, f"{len(kind)} 条", _split(kind))
        for title, kind in zip(("已经解决", "新出现", "仍未解决"), kinds, strict=True)
    ]
    rows = f"增减 {len(changes.rows)} 行"
    listed = (("新交来", changes.added), ("撤回", changes.removed), ("有改动", changes.changed))
    return _page(
        "check_since.html.j2",
        space,
        view,
        title=f"第 {since.number} 轮以来的变化",
        lead=f"与第 {since.number} 轮（{since.beijing}，快照 {since.snapshot}）相比。",
        items=[*items, _card("改动的内容", f"{len(changes.cells)} 格", rows)],
        files=[(file, change) for change, names in listed for file in names],
        parts=[
            {"title": title, "groups": _groups(view, findings, prefix=f"p{number}-")}
            for number, (title, findings) in enumerate(zip(titles, shown, strict=True), 1)
        ],
        values=values,
    )


def rounds_page(
    space: Workspace, view: Overview, rounds: Sequence[tuple[Round, Sequence[int] | None]]
) -> str:
    """Return the page of a year's rounds, each with its numbers of findings if known."""
    return _page(
        "check_rounds.html.j2",
        space,
        view,
        title="各轮更正",
        lead=f"共 {len(rounds)} 轮。材料有变化后再核对，就记为新的一轮。",
        rounds=[
            {
                "number": item.number,
                "time": item.beijing,
                "snapshot": item.snapshot,
                "counts": ("—", "—", "—") if counts is None else counts,
            }
            for item, counts in rounds
        ],
    )


def _page(template: str, space: Workspace, view: Overview, **content: Any) -> str:
    invented = "数据为虚构，仅供演示。" if space.fictional else ""
    header = f"{space.school}　{view.snapshot.year} 学年"
    page = (
        _environment()
        .get_template(template)
        .render(
            header=header + ("　·　虚构示例数据" if space.fictional else ""),
            footer=(
                f"{space.school}{space.centre}。{invented}",
                f"数据快照：{view.snapshot.id}。读了 {view.n_files} 个文件。",
                "数据质量只说明表格填得是否可用，不参与考核计分。",
            ),
            css=_css(),
            font="",
            **content,
        )
    )
    font = embedded_font(_TAG.sub(" ", page))
    return page.replace('url("")', f'url("{font}")', 1)


@cache
def _environment() -> Environment:
    loader = PackageLoader("evalkit", "resources/html")
    return Environment(autoescape=True, undefined=StrictUndefined, loader=loader)


@cache
def _css() -> str:
    folder = files("evalkit").joinpath("resources", "html")
    names = ("fragments.css", "report.css", "check.css")
    return "".join(folder.joinpath(name).read_text("utf-8") for name in names)


def _card(title: str, value: str, remark: str) -> dict[str, str]:
    return {"title": title, "value": value, "remark": remark}


def _cards(view: Overview) -> list[dict[str, str]]:
    colleges = [sender for sender in view.senders if sender.kind == "college"]
    states = [sender.state for sender in colleges]
    absent, mend = states.count("未交"), states.count("待更正")
    return [
        _card(
            "交来台账",
            f"{len(colleges) - absent} / {len(colleges)}",
            f"未交 {absent} 个学院" if absent else "全部交齐",
        ),
        _card("待更正", f"{mend} 个", f"齐全 {states.count('齐全')} 个学院"),
        *(
            _card(kind.chinese, f"{view.count(kind)} 条", remark)
            for kind, remark in (
                (Severity.ERROR, "该处不能使用"),
                (Severity.WARNING, f"照用并注明；另有提示 {view.count(Severity.INFO)} 条"),
            )
        ),
    ]


def _split(findings: Iterable[Finding]) -> str:
    kinds = [finding.severity for finding in findings]
    return "，".join(f"{kind.chinese} {kinds.count(kind)}" for kind in Severity)


def _anchor(sender: Sender) -> str:
    return f"{sender.kind}-{sender.code}"


def _sender(sender: Sender, linked: set[str]) -> dict[str, Any]:
    return {
        "title": sender.title,
        "anchor": _anchor(sender),
        "linked": _anchor(sender) in linked,
        "counts": (sender.errors, sender.warnings, sender.infos),
        "score": "" if sender.score is None else f"{sender.score:.1f}",
        "width": sender.score,
        "state": sender.state,
        "mark": _MARKS[sender.state],
    }


def _groups(view: Overview, shown: Sequence[Finding], prefix: str = "") -> list[dict[str, Any]]:
    """Return the findings by sender, file and sheet; files are named where there are several."""
    names = {(s.kind, s.code): s.title for s in view.senders}
    groups = []
    for key, own in groupby(shown, key=lambda f: view.owners.of(f.location.file)):
        findings = [*own]
        several = len({f.location.file for f in findings}) > 1 or key[0] == "other"
        kinds = [finding.severity for finding in findings]
        places = [
            {"sheet": sheet or _WHOLE_FILE, "file": file if several else "", "findings": [*here]}
            for (file, sheet), here in groupby(
                findings, key=lambda f: (f.location.file, f.location.sheet)
            )
        ]
        name = f"{key[0]}-{key[1]}"
        groups.append(
            {
                "key": name,
                "anchor": prefix + name,
                "title": names.get(key, f"{key[1]} {view.owners.name(key)}".strip()),
                "counts": [
                    {"key": k.value, "word": k.chinese, "number": kinds.count(k)}
                    for k in Severity
                    if k in kinds
                ],
                "places": places,
            }
        )
    return groups


def _heat(view: Overview) -> dict[str, Any]:
    quality = view.quality
    if not len(quality):
        return {"rows": []}
    titles = {sender.code: sender.title for sender in view.senders if sender.kind == "college"}
    totals = college_quality(quality).set_index("college_code")["score"]
    rows = []
    for code, own in quality.groupby("college_code", sort=False):
        title = titles[str(code)]
        absent = (own["state"] == "not_handed_in").all()
        whole = _square(f"{title} 全部：", totals[code], "not_handed_in" if absent else "missing")
        lines = own.to_dict("records")
        cells = [_square(f"{title} {r['title']}：", r["score"], r["state"], r) for r in lines]
        rows.append({"title": title, "cells": [whole, *cells]})
    sheets = quality.drop_duplicates("sheet")[["title", "core"]].to_dict("records")
    legend = [{"step": step, "shown": shown, "text": text} for step, shown, text in _LEGEND]
    return {"sheets": sheets, "rows": rows, "legend": legend}


def _square(
    name: str, score: Any, state: str, line: Mapping[Any, Any] | None = None
) -> dict[str, str]:
    if pd.isna(score):
        shown, word = _STATES[state]
        return {"step": "none", "shown": shown, "text": name + word}
    step = next(step for least, step in _STEPS if score >= least)
    text = f"{name}{score:.1f} 分"
    if state == "missing" and line is not None:
        text += "，缺少这张核心表"
    elif line is not None:
        text += f"，错误 {line['errors']} 条，警告 {line['warnings']} 条"
    return {"step": step, "shown": str(int(score)), "text": text}
