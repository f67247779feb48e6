"""What can be measured: the readings, their quantities and units, and the catalogue of them all."""

from sunledger.measurements.catalogue import INVERTER, MEASUREMENTS, PORT, Measurement, ReadingKind, Stored
from sunledger.measurements.quantity import Kind, Quantity, Unit
from sunledger.measurements.readings import InverterReading, Poll, PortReading

__all__ = [
    "INVERTER",
    "MEASUREMENTS",
    "PORT",
    "InverterReading",
    "Kind",
    "Measurement",
    "Poll",
    "PortReading",
    "Quantity",
    "ReadingKind",
    "Stored",
    "Unit",
]
