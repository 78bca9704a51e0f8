"""What the command says: help and errors in Chinese, with what to do."""

from __future__ import annotations

import gettext
import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parents[3] / "src/evalkit/resources/locale/zh_CN/LC_MESSAGES"


def evalkit(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("LANGUAGE", "LANG", "LC_ALL")}
    return subprocess.run(
        [sys.executable, "-c", "from evalkit.cli import main; main()", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_catalogue_is_compiled_from_its_source() -> None:
    with (LOCALE / "evalkit.po").open("rb") as source:
        catalogue = read_po(source, locale="zh_CN")
    with (LOCALE / "evalkit.mo").open("rb") as compiled:
        translations = gettext.GNUTranslations(compiled)
    messages = [message for message in catalogue if message.id]
    assert len(messages) > 30
    for message in messages:
        if isinstance(message.id, tuple):
            assert translations.ngettext(*message.id, 2) == message.string[0]
        else:
            assert translations.gettext(message.id) == message.string


@pytest.mark.parametrize(
    "command",
    [(), ("init",), ("template",), ("sample",), ("check",), ("report",), ("status",), ("metrics",)],
)
def test_help_is_chinese(command: tuple[str, ...], tmp_path: Path) -> None:
    result = evalkit(*command, "--help", cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith("用法： evalkit")
    for english in ("Usage", "Options", "Show this message", "default", "COMMAND", "OPTIONS"):
        assert english not in result.stdout


def test_unknown_command_and_option(tmp_path: Path) -> None:
    result = evalkit("raport", cwd=tmp_path)
    assert result.returncode == 2
    assert "没有 'raport' 这个命令。" in result.stderr
    result = evalkit("report", "--yeer", "2024-2025", cwd=tmp_path)
    assert result.returncode == 2
    assert "没有 '--yeer' 这个选项。 您要的是不是 '--year'？" in result.stderr


def test_no_workspace(tmp_path: Path) -> None:
    result = evalkit("report", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"在 {tmp_path} 及其上级文件夹中没有找到 evalkit.toml，这里还不是一个工作区。"
        f"请先运行“evalkit init {tmp_path}”建立工作区，或用 --workspace 指明工作区所在的文件夹。\n"
    )


def test_new_workspace_without_data(tmp_path: Path) -> None:
    made = evalkit("init", "our", "--school", "测试学院", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "工作区已建好" in made.stdout
    assert (tmp_path / "our" / "notebooks" / "school_report.ipynb").is_file()
    assert (tmp_path / "our" / "notebooks" / "research" / "screening_rates.ipynb").is_file()
    assert 'name = "测试学院"' in (tmp_path / "our" / "evalkit.toml").read_text("utf-8")
    data = tmp_path / "our" / "data"
    result = evalkit("report", "--workspace", "our", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr == (
        f"数据文件夹 {data} 中没有任何学年的数据。"
        f"请按学年建立子文件夹（例如 {data / '2024-2025'}），"
        "把各学院的台账和评委的评分表放进去；想先试用，可运行"
        f"“evalkit sample {data}”生成虚构学校的数据。\n"
    )


def test_empty_year(tmp_path: Path) -> None:
    evalkit("init", "our", cwd=tmp_path)
    folder = tmp_path / "our" / "data" / "2024-2025"
    folder.mkdir()
    result = evalkit("report", "--workspace", "our", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr == (
        f"文件夹 {folder} 中没有可以读取的台账（文件名形如“台账_2024-2025_C01.xlsx”）。"
        "请把各学院交来的台账放进这个文件夹后再运行。\n"
    )


def test_existing_workspace_is_left_alone(tmp_path: Path) -> None:
    evalkit("init", "our", cwd=tmp_path)
    before = (tmp_path / "our" / "evalkit.toml").read_bytes()
    result = evalkit("init", "our", "--school", "别的学校", cwd=tmp_path)
    assert result.returncode == 1
    assert "没有改动任何文件。请换一个文件夹；要重建，请先把这些文件移走。" in result.stderr
    assert (tmp_path / "our" / "evalkit.toml").read_bytes() == before


def test_unknown_year_and_college(sample: Path) -> None:
    result = evalkit("report", "--year", "2019-2020", cwd=sample)
    assert result.returncode == 1
    assert result.stderr == (
        "没有名为“2019-2020”的学年。"
        "现有：2022-2023、2023-2024、2024-2025。"
        f"要新增学年，请在 {sample / 'data' / 'sample'} 下建立同名文件夹，并放入该学年的台账。\n"
    )
    result = evalkit("report", "--only", "C77", cwd=sample)
    assert result.returncode == 1
    assert result.stderr.startswith("没有名为“C77”的学院。")
    assert "C01 精细化工学院" in result.stderr


def test_check_lists_what_is_wrong(sample: Path) -> None:
    result = evalkit("check", cwd=sample)
    assert result.returncode == 0, result.stdout
    assert (
        result.stdout.rstrip()
        .splitlines()[-1]
        .startswith("2024-2025 学年：读了 16 个文件，错误 0 条")
    )


def test_broken_settings_are_listed_at_once(tmp_path: Path) -> None:
    (tmp_path / "evalkit.toml").write_text(
        '[school]\nname = ""\n[paths]\ndata = 3\n[years]\n"2024-2026" = "assessed"\n', "utf-8"
    )
    result = evalkit("report", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr == (
        f"工作区设置 {tmp_path / 'evalkit.toml'} 有 3 处问题，请逐条改正：\n"
        "  1. school.name: 不能为空，现为 ''\n"
        '  2. paths.data: 应为文字；数字请加引号，例如 "1.1"，现为 3\n'
        "  3. years.2024-2026: 学年应写作“2024-2025”，后一年等于前一年加一\n"
    )
