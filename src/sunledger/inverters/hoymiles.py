"""Hoymiles micro-inverters behind a DTU-Pro or DTU-Pro-S (Modbus TCP on its Ethernet port).

The DTU lists one block per port (`hoymiles_block`), from 0x1000, and ends the list with a block without a
serial. A block takes 20 registers; the next starts 40 registers on, or 20 in OpenDTU's emulation.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sunledger.inverters.driver import Harvest, Survey
from sunledger.inverters.hoymiles_block import Block, CurrentScale, decode
from sunledger.measurements import InverterReading, PortReading
from sunledger.transports import DeviceError, Empty, Garbled, Link, Unreachable

BLOCKS = 0x1000
BLOCK_REGISTERS = 20
GATEWAY_SERIAL = 0x2000
GATEWAY_SERIAL_REGISTERS = 3
MAX_PORTS = 100
WIDE_STEP, NARROW_STEP = 40, 20

_SILENT_IN_A_ROW = 2
"""Blocks that may stay silent before the poll gives up: each has cost all its retries."""
_FAILED_IN_A_ROW = 8
"""Blocks that may fail in any way before the poll gives up: two whole four-port inverters. Without it a DTU
that refuses everything ("Export control") would be asked a hundred times a poll."""


class Hoymiles:
    """Reads a DTU block by block."""

    name = "hoymiles"

    def __init__(self, current_scale: CurrentScale = CurrentScale.AUTO) -> None:
        self._divisor = current_scale.divisor

    async def survey(self, link: Link) -> Survey:
        """The DTU's serial and the step of its list. Raises a DeviceError; Empty while it lists nothing."""
        serial = await link.read_holding(GATEWAY_SERIAL, GATEWAY_SERIAL_REGISTERS)
        return Survey(serial.hex(), await self._register_step(link, await self._first(link)))

    async def read(self, link: Link, survey: Survey, taken_at: datetime) -> Harvest:
        """All blocks up to the end of the list, one request each; a block that failed hides no other.

        Raises what the first block failed with when nothing answered; Empty when nothing is listed.
        """
        basket = _Basket(taken_at)
        for index in range(MAX_PORTS):
            try:
                block = await self._block(link, index * survey.register_step)
                if block is None:
                    break
                basket.put(block)
            except DeviceError as error:
                basket.miss(error)
                if basket.hopeless:
                    break
        return basket.harvest()

    async def _block(self, link: Link, offset: int) -> Block | None:
        return decode(await link.read_holding(BLOCKS + offset, BLOCK_REGISTERS), self._divisor)

    async def _first(self, link: Link) -> Block:
        with suppress(Empty):
            first = await self._block(link, 0)
            if first is not None:
                return first
        raise _nothing_mapped()

    async def _register_step(self, link: Link, first: Block) -> int:
        """Narrow only when the next 20 registers hold a port of their own.

        That is: a plausible block, not a repetition of the first one or of the one 40 registers on. A
        refusal there says that no block is; silence says nothing, so it is raised.
        """
        near = await self._probe(link, NARROW_STEP)
        if near is None or not _plausible(near):
            return WIDE_STEP
        far = await self._probe(link, WIDE_STEP)
        seen = [(block.serial_number, block.port_number) for block in (first, near, far) if block is not None]
        return NARROW_STEP if len(set(seen)) == len(seen) else WIDE_STEP

    async def _probe(self, link: Link, offset: int) -> Block | None:
        try:
            return await self._block(link, offset)
        except Unreachable:
            raise
        except DeviceError:
            return None


@dataclass(slots=True)
class _Basket:
    """What a poll has brought so far."""

    taken_at: datetime
    inverters: dict[str, InverterReading] = field(default_factory=dict)
    ports: dict[tuple[str, int], PortReading] = field(default_factory=dict)
    failures: list[DeviceError] = field(default_factory=list)
    failed_in_a_row: int = 0
    silent_in_a_row: int = 0

    def put(self, block: Block) -> None:
        """Keep a port, and its inverter if this is its first; raises Garbled for a port seen before."""
        key = (block.serial_number, block.port_number)
        if key in self.ports:
            raise Garbled(f"port {block.port_number} of {block.serial_number} came twice in one poll")
        self.ports[key] = block.port_reading(self.taken_at)
        if block.serial_number not in self.inverters:
            self.inverters[block.serial_number] = block.inverter_reading(self.taken_at)
        self.failed_in_a_row = self.silent_in_a_row = 0

    def miss(self, failure: DeviceError) -> None:
        """Note a block that failed."""
        self.failures.append(failure)
        self.failed_in_a_row += 1
        self.silent_in_a_row = self.silent_in_a_row + 1 if isinstance(failure, Unreachable) else 0

    @property
    def hopeless(self) -> bool:
        """Whether asking on would only take time: at once when already the first block was silent."""
        patience = _SILENT_IN_A_ROW if len(self.ports) + len(self.failures) > 1 else 1
        return self.silent_in_a_row >= patience or self.failed_in_a_row >= _FAILED_IN_A_ROW

    def harvest(self) -> Harvest:
        """The poll's result; raises when there is none."""
        if self.ports:
            return Harvest(tuple(self.inverters.values()), tuple(self.ports.values()), tuple(self.failures))
        if not self.failures or isinstance(self.failures[0], Empty):
            raise _nothing_mapped()
        raise self.failures[0]


def _plausible(block: Block) -> bool:
    """Whether this can be a port, rather than bytes cut out of the middle of something."""
    return (
        block.serial_number.isdecimal()
        and 1 <= block.port_number <= 8
        and block.grid_voltage <= 500
        and (block.grid_frequency == 0 or 40 <= block.grid_frequency <= 70)
    )


def _nothing_mapped() -> Empty:
    return Empty(
        "the DTU lists no inverters: they are not mapped yet; wait until the vendor's app shows them all, "
        "then restart the DTU"
    )


DRIVER = Hoymiles()
