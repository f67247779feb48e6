"""`sunledger serve`: poll, keep and answer, until a signal comes."""

import asyncio
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from sunledger.app.flags import Subparsers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sunledger.app.configuration import Configuration
    from sunledger.app.loading import Loaded
    from sunledger.app.starting_anew import StartingAnew
    from sunledger.sites import DtuEntry

CANNOT_SERVE = 1
NOT_OURS = 2
BAD_SIMULATION = 2


class SimulationError(Exception):
    """The simulated plant cannot be made as it was asked for."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    from sunledger.app import simulation_flags  # only when commands are parsed

    about = "poll the DTUs, keep what they say and answer questions about it"
    parser = subparsers.add_parser("serve", help=about, description=about, takes_settings=True)
    parser.add_argument("--simulate", action="store_true", help="read a simulated DTU instead of a real one")
    parser.add_argument("--or-simulate", action="store_true", help="the same, but only where no DTU is known")
    simulation_flags.add_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Serve. Returns 1 when the store cannot be used, 2 when it is another program's."""
    from sunledger.app import logs
    from sunledger.app.crash_reports import report_crashes
    from sunledger.app.starting_anew import Command, StartingAnew
    from sunledger.store.protocol import StoreError, StoreForeign

    loaded = arguments.load()
    logs.configure(loaded.configuration)
    report_crashes(loaded.configuration)
    for warning in loaded.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    try:
        entered: Sequence[DtuEntry] = () if arguments.simulate else asyncio.run(_entered(loaded))
        known = bool(loaded.configuration.dtu.plant or entered)
        simulate = arguments.simulate or (arguments.or_simulate and not known)
        simulation = arguments.speed if simulate else None
        anew = StartingAnew(loaded, Command(*arguments.command), simulation=simulation)
        runs = _simulate(arguments, loaded, anew) if simulate else _serve(arguments, loaded, anew, entered)
        asyncio.run(runs)
    except StoreError as error:
        print(f"sunledger cannot serve: {error}", file=sys.stderr)
        return NOT_OURS if isinstance(error, StoreForeign) else CANNOT_SERVE
    except SimulationError as error:
        print(f"sunledger cannot simulate: {error}", file=sys.stderr)
        return BAD_SIMULATION
    anew.take_over()
    return 0


async def _entered(loaded: "Loaded") -> "Sequence[DtuEntry]":
    """The DTUs that people have entered."""
    from sunledger.app.sites import kept_dtus

    return await kept_dtus(loaded.configuration)


async def _serve(
    arguments: Namespace, loaded: "Loaded", anew: "StartingAnew", entered: "Sequence[DtuEntry]"
) -> None:
    from sunledger.app.serving import serve
    from sunledger.sitetime import SystemClock

    configuration = loaded.configuration
    await serve(
        configuration,
        SystemClock(),
        lambda url: _announce(url, _work(configuration, entered), configuration),
        arguments.seconds,
        loaded.origin,
        anew,
    )


def _work(configuration: "Configuration", entered: "Sequence[DtuEntry]") -> str:
    """What this process does."""
    from sunledger.app.roles import ALL, Role

    does = configuration.processes.does
    names = [f"{dtu.name} at {dtu.host}:{dtu.port}" for dtu in configuration.dtu.plant]
    names += [f"{dtu.id} at {dtu.host}:{dtu.port}" for dtu in entered]
    if does != set(ALL):
        reading = f", reading {', '.join(names)}" if names and Role.COLLECTOR in does else ""
        return f"One process of several, for {', '.join(sorted(does))}{reading}"
    return "Reading " + ", ".join(names) if names else "No DTU is configured (DTU_HOST): waiting for pushes"


async def _simulate(arguments: Namespace, loaded: "Loaded", anew: "StartingAnew") -> None:
    from sunledger.app import simulation
    from sunledger.app.polling import SIMULATOR
    from sunledger.app.serving import serve
    from sunledger.app.simulation_flags import settings_of
    from sunledger.app.sites import at_home
    from sunledger.app.truth import tell
    from sunledger.simulator import build
    from sunledger.sitetime import SystemClock

    configuration = simulation.simulated(loaded.configuration)
    latest = await simulation.latest_kept(configuration)
    try:
        where = await at_home(configuration)
        settings = simulation.placed(settings_of(arguments), where, SystemClock().now())
        clock = simulation.clock_for(settings, arguments.speed, latest)
        dtu = build(settings, clock)
    except (ValueError, OSError) as error:
        raise SimulationError(str(error)) from error
    await dtu.start()
    ports = f"{settings.inverters} inverters of {settings.ports} ports"
    reading = f"No real plant: reading a SIMULATED DTU, {ports}; set DTU_HOST to read yours"

    def begin(url: str) -> None:
        _announce(url, reading, configuration)
        if isinstance(clock, simulation.HeldClock):
            clock.let_go()

    polling = simulation.polling(configuration, dtu, arguments.speed)
    try:
        origin = {**loaded.origin, "dtu_configs": SIMULATOR}
        await serve(polling, clock, begin, arguments.seconds, origin, anew)
    finally:
        await dtu.stop()
        tell(dtu, arguments.truth)


def _announce(url: str, reading: str, configuration: "Configuration") -> None:
    """The first screen."""
    from sunledger.app.databases import place_of

    shows = url and "api" in configuration.processes.does
    lines = [f"Sunledger is running. {reading}."]
    lines += [f"  look              {url}/"] if shows else []
    lines.append(f"  readings kept in  {place_of(configuration)}")
    if configuration.mqtt.mqtt_broker and configuration.keeps_readings and configuration.processes.leads:
        lines.append(f"  pushes come from  MQTT, {configuration.mqtt.mqtt_broker}, devices/+/telemetry")
    if shows:
        lines += [
            f"  plant now         {url}/api/inverters",
            f"  energy of today   {url}/api/v1/energy?by=plant",
            f"  all of the API    {url}/docs",
        ]
    if url:
        lines.append(_health_line(url, configuration))
    print("\n".join([*lines, "  stop              Ctrl+C"]), flush=True)


def _health_line(url: str, configuration: "Configuration") -> str:
    if configuration.server.metrics_enabled:
        return f"  health, metrics   {url}/health  {url}/metrics"
    return f"  health            {url}/health"
