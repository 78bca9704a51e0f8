"""The page over HTTP: links, what each may see, what is entered, what is refused."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from evalkit.desk.access import Keys
from evalkit.desk.desk import Desk
from evalkit.desk.handlers import COOKIE, HEADER, NOTHING
from evalkit.desk.places import judges_of
from evalkit.desk.roster import Roster
from evalkit.desk.screens import Screens
from evalkit.desk.server import serve
from evalkit.rubric import load_rubric
from evalkit.workspace import Workspace

YEAR = "2024-2025"


@dataclass
class Page:
    """A running page, and one who visits it."""

    desk: Desk
    port: int

    def send(
        self,
        path: str,
        body: object = None,
        *,
        who: str = "",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {} if not who else {"Cookie": f"{COOKIE}={self.desk.keys.token(who)}"}
        if body is not None:
            sent |= {HEADER: "1", "Content-Type": "application/json"}
        sent |= headers or {}
        method = "GET" if body is None else "POST"
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
        connection.request(method, path, content, sent)
        answer = connection.getresponse()
        raw = answer.read()
        connection.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, raw

    def data(self, who: str, what: str, body: object = None) -> tuple[int, Any]:
        status, _, raw = self.send(f"/{who}/api/{what}", body, who=who)
        return status, json.loads(raw)


@pytest.fixture(scope="module")
def page(school: Workspace) -> Iterator[Page]:
    year = school.year(YEAR)
    for number in (1, 2):
        (school.inputs(year) / f"评分表_2024-2025_J0{number}.xlsx").unlink()
    keys = Keys.of(school.root, YEAR, [judge.code for judge in judges_of(school, year)])
    desk = Desk(Roster(school, year, load_rubric(school.rubric)), Screens(school, year), keys)
    known, stop = threading.Event(), asyncio.Event()
    found: list[Any] = []

    def ready(port: int) -> None:
        found.extend([port, asyncio.get_running_loop()])
        known.set()

    thread = threading.Thread(
        target=lambda: asyncio.run(serve(desk, "127.0.0.1", 0, ready=ready, stop=stop))
    )
    thread.start()
    assert known.wait(30)
    yield Page(desk, found[0])
    found[1].call_soon_threadsafe(stop.set)
    thread.join(30)
    assert not thread.is_alive()


def test_the_link_opens_the_desk_and_leaves_the_address(page: Page) -> None:
    token = page.desk.keys.token("J01")
    status, headers, _ = page.send(f"/J01/?token={token}")
    assert (status, headers["location"]) == (303, "/J01/")
    cookie = headers["set-cookie"]
    assert f"{COOKIE}={token}" in cookie
    for word in ("HttpOnly", "Path=/J01/", "SameSite=Lax"):
        assert word in cookie
    status, headers, raw = page.send("/J01/", who="J01")
    assert status == 200
    assert token.encode() not in raw
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


PATHS = [
    "/", "/J01/", "/J01/api/sheet", "/J01/api/view?college=C01&indicator=2.4", "/chair/",
    "/chair/api/overview", "/chair/api/meeting", "/J99/", "/static/x", "/J01/api/", "/evalkit.toml",
    "/../evalkit.toml", "/J01/../../evalkit.toml", "/J01/%2e%2e/%2e%2e/evalkit.toml",
    "/api/kernels",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["", "J02"])
def test_without_the_token_there_is_nothing(page: Page, path: str, who: str) -> None:
    """Another judge's token is no better than none, and all refusals are alike."""
    status, headers, raw = page.send(path, who=who)
    assert (status, raw.decode()) == (404, NOTHING)
    assert "set-cookie" not in headers
    assert page.send(f"{path}{'&' if '?' in path else '?'}token=wrong", who=who)[0] == 404


@pytest.mark.parametrize("what", ["enter", "submit", "recuse"])
def test_nothing_can_be_entered_for_another(page: Page, what: str) -> None:
    body = {"what": "score", "college": "C01", "indicator": "1.1", "value": "1"}
    for who in ("", "J02", "chair"):
        assert page.send(f"/J01/api/{what}", body, who=who)[0] == 404
    assert page.send(f"/chair/api/{what}", body, who="chair")[0] == 404
    assert not page.desk.roster.sheet("J01").state.row("C01").scores


@pytest.mark.parametrize("what", ["overview", "meeting"])
def test_judges_do_not_see_the_chairs_view(page: Page, what: str) -> None:
    assert page.send(f"/J01/api/{what}", who="J01")[0] == 404
    for work in ("reopen", "take", "decide", "minute"):
        assert page.send(f"/J01/api/{work}", {"judge": "J03", "reason": "x"}, who="J01")[0] == 404


def test_other_sites_cannot_enter_anything(page: Page) -> None:
    body = {"what": "score", "college": "C01", "indicator": "1.1", "value": "1"}
    for headers in ({HEADER: "0"}, {"Origin": "https://example.com"}, {"Origin": "null"}):
        assert page.send("/J01/api/enter", body, who="J01", headers=headers)[0] == 403
    own = {"Origin": f"http://127.0.0.1:{page.port}"}
    assert page.send("/J02/api/enter", {**body, "what": "?"}, who="J02", headers=own)[0] == 409
    assert page.send("/J01/", who="J01", headers={"Host": "evil.example"})[0] == 404


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"null", b'{"what": 1}', b"{}", b"[" * 60_000, b"\xff"]
)
def test_broken_requests_are_refused(page: Page, body: bytes) -> None:
    status, _, _ = page.send("/J01/api/enter", body, who="J01")
    assert status in (400, 409)


def test_long_requests_are_refused(page: Page) -> None:
    try:
        status, _, _ = page.send("/J01/api/enter", b"x" * 200_000, who="J01")
    except (ConnectionError, http.client.HTTPException):
        return
    assert status >= 400


def test_a_judge_enters_and_sees_it(page: Page) -> None:
    def enter(**sent: str) -> tuple[int, Any]:
        return page.data("J02", "enter", {"college": "C01", **sent})

    status, made = enter(what="score", indicator="2.4", value="12.5", expected="")
    assert status == 200
    assert made["row"]["total"] == "12.5"
    assert made["summary"]["blank"] == 69
    assert enter(what="score", indicator="2.4", value="12.5", expected="")[0] == 200
    status, made = enter(what="score", indicator="2.4", value="11", expected="3")
    assert (status, made["kind"], made["present"]) == (409, "ChangedError", "12.5")
    status, made = enter(what="score", indicator="2.4", value="15.5")
    assert (status, made["kind"]) == (409, "EntryError")
    assert "超过满分 15 分" in made["error"]
    assert enter(what="comment", value="<script>alert(1)</script>")[0] == 200
    assert enter(what="note", indicator="2.4", value="再问一问流程")[0] == 200
    _, sheet = page.data("J02", "sheet")
    row = sheet["rows"][0]
    assert row["scores"] == {"2.4": "12.5"}
    assert row["notes"] == {"2.4": "再问一问流程"}
    locked = next(row for row in sheet["rows"] if row["college"] == "C08")
    assert (locked["recused"], locked["locked"], locked["blank"]) == (True, True, [])
    status, made = page.data("J02", "submit", {})
    assert (status, made["kind"]) == (409, "UnfinishedError")
    assert page.data("J02", "recuse", {"college": "C08", "recused": False})[0] == 409


def test_screens_are_those_of_the_notebook(page: Page) -> None:
    status, made = page.data("J01", "view?college=C01&indicator=2.4")
    assert status == 200
    keys = [piece["key"] for piece in made["pieces"]]
    assert keys[:3] == ["wording", "verdicts", "values"]
    assert "rows:screening" in keys
    shown = {piece["key"]: piece for piece in made["pieces"]}
    assert "99.95%（2,239/2,240）" in shown["values"]["html"]
    assert shown["picture:participation"]["html"].startswith('<img class="ek-picture"')
    assert shown["values"]["code"].endswith('views.values(assessment, "C01", "2.4")')
    status, made = page.data("chair", "compare?colleges=C01,C02&indicator=2.4")
    assert [piece["key"] for piece in made["pieces"]] == ["states", "compare"]
    _, made = page.data("J01", "choices")
    assert made["years"] == ["2024-2025", "2023-2024"]
    assert len(made["colleges"]) == 8
    for query in (
        "view",
        "view?college=C99&indicator=2.4",
        "view?college=../x&indicator=2.4",
        "view?year=1999-2000&college=C01&indicator=2.4",
        "compare?colleges=C01&indicator=2.4",
    ):
        status, made = page.data("J01", query)
        assert status == 400
        assert made["error"]


def test_the_chair_takes_over_and_gives_back(page: Page) -> None:
    status, made = page.data("chair", "overview")
    states = {judge["code"]: judge["state"] for judge in made["judges"]}
    assert states["J03"] == "已填完"
    assert "scores" not in json.dumps(made)
    status, made = page.data("chair", "meeting")
    assert (status, made["kind"]) == (409, "NotAllInError")
    assert page.data("chair", "take", {"judge": "J03", "reason": " "})[0] == 409
    status, made = page.data("chair", "take", {"judge": "J03", "reason": "交来 Excel"})
    assert {j["code"]: (j["state"], j["by"]) for j in made["judges"]}["J03"] == ("已提交", "chair")
    status, made = page.data("chair", "reopen", {"judge": "J03", "reason": "更正"})
    assert {j["code"]: j["reopened"] for j in made["judges"]}["J03"] == 1
    assert page.data("chair", "take", {"judge": "../J01", "reason": "x"})[0] == 409
    decision = {"awards": {"station": [{"college": "C03"}]}, "by": "甲", "reason": "乙"}
    assert page.data("chair", "decide", decision)[1]["kind"] == "NotAllInError"


def test_everything_is_ready_before_anyone_asks(page: Page) -> None:
    every = [make() for make in page.desk.screens.every()]
    assert len(every) == 80
    assert all(b'"pieces"' in each for each in every)
