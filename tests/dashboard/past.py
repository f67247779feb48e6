"""The past of a simulated plant, column by column, up to the moment from which `serve --simulate` goes on.

Power, weather and electric values are the simulator's own; energy is summed poll by poll, except on the last
day, which the simulated plant itself produces. Its counters there are those of a plant that is started at
the end, so that what is polled from then on fits without a seam.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sunledger.measurements import INVERTER, PORT, Batch, Columns
from sunledger.simulator.block import PortImage
from sunledger.simulator.electrics import IDLE, ON, Electrics
from sunledger.simulator.meter import Meter
from sunledger.simulator.plant import Plant, moment
from sunledger.simulator.shares import sunny_shares
from sunledger.simulator.sun import Sun
from sunledger.sitetime import Place, milliseconds
from sunledger.sitetime.spans import day_span, midnight

ZONE = ZoneInfo("Europe/Berlin")
PLACE = Place(52.52, 13.4)
END = datetime(2026, 6, 21, 13, 10, tzinfo=ZONE)
SEED = 29791
"""Its plant has one port, the fourth, that gives 8 % less than the others: a soiled panel."""
INVERTERS, PORTS, PEAK_POWER = 3, 2, 400
PERIOD = 300
"""Seconds between two polls."""

SHADED = 1
"""The port, by its index, that stands in the shade of a chimney every afternoon."""
_SHADE = (time(14, 30), time(17, 45))
_LIGHT_IN_SHADE = 0.22
_LOST = 0.004
"""The share of polls that no answer came to."""
_GAP = timedelta(days=-10), time(7, 30), time(19, 30)
"""A day's daylight without a reading."""
_GLITCH = timedelta(days=-3), time(9, 30)
_DROP = timedelta(days=-60), time(11, 10)
_DROPPED = 4
"""The port, by its index, whose lifetime counter fell then."""
_DROPS_BY = 400_000
"""Wh."""
_SILENT_FROM = timedelta(days=-2), time(11, 40)
"""When the inverter that the DTU no longer lists was heard last."""
_SILENT_SERIAL = "114190215577"

Rows = list[tuple[int, ...]]


@dataclass
class _Column:
    """What one series said: times in milliseconds, and rows of stored integers."""

    times: list[int] = field(default_factory=list)
    rows: Rows = field(default_factory=list)

    def add(self, at: int, row: tuple[int, ...]) -> None:
        """Take a reading."""
        self.times.append(at)
        self.rows.append(row)


Said = dict[Meter, tuple[_Column, _Column]]
"""What each port said, and what its inverter said with it."""


def past(days: int) -> Batch:
    """All that was read in so many days before the end, as one batch of the simulated DTU."""
    sun = Sun(PLACE, PEAK_POWER, SEED)
    shares = sunny_shares(SEED, INVERTERS * PORTS)
    today = Plant(sun, midnight(END.date(), ZONE), shares, ports=PORTS, seed=SEED, zone=ZONE)
    told = _Past(today, sun)
    first = END.date() - timedelta(days=days)
    for number in range(days):
        told.live_through(first + timedelta(days=number))
    told.fit()
    told.live_today()
    return told.batch()


class _Past:
    """The plant's days, one after another."""

    def __init__(self, today: Plant, sun: Sun) -> None:
        self._today = today
        self._sun = sun
        self._electrics = Electrics(SEED, 100)
        silent = [Meter(_SILENT_SERIAL, number, 955_000, 0) for number in (1, 2)]
        self._meters = [*(Meter(each.serial, each.number, each.share, 0) for each in today.meters), *silent]
        self._neighbours = [self._meters[index ^ 1] for index in range(len(self._meters))]
        self._shares = [each.share for each in self._meters]
        self._said: Said = {each: (_Column(), _Column()) for each in self._meters}
        self._random = random.Random(SEED)

    def live_through(self, day: date) -> None:
        """Poll from midnight to midnight."""
        span = day_span(day, ZONE)
        shade = _window(day, *_SHADE)
        for meter in self._meters:
            meter.today = 0
        for second in range(_second(span.start), _second(span.end), PERIOD):
            dark = shade[0] <= second < shade[1]
            self._meters[SHADED].share = round(self._shares[SHADED] * (_LIGHT_IN_SHADE if dark else 1))
            whole = self._sun.milliwatts(second)
            if self._is_read(second):
                self._read(second, whole)
            for meter in self._meters:
                meter.run(whole, PERIOD, day)

    def _is_read(self, second: int) -> bool:
        begin, end = _window(END.date() + _GAP[0], *_GAP[1:])
        return not begin <= second < end and self._random.random() >= _LOST

    def _read(self, second: int, whole: int) -> None:
        silent = second >= _at(*_SILENT_FROM)
        first = self._electrics.image(self._meters[0], 0, 0, second)
        for meter, other in zip(self._meters, self._neighbours, strict=True):
            if not (silent and meter.serial == _SILENT_SERIAL):
                power = meter.power(whole)
                self._note(meter, second, _image(first, meter, power, power + other.power(whole)))

    def _note(self, meter: Meter, second: int, image: PortImage) -> None:
        at = second * 1000
        port, inverter = self._said[meter]
        port.add(at, (image.voltage, image.current, image.power, image.today, image.total))
        if meter.number == 1:
            inverter.add(at, _of_inverter(image))

    def fit(self) -> None:
        """Let the counters arrive at what the plant of today begins with, and lay the faults over them."""
        for meter, theirs in zip(self._meters, self._today.meters, strict=False):
            self._raise(meter, theirs.total - meter.total)
        self._raise(self._meters[_DROPPED], _DROPS_BY, until=_at(*_DROP))
        for meter in self._meters[len(self._today.meters) :]:
            self._raise(meter, 1_000_000)
        for meter in self._meters:
            if meter.serial == self._today.serials[1]:
                self._silence(meter)

    def _raise(self, meter: Meter, by: int, until: int | None = None) -> None:
        """Let a lifetime counter have shown more, always or until a second."""
        column = self._said[meter][0]
        for index, (at, row) in enumerate(zip(column.times, column.rows, strict=True)):
            if until is None or at < until * 1000:
                column.rows[index] = (*row[:-1], row[-1] + by)

    def _silence(self, meter: Meter) -> None:
        """Let nothing but zeros have come once."""
        for column in self._said[meter]:
            if column.rows:
                index = bisect_left(column.times, _at(*_GLITCH) * 1000)
                column.rows[index] = (0,) * len(column.rows[index])

    def live_today(self) -> None:
        """Poll the plant that is simulated on, until the poll before the end."""
        for second in range(self._today.second, _second(END), PERIOD):
            self._today.advance(moment(second))
            for meter, theirs in zip(self._meters, self._today.meters, strict=False):
                self._note(meter, second, self._today.image(theirs))

    def batch(self) -> Batch:
        """What was said."""
        return Batch(dtu_name="simulated", inverter_type="hoymiles", columns=list(self._columns()))

    def _columns(self) -> Iterator[Columns]:
        for meter, (port, inverter) in self._said.items():
            values = list(zip(*port.rows, strict=True))
            yield Columns(kind=PORT, identity=(meter.serial, meter.number), times=port.times, values=values)
            if meter.number == 1:
                values = list(zip(*inverter.rows, strict=True))
                yield Columns(kind=INVERTER, identity=(meter.serial,), times=inverter.times, values=values)


def _image(idle: PortImage, meter: Meter, power: int, together: int) -> PortImage:
    """What a port shows of its power, its inverter's, and an idle one's values: its grid and its weather.

    As the simulator does it, but without the flicker of each, which takes ten times as long.
    """
    voltage = 315 + 55 * min(300_000, power) // 300_000 if power else 0
    return idle._replace(
        voltage=voltage,
        current=power // voltage if power else 0,
        power=power // 100,
        today=meter.today,
        total=meter.total,
        temperature=idle.temperature + together // 4000,
        operating_status=ON if together else IDLE,
    )


def _of_inverter(image: PortImage) -> tuple[int, ...]:
    return (
        image.grid_voltage, image.grid_frequency, image.temperature,
        image.operating_status, image.alarm_code, image.alarm_count, image.link_status,
    )  # fmt: skip


def _at(days: timedelta, clock: time) -> int:
    return _second(datetime.combine(END.date() + days, clock, ZONE))


def _window(day: date, begin: time, end: time) -> tuple[int, int]:
    return _second(datetime.combine(day, begin, ZONE)), _second(datetime.combine(day, end, ZONE))


def _second(at: datetime) -> int:
    return milliseconds(at) // 1000
