"""What can be measured: the readings, their quantities and units, and the catalogue of them all."""

from sunledger.measurements.batch import Batch, Columns
from sunledger.measurements.catalogue import (
    ENERGY,
    INVERTER,
    KINDS,
    MEASUREMENTS,
    PORT,
    TELEMETRY,
    WEATHER,
    Measurement,
    Reading,
    ReadingKind,
    Stored,
)
from sunledger.measurements.quantity import Kind, Quantity, Unit
from sunledger.measurements.readings import (
    EnergyReading,
    InverterReading,
    Poll,
    PortReading,
    TelemetryPoint,
    WeatherReading,
)

__all__ = [
    "ENERGY",
    "INVERTER",
    "KINDS",
    "MEASUREMENTS",
    "PORT",
    "TELEMETRY",
    "WEATHER",
    "Batch",
    "Columns",
    "EnergyReading",
    "InverterReading",
    "Kind",
    "Measurement",
    "Poll",
    "PortReading",
    "Quantity",
    "Reading",
    "ReadingKind",
    "Stored",
    "TelemetryPoint",
    "Unit",
    "WeatherReading",
]
