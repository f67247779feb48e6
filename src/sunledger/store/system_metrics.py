"""System metrics: how Sunledger itself is doing, a few numbers a minute, kept for a month."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import orjson

from sunledger.sitetime import Span

KEPT_FOR = timedelta(days=30)


class Sample(NamedTuple):
    """One number at one moment."""

    at: datetime
    name: str
    tags: str
    """What is told apart under one name: a JSON object of texts as `tagged` writes it."""
    value: float

    @property
    def key(self) -> "SampleKey":
        """What tells it apart, and where it stands in a list."""
        return SampleKey(self.at, self.name, self.tags)


class SampleKey(NamedTuple):
    """What tells a sample apart; lists are ordered by it."""

    at: datetime
    name: str
    tags: str


def tagged(**tags: str) -> str:
    """Tags as they are kept."""
    return orjson.dumps(tags, option=orjson.OPT_SORT_KEYS).decode()


class SystemMetrics(Protocol):
    """Keeps samples. Every method raises StoreError."""

    async def keep(self, samples: Sequence[Sample]) -> None:
        """Keep samples, all or none; one of the same moment, name and tags is replaced.

        They survive the end of the process, but the last ones perhaps not a power cut.
        """

    async def between(
        self, span: Span, name: str | None = None, *, limit: int, after: SampleKey | None = None
    ) -> Sequence[Sample]:
        """Samples of a span, of one name or of all, by time, name and tags, after a key."""

    async def forget(self, before: datetime) -> None:
        """Let go of all that are older."""

    async def count(self) -> int:
        """How many there are."""
