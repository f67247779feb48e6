"""/api/v1/measurements: the catalogue of what can be measured."""

from typing import Annotated

from fastapi import APIRouter, Query

from sunledger.access.principal import Action
from sunledger.api.answers import Json
from sunledger.api.needs import needs
from sunledger.api.parameters import NoParameters
from sunledger.api.shapes import MEASUREMENT, answers, fixed, listed
from sunledger.measurements import MEASUREMENTS, Measurement

routes = APIRouter(tags=["catalogue"], dependencies=[needs(Action.READ)])


@routes.get("/api/v1/measurements", responses=answers(fixed(items=listed(MEASUREMENT))))
async def measurements(_: Annotated[NoParameters, Query()]) -> Json:
    """Every measurement with its unit, its resolution and what kind of value it is."""
    return Json({"items": [_described(measurement) for measurement in MEASUREMENTS]})


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
