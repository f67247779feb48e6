"""A Modbus TCP server of raw sockets for the tests: honest by default, and anything else on request.

It shares nothing with the code under test, nor with the simulator that the product ships.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Question:
    """A request as it came in, and the answers that can be made to it."""

    transaction: int
    unit: int
    function: int
    address: int
    count: int

    def frame(self, pdu: bytes, *, length: int | None = None, transaction: int | None = None) -> bytes:
        transaction = self.transaction if transaction is None else transaction
        return struct.pack(">HHHB", transaction, 0, length or len(pdu) + 1, self.unit) + pdu

    def data(self, data: bytes, *, byte_count: int | None = None) -> bytes:
        return self.frame(bytes([3, len(data) if byte_count is None else byte_count]) + data)

    def refusal(self, code: int) -> bytes:
        return self.frame(bytes([0x83, code]))


Fault = Callable[[Question], bytes | None]
"""What is sent instead of the honest answer; None for silence."""

HANG_UP = b"hang up"


@dataclass
class ModbusServer:
    """Serves `registers`; `faults` replace honest answers, one per question, in order."""

    registers: dict[int, int] = field(default_factory=dict)
    faults: Iterator[Fault | None] = field(default_factory=lambda: iter(()))
    delay: float = 0.0
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared: answers are held back until it is set."""
    port: int = 0
    questions: list[tuple[int, int]] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    open_at_most: int = 0

    def __post_init__(self) -> None:
        self.answering.set()

    def hold(self, address: int, data: bytes) -> None:
        words = struct.unpack(f">{len(data) // 2}H", data)
        self.registers.update(enumerate(words, start=address))

    def honest(self, question: Question) -> bytes:
        words = [self.registers.get(question.address + i, 0) for i in range(question.count)]
        return question.data(struct.pack(f">{len(words)}H", *words))

    def fail_next(self, *faults: Fault | None) -> None:
        self.faults = iter(faults)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self._counted():
            try:
                while await self._answer_one(reader, writer):
                    pass
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        transaction, _, _, unit, function, address, count = struct.unpack(
            ">HHHBBHH", await reader.readexactly(12)
        )
        self.asked_at.append(asyncio.get_running_loop().time())
        self.questions.append((address, count))
        question = Question(transaction, unit, function, address, count)
        answer = (next(self.faults, None) or self.honest)(question)
        await asyncio.sleep(self.delay)
        await self.answering.wait()
        head, hang_up, _ = (answer or b"").partition(HANG_UP)
        writer.write(head)
        await writer.drain()
        return not hang_up

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.connections += 1
        self.open_now += 1
        self.open_at_most = max(self.open_at_most, self.open_now)
        try:
            yield
        finally:
            self.open_now -= 1


@asynccontextmanager
async def serving(server: ModbusServer) -> AsyncIterator[ModbusServer]:
    """Serve on a free port of the loopback, and let nothing behind."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(server.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", server.port)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
