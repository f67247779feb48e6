"""The bytes that a DTU holds, made by the tests from the register map."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.transports.modbus_server import ModbusServer

from sunledger.inverters.hoymiles import Hoymiles
from sunledger.sitetime import SystemClock
from sunledger.transports import CommParams, ModbusTcp

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
GATEWAY = "10f871600831"
DRIVER = Hoymiles()


@dataclass(frozen=True, kw_only=True)
class RawBlock:
    """A block as the DTU counts it: integers only."""

    serial: str = "116180212345"
    port: int = 1
    volts: int = 331
    amps: int = 113
    grid: int = 2301
    hertz: int = 5000
    watts: int = 374
    today: int = 1024
    total: int = 1_193_046
    warmth: int = 250
    status: int = 3
    alarm: int = 0
    alarms: int = 0
    link: int = 1

    def encode(self, data_type: int = 0x0C) -> bytes:
        return struct.pack(
            ">B6sB6HIh3HB7s",
            data_type,
            bytes.fromhex(self.serial),
            self.port,
            *(self.volts, self.amps, self.grid, self.hertz, self.watts, self.today, self.total),
            *(self.warmth, self.status, self.alarm, self.alarms, self.link, bytes([7])),
        )


END = bytes.fromhex("0c" + "00" * 32 + "07" + "00" * 6)


def plant(inverters: int, ports: int) -> list[RawBlock]:
    """Inverters of so many ports each, every value its own."""
    return [
        RawBlock(serial=f"1161{inverter:08}", port=port, total=1000 * inverter + port, warmth=200 + port)
        for inverter in range(1, inverters + 1)
        for port in range(1, ports + 1)
    ]


def dtu(blocks: list[RawBlock], *, step: int = 40, gateway: str = GATEWAY) -> ModbusServer:
    """A DTU that lists the blocks `step` registers apart and ends the list."""
    server = ModbusServer()
    server.hold(0x2000, bytes.fromhex(gateway))
    for index, data in enumerate([*(block.encode() for block in blocks), END]):
        server.hold(0x1000 + index * step, data)
    return server


def link_to(server: ModbusServer, timeout: float = 1.0, retries: int = 0) -> ModbusTcp:
    return ModbusTcp(
        "127.0.0.1", server.port, 1, SystemClock(), CommParams(timeout=timeout, retries=retries, gap=0.0)
    )
