"""The executed notebook is what papermill's own engine would have written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import awkward
import nbformat
import pytest
from nbformat import NotebookNode

from evalkit.engine.warm import Outcome, Task, run

PARAMETERS = {"number": 7, "word": '引"号'}
ABORTING = awkward.aborting()
WARM = ["evalkit.engine.preload:figures"]
SLEEP = awkward.notebook("import time\nprint('seen')\ntime.sleep(60)")
CHANGES = awkward.notebook(
    "import os, sys, warnings, logging, builtins, signal",
    "os.environ['NEW'] = '1'; os.chdir('/'); sys.path.append('x'); sys.argv = []",
    "warnings.simplefilter('ignore'); logging.basicConfig(level=10, force=True)",
    "builtins.mine = 1; builtins.input = None; signal.signal(signal.SIGINT, signal.SIG_IGN)",
    "print('captured'); os.system('echo captured'); display(1)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("awkward")


@pytest.fixture(scope="module")
def ran(folder: Path) -> dict[str, Outcome]:
    """Everything that the tests look at, made in one go."""
    tasks = []
    for name, notebook in ABORTING.items():
        tasks += _twice(folder, name, notebook)
    tasks += _twice(folder, "together", awkward.together(), parameters=PARAMETERS)
    tasks += [
        _task(folder, "in a thread", awkward.notebook("print(1 + 1)"), "run_in_a_thread"),
        _task(folder, "state", CHANGES, "state_around"),
        _task(folder, "no kernel", SLEEP, kernel_name="no-such-kernel"),
        _task(folder, "late", SLEEP, execution_timeout=1),
        _task(folder, "interrupted", SLEEP, execution_timeout=1, interrupt_on_timeout=True),
        _settled(folder, "settled"),
    ]
    return {outcome.task.name: outcome for outcome in run(tasks, jobs=2, warm=WARM)}


def test_every_cell_is_the_same(ran: dict[str, Outcome]) -> None:
    own, ours = (_notebook(ran[f"together {engine}"]) for engine in (None, "evalkit"))
    # Papermill has added the parameters and two notes: cells have raised, as they may.
    assert len(own["cells"]) == len(awkward.together().cells) + 3
    for one, other in zip(own["cells"], ours["cells"], strict=True):
        assert one == other
    assert own["metadata"] == ours["metadata"]
    assert own["metadata"]["papermill"]["parameters"] == PARAMETERS
    widgets = own["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert widgets["s1"]["state"]["value"] == 4
    assert widgets["o1"]["state"]["outputs"][0]["text"] == "into the widget\n"


def test_the_same_error_is_raised(ran: dict[str, Outcome]) -> None:
    own, ours = (_value(ran[f"together {engine}"])[0] for engine in (None, "evalkit"))
    assert own == ours
    assert own is not None
    assert own[0] == "PapermillExecutionError"


def test_awkward_cells_have_run(ran: dict[str, Outcome]) -> None:
    """Equal is not enough: both engines might have stopped at the first cell."""
    cells = _code(ran["together evalkit"])
    shown = {"".join(cell["source"]): cell["outputs"] for cell in cells}
    assert shown["workspace, number"][0]["data"]["text/plain"] == ["('.', 7)"]
    assert len("".join(shown["print('x' * 1_000_000)"][0]["text"])) == 1_000_001
    assert shown["input('name? ')"][0]["ename"] == "StdinNotImplementedError"
    assert "image/png" in shown["plt.plot([1, 3, 2])"][1]["data"]
    assert "image/svg+xml" in shown["svg = plt.plot([3, 4])"][0]["data"]
    assert shown["await task"][0]["data"]["text/plain"] == ["42"]
    assert shown["!echo from the shell"][0]["text"] == ["from the shell\r\n"]
    assert shown["pass"] == []
    direct = next(each for source, each in shown.items() if "'direct'" in source)
    assert direct[0]["text"] == ["direct\n"]


@pytest.mark.parametrize("name", ABORTING)
def test_a_notebook_stops_in_the_same_way(ran: dict[str, Outcome], name: str) -> None:
    own, ours = (ran[f"{name} {engine}"] for engine in (None, "evalkit"))
    assert _value(own)[0] == _value(ours)[0]
    assert bool(_value(own)[1]) == bool(_value(ours)[1])
    if _value(own)[1]:
        assert _notebook(own) == _notebook(ours)


def test_a_fresh_process_makes_the_same(ran: dict[str, Outcome], folder: Path) -> None:
    fresh = next(run([_settled(folder, "settled")], method="process", warm=WARM)).value
    forked = ran["settled"].value
    assert _without_addresses(fresh) == _without_addresses(forked)


def test_a_thread_is_no_place_for_a_kernel(ran: dict[str, Outcome]) -> None:
    log, shown = _value(ran["in a thread"])
    assert "Engine evalkit leaves this notebook to a kernel: this is not the main thread" in log
    assert shown == "2\n"


def test_another_kernel_is_left_to_papermill(ran: dict[str, Outcome]) -> None:
    error = _value(ran["no kernel"])[0]
    assert error == ["NoSuchKernel", "No such kernel named no-such-kernel"]


def test_the_process_is_as_it_was(ran: dict[str, Outcome]) -> None:
    before, after = _value(ran["state"])
    assert before == after


def test_a_cell_may_be_given_a_time(ran: dict[str, Outcome]) -> None:
    error = _value(ran["late"])[0]
    assert error == ["CellTimeoutError", error[1]]
    assert "A cell timed out while it was being executed, after 1 seconds." in error[1]


def test_a_cell_may_be_interrupted(ran: dict[str, Outcome]) -> None:
    assert _value(ran["interrupted"])[0][0] == "PapermillExecutionError"
    outputs = _code(ran["interrupted"])[0]["outputs"]
    assert outputs[0]["text"] == ["seen\n"]
    assert outputs[1]["ename"] == "KeyboardInterrupt"


def _task(
    folder: Path, name: str, notebook: NotebookNode, chore: str = "run_notebook", **options: Any
) -> Task:
    place = folder / name.replace(" ", "_")
    place.mkdir(exist_ok=True)
    path = place / "in.ipynb"
    nbformat.write(notebook, path)
    arguments: dict[str, Any] = {"path": str(path), **options}
    if chore == "run_notebook":
        arguments.setdefault("engine", "evalkit")
    return Task(name, f"chores:{chore}", arguments)


def _twice(folder: Path, name: str, notebook: NotebookNode, **options: Any) -> list[Task]:
    made = []
    for engine in (None, "evalkit"):
        task = _task(folder, name, notebook, engine=engine, **options)
        made.append(Task(f"{name} {engine}", task.function, task.arguments))
    return made


def _settled(folder: Path, name: str) -> Task:
    return _task(folder, name, awkward.together(), "execute_notebook", parameters=PARAMETERS)


def _value(outcome: Outcome) -> Any:
    assert outcome.status == "done", outcome.message + outcome.detail
    return outcome.value


def _code(outcome: Outcome) -> list[dict[str, Any]]:
    cells = json.loads(_value(outcome)[1])["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def _without_addresses(value: Any) -> str:
    return re.sub(r"\b0x[0-9a-f]{6,}", "0xN", value["notebook"])


def _notebook(outcome: Outcome) -> dict[str, Any]:
    """Return what was written, without what differs between any two runs of papermill's own."""
    text = re.sub(r"ipykernel_\d+", "ipykernel_N", _value(outcome)[1])
    text = re.sub(r"\b0x[0-9a-f]{6,}", "0xN", text)
    notebook: dict[str, Any] = json.loads(text)
    for each in (notebook, *notebook["cells"]):
        record = each["metadata"].get("papermill", {})
        for key in ("start_time", "end_time", "duration", "output_path"):
            record.pop(key, None)
    for cell in notebook["cells"]:
        if {"injected-parameters", "papermill-error-cell-tag"} & {*cell["metadata"]["tags"]}:
            del cell["id"]  # random
        times = cell["metadata"].pop("execution", {})
        cell["metadata"]["timed"] = sorted(times)
        if "outputs" in cell:
            cell["outputs"] = _joined(cell["outputs"])
    return notebook


def _joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join texts in a row: papermill's own engine divides them by time."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        if output["output_type"] == "stream":
            output["text"] = "".join(output["text"])
            last = joined[-1] if joined else {}
            if last.get("name") == output["name"]:
                last["text"] += output["text"]
                continue
        joined.append(output)
    return joined
