"""What is computed beside a process is there afterwards; its threads are not."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from functools import cached_property

import pytest

from evalkit.reports.aside import computed_aside

# Python 3.12 and later warn of a fork beside threads; those of the tests are idle.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@dataclass(frozen=True)
class Figures:
    base: int

    @cached_property
    def process(self) -> int:
        return os.getpid()

    @property
    def doubled(self) -> int:
        self._kept["doubled"] = 2 * self.base
        return self._kept["doubled"]

    @cached_property
    def _kept(self) -> dict[str, int]:
        return {}

    @cached_property
    def wrong(self) -> int:
        raise ValueError("nobody needs to know")

    @cached_property
    def lock(self) -> threading.Lock:
        return threading.Lock()

    @cached_property
    def thread(self) -> bool:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        return True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="分叉只用于 Linux")
def test_cached_values_are_taken_over() -> None:
    one, two = Figures(1), Figures(2)
    threads = threading.active_count()
    with computed_aside([one, two]):
        assert vars(one) == {"base": 1}
    assert vars(one).keys() == {"base", "process", "_kept", "thread"}
    assert one.process == two.process != os.getpid()
    assert (one._kept, two._kept) == ({"doubled": 2}, {"doubled": 4})
    assert threading.active_count() == threads


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="分叉只用于 Linux")
def test_a_process_that_dies_leaves_all_to_whoever_asks() -> None:
    class Deadly(Figures):
        @property
        def end(self) -> None:
            os._exit(3)

    figures = Deadly(1)
    with computed_aside([figures]):
        pass
    assert vars(figures) == {"base": 1}


def test_an_error_of_the_body_is_its_own() -> None:
    with pytest.raises(RuntimeError, match="mine"), computed_aside([Figures(1)]):
        raise RuntimeError("mine")


def test_where_nobody_forks_it_is_computed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    figures = Figures(1)
    with computed_aside([figures]):
        pass
    assert figures.process == os.getpid()
    assert {"lock", "thread", "_kept"} <= vars(figures).keys()
