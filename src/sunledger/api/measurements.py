"""/api/v1/measurements: the catalogue of what can be measured."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.cursors import cursor, place
from sunledger.api.fields import Fields, all_sparse
from sunledger.api.needs import needs
from sunledger.api.parameters import Cursor, Limit, Parameters
from sunledger.api.shapes import MEASUREMENT, answers, page
from sunledger.measurements import MEASUREMENTS, Measurement

routes = APIRouter(tags=["catalogue"], dependencies=[needs(Action.READ)])


class CatalogueQuery(Parameters):
    """Which page of the list."""

    fields: Fields | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


@routes.get("/api/v1/measurements", responses=answers(page(MEASUREMENT)))
async def measurements(query: Annotated[CatalogueQuery, Query()], request: Request) -> Json:
    """Every measurement with its unit, its resolution and what kind of value it is."""
    after = place(request, query.cursor, 1, int)
    first = 0 if after is None else max(0, after[0])
    shown = MEASUREMENTS[first : first + query.limit]
    more = cursor(request, first + len(shown)) if first + len(shown) < len(MEASUREMENTS) else None
    items = all_sparse(map(_described, shown), query.fields, MEASUREMENT)
    return Json({"items": items, "next_cursor": more})


def _described(measurement: Measurement) -> dict[str, object]:
    quantity = measurement.quantity
    return {
        "name": measurement.name,
        "reading": measurement.reading,
        "label": quantity.label,
        "unit": quantity.unit.symbol,
        "resolution": quantity.resolution,
        "kind": quantity.kind.name.lower(),
        "device_class": quantity.home_assistant,
        "state_class": quantity.kind.value,
        "bits": quantity.bits,
        "signed": quantity.signed,
    }
