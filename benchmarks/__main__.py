"""`python -m benchmarks [name …]`: run all benchmarks or some, and sum them up in one table."""

import argparse
import json
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from inspect import signature
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, report

NAMES = (
    "decode", "poll", "ingest", "query", "answers", "credentials", "footprint", "bulk", "rollup", "years",
    "outage", "subscribers", "timescale", "dashboard",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Run them one after another: two at once would measure each other."""
    options = parser().parse_args(arguments)
    figures: list[Figure] = []
    for name in options.names:
        figures += report(_measuring(name, options)())
    Console(width=None if Console().is_terminal else 160).print(_table(figures))
    if options.json is not None:
        options.json.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")


def parser() -> argparse.ArgumentParser:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast Sunledger is.")
    parser.add_argument(
        "names",
        nargs="*",
        type=_name,
        default=NAMES,
        metavar="name",
        help=f"{', '.join(NAMES)}; default: all",
    )
    parser.add_argument(
        "--directory", type=Path, help="where query and years keep their databases for the next time"
    )
    parser.add_argument(
        "--years",
        type=float,
        default=0.1,
        help="years of a home that bulk, rollup and years take, 5.2 million port rows each; default: 0.1",
    )
    parser.add_argument(
        "--minutes", type=float, default=5, help="how long the database of outage is away; default: 5"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
    return parser


def _name(given: str) -> str:
    if given not in NAMES:
        raise argparse.ArgumentTypeError(f"{given!r} is none of {', '.join(NAMES)}")
    return given


def _measuring(name: str, options: Namespace) -> Callable[[], Iterable[Figure]]:
    """A benchmark, imported only when it runs, so that none weighs on another."""
    module = import_module(f"benchmarks.{name}")
    taken = signature(module.measure).parameters
    return partial(module.measure, **{key: value for key, value in vars(options).items() if key in taken})


def _table(figures: Iterable[Figure]) -> Table:
    table = Table("what", "figure", "limit measured beside it", "ratio", "aim")
    for figure in figures:
        table.add_row(*figure.cells, style="yellow" if figure.missed else "")
    return table


if __name__ == "__main__":
    main()
