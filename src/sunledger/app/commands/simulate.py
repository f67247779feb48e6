"""`sunledger simulate`: a DTU that is not there, for anybody's Modbus TCP client."""

import asyncio
import sys
from argparse import Namespace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sunledger.app.flags import Subparsers

if TYPE_CHECKING:
    from sunledger.simulator import SimulatedDtu
    from sunledger.sitetime import Clock

_DEFAULT_PORT = 5020
_REPORT_EVERY = 60.0


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    from sunledger.app import simulation_flags  # only when commands are parsed

    about = "be a Hoymiles DTU: a simulated plant behind Modbus TCP"
    parser = subparsers.add_parser("simulate", help=about, description=about)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=_DEFAULT_PORT, help="port to listen on; 0: any free one")
    parser.add_argument("--unit-id", type=int, default=1)
    parser.add_argument("--zone", default="Europe/Warsaw", help="the plant's zone: its midnight, its faults")
    parser.add_argument("--step", type=int, choices=(20, 40), default=40, help="registers from port to port")
    simulation_flags.add_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Simulate until a signal comes."""
    try:
        asyncio.run(_simulate(arguments))
    except (ValueError, OSError) as error:
        print(f"sunledger simulate: {error}", file=sys.stderr)
        return 2
    return 0


async def _simulate(arguments: Namespace) -> None:
    from sunledger.app.simulation_flags import settings_of
    from sunledger.app.stopping import Stopping
    from sunledger.app.truth import tell
    from sunledger.simulator import build
    from sunledger.sitetime import AcceleratedClock, SystemClock

    settings = settings_of(
        arguments,
        host=arguments.host,
        port=arguments.port,
        unit_id=arguments.unit_id,
        register_step=arguments.step,
        zone=ZoneInfo(arguments.zone),
    )
    clock: Clock = SystemClock()
    opening = settings.opening()
    if opening is not None or arguments.speed != 1:
        clock = AcceleratedClock(opening or clock.now(), arguments.speed)
    stopping = Stopping()
    stopping.watch()
    dtu = build(settings, clock)
    await dtu.start()
    reporting = asyncio.create_task(_report(dtu, SystemClock()))
    try:
        await stopping.wait(clock, arguments.seconds)
    finally:
        reporting.cancel()
        await dtu.stop()
        tell(dtu, arguments.truth)


async def _report(dtu: "SimulatedDtu", clock: "Clock") -> None:
    """Say now and then what the plant does."""
    while True:
        print("\n".join(dtu.status_lines()), flush=True)
        await clock.sleep(_REPORT_EVERY)
