"""A DTU of bare sockets that takes its time with each answer, and a client of bare sockets that asks it."""

import asyncio
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

_REQUEST = struct.Struct(">HHHBBHH")
_HEADER = struct.Struct(">HHHBBB")
_READ_HOLDING = 3


class SlowDtu:
    """Serves given registers; everything it does not hold reads as zero."""

    def __init__(self, latency: float, memory: dict[int, bytes]) -> None:
        """`memory` by first address; a request must begin at one."""
        self._latency = latency
        self._memory = memory

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it leaves."""
        try:
            while asked := await reader.readexactly(_REQUEST.size):
                await asyncio.sleep(self._latency)
                writer.write(self._answer(asked))
        except asyncio.IncompleteReadError:
            writer.close()

    def _answer(self, asked: bytes) -> bytes:
        transaction, _, _, unit, function, address, count = _REQUEST.unpack(asked)
        data = self._memory.get(address, b"")[: 2 * count].ljust(2 * count, b"\0")
        return _HEADER.pack(transaction, 0, 3 + len(data), unit, function, len(data)) + data


@asynccontextmanager
async def listening(dtu: SlowDtu) -> AsyncIterator[int]:
    """The DTU on a free port of the loopback, whose number this gives."""
    server = await asyncio.start_server(dtu.converse, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def ask_all(port: int, addresses: Sequence[int], count: int) -> list[bytes]:
    """One request after another, as fast as a socket can, and the answers as they came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for number, address in enumerate(addresses):
        writer.write(_REQUEST.pack(number, 0, 6, 1, _READ_HOLDING, address, count))
        answers.append(await reader.readexactly(_HEADER.size + 2 * count))
    writer.close()
    await writer.wait_closed()
    return answers
