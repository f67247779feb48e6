"""`sunledger export`: what is kept, in the formats of the API, also while a server runs."""

import asyncio
import os
import sys
from argparse import Namespace
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sunledger.app.durations import moment
from sunledger.app.flags import Subparsers
from sunledger.measurements import KINDS

if TYPE_CHECKING:
    from sunledger.app.configuration import Configuration
    from sunledger.app.exporting import Wish

CANNOT_EXPORT = 1
BAD_WISH = 2
FORMATS = ("csv", "ndjson", "json", "columns", "arrow", "parquet")
_STANDARD_OUTPUT = "-"


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    about = "write readings, energy or corrections to a file, also while a server runs"
    parser = subparsers.add_parser("export", help=about, description=about, takes_settings=True)
    add = parser.add_argument
    add("--what", choices=("readings", "energy", "corrections"), default="readings")
    add("--kind", choices=tuple(KINDS), default="port", help="of readings")
    add("--device", action="append", default=[], metavar="SERIAL", help="may be repeated; default: all")
    add("--start", type=moment, metavar="TIME", help="from then on, such as 2026-06-01T00:00+02:00")
    add("--end", type=moment, metavar="TIME", help="up to, but not including then")
    add("--step", choices=("15m", "1h", "1d", "1mo", "1y"), default="1h", help="period of energy")
    add(
        "--by",
        choices=("port", "inverter", "dtu", "plant"),
        default="port",
        help="what energy is summed over",
    )
    add("--format", choices=FORMATS, default="csv", help="arrow and parquet need sunledger[arrow]")
    add("--output", default=_STANDARD_OUTPUT, metavar="FILE", help="replaced when all is written; -: here")
    add("--simulated", action="store_true", help="what `serve --simulate` has kept")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Export. Returns 1 when it cannot be done, 2 when it was asked for wrongly."""
    from pydantic import ValidationError

    from sunledger.api.problems import Problem  # imports the API
    from sunledger.store.protocol import StoreError

    configuration = _configuration(arguments)
    try:
        rows = asyncio.run(_export(_wish(arguments), configuration, arguments.output))
    except BrokenPipeError:  # whoever read has enough; nothing may be flushed there at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT_EXPORT
    except (StoreError, OSError) as error:
        return _failed(str(error), CANNOT_EXPORT)
    except Problem as problem:
        return _failed(f"--{problem.detail}", BAD_WISH)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return _failed(f"--{first['loc'][0]}: {first['msg']}", BAD_WISH)
    print(f"Exported {rows} rows of {arguments.what}.", file=sys.stderr)
    return 0


def _failed(why: str, code: int) -> int:
    print(f"sunledger export: {why}", file=sys.stderr)
    return code


def _configuration(arguments: Namespace) -> "Configuration":
    configuration: Configuration = arguments.load().configuration
    if not arguments.simulated:
        return configuration
    from sunledger.app.simulation import simulated

    return simulated(configuration)


def _wish(arguments: Namespace) -> "Wish":
    from sunledger.app.exporting import Wish

    return Wish(
        what=arguments.what,
        kind=arguments.kind,
        devices=tuple(arguments.device),
        start=arguments.start,
        end=arguments.end,
        step=arguments.step,
        by=arguments.by,
        format=arguments.format,
    )


async def _export(wish: "Wish", configuration: "Configuration", output: str) -> int:
    from sunledger import __version__
    from sunledger.api.sources import ApiSettings
    from sunledger.app.databases import make_store
    from sunledger.app.exporting import Kept, export
    from sunledger.app.progress import shown
    from sunledger.app.sites import at_home
    from sunledger.sitetime import SystemClock

    configuration = await at_home(configuration)
    clock = SystemClock()
    store = make_store(configuration, clock, read_only=True)
    kept = Kept(store, clock, ApiSettings(version=__version__, zone=configuration.timing.timezone))
    try:
        await store.open()
        with shown(sys.stderr) as progress, _opened(output) as file:
            return await export(wish, kept, file, progress)
    finally:
        await store.close()


def _opened(output: str) -> AbstractContextManager[BinaryIO]:
    from sunledger.app.new_file import written

    if output == _STANDARD_OUTPUT:
        return nullcontext(sys.stdout.buffer)
    return written(Path(output))
