"""Enumerations: what is measured, of what kind, how long a period is, how a device is."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import strawberry

from sunledger.ledger.judgement import Quality
from sunledger.live.state import State
from sunledger.measurements import MEASUREMENTS, Kind
from sunledger.sitetime import Step
from sunledger.store.records import Of


class By(StrEnum):
    """What energy is added up over."""

    PORT = "port"
    INVERTER = "inverter"
    DTU = "dtu"
    PLANT = "plant"


def _names() -> Any:
    """The names of the catalogue; each is the text itself, too."""
    make: Any = StrEnum  # a type checker knows no enumeration whose members are computed
    return make("MeasurementName", {each.name.upper(): each.name for each in MEASUREMENTS})


if TYPE_CHECKING:
    MeasurementName: TypeAlias = str
else:
    MeasurementName = strawberry.enum(_names(), description="The catalogue's names.")

strawberry.enum(By, name="EnergyBy", description="What energy is added up over.")
strawberry.enum(Of, name="ReadingKind", description="A kind of reading.")
strawberry.enum(Step, name="Step", description="The length of a period: a quarter is one of an hour.")
strawberry.enum(State, name="DeviceState", description="What to make of an inverter's latest reading.")
strawberry.enum(Quality, name="Quality", description="What a stored reading is worth.")
strawberry.enum(Kind, name="Behaviour", description="How a value behaves over time.")
