"""Which faults are on: their windows laid out on the plant's timeline."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sunledger.simulator.fault import Fault
from sunledger.simulator.plant import Plant, moment
from sunledger.sitetime import milliseconds
from sunledger.sitetime.spans import day_of

_DAY = timedelta(days=1)


class Schedule:
    """Begins and ends faults as the plant's time passes their windows; `active` has those that are on."""

    def __init__(self, plant: Plant, faults: Sequence[Fault]) -> None:
        """Lay out the faults from the plant's present on; those whose window is open begin at once."""
        self._plant = plant
        self.faults = tuple(faults)
        self.active: list[Fault] = []
        for fault in faults:
            if fault.at is None or fault.always:
                self._begin(fault)
            else:
                self._lay_out(fault, fault.at, day_of(moment(plant.second), plant.zone) - _DAY)
        plant.advance(moment(plant.second))

    @property
    def register_step(self) -> int | None:
        """The register step that a fault dictates."""
        return next((fault.register_step for fault in self.active if fault.register_step), None)

    @property
    def door_shut(self) -> bool:
        """Whether a fault keeps the DTU from listening."""
        return any(fault.shuts_the_door for fault in self.active)

    def _lay_out(self, fault: Fault, at: time, day: date) -> None:
        """Put the fault's window on the timeline: the first, from `day` on, that is not over."""
        now, lasts = self._plant.second, int(fault.lasts.total_seconds())
        begin = self._second(day, at)
        while begin < now and begin + lasts <= now:
            day += _DAY
            begin = self._second(day, at)

        def close() -> None:
            self._end(fault)
            if fault.daily:
                self._lay_out(fault, at, day + _DAY)

        self._plant.timeline.add(max(begin, now), lambda: self._begin(fault))
        self._plant.timeline.add(begin + lasts, close)

    def _second(self, day: date, at: time) -> int:
        """The second since 1970 at which the plant's clock shows a time of a local day."""
        return milliseconds(datetime.combine(day, at, self._plant.zone)) // 1000

    def _begin(self, fault: Fault) -> None:
        self.active.append(fault)
        fault.begin(self._plant)

    def _end(self, fault: Fault) -> None:
        self.active.remove(fault)
        fault.end(self._plant)
