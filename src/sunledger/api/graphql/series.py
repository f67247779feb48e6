"""Energy and history as types: series of points, each series with what it is of."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import strawberry

from sunledger.api.graphql.cost import PAGED
from sunledger.api.graphql.fields import field
from sunledger.api.graphql.measured import named
from sunledger.api.graphql.scalars import Int64
from sunledger.api.graphql.words import MeasurementName
from sunledger.ledger.rollup import Summary
from sunledger.measurements import Measurement
from sunledger.store.records import History, Of


@strawberry.type(description="A period and the energy in it.")
class EnergyPoint:
    """A period and the energy in it."""

    start: datetime
    end: datetime
    local_start: str = strawberry.field(description="The same moment in the zone, with its offset.")
    local_end: str
    energy: Int64 = strawberry.field(description="In Wh, from repaired lifetime counters.")


@strawberry.type(description="The energy of a port, an inverter, a DTU or the plant.")
class EnergySeries:
    """The energy of one owner."""

    serial_number: str | None = strawberry.field(description="By port or inverter.", default=None)
    port_number: int | None = strawberry.field(description="By port.", default=None)
    dtu_name: str | None = strawberry.field(description="By DTU.", default=None)
    points: list[EnergyPoint] = strawberry.field(
        description="Periods with readings, by time.", metadata={PAGED: True}
    )

    @field("The sum of the points, in Wh.")
    def total(self) -> Int64:
        """The sum of the points."""
        return Int64(sum(point.energy for point in self.points))


@strawberry.type(description="A period with readings, and what was measured in it.")
class HistoryPoint:
    """A period with readings."""

    start: datetime
    end: datetime
    local_start: str = strawberry.field(description="The same moment in the zone, with its offset.")
    local_end: str
    mean: float | None = strawberry.field(description="Of all readings that have a value.")
    min: float | None
    max: float | None
    last: float | None
    count: int = strawberry.field(description="Readings that have a value.")


@strawberry.type(description="A measurement of one inverter, port, device or place.")
@named
class HistorySeries:
    """A measurement of one series."""

    identity: strawberry.Private[Mapping[str, object]]
    kind: Of
    measurement: MeasurementName
    unit: str
    points: list[HistoryPoint] = strawberry.field(
        description="Periods with readings, by time; they touch the span and come whole.",
        metadata={PAGED: True},
    )


def energy_point(start: datetime, end: datetime, energy: int, zone: ZoneInfo) -> EnergyPoint:
    """Energy in Wh of a period that is shown in a zone."""
    return EnergyPoint(
        start=start, end=end, local_start=_local(start, zone), local_end=_local(end, zone),
        energy=Int64(energy),
    )  # fmt: skip


def history_point(
    period: History, summary: Summary, measurement: Measurement, zone: ZoneInfo
) -> HistoryPoint:
    """The summary of a measurement in a period that is shown in a zone."""
    scale = measurement.quantity.scale
    mean, lowest, highest, last = (
        None if value is None else value / scale
        for value in (summary.mean, summary.lowest, summary.highest, summary.last)
    )
    return HistoryPoint(
        start=period.start, end=period.end,
        local_start=_local(period.start, zone), local_end=_local(period.end, zone),
        mean=mean, min=lowest, max=highest, last=last, count=summary.known,
    )  # fmt: skip


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat()
