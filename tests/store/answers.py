"""Committing polls as intake does, and everything that a store answers, to be compared."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sunledger.ledger.checks import check
from sunledger.ledger.fold import State, fold
from sunledger.ledger.rollup import rolled
from sunledger.measurements import PORT, Poll
from sunledger.sitetime import Span, Step, instant, milliseconds
from sunledger.sitetime.spans import period_of
from sunledger.store.protocol import Of, Store
from sunledger.store.records import Found, History, Receipt, Row, position

EVER = Span(datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def found(poll: Poll) -> list[Found]:
    """What the poll's check finds, as the store is told of it."""
    return [
        Found(
            verdict.reading.serial_number, getattr(verdict.reading, "port_number", None), verdict.judgements
        )
        for verdict in check(poll)
    ]


def series_of(store: Store, device: str) -> list[int]:
    """The ids of the series of a device."""
    return [each.id for each in store.series().values() if each.serial_number == device]


async def keep(store: Store, *polls: Poll) -> list[Receipt]:
    """Commit polls with what their checks found."""
    return [await store.commit(each, found(each)) for each in polls]


async def totals(store: Store, span: Span = EVER, step: Step | None = None) -> dict[int, int]:
    """The energy of both ports within a span."""
    energies = await store.energy(None, span, step)
    return {number: sum(each.energy for each in energies if each.port_number == number) for number in (1, 2)}


async def snapshot(store: Store) -> tuple[object, ...]:
    """Everything that a store answers."""
    corrections, _ = await store.corrections(None, EVER, limit=100_000)
    latest = await store.latest()
    production = [(each.serial_number, each.port_number, each.at, each.today, each.since, each.total)
                  for each in latest.production]  # fmt: skip
    return (
        await store.energy(None, EVER, Step.QUARTER),
        await store.energy(None, EVER, Step.DAY),
        sorted(map(repr, corrections)),
        sorted(production),
        sorted(map(repr, latest.ports)),
        sorted(map(repr, latest.inverters)),
        sorted(map(repr, (*latest.energy, *latest.weather, *latest.telemetry))),
        await store.energy(None, EVER, Step.HOUR),
        [await store.energy(None, EVER, step, together=True) for step in Step],
        [(await store.readings(of, None, EVER, limit=100_000)).rows for of in Of],
        [await covered(store, of) for of in (Of.INVERTER, Of.ENERGY)],
        [
            await history(store, of, step)
            for of in Of
            for step in (Step.QUARTER, Step.HOUR, Step.DAY, Step.MONTH)
        ],
        list(await store.devices()),
        (await store.statistics()).total_records,
    )


async def covered(store: Store, of: Of) -> bool:
    """Whether the extent, which engines know more or less exactly, covers the readings and little else."""
    rows = (await store.readings(of, None, EVER, limit=100_000)).rows
    extent = await store.extent(of)
    if extent is None:
        return not rows
    first, last = instant(position(rows[0]).at), instant(position(rows[-1]).at)
    return first - timedelta(days=1) < extent.start <= first and extent.end == last


async def history(store: Store, of: Of, step: Step) -> list[History]:
    """Every measurement of every series by period."""
    return list(await store.history(of, None, of.kind.columns, EVER, step))


async def rolled_anew(store: Store, of: Of, step: Step, zone: ZoneInfo) -> list[History]:
    """The same from nothing but the readings."""
    periods: dict[tuple[Span, int], list[Row]] = {}
    for row in (await store.readings(of, None, EVER, limit=100_000)).rows:
        at, series = position(row)
        periods.setdefault((period_of(instant(at), step, zone), series), []).append(row[2:])
    return [
        History(span.start, span.end, series, len(rows), rolled(rows, len(of.kind.columns)))
        for (span, series), rows in sorted(periods.items(), key=lambda item: item[0])
    ]


def recomputed(polls: Iterable[Poll], number: int) -> int:
    """The energy of a port by one plain fold over sorted readings."""
    shown = [
        (milliseconds(each.taken_at), number, *PORT.encode(reading))
        for each in sorted(polls, key=lambda each: each.taken_at)
        for reading in each.ports
        if reading.port_number == number
    ]
    return fold(State(), shown).energy
