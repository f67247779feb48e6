"""What is exported: readings, energy or corrections as the API's tables, out of a store beside a server."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal

from sunledger.api.answers import Format, pieces
from sunledger.api.corrections import CorrectionsQuery, corrections_table
from sunledger.api.energy import By, EnergyQuery, energy_table
from sunledger.api.history import KindName
from sunledger.api.parameters import ALL_TIME
from sunledger.api.readings import ReadingsQuery, readings_table
from sunledger.api.sources import ApiSettings
from sunledger.api.steps import StepName
from sunledger.api.tables import Chunk, Table
from sunledger.app.progress import Progress
from sunledger.sitetime import Clock, Span
from sunledger.store.protocol import Store

WHEN = {"readings": "timestamp", "energy": "start", "corrections": "at"}
"""The column of each table that grows from row to row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to have; without devices all of them, without a start or an end everything."""

    what: Literal["readings", "energy", "corrections"] = "readings"
    kind: KindName = "port"
    devices: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    step: StepName = "1h"
    by: By = "port"
    format: Format = "csv"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the API's tables are made from."""

    store: Store
    clock: Clock
    settings: ApiSettings


async def export(wish: Wish, kept: Kept, file: BinaryIO, progress: Progress) -> int:
    """Write the table; the number of its rows. Raises Problem, StoreError and OSError."""
    progress.stage(f"Exporting {wish.what}")
    table = await _table(wish, kept)
    counted = _Counted(table, wish, await _inhabited(wish, kept.store), progress)
    async for piece in pieces(Table(table.columns, counted.chunks()), wish.format):
        file.write(piece)
    file.flush()
    return counted.rows


async def _table(wish: Wish, kept: Kept) -> Table:
    start, end = wish.start or ALL_TIME.start, wish.end or ALL_TIME.end
    if wish.what == "readings":
        query = ReadingsQuery(device=wish.devices, kind=wish.kind, start=start, end=end)
        return await readings_table(query, kept)
    if wish.what == "energy":
        asked = EnergyQuery(device=wish.devices, by=wish.by, start=start, end=end, step=wish.step)
        return await energy_table(asked, kept)
    tables = [
        corrections_table(CorrectionsQuery(device=device, start=start, end=end), kept)
        for device in wish.devices or (None,)
    ]
    return Table(tables[0].columns, _one_after_another(tables))


async def _one_after_another(tables: Sequence[Table]) -> AsyncIterator[Chunk]:
    for table in tables:
        async for chunk in table.chunks:
            yield chunk


async def _inhabited(wish: Wish, store: Store) -> Span | None:
    """The part of the wish in which there can be anything."""
    devices = await store.devices()
    if not devices:
        return None
    first = min(device.first_seen for device in devices)
    last = max(device.last_seen for device in devices)
    start, end = max(first, wish.start or first), min(last, wish.end or last)
    return Span(start, end) if start < end else None


class _Counted:
    """Chunks that are counted on their way, and tell how far in time they have come."""

    def __init__(self, table: Table, wish: Wish, span: Span | None, progress: Progress) -> None:
        self.rows = 0
        self._table = table
        self._when = table.names.index(WHEN[wish.what])
        self._span = span
        self._progress = progress

    async def chunks(self) -> AsyncIterator[Chunk]:
        """The same chunks."""
        async for chunk in self._table.chunks:
            self.rows += len(chunk[0])
            self._tell(chunk[self._when][-1])
            yield chunk

    def _tell(self, when: object) -> None:
        at = when if isinstance(when, datetime) else datetime.fromisoformat(str(when))
        if self._span is not None:
            done = (at - self._span.start) / (self._span.end - self._span.start)
            self._progress.at(min(1.0, max(0.0, done)), f"{self.rows} rows, until {at:%Y-%m-%d}")
