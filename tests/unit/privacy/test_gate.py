from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from evalkit.privacy.gate import Gate, allowed_in, gate_of
from evalkit.privacy.scan import ExposureError
from evalkit.workspace import Workspace

GATE = Gate(frozenset({"欧阳文静", "李小红"}), frozenset({"13900139000"}))


def test_what_names_a_person_is_stopped_and_not_repeated() -> None:
    contents = {"通报.txt": "欧阳文静同学\n".encode(), "b.txt": b"120"}
    with pytest.raises(ExposureError) as caught:
        GATE.check(contents)
    assert str(caught.value) == (
        "有不该出现的个人信息，没有写出：通报.txt › 第 1 行：姓名，欧***。"
        "允许：不含学生姓名、学号、身份证号和手机号的内容。"
        "请在台账、模板或 notebook 中删去后重新生成；"
        "确实可以公开的，请写进工作区的 allowed.txt，每行一个。"
    )


def test_what_is_allowed_passes_however_it_is_written() -> None:
    GATE.check({"a.txt": "值班 139 0013 9000、139-0013-9000".encode()})
    with pytest.raises(ExposureError):
        GATE.check({"a.txt": "值班 138 0013 8000".encode()})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("出错：欧阳文静，共 12 人", "出错：欧***，共 12 人"),
        ("电话：13800138000；值班：13900139000", "电话：138********；值班：13900139000"),
        ("没有什么", "没有什么"),
    ],
)
def test_masked_leaves_the_rest(text: str, shown: str) -> None:
    assert GATE.masked(text) == shown


def test_masked_sees_through_disguise() -> None:
    found = GATE.masked("１３８ 0013 ８０００，李 小　红")
    assert "8000" not in found
    assert "小" not in found


def test_names_are_never_shown() -> None:
    assert "欧阳文静" not in repr(GATE)


def test_of_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "evalkit.toml").write_text('[school]\nname = "社区大学"\n', "utf-8")
    (tmp_path / "allowed.txt").write_text("# 值班\n13900139000  # 心理热线\n\n李小红\n", "utf-8")
    (tmp_path / "data").mkdir()
    book = openpyxl.Workbook()
    for row in (["学号", "姓名"], ["2022010345", "欧阳文静"], ["2022010346", "李小红"]):
        book.active.append(row)
    book.save(tmp_path / "data" / "名单.xlsx")
    gate = gate_of(Workspace.find(tmp_path), jobs=1)
    assert gate.names == {"欧阳文静", "李小红"}
    assert gate.allowed == allowed_in(tmp_path) == {"13900139000", "李小红"}
    gate.check({"公示.txt": "李小红，电话 13900139000".encode()})
    with pytest.raises(ExposureError):
        gate.check({"公示.txt": "欧阳文静".encode()})
