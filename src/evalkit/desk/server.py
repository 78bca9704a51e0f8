"""The page: a small server of its own, which runs no code for anyone.

Why not Voilà: it starts a kernel for each visitor, so that eight people need eight copies of the
year's tables, a page is dead when its kernel is, and one token opens all. Here the tables are
loaded once, screens are made once for all, every judge has a link of the own, and what is entered
goes to the disk before it is acknowledged. Tornado comes with Jupyter.
"""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from evalkit.desk.desk import Desk
from evalkit.desk.handlers import Data, Nowhere, Page

__all__ = ["application", "serve"]

MOST_SENT = 64 * 1024
"""Bytes of a request."""


def application(desk: Desk) -> Application:
    """Return the page as a Tornado application."""
    given = {"desk": desk}
    return Application(
        [
            (r"/(?P<code>J\d{2,}|chair)/", Page, given),
            (r"/(?P<code>J\d{2,}|chair)/api/(?P<what>[a-z]+)", Data, given),
        ],
        default_handler_class=Nowhere,
        default_handler_args=given,
        log_function=lambda _handler: None,
        compress_response=True,
    )


async def serve(
    desk: Desk,
    host: str,
    port: int,
    *,
    certificate: tuple[Path, Path] | None = None,
    ready: Callable[[int], None] = lambda _port: None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until told to stop, or interrupted.

    Parameters
    ----------
    desk : Desk
        What is served.
    host, port
        Where to listen; port 0 takes any that is free.
    certificate : (Path, Path), optional
        Files with the certificate and its key; connections are encrypted then.
    ready : callable
        Called with the port once the page answers.
    stop : asyncio.Event, optional
        Ends the page when set.

    Raises
    ------
    OSError
        If the port is taken.
    """
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    sockets = bind_sockets(port, host)
    server = HTTPServer(application(desk), ssl_options=context, max_body_size=MOST_SENT)
    server.add_sockets(sockets)
    end = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(name, end.set)
    ready(sockets[0].getsockname()[1])
    warming = asyncio.create_task(desk.make_ready())
    await end.wait()
    warming.cancel()
    with suppress(asyncio.CancelledError):
        await warming
    server.stop()
    await server.close_all_connections()
    desk.close()
