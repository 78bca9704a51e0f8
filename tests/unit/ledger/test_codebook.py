from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from evalkit.ledger import load_ledger
from evalkit.ledger.codebook import codebook, main
from evalkit.ledger.codes import CODES

ROOT = Path(__file__).parents[3]
CURRENT = ROOT / "docs" / "codebook.md"
HOTLINE = ROOT / "tests" / "data" / "codebook_of_a_hotline.md"


def section(text: str, title: str) -> str:
    return text.split(f"\n### {title}", 1)[1].split("\n### ", 1)[0]


def test_the_stored_codebook_is_current() -> None:
    stored = CURRENT.read_text(encoding="utf-8") if CURRENT.is_file() else ""
    if stored != codebook(load_ledger()):
        pytest.fail(
            "docs/codebook.md does not fit the definition any more; write it anew with\n"
            "    python -m evalkit.ledger.codebook docs/codebook.md"
        )


def test_a_school_gets_a_codebook_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "hotline.yaml").write_text(
        dedent("""\
            id: S30
            name: hotline
            title: 心理热线
            workbook: college
            coded: true
            rows: 一行一次来电
            note: 请填写来电。
            key: [code]
            columns:
              - {name: code, header: 编号, type: id, required: always, pattern: 'H|\\d+',
                 note: 如 H1}
              - {name: semester, header: 学期, type: enum, allowed: [第一学期, 第二学期]}
              - {name: day, header: 日期, type: date, required: always, in_year: E, until: last}
              - {name: last, header: 最后日期, type: date}
              - {name: person, header: 接线人, type: str, people: true, refers: staff.name,
                 refers_severity: W, private_where: {code: H0}, aliases: [接听人, 值班人]}
              - {name: n_calls, header: 次数, type: int, unit: 次, minimum: 0, maximum: 99}
              - {name: score, header: 评价, type: dec, step: 0.5, maximum: 5}
              - {name: hours, header: 时长, type: dec, minimum: 1, private: true,
                 required: conditional, when: 有来电时必填, required_when: n_calls > 0}
            rules:
              - {code: C03, must: n_calls <= hours * 60, what: 太多,
                 rule: 次数不超过分钟数, mend: 请改}
              - {code: D06, severity: W, must: last <= last_day, what: 太晚,
                 rule: "{last} 不晚于 {last_day}", mend: 请改}
            """),
        encoding="utf-8",
    )
    file = tmp_path / "codebook.md"
    assert main([str(file), str(folder)]) == 0
    text = file.read_text(encoding="utf-8")
    assert "学院台账 25 张表，其中核心表 16 张；校心理中心工作簿 6 张表。" in text
    assert "| S30 | 心理热线 | `hotline` | 一行一次来电 | 选填 |" in text
    found = section(text, "S30 心理热线（`hotline`）").split("\n## ")[0]
    assert found.strip() == HOTLINE.read_text(encoding="utf-8").strip()


def test_how_the_command_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err == (
        "用法：python -m evalkit.ledger.codebook 文件.md [学校的台账定义文件夹]\n"
    )


def test_every_code_of_a_finding_is_explained() -> None:
    sources = [
        *(ROOT / "src" / "evalkit" / "intake").rglob("*.py"),
        *(ROOT / "src" / "evalkit" / "panel").rglob("*.py"),
        *(ROOT / "src" / "evalkit" / "rubric").rglob("*.py"),
        *(ROOT / "src" / "evalkit" / "spreadsheets").rglob("*.py"),
    ]
    told = {
        code
        for path in sources
        for code in re.findall(r'"([DFGHKNPTVY]\d{2}|C0[1-4])"', path.read_text(encoding="utf-8"))
    }
    assert told - CODES.keys() == set()


def test_every_code_of_the_handbook_is_explained_at_the_end() -> None:
    end = CURRENT.read_text(encoding="utf-8").split("\n## 问题代码\n", 1)[1]
    listed = re.findall(r"^\| ([A-Z]\d\d) \|", end, flags=re.MULTILINE)
    assert listed == [*CODES]
    families = {"D": 6, "N": 7, "T": 8, "K": 4, "C": 4, "P": 2}
    handbook = {f"{family}{n:02d}" for family, most in families.items() for n in range(1, most + 1)}
    assert handbook <= {*listed}


def test_only_the_tables_lines_begin_with_a_bar() -> None:
    widths: set[int] = set()
    for line in CURRENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            widths.add(len(re.findall(r"(?<!\\)\|", line)) - 1)
    assert widths == {2, 5, 6, 9}
