"""The addresses of a host, looked up once, so that what was checked is what is connected to."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address
Allows = Callable[[Address], bool]
"""Whether an address may be connected to."""


async def look_up(host: str, port: int) -> Sequence[Address]:
    """The addresses of a host, those of IPv4 first. Raises OSError, UnicodeError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted(
        {_address(str(where[0])) for *_, where in found}, key=lambda each: (each.version, int(each))
    )


def _address(text: str) -> Address:
    """An address; one of IPv4 that is written as IPv6 is what it means."""
    found = ip_address(text)
    return getattr(found, "ipv4_mapped", None) or found
