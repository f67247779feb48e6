"""The survey of a DTU that may be added: the doctor's examination, asked for over the API.

Whoever may ask for it can make Sunledger connect to a host of their choice. So it asks one at a time, within
a minute, at an address that is looked up once, and never where no DTU can be.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from sunledger.api.surveys import AlreadyRead, Found, Inverter, NotADtu, Surveyed, Surveying, Weight
from sunledger.app.configuration import Configuration, Dtu
from sunledger.app.doctor.diagnosis import diagnosed
from sunledger.app.doctor.examination import Examination, Keys, Patient, examine
from sunledger.app.doctor.findings import Finding, Level, attention
from sunledger.app.polling import comm_of
from sunledger.inverters import Harvest
from sunledger.sites import DtuEntry
from sunledger.sites.whereabouts import Address, is_plausible
from sunledger.sitetime import SystemClock
from sunledger.transports import Unreachable, look_up

LONGEST = 60.0
"""Real seconds that a survey may take."""
_LOOK_UP = 10.0
"""Real seconds until a name must be resolved."""
_KEYS = Keys("the host", "the port", "unit_id", "register_step", "current_scale")
_WEIGHTS = {Level.GOOD: Weight.GOOD, Level.NOTE: Weight.NOTE, Level.ATTENTION: Weight.ATTENTION}


class Surveyor:
    """Surveys one DTU after the other.

    *State: whether it does now.*
    """

    def __init__(self, configuration: Configuration, read: Callable[[], Sequence[DtuEntry]]) -> None:
        """`read` tells which DTUs are being read."""
        self._configuration = configuration
        self._read = read
        self._clock = SystemClock()  # what answers is real, also beside a simulated plant
        self._busy = False

    async def survey(self, host: str, port: int, unit_id: int) -> Surveyed:
        """Examine what answers there. Raises `NotADtu`, `AlreadyRead`, `Surveying`."""
        if self._busy:
            raise Surveying("another DTU is being examined; ask again in a moment")
        self._busy = True
        started = self._clock.monotonic()
        try:
            async with asyncio.timeout(LONGEST):
                seen = await self._examined(host, port, unit_id)
        except TimeoutError:
            seen = None
        finally:
            self._busy = False
        return _told(seen, self._clock.monotonic() - started)

    async def _examined(self, host: str, port: int, unit_id: int) -> Examination:
        try:
            addresses = await _resolved(host, port)
        except (OSError, UnicodeError) as error:
            lost = Unreachable(f"cannot connect to {host}:{port}: {error or 'its name cannot be looked up'}")
            lost.__cause__ = error
            return Examination(self._patient(host, port, unit_id), error=lost)
        for address in addresses:
            if not is_plausible(address):
                raise NotADtu(f"{address} is no address of a DTU; give the one that your router gave it")
        await self._require_unread(addresses, port)
        return await examine(self._patient(str(addresses[0]), port, unit_id), self._clock, _Unseen())

    def _patient(self, host: str, port: int, unit_id: int) -> Patient:
        dtu = Dtu(name="DTU", host=host, port=port, unit_id=unit_id)
        period = self._configuration.timing.query_period
        return Patient(dtu, comm_of(self._configuration.dtu), period, _KEYS)

    async def _require_unread(self, addresses: Sequence[Address], port: int) -> None:
        """Raise `AlreadyRead` where a DTU that is being read answers at one of the addresses."""
        for dtu in self._read():
            if dtu.port == port:
                try:
                    own = await _resolved(dtu.host, dtu.port)
                except (OSError, UnicodeError):
                    continue
                if set(own) & set(addresses):
                    raise AlreadyRead(f"the DTU {dtu.id} is there, and is read already: it takes one client")


async def _resolved(host: str, port: int) -> Sequence[Address]:
    """The addresses of a host. Raises OSError, UnicodeError."""
    async with asyncio.timeout(_LOOK_UP):
        return await look_up(host, port)


def _told(seen: Examination | None, seconds: float) -> Surveyed:
    if seen is None:
        said = f"It was not examined to the end within {LONGEST:.0f} s."
        slow = attention(said, "Ask `sunledger doctor --host`, which takes its time.")
        return Surveyed([_found(slow)], None, [], seconds)
    serial = None if seen.survey is None else seen.survey.gateway_serial
    inverters = [] if seen.harvest is None else list(_inverters(seen.harvest))
    return Surveyed([_found(each) for each in diagnosed(seen)], serial, inverters, seconds)


def _found(finding: Finding) -> Found:
    return Found(_WEIGHTS[finding.level], finding.said, finding.shown, finding.changes)


def _inverters(harvest: Harvest) -> Iterator[Inverter]:
    ports: dict[str, list[int]] = {each.serial_number: [] for each in harvest.inverters}
    for port in harvest.ports:
        ports.setdefault(port.serial_number, []).append(port.port_number)
    for serial, numbers in sorted(ports.items()):
        yield Inverter(serial, sorted(numbers))


class _Unseen:
    """Progress that nobody watches."""

    def stage(self, doing: str) -> None:
        """Say nothing."""

    def at(self, fraction: float, doing: str) -> None:
        """Say nothing."""
