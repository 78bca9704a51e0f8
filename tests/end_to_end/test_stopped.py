"""What names a person, or was not released, stops its report; the others are made, and logged."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import nbformat
import openpyxl
import pytest

from evalkit.privacy.gate import gate_of
from evalkit.privacy.log import log_file, read_log, verify_log
from evalkit.privacy.scan import scan_files
from evalkit.reports.manifest import Manifest
from evalkit.reports.released import witnesses
from evalkit.reports.runner import Packet, make_packet
from evalkit.reports.survey import Wanted
from evalkit.workspace import FORMATS, Workspace

NAME, IDENTITY, MOBILE = "欧阳文静", "11010519491231002X", "13800138000"
FEW = "一级预警学生共 3 人"
PICTURE = """\
import io
from IPython.display import Image, display
from PIL import Image as Picture, PngImagePlugin
note, made = PngImagePlugin.PngInfo(), io.BytesIO()
note.add_text("Author", secret)
Picture.new("RGB", (40, 40)).save(made, "png", pnginfo=note)
display(Image(made.getvalue()))"""
PLANTED = {
    "C01": "",
    "C02": "print(secret)",
    "C03": "from IPython.display import HTML, display\n"
    "display(HTML(f'<p hidden title=\"{secret}\">甲</p><!-- {secret} -->'))",
    "C04": PICTURE,
    "C05": "raise ValueError(secret)",
    "C06": "import pandas\npandas.DataFrame({'一级': [3, 41]})",
    "C07": "import os\nprint(secret, flush=True)\nos._exit(3)",
    "C08": "print(secret)",
}
SECRETS = {"C02": NAME, "C03": IDENTITY, "C04": MOBILE, "C05": NAME, "C07": NAME, "C08": FEW}
STEMS = {
    "C01": "学院报告_C01_精细化工学院",
    "C02": "学院报告_C02_环境监测学院",
    "C03": "学院报告_C03_生物制药学院",
    "C04": "学院报告_C04_数字技术学院",
    "C05": "学院报告_C05_装备制造学院",
    "C06": "学院报告_C06_建筑艺术学院",
    "C07": "学院报告_C07_商务管理学院",
    "C08": "学院报告_C08_健康护理学院",
}


def _plant(root: Path) -> None:
    """Have the notebook run what is planted for its college, from a file that nobody prints."""
    notebook = nbformat.read(root / "notebooks" / "college_report.ipynb", as_version=4)
    source = (
        "import json\n"
        f"code, secret = json.load(open({str(root / 'planted.json')!r}))[college]\n"
        "get_ipython().run_cell(code).raise_error()"
    )
    cells = [*notebook.cells[:5], nbformat.v4.new_code_cell(source)]
    notebook.cells = cells
    nbformat.write(notebook, root / "notebooks" / "college_report.ipynb")
    planted = {code: (text, SECRETS.get(code, "")) for code, text in PLANTED.items()}
    (root / "planted.json").write_text(json.dumps(planted), "utf-8")
    book = openpyxl.Workbook()
    book.active.append(["学号", "姓名"])
    book.active.append(["2022010345", NAME])
    book.save(root / "data" / "sample" / "学生名单.xlsx")


@pytest.fixture(scope="module")
def stopped(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Packet]:
    root = tmp_path_factory.mktemp("stopped") / "own"
    earlier = shutil.ignore_patterns("reports", log_file(Path()).name)
    shutil.copytree(sample, root, ignore=earlier)
    _plant(root)
    space = Workspace.find(root)
    return space, make_packet(space, space.year("2024-2025"), Wanted(tuple(PLANTED)))


def test_only_the_clean_report_is_made(stopped: tuple[Workspace, Packet]) -> None:
    space, packet = stopped
    shown = {path.name for path in (space.reports / "2024-2025").iterdir()} - {".lock"}
    assert shown == {"manifest.json", *(f"{STEMS['C01']}.{kind}" for kind in FORMATS)}
    assert {made.job.college for made in packet.failed} == set(PLANTED) - {"C01"}


@pytest.mark.parametrize(
    ("code", "kind"), [("C02", "姓名"), ("C03", "身份证号"), ("C04", "手机号")]
)
def test_message_names_file_and_place(
    stopped: tuple[Workspace, Packet], code: str, kind: str
) -> None:
    space, _ = stopped
    entry = Manifest.read(space.reports / "2024-2025").entries[STEMS[code]]
    assert (entry.status, entry.outputs) == ("failed", [])
    assert entry.message.startswith(f"有不该出现的个人信息，没有写出：{STEMS[code]}.")
    assert f"：{kind}，" in entry.message
    assert f"{STEMS[code]}.ipynb › 第 7 个单元 › outputs › " in entry.message
    assert SECRETS[code] not in entry.message


def test_small_count_in_words(stopped: tuple[Workspace, Packet]) -> None:
    space, _ = stopped
    message = Manifest.read(space.reports / "2024-2025").entries[STEMS["C08"]].message
    assert message.startswith(f"有不该出现的个人信息或过小的人数，没有写出：{STEMS['C08']}.")
    assert "：过小的人数，一级预警学生共 * 人" in message
    assert "预警、转介、危机等不足人数线的写作“—*”" in message
    assert "3 人" not in message


def test_an_error_does_not_tell_the_name(stopped: tuple[Workspace, Packet]) -> None:
    _, packet = stopped
    (entry,) = (made for made in packet.failed if made.job.college == "C05")
    assert entry.error == (
        "college_report.ipynb 第 4 个代码单元格（import json）出错：ValueError：欧***"
        "（运行过的 notebook 里有不该公开的内容，没有保留。）"
    )
    assert NAME not in entry.detail
    assert entry.files == ()


def test_what_a_dead_process_printed_is_not_kept(stopped: tuple[Workspace, Packet]) -> None:
    _, packet = stopped
    (entry,) = (made for made in packet.failed if made.job.college == "C07")
    assert entry.error is not None
    assert entry.error.endswith("（运行过的 notebook 里有不该公开的内容，没有保留。）")
    assert NAME not in entry.detail


def test_a_table_from_which_nothing_was_taken_out(stopped: tuple[Workspace, Packet]) -> None:
    space, _ = stopped
    entry = Manifest.read(space.reports / "2024-2025").entries[STEMS["C06"]]
    assert entry.message == (
        "college_report.ipynb 的第 4 个代码单元格直接显示了数据表，没有写出："
        "其中的人数没有按读者范围隐去。"
        "允许：各视图给出的表，例如 charts.table(view.participation())。请改用这样的表，或不显示。"
        "（运行过的 notebook 里有不该公开的内容，没有保留。）"
    )


def test_nothing_is_left_anywhere(stopped: tuple[Workspace, Packet]) -> None:
    space, _ = stopped
    gate = gate_of(space)
    assert NAME in gate.names
    assert scan_files([space.reports, space.snapshots], gate.names, allowed=gate.allowed) == []
    assert scan_files([space.reports], small=5) == []


def test_what_was_made_is_in_the_log(stopped: tuple[Workspace, Packet]) -> None:
    space, packet = stopped
    folder = space.reports / "2024-2025"
    (entry,) = read_log(log_file(space.root))
    assert entry.files == {
        f"reports/2024-2025/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / f"{STEMS['C01']}.{kind}" for kind in FORMATS)
    }
    assert entry.what == "2024-2025 学年的报告"
    assert entry.snapshots == packet.found.material.snapshots
    check = verify_log(log_file(space.root), witnesses=witnesses(space))
    assert (check.entries, check.faults) == (1, ())
    assert witnesses(space) == {"reports/2024-2025/manifest.json": entry.digest}


@pytest.mark.slow
def test_again_nothing_new_is_logged_and_a_lost_log_is_told(
    stopped: tuple[Workspace, Packet],
) -> None:
    space, _ = stopped
    make_packet(space, space.year("2024-2025"), Wanted(("C01",), force=True))
    path = log_file(space.root)
    assert len(read_log(path)) == 1
    kept = path.read_bytes()
    path.unlink()
    faults = verify_log(path, witnesses=witnesses(space)).faults
    # A new log in its place does not pass for it.
    make_packet(space, space.year("2024-2025"), Wanted(("C01",), force=True))
    assert len(read_log(path)) == 1
    check = verify_log(path, witnesses=witnesses(space))
    path.write_bytes(kept)
    assert check.faults == faults
    assert verify_log(path, witnesses=witnesses(space)).faults == ()
    (fault,) = check.faults
    assert fault == (
        "reports/2024-2025/manifest.json 所指的发布记录不在日志里，"
        "末尾可能被截去，或整个日志被删去、换过"
    )
