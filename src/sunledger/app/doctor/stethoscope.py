"""A link to a DTU that notes every try: how long it took, and what was wrong with it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sunledger.app.configuration import Dtu
from sunledger.inverters.hoymiles import BLOCKS, GATEWAY_SERIAL
from sunledger.sitetime import Clock
from sunledger.transports import Allows, CommParams, DeviceError, Garbled, Unreachable
from sunledger.transports.mbap import ReadRequest
from sunledger.transports.wire import Wire, connect

_BYTE_COUNT = 8
"""Where an answer says how many bytes of data follow."""


@dataclass(frozen=True, slots=True)
class Try:
    """One request, sent once."""

    address: int
    seconds: float
    data: bytes = b""
    error: DeviceError | None = None
    miscounted: bool = False
    """Whether the answer claimed another number of bytes than it carried."""

    @property
    def is_block(self) -> bool:
        """Whether a port's block was asked for."""
        return BLOCKS <= self.address < GATEWAY_SERIAL


Heard = Callable[[Try], None]


class Stethoscope:
    """A Link that asks as `ModbusTcp` does, over one connection, and keeps what it heard."""

    def __init__(
        self,
        dtu: Dtu,
        comm: CommParams,
        clock: Clock,
        heard: Heard = lambda _: None,
        allows: Allows | None = None,
    ) -> None:
        self.tries: list[Try] = []
        self._dtu = dtu
        self._comm = comm
        self._allows = allows
        self._clock = clock
        self._heard = heard
        self._wire: Wire | None = None
        self._generation = 0

    @property
    def generation(self) -> int:
        """How many connections were made so far."""
        return self._generation

    async def connect(self) -> None:
        """Connect anew where the connection does not stand. Raises Unreachable."""
        if self._wire is not None and self._wire.usable:
            return
        await self.close()
        self._wire = await connect(self._dtu.host, self._dtu.port, self._comm.timeout, self._allows)
        self._generation += 1

    async def read_holding(self, address: int, count: int) -> bytes:
        """The content of some holding registers; only silence is asked again. Raises a DeviceError."""
        for _ in range(self._comm.retries):
            with suppress(Unreachable):  # the last try says so if it stays
                return await self._try(address, count)
        return await self._try(address, count)

    async def close(self) -> None:
        """Give the connection up."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    async def _try(self, address: int, count: int) -> bytes:
        request = ReadRequest(len(self.tries) + 1, self._dtu.unit_id, address, count)
        started = self._clock.monotonic()
        try:
            frame = await self._exchange(request)
            data = request.data(frame)
        except DeviceError as error:
            if isinstance(error, Garbled):
                await self.close()
            self._note(Try(address, self._clock.monotonic() - started, error=error))
            raise
        seconds = self._clock.monotonic() - started
        self._note(Try(address, seconds, data, miscounted=frame[_BYTE_COUNT] != len(frame) - _BYTE_COUNT - 1))
        await self._clock.sleep(max(0.0, self._comm.gap - seconds))
        return data

    async def _exchange(self, request: ReadRequest) -> bytes:
        await self.connect()
        if self._wire is None:
            raise Unreachable("the connection was lost")
        return await self._wire.exchange(request, self._comm.timeout)

    def _note(self, attempt: Try) -> None:
        self.tries.append(attempt)
        self._heard(attempt)
