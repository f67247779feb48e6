"""Questions for energy and history: what a store is asked for some arguments, and its answer as series."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from sunledger.api.graphql.asked import EnergyAsked, HistoryAsked
from sunledger.api.graphql.seen import Seen
from sunledger.api.graphql.series import (
    EnergyPoint,
    EnergySeries,
    HistorySeries,
    energy_point,
    history_point,
)
from sunledger.api.graphql.words import By, MeasurementName
from sunledger.api.history import KindName, kind_of
from sunledger.api.parameters import span_of
from sunledger.api.problems import Problem, Trouble
from sunledger.api.steps import inhabited, periods_at_most
from sunledger.sitetime import Span, Step
from sunledger.sitetime.spans import day_of, day_span
from sunledger.store.records import Energy, History, Of, Series

USUAL = timedelta(days=1)


class When(NamedTuple):
    """The arguments that say when."""

    start: datetime | None = None
    end: datetime | None = None
    zone: ZoneInfo | None = None


class Whose(NamedTuple):
    """The arguments that say whose; None: of all, an empty list: of none."""

    devices: Collection[str] | None = None
    ports: Collection[int] | None = None

    @property
    def all(self) -> bool:
        """Whether nothing is left out."""
        return self.devices is None and self.ports is None

    def takes(self, series: Series) -> bool:
        """Whether a series is asked for."""
        return (self.devices is None or series.serial_number in self.devices) and (
            self.ports is None or series.port_number in self.ports
        )


EVERYBODY = Whose()


def energy_asked(seen: Seen, when: When, step: Step | None, whose: Whose = EVERYBODY) -> EnergyAsked:
    """The question for the energy of ports; today's, unless a start or an end is given. Raises Problem."""
    seen.require(whose.devices or ())
    zone = when.zone or seen.zone
    span = _of_day(when, seen.now, zone)
    if step is not None:
        span = inhabited(span, step, zone, seen.lifetime)
    if whose.all:
        return EnergyAsked(None, span, step, zone)
    chosen = [
        (series.serial_number, series.port_number)
        for series in seen.series.values()
        if series.port_number is not None and whose.takes(series)
    ]
    return EnergyAsked(tuple(chosen), span, step, zone)


def _of_day(when: When, now: datetime, zone: ZoneInfo) -> Span:
    end = when.end or day_span(day_of(now, zone), zone).end
    morning = day_span(day_of(end - timedelta(milliseconds=1), zone), zone).start
    return span_of(when.start, end, now, end - morning)


async def history_asked(
    seen: Seen,
    when: When,
    step: Step,
    names: Sequence[str],
    kind: Of | None = None,
    whose: Whose = EVERYBODY,
) -> HistoryAsked:
    """The question for measurements of one kind; of the last 24 hours unless said. Raises Problem."""
    seen.require(whose.devices or ())
    if not names:
        detail = "measurement: empty. Name one of the catalogue, such as PV_POWER, or several of one kind."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="measurement")
    of = kind_of(names, cast("KindName | None", kind and kind.value))
    if whose.ports is not None and of is not Of.PORT:
        detail = f"port: readings of kind {of.value} have no port. Leave port out."
        raise Problem(Trouble.INVALID_PARAMETER, detail, parameter="port")
    zone = when.zone or seen.zone
    span = span_of(when.start, when.end, seen.now, USUAL)
    inhabited_span = inhabited(span, step, zone, await seen.extent.load(of))
    asked = HistoryAsked(of, None, tuple(dict.fromkeys(names)), inhabited_span, step, zone)
    if whose.all:
        return asked
    chosen = [series.id for series in seen.series.values() if series.of is of and whose.takes(series)]
    return asked._replace(series=tuple(chosen))


def periods_of(asked: EnergyAsked | HistoryAsked) -> int:
    """How many periods there are at most."""
    return 1 if asked.step is None else periods_at_most(asked.span, asked.step)


def ports_of(asked: EnergyAsked, seen: Seen) -> int:
    """How many ports are asked for."""
    if asked.ports is not None:
        return len(asked.ports)
    return sum(each.of is Of.PORT for each in seen.series.values())


def series_of(asked: HistoryAsked, seen: Seen) -> int:
    """How many series of points are asked for."""
    if asked.series is not None:
        return len(asked.series) * len(asked.names)
    return sum(each.of is asked.of for each in seen.series.values()) * len(asked.names)


def energy_series(found: Iterable[Energy], by: By, zone: ZoneInfo, seen: Seen) -> list[EnergySeries]:
    """What a store has answered, added up by owner."""
    owner = _OWNERS[by]
    sums: dict[_Owner, dict[tuple[datetime, datetime], int]] = {}
    for each in found:
        periods = sums.setdefault(owner(each, seen), {})
        period = each.start, each.end
        periods[period] = periods.get(period, 0) + each.energy
    return [
        EnergySeries(
            serial_number=serial_number,
            port_number=port_number,
            dtu_name=dtu_name,
            points=[energy_point(*period, energy, zone) for period, energy in periods.items()],
        )
        for (serial_number, port_number, dtu_name), periods in sums.items()
    ]


class _Owner(NamedTuple):
    """Whose energy it is; of the plant when nothing is said."""

    serial_number: str | None = None
    port_number: int | None = None
    dtu_name: str | None = None


_OWNERS: Mapping[By, Callable[[Energy, Seen], _Owner]] = {
    By.PORT: lambda each, _: _Owner(each.serial_number, each.port_number),
    By.INVERTER: lambda each, _: _Owner(each.serial_number),
    By.DTU: lambda each, seen: _Owner(dtu_name=seen.inverters[each.serial_number].dtu_name),
    By.PLANT: lambda _, __: _Owner(),
}


def energy_points(found: Iterable[Energy], zone: ZoneInfo, seen: Seen) -> list[EnergyPoint]:
    """The energy of one inverter."""
    return [point for series in energy_series(found, By.INVERTER, zone, seen) for point in series.points]


def history_series(found: Iterable[History], asked: HistoryAsked, seen: Seen) -> list[HistorySeries]:
    """What a store has answered, by series and measurement."""
    kind, known = asked.of.kind, seen.series
    measurements = [kind.measurements[kind.index(name)] for name in asked.names]
    of_series = groupby(sorted(found, key=attrgetter("series")), key=attrgetter("series"))
    return [
        HistorySeries(
            identity=dict(zip(kind.identity, known[series].identity, strict=True)),
            kind=asked.of,
            measurement=MeasurementName(measurement.name),
            unit=measurement.quantity.unit.symbol,
            points=[history_point(each, each.rollup[place], measurement, asked.zone) for each in periods],
        )
        for series, periods in [(series, list(periods)) for series, periods in of_series]
        for place, measurement in enumerate(measurements)
    ]
