"""The codebook of an extract: columns, units, sources, breaks, and what a blank means."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalkit.ledger import load_ledger
from evalkit.research.breaks import BREAK_RULES
from evalkit.research.extract import LEVELS, Extract

__all__ = ["TABLE_TITLES", "codebook_frame", "codebook_text"]

TABLE_TITLES = {
    "screening": "普测人数：学院 × 年级 × 批次",
    "screening_by_college": "普测人数：学院合计（各批次分列）",
    "screening_by_grade": "普测人数：年级合计（各批次分列）",
    "screening_school": "普测人数：全校合计（各批次分列）",
    "annual_by_college": "全学年每名学生一次：学院合计",
    "annual_by_grade": "全学年每名学生一次：年级合计",
    "annual_school": "全学年每名学生一次：全校合计",
    "records": "普测记录：一行一名学生的一次有效测评",
}
"""Table → Chinese title."""

HEADS = ("table", "column", "title", "unit", "type", "source", "note")

_SHEET = "S11 普测统计"
_PLAIN = {
    "academic_year": ("学年", "", "文字", "文件夹名", "9 月 1 日至次年 8 月 31 日，写作 2024-2025"),
    "college": ("学院代码", "", "文字", "工作区设置 evalkit.toml", "代码；不得据此推断学院名称"),
    "college_name": ("学院", "", "文字", "工作区设置 evalkit.toml", "申请时批准写明名称的才有此列"),
    "month_start": ("开始月份", "", "文字", _SHEET, "只到月份，写作 2024-10"),
    "month_end": ("结束月份", "", "文字", _SHEET, "含补测；只到月份"),
    "suppressed": (
        "隐去的列", "", "文字", "导出时生成", "本行中隐去的列名，用“、”隔开；没有则为空白",
    ),
    "record": (
        "记录号", "", "文字", "导出时生成",
        "按内容排序后的流水号；与学号无关，同一学生的不同测评也不相连",
    ),
    "level": (
        "预警等级", "级", "整数", "测评平台记录", "0 无预警，1 一级，2 二级，3 三级/关注",
    ),
    "interviewed": (
        "已访谈", "0/1", "整数", "测评平台记录", "1 已访谈，0 未访谈；只有一级和二级才有",
    ),
}  # fmt: skip
_TYPES = {"int": "整数", "enum": "文字", "grade": "文字"}


def codebook_frame(extract: Extract) -> pd.DataFrame:
    """Return one row a column of each table.

    Returns
    -------
    DataFrame
        table, column, title, unit, type, source, note (all in Chinese but for the names).
    """
    rows = [
        {"table": name, "column": column, **_described(column)}
        for name, table in extract.tables.items()
        for column in table.columns
    ]
    return pd.DataFrame(rows, columns=list(HEADS), dtype="string")


def _described(name: str) -> dict[str, str]:
    if name in _PLAIN:
        return dict(zip(HEADS[2:], _PLAIN[name], strict=True))
    column = load_ledger()["screening"].column(name)
    return {
        "title": column.header,
        "unit": column.unit,
        "type": _TYPES.get(column.type, "文字"),
        "source": f"{_SHEET}，“{column.header}”",
        "note": column.note,
    }


def codebook_text(extract: Extract) -> str:
    """Return the codebook as Markdown, in Chinese."""
    frame = codebook_frame(extract)
    parts = ["# 数据字典\n", _opening(extract)]
    for name, columns in frame.groupby("table", sort=False):
        heads = ("列名", "含义", "单位", "类型", "来源", "说明")
        body = [tuple(row[2:]) for row in columns.itertuples()]
        parts.append(f"## {name}：{TABLE_TITLES[str(name)]}\n\n{markdown(heads, body)}")
    parts.append(f"## 空白与隐去\n\n{_blanks(extract)}")
    parts.append(f"## 断点：哪些年份不可直接比较\n\n{BREAK_RULES}\n\n{_breaks(extract)}")
    return "\n".join(parts)


def _opening(extract: Extract) -> str:
    return (
        f"- 级别：{LEVELS[extract.level]}\n"
        f"- 学年：{'、'.join(extract.years)}\n"
        f"- 人数下限：k = {extract.k}\n"
        f"- 学院：{'写明名称' if extract.named else '只有代码'}\n"
    )


_BLANKS = """\
大于 0 且小于 {k} 的学生人数一律隐去；为使它们不能由合计、相减或不同的表推算出来，\
另有一些数一并隐去。隐去的数在 CSV 和 Parquet 中为空白，列名记在“suppressed”列；\
在 Excel 中写作“—*”。
空白而未列入“suppressed”的，是台账没有填，或没有通过核对：没有数据不等于 0。
即使知道全部各表和各批次之和，也不能断定任何一个被隐去的小数小于 {k}；\
各学年分别处理，换一组学年再次导出，同一学年隐去的数不变；人数下限不同的两次导出放在一起，\
或者再加上学校自己的校内报告，也推算不出小于校内下限的人数。
应测人数与有效人数之差（没有参测的人数）不涉及健康状况，不在保护之列。
预警等级由各测评工具自己划定，不同工具的等级不能相加或直接比较。
"""
_BLANKS_OF_RECORDS = """\
只含有效答卷；人数不足的学院、年级、批次整组不列出。
某一等级的人数需要隐去时，该组这一等级的记录不写等级，无预警的记录也不写等级。
"""
_BLANKS_OF_COUNTS = """\
screening 开头的表各批次分列，不相加：一年测评两次的学生会算两次。
annual 开头的表每名学生只算一次：一个年级一学年测评几次的，取第一次。
没有班级一级的数据；在籍人数、免测人数及原因不提供。
"""

_NOT_KNOWN = (
    "数据来自测评平台的编码记录，其中没有测评工具和月份，看不出断点。"
    "跨学年比较以前，请向校心理中心了解各学年用的工具。\n"
)


def _blanks(extract: Extract) -> str:
    own = _BLANKS_OF_RECORDS if extract.level == "records" else _BLANKS_OF_COUNTS
    lines = (_BLANKS.format(k=extract.k) + own).splitlines()
    return "".join(f"- {line}\n" for line in lines)


def _breaks(extract: Extract) -> str:
    if not extract.breaks_known:
        return _NOT_KNOWN
    if extract.breaks.empty:
        return "所选学年没有发现断点。\n"
    known = extract.breaks
    where = known["college_name"] if "college_name" in known else known["college"]
    rows = list(zip(known["academic_year"], where, known["note"], strict=True))
    return markdown(("学年", "学院", "与上一学年相比"), rows)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table as Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    cells = ([str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)
