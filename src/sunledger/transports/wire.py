"""One TCP connection that carries one Modbus request at a time."""

import asyncio
from contextlib import suppress

from sunledger.transports.errors import DeviceError, Garbled, Unreachable
from sunledger.transports.lookup import Allows, look_up
from sunledger.transports.mbap import LONGEST, ReadRequest


class Wire(asyncio.Protocol):
    """A connection, what arrived on it, and whether it may carry another request."""

    def __init__(self, peer: str) -> None:
        self._peer = peer
        self._received = bytearray()
        self._changed = asyncio.Event()
        self._lost = asyncio.Event()
        self._transport: asyncio.Transport | None = None

    @property
    def usable(self) -> bool:
        """Connected, and nothing has arrived that nobody asked for."""
        return self._transport is not None and not self._transport.is_closing() and not self._received

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to write to."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  asyncio's promise for TCP
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect; a peer that floods is cut off."""
        self._received += data
        if len(self._received) > 2 * LONGEST:
            self._abort()
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        """Wake whoever waits."""
        self._transport = None
        self._lost.set()
        self._changed.set()

    async def exchange(self, request: ReadRequest, timeout: float) -> bytes:
        """The frame that answers the request, within `timeout` real seconds.

        Raises Unreachable when nothing came and Garbled for what is no answer or broke off. Then, and when
        cancelled, the connection is closed: an answer may still be on its way, and must not meet the next
        request.
        """
        try:
            async with asyncio.timeout(timeout):
                frame = await self._frame(request)
        except TimeoutError as late:
            self._abort()
            raise self._silence(request, f"within {timeout:g} s") from late
        except BaseException:
            self._abort()
            raise
        del self._received[: len(frame)]
        return frame

    async def _frame(self, request: ReadRequest) -> bytes:
        if self._transport is not None:
            self._transport.write(request.encode())
        while (frame := request.frame(self._received)) is None:
            if self._lost.is_set():
                raise self._silence(request, "before it closed the connection")
            self._changed.clear()
            await self._changed.wait()
        return frame

    def _silence(self, request: ReadRequest, when: str) -> DeviceError:
        if self._received:
            return Garbled(
                f"{self._peer} did not finish its answer to {request} {when}", bytes(self._received)
            )
        return Unreachable(f"{self._peer} did not answer to {request} {when}")

    async def close(self) -> None:
        """Close at once, and wait until it is closed."""
        self._abort()
        await self._lost.wait()

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


async def connect(host: str, port: int, timeout: float, allows: Allows | None = None) -> Wire:
    """A new connection, within `timeout` real seconds. Raises Unreachable.

    With `allows`, all addresses of the host must be such, and are what is connected to.
    """
    peer = f"{host}:{port}"
    try:
        async with asyncio.timeout(timeout):
            hosts = [host] if allows is None else await _allowed(host, port, allows)
            return await _first(hosts, port, peer)
    except (OSError, UnicodeError) as error:  # TimeoutError is an OSError; UnicodeError: no name of a host
        reason = str(error) or f"nobody answered within {timeout:g} s"
        raise Unreachable(f"cannot connect to {peer}: {reason}") from error


async def _allowed(host: str, port: int, allows: Allows) -> list[str]:
    addresses = await look_up(host, port)
    for address in addresses:
        if not allows(address):
            raise Unreachable(f"nothing is asked at {host}:{port}: {address} is no address of a device")
    return [str(address) for address in addresses]


async def _first(hosts: list[str], port: int, peer: str) -> Wire:
    """A connection to the first that takes it. Raises OSError for the last one."""
    *others, last = hosts
    for host in others:
        with suppress(OSError):
            return await _open(host, port, peer)
    return await _open(last, port, peer)


async def _open(host: str, port: int, peer: str) -> Wire:
    _, wire = await asyncio.get_running_loop().create_connection(lambda: Wire(peer), host, port)
    return wire
