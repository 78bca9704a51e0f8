"""Eight sessions at once on the real page: every entry is in the right workbook, once.

The page is the command itself, in a process of its own, and is killed in the middle.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from evalkit.desk import open_sheet
from evalkit.desk.handlers import COOKIE, HEADER
from evalkit.rubric import load_rubric
from evalkit.workspace import Workspace

from .served_page import YEAR, ServedPage, serve

SECONDS = int(os.environ.get("EVALKIT_SECONDS", "30"))
POINTS = {point.id: point.points for point in load_rubric("station-2024").indicators}


@pytest.fixture
def served(tmp_path: Path, repository: Path) -> Iterator[ServedPage]:
    """The sample's last year with blank score sheets for all judges."""
    page = serve(tmp_path, repository, "评分表_*.xlsx")
    yield page
    page.close()


class Judge(threading.Thread):
    """Looks at screens and enters scores until told to stop; tries again when the page is gone."""

    def __init__(self, page: ServedPage, code: str, stop: threading.Event) -> None:
        super().__init__()
        self.page, self.code, self.stop = page, code, stop
        self.draw = random.Random(code)  # noqa: S311
        self.entered: dict[tuple[str, str], str] = {}
        self.sent = 0
        self.slowest = 0.0
        self.failure: BaseException | None = None
        self.token = page.links[code].rpartition("=")[2]

    def run(self) -> None:
        try:
            own = [row["college"] for row in self.ask("sheet")["rows"] if not row["recused"]]
            while not self.stop.is_set():
                college, point = self.draw.choice(own), self.draw.choice(list(POINTS))
                if self.sent % 5 == 0:
                    self.ask(f"view?college={college}&indicator={point}")
                if self.draw.random() < 0.15:
                    value = f"{self.code} 给 {college} 的第 {self.sent} 条评语"
                    self.enter(college, "comment", value)
                else:
                    halves = self.draw.randint(0, int(POINTS[point] * 2))
                    self.enter(college, point, f"{Decimal(halves) / 2:f}")
                time.sleep(self.draw.uniform(0.05, 0.35))
        except BaseException as error:
            self.failure = error

    def enter(self, college: str, key: str, value: str) -> None:
        what = {"what": "comment"} if key == "comment" else {"what": "score", "indicator": key}
        self.ask("enter", {**what, "college": college, "value": value})
        self.entered[college, key] = value
        self.sent += 1

    def ask(self, what: str, body: object = None) -> Any:
        until = time.monotonic() + 240
        while True:
            begun = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.page.port, timeout=120)
                headers = {"Cookie": f"{COOKIE}={self.token}", HEADER: "1"}
                content = None if body is None else json.dumps(body)
                method = "GET" if body is None else "POST"
                connection.request(method, f"/{self.code}/api/{what}", content, headers)
                answer = connection.getresponse()
                raw = answer.read()
                connection.close()
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
                continue
            assert answer.status == 200, (self.code, what, raw.decode())
            if body is not None:
                self.slowest = max(self.slowest, time.monotonic() - begun)
            return json.loads(raw)


class Chair(Judge):
    """Looks at who has submitted, and is never told a score."""

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                told = self.ask("overview")["judges"]
                assert len(told) == 7
                self.ask(f"view?college={self.draw.choice(['C01', 'C05'])}&indicator=2.4")
                time.sleep(0.5)
        except BaseException as error:
            self.failure = error


def _work(
    page: ServedPage, *, entries: int = 0, seconds: float = 0.0, kills: int = 0
) -> list[Judge]:
    """Work until every judge has so many entries, or for so long, killing the page meanwhile."""
    stop = threading.Event()
    judges = [Judge(page, f"J0{number}", stop) for number in range(1, 8)]
    everyone = [*judges, Chair(page, "chair", stop)]
    for each in everyone:
        each.start()
    begun, killed = time.monotonic(), 0
    while True:
        done = min(judge.sent / entries for judge in judges) if entries else 0.0
        done = max(done, (time.monotonic() - begun) / seconds if seconds else 0.0)
        over = done >= 1 and killed == kills
        if over or any(not each.is_alive() for each in everyone):
            break
        if killed < kills and done > (killed + 1) / (kills + 1):
            page.end(signal.SIGKILL)
            page.start()
            killed += 1
        time.sleep(0.1)
    stop.set()
    for each in everyone:
        each.join(300)
    failures = [each.failure for each in everyone if each.failure is not None]
    assert not failures, failures
    return judges


def _check(page: ServedPage, judges: list[Judge]) -> None:
    assert page.end() == 0
    space = Workspace.find(page.root)
    for judge in judges:
        assert judge.sent > 3
        sheet = open_sheet(space, YEAR, judge.code)
        found = {
            (row.college, key): format(score, "f")
            for row in sheet.state.rows
            for key, score in row.scores.items()
        }
        found |= {(row.college, "comment"): row.comment for row in sheet.state.rows if row.comment}
        entered = {
            place: value if place[1] == "comment" else f"{Decimal(value).normalize():f}"
            for place, value in judge.entered.items()
        }
        assert found == entered
        # The record has every change once, and nothing came from anywhere else.
        assert {entry.action for entry in sheet.history} == {"begin", "change"}
        assert {entry.by for entry in sheet.history[1:]} == {judge.code}
        comments = [c.new for e in sheet.history for c in e.changes if c.key == "comment"]
        assert len(comments) == len(set(comments))
        assert all(str(text).startswith(judge.code) for text in comments)
    sys.stdout.write(
        f"{sum(judge.sent for judge in judges)} entries, "
        f"slowest entry {max(judge.slowest for judge in judges):.2f} s\n"
    )


@pytest.mark.slow
def test_eight_sessions_at_once(served: ServedPage) -> None:
    _check(served, _work(served, entries=6))


@pytest.mark.slow
def test_a_killed_page_loses_nothing_that_was_acknowledged(served: ServedPage) -> None:
    _check(served, _work(served, entries=6, kills=1))


@pytest.mark.slow
def test_eight_sessions_for_a_while(served: ServedPage) -> None:
    """A minute; with ``EVALKIT_SECONDS=300`` the five that a meeting's worst case takes."""
    _check(served, _work(served, seconds=SECONDS, kills=3))
