"""Committing polls as intake does, and everything that a store answers, to be compared."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sunledger.ledger.checks import check
from sunledger.ledger.fold import State, fold
from sunledger.measurements import PORT, Poll
from sunledger.sitetime import Span, Step, milliseconds
from sunledger.store.protocol import Of, Store
from sunledger.store.records import Found, Receipt

EVER = Span(datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def found(poll: Poll) -> list[Found]:
    """What the poll's check finds, as the store is told of it."""
    return [
        Found(
            verdict.reading.serial_number, getattr(verdict.reading, "port_number", None), verdict.judgements
        )
        for verdict in check(poll)
    ]


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
        (await store.readings(Of.PORT, None, EVER, limit=100_000)).rows,
        (await store.readings(Of.INVERTER, None, EVER, limit=100_000)).rows,
        list(await store.devices()),
        (await store.statistics()).total_records,
    )


def recomputed(polls: Iterable[Poll], number: int) -> int:
    """The energy of a port by one plain fold over sorted readings."""
    shown = [
        (milliseconds(each.taken_at), number, *PORT.encode(reading))
        for each in sorted(polls, key=lambda each: each.taken_at)
        for reading in each.ports
        if reading.port_number == number
    ]
    return fold(State(), shown).energy
