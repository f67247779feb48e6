"""The simulated DTU as a Modbus TCP server on a real socket."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sunledger.simulator import frames, registers
from sunledger.simulator.fault import Answer, Asked, Fault
from sunledger.simulator.plant import Plant
from sunledger.simulator.schedule import Schedule
from sunledger.simulator.truth import Truth
from sunledger.sitetime import Clock, milliseconds

_SHORTEST_WAIT = 0.001


class SimulatedDtu:
    """A DTU that answers reads of its holding registers, with faults if asked for.

    Its time begins at the plant's start and goes by the clock's monotonic time: the sun does not jump when
    the wall clock does. `port` 0 takes a free one, to be found in `port` after `start`.
    """

    def __init__(
        self,
        plant: Plant,
        clock: Clock,
        faults: Sequence[Fault] = (),
        host: str = "127.0.0.1",
        port: int = 0,
        unit_id: int = 1,
        latency: float = 0.0,
        register_step: int = 40,
        dtu_serial: str = "10f871600831",
    ) -> None:
        """Lay out the faults; `latency` is the seconds of the clock that each answer takes."""
        self.plant = plant
        self.host = host
        self.port = port
        self.dtu_serial = dtu_serial
        self.connections_seen = 0
        self.requests_seen = 0
        self._clock = clock
        self._origin = clock.monotonic()
        self._schedule = Schedule(plant, faults)
        self._unit_id = unit_id
        self._latency = latency
        self._register_step = register_step
        self._server: asyncio.Server | None = None
        self._porter: asyncio.Task[None] | None = None
        self._conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def connections_open(self) -> int:
        """How many clients are connected now."""
        return len(self._conversations)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults, on or not."""
        return self._schedule.faults

    @property
    def active(self) -> tuple[Fault, ...]:
        """The faults that are on now."""
        self.advance()
        return tuple(self._schedule.active)

    def now(self) -> datetime:
        """The DTU's own time, aware, in UTC."""
        return self.plant.start + timedelta(seconds=self._clock.monotonic() - self._origin)

    def advance(self) -> None:
        """Bring the plant to the present."""
        self.plant.advance(self.now())

    def truth(self) -> Truth:
        """What was really produced since the start, as of now."""
        self.advance()
        return self.plant.truth()

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        await self._open_door()
        self._porter = asyncio.create_task(self._keep_door(), name="simulated DTU")

    async def stop(self) -> None:
        """Stop listening and cut every connection; it may be started again."""
        if self._porter is not None:
            self._porter.cancel()
            with suppress(asyncio.CancelledError):
                await self._porter
            self._porter = None
        await self._shut_door()

    async def _keep_door(self) -> None:
        """Open and shut the door as the faults say, waking up whenever something is due."""
        while True:
            self.advance()
            if self._schedule.door_shut and self._server is not None:
                await self._shut_door()
            elif self._server is None and not self._schedule.door_shut:
                await self._open_door()
            wait = self.plant.timeline.next - milliseconds(self.now()) / 1000
            await self._clock.sleep(max(_SHORTEST_WAIT, wait))

    async def _open_door(self) -> None:
        self._server = await asyncio.start_server(self._accept, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _shut_door(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        tasks = list(self._conversations)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections_seen += 1
        task = asyncio.create_task(self._converse(reader, writer), name="simulated DTU connection")
        self._conversations[task] = writer
        task.add_done_callback(self._conversations.pop)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it leaves, sends what is no Modbus, or a fault hangs up."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, frames.NotModbus):
            try:
                while await self._serve(reader, writer):
                    pass
            finally:
                writer.close()
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False when the DTU hangs up."""
        header = await reader.readexactly(frames.HEADER.size)
        body = await reader.readexactly(frames.body_length(header))
        self.requests_seen += 1
        await self._take_time()
        answer = self._answer(frames.request(header, body))
        writer.write(answer.frame)
        await writer.drain()
        return not answer.hangs_up

    async def _take_time(self) -> None:
        """Be as slow as the DTU is now; its registers are read afterwards."""
        delay = self._latency + sum(fault.delay for fault in self.active)
        if delay:
            await self._clock.sleep(delay)

    def _answer(self, request: frames.Request) -> Answer:
        """What comes back, disturbed by the faults that are on."""
        active = self.active
        asked = Asked(self.plant.seed, self.requests_seen, milliseconds(self.now()) // 1000)
        answer = Answer(asked, self._frame(request))
        for fault in active:
            answer = fault.disturb(answer)
        return answer

    def _frame(self, request: frames.Request) -> bytes:
        try:
            return frames.reply(request, self._read(request))
        except frames.Refusal as refusal:
            return frames.refusal(request, refusal.code)

    def _read(self, request: frames.Request) -> bytes:
        """The registers' bytes; raises Refusal."""
        if request.unit != self._unit_id:
            raise frames.Refusal(frames.Code.NO_SUCH_UNIT)
        address, count = frames.registers_asked(request)
        step = self._schedule.register_step or self._register_step
        plant = self.plant
        return registers.read(address, count, step, len(plant.meters), plant.block, self.dtu_serial)

    def status_lines(self) -> list[str]:
        """What the DTU is and does, for people."""
        self.advance()
        plant = self.plant
        local = self.now().astimezone(plant.zone)
        return [
            f"simulated DTU {self.dtu_serial} on {self.host}:{self.port}, "
            f"{len(plant.serials)} inverters, {len(plant.meters)} ports",
            f"{local:%Y-%m-%d %H:%M} {plant.zone.key}: {plant.power():.0f} W, "
            f"{plant.truth().total / 1000:.3f} kWh since the start",
            f"faults on: {', '.join(f.name for f in self._schedule.active) or 'none'}"
            f" (of {', '.join(map(str, self.faults)) or 'none'})",
        ]
