"""Computing beside a process what the process is to know, without what computing leaves behind.

The warm parent of the reports must have one thread when it forks, but Arrow starts threads for a
join, and they never end. So the figures that all reports share are computed in a process forked for
that, whose threads end with it, and are taken over from there.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

__all__ = ["computed_aside"]


@contextmanager
def computed_aside(holders: Sequence[object]) -> Iterator[None]:
    """Compute the properties of some objects while the body runs, and keep what they cache.

    What cannot be computed, or cannot be taken over, is left to whoever asks for it. Elsewhere than
    on Linux, where nobody forks, it is computed here.

    Parameters
    ----------
    holders : sequence
        Objects whose public properties are asked for, and whose ``cached_property`` values are
        taken over.
    """
    if not sys.platform.startswith("linux"):
        _ask(holders)
        yield
        return
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(read)
            _ask(holders)
            with open(write, "wb") as pipe:  # noqa: PTH123 -- a descriptor
                pickle.dump([_cached(holder) for holder in holders], pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with open(read, "rb") as pipe:  # noqa: PTH123 -- a descriptor
        try:
            yield
        finally:
            content = pipe.read()
            _, status = os.waitpid(pid, 0)
    if status == 0:
        for holder, values in zip(holders, pickle.loads(content), strict=True):  # noqa: S301
            vars(holder).update({name: pickle.loads(value) for name, value in values.items()})  # noqa: S301


def _ask(holders: Sequence[object]) -> None:
    for holder in holders:
        for name, member in _members(holder):
            if isinstance(member, (property, cached_property)) and not name.startswith("_"):
                # What cannot be computed fails in the reports that show it, and only there.
                with contextlib.suppress(Exception):
                    getattr(holder, name)


def _cached(holder: object) -> dict[str, bytes]:
    values = {}
    for name, member in _members(holder):
        if isinstance(member, cached_property) and name in vars(holder):
            with contextlib.suppress(pickle.PicklingError, TypeError, AttributeError):
                values[name] = pickle.dumps(vars(holder)[name])
    return values


def _members(holder: object) -> list[tuple[str, object]]:
    return [pair for kind in type(holder).__mro__ for pair in vars(kind).items()]
