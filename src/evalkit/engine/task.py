"""What the engine is asked to do, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from evalkit.errors import EvalkitError

__all__ = ["EngineError", "Method", "Outcome", "Status", "Task", "Warm"]

Status = Literal["done", "failed", "timeout", "memory", "died"]
Method = Literal["auto", "fork", "process"]
Warm = str | tuple[str, Mapping[str, object]]
"""``"package.module:function"``, or that and the arguments to call it with."""


class EngineError(EvalkitError):
    """The engine itself could not start; no task was at fault.

    Attributes
    ----------
    detail : str
        Traceback and output, for the log.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        self.detail = detail
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do in a process of its own.

    Attributes
    ----------
    name : str
        Unique among the tasks; shown to people; random numbers are seeded from it.
    function : str
        ``"package.module:function"``, called with `arguments` in the child.
    arguments : mapping
        Picklable.
    seconds : float
        Time limit, by the clock on the wall.
    memory : int, optional
        Bytes that the process may hold in memory, what it shares with the warm parent included;
        ``None`` for no limit.
    """

    name: str
    function: str
    arguments: Mapping[str, object]
    seconds: float = 600.0
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task.

    Attributes
    ----------
    status : str
        ``done``; ``failed`` (the function raised); ``timeout`` and ``memory`` (a limit was
        passed); ``died`` (the process ended by itself, before the function had returned).
    value : object
        What the function returned, if it did. A function that handles the interrupt at its time
        limit itself may return something too: then with the status ``timeout``.
    message : str
        A Chinese sentence for people; empty if done.
    detail : str
        Traceback, or what the dying process left, for the log; empty if done.
    seconds : float
        From its start to its end.
    peak : int, optional
        Most bytes that the process held in memory, where the system tells.
    """

    task: Task
    status: Status
    value: object | None
    message: str
    detail: str
    seconds: float
    peak: int | None
