"""Passwords hashed by Argon2id, on threads of their own, never more than two at once.

A hash takes 64 MiB and, of one core of a Raspberry Pi 4, about a second: so much each guess costs, too.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from sunledger.access.errors import Busy

if TYPE_CHECKING:
    import argon2

AT_ONCE = 2
_MOST_WAITING = 8
"""Log-ins; at two a second or less, whoever comes later would wait too long."""

T = TypeVar("T")


class Hashing:
    """Hashes and verifies passwords. Raises `Busy` when too many wait."""

    def __init__(self, strength: "argon2.Parameters | None" = None) -> None:
        """`strength` is that of RFC 9106 for little memory unless given."""
        self._strength = strength
        self._threads = ThreadPoolExecutor(AT_ONCE, "passwords")
        self._waiting = 0

    @cached_property
    def _hasher(self) -> "argon2.PasswordHasher":
        """Imported when somebody logs in, which at most homes is seldom."""
        import argon2  # noqa: PLC0415

        return argon2.PasswordHasher.from_parameters(self._strength or argon2.profiles.RFC_9106_LOW_MEMORY)

    def close(self) -> None:
        """Let the threads go; whoever still waits gets an answer first."""
        self._threads.shutdown()

    async def hash(self, password: str) -> str:
        """A hash, with its salt and parameters in it."""
        return await self._run(lambda: self._hasher.hash(password))

    async def matches(self, password: str, hashed: str) -> bool:
        """Whether it is the password."""
        return await self._run(lambda: self._matches(password, hashed))

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _matches(self, password: str, hashed: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= _MOST_WAITING:
            raise Busy("too many people log in at once; try again in some seconds")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
