"""A server that takes Sentry's reports, for tests."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

KEY = "0123456789abcdef0123456789abcdef"


class SentryServer:
    """Keeps the events that it is sent, on a port of its own."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.kinds: set[str] = set()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                zipped = self.headers.get("Content-Encoding") == "gzip"
                server.take(gzip.decompress(body) if zipped else body)
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.dsn = f"http://{KEY}@127.0.0.1:{self._server.server_port}/1"

    def take(self, envelope: bytes) -> None:
        """Keep what an envelope holds: lines of JSON, a head before each item."""
        lines = envelope.split(b"\n")[1:]
        for head, item in zip(lines[::2], lines[1::2], strict=False):
            kind = json.loads(head)["type"]
            self.kinds.add(kind)
            if kind == "event":
                self.events.append(json.loads(item))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
