"""Devices whose readings their owner does not want to keep: what they push goes no further."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from sunledger.measurements import InverterReading, Poll, PortReading
from sunledger.store.records import Receipt

Accept = Callable[[Sequence[Poll]], Awaitable[Sequence[Receipt]]]
"""Takes polls in, all or none; they are durable when it returns. Raises StoreError."""


def excluding(excluded: AbstractSet[str], accept: Accept) -> Accept:
    """Takes in what does not come from an excluded device, and is not of an excluded inverter.

    `excluded` may change meanwhile.
    """

    async def accept_others(polls: Sequence[Poll]) -> Sequence[Receipt]:
        wanted = [other for poll in polls if (other := without(excluded, poll)).size] if excluded else polls
        return await accept(wanted) if wanted else ()

    return accept_others


def without(excluded: AbstractSet[str], poll: Poll) -> Poll:
    """A poll without the readings of excluded devices."""
    if poll.dtu_name in excluded:
        return Poll(dtu_name=poll.dtu_name, taken_at=poll.taken_at)
    readings: Iterable[InverterReading | PortReading] = (*poll.inverters, *poll.ports)
    if excluded.isdisjoint(each.serial_number for each in readings):
        return poll
    return replace(
        poll,
        inverters=[each for each in poll.inverters if each.serial_number not in excluded],
        ports=[each for each in poll.ports if each.serial_number not in excluded],
    )
