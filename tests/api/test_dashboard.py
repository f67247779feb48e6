"""The dashboard as it is served: one page for every screen, files by name, nothing else."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.api.plant import Plant, serving

from sunledger.api.dashboard import SCREENS
from sunledger.api.dashboard_files import DashboardFiles
from sunledger.api.guard import Reach
from sunledger.api.limits import Rates

WEB = Path(__file__).parents[2] / "web"
PAGE, SCRIPT = "<!doctype html><div id=app></div>", "let sun = 1;\n" * 400
NAME = "assets/index-Ab_-1234.js"
STATIC = {
    "index.html": PAGE,
    NAME: SCRIPT,
    "assets/logo.svg": "<svg/>",
    "icon.svg": "<svg/>",
    "manifest.webmanifest": "{}",
    "icon-192.png": "png",
    "sw.js": "self;",
    "notes.txt": "asked by nobody",
}
ADDRESSES = [
    "/", "/roof", "/roof/", "/roof/116180000001/2", "/history", "/devices", "/devices/116180000001",
    "/devices/dtu/roof", "/storage", "/settings", "/settings/users", "/login?next=/docs", "/setup",
]  # fmt: skip


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it."""
    folder = tmp_path / "built"
    for name, content in STATIC.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder / f"{NAME}.gz").write_bytes(gzip.compress(SCRIPT.encode(), 9))
    (tmp_path / "secret").write_text("root:")
    return folder


def show(plant: Plant, folder: Path) -> None:
    """Let a server have what was built into a folder."""
    sources = plant.api.state.sources
    settings = replace(sources.settings, dashboard=DashboardFiles.read(folder))
    plant.api.state.sources = replace(sources, settings=settings)


@pytest.fixture
async def plant(built: Path) -> AsyncIterator[Plant]:
    """One that others can reach, with nobody logged in."""
    async with serving(reach=Reach(loopback_only=False)) as running:
        show(running, built)
        yield running


async def raw(plant: Plant, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer as it comes over the wire."""
    async with plant.client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


@pytest.mark.parametrize("address", ADDRESSES)
async def test_every_screen_is_the_same_page_also_for_a_stranger(plant: Plant, address: str) -> None:
    answer = await plant.client.get(address, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_loads_from_here_alone_and_nothing_inline(plant: Plant) -> None:
    policy = (await plant.get("/")).headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert {"script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'"} <= set(policy)
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in str(policy)


async def test_a_worker_may_load_what_its_page_may(plant: Plant) -> None:
    assert "connect-src 'self'" in (await plant.get("/sw.js")).headers["content-security-policy"]


async def test_what_has_its_hash_in_its_name_is_kept_for_a_year_and_nothing_else_is(plant: Plant) -> None:
    assert (await plant.get(f"/{NAME}")).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/", "/assets/logo.svg", "/manifest.webmanifest", "/icon-192.png", "/sw.js"):
        assert (await plant.get(path)).headers["cache-control"] == "no-cache"


async def test_each_file_says_what_it_is(plant: Plant) -> None:
    for path, kind in (
        (NAME, "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml"),
        ("manifest.webmanifest", "application/manifest+json"), ("icon-192.png", "image/png"),
    ):  # fmt: skip
        assert (await plant.get(f"/{path}")).headers["content-type"] == kind


async def test_the_build_has_compressed_what_is_sent_compressed(plant: Plant, built: Path) -> None:
    packed = (built / f"{NAME}.gz").read_bytes()
    for accepted in ("gzip, deflate, br, zstd", "gzip", "*"):
        answer, content = await raw(plant, f"/{NAME}", **{"Accept-Encoding": accepted})
        assert (answer.headers["content-encoding"], content) == ("gzip", packed)
        assert answer.headers["content-length"] == str(len(packed))
        assert answer.headers.get_list("vary") == ["Accept-Encoding"]
    answer, content = await raw(plant, f"/{NAME}", **{"Accept-Encoding": "gzip;q=0"})
    assert (answer.headers.get("content-encoding"), content) == (None, SCRIPT.encode())
    assert answer.headers.get_list("vary") == ["Accept-Encoding"]


async def test_whoever_has_it_is_not_sent_it_again(plant: Plant) -> None:
    for path in ("/", f"/{NAME}", "/manifest.webmanifest"):
        first = await plant.get(path)
        again = await plant.client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert "content-encoding" not in again.headers
        head = await plant.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/nothing.js", "/assets/index-Ab_-1234.js.gz", "/assets/..%2findex.html",
        "/assets/..%2f..%2fsecret", "/assets/%2e%2e/%2e%2e/secret", "/../icon-192.png/../../secret",
        "/notes.txt", "/index.html", "/assets", "/assets/", "/favicon.ico", "/secret",
    ],
)  # fmt: skip
async def test_what_was_not_built_is_not_there(plant: Plant, path: str) -> None:
    host, _, port = plant.address.partition(":")
    said = await said_to(host, int(port), path)
    assert b" 404 " in said.partition(b"\r\n")[0], said
    assert b"root:" not in said


@pytest.mark.parametrize(
    "path", ["/devices/../api/v1/devices", "/devices/%2e%2e/api/v1/devices", "/settings/..%2f..%2fsecret"]
)
async def test_below_a_screen_there_is_nothing_but_the_page(plant: Plant, path: str) -> None:
    host, _, port = plant.address.partition(":")
    assert (await said_to(host, int(port), path)).partition(b"\r\n\r\n")[2] == PAGE.encode()


async def said_to(host: str, port: int, target: str) -> bytes:
    """What is answered to a GET whose target is sent as it is."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: sun.example\r\nConnection: close\r\n\r\n".encode())
    said = await reader.read()
    writer.close()
    return said


async def test_a_page_of_many_files_uses_up_nobody_s_requests(built: Path) -> None:
    async with serving(reach=Reach(loopback_only=False), rates=Rates(anonymous=2)) as plant:
        show(plant, built)
        behind = {"X-Forwarded-For": "203.0.113.9"}
        answers = [await plant.client.get(f"/{NAME}", headers=behind) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
        pages = [(await plant.client.get("/", headers=behind)).status_code for _ in range(3)]
        assert pages == [200, 200, 429]


def test_every_screen_that_the_page_knows_is_served() -> None:
    addresses = (WEB / "src" / "routing" / "addresses.ts").read_text("utf-8")
    known = re.findall(r'^  "(/[^"]*)": \w+,$', addresses, re.MULTILINE)
    served = [re.escape(screen).replace(r"\{rest:path\}", ".*") for screen in SCREENS]
    assert known
    assert [path for path in known if not any(re.fullmatch(each, path) for each in served)] == []


async def test_no_screen_has_an_address_of_the_api(plant: Plant) -> None:
    assert not [screen for screen in SCREENS if screen.startswith(("/api", "/docs", "/health", "/metrics"))]
    refused = await plant.get("/api/v1/devices")
    assert refused.status_code == 401


async def test_another_build_changes_nothing_of_a_running_server(plant: Plant, built: Path) -> None:
    (built / "index.html").write_text("<p>newer")
    (built / NAME).unlink()
    assert (await plant.get("/")).text == PAGE
    assert (await plant.get(f"/{NAME}")).text == SCRIPT


async def test_without_a_dashboard_its_addresses_say_how_to_build_it(tmp_path: Path) -> None:
    async with serving() as plant:
        show(plant, tmp_path / "never")
        for address in ("/", "/login", "/settings/users"):
            answer = await plant.get(address)
            assert answer.status_code == 503
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-security-policy"].startswith("default-src 'none'; frame")
            assert "make web" in answer.text
            assert 'href="/docs"' in answer.text
        assert (await plant.get("/manifest.webmanifest")).status_code == 404
        assert (await plant.get("/docs")).status_code == 200
