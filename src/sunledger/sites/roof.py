"""The roof: where the panel of each port is, as the user arranged them on a plan of columns and rows.

It is a setting like others, made of what JSON knows.
"""

from collections.abc import Callable, Sequence
from typing import TypedDict

from sunledger.sites.entries import LAST_PORT
from sunledger.sites.errors import Invalid
from sunledger.sites.fields import Fields, identifier

MOST_TILES = 2000
LAST_PLACE = 199
"""Columns and rows are numbered from 0."""
TURNS = (0, 90, 180, 270)
"""Degrees, clockwise, by which the whole plan is shown turned."""


class Tile(TypedDict):
    """The panel of a port."""

    serial_number: str
    port_number: int
    column: int
    row: int
    portrait: bool


class Roof(TypedDict):
    """All of them."""

    tiles: list[Tile]
    turned: int


def roof(fields: Fields, name: str) -> Roof:
    """A member of fields as a roof; one without tiles where it is missing. Raises `Invalid`."""
    given = fields.take(name)
    members = Fields({} if given is None else given, fields.at(f"{name}."))
    items = members.items("tiles", MOST_TILES)
    tiles = list(map(_tile, items))
    _refuse_twice(items, [(each["column"], each["row"]) for each in tiles], "column", "another tile is there")
    ports = [(each["serial_number"], each["port_number"]) for each in tiles]
    _refuse_twice(items, ports, "port_number", "this port has another tile")
    turned = _turned(members)
    members.refuse_others()
    return Roof(tiles=tiles, turned=turned)


def roof_of_devices(whole: Roof, sees: Callable[[str], bool]) -> Roof:
    """A roof with the tiles of some devices only."""
    return Roof(
        tiles=[tile for tile in whole["tiles"] if sees(tile["serial_number"])], turned=whole["turned"]
    )


def _tile(fields: Fields) -> Tile:
    tile = Tile(
        serial_number=identifier(fields.take("serial_number"), fields.at("serial_number")),
        port_number=fields.whole("port_number", 1, LAST_PORT),
        column=fields.whole("column", 0, LAST_PLACE),
        row=fields.whole("row", 0, LAST_PLACE),
        portrait=fields.truth("portrait", default=True),
    )
    fields.refuse_others()
    return tile


def _turned(fields: Fields) -> int:
    turned = fields.take("turned")
    if turned is None:
        return 0
    if isinstance(turned, bool) or turned not in TURNS:
        raise Invalid(f"must be one of {', '.join(map(str, TURNS))} degrees", fields.at("turned"))
    return int(turned)


def _refuse_twice(items: Sequence[Fields], keys: Sequence[object], field: str, told: str) -> None:
    first: dict[object, int] = {}
    for number, (item, key) in enumerate(zip(items, keys, strict=True)):
        if first.setdefault(key, number) != number:
            raise Invalid(f"{told}: tiles[{first[key]}]; leave one of them out or move it", item.at(field))
