"""The page's answers over HTTP; without the right token there are none."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from tornado.web import HTTPError, RequestHandler

from evalkit.desk.access import Visitor
from evalkit.desk.answers import meeting_facts, sheet_facts, status_facts
from evalkit.desk.chair import open_meeting
from evalkit.desk.desk import Desk
from evalkit.desk.refusals import ChangedError, DeskError
from evalkit.desk.tasks import CHAIRS, JUDGES
from evalkit.errors import EvalkitError

__all__ = ["COOKIE", "HEADER", "NOTHING", "Data", "Nowhere", "Page"]

COOKIE = "evalkit_desk"
HEADER = "X-Evalkit"
"""Pages of other sites cannot send it, so that nobody enters anything through a judge's browser."""
NOTHING = "没有这个页面，或者链接不完整。请用发给您本人的完整链接打开。"
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


class _Base(RequestHandler):
    desk: Desk
    visitor: Visitor

    def initialize(self, desk: Desk) -> None:
        self.desk = desk

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in {
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
        }.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        host = (self.request.host_name or "").lower()
        code = self.path_kwargs.get("code") or ""
        token = self.get_cookie(COOKIE) or ""
        found = self.desk.keys.visitor(code, token)
        if found is None or (self.desk.local_only and host not in _LOCAL):
            raise HTTPError(404)
        self.visitor = found
        if self.request.method != "GET":
            self._check_origin()

    def _check_origin(self) -> None:
        origin = self.request.headers.get("Origin")
        own = f"{self.request.protocol}://{self.request.host}"
        if self.request.headers.get(HEADER) != "1" or origin not in (None, own):
            raise HTTPError(403)

    def write_error(self, status_code: int, **_facts: Any) -> None:
        """Say nothing that would tell whether there is such a judge or a page."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        said = NOTHING if status_code in (404, 405) else "这个请求没有完成，请重新打开页面再试。"
        self.finish(said)


class Page(_Base):
    """The page itself, the same for all; what each may see comes as data."""

    def prepare(self) -> None:
        """Take the token out of the address as soon as it has been shown."""
        token = self.get_query_argument("token", "")
        code = self.path_kwargs.get("code") or ""
        if token and self.desk.keys.visitor(code, token) is not None:
            self.set_cookie(
                COOKIE,
                token,
                path=f"/{code}/",
                httponly=True,
                samesite="Lax",
                secure=self.desk.secure,
            )
            self.redirect(f"/{code}/", status=303)
            return
        super().prepare()

    def get(self, code: str) -> None:
        """Send the page."""
        nonce = secrets.token_urlsafe(16)
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src-elem 'nonce-{nonce}'; "
            "style-src-attr 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'",
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write(_html(nonce, code, chair=self.visitor.is_chair))


class Data(_Base):
    """Answers in JSON."""

    _left = False

    async def get(self, code: str, what: str) -> None:  # noqa: ARG002 -- in the path
        """Send what is asked for, if this visitor may see it."""

        def asked(name: str) -> str:
            return self.get_query_argument(name, "")

        screens = self.desk.screens
        year = asked("year") or screens.year.name
        if what == "choices":
            await self._drawn(lambda: screens.choices(year))
        elif what == "view":
            await self._drawn(lambda: screens.view(year, asked("college"), asked("indicator")))
        elif what == "compare":
            several = asked("colleges").split(",")
            await self._drawn(lambda: screens.compare(year, several, asked("indicator")))
        elif what == "sheet" and not self.visitor.is_chair:
            own = self.visitor.code
            await self._written(lambda: sheet_facts(self.desk.roster.sheet(own).state))
        elif what == "overview" and self.visitor.is_chair:
            roster = self.desk.roster
            await self._written(lambda: {"judges": status_facts(roster.statuses())})
        elif what == "meeting" and self.visitor.is_chair:
            await self._written(lambda: meeting_facts(open_meeting(self.desk.roster)))
        else:
            raise HTTPError(404)

    async def post(self, code: str, what: str) -> None:  # noqa: ARG002 -- in the path
        """Do what is asked for, if this visitor may."""
        try:
            sent = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise HTTPError(400) from None
        if not isinstance(sent, dict):
            raise HTTPError(400)
        works = CHAIRS if self.visitor.is_chair else JUDGES
        work = works.get(what)
        if work is None:
            raise HTTPError(404)
        await self._written(lambda: work(self.desk, self.visitor, sent))

    def on_connection_close(self) -> None:
        """Remember that nobody waits any more."""
        self._left = True

    async def _drawn(self, make: Callable[[], bytes]) -> None:
        """Answer with a screen; while it waits for its turn its visitor may have gone on."""
        try:
            self._answer(await self.desk.drawn(lambda: b"" if self._left else make()))
        except EvalkitError as error:
            self._refuse(error)

    async def _written(self, work: Callable[[], dict[str, Any]]) -> None:
        try:
            made = await self.desk.written(work)
        except EvalkitError as error:
            self._refuse(error)
            return
        self._answer(json.dumps(made, ensure_ascii=False).encode())

    def _answer(self, content: bytes) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.write(content)

    def _refuse(self, error: EvalkitError) -> None:
        facts: dict[str, Any] = {"error": str(error), "kind": type(error).__name__}
        if isinstance(error, ChangedError):
            facts["present"] = error.present or ""
        self.set_status(409 if isinstance(error, DeskError) else 400)
        self._answer(json.dumps(facts, ensure_ascii=False).encode())


class Nowhere(_Base):
    """Everything else."""

    def prepare(self) -> None:
        """Refuse, in the same words as everywhere."""
        raise HTTPError(404)


def _html(nonce: str, code: str, *, chair: bool) -> str:
    style = _resource("html", "fragments.css") + _resource("desk", "desk.css")
    facts = json.dumps({"code": code, "chair": chair, "header": HEADER})
    page = _resource("desk", "desk.html")
    for name, value in {
        "NONCE": nonce,
        "STYLE": style,
        "FACTS": facts,
        "SCRIPT": _resource("desk", "desk.js"),
    }.items():
        page = page.replace(f"@@{name}@@", value)
    return page


@cache
def _resource(folder: str, name: str) -> str:
    place = files("evalkit").joinpath("resources", folder, name)
    return place.read_text("utf-8")
