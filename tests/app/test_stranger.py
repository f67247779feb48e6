"""Everything that a stranger would try at a Sunledger that others can reach: real requests at a real server.

Each test comes from an address of its own, so that none is counted with another, and calls the server by a
name that is not the machine's, as everybody from elsewhere does.
"""

import json
import socket
import subprocess
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote, urlsplit

import httpx
import jwt
import pytest
from tests.access.rooms import PASSWORD
from tests.app.running import PATIENCE, SUNLEDGER, Running, environment, start
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

HOST = "plant.example"
SECRET = "0123456789abcdef" * 4
API_TOKEN = "s3cret-of-the-house-and-nobody-else"
DATA = "/api/v1/devices"
LOGIN = "/api/v1/login"


@dataclass
class House:
    """A Sunledger that anybody on the network can reach, with one administrator and one reading."""

    server: Running
    port: int
    numbers: Iterator[int]

    @property
    def address(self) -> str:
        """Another one of this machine's own, that nobody else uses."""
        return f"127.0.0.{next(self.numbers)}"

    def client(self, **headers: str) -> httpx.Client:
        """A program on an address of its own."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Host": HOST, **headers},
            transport=httpx.HTTPTransport(local_address=self.address),
            timeout=PATIENCE,
        )

    def says(self, request: bytes) -> bytes:
        """All that is answered to these very bytes until the server closes the connection."""
        with socket.create_connection(
            ("127.0.0.1", self.port), PATIENCE, source_address=(self.address, 0)
        ) as raw:
            said = b""
            with suppress(ConnectionError):  # it need not listen to the end
                raw.sendall(request)
                while piece := raw.recv(65_536):
                    said += piece
            return said

    def get(self, target: str, *headers: str) -> bytes:
        """What is answered to a GET whose target is sent as it is."""
        lines = [f"GET {target} HTTP/1.1", f"Host: {HOST}", "Connection: close", *headers, "", ""]
        return self.says("\r\n".join(lines).encode("latin-1"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    directory = tmp_path_factory.mktemp("house")
    subprocess.run(
        [SUNLEDGER, "admin", "create", "ann", "--password-stdin"],
        cwd=directory, env=environment(directory), input=f"{PASSWORD}\n", text=True, check=True,
    )  # fmt: skip
    with start(
        directory, "serve", HEALTH_HOST="0.0.0.0", API_TOKEN=API_TOKEN, JWT_SECRET_KEY=SECRET,
        DTU_HOST="127.0.0.1", DTU_PORT="9", RATE_LIMIT_ANONYMOUS="120",
    ) as server:  # fmt: skip
        port = urlsplit(server.url).port
        assert port is not None
        yield House(server, port, count(2))
        assert server.events("Exception in ASGI application") == []
        assert server.stop() == 0


def refused(said: bytes) -> bool:
    """Whether an answer is one to somebody unknown."""
    return said.partition(b" ")[2][:3] in {b"303", b"307", b"400", b"401", b"404", b"405"}


def test_the_data_are_there_for_whoever_may(house: House) -> None:
    with house.client(Authorization=f"Bearer {API_TOKEN}") as known:
        assert known.get(DATA).status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        DATA, f"{DATA}/", f"/{DATA}", f"{DATA}?", f"{DATA}?a=/health", f"{DATA}#/health", DATA.upper(),
        "/api/v1/%64evices", "/api%2fv1%2fdevices", "/api/./v1/devices", "/health/../api/v1/devices",
        "/health/%2e%2e/api/v1/devices", "/health/..%2fapi/v1/devices", "/health/..;/api/v1/devices",
        "/health;/api/v1/devices", "/login/%2e%2e/api/v1/devices", f"{DATA}%00", f"{DATA}%20", f"{DATA}.json",
        f"{DATA}%0d%0aX:1", "\\api\\v1\\devices", f"http://localhost{DATA}", f"//localhost{DATA}",
        "/openapi.json", "/docs", "/metrics", "/stats", "/api/inverters", "/graphql?query={__typename}",
        "/login/../../../../../../etc/passwd", "/login/..%2f..%2f..%2fapplication.py", "/.env",
        "/.git/config", "/assets/..%2f..%2fapplication.py", "/assets/%2e%2e/%2e%2e/application.py",
        "/..%2findex.html", "/assets//etc/passwd",
    ],
)  # fmt: skip
def test_no_way_of_writing_an_address_leads_around_the_guard(house: House, target: str) -> None:
    said = house.get(target)
    assert refused(said), said[:200]
    assert b"root:" not in said
    assert b"next_cursor" not in said


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1;host=localhost", "X-Real-IP: 127.0.0.1",
        "X-Forwarded-Host: localhost", "X-Forwarded-Proto: https", "X-Original-URL: /health",
        "X-Rewrite-URL: /health", "X-HTTP-Method-Override: OPTIONS", "X-Remote-User: ann", "Remote-User: ann",
        "X-Forwarded-User: ann", "Origin: http://localhost", "X-CSRF-Token: ", "Client-IP: 127.0.0.1",
        "Authorization: ", "Authorization: Bearer", "Authorization: Bearer null", "Authorization: Bearer ann",
        "Authorization: Basic YWRtaW46YWRtaW4=", f"Authorization: Token {API_TOKEN}",
        f"Authorization: Bearer {API_TOKEN}x", f"Authorization: Bearer {API_TOKEN[:-1]}",
        f"X-API-Key: {API_TOKEN}", f"Cookie: sunledger={API_TOKEN}", "Cookie: sunledger=ann",
        f"Cookie: __Host-sunledger={'A' * 43}", "Cookie: sunledger=\"; a=b", "Connection: Authorization",
    ],
)  # fmt: skip
def test_no_header_makes_somebody_of_a_stranger(house: House, header: str) -> None:
    said = house.get(DATA, header)
    assert said.startswith(b"HTTP/1.1 401 "), said[:200]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "", f"{HOST}@localhost", "localhost\t"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_no_host_makes_the_machine_itself_of_a_stranger(house: House, host: str, version: str) -> None:
    lines = [f"GET {DATA} HTTP/{version}", f"Host: {host}", "Connection: close", "", ""]
    assert refused(house.says("\r\n".join(lines).encode()))


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "apikey", "key", "auth"])
def test_a_token_in_an_address_counts_for_nothing(house: House, name: str) -> None:
    assert house.get(f"{DATA}?{name}={API_TOKEN}").startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "PURGE", "get"])
def test_no_other_method_tells_more(house: House, method: str) -> None:
    said = house.says(f"{method} {DATA} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    assert refused(said), said[:200]


GUESSES = [
    ("admin", "admin"), ("admin", "password"), ("ann", "ann"), ("ann", "solarsolarsolar"), ("root", "root"),
    ("sunledger", "sunledger"), ("ann' OR '1'='1", "x"), ("ann", "' OR 1=1 --"), ("ann\0", PASSWORD),
    ("ann", f"{PASSWORD} "), ("ann", "x" * 100_000),
]  # fmt: skip


def test_neither_defaults_nor_tricks_log_anybody_in_and_nothing_tells_which_names_there_are(
    house: House,
) -> None:
    answers = set()
    for name, password in GUESSES:
        with house.client() as stranger:
            answer = stranger.post(LOGIN, json={"name": name, "password": password})
        answers.add((answer.status_code, answer.text, answer.headers.get("set-cookie")))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401


def until_refused(ask: Callable[[int], httpx.Response], rate: int) -> httpx.Response:
    """The first 429 of what is asked again and again.

    It may come a little after the rate: what is long ago counts less and less.
    """
    for number in range(2 * rate):
        answer = ask(number)
        if answer.status_code == 429:
            assert number >= rate
            return answer
        assert answer.status_code == 401
    raise AssertionError(f"nothing is refused after {2 * rate}")


def test_guessing_is_stopped_soon(house: House) -> None:
    with house.client() as stranger:
        said = until_refused(
            lambda number: stranger.post(LOGIN, json={"name": f"u{number}", "password": "wrong"}), 10
        )
    assert int(said.headers["retry-after"]) > 0


def test_asking_without_end_is_stopped_whatever_address_is_claimed(house: House) -> None:
    with house.client() as stranger:
        until_refused(
            lambda number: stranger.get(DATA, headers={"X-Forwarded-For": f"192.0.2.{number}"}), 120
        )


@pytest.fixture(scope="module")
def good(house: House) -> str:
    """A signed token of the administrator."""
    with house.client() as ann:
        told: dict[str, str] = ann.post("/api/v1/token", json={"name": "ann", "password": PASSWORD}).json()
    return told["access_token"]


def changed(good: str, headers: Mapping[str, object], key: str, claims: Mapping[str, object]) -> str:
    """A token like a good one, but for what is changed."""
    said = jwt.decode(good, options={"verify_signature": False})
    return jwt.encode({**said, **claims}, key, headers={**jwt.get_unverified_header(good), **headers})


def unsigned(good: str, algorithm: str) -> str:
    """A good token whose header says that it is signed otherwise, or not at all."""
    _, claims, signature = good.split(".")
    head = json.dumps({**jwt.get_unverified_header(good), "alg": algorithm})
    encoded = urlsafe_b64encode(head.encode()).decode().rstrip("=")
    return f"{encoded}.{claims}.{'' if algorithm.lower() == 'none' else signature}"


def enters(house: House, token: str) -> bool:
    with house.client() as stranger:
        answer = stranger.get("/api/v1/me", headers={b"Authorization": b"Bearer " + token.encode()})
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


OTHER_KEY = "x" * 64


def test_no_signed_token_counts_but_one_that_is_wholly_ours(house: House, good: str) -> None:
    assert enters(house, good)
    assert enters(house, changed(good, {}, SECRET, {}))
    for claims in (
        {"exp": 1_700_000_000}, {"exp": "soon"}, {"iss": "other"}, {"aud": "other"}, {"sub": "root"},
        {"gen": 99}, {"sid": "x"}, {"sub": None},
    ):  # fmt: skip
        assert not enters(house, changed(good, {}, SECRET, claims)), claims
    for head in (
        {}, {"kid": "../../dev/null"}, {"kid": "' UNION SELECT 'x' --"}, {"jku": "http://192.0.2.1/"},
        {"jwk": {"kty": "oct", "k": "eA"}},
    ):  # fmt: skip
        assert not enters(house, changed(good, head, OTHER_KEY, {})), head
    for algorithm in ("none", "None", "RS256", "ES256", "HS512", ""):
        assert not enters(house, unsigned(good, algorithm)), algorithm
    for text in (good[:-2], f"{good}.x", "..", "a.b.c", "é.é.é"):
        assert not enters(house, text), text


def cookie_of(house: House) -> tuple[str, str]:
    """The cookie and the CSRF token of somebody who has logged in."""
    with house.client() as ann:
        answer = ann.post(LOGIN, json={"name": "ann", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return answer.headers["set-cookie"].partition(";")[0], answer.json()["csrf_token"]


def test_another_sites_page_changes_nothing_with_somebodys_cookie(house: House) -> None:
    cookie, csrf = cookie_of(house)
    own, foreign = f"http://{HOST}", "https://evil.example"
    made = {"name": "evil"}
    with house.client(Cookie=cookie) as browser:
        for headers, status in (
            ({}, 403), ({"Origin": own}, 403), ({"Origin": foreign, "X-CSRF-Token": csrf}, 403),
            ({"Origin": "null", "X-CSRF-Token": csrf}, 403), ({"X-CSRF-Token": csrf[:-1]}, 403),
            ({"Origin": f"{own}.evil.example", "X-CSRF-Token": csrf}, 403),
            ({"Origin": own, "X-CSRF-Token": csrf}, 201),
        ):  # fmt: skip
            answer = browser.post("/api/v1/tokens", json=made, headers=headers)
            assert answer.status_code == status, (headers, answer.text)
        form = {"Content-Type": "text/plain", "Origin": own, "X-CSRF-Token": csrf}
        assert browser.post("/api/v1/tokens", content=b'{"name":"evil"}', headers=form).status_code == 415
        reading = browser.get(DATA, headers={"Origin": foreign})
        assert "access-control-allow-origin" not in reading.headers
    with house.client() as stranger:
        page = stranger.post(LOGIN, json={"name": "a", "password": "b"}, headers={"Origin": foreign})
        assert page.status_code == 403


def test_a_websocket_opens_for_nobody_but_who_may_and_for_no_other_sites_page(house: House) -> None:
    cookie, _ = cookie_of(house)
    bearer, own, foreign = f"Bearer {API_TOKEN}", f"http://{HOST}", "https://evil.example"
    for headers, status in (
        ({}, 401), ({"Origin": own}, 401), ({"Cookie": "sunledger=forged"}, 401),
        ({"Cookie": cookie, "Origin": foreign}, 403), ({"Cookie": cookie, "Origin": own}, 101),
        ({"Authorization": bearer}, 101), ({"Sec-WebSocket-Protocol": API_TOKEN}, 401),
    ):  # fmt: skip
        for path in ("/api/v1/stream", f"/api/v1/stream?token={API_TOKEN}"):
            assert opened(house, path, {"Host": HOST, **headers}) == status, headers


def opened(house: House, path: str, headers: Mapping[str, str]) -> int:
    """The status with which a WebSocket is answered."""
    raw = socket.create_connection(("127.0.0.1", house.port), PATIENCE, source_address=(house.address, 0))
    own = dict(headers)
    host, origin = own.pop("Host"), own.pop("Origin", None)
    try:
        with connect(f"ws://{host}{path}", sock=raw, origin=origin, additional_headers=own):  # type: ignore[arg-type]  # any text is an origin
            return 101
    except InvalidStatus as error:
        return error.response.status_code


SMUGGLED = f"GET {DATA} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {API_TOKEN}\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 3\r\nTransfer-Encoding: chunked", "Content-Length: 3\r\nContent-Length: 200",
        "Content-Length: +3", "Content-Length: 3, 200", "Content-Length : 3", "Content-Length: -1",
        "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding : chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "X: a\rContent-Length: 3", " X: folded",
        f"Host: {HOST}", "Content-Length: 0x3", "X\0: 1", "X: \0",
    ],
)  # fmt: skip
def test_what_two_servers_could_read_in_two_ways_is_read_in_none(house: House, head: str) -> None:
    said = house.says(f"POST {LOGIN} HTTP/1.1\r\nHost: {HOST}\r\n{head}\r\n\r\n0\r\n\r\n{SMUGGLED}".encode())
    assert said.startswith(b"HTTP/1.1 4"), said[:100]
    assert b" 200 OK" not in said


def test_what_is_too_long_or_too_deep_is_refused_before_it_costs_much(house: House) -> None:
    for long in (
        house.get(DATA, f"X: {'x' * 200_000}"),
        house.get(f"{DATA}?{'x' * 200_000}"),
        house.get(DATA, *(f"X{n}: 1" for n in range(20_000))),
    ):
        assert long == b"" or refused(long)
    bomb = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zipped = bomb.compress(b"[" + b"{}," * 10_000_000) + bomb.flush()
    as_json, push = {"Content-Type": "application/json"}, "/api/v1/devices/meter/telemetry"
    with house.client(**as_json) as stranger:
        for body, status in (
            (b"[" * 100_000, 400), (b'{"a":' * 100_000, 400), (b"x" * (1 << 21), 413), (b"\xff", 400),
            (b'{"name": "ann", "name": "ann", "password": 1e999}', 400), (b'{"name": "\\ud800"}', 400),
        ):  # fmt: skip
            assert stranger.post(LOGIN, content=body).status_code == status, body[:20]
        assert stranger.post(push, content=zipped).status_code == 401
    with house.client(Authorization=f"Bearer {API_TOKEN}", **as_json) as known:
        for body, encoding, status in (
            (zipped, "gzip", 413), (b"[" * 100_000, "identity", 422), (b"\x1f\x8b", "gzip", 400),
            (b"{}", "br", 415), (b"x" * (1 << 21), "identity", 413),
        ):  # fmt: skip
            answer = known.post(push, content=body, headers={"Content-Encoding": encoding})
            assert answer.status_code == status, answer.text
            assert answer.json()["detail"]


def test_nothing_that_is_sent_writes_a_line_of_the_log_or_of_the_audit(house: House) -> None:
    forged = '\n{"event": "stopped", "level": "info"}\r\n\x1b[2J'
    with house.client() as stranger:
        stranger.post(LOGIN, json={"name": forged, "password": forged})
        stranger.get(f"/api/{quote(forged)}")
    house.get(DATA, "User-Agent: \x1b[31mevil")
    with house.client(Authorization=f"Bearer {API_TOKEN}") as known:
        known.patch(f"{DATA}/meter", json={"name": forged})
    assert house.server.events("stopped") == []
    assert "\x1b" not in house.server.complained
    records = [line for line in house.server.complained.splitlines() if not line.startswith("warning: ")]
    assert all(json.loads(line)["event"] for line in records)


def test_an_answer_tells_a_stranger_nothing_of_what_it_is_made_with(house: House) -> None:
    for target in ("/nowhere", DATA, "/health"):
        said = house.get(target).lower()
        assert not any(word in said for word in (b"uvicorn", b"python", b"starlette", b"traceback")), said


def test_whoever_is_in_gets_no_further_than_the_role_allows(house: House) -> None:
    with house.client(Authorization=f"Bearer {API_TOKEN}") as operator:
        for method, path, content in (
            ("GET", "/api/v1/users", None), ("GET", "/api/v1/audit", None),
            ("POST", "/api/v1/users", {"name": "eve", "password": PASSWORD, "role": "administrator"}),
            ("PATCH", "/api/v1/users/ann", {"disabled": True}), ("DELETE", "/api/v1/users/ann", None),
            ("PUT", "/api/v1/users/ann/password", {"password": "a lantern under the eaves"}),
        ):  # fmt: skip
            answer = operator.request(method, path, json=content)
            assert answer.status_code == 403, answer.text


def test_the_set_up_is_over_once_there_is_an_administrator(house: House) -> None:
    with house.client() as stranger:
        made = {"secret": "A" * 43, "name": "eve", "password": PASSWORD}
        assert stranger.post("/api/v1/setup", json=made).status_code in {400, 409, 410}


def test_after_all_that_the_audit_is_whole(house: House, good: str) -> None:
    with house.client(Authorization=f"Bearer {good}") as ann:
        answer = ann.get("/api/v1/audit/verification")
    assert answer.status_code == 200, answer.text
    assert answer.json()["sound"] is True, answer.text
