"""Inverters and their ports, as they are now; what they measure is derived from the catalogue."""

from datetime import datetime
from operator import attrgetter

import strawberry

from sunledger.api.graphql import sizes
from sunledger.api.graphql.arguments import Asking, End, InOneOrSteps, OfZone, Start
from sunledger.api.graphql.described import Described
from sunledger.api.graphql.fields import field
from sunledger.api.graphql.measured import measuring
from sunledger.api.graphql.questions import When, energy_asked, energy_points
from sunledger.api.graphql.scalars import Int64
from sunledger.api.graphql.seen import Seen
from sunledger.api.graphql.series import EnergyPoint
from sunledger.ledger.judgement import Quality
from sunledger.live.latest import LatestInverter, LatestPort
from sunledger.live.state import State
from sunledger.measurements import INVERTER, PORT, InverterReading
from sunledger.store.records import Device


@strawberry.type(description="Counters in Wh that falls, jumps, wraps and replacements do not disturb.")
class Repaired:
    """Repaired counters."""

    today_production: Int64 = strawberry.field(description="Since the last RESET_HOUR.")
    total_production: Int64 | None = strawberry.field(description="Of the port's life.")


@strawberry.type(description="A port of an inverter, with its latest good reading.")
@measuring(PORT, attrgetter("latest.reading"))
class Port:
    """A port as it is now."""

    latest: strawberry.Private[LatestPort]

    @field("Of its inverter.")
    def serial_number(self) -> str:
        """Of its inverter."""
        return self.latest.reading.serial_number

    @field("From 1.")
    def port_number(self) -> int:
        """From 1."""
        return self.latest.reading.port_number

    @field("What people call it; null where nobody has named it.")
    def name(self, info: Asking) -> str | None:
        """What people call it."""
        return info.context.said(self.latest.reading.serial_number).port_names.get(
            self.latest.reading.port_number
        )

    @field("When it was read.")
    def timestamp(self) -> datetime:
        """When it was read."""
        return self.latest.reading.taken_at

    @field("What that reading is worth.")
    def quality(self) -> Quality:
        """What that reading is worth."""
        return self.latest.quality

    @field("Its repaired counters; null until it has shown one.")
    def repaired(self) -> Repaired | None:
        """Its repaired counters."""
        counted = self.latest.production
        if counted is None:
            return None
        total = None if counted.total is None else Int64(counted.total)
        return Repaired(today_production=Int64(counted.today), total_production=total)


@strawberry.type(description="An inverter that has been seen, with its latest good reading.")
@measuring(INVERTER, attrgetter("reading"))
class Inverter(Described):
    """An inverter as it is now."""

    device: strawberry.Private[Device]
    image: strawberry.Private[LatestInverter | None]

    @property
    def reading(self) -> InverterReading | None:
        """Its latest good reading."""
        return None if self.image is None else self.image.reading

    @field("The same as its id.")
    def serial_number(self) -> str:
        """The same as its id."""
        return self.device.serial_number

    @field("The DTU that speaks for it, or the device that pushed its readings.")
    def dtu_name(self) -> str:
        """The DTU that speaks for it."""
        return self.device.dtu_name

    @field("The brand, as far as it is known.")
    def inverter_type(self) -> str:
        """The brand."""
        return self.device.inverter_type

    @field("When it was read first.")
    def first_seen(self) -> datetime:
        """When it was read first."""
        return self.device.first_seen

    @field("When it was read last.")
    def last_seen(self) -> datetime:
        """When it was read last."""
        return self.device.last_seen

    @field("What to make of its latest reading now.")
    def state(self, info: Asking) -> State:
        """Its state now."""
        return info.context.state(self.device.serial_number)

    @field("When its own values were read; null while only its ports have been heard.")
    def timestamp(self) -> datetime | None:
        """When its own values were read."""
        return None if self.reading is None else self.reading.taken_at

    @field("What that reading is worth.")
    def quality(self) -> Quality | None:
        """What that reading is worth."""
        return None if self.image is None or self.reading is None else self.image.quality

    @field("The sum of its ports' power, in W.")
    def pv_power(self) -> float | None:
        """The sum of its ports' power."""
        return None if self.image is None else self.image.pv_power

    @field("Its ports, by number.", rows=sizes.ports_of_inverter)
    def ports(self) -> list[Port]:
        """Its ports."""
        return [] if self.image is None else [Port(latest=port) for port in self.image.ports]

    @field("Its energy by period; today's unless said.", rows=sizes.energy_periods, asks=True)
    async def energy(
        self,
        info: Asking,
        start: Start = None,
        end: End = None,
        step: InOneOrSteps = None,
        zone: OfZone = None,
    ) -> list[EnergyPoint]:
        """Its energy by period."""
        seen = info.context
        asked = energy_asked(seen, When(start, end, zone), step)
        found = await seen.energy_of.load((asked, self.device.serial_number))
        return energy_points(found, asked.zone, seen)


def shown_inverter(serial_number: str, seen: Seen) -> Inverter | None:
    """An inverter that has been seen; None for any other."""
    device = seen.inverters.get(serial_number)
    if device is None:
        return None
    return Inverter(id=strawberry.ID(serial_number), device=device, image=seen.image(serial_number))
