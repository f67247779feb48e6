"""A channel between the processes of one Sunledger: whoever reads sees all that was said, in one order."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

BEGINNING = "0-0"
"""The place before everything."""


class Cut(Exception):
    """Nothing gets through now; the message says why."""


class Said(NamedTuple):
    """Something that was said, and its place in the order of it all."""

    place: str
    message: bytes


class Channel(Protocol):
    """Its methods raise `Cut`."""

    async def say(self, messages: Sequence[bytes]) -> None:
        """Say something to everybody who listens now or soon."""

    async def lately(self) -> Sequence[Said]:
        """What was said lately, as far as it is remembered."""

    async def after(self, place: str) -> Sequence[Said]:
        """Wait a while for what is said after a place."""

    async def close(self) -> None:
        """Let go."""
