"""The examination of one DTU: it is asked what a poll asks, and everything that happens is noted."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sunledger.app.configuration import Dtu
from sunledger.app.doctor.stethoscope import Stethoscope, Try
from sunledger.app.progress import Progress
from sunledger.inverters import Harvest, Survey
from sunledger.inverters.hoymiles import Hoymiles
from sunledger.inverters.hoymiles_block import CurrentScale
from sunledger.sitetime import Clock
from sunledger.transports import Allows, CommParams, DeviceError


class Keys(NamedTuple):
    """Under which names the owner has set what concerns a DTU."""

    host: str = "DTU_HOST"
    port: str = "DTU_PORT"
    unit_id: str = "MODBUS_UNIT_ID"
    register_step: str = "register_step in DTU_CONFIGS"
    current_scale: str = "current_scale in DTU_CONFIGS"


@dataclass(frozen=True, slots=True)
class Patient:
    """A DTU to examine, and how gently."""

    dtu: Dtu
    comm: CommParams
    query_period: float = 60.0
    keys: Keys = field(default_factory=Keys)
    allows: Allows | None = None
    """To which addresses it may be connected; None for any."""

    def __str__(self) -> str:
        return f"{self.dtu.name} at {self.dtu.host}:{self.dtu.port}, unit {self.dtu.unit_id}"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was seen of a DTU."""

    patient: Patient
    connections: int = 0
    """How many connections were made: none when it could not be reached at all."""
    tries: tuple[Try, ...] = ()
    survey: Survey | None = None
    harvest: Harvest | None = None
    poll_seconds: float = 0.0
    """How long it took to read everything once."""
    error: DeviceError | None = None
    """What ended it before its end."""


async def examine(patient: Patient, clock: Clock, progress: Progress) -> Examination:
    """Connect, survey and read once. Raises nothing that a DTU can bring about."""
    seen = Examination(patient)
    link = Stethoscope(patient.dtu, patient.comm, clock, lambda heard: _tell(progress, heard), patient.allows)
    try:
        progress.stage(f"Connecting to {patient.dtu.host}:{patient.dtu.port}")
        await link.connect()
        driver = Hoymiles(CurrentScale(patient.dtu.current_scale))
        progress.stage("Asking which DTU it is, and how it lists its ports")
        survey = await driver.survey(link)
        seen = replace(seen, survey=survey)
        progress.stage("Reading every port once")
        used = replace(survey, register_step=patient.dtu.register_step or survey.register_step)
        started = clock.monotonic()
        harvest = await driver.read(link, used, clock.now())
        seen = replace(seen, harvest=harvest, poll_seconds=clock.monotonic() - started)
    except DeviceError as error:
        seen = replace(seen, error=error)
    finally:
        await link.close()
    return replace(seen, connections=link.generation, tries=tuple(link.tries))


def _tell(progress: Progress, heard: Try) -> None:
    if heard.error is not None:
        progress.stage(f"{heard.error}")
