"""`serve --simulate`: the built-in DTU instead of one on the roof, and a database of its own."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sunledger.app.configuration import Configuration, Dtu
from sunledger.app.databases import accounting_of
from sunledger.app.roles import Processes
from sunledger.simulator import SimulatedDtu, SimulatorSettings
from sunledger.sitetime import AcceleratedClock, SystemClock
from sunledger.store.sqlite import SqliteStore

DTU_NAME = "simulated"
_MORNING = 10
"""Local solar hour at which a plant without a place is simulated to start, so that there is sun to see."""

_PATIENCE = 0.2
"""Real seconds that an accelerated simulation waits for an answer."""


class HeldClock:
    """An accelerated clock that stands at its start until it is let go.

    Starting up takes a second: at speed 4000 the sun would have risen before the first poll.
    """

    def __init__(self, start: datetime, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._running: AcceleratedClock | None = None
        self._going = asyncio.Event()

    def let_go(self) -> None:
        """Run from now on."""
        self._running = AcceleratedClock(self._start, self._speed)
        self._going.set()

    def now(self) -> datetime:
        """The accelerated wall time."""
        return self._start if self._running is None else self._running.now()

    def monotonic(self) -> float:
        """Accelerated seconds since the clock was let go."""
        return 0.0 if self._running is None else self._running.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of accelerated time, which pass once the clock is let go."""
        await self._going.wait()
        if self._running is not None:
            await self._running.sleep(seconds)


def morning_longitude(now: datetime) -> float:
    """Where on the earth it is mid-morning now."""
    hours = _MORNING - (now.hour + now.minute / 60)
    return (hours * 15 + 180) % 360 - 180


def clock_for(settings: SimulatorSettings, speed: float, latest: datetime | None) -> SystemClock | HeldClock:
    """The one clock of DTU and collector. It goes on where the simulated database ends.

    Raises ValueError when the database already reaches beyond an opening that was asked for.
    """
    opening = settings.opening()
    if opening is not None and latest is not None and latest >= opening:
        raise ValueError(
            f"start: the simulated database has readings until {latest:%Y-%m-%dT%H:%M:%SZ} already; "
            "remove it, name another with DATABASE_PATH, or start later"
        )
    if opening is None and speed == 1 and (latest is None or latest < SystemClock().now()):
        return SystemClock()
    if opening is None:
        now = SystemClock().now()
        opening = now if latest is None else max(now, latest + timedelta(seconds=1))
    return HeldClock(opening.astimezone(UTC), speed)


def simulated(configuration: Configuration) -> Configuration:
    """The configuration with a database of the simulation's own, in one process."""
    path = configuration.database.database_path
    own = path.with_name(f"{path.stem}-simulated{path.suffix}")
    database = configuration.database.model_copy(update={"database_path": own, "db_type": "sqlite"})
    return configuration.model_copy(update={"database": database, "processes": Processes()})


def polling(configuration: Configuration, dtu: SimulatedDtu, speed: float) -> Configuration:
    """The configuration with the simulated DTU as the only one.

    Its answers come from this machine: where time is accelerated, silence is not waited for in real seconds.
    """
    entry = Dtu(name=DTU_NAME, host="127.0.0.1", port=dtu.port)
    changes: dict[str, object] = {"dtu_configs": (entry,), "dtu_host": None}
    if speed > 1:
        changes |= {"comm_timeout": min(configuration.dtu.comm_timeout, _PATIENCE), "comm_retries": 1}
    dtus = configuration.dtu.model_copy(update=changes)
    return configuration.model_copy(update={"dtu": dtus})


def placed(settings: SimulatorSettings, configuration: Configuration, now: datetime) -> SimulatorSettings:
    """The plant in the site's zone, and at the site's place or else where the sun shines now."""
    zone: ZoneInfo = configuration.timing.timezone
    place = configuration.site.place
    if place is not None:
        return replace(settings, zone=zone, latitude=place.latitude, longitude=place.longitude)
    if settings.start is not None or settings.replay is not None:
        return replace(settings, zone=zone)
    return replace(settings, zone=zone, longitude=morning_longitude(now))


async def latest_kept(configuration: Configuration) -> datetime | None:
    """The time of the latest reading in the simulated database, if there is one."""
    path = configuration.database.database_path
    if not configuration.keeps_readings or not path.exists():
        return None
    store = SqliteStore(path, accounting_of(configuration), SystemClock(), read_only=True)
    await store.open()
    try:
        return await store.latest_time()
    finally:
        await store.close()
