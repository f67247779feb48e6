"""The flags that describe a simulated plant, shared by `serve --simulate` and `simulate`."""

import argparse
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from sunledger.app.durations import duration, moment
from sunledger.simulator import SimulatorSettings, menu

_DEFAULTS = SimulatorSettings()
_FASTEST = 100_000


def add_arguments(parser: ArgumentParser) -> None:
    """The flags that describe a simulated plant."""
    group = parser.add_argument_group("simulated plant")
    group.add_argument("--speed", type=speed, default=1.0, metavar="N", help="of simulated time")
    group.add_argument("--for", type=duration, dest="seconds", metavar="DURATION", help="then stop, as 24h")
    group.add_argument(
        "--truth", type=Path, metavar="FILE", help="write what was really produced, at the end"
    )
    group.add_argument("--inverters", type=int, default=_DEFAULTS.inverters, metavar="N")
    group.add_argument("--ports", type=int, default=_DEFAULTS.ports, metavar="N", help="per inverter")
    group.add_argument("--seed", type=int, default=_DEFAULTS.seed, help="the same seed gives the same plant")
    group.add_argument("--peak-power", type=int, default=_DEFAULTS.peak_power, metavar="W", help="of a port")
    group.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="of each answer")
    group.add_argument("--replay", type=Path, metavar="FILE", help="recorded PV power, as CSV or CSV.gz")
    group.add_argument("--start", type=moment, metavar="TIME", help="when simulated time begins, with offset")
    group.add_argument(
        "--fault", action="append", default=[], metavar="NAME[@HH:MM[+DURATION]]",
        help="may be given several times: " + "; ".join(menu()).replace("%", "%%"),
    )  # fmt: skip


def settings_of(arguments: Namespace, **others: Any) -> SimulatorSettings:
    """The simulator's settings from the flags. Raises ValueError with every problem, one a line."""
    return SimulatorSettings(
        inverters=arguments.inverters,
        ports=arguments.ports,
        seed=arguments.seed,
        peak_power=arguments.peak_power,
        latency=arguments.latency,
        replay=arguments.replay,
        start=arguments.start,
        faults=tuple(arguments.fault),
        **others,
    )


def speed(text: str) -> float:
    """How many times faster than real time a simulation runs."""
    times = float(text)
    if not 0 < times <= _FASTEST:
        raise argparse.ArgumentTypeError(f"more than 0, at most {_FASTEST}")
    return times
