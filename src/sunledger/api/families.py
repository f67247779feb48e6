"""The names of Prometheus families: the old ones in a table, new ones derived from the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass

from sunledger.measurements import KINDS, MEASUREMENTS, PORT, Kind, Measurement

OLD_GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "hoymiles_dtu_available": ("Whether the last poll of the DTU succeeded.", ("dtu_name",)),
    "hoymiles_circuit_breaker_state": ("0 closed, 1 half-open, 2 open.", ("dtu_name",)),
    "hoymiles_smiles_uptime_seconds": ("Time since the start.", ()),
    "hoymiles_inverter_power_watts": ("PV power of a port now.", ("serial_number", "port")),
    "hoymiles_inverter_temperature_celsius": ("Temperature of an inverter now.", ("serial_number",)),
    "hoymiles_inverter_status": ("Operating status code of an inverter now.", ("serial_number",)),
    "hoymiles_dtu_power_watts": ("PV power of all ports of a DTU now.", ("dtu_name",)),
    "hoymiles_today_production_wh": ("Repaired energy since the last RESET_HOUR.", ("dtu_name",)),
    "hoymiles_total_production_wh": ("Repaired energy of the inverters' lives.", ("dtu_name",)),
}
"""Names that cannot change, with their help and labels."""


_LABELS: Mapping[str, tuple[str, ...]] = {PORT.name: ("serial_number", "port")}
"""What names a series, where it is not called as in the catalogue."""


@dataclass(frozen=True, slots=True)
class Family:
    """A Prometheus family that follows from a measurement."""

    name: str
    help: str
    labels: tuple[str, ...]
    factor: float
    counter: bool


def family(measurement: Measurement) -> Family:
    """The family of a measurement: base unit and factor from its unit, `_total` for a counter."""
    quantity = measurement.quantity
    counter = quantity.kind is Kind.COUNTER
    parts = ["sunledger", measurement.reading, _subject(measurement), quantity.unit.value.prometheus_unit]
    name = "_".join([part for part in [*parts, "total" if counter else ""] if part])
    labels = _LABELS.get(measurement.reading, KINDS[measurement.reading].identity)
    return Family(name, f"{quantity.label}.", labels, quantity.unit.value.prometheus_factor, counter)


def _subject(measurement: Measurement) -> str:
    """Its name without what Prometheus keeps for suffixes of its own."""
    if measurement.quantity.kind is Kind.COUNTER:
        return measurement.name.removeprefix("total_").removeprefix("cumulative_")
    if measurement.name.endswith("_count"):
        return measurement.name.removesuffix("_count") + "s"
    return measurement.name


FAMILIES: Mapping[Measurement, Family] = {measurement: family(measurement) for measurement in MEASUREMENTS}
"""Those of all that can be measured."""
