"""A real Chromium without a screen, spoken to over its DevTools protocol."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

Json = Mapping[str, Any]
Respond = Callable[[str], bytes | None]
"""The body that an address is answered with instead of the server's; None leaves it to the server."""

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--window-size=1440,900",
    "--remote-debugging-port=0", "--js-flags=--expose-gc",
)  # fmt: skip
PATIENCE = 60.0


def found() -> str | None:
    """Where Chromium is; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page:
    """One page. Calls are answered in order; what the browser tells meanwhile is passed over or answered."""

    def __init__(
        self, connection: ClientConnection, session: str | None = None, browser: "Page | None" = None
    ) -> None:
        self.browser = browser or self
        """What the page's browser answers itself."""
        self._connection = connection
        self._session = {} if session is None else {"sessionId": session}
        self._calls = 0
        self._respond: Respond | None = None

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """The result of a command. Raises RuntimeError when the browser refuses it."""
        number = self._send(method, parameters)
        while True:
            message = json.loads(self._connection.recv(PATIENCE))
            if message.get("id") == number:
                break
            self._tell(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        result: dict[str, Any] = message["result"]
        return result

    def value(self, expression: str) -> Any:
        """What a JavaScript expression, or the promise that it is, comes to."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(f"{expression[:200]}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def until(self, expression: str) -> Any:
        """Ask until an expression comes to something. Raises RuntimeError after `PATIENCE` seconds."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            value = self.value(expression)
            if value:
                return value
            time.sleep(0.02)
        raise RuntimeError(f"never came to pass: {expression}")

    def answer_with(self, pattern: str, respond: Respond) -> None:
        """Answer requests whose address fits a pattern instead of the server."""
        self._respond = respond
        self.call("Fetch.enable", patterns=[{"urlPattern": pattern}])

    def _tell(self, message: Json) -> None:
        if message.get("method") != "Fetch.requestPaused" or self._respond is None:
            return
        request = message["params"]
        body = self._respond(request["request"]["url"])
        parameters: dict[str, object] = {"requestId": request["requestId"]}
        method = "Fetch.continueRequest"
        if body is not None:
            method = "Fetch.fulfillRequest"
            headers = [{"name": "Content-Type", "value": "application/json"}]
            parameters |= {"responseCode": 200, "responseHeaders": headers}
            parameters["body"] = base64.b64encode(body).decode()
        self._send(method, parameters)

    def _send(self, method: str, parameters: Json) -> int:
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": parameters, **self._session}
        self._connection.send(json.dumps(message))
        return self._calls


@contextmanager
def page() -> Iterator[Page]:
    """A page of a new browser that has nothing in its cache. Raises RuntimeError without a Chromium."""
    browser = found()
    if browser is None:
        raise RuntimeError("no Chromium is installed; Debian's package is called chromium")
    with tempfile.TemporaryDirectory(
        ignore_cleanup_errors=True
    ) as home:  # its children may write to the last
        process = subprocess.Popen(
            [browser, *_FLAGS, f"--user-data-dir={home}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with connect(_address(Path(home)), max_size=None, ping_interval=None) as connection:
                yield _first_page(connection)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _address(home: Path) -> str:
    """Where the browser listens, once it does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        told = home / "DevToolsActivePort"
        if told.exists() and len(lines := told.read_text().splitlines()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise RuntimeError("Chromium does not answer")


def _first_page(connection: ClientConnection) -> Page:
    """The page that the browser opened with, ready to be used."""
    browser = Page(connection)
    targets = browser.call("Target.getTargets")["targetInfos"]
    target = next(each["targetId"] for each in targets if each["type"] == "page")
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    opened = Page(connection, session, browser)
    for domain in ("Page", "Runtime", "Network", "Performance"):
        opened.call(f"{domain}.enable")
    return opened
