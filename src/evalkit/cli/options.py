"""Options that several commands share, in the same words everywhere."""

from __future__ import annotations

import click

__all__ = ["in_workspace", "of_year", "text_or_json"]

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
text_or_json = click.option(
    "--format",
    "kind",
    metavar="格式",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text（文字，不写则为此）或 json（供程序读取）。",
)
