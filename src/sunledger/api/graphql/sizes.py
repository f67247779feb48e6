"""How many rows a list has at most, by its arguments and by what there is: what a query's cost is made of."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sunledger.api.graphql.cost import Size
from sunledger.api.graphql.questions import (
    When,
    Whose,
    energy_asked,
    history_asked,
    periods_of,
    ports_of,
    series_of,
)
from sunledger.api.graphql.seen import Seen
from sunledger.api.graphql.words import By
from sunledger.measurements import MEASUREMENTS
from sunledger.sites import Kind
from sunledger.store.records import Of

Given = Mapping[str, Any]
"""The arguments of a field, its defaults among them."""


def _when(given: Given) -> When:
    return When(given.get("start"), given.get("end"), given.get("zone"))


def _whose(given: Given) -> Whose:
    return Whose(given.get("device"), given.get("port"))


async def catalogue(_: Seen, __: Given) -> int:
    """All measurements."""
    return len(MEASUREMENTS)


async def devices_on_page(seen: Seen, given: Given) -> int:
    """The devices on a page."""
    return _shorter(given, len(seen.devices))


def entries_on_page(kind: Kind[Any]) -> Size:
    """The customers or sites on a page."""

    async def on_page(seen: Seen, given: Given) -> int:
        return _shorter(given, await seen.count(kind))

    return on_page


def _shorter(given: Given, there: int) -> int:
    return max(0, min(int(given["first"]), there))


async def inverters(seen: Seen, given: Given) -> int:
    """The inverters asked for, or all."""
    named = given.get("device")
    return len(seen.inverters) if named is None else min(len(named), len(seen.inverters))


async def ports_of_inverter(seen: Seen, _: Given) -> int:
    """The ports of the inverter that has the most."""
    return max((len(each.ports) for each in seen.inverters.values()), default=0)


def latest(kind: str) -> Size:
    """The latest readings of a kind: one for each series."""

    async def of_kind(seen: Seen, _: Given) -> int:
        return sum(each.of.value == kind for each in seen.series.values())

    return of_kind


def latest_of_device(kind: str) -> Size:
    """Those of the device that has the most."""

    async def of_device(seen: Seen, _: Given) -> int:
        return _most(Of(kind), seen)

    return of_device


async def energy_series(seen: Seen, given: Given) -> int:
    """The series of energy."""
    if By(given["by"]) is By.PLANT:
        return 1
    return ports_of(_energy(seen, given), seen)


async def energy_periods(seen: Seen, given: Given) -> int:
    """The points of each."""
    return periods_of(_energy(seen, given))


def _energy(seen: Seen, given: Given) -> Any:
    return energy_asked(seen, _when(given), given.get("step"), _whose(given))


async def history_series(seen: Seen, given: Given) -> int:
    """The series of history."""
    return series_of(await _history(seen, given), seen)


async def history_series_of_device(seen: Seen, given: Given) -> int:
    """Those of the device that has the most."""
    asked = await _history(seen, given)
    return _most(asked.of, seen) * len(asked.names)


async def history_periods(seen: Seen, given: Given) -> int:
    """The points of each."""
    return periods_of(await _history(seen, given))


async def _history(seen: Seen, given: Given) -> Any:
    return await history_asked(
        seen, _when(given), given["step"], given["measurement"], given.get("kind"), _whose(given)
    )


def _most(of: Of, seen: Seen) -> int:
    counts = Counter(each.serial_number for each in seen.series.values() if each.of is of)
    return max(counts.values(), default=0)
