"""``evalkit report --due`` decides for itself, and takes no other choice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli.report import command


@pytest.mark.parametrize(
    "others",
    [
        ["--year", "2024-2025"],
        ["--only", "C03"],
        ["--limit", "1"],
        ["--dry-run"],
        ["--audience", "public"],
    ],
)
def test_other_choices_are_refused(others: list[str]) -> None:
    result = CliRunner().invoke(command, ["--workspace", "data/sample", "--due", *others])
    assert result.exit_code == 2
    assert (
        "--due 自己决定生成什么，不能与 --year、--audience、--only、--limit、--dry-run 合用。"
        in result.output
    )


def test_due_in_json_is_one_object_a_line(sample: Path) -> None:
    result = CliRunner().invoke(
        command, ["--workspace", str(sample), "--due", "--log-format", "json"]
    )
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines
    assert {line["event"] for line in lines} <= {"said", "warned", "planned", "finished"}
    assert all(line.get("message", "。").endswith("。") for line in lines)
