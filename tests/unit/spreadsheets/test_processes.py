"""The reading processes: order, overlap, crashes, time-outs, and that none is left behind."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evalkit.spreadsheets import Book, bounds, pool, read_book, read_books

ALLOWED = "能用 Excel 或 WPS 打开、没有密码的 .xlsx 文件（也可以是 .xlsm、.xls、.ods 或 .csv）"
SPLIT = "请删去与台账无关的工作表、图片和附件，另存为 .xlsx 后重新提交"
REPAIR = "请用 Excel 或 WPS 打开原文件检查，另存为 .xlsx 后重新提交；若打不开，请从备份中找回"
CRASH = f"读取时程序异常中止，文件可能已损坏。允许：{ALLOWED}。处理：{REPAIR}。"

# A reading process in which some files do something else: "crash", "hang", "print", "hoard".
ODD = """
import os, sys, time
from evalkit.spreadsheets import worker
plain = worker.read
def read(file, data):
    if file.startswith("crash"):
        os._exit(9)
    if file.startswith("abort"):
        os.abort()
    if file.startswith("hang"):
        time.sleep(600)
    if file.startswith("fail"):
        raise ZeroDivisionError
    if file.startswith("hoard"):
        bytes(worker.bounds.MAX_MEMORY)
    if file.startswith("print"):
        print("stray" * 100_000, flush=True)
        os.write(1, b"stray")
        sys.stderr.write("stray" * 100_000)
    return plain(file, data)
worker.read = read
worker.main()
"""


def texts(book: Book) -> list[str]:
    return [str(finding) for finding in book.findings]


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Every process that a test starts; all have to be over when it ends."""
    processes: list[subprocess.Popen[bytes]] = []
    plain = pool._start

    def start() -> subprocess.Popen[bytes]:
        processes.append(plain())
        return processes[-1]

    monkeypatch.setattr(pool, "_start", start)
    threads = threading.active_count()
    yield processes
    assert all(process.returncode is not None for process in processes)
    assert all(pipe.closed for p in processes for pipe in (p.stdin, p.stdout) if pipe)
    assert threading.active_count() == threads


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "COMMAND", ("-c", ODD))


@pytest.fixture
def csv(saved: Callable[[str, bytes], Path]) -> Callable[[str], Path]:
    return lambda name: saved(name, f"名称,{name}\n".encode())


def test_one_file(csv: Any) -> None:
    book = read_book(csv("甲.csv"))

    assert (book.file, book.format, texts(book)) == ("甲.csv", "csv", [])
    assert book.sheets[0].grid == [["名称", "甲.csv"]]


def test_order_is_kept_and_processes_are_used_again(csv: Any, started: Any) -> None:
    paths = [csv(f"{n}.csv") for n in range(40)]

    assert [book.file for book in read_books(paths, jobs=2)] == [path.name for path in paths]
    assert len(started) <= 2


def test_no_files(started: Any) -> None:
    assert list(read_books([])) == []
    assert started == []


def test_the_file_is_left_alone(small: Any, saved: Any) -> None:
    path = saved("台账.xls", small("xls"))
    path.chmod(0o400)
    before = path.stat()

    read_book(path)

    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.read_bytes() == small("xls")


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.xlsx")
    names = ["没有.xlsx", "管道.xlsx", ""]

    books = list(read_books([tmp_path / name for name in names]))

    missing = (
        f"：文件打不开，可能已被移走，或没有读取的权限。允许：{ALLOWED}。"
        "处理：请确认文件还在原处、没有被其他程序占用，再重新运行。"
    )
    assert [texts(book) for book in books] == [
        [f"[E F01] {(tmp_path / name).name}{missing}"] for name in names
    ]


def test_a_file_beyond_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with path.open("wb") as file:
        file.truncate(bounds.MAX_FILE + 1)

    assert texts(read_book(path)) == [
        f"[E F06] 台账.xlsx：文件超过 64 MiB，没有读取。允许：不超过 64 MiB 的文件。处理：{SPLIT}。"
    ]


def test_a_number_in_the_files_name_is_masked(csv: Any) -> None:
    book = read_book(csv("台账13800138000.csv"))

    assert (book.file, book.sheets[0].name) == ("台账******.csv", "台账******")


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("kind", ["crash", "abort"])
def test_a_crash_costs_one_file(csv: Any, kind: str) -> None:
    paths = [csv(name) for name in ("1.csv", f"{kind}.csv", "2.csv", f"{kind}2.csv", "3.csv")]

    books = list(read_books(paths, jobs=1))

    assert [len(book.sheets) for book in books] == [1, 0, 1, 0, 1]
    assert texts(books[1]) == [f"[E F01] {kind}.csv：{CRASH}"]


@pytest.mark.usefixtures("odd")
def test_a_file_that_never_ends(csv: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "SECONDS", 3.0)
    paths = [csv(name) for name in ("1.csv", "hang.csv", "2.csv", "3.csv")]

    books = list(read_books(paths, jobs=2))

    assert [len(book.sheets) for book in books] == [1, 0, 1, 1]
    assert texts(books[1]) == [
        (
            "[E F06] hang.csv：读取超时，已停止读取这个文件。允许：60 秒内可以读完的文件。"
            f"处理：{SPLIT}。"
        )
    ]


@pytest.mark.usefixtures("odd")
def test_memory_is_bounded(csv: Any) -> None:
    books = list(read_books([csv("hoard.csv"), csv("1.csv")], jobs=1))

    assert texts(books[0]) == [
        (
            "[E F06] hoard.csv：文件内容过多，读取时内存不足。允许：与台账模板大小相近的文件。"
            f"处理：{SPLIT}。"
        )
    ]
    assert len(books[1].sheets) == 1


def test_a_large_file_leaves_no_full_memory_behind(
    saved: Any, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "LARGE", 3)
    large, small = saved("1.csv", b"1,2\n3,4\n"), saved("2.csv", b"1,2,3\n")

    books = list(read_books([small, large, small], jobs=1))

    assert [len(book.sheets) for book in books] == [1, 1, 1]
    assert len(started) == 2


@pytest.mark.usefixtures("odd")
def test_a_process_without_a_parent_ends_in_the_middle_of_a_file(csv: Any) -> None:
    process = pool._start()
    assert process.stdin is not None
    assert process.stdout is not None
    pickle.dump((str(csv("hang.csv")), -9.0), process.stdin)
    process.stdin.close()

    assert process.wait(timeout=30) != 0
    process.stdout.close()


@pytest.mark.usefixtures("odd")
def test_a_defect_costs_one_file(csv: Any) -> None:
    books = list(read_books([csv("fail.csv"), csv("1.csv")], jobs=1))

    assert texts(books[0]) == [
        f"[E F01] fail.csv：文件已损坏，无法读取。允许：{ALLOWED}。处理：{REPAIR}。"
    ]
    assert len(books[1].sheets) == 1


@pytest.mark.usefixtures("odd")
def test_stray_prints_do_no_harm(csv: Any) -> None:
    assert [len(book.sheets) for book in read_books([csv("print.csv"), csv("1.csv")], 1)] == [1, 1]


def test_a_process_that_does_not_start(csv: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "COMMAND", ("-m", "evalkit.no_such_module"))

    assert texts(read_book(csv("1.csv"))) == [f"[E F01] 1.csv：{CRASH}"]


def test_no_such_interpreter(csv: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert texts(read_book(csv("1.csv"))) == [f"[E F01] 1.csv：{CRASH}"]


@pytest.mark.usefixtures("odd")
def test_leaving_early_ends_the_processes(csv: Any, started: Any) -> None:
    paths = [csv("1.csv"), csv("hang.csv"), csv("hang2.csv"), csv("2.csv")]

    books = read_books(paths, jobs=2)
    assert next(books).file == "1.csv"
    books.close()  # type: ignore[attr-defined]

    assert started
    assert all(process.returncode is not None for process in started)


@pytest.mark.usefixtures("odd")
def test_an_error_of_the_consumer_ends_the_processes(csv: Any, started: Any) -> None:
    def consume() -> None:
        for _ in read_books([csv("1.csv"), csv("hang.csv")], jobs=2):
            raise KeyError

    with pytest.raises(KeyError):
        consume()

    assert all(process.returncode is not None for process in started)


def test_modules_of_the_current_folder_are_not_imported(
    csv: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('wrong pickle')")
    monkeypatch.chdir(tmp_path)

    assert texts(read_book(Path(csv("1.csv").name))) == []


def test_a_reading_process_ends_with_its_parent(csv: Any) -> None:
    process = pool._start()
    assert process.stdin is not None
    assert process.stdout is not None
    pickle.dump((str(csv("1.csv")), 60.0), process.stdin)
    process.stdin.close()

    assert process.wait(timeout=30) == 0
    process.stdout.close()


def test_a_reading_process_imports_only_what_it_needs() -> None:
    seen = "import sys, evalkit.spreadsheets.worker; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    heavy = {"pandas", "numpy", "openpyxl", "lxml", "pydantic", "multiprocessing", "subprocess"}

    assert heavy.isdisjoint(done.stdout.split())
