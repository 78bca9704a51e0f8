"""``papermill --engine evalkit``: a drop-in, and nothing that costs those who do not use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import awkward
import nbformat


def test_the_command_works(tmp_path: Path) -> None:
    path, output, shown = tmp_path / "in.ipynb", tmp_path / "out.ipynb", tmp_path / "stdout"
    cells = [
        ("parameters", "a = 0"),
        "print('value', a)\nimport os\nos.system('echo direct')\nNone",
        "import logging\nlogging.warning('mine')\nlogging.getLogger('papermill').name",
    ]
    nbformat.write(awkward.notebook(*cells), path)
    command = [sys.executable, "-m", "papermill", "--engine", "evalkit", str(path), str(output)]
    options = ["-p", "a", "7", "--log-output", "--progress-bar", "--stdout-file", str(shown)]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    notebook = json.loads(output.read_text(encoding="utf-8"))
    outputs = ["".join(each["text"]) for each in notebook["cells"][3]["outputs"]]
    assert "".join(outputs) == "value 7\ndirect\n"
    logged = notebook["cells"][4]["outputs"]
    assert [each.get("text") for each in logged] == [["WARNING:root:mine\n"], None]
    assert shown.read_text() == "value 7\ndirect\n"
    assert "Executing notebook with kernel: python3" in done.stderr
    assert "value 7\n" in done.stderr
    assert "5/5" in done.stderr
    assert done.stdout == ""


def test_papermill_imports_nothing_of_ours_but_the_shim() -> None:
    code = (
        "import sys, evalkit.engine.shim\n"
        "heavy = {'papermill', 'IPython', 'ipykernel', 'zmq', 'nbclient', 'nbformat', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "import papermill\n"
        "print(sorted(name for name in sys.modules if name.startswith('evalkit')))\n"
        "from papermill.engines import papermill_engines\n"
        "print(papermill_engines.get_engine('evalkit') is evalkit.engine.shim.Engine)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.splitlines() == [
        "[]",
        "['evalkit', 'evalkit.engine', 'evalkit.engine.shim']",
        "True",
    ]
