"""The texts beside the workbooks: answer key, settings, README."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from evalkit.ledger.codes import CODES
from evalkit.synthetic.colleges import SCHOOL
from evalkit.synthetic.dirty.plants import Answer
from evalkit.synthetic.dirty.recipes import RECIPES
from evalkit.synthetic.dirty.school import COLLEGES, YEAR

__all__ = ["COLUMNS", "key_text", "readme_text", "settings_text"]

COLUMNS = ("file", "sheet", "cell", "code", "severity", "kind", "note")
_BYTE_ORDER_MARK = "\ufeff"
"""Excel takes a .csv file for UTF-8 only with it."""

_OTHERS = {
    "C09": "交来两份文件，其中一份是“最终版”",
    "C10": "WPS 的 .et 文件",
    "C11": "有密码的 .ods 文件",
    "C12": "没有传完的文件",
    "C13": "没有交",
}


def key_text(answers: Iterable[Answer]) -> str:
    """Return the answer key as a table, in a fixed order."""
    lines = io.StringIO()
    lines.write(_BYTE_ORDER_MARK)
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    for answer in sorted(answers, key=lambda each: [getattr(each, name) for name in COLUMNS]):
        writer.writerow([getattr(answer, name) for name in COLUMNS])
    return lines.getvalue()


def settings_text() -> str:
    """Return the workspace's settings."""
    colleges = "\n".join(
        f'[[colleges]]\ncode = "{college.code}"\n'
        f"name = {json.dumps(college.name, ensure_ascii=False)}\n"
        f"aliases = {json.dumps(college.aliases, ensure_ascii=False)}\n"
        for college in COLLEGES
    )
    return f"""# 虚构的学校，交来的台账中有意安排了各种错误，见同一文件夹中的 README.md。

[school]
name = "{SCHOOL}"
fictional = true

[paths]
data = "data"

[years]
"{YEAR.previous}" = "baseline"
"{YEAR}" = "assessed"

{colleges}"""


def readme_text(answers: Sequence[Answer], seed: int) -> str:
    """Return what the data set is, whose workbook has which faults, and how often each code."""
    names = {college.code: college.name for college in COLLEGES}
    about = {recipe.code: recipe.about for recipe in RECIPES} | _OTHERS
    colleges = "\n".join(f"| {code} | {names[code]} | {text} |" for code, text in about.items())
    counts = Counter(answer.code for answer in answers)
    codes = "\n".join(
        f"| {code} | {meaning} | {counts[code]} |"
        for code, meaning in CODES.items()
        if counts[code]
    )
    follows = sum(answer.kind == "follows" for answer in answers)
    return f"""# 有错误的示例数据（虚构）

{SCHOOL}是一所虚构的学校。这里的学院、人员、事件和数字全部由程序生成，不对应任何真实的单位或个人。
身份证号和学号是不可能存在的号码，手机号是通用的测试号码。

`data/{YEAR}/` 中是各学院、评委和校心理中心第一次交来的文件，里面有意安排了
填表时会犯的各种错误。
`expected_findings.csv` 是答案：应当在哪个文件、哪张表、哪一格找到哪种错误，一共 {len(answers)} 条。

| 列 | 含义 |
|---|---|
| file, sheet, cell | 文件、工作表、单元格（或“第 n 行”）；说整个文件或整张表的，后面留空 |
| code, severity | 错误代码；E 错误，W 警告，I 提示 |
| kind | planted 是有意安排的；follows 是由它引起的，例如下个月也对不上，共 {follows} 条 |
| note | 填表的人做了什么 |

核对这些文件：

    evalkit check --workspace 本文件夹

重新生成（参数相同，生成的文件逐字节相同；要改数据，请改程序，不要直接改这里的文件）：

    evalkit sample 文件夹 --dirty --seed {seed}

## 各学院的文件

| 代码 | 学院 | 安排的错误 |
|---|---|---|
{colleges}

评委 J01 的评分表没有错误，J02 至 J08 的各有错误；校心理中心的工作簿中也有几处。
文件夹里还有一份放错学年的台账和两份无关的文件。
`data/{YEAR.previous}/` 中只有 C06 上一学年的台账，供两个学年对照。

## 各代码的条数

| 代码 | 含义 | 条数 |
|---|---|---|
{codes}
"""
