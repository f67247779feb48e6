"""The DTU that is not there: a simulated plant behind a real Modbus TCP socket, with faults by name."""

from sunledger.simulator.faults import FAULTS, fault, menu
from sunledger.simulator.plant import Family, Plant
from sunledger.simulator.server import SimulatedDtu
from sunledger.simulator.settings import SimulatorSettings, build
from sunledger.simulator.truth import Truth

__all__ = [
    "FAULTS",
    "Family",
    "Plant",
    "SimulatedDtu",
    "SimulatorSettings",
    "Truth",
    "build",
    "fault",
    "menu",
]
