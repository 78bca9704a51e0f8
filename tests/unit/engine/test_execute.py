"""``execute``: what it returns, writes and raises; and what is left of a notebook that died."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import awkward
import nbformat
import pytest
from nbformat import NotebookNode

from evalkit.engine.execute import rebuild, settled
from evalkit.engine.journal import replay
from evalkit.engine.warm import Outcome, Task, run

REPORT = awkward.notebook(
    ("parameters", "word = 'a'"),
    "import warnings\nwarnings.warn(word)\n{word, 'b', 'c', 'd'}, hash(word)",
    "import random\nrandom.random()",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone",
)
WORDS = {"word": "学"}
CRASH = awkward.notebook(
    "handle = display('first', display_id='d')\nprint('done')",
    "print('gone')\nfrom IPython.display import clear_output\nclear_output()",
    "handle.update('second')\nprint('half a')\nprint('line', end='')\n"
    "import ctypes\nctypes.string_at(0)",
    "'never'",
)
FORK = awkward.notebook(
    "import os\nchild = os.fork()\nif child:\n    os.waitpid(child, 0)\nNone",
    "with open('mark', 'a') as file:\n    print('here', file=file)",
)


class Made:
    """What came of the notebooks, made in one go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tasks: list[Task] = []
        self.outcomes: dict[str, Outcome] = {}

    def add(self, name: str, notebook: NotebookNode, **arguments: Any) -> None:
        self._add(name, notebook, "execute_notebook", {}, arguments)

    def add_failing(self, name: str, notebook: NotebookNode, **limits: Any) -> None:
        self._add(name, notebook, "execute_or_raise", limits, {"journal": str(self.journal(name))})

    def run(self) -> None:
        for outcome in run(self._tasks, jobs=2, warm=["evalkit.engine.preload:figures"]):
            self.outcomes[outcome.task.name] = outcome

    def journal(self, name: str) -> Path:
        return self.folder / f"{name}.journal"

    def __getitem__(self, name: str) -> dict[str, Any]:
        outcome = self.outcomes[name]
        assert outcome.status == "done", outcome.detail
        value: Any = outcome.value
        return {**value, "notebook": json.loads(value["notebook"])}

    def _add(
        self,
        name: str,
        notebook: NotebookNode,
        chore: str,
        limits: dict[str, Any],
        arguments: dict[str, Any],
    ) -> None:
        path = self.folder / name / "报告.ipynb"
        path.parent.mkdir()
        nbformat.write(notebook, path)
        arguments = {"path": str(path), **arguments}
        self._tasks.append(Task(name, f"chores:{chore}", arguments, **limits))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("executed"))
    output = str(made.folder / "error.ipynb")
    for name in ("first", "second"):
        made.add(name, REPORT, parameters=WORDS, output=str(made.folder / f"{name}.ipynb"))
    made.add(
        "error",
        awkward.notebook(("parameters", "n = 1"), "print(n)", "\n  \nint('一二')", "'never'"),
        parameters={"n": 2},
        output=output,
    )
    made.add(
        "parameters", awkward.notebook(("parameters", "n = 1"), "1"), parameters={"not a name": 1}
    )
    made.add(
        "own",
        awkward.notebook(
            "from evalkit.errors import NoDataError\nraise NoDataError('没有数据，请先放入。')"
        ),
    )
    late = "print('seen')\nwhile True:\n    pass"
    made.add("late", awkward.notebook("1", late), cell_seconds=1)
    made.add(
        "late async",
        awkward.notebook("import asyncio\nawait asyncio.sleep(60)"),
        cell_seconds=1,
    )
    made.add("quit", awkward.notebook("exit()", "1 + 1"))
    made.add("fork", FORK, cwd=str(made.folder))
    made.add("together", awkward.together(), journal=str(made.journal("together")))
    made.add_failing("crash", CRASH)
    made.add_failing("cut", awkward.notebook("print(1)", "import os\nos._exit(1)"))
    turn = "def turn():\n    while True:\n        pass\nturn()"
    made.add_failing("turn", awkward.notebook(turn), seconds=2)
    made.run()
    return made


def test_two_runs_give_the_same_bytes(made: Made) -> None:
    first, second = (made.folder / f"{name}.ipynb" for name in ("first", "second"))
    # Seeded from the names of the tasks, which differ.
    lines = [
        [line for line in path.read_text("utf-8").splitlines() if '"0.' not in line]
        for path in (first, second)
    ]
    assert lines[0] == lines[1]
    notebook = json.loads(first.read_text(encoding="utf-8"))
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{n:03d}" for n in range(6)]
    assert notebook["metadata"]["papermill"] == {
        "default_parameters": {},
        "exception": None,
        "input_path": None,
        "output_path": None,
        "parameters": {"word": "学"},
        "version": notebook["metadata"]["papermill"]["version"],
    }
    again = next(run([made.outcomes["first"].task], method="process"))
    assert again.status == "done"
    assert first.read_bytes() == nbformat.writes(_read(again)).encode() + b"\n"


def test_an_error_names_the_cell_as_its_author_counts(made: Made) -> None:
    found = made["error"]
    assert found["message"] == (
        "报告.ipynb 第 3 个代码单元格（int('一二')）出错："
        "ValueError：invalid literal for int() with base 10: '一二'"
    )
    assert (found["cell"], found["ename"]) == (3, "ValueError")
    written = (made.folder / "error.ipynb").read_text(encoding="utf-8")
    assert json.loads(written) == found["notebook"]
    kinds = [(cell["cell_type"], cell["metadata"]["tags"]) for cell in found["notebook"]["cells"]]
    assert kinds == [
        ("markdown", ["papermill-error-cell-tag"]),
        ("markdown", []),
        ("code", ["parameters"]),
        ("code", ["injected-parameters"]),
        ("code", []),
        ("markdown", ["papermill-error-cell-tag"]),
        ("code", []),
        ("code", []),
    ]
    assert found["notebook"]["cells"][6]["outputs"][0]["output_type"] == "error"
    assert found["notebook"]["cells"][7]["outputs"] == []


def test_an_error_in_the_parameters(made: Made) -> None:
    assert made["parameters"]["message"] == (
        "报告.ipynb 传入参数的单元格（# Parameters）出错："
        "SyntaxError：invalid syntax (2292407372.py, line 2)"
    )
    assert made["parameters"]["cell"] == 0


def test_errors_of_evalkit_are_sentences_already(made: Made) -> None:
    assert made["own"]["message"] == (
        "报告.ipynb 第 1 个代码单元格（from evalkit.errors import NoDataError）出错："
        "没有数据，请先放入。"
    )


def test_a_cell_that_takes_too_long(made: Made) -> None:
    found = made["late"]
    assert found["message"] == (
        "报告.ipynb 第 2 个代码单元格（print('seen')）出错：运行超过 1 秒，已停止"
    )
    outputs = found["notebook"]["cells"][-1]["outputs"]
    assert outputs[0]["text"] == ["seen\n"]
    assert (outputs[1]["ename"], outputs[1]["evalue"]) == (
        "CellTimeoutError",
        "运行超过 1 秒，已停止",
    )


def test_an_async_cell_that_takes_too_long(made: Made) -> None:
    assert made["late async"]["ename"] == "CellTimeoutError"


def test_a_cell_that_quits(made: Made) -> None:
    assert made["quit"]["message"] == (
        "报告.ipynb 第 2 个代码单元格（1 + 1）出错：前面的单元格调用了 exit()，计算进程已经退出"
    )


def test_a_copy_of_the_process_goes_no_further(made: Made) -> None:
    assert "message" not in made["fork"]
    assert (made.folder / "mark").read_text() == "here\n"


def test_what_a_dead_process_leaves(made: Made) -> None:
    outcome = made.outcomes["crash"]
    assert outcome.status == "died"
    notebook = rebuild(made.journal("crash"), outcome.message, outcome.detail)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells[0].outputs[0].data == {"text/plain": "'second'"}
    assert cells[0].outputs[1].text == "done\n"
    assert cells[1].outputs == []
    assert cells[2].outputs[0].text == "half a\nline"
    error = cells[2].outputs[1]
    assert (error.ename, error.evalue) == ("DeadKernelError", outcome.message)
    assert error.traceback[0] == "Fatal Python error: Segmentation fault"
    assert not any(line.startswith("Extension modules") for line in error.traceback)
    assert cells[3].outputs == []
    states = [(cell.metadata.papermill.status, cell.metadata.papermill.exception) for cell in cells]
    assert states == [
        ("completed", False),
        ("completed", False),
        ("failed", True),
        ("pending", None),
    ]
    assert notebook.metadata.papermill.exception is True
    assert notebook.cells[0].metadata.tags == ["papermill-error-cell-tag"]


def test_the_journal_of_a_whole_run_is_the_whole_notebook(made: Made) -> None:
    found = _code(made["together"]["notebook"])
    rebuilt = _code(json.loads(nbformat.writes(rebuild(made.journal("together")))))
    for one, other in zip(found, rebuilt, strict=True):
        assert one["outputs"] == other["outputs"]
        assert one["execution_count"] == other["execution_count"]


def test_a_line_that_was_cut_off_is_left_out(made: Made) -> None:
    with made.journal("cut").open("ab") as file:
        file.write(b'{"stream": "stdout", "te')
    notebook, running = replay(made.journal("cut"))
    assert running == 2
    assert notebook.cells[1].outputs[0].text == "1\n"


def test_a_process_that_died_before_it_began(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b'{"notebook": {"cel')
    with pytest.raises(ValueError, match="journal holds no notebook"):
        rebuild(tmp_path / "journal")


def test_a_time_limit_leaves_the_traceback(made: Made) -> None:
    assert made.outcomes["turn"].status == "timeout"
    error = rebuild(made.journal("turn")).cells[1].outputs[0]
    assert error.ename == "KeyboardInterrupt"
    assert "turn()" in "\n".join(error.traceback)


def test_settling_twice_changes_nothing() -> None:
    notebook = awkward.notebook("1")
    notebook.metadata["papermill"] = {"duration": 1.0, "input_path": "/a", "parameters": {}}
    notebook.cells[1].outputs = [
        nbformat.v4.new_output("stream", name=name, text=text)
        for name, text in [("stdout", "a"), ("stdout", "b\n"), ("stderr", "c"), ("stdout", "d")]
    ]
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "now"}
    notebook.cells[1].metadata["papermill"] = {"duration": 1.0, "status": "completed"}
    once = nbformat.writes(settled(notebook))
    assert nbformat.writes(settled(notebook)) == once
    assert notebook.cells[1].metadata == {"papermill": {"status": "completed"}, "tags": []}
    assert [each.text for each in notebook.cells[1].outputs] == ["ab\n", "c", "d"]
    assert notebook.metadata["papermill"] == {
        "input_path": None,
        "output_path": None,
        "parameters": {},
    }


def _read(outcome: Outcome) -> NotebookNode:
    value: Any = outcome.value
    return nbformat.reads(value["notebook"], as_version=4)


def _code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
