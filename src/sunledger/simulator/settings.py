"""What a simulation is made of, and making it."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sunledger.simulator.faults import fault
from sunledger.simulator.meter import PARTS
from sunledger.simulator.plant import Family, Plant
from sunledger.simulator.replay import Recording, load
from sunledger.simulator.server import SimulatedDtu
from sunledger.simulator.shares import split_shares, sunny_shares
from sunledger.simulator.sun import Sun
from sunledger.sitetime import Clock, Place

WARSAW = ZoneInfo("Europe/Warsaw")
MOST_PORTS = 100
"""A DTU lists no more."""
MOST_WATTS = 1000
"""What no port reaches: readers of counters take a faster rise for a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """A simulated DTU and its plant. Raises ValueError with every fault of the values, one a line."""

    inverters: int = 3
    ports: int = 2
    """Ports per inverter."""
    family: Family = Family.HM
    seed: int = 1
    host: str = "127.0.0.1"
    port: int = 0
    """TCP port; 0 takes a free one."""
    unit_id: int = 1
    dtu_serial: str = "10f871600831"
    register_step: int = 40
    latency: float = 0.0
    """Seconds that each answer takes."""
    peak_power: int = 400
    """W of a port at best; a recording brings its own."""
    latitude: float = 52.2
    longitude: float = 21.0
    zone: ZoneInfo = WARSAW
    faults: tuple[str, ...] = ()
    """Written as `faults.fault` reads them."""
    replay: Path | None = None
    replay_column: str | None = None
    """The recording's power column, in W; None looks for the usual names."""
    replay_zone: ZoneInfo | None = None
    """The zone of a recording's times that have no offset; None is the plant's zone."""
    start: datetime | None = None
    """When the simulated time should begin; None is the recording's start, or the present."""

    def __post_init__(self) -> None:
        problems = [text for good, text in self._demands() if not good]
        problems += [str(error) for text in self.faults if (error := _unreadable(text))]
        if problems:
            raise ValueError("\n".join(problems))

    def _demands(self) -> list[tuple[bool, str]]:
        return [
            (1 <= self.ports <= 6, f"ports: 1 to 6 an inverter, not {self.ports}"),
            (
                1 <= self.inverters * self.ports <= MOST_PORTS,
                f"inverters: {self.inverters} of {self.ports} ports; a DTU lists 1 to {MOST_PORTS} ports",
            ),
            (
                1 <= self.peak_power < MOST_WATTS,
                f"peak_power: 1 to {MOST_WATTS - 1} W a port, not {self.peak_power}",
            ),
            (20 <= self.register_step <= 40, f"register_step: 20 to 40, not {self.register_step}"),
            (self.latency >= 0, f"latency: no less than 0 seconds, not {self.latency}"),
            (0 <= self.port <= 65535, f"port: 0 to 65535, not {self.port}"),
            (0 <= self.unit_id <= 255, f"unit_id: 0 to 255, not {self.unit_id}"),
            (abs(self.latitude) <= 90, f"latitude: -90 to 90 degrees, not {self.latitude}"),
            (abs(self.longitude) <= 180, f"longitude: -180 to 180 degrees, not {self.longitude}"),
            (
                re.fullmatch("[0-9a-f]{12}", self.dtu_serial) is not None,
                f"dtu_serial: 12 hexadecimal digits, not {self.dtu_serial!r}",
            ),
            (
                self.start is None or self.start.tzinfo is not None,
                "start: needs an offset or Z, such as 2024-06-01T06:00Z",
            ),
        ]

    def recording(self) -> Recording | None:
        """The recording to replay, read from its file; OSError or ValueError when it cannot be."""
        if self.replay is None:
            return None
        return load(self.replay, self.replay_column, self.replay_zone or self.zone)

    def opening(self) -> datetime | None:
        """When an accelerated clock for this simulation should start; None when any time will do."""
        if self.start is not None:
            return self.start
        recording = self.recording()
        return recording.start if recording else None


def _unreadable(text: str) -> ValueError | None:
    try:
        fault(text)
    except ValueError as error:
        return error
    return None


def build(settings: SimulatorSettings, clock: Clock) -> SimulatedDtu:
    """A DTU whose plant starts at the clock's present, not listening yet.

    Raises ValueError when the recording cannot be read, or is too strong for the ports.
    """
    faults = [fault(text) for text in settings.faults]
    return SimulatedDtu(
        _plant(settings, clock.now()),
        clock,
        faults,
        settings.host,
        settings.port,
        settings.unit_id,
        settings.latency,
        settings.register_step,
        settings.dtu_serial,
    )


def _plant(settings: SimulatorSettings, start: datetime) -> Plant:
    count = settings.inverters * settings.ports
    recording = settings.recording()
    if recording is None:
        place = Place(settings.latitude, settings.longitude)
        source: Sun | Recording = Sun(place, settings.peak_power, settings.seed)
        shares = sunny_shares(settings.seed, count)
    else:
        source, shares = recording, split_shares(settings.seed, count)
        _check_strength(recording, shares)
    return Plant(
        source,
        start,
        shares,
        ports=settings.ports,
        seed=settings.seed,
        zone=settings.zone,
        family=settings.family,
    )


def _check_strength(recording: Recording, shares: list[int]) -> None:
    peak = recording.peak * max(shares) // PARTS
    if peak >= MOST_WATTS * 1000:
        raise ValueError(
            f"replay: its peak of {recording.peak // 1000} W gives {peak // 1000} W to one of "
            f"{len(shares)} ports, which stay below {MOST_WATTS} W; simulate more inverters"
        )
