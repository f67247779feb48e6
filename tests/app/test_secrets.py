"""Secrets: they come in by many ways, and go out by none."""

import base64
import contextlib
import json
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import pytest
from pydantic import SecretStr
from tests.app.desk import Desk
from tests.app.running import PATIENCE, Running, start
from tests.servers.otlp import Collector
from tests.servers.ports import ReservedPort
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from sunledger.app.configuration import ROOMS
from sunledger.app.sources import KEYS

NAMES = sorted(name for name, key in KEYS.items() if key.key.secret)
ODD = "\"é' \\%/+"
"""What makes a secret look different in JSON, in a URL and in a repr."""


FORMS = {
    "database_url": "postgres://anna:{}@127.0.0.1:{}/1",
    "redis_url": "redis://anna:{}@127.0.0.1:{}/1",
    "sentry_dsn": "http://anna:{}@127.0.0.1:{}/1",
    "otel_exporter_otlp_headers": "tenant=home,authorization=Bearer%20{}",
}
"""Where more than the secret belongs to a value; {} the second is a port."""


class Known:
    """A random secret, as the value of a key and as the part of it that nobody may see."""

    def __init__(self, name: str, port: int) -> None:
        word = secrets.token_urlsafe(24)
        self.trace = word if "token" in name or "key" in name else word + ODD
        self.value = self.trace
        if name in FORMS:
            self.value = FORMS[name].format(quote(self.trace, safe=""), port)

    def disguises(self) -> Iterator[str]:
        """How it may turn up."""
        for each in (self.trace, self.value):
            coded = base64.b64encode(each.encode()).decode()
            yield from (each, quote(each, safe=""), quote_plus(each), json.dumps(each)[1:-1])
            yield from (json.dumps(each, ensure_ascii=False)[1:-1], repr(each)[1:-1], coded)
        yield self.trace.removesuffix(ODD)


Way = Callable[[Path, str, str], Mapping[str, str]]
"""Gives a key a value in a directory; the variables that are needed besides."""


def by_variable(_: Path, name: str, value: str) -> Mapping[str, str]:
    return {name.upper(): value}


def by_dotenv(directory: Path, name: str, value: str) -> Mapping[str, str]:
    written = value.replace("\\", "\\\\").replace('"', '\\"')
    with (directory / ".env").open("a") as file:
        file.write(f'{name.upper()}="{written}"\n')
    return {}


def by_named_file(directory: Path, name: str, value: str) -> Mapping[str, str]:
    path = directory / f"{name}.txt"
    path.write_text(value + "\n")
    return {f"{name.upper()}_FILE": str(path)}


def by_credential(directory: Path, name: str, value: str) -> Mapping[str, str]:
    credentials = directory / "credentials"
    credentials.mkdir(exist_ok=True)
    (credentials / name).write_text(value)
    return {"CREDENTIALS_DIRECTORY": str(credentials)}


def by_yaml(directory: Path, name: str, value: str) -> Mapping[str, str]:
    with (directory / "config.yaml").open("a") as file:
        file.write(f"{name}: {json.dumps(value)}\n")
    return {}


WAYS: list[Way] = [by_variable, by_dotenv, by_named_file, by_credential, by_yaml]


def kept(desk: Desk, environ: Mapping[str, str], name: str, **flags: str) -> str:
    found = KEYS[name].value_in(desk.load({"DB_TYPE": "sqlite", **environ}, **flags).configuration)
    assert isinstance(found, SecretStr)
    return found.get_secret_value()


@pytest.mark.parametrize("name", NAMES)
class TestEverySecret:
    @pytest.mark.parametrize("way", WAYS)
    def test_comes_in_as_it_is(self, desk: Desk, name: str, way: Way) -> None:
        known = Known(name, 5432)
        assert kept(desk, way(desk.directory, name, known.value), name) == known.value

    def test_comes_in_by_a_flag(self, desk: Desk, name: str) -> None:
        known = Known(name, 5432)
        assert kept(desk, {}, name, **{name: known.value}) == known.value

    def test_comes_in_as_a_docker_secret(self, desk: Desk, name: str) -> None:
        known = Known(name, 5432)
        desk.secret(name, known.value + "\n")
        assert kept(desk, {}, name) == known.value


def test_a_credential_of_systemd_is_nearer_than_a_docker_secret(desk: Desk) -> None:
    desk.secret("api_token", "docker-s-own-token-for-everybody-here")
    ours = "systemd-s-own-token-for-everybody-here"
    assert kept(desk, by_credential(desk.directory, "api_token", ours), "api_token") == ours


@pytest.mark.parametrize("form", ["json", "standard"])
def test_no_secret_goes_out_by_any_way(tmp_path: Path, form: str) -> None:
    """A server with every secret set, silent servers behind them, all rooms at DEBUG, and odd visitors."""
    with ReservedPort() as nobody, Collector() as collector:
        known = {name: Known(name, nobody) for name in NAMES}
        environ = {
            "DTU_HOST": "127.0.0.1", "DTU_PORT": str(nobody), "COMM_RETRIES": "0",
            "MQTT_BROKER": "127.0.0.1", "MQTT_PORT": str(nobody), "MQTT_USER": "anna",
            "DB_TYPE": "postgres" if form == "json" else "sqlite",
        }  # fmt: skip
        environ |= outspoken(tmp_path, collector, form)
        for number, (name, secret) in enumerate(known.items()):
            environ |= WAYS[(number + len(form)) % len(WAYS)](tmp_path, name, secret.value)
        visitor = Visitor()
        with start(tmp_path, "serve", **environ) as running:
            visitor.call(running)
            running.await_complaint("poll_failed")
            assert running.stop() == 0
        spoken = {
            "stdout": running.said, "stderr": running.complained, "file": (tmp_path / "s.log").read_text(),
            "answers": visitor.heard, "traces": repr(collector.spans),
        }  # fmt: skip
    assert "GET /api/v1/devices" in spoken["traces"]
    assert "poll_failed" in spoken["stderr"]
    assert "without completing handshake" not in spoken["stderr"], "a stranger's WebSocket is no error"
    assert "GET /api/v1/stream?" in spoken["stderr"], "the libraries say all that they can"
    for secret in [*known.values(), *visitor.carried]:
        for where, text in spoken.items():
            assert [form for form in secret.disguises() if form in text] == [], where


def outspoken(directory: Path, collector: Collector, form: str) -> dict[str, str]:
    """A server that tells all it can, in its log and in traces."""
    return {
        "LOG_LEVELS": json.dumps(dict.fromkeys(ROOMS, "DEBUG")), "LOG_FORMAT": form,
        "LOG_FILE": str(directory / "s.log"),
        "TRACING_ENABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
    }  # fmt: skip


def test_what_a_log_in_brings_is_told_to_nobody_else(tmp_path: Path) -> None:
    with (
        Collector() as collector,
        start(tmp_path, "serve", **outspoken(tmp_path, collector, "standard")) as running,
    ):
        made = logged_in(running.url)
        assert running.stop() == 0
        spoken = running.said + running.complained + (tmp_path / "s.log").read_text() + repr(collector.spans)
    assert "POST /api/v1/login" in spoken
    assert len(made) == 7
    assert [name for name, secret in made.items() if secret in spoken] == []


def logged_in(url: str) -> dict[str, str]:
    """Make a user, log in, and get every kind of credential; each of them."""
    made = {"password": secrets.token_urlsafe(16), "new password": secrets.token_urlsafe(16)}
    ann = {"name": "ann", "password": made["password"]}
    with httpx.Client(base_url=url, timeout=PATIENCE) as client:
        assert client.post("/api/v1/users", json={**ann, "role": "administrator"}).status_code == 201
        wrong = {**ann, "password": "wrong-" + ann["password"]}
        assert client.post("/api/v1/login", json=wrong).status_code == 401
        me = client.post("/api/v1/login", json=ann)
        made |= {"session": client.cookies["sunledger"], "csrf": me.json()["csrf_token"]}
        csrf = {"X-CSRF-Token": made["csrf"]}
        made["jwt"] = client.post("/api/v1/token", json=ann, headers=csrf).json()["access_token"]
        made["token"] = client.post(
            "/api/v1/tokens", json={"name": "a", "role": "viewer"}, headers=csrf
        ).json()["token"]
        change = {"password": made["new password"], "current_password": made["password"]}
        assert client.put("/api/v1/users/ann/password", json=change, headers=csrf).status_code == 200
        made["wrong token"] = made["token"][:-3] + "xyz"
    for name in ("jwt", "token", "wrong token"):
        headers = {"Authorization": f"Bearer {made[name]}"}
        httpx.get(f"{url}/api/v1/me", headers=headers)
        with (
            contextlib.suppress(WebSocketException),
            connect(url.replace("http", "ws", 1) + "/api/v1/stream?devices=all", additional_headers=headers),
        ):
            pass
    return made


class Visitor:
    """Somebody who carries secrets where people put them, and notes what is answered."""

    def __init__(self) -> None:
        self.carried: list[Known] = []
        self.heard = ""

    def _secret(self, name: str = "token") -> str:
        self.carried.append(Known(name, 0))
        return self.carried[-1].value

    def call(self, running: Running) -> None:
        url = running.url
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            for path in ("/stats", "/api/v1/devices", "/api/v1/system/health", "/nowhere", "/metrics"):
                self._ask(client, "GET", path)
            for path in ("/api/v1/login", "/api/v1/token", "/api/v1/setup", "/api/v1/settings/timezone"):
                for method in ("POST", "PUT", "PATCH"):
                    self._ask(client, method, path)
        for address in (f"/api/v1/stream?token={self._secret()}", f"/nowhere?access_token={self._secret()}"):
            self._listen(url.replace("http", "ws", 1) + address)
        self._mumble(url)

    def _ask(self, client: httpx.Client, method: str, path: str) -> None:
        cookies = f"a=b; __Host-sunledger={self._secret()}; sunledger={self._secret()}"
        basic = base64.b64encode(f"anna:{self._secret('password')}".encode()).decode()
        for headers in (
            {"Authorization": f"Bearer {self._secret()}"}, {"Authorization": f"Basic {basic}"},
            {"X-API-Key": self._secret()}, {"Cookie": cookies}, {"X-CSRF-Token": self._secret()},
        ):  # fmt: skip
            self._note(client.request(method, path, headers=headers))
        self._note(client.request(method, f"{path}?token={self._secret()}&api_key={self._secret()}"))
        for body in (
            json.dumps({"name": "anna", "password": self._secret("password")}),
            json.dumps({"name": "anna", "password": [self._secret("password")], "secret": self._secret()}),
            f'{{"password": "{self._secret()}", ',
            json.dumps([self._secret()]),
        ):
            self._note(
                client.request(method, path, content=body, headers={"Content-Type": "application/json"})
            )

    def _note(self, answer: httpx.Response) -> None:
        self.heard += f"{answer.status_code} {answer.headers} {answer.text}\n"

    def _listen(self, address: str) -> None:
        headers = {"Cookie": f"sunledger={self._secret()}", "Authorization": f"Bearer {self._secret()}"}
        with (
            contextlib.suppress(WebSocketException),
            connect(address, additional_headers=headers, subprotocols=None) as socket,
        ):
            socket.send(json.dumps({"type": "subscribe", "token": self._secret("password")}))
            self.heard += str(socket.recv(PATIENCE))

    def _mumble(self, url: str) -> None:
        """Send what is no HTTP."""
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as line:
            line.sendall(
                f"GET /x?token={self._secret()} HTTP/9.9\r\nAuthorization {self._secret()}\r\n\r\n".encode()
            )
            self.heard += line.recv(65536).decode(errors="replace")
