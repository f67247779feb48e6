"""The Store protocol: what every engine does, and the errors it may end in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sunledger.ledger.fold import NAMEPLATE
from sunledger.measurements import Batch, Poll
from sunledger.sitetime import Span, Step
from sunledger.store.records import (
    Correction,
    Device,
    Energy,
    Entry,
    Found,
    History,
    Latest,
    Loaded,
    Of,
    Page,
    PortKey,
    Position,
    Receipt,
    Series,
    Statistics,
)

__all__ = [
    "Accounting",
    "Answers",
    "Of",
    "Store",
    "StoreError",
    "StoreForeign",
    "StoreInUse",
    "StoreNotReady",
    "StoreUnusable",
]


class StoreError(Exception):
    """A store could not do what it was asked; nothing was half done. The message says the way out."""


class StoreUnusable(StoreError):
    """The store cannot be opened: wrong schema, no permission, a second server on the same file."""


class StoreForeign(StoreUnusable):
    """There is another program's data where ours should be; it was left as it is."""


class StoreNotReady(StoreUnusable):
    """Today's schema is not there yet: the server that writes has to make it."""


class StoreInUse(StoreUnusable):
    """Another process serves the same store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """How a site counts: its zone and hour of reset, and what a port can give at most, in W."""

    zone: ZoneInfo
    reset_hour: int = 23
    nameplate: int = NAMEPLATE


class Answers(Protocol):
    """What a store knows. Spans are half-open, times aware and in UTC; any method may raise `StoreError`."""

    async def latest_time(self) -> datetime | None:
        """The time of the latest reading of all, or None while there is none."""

    async def extent(self, of: Of) -> Span | None:
        """From when to when there are readings of a kind, or a little longer; None while there is none."""

    def series(self) -> Mapping[int, Series]:
        """All series by their id."""

    async def devices(self) -> Sequence[Device]:
        """All inverters ever seen, by serial number."""

    async def readings(
        self,
        of: Of,
        series: Sequence[int] | None,
        span: Span,
        *,
        limit: int,
        after: Position | None = None,
        newest_first: bool = False,
    ) -> Page:
        """Stored rows of some series (None: all) within a span, by time and series, from a position on."""

    async def port_power(self, series: Sequence[int], times: Sequence[int]) -> Mapping[int, int]:
        """The sum of `pv_power` over some ports, as stored, at given times in milliseconds."""

    async def history(
        self,
        of: Of,
        series: Sequence[int] | None,
        measurements: Sequence[str],
        span: Span,
        step: Step,
        zone: ZoneInfo | None = None,
    ) -> Sequence[History]:
        """Some measurements of some series (None: all) by period, ordered by start; from rollups.

        Periods that touch the span come whole; one without readings is absent.
        """

    async def energy(
        self,
        ports: Sequence[PortKey] | None,
        span: Span,
        step: Step | None,
        zone: ZoneInfo | None = None,
        *,
        together: bool = False,
    ) -> Sequence[Energy]:
        """Repaired energy of some ports (None: all) by period, each or all together, ordered by start.

        Periods are cut at the edges of the span. Without a step the span is one period. Without a zone it
        is the site's. Sums are exact: hours = days = months, to the Wh, over any restart and DST change.
        """

    async def corrections(
        self,
        series: Sequence[int] | None,
        span: Span,
        *,
        limit: int,
        after: Position | None = None,
        newest_first: bool = False,
    ) -> tuple[Sequence[Correction], Position | None]:
        """Corrections of some series (None: all) that concern readings within a span, and where to go on.

        They come by when they begin. A position's series is the correction's own number here.
        """

    async def statistics(self) -> Statistics:
        """How much is kept."""


class Store(Answers, Protocol):
    """Keeps readings for ever and answers about them.

    Every method may be called from several tasks at once. Spans are half-open, times aware and in UTC.
    """

    async def open(self) -> None:
        """Get ready, migrating an older schema; raises `StoreUnusable`."""

    async def close(self) -> None:
        """Finish what was begun and let go of the files."""

    async def commit(self, poll: Poll, found: Sequence[Found] = ()) -> Receipt:
        """Keep a poll and what its check found, durably, all or nothing.

        The same reading again is a no-op; with other values the later one is kept and the earlier one becomes
        a correction. Polls may come late, doubled and in any order.
        """

    async def commit_all(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Keep several polls in one transaction, durably, all or nothing; a receipt for each.

        `production` of a receipt is what the ports had come to after the last of the polls.
        """

    async def load(self, batch: Batch, found: Sequence[Found] = ()) -> Loaded:
        """Keep a batch and what its check found: what is kept is what `commit_all` of its polls would keep.

        Durable when this returns; done step by step, each all or nothing, with other commits in between. When
        one fails those before it stay, and the batch may be loaded again.
        """

    async def latest(self) -> Latest:
        """The latest reading of every series; those set aside as a zero-glitch do not count."""
