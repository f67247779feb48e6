"""Modbus TCP to one device: one connection and never two.

Two kinds of time meet here. `timeout` is real time, because a socket lives in it, however fast the Clock
runs. `gap` and the reconnect delays are ours to choose and are waited on the Clock.

Only silence is asked again. Who answered, if only with a refusal or with nonsense, has answered: a DTU is
easily overrun, and the next poll is a minute away.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from sunledger.sitetime import Clock
from sunledger.transports.errors import Garbled, Unreachable
from sunledger.transports.lookup import Allows
from sunledger.transports.mbap import ReadRequest
from sunledger.transports.wire import Wire, connect

_TRANSACTIONS = 0x10000


@dataclass(frozen=True, slots=True, kw_only=True)
class CommParams:
    """How patient and how gentle a link is; all in seconds but `retries`."""

    timeout: float = 3.0
    """Real seconds until a connection, and then an answer, must be there."""
    retries: int = 3
    """How often a request is tried again after silence: 3 means at most four tries."""
    reconnect_delay: float = 0.0
    """The wait after a failed connection attempt; doubles with each further one."""
    reconnect_delay_max: float = 300.0
    gap: float = 0.05
    """The least time from the start of one try to the start of the next, so a slow device pays nothing."""


class ModbusTcp:
    """A link to one Modbus TCP device. Connects when first asked; callers queue for the one connection.

    After silence, nonsense or a cancelled request the connection is closed, so that an answer that comes
    late is never taken for that of the next request.
    """

    def __init__(
        self,
        host: str,
        port: int,
        unit_id: int,
        clock: Clock,
        comm: CommParams = CommParams(),
        allows: Allows | None = None,
    ) -> None:
        """`allows` tells to which addresses it may connect; None for any."""
        self._host, self._port, self._unit = host, port, unit_id
        self._clock = clock
        self._comm = comm
        self._allows = allows
        self._wire: Wire | None = None
        self._lock = asyncio.Lock()
        self._transaction = 0
        self._generation = 0
        self._next_try = clock.monotonic()
        self._delay = comm.reconnect_delay

    @property
    def connected(self) -> bool:
        """Whether the connection stands, as far as this side knows."""
        return self._wire is not None and self._wire.usable

    @property
    def generation(self) -> int:
        """How many connections were made so far."""
        return self._generation

    async def read_holding(self, address: int, count: int) -> bytes:
        """The content of `count` (1 to 125) holding registers from `address`: 2 × count bytes, big endian.

        Raises Unreachable, Refused or Garbled.
        """
        async with self._lock:
            return await self._persist(address, count)

    async def close(self) -> None:
        """Close the connection once the request on its way is done; a later read makes a new one."""
        async with self._lock:
            await self._drop()

    async def _persist(self, address: int, count: int) -> bytes:
        for _ in range(self._comm.retries):
            with suppress(Unreachable):  # the last try says so if it stays
                return await self._try(address, count)
        return await self._try(address, count)

    async def _try(self, address: int, count: int) -> bytes:
        await self._wait_until(self._next_try)
        wire = await self._connected()
        self._next_try = self._clock.monotonic() + self._comm.gap
        self._transaction = (self._transaction + 1) % _TRANSACTIONS
        request = ReadRequest(self._transaction, self._unit, address, count)
        frame = await wire.exchange(request, self._comm.timeout)
        try:
            return request.data(frame)
        except Garbled:
            await self._drop()
            raise

    async def _connected(self) -> Wire:
        if self._wire is not None and self._wire.usable:
            return self._wire
        await self._drop()
        try:
            self._wire = await connect(self._host, self._port, self._comm.timeout, self._allows)
        except Unreachable:
            self._next_try = self._clock.monotonic() + max(self._delay, self._comm.gap)
            self._delay = min(2 * self._delay, self._comm.reconnect_delay_max)
            raise
        self._delay = self._comm.reconnect_delay
        self._generation += 1
        return self._wire

    async def _drop(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    async def _wait_until(self, moment: float) -> None:
        wait = moment - self._clock.monotonic()
        if wait > 0:
            await self._clock.sleep(wait)
