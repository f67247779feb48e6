"""/api/v1/customers, /api/v1/sites, /api/v1/settings: who, where, and how things are shown.

A changed zone or place of the site `home` counts from the next start on: days are then made anew in it.
"""

from typing import Any

from fastapi import APIRouter

from sunledger.api.entries import EntryRoutes
from sunledger.api.shapes import COUNT, TEXT, TRUTH, Schema, either_null, fixed, listed, titled
from sunledger.api.sources import Sources
from sunledger.sites import CUSTOMER, SETTING, SETTINGS, SITE, Kept
from sunledger.sites.roof import TURNS

_NUMBER: Schema = {"type": "number"}


def _described(schema: Schema, description: str) -> Schema:
    return schema | {"description": description}


_PLACE = fixed(latitude=_NUMBER, longitude=_NUMBER) | {"type": ["object", "null"]}
_ARRAY = fixed(
    capacity=_described(_NUMBER, "Watts at peak."),
    tilt=_described(_NUMBER, "Degrees from the horizontal."),
    azimuth=_described(_NUMBER, "Degrees from north, clockwise: 180 is south."),
)
_SITE = {
    "name": TEXT,
    "customer": either_null(TEXT),
    "zone": _described(TEXT, "An IANA name; of the site home it counts from the next start on."),
    "place": _described(_PLACE, "Degrees, north and east positive; of home from the next start on."),
    "arrays": listed(_ARRAY),
}
_TILE = fixed(
    serial_number=TEXT,
    port_number=COUNT,
    column=_described(COUNT, "From 0 to 199, to the right."),
    row=_described(COUNT, "From 0 to 199, down."),
    portrait=_described(TRUTH, "False where the panel lies on its long side. Default: true."),
)
_TILE["required"] = [name for name in _TILE["required"] if name != "portrait"]
_VALUE: Schema = {
    "type": "object",
    "description": "; ".join(f"{name}: {each.about}" for name, each in SETTINGS.items()) + ".",
    "properties": {
        "tiles": _described(
            listed(titled("Tile", _TILE)), "Of the roof, 2,000 at most; no place and no port twice."
        ),
        "turned": {"type": "integer", "enum": list(TURNS), "description": "Degrees, of the roof, clockwise."},
    },
    "additionalProperties": True,
}


class SettingRoutes(EntryRoutes):
    """Settings are all there from the beginning."""

    async def _page(self, sources: Sources, limit: int, after: str) -> list[Kept[Any]]:
        names = [name for name in sorted(SETTINGS) if name > after][:limit]
        return [await sources.registry.get(SETTING, name) for name in names]


customers = EntryRoutes(CUSTOMER, "customers", {"name": TEXT})
sites = EntryRoutes(SITE, "sites", _SITE)
settings = SettingRoutes(SETTING, "settings", {"value": _VALUE})

routes = APIRouter()
for each in (customers, sites, settings):
    each.offer_reading()
    each.offer_changing()
for each in (customers, sites):
    each.offer_making()
for each in (customers, sites, settings):
    routes.include_router(each.routes)
