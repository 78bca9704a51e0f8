"""``python -m evalkit.engine.worker FOLDER PARENT``: one task in a fresh process.

It gets ready as the warm parent would, then reads the number of its task from standard input.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from evalkit.engine.child import leave, prepare, warm_up, work
from evalkit.engine.system import adopt_orphans, die_with_parent

__all__ = ["main"]


def main(folder: Path, parent: int) -> None:
    """Get ready, wait for a task, do it."""
    die_with_parent(parent)
    adopt_orphans()
    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    sys.path[:] = order["path"]
    trouble = warm_up(folder, order["modules"])
    line = sys.stdin.readline()
    if not line:  # nothing left to do
        return
    number = int(line)
    task = order["tasks"][number]
    if trouble is not None:
        leave(folder, number, trouble)
        return
    prepare(folder / f"{number}.log", task["name"], task["memory"])
    work(folder, number)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads that a notebook has left behind must not hold it up


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
