"""``evalkit documents``: what it prints, and where it writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli import documents
from evalkit.errors import UnknownNameError
from evalkit.export.documents import TemplateFaultError


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(documents.command, list(arguments), catch_exceptions=False)
    return result.exit_code, result.output


def test_only_one(sample: Path, tmp_path: Path) -> None:
    status, text = said(
        "2024-2025", "--only", "考核结果通报", "-o", str(tmp_path), "--workspace", str(sample)
    )
    place = sample / "data" / "sample" / "2024-2025" / "会议" / "decision.yaml"
    assert status == 0
    assert text == (
        "  考核结果通报.docx\n"
        f"2024-2025 学年：已写入 1 份文书：{tmp_path}\n"
        "审定结果还没有录入，各文书注明“建议名单（待审定）”。"
        f"审定后请填写 decision.yaml，放到 {place}，再运行一次。\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["考核结果通报.docx"]


def test_what_is_left_out_is_said(sample: Path, tmp_path: Path) -> None:
    _, text = said(
        "--year", "2022-2023", "--only", "得分明细", "-o", str(tmp_path), "--workspace", str(sample)
    )
    assert text == (
        "  没有生成 得分明细：本学年还没有评审组评分。\n"
        f"2022-2023 学年：已写入 0 份文书：{tmp_path}\n"
    )


def test_templates(tmp_path: Path) -> None:
    status, text = said("--templates", str(tmp_path / "模板"))
    assert status == 0
    assert text.endswith(
        f"已写入 6 份 Word 模板：{tmp_path / '模板'}\n"
        "改好后放在工作区的 templates 文件夹里，evalkit documents 就会使用；"
        "文件名和其中的 {{ }}、{% %} 标记请保留。\n"
    )
    assert len(list((tmp_path / "模板").glob("*.docx"))) == 6


def test_two_years_are_one_too_many(sample: Path) -> None:
    status, text = said("2024-2025", "--year", "2023-2024", "--workspace", str(sample))
    assert status == 2
    assert "写了两个不同的学年：2024-2025 和 2023-2024，请只写一个。" in text


def test_unknown_documents(sample: Path) -> None:
    with pytest.raises(UnknownNameError, match="没有名为“公示名单”的文书"):
        said("--only", "公示名单", "--workspace", str(sample))


def test_the_schools_own_template_is_found(sample: Path, tmp_path: Path) -> None:
    own = sample / "templates"
    own.mkdir()
    (own / "考核结果通报.docx").write_text("坏了", "utf-8")
    try:
        with pytest.raises(TemplateFaultError, match="它不是 Word 文档"):
            said("--only", "考核结果通报", "-o", str(tmp_path), "--workspace", str(sample))
    finally:
        (own / "考核结果通报.docx").unlink()
        own.rmdir()
    assert list(tmp_path.iterdir()) == []
