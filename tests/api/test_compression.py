"""Answers compressed as the client can read them; secrets and events never."""

import asyncio
import gzip
import json
import sys
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from tests.api.plant import Plant, serving

from sunledger.api import compression
from sunledger.api.compression import WORTH_IT, agreed


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    """A plant that was read for half an hour."""
    async with serving() as running:
        await running.read(30)
        yield running


async def raw(plant: Plant, path: str, accepted: str) -> tuple[httpx.Headers, bytes]:
    """An answer as it comes over the wire."""
    async with plant.client.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        assert answer.status_code == 200
        return answer.headers, b"".join([piece async for piece in answer.aiter_raw()])


def unzstd(content: bytes) -> bytes:
    return zstd.decompress(content)


READ = {"zstd": unzstd, "gzip": gzip.decompress}
PATHS = {
    "at once": "/api/v1/readings?limit=100",
    "streamed CSV": "/api/v1/readings?format=csv",
    "streamed NDJSON": "/api/v1/readings?format=ndjson",
    "columns": "/api/v1/readings?format=columns",
    "an old path": "/api/inverters",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("encoding", READ)
async def test_what_is_read_is_what_was_asked(plant: Plant, path: str, encoding: str) -> None:
    plain, content = await raw(plant, path, "identity")
    assert "content-encoding" not in plain
    headers, compressed = await raw(plant, path, encoding)
    if len(content) >= WORTH_IT:
        assert headers["content-encoding"] == encoding
        assert len(compressed) < len(content)
        assert READ[encoding](compressed) == content
    assert headers.get("content-length", str(len(compressed))) == str(len(compressed))
    assert "Accept-Encoding" in plain["vary"]
    assert plain.get("etag") == headers.get("etag")


async def test_zstd_is_preferred_and_gzip_where_it_is_not_there(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = "gzip, deflate, br, zstd"
    assert (await raw(plant, PATHS["at once"], accepted))[0]["content-encoding"] == "zstd"
    monkeypatch.setitem(sys.modules, "backports", None)
    monkeypatch.setitem(sys.modules, "compression", None)
    compression._zstd.cache_clear()
    assert (await raw(plant, PATHS["at once"], accepted))[0]["content-encoding"] == "gzip"
    compression._zstd.cache_clear()


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("", None), ("identity", None), ("br", None), ("gzip", "gzip"), ("GZIP;q=0.5", "gzip"), ("*", "gzip"),
        ("gzip;q=0", None), ("zstd;q=0, gzip", "gzip"), ("gzip, zstd;q=0.1", "zstd"), ("*;q=0", None),
        ("gzip; q=0.0, *", None),
    ],
)  # fmt: skip
def test_what_the_client_says_counts(said: str, used: str | None) -> None:
    assert agreed(said) == used


@given(said=st.text(st.characters(codec="ascii"), max_size=40))
def test_nothing_that_is_said_breaks_it(said: str) -> None:
    assert agreed(said) in {None, "gzip", "zstd"}


async def test_short_answers_go_as_they_are(plant: Plant) -> None:
    headers, content = await raw(plant, "/api/v1/system/health", "gzip")
    assert "content-encoding" not in headers
    assert json.loads(content)["overall_health"]


SECRET = b"x" * 4 * WORTH_IT


@pytest.mark.parametrize(
    "headers", [{"Cache-Control": "no-store"}, {"Cache-Control": "no-transform"}, {"Set-Cookie": "session=x"}]
)
async def test_what_marks_a_secret_is_not_compressed(plant: Plant, headers: dict[str, str]) -> None:
    @plant.api.get("/secret")
    async def secret(_: Request) -> Response:
        return Response(SECRET, headers=headers, media_type="application/json")

    got, content = await raw(plant, "/secret", "zstd, gzip")
    assert "content-encoding" not in got
    assert content == SECRET


async def test_who_one_is_holds_a_secret(plant: Plant) -> None:
    assert (await raw(plant, "/api/v1/me", "gzip"))[0]["cache-control"] == "no-store"


@pytest.mark.parametrize("media_type", ["text/event-stream", "application/vnd.apache.parquet", "image/png"])
async def test_what_is_compressed_or_read_event_by_event_goes_as_it_is(plant: Plant, media_type: str) -> None:
    @plant.api.get("/other")
    async def other(_: Request) -> Response:
        return Response(SECRET, media_type=media_type)

    assert "content-encoding" not in (await raw(plant, "/other", "zstd, gzip"))[0]


@pytest.mark.parametrize("encoding", READ)
async def test_each_piece_of_a_stream_can_be_read_when_it_comes(plant: Plant, encoding: str) -> None:
    more = asyncio.Event()

    async def lines() -> AsyncIterator[bytes]:
        yield b"first\n"
        await more.wait()
        yield b"second\n"

    @plant.api.get("/lines")
    async def streamed(_: Request) -> Response:
        return StreamingResponse(lines(), media_type="text/csv")

    reader = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding == "gzip" else zstd.ZstdDecompressor()
    async with plant.client.stream("GET", "/lines", headers={"Accept-Encoding": encoding}) as answer:
        pieces = answer.aiter_raw()
        got = b""
        while got != b"first\n":
            got += reader.decompress(await anext(pieces))
        more.set()
        rest = b"".join([reader.decompress(piece) async for piece in pieces])
    assert rest == b"second\n"
