"""The HTTP server: uvicorn on a socket of ours, started and stopped by us."""

import asyncio
import logging
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from sunledger.app.http_connections import HttpConnections
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.app.web_sockets import WebSockets

_BACKLOG = 128
_LONGEST_MESSAGE = 65_536
"""Bytes of a WebSocket message that a client may send."""
_SHUTDOWN = 1
"""Seconds that open requests and WebSockets get; with the eight of a running poll it makes less than ten."""


class _Server(uvicorn.Server):
    """A server that leaves the signals to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class _Denied(logging.Filter):
    """Leaves out what uvicorn 0.54 says, as an error, of every WebSocket that is answered with a response."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is kept."""
        return record.msg != "ASGI callable returned without completing handshake."


_DENIED = _Denied()


class HttpServer:
    """Serves one application on one address, over TLS where there is a context for it."""

    def __init__(self, api: ASGIApp, listener: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        logging.getLogger("uvicorn.error").addFilter(_DENIED)
        config = uvicorn.Config(
            api,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,  # `api.forwarded` knows whom to believe
            timeout_graceful_shutdown=_SHUTDOWN,
            http=HttpConnections,
            ws=WebSockets,
            ws_max_size=_LONGEST_MESSAGE,
            ws_per_message_deflate=False,  # it would compress each frame anew for every reader
            ssl_context_factory=None if tls is None else lambda _config, _default: tls,
        )
        self._server = _Server(config)
        self._listener = listener
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to serve, in a task of its own."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]), name="http server")

    async def stop(self) -> None:
        """Answer what is being asked, then end."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises ConfigurationError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer waits 40 ms for an ACK
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would share the port with a stranger
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        said = f"cannot listen on {host}:{port} ({error.strerror or error})"
        fix = "stop what listens there, or name another HEALTH_PORT or HEALTH_HOST"
        raise ConfigurationError([Problem("HEALTH_PORT", "configuration", said, fix)]) from None
    return listener


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """Where a browser finds it."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104  compared, not bound
        host = "127.0.0.1"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
