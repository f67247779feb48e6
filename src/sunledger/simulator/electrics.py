"""What a port's registers show beside its counters: values that fit its power."""

import math

from sunledger.simulator.block import PortImage
from sunledger.simulator.meter import Meter
from sunledger.simulator.noise import noise, smooth

_DAY = 86_400
_YEAR = 365.25 * _DAY
ON, IDLE = 3, 0
"""Operating status of an inverter that produces, and of one that has no light."""


class Electrics:
    """Electric values of a moment, as register integers; a pure function of seed, power and second."""

    def __init__(self, seed: int, currents_per_ampere: int) -> None:
        self._seed = seed
        self._currents_per_ampere = currents_per_ampere

    def image(self, meter: Meter, power: int, inverter_power: int, second: int) -> PortImage:
        """The registers of a port that gives `power` mW, its whole inverter `inverter_power` mW."""
        voltage, current = self._panel(meter, power, second)
        return PortImage(
            voltage=voltage,
            current=current,
            grid_voltage=self._grid_voltage(meter, second),
            grid_frequency=round(5000 + 3 * smooth(self._seed, 5, second, 90)),
            power=power // 100,
            today=meter.today,
            total=meter.total,
            temperature=self._temperature(inverter_power, second),
            operating_status=ON if inverter_power else IDLE,
            alarm_code=0,
            alarm_count=0,
            link_status=1,
        )

    def _panel(self, meter: Meter, power: int, second: int) -> tuple[int, int]:
        """Voltage in 0.1 V and current in the register's unit, so that their product is the power."""
        if power == 0:
            return 0, 0
        flicker = noise(self._seed, _channel(meter) + meter.number, second)
        decivolts = round(315 + 55 * min(1.0, power / 300_000) + 6 * flicker)
        return decivolts, round(power * self._currents_per_ampere / (decivolts * 100))

    def _grid_voltage(self, meter: Meter, second: int) -> int:
        drift = 40 * smooth(self._seed, 6, second, 1800)
        return round(2310 + drift + 4 * noise(self._seed, _channel(meter), second))

    def _temperature(self, inverter_power: int, second: int) -> int:
        """In 0.1 °C, below zero on winter nights: season, hour and the inverter's own heat."""
        season = -110 * math.cos(math.tau * (second - 20 * _DAY) / _YEAR)
        hour = -45 * math.cos(math.tau * (second - 3 * 3600) / _DAY)
        heat = inverter_power / 4000
        return round(85 + season + hour + heat + 3 * smooth(self._seed, 7, second, 600))


def _channel(meter: Meter) -> int:
    """The noise channel of an inverter; its ports follow it."""
    return int(meter.serial) * 16
