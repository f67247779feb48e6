"""A link: what a driver asks a device through."""

from typing import Protocol


class Link(Protocol):
    """Reads registers of one device over one connection."""

    @property
    def generation(self) -> int:
        """How many connections were made so far.

        A rise says that the device, or another one under its address, may have started anew.
        """

    async def read_holding(self, address: int, count: int) -> bytes:
        """The content of `count` holding registers from `address`: 2 × count bytes, big endian.

        Raises a DeviceError.
        """

    async def close(self) -> None:
        """Give the connection up; a later read makes a new one."""
