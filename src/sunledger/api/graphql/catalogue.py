"""The catalogue itself: every measurement with its unit."""

import strawberry

from sunledger.api.graphql.words import MeasurementName
from sunledger.measurements import MEASUREMENTS, Kind, Measurement
from sunledger.store.records import Of


@strawberry.type(name="Measurement", description="Something that can be measured.")
class Declared:
    """A measurement as the catalogue declares it."""

    name: MeasurementName
    reading: Of = strawberry.field(description="The kind of reading that has it.")
    label: str
    unit: str
    resolution: float | None = strawberry.field(description="Null where any number is kept as it is.")
    behaviour: Kind
    device_class: str | None = strawberry.field(description="Home Assistant's.")
    state_class: str | None = strawberry.field(description="Home Assistant's.")


def declared() -> list[Declared]:
    """All of them."""
    return [_declared(each) for each in MEASUREMENTS]


def _declared(measurement: Measurement) -> Declared:
    quantity = measurement.quantity
    return Declared(
        name=MeasurementName(measurement.name),
        reading=Of(measurement.reading),
        label=quantity.label,
        unit=quantity.unit.symbol,
        resolution=quantity.resolution,
        behaviour=quantity.kind,
        device_class=quantity.home_assistant,
        state_class=quantity.kind.value,
    )
