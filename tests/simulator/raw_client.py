"""A Modbus client of a few lines, and a reader of port blocks that shares nothing with what it checks."""

import asyncio
import struct
from dataclasses import dataclass

BLOCKS = 0x1000
DTU_SERIAL = 0x2000


@dataclass(frozen=True)
class Port:
    """A port block in register integers."""

    serial: str
    number: int
    voltage: int
    current: int
    grid_voltage: int
    grid_frequency: int
    power: int
    today: int
    total: int
    temperature: int
    operating_status: int
    alarm_code: int
    alarm_count: int
    link_status: int

    @property
    def key(self) -> tuple[str, int]:
        return self.serial, self.number

    @property
    def values(self) -> tuple[int, ...]:
        """All that is measured or counted."""
        return (
            self.voltage,
            self.current,
            self.grid_voltage,
            self.grid_frequency,
            self.power,
            self.today,
            self.total,
            self.temperature,
            self.operating_status,
            self.alarm_code,
            self.alarm_count,
            self.link_status,
        )


def port_of(block: bytes) -> Port:
    """Read 40 bytes, field by field at its offset."""
    words = [int.from_bytes(block[i : i + 2], "big") for i in range(8, 20, 2)]
    voltage, current, grid_voltage, grid_frequency, power, today = words
    return Port(
        block[1:7].hex(),
        block[7],
        voltage,
        current,
        grid_voltage,
        grid_frequency,
        power,
        today,
        int.from_bytes(block[20:24], "big"),
        int.from_bytes(block[24:26], "big", signed=True),
        int.from_bytes(block[26:28], "big"),
        int.from_bytes(block[28:30], "big"),
        int.from_bytes(block[30:32], "big"),
        block[32],
    )


class RawClient:
    """One connection; frames as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._transaction = 0

    async def send(self, body: bytes, unit: int = 1) -> None:
        self._transaction += 1
        self.writer.write(struct.pack(">HHHB", self._transaction, 0, len(body) + 1, unit) + body)
        await self.writer.drain()

    async def frame(self) -> bytes:
        """One whole frame, by the length in its header."""
        header = await self.reader.readexactly(7)
        transaction, protocol, length, _ = struct.unpack(">HHHB", header)
        assert (transaction, protocol) == (self._transaction, 0)
        return header + await self.reader.readexactly(length - 1)

    async def ask(self, body: bytes, unit: int = 1) -> bytes:
        """The body of the answer."""
        await self.send(body, unit)
        return (await self.frame())[7:]

    async def read(self, address: int, count: int) -> bytes:
        """The registers' bytes, whatever the byte count says."""
        body = await self.ask(reading(address, count))
        assert body[0] == 3, f"refused with {body[1]}"
        return body[2:]

    async def ports(self, step: int = 40) -> list[Port]:
        """All blocks up to the one without a serial number."""
        found: list[Port] = []
        while True:
            port = port_of(await self.read(BLOCKS + step * len(found), 20))
            if port.serial == "0" * 12:
                return found
            found.append(port)

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


def reading(address: int, count: int) -> bytes:
    """The body that asks for holding registers."""
    return struct.pack(">BHH", 3, address, count)


async def connect(port: int) -> RawClient:
    return RawClient(*await asyncio.open_connection("127.0.0.1", port))
