"""The headers of answers: a browser takes no more from one than was meant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send
from tests.api.plant import listening

from sunledger.api.front import Front, FrontedApi

HERE = [ip_network("127.0.0.0/8")]
ASSISTANT = "https://home.example:8123"
EVERY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


async def page() -> Response:
    policy = "default-src 'none'; script-src 'self'"
    return Response("<html>", headers={"Content-Security-Policy": policy}, media_type="text/html")


async def cached() -> Response:
    return PlainTextResponse("x", headers={"Cache-Control": "max-age=5", "Referrer-Policy": "no-referrer"})


async def cookies() -> Response:
    answer = PlainTextResponse("x")
    answer.set_cookie("a", "1")
    answer.set_cookie("b", "2")
    return answer


async def framed() -> Response:
    policy = "frame-ancestors 'self'"
    return Response("<html>", headers={"Content-Security-Policy": policy}, media_type="text/html")


async def broken() -> Response:
    raise RuntimeError("a bug")


@asynccontextmanager
async def served(front: Front) -> AsyncIterator[httpx.AsyncClient]:
    api = FrontedApi()
    api.front = front
    for route in (page, cached, cookies, framed, broken):
        api.get(f"/{route.__name__}")(route)
    async with listening(api) as (_, address), httpx.AsyncClient(base_url=address) as client:
        yield client


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with served(Front()) as client:
        yield client


def missing(headers: httpx.Headers, expected: dict[str, str] = EVERY) -> dict[str, str]:
    return {name: value for name, value in expected.items() if headers.get_list(name) != [value]}


@pytest.mark.parametrize("path", ["/openapi.json", "/nowhere", "/cookies", "/broken"])
async def test_every_answer_carries_them_also_that_to_a_bug(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert missing(answer.headers) == {}
    assert "strict-transport-security" not in answer.headers


async def test_a_page_keeps_its_own_policy_and_is_told_who_may_frame_it(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/page")).headers
    assert headers.get_list("content-security-policy") == [
        "default-src 'none'; script-src 'self'; frame-ancestors 'none'"
    ]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=(self)" in headers["permissions-policy"]


async def test_what_a_change_brings_is_not_kept(client: httpx.AsyncClient) -> None:
    for answer in (await client.post("/page"), await client.put("/nowhere"), await client.delete("/cached")):
        assert answer.headers["cache-control"] == "no-store"


async def test_what_a_route_has_said_stays(client: httpx.AsyncClient) -> None:
    said = {"cache-control": "max-age=5", "referrer-policy": "no-referrer"}
    assert missing((await client.get("/cached")).headers, said) == {}
    assert (await client.get("/framed")).headers["content-security-policy"] == "frame-ancestors 'self'"
    assert len((await client.get("/cookies")).headers.get_list("set-cookie")) == 2


async def test_home_assistant_frames_our_pages_where_it_was_named() -> None:
    async with served(Front(frame_ancestors=[ASSISTANT, "https://ha.example"])) as client:
        framing = f"frame-ancestors {ASSISTANT} https://ha.example"
        assert framing in (await client.get("/page")).headers["content-security-policy"]


async def test_strict_transport_security_is_promised_over_tls_only() -> None:
    promise = {"strict-transport-security": "max-age=31536000; includeSubDomains"}
    said = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
    async with served(Front(trusted_proxies=HERE)) as client:
        assert missing((await client.get("/page", headers=said)).headers, promise) == {}
        assert "strict-transport-security" not in (await client.get("/page")).headers
    async with served(Front()) as client:
        assert "strict-transport-security" not in (await client.get("/page", headers=said)).headers


class TestOtherOrigins:
    async def test_may_read_nothing_unless_they_are_listed(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/page", headers={"Origin": ASSISTANT})
        assert not any(name.startswith("access-control") for name in answer.headers)
        asked = {"Origin": ASSISTANT, "Access-Control-Request-Method": "GET"}
        refused = await client.options("/page", headers=asked)
        assert refused.status_code == 405
        assert not any(name.startswith("access-control") for name in refused.headers)

    async def test_may_read_where_they_are_listed_but_never_with_a_cookie(self) -> None:
        async with served(Front(cors_origins=[ASSISTANT])) as client:
            for path in ("/page", "/broken", "/nowhere"):
                headers = (await client.get(path, headers={"Origin": ASSISTANT})).headers
                assert headers["access-control-allow-origin"] == ASSISTANT
                assert "access-control-allow-credentials" not in headers
                assert "origin" in headers["vary"].lower()
            other = await client.get("/page", headers={"Origin": "https://evil.example"})
            assert "access-control-allow-origin" not in other.headers

    async def test_may_ask_beforehand(self) -> None:
        async with served(Front(cors_origins=[ASSISTANT])) as client:
            asked = {
                "Access-Control-Request-Method": "PATCH",
                "Access-Control-Request-Headers": "authorization,content-type",
            }
            allowed = await client.options("/page", headers={"Origin": ASSISTANT, **asked})
            assert allowed.status_code == 200
            assert allowed.headers["access-control-allow-origin"] == ASSISTANT
            assert "PATCH" in allowed.headers["access-control-allow-methods"]
            refused = await client.options("/page", headers={"Origin": "https://evil.example", **asked})
            assert "access-control-allow-origin" not in refused.headers


async def test_a_refused_websocket_carries_them_too() -> None:
    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.http.response.start", "status": 401, "headers": []})

    async def receive() -> Message:
        return {}

    sent: list[Headers] = []

    async def send(message: Message) -> None:
        sent.append(Headers(raw=message["headers"]))

    scope = {"type": "websocket", "scheme": "ws", "headers": [], "client": ("203.0.113.9", 5)}
    await Front().before(refusing)(scope, receive, send)
    assert sent[0]["x-content-type-options"] == "nosniff"
