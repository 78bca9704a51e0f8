"""The ledger's definition as a document for colleges and researchers: ``docs/codebook.md``.

Written anew by ``python -m evalkit.ledger.codebook docs/codebook.md``; a folder with a school's own
sheets may follow.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from evalkit.ledger.codes import CODES
from evalkit.ledger.load import load_ledger
from evalkit.ledger.model import Column, Ledger, Rule, Sheet, Workbook
from evalkit.ledger.rules import compile_rule
from evalkit.outputs import write_text

__all__ = ["codebook", "main"]

_TYPES = {
    "str": "短文字",
    "text": "长文字",
    "id": "编号",
    "enum": "单选",
    "enums": "多选",
    "bool": "是/否",
    "int": "整数",
    "dec": "小数",
    "money": "金额，两位小数",
    "pct": "百分数",
    "date": "日期",
    "ym": "月份",
    "datetime": "日期和时间",
    "grade": "年级",
    "grades": "年级，可填几个或“全体”",
}
_WEIGHTS = {"E": "错误", "W": "警告", "I": "提示"}
_BOOKS: dict[Workbook, tuple[str, str]] = {
    "college": ("学院台账", "每个学院每学年一份。"),
    "centre": ("校心理中心工作簿", "校心理中心每学年一份。"),
    "judge": ("评委评分表", "每位评委每学年一份。"),
}
_YEAR = {
    "first_day": "本学年第一天",
    "last_day": "本学年最后一天",
    "new_grade": "本学年入学的年级",
}
_COLUMN_HEADS = (
    "表头", "列名", "类型", "单位", "可填内容", "必填", "核对", "隐私", "说明"
)  # fmt: skip
_RULE_HEADS = ("代码", "程度", "规定", "不符时", "不能用的数", "表达式")
_BRACES = re.compile(r" ?\{([^{}]*)\} ?")

_OPENING = """\
# 数据字典

本文件由程序根据台账定义生成，请不要直接修改。改了定义以后用下面的命令重新生成：

    python -m evalkit.ledger.codebook docs/codebook.md

定义版本 {version}。学院台账 {college} 张表，其中核心表 {core} 张；校心理中心工作簿 {centre} 张表。

怎样读：

- 列名是程序和数据文件中用的名称。读取时依次按列名、表头和“也认得的表头”找列。
- 日期写作 2024-09-10，月份 2024-09，时间 2024-09-10 14:30，年级 2024级，多选用“、”隔开。
- “必填”一栏写着条件的，条件成立时必填。
- 程度为**错误**的，这一格或这个数在改正以前不参与统计；**警告**照用，请核对；**提示**仅供了解。
- 规则中只要有一个数没有填，这条规则就不作判断：没有数据不等于 0。
- **不外传**的列只用于核对，不进入快照、报告和日志；**人名**是教职工的姓名，学生一律只写编号。
- 评委评分表的列由考核办法决定，不在这里列出。
"""


def codebook(ledger: Ledger) -> str:
    """Return the codebook of a ledger as Markdown, in Chinese.

    Per sheet: what a row is, its columns with type, allowed values and checks, its rules in words;
    at the end the codes of findings.
    """
    sheets = ledger.sheets
    parts = [
        _OPENING.format(
            version=ledger.version,
            college=sum(sheet.workbook == "college" for sheet in sheets),
            core=sum(sheet.workbook == "college" and sheet.core for sheet in sheets),
            centre=sum(sheet.workbook == "centre" for sheet in sheets),
        )
    ]
    for workbook, (title, words) in _BOOKS.items():
        own = [*ledger.of(workbook)]
        if own:
            parts.append(f"## {title}\n\n{words}\n\n{_contents(own)}")
            parts += [_sheet(sheet, own) for sheet in own]
    parts.append(_codes())
    return "\n".join(parts)


def _contents(sheets: Sequence[Sheet]) -> str:
    rows = [
        (sheet.id, sheet.title, f"`{sheet.name}`", sheet.rows, "核心" if sheet.core else "选填")
        for sheet in sheets
    ]
    return _table(("表号", "表名", "名称", "一行是什么", "要求"), rows)


def _sheet(sheet: Sheet, sheets: Sequence[Sheet]) -> str:
    facts = [
        sheet.rows,
        "核心表，应当交" if sheet.core else "选填表，没有交就是“无数据”，不算错",
    ]
    if sheet.key:
        heads = " + ".join(sheet.column(name).header for name in sheet.key)
        facts.append(f"主键：{heads}，不能重复")
    if sheet.coded:
        facts.append("一行对应一名学生或一起事件，只写编号；出现姓名、学号、证件号时整张表不读取")
    lines = [f"### {sheet.id} {sheet.title}（`{sheet.name}`）", "", sheet.note, ""]
    lines += [f"- {fact}" for fact in facts]
    lines += ["", _table(_COLUMN_HEADS, [_column(c, sheet, sheets) for c in sheet.columns])]
    if sheet.rules:
        rules = [_rule(rule, sheet, sheets) for rule in sheet.rules]
        lines += ["规则：", "", _table(_RULE_HEADS, rules)]
    lines += ["也认得的表头：", ""]
    lines += [f"- {c.header}：{'、'.join(c.aliases)}" for c in sheet.columns if c.aliases]
    return "\n".join(lines) + "\n"


def _column(column: Column, sheet: Sheet, sheets: Sequence[Sheet]) -> tuple[str, ...]:
    return (
        column.header,
        f"`{column.name}`",
        _TYPES[column.type],
        column.unit,
        _allowed(column),
        {"always": "必填", "optional": "", "conditional": column.when}[column.required],
        "；".join(_checks(column, sheet, sheets)),
        _privacy(column, sheet),
        column.note,
    )


def _allowed(column: Column) -> str:
    low, high = column.minimum, column.maximum
    bounds = ""
    if low is not None and high is not None:
        bounds = f"{low} 至 {high}"
    elif low is not None:
        bounds = f"不小于 {low}"
    elif high is not None:
        bounds = f"不大于 {high}"
    step = f"以 {column.step} 为一档" if column.step is not None else ""
    pattern = f"写法 `{column.pattern}`" if column.pattern is not None else ""
    return "；".join(text for text in ("、".join(column.allowed), bounds, step, pattern) if text)


def _checks(column: Column, sheet: Sheet, sheets: Sequence[Sheet]) -> Iterator[str]:
    if column.refers:
        table, _, name = column.refers.partition(".")
        other = next(each for each in sheets if each.name == table)
        limit = "部分行" if column.refers_when else ""
        yield (
            f"{limit}须列在“{other.title}”表的“{other.column(name).header}”中"
            f"（{_WEIGHTS[column.refers_severity]}）"
        )
    if column.in_year is not None:
        yield f"应在本学年内（{_WEIGHTS[column.in_year]}）"
    if column.until:
        yield f"一格里写了起止的，后一天归入“{sheet.column(column.until).header}”"
    days = [other for other in sheet.columns if other.type == "date" and other.required == "always"]
    if column.name == "semester" and days:
        yield f"与“{days[0].header}”所在的学期核对（警告）"


def _privacy(column: Column, sheet: Sheet) -> str:
    words = ["不外传"] if column.private else []
    words += [
        f"{sheet.column(name).header}为“{value}”的行不外传"
        for name, value in column.private_where.items()
    ]
    if column.people:
        words.append("人名")
    return "；".join(words)


def _rule(rule: Rule, sheet: Sheet, sheets: Sequence[Sheet]) -> tuple[str, ...]:
    spoils = rule.spoils
    if spoils is None:
        spoils = compile_rule(rule.must, sheet, sheets).columns
    return (
        rule.code,
        _WEIGHTS[rule.severity],
        _BRACES.sub(lambda match: _word(match[1], sheet), rule.rule),
        rule.mend,
        "、".join(sheet.column(name).header for name in spoils if rule.severity == "E"),
        f"`{' '.join(rule.must.split())}`",
    )


def _word(text: str, sheet: Sheet) -> str:
    """Return what stands in braces as words."""
    for column in sheet.columns:
        if column.name == text:
            return f"“{column.header}”"
    return _YEAR.get(text, text)


def _codes() -> str:
    return f"## 问题代码\n\n{_table(('代码', '含义'), [*CODES.items()])}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main(arguments: Sequence[str]) -> int:
    """Write the codebook: path of the file, then optionally a folder with a school's sheets."""
    if len(arguments) not in (1, 2):
        sys.stderr.write("用法：python -m evalkit.ledger.codebook 文件.md [学校的台账定义文件夹]\n")
        return 2
    overrides = Path(arguments[1]) if len(arguments) == 2 else None
    write_text(Path(arguments[0]), codebook(load_ledger(overrides)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
