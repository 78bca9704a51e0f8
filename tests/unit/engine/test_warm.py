"""Tasks in processes of their own: what comes back, what they cannot do to the others."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from evalkit.engine.task import EngineError
from evalkit.engine.warm import Outcome, Task, run

ONLY_HERE = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells more")


def outcomes(*tasks: Task, **options: Any) -> dict[str, Outcome]:
    return {outcome.task.name: outcome for outcome in run(tasks, **options)}


def test_values_come_back(method: Any) -> None:
    found = outcomes(
        Task("甲", "chores:double", {"x": 2}),
        Task("乙", "chores:double", {"x": "二"}),
        method=method,
    )
    assert [found[name].status for name in "甲乙"] == ["done", "done"]
    assert found["甲"].value == (4, ["2"])
    assert found["乙"].value == ("二二", ["二"])
    assert found["甲"].message == found["甲"].detail == ""
    assert found["甲"].seconds > 0


def test_nothing_is_left_over_from_another_task(method: Any) -> None:
    tasks = [Task(str(n), "chores:double", {"x": n}) for n in range(4)]
    warm = ["chores:remember", ("chores:remember", {"word": "twice"})]
    found = outcomes(*tasks, jobs=2, warm=warm, method=method)
    seen = [found[str(n)].value[1] for n in range(4)]  # type: ignore[index]
    assert seen == [["warm", "twice", str(n)] for n in range(4)]


def test_random_numbers_hang_on_the_name_only(method: Any) -> None:
    tasks = [Task("甲", "chores:draw_lots", {}), Task("乙", "chores:draw_lots", {})]
    first = {name: each.value for name, each in outcomes(*tasks, method="process").items()}
    again = {name: each.value for name, each in outcomes(*tasks[::-1], method=method).items()}
    assert first == again
    assert first["甲"] != first["乙"]
    assert first["甲"][1] == "0"  # type: ignore[index]


def test_the_others_are_done(method: Any) -> None:
    found = outcomes(
        Task("段错误", "chores:crash", {}),
        Task("退出", "chores:leave", {"code": 3}),
        Task("悄悄退出", "chores:leave", {"code": 0}),
        Task("出错", "chores:fail", {}),
        Task("不能传", "chores:give_a_lambda", {}),
        Task("没有", "chores:no_such_function", {}),
        Task("好的", "chores:double", {"x": 1}),
        jobs=2,
        method=method,
    )
    assert found["好的"].value == (2, ["1"])
    assert {name: each.status for name, each in found.items()} == {
        "段错误": "died",
        "退出": "died",
        "悄悄退出": "died",
        "出错": "failed",
        "不能传": "failed",
        "没有": "failed",
        "好的": "done",
    }
    assert found["段错误"].message == (
        "“段错误”的计算进程意外退出（SIGSEGV，访问了不该访问的内存），没有做完。其余任务不受影响。"
    )
    assert "Fatal Python error: Segmentation fault" in found["段错误"].detail
    assert "in crash" in found["段错误"].detail
    assert found["退出"].message == (
        "“退出”的计算进程意外退出（退出代码 3），没有做完。其余任务不受影响。"
    )
    assert found["悄悄退出"].message == (
        "“悄悄退出”的计算进程意外退出（退出代码 0），没有做完。其余任务不受影响。"
    )
    assert found["出错"].message == "ValueError：不行"
    assert "in fail\n" in found["出错"].detail
    assert found["没有"].message == (
        "AttributeError：module 'chores' has no attribute 'no_such_function'"
    )


@ONLY_HERE
def test_a_limit_ends_only_the_task_that_passes_it(method: Any) -> None:
    limit = 512 * 2**20
    found = outcomes(
        Task("转圈", "chores:loop", {}, seconds=0.5),
        Task("转圈后报告", "chores:loop", {"notice": "saved"}, seconds=0.5),
        Task("吃内存", "chores:hoard", {}, memory=limit),
        Task("一口吃", "chores:ask_for_too_much", {}, memory=limit),
        Task("好的", "chores:double", {"x": 1}, memory=limit),
        jobs=2,
        method=method,
    )
    assert {name: each.status for name, each in found.items()} == {
        "转圈": "timeout",
        "转圈后报告": "timeout",
        "吃内存": "memory",
        "一口吃": "memory",
        "好的": "done",
    }
    assert found["转圈"].message == (
        "“转圈”运行超过 0.5 秒，已停止。请检查其中是否有停不下来的循环，或者放宽时间限制。"
    )
    assert "KeyboardInterrupt" in found["转圈"].detail
    assert found["转圈后报告"].value == "saved"
    assert found["吃内存"].message == (
        "“吃内存”占用的内存超过 512 MB，已停止。"
        "请检查其中是否一次读入了太多数据，或者放宽内存限制。"
    )
    assert found["一口吃"].message == found["吃内存"].message.replace("吃内存", "一口吃")
    assert limit < (found["吃内存"].peak or 0) < 4 * limit
    assert (found["好的"].peak or 0) < limit


@pytest.mark.slow
def test_what_does_not_listen_is_killed(method: Any) -> None:
    found = outcomes(Task("不听", "chores:loop_on", {}, seconds=0.5), method=method)
    assert found["不听"].status == "timeout"
    assert found["不听"].value is None


@ONLY_HERE
def test_no_process_is_left(method: Any) -> None:
    mark = f"evalkit-test-{os.getpid()}-{method}"
    found = outcomes(
        Task("留下进程", "chores:start_sleepers", {"mark": mark}),
        Task("线程炸弹", "chores:bomb_with_threads", {}, seconds=1),
        Task("分身", "chores:fork_and_return", {}),
        Task("好的", "chores:double", {"x": 1}),
        method=method,
    )
    assert found["留下进程"].value == "started"
    assert found["分身"].value == "once"
    assert found["好的"].status == "done"
    assert _marked(mark) == []
    assert psutil.Process().children(recursive=True) == []


@ONLY_HERE
def test_closing_ends_everything(tmp_path: Path, method: Any) -> None:
    ready = tmp_path / "ready"
    tasks = [
        Task("快", "chores:double", {"x": 1}),
        Task("慢", "chores:sleep", {"seconds": 600, "ready": str(ready)}),
    ]
    running = run(tasks, jobs=2, method=method)
    assert next(running).task.name == "快"
    process = psutil.Process(_written(ready))
    running.close()
    assert not process.is_running()
    assert psutil.Process().children(recursive=True) == []


@ONLY_HERE
def test_nothing_survives_the_caller(tmp_path: Path, method: Any) -> None:
    ready = tmp_path / "ready"
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from evalkit.engine.warm import Task, run\n"
        f"task = Task('慢', 'chores:sleep', {{'seconds': 600, 'ready': {str(ready)!r}}})\n"
        f"list(run([task], method={method!r}))\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", code])
    process = psutil.Process(_written(ready))
    parents = psutil.Process(caller.pid).children()
    folder = Path(parents[0].cmdline()[-1])
    assert folder.is_dir()
    caller.kill()
    caller.wait()
    _, left = psutil.wait_procs([process, *parents], timeout=20)
    assert left == []
    assert not folder.exists()


@ONLY_HERE
def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from evalkit.engine.warm import Task, run\n"
        f"task = Task('慢', 'chores:sleep', {{'seconds': 600, 'ready': {str(ready)!r}}})\n"
        "try:\n    list(run([task]))\n"
        "except KeyboardInterrupt:\n    print('stopped')\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    process = psutil.Process(_written(ready))
    caller.send_signal(signal.SIGINT)
    said, _ = caller.communicate(timeout=20)
    assert said == "stopped\n"
    assert not process.is_running()


def test_tasks_are_announced_in_order() -> None:
    tasks = [Task(str(n), "chores:double", {"x": n}) for n in range(3)]
    begun: list[str] = []
    names = [each.task.name for each in run(tasks, started=lambda task: begun.append(task.name))]
    assert begun == names == ["0", "1", "2"]


@ONLY_HERE
def test_a_parent_with_threads_does_not_fork() -> None:
    task = Task("甲", "chores:double", {"x": 1})
    name = Path(sys.executable).name[:15]
    with pytest.raises(EngineError) as caught:
        list(run([task], warm=["chores:leave_a_thread"], method="fork"))
    assert str(caught.value) == (
        f"预备进程里已有 2 个线程（{name}、{name}），此时分叉可能卡死，所以没有分叉。"
        '请让预热函数不要启动线程，或者改用 method="process"。'
    )


@ONLY_HERE
def test_a_parent_with_threads_uses_fresh_processes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "evalkit.engine")
    task = Task("甲", "chores:double", {"x": 1})
    found = list(run([task], warm=["chores:leave_a_thread"]))
    assert found[0].value == (2, ["1"])
    assert "no fork with 2 threads" in caplog.text


def test_a_failing_warm_function_fails_the_run(method: Any) -> None:
    with pytest.raises(EngineError) as caught:
        list(run([Task("甲", "chores:double", {"x": 1})], warm=["chores:complain"], method=method))
    assert str(caught.value) == "ValueError：not ready"
    assert "in complain" in caught.value.detail


def test_nothing_to_do() -> None:
    assert list(run([])) == []


def test_names_must_differ() -> None:
    task = Task("甲", "chores:double", {"x": 1})
    with pytest.raises(ValueError, match="names of tasks must be unique"):
        run([task, task])


def test_jobs_must_be_positive() -> None:
    with pytest.raises(ValueError, match="jobs must be at least one"):
        run([], jobs=0)


def test_arguments_must_be_picklable() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError)):
        list(run([Task("甲", "chores:double", {"x": lambda: None})]))


def _written(path: Path) -> int:
    until = time.monotonic() + 30
    while not (path.exists() and path.read_text()):
        if time.monotonic() > until:
            raise TimeoutError(path)
        time.sleep(0.02)
    return int(path.read_text())


def _marked(mark: str) -> list[int]:
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if any(mark in word for word in process.info["cmdline"] or ())
    ]
