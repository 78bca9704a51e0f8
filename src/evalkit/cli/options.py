"""Options that several commands share, in the same words everywhere."""

from __future__ import annotations

import click

from evalkit.audiences import INTERNAL

__all__ = ["for_audience", "in_workspace", "of_year", "text_or_json"]

in_workspace = click.option(
    "--workspace",
    "place",
    metavar="DIR",
    default=".",
    help="工作区所在的文件夹；不写则从当前文件夹向上找。",
)
of_year = click.option(
    "--year", metavar="学年", help="学年，例如 2024-2025；不写则为最近一个学年。"
)
for_audience = click.option(
    "--audience",
    metavar="读者",
    default=INTERNAL,
    help=(
        "给谁看：internal（校内，不写则为此）、panel（评审组）、college（本学院）、"
        "public（对外公开）。各类读者能看到的内容不同，见 README.zh-CN.md 的“隐私规则”。"
    ),
)
text_or_json = click.option(
    "--format",
    "kind",
    metavar="格式",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text（文字，不写则为此）或 json（供程序读取）。",
)
