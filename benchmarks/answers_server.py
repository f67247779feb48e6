"""`sunledger serve` with routes of its own that do as little as can be: bare orjson of rows out of the store.

They read what the API's routes read, by the same calls, and write it as it comes: stored integers without
names, units or moments.
"""

import sys
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from sunledger.api import application
from sunledger.api.needs import PUBLIC
from sunledger.api.sources import FromSources, Sources
from sunledger.app.main import main
from sunledger.sitetime import Span, Step
from sunledger.store.records import Of

routes = APIRouter(prefix="/bare", dependencies=[PUBLIC], include_in_schema=False)


@routes.get("/readings")
async def readings(device: str, start: str, end: str, limit: int, sources: FromSources) -> Response:
    """Readings of a device's ports."""
    page = await sources.store.readings(Of.PORT, _ports([device], sources), _span(start, end), limit=limit)
    return _written(page.rows)


@routes.get("/history")
async def history(devices: str, start: str, end: str, sources: FromSources) -> Response:
    """The power of some devices' ports by quarters of an hour."""
    ports, span = _ports(devices.split(","), sources), _span(start, end)
    zone = sources.settings.zone
    found = await sources.store.history(Of.PORT, ports, ["pv_power"], span, Step.QUARTER, zone)
    return _written([(each.start, each.end, each.series, *each.rollup[0]) for each in found])


def _ports(devices: list[str], sources: Sources) -> list[int]:
    known = sources.store.series().values()
    return [each.id for each in known if each.of is Of.PORT and each.serial_number in devices]


def _span(start: str, end: str) -> Span:
    return Span(datetime.fromisoformat(start), datetime.fromisoformat(end))


def _written(rows: Any) -> Response:
    return Response(orjson.dumps(rows, option=orjson.OPT_UTC_Z), media_type="application/json")


if __name__ == "__main__":
    subjects = (*vars(application)["_SUBJECTS"], SimpleNamespace(routes=routes))
    vars(application)["_SUBJECTS"] = subjects
    sys.exit(main(["serve"]))
