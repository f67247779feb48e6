"""What every brand's driver does, so that the collector need not know brands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sunledger.measurements import InverterReading, PortReading
from sunledger.transports import DeviceError, Link


@dataclass(frozen=True, slots=True)
class Survey:
    """What was learned of a gateway (a DTU) before it is read."""

    gateway_serial: str
    register_step: int
    """Registers from the start of one block to the start of the next."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one poll brought: the readings of those that answered, and why the others are missing."""

    inverters: tuple[InverterReading, ...]
    ports: tuple[PortReading, ...]
    failures: tuple[DeviceError, ...]


class Driver(Protocol):
    """One brand."""

    @property
    def name(self) -> str:
        """The brand's name in configuration, lower case."""

    async def survey(self, link: Link) -> Survey:
        """Learn what reading needs to know; to be repeated after a new connection. Raises a DeviceError."""

    async def read(self, link: Link, survey: Survey, taken_at: datetime) -> Harvest:
        """Read everything once, all stamped `taken_at`. Raises a DeviceError only when nothing answered."""
