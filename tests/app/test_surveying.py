"""The survey: whom it asks, whom it never asks, and what it says of what is no DTU."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.app.doctor.clinic import simulated

from sunledger.api.surveys import AlreadyRead, NotADtu, Surveyed, Surveying, Weight
from sunledger.app import surveying
from sunledger.app.configuration import Configuration
from sunledger.app.surveying import Surveyor
from sunledger.sites import DtuEntry

QUICK = Configuration.model_validate({"dtu": {"comm_timeout": 0.2, "comm_retries": 0}})


def surveyor(*read: DtuEntry) -> Surveyor:
    return Surveyor(QUICK, lambda: read)


@asynccontextmanager
async def service(greeting: bytes) -> AsyncIterator[int]:
    """Something else that listens, and says this to whoever comes; its port."""
    ends = asyncio.Event()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await ends.wait()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        ends.set()
        server.close()
        await server.wait_closed()


def said(seen: Surveyed) -> str:
    return " ".join([word for each in seen.findings for word in (each.said, *each.shown, *each.changes)])


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254", "169.254.1.1", "0.0.0.0", "0", "255.255.255.255", "224.0.0.251", "100.100.100.200",
        "168.63.129.16", "::", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
        "fd00:ec2::254", "ff02::1", "2852039166", "0xa9fea9fe",
    ],
)  # fmt: skip
async def test_some_addresses_are_never_asked_however_they_are_written(host: str) -> None:
    with pytest.raises(NotADtu, match="is no address of a DTU"):
        await surveyor().survey(host, 80, 1)


async def test_a_name_that_leads_nowhere_is_told() -> None:
    seen = await surveyor().survey("no-such-dtu.invalid", 502, 1)
    assert seen.findings[0].level is Weight.ATTENTION
    assert "leads nowhere" in seen.findings[0].said


async def test_what_is_read_is_not_asked_by_somebody_else() -> None:
    read = DtuEntry(id="roof", host="LOCALHOST", port=5020)
    gone = DtuEntry(id="gone", host="no-such-dtu.invalid", port=5020)
    with pytest.raises(AlreadyRead, match="the DTU roof is there, and is read already"):
        await surveyor(gone, read).survey("127.0.0.1", 5020, 7)


async def test_another_service_is_not_quoted() -> None:
    async with service(b"SSH-2.0-secret-of-this-house\r\n") as port:
        seen = await surveyor().survey("127.0.0.1", port, 1)
    assert seen.findings[0].level is Weight.ATTENTION
    assert "secret" not in said(seen)
    assert (seen.gateway_serial, seen.inverters) == (None, [])


async def test_one_is_surveyed_at_a_time() -> None:
    both = surveyor()
    async with service(b"") as port:
        first = asyncio.create_task(both.survey("127.0.0.1", port, 1))
        await asyncio.sleep(0)
        with pytest.raises(Surveying):
            await both.survey("127.0.0.1", port, 1)
        await first
        await both.survey("127.0.0.1", port, 1)


async def test_it_does_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "LONGEST", 0.05)
    async with service(b"") as port:
        seen = await surveyor().survey("127.0.0.1", port, 1)
    assert "not examined to the end" in seen.findings[0].said


async def test_inverters_come_with_their_ports() -> None:
    async with simulated() as dtu:
        seen = await Surveyor(Configuration(), lambda: ()).survey("127.0.0.1", dtu.port, 1)
    assert seen.gateway_serial is not None
    assert [tuple(each.ports) for each in seen.inverters] == [(1, 2)] * 3
    assert seen.seconds > 0
