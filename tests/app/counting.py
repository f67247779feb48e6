"""Simulations run to their end, and their energy as the API tells it afterwards."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.app.running import Running, start

SIMULATED = "sun-simulated.db"
Ports = Mapping[str, int]
"""Wh by `serial/port`."""

EVER = {"start": "2000-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}


class Simulated:
    """What a simulation that has ended says was produced."""

    def __init__(self, truth: Mapping[str, Any], run: Running) -> None:
        self.total: int = truth["total"]
        self.ports: Ports = truth["ports"]
        self.days: Mapping[str, Ports] = truth["days"]
        self.run = run


def simulated(directory: Path, *arguments: str, **own: str) -> Simulated:
    """Run `serve --simulate` until its time is over."""
    truth = directory / "truth.json"
    with start(directory, "serve", "--simulate", "--truth", str(truth), *arguments, **own) as run:
        assert run.ended(within=120) == 0, run.complained
    return Simulated(json.loads(truth.read_text()), run)


def reading(directory: Path, zone: str) -> Running:
    """A second server, on what the simulation has left."""
    return start(directory, "serve", DATABASE_PATH=SIMULATED, TIMEZONE=zone)


def energy(server: Running, **parameters: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = server.get("/api/v1/energy", **{"by": "port", **EVER, **parameters})[
        "items"
    ]
    return items


def in_all(server: Running) -> Ports:
    """Energy of each port over everything."""
    return {port(item): item["energy"] for item in energy(server)}


def by_day(server: Running, step: str, **parameters: str) -> Mapping[str, Ports]:
    """Energy of each port and local day, added up from steps of this length; none where there was none."""
    days: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item in energy(server, step=step, **parameters):
        if item["energy"]:
            days[item["local_start"][:10]][port(item)] += item["energy"]
    return days


def port(item: Mapping[str, Any]) -> str:
    return f"{item['serial_number']}/{item['port_number']}"
