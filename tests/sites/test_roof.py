"""The roof: tiles of ports on a plan."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunledger.sites import SETTING, Invalid, Setting, SitesError
from sunledger.sites.roof import MOST_TILES

EAST, WEST = "116180000001", "116180000002"


def tile(serial: str = EAST, port: int = 1, column: int = 0, row: int = 0) -> dict[str, object]:
    """A tile as people send it."""
    return {"serial_number": serial, "port_number": port, "column": column, "row": row}


def roof(*tiles: Mapping[str, object], **more: object) -> Setting:
    """The setting with these tiles."""
    return SETTING.read("roof", {"value": {"tiles": list(tiles), **more}})


def test_nobody_has_arranged_anything_at_first() -> None:
    assert SETTING.read("roof", {}).value == {"tiles": [], "turned": 0}


def test_panels_stand_upright_unless_said() -> None:
    found = roof(tile(), tile(port=2, column=199, row=199) | {"portrait": False}, turned=270).value
    assert found == {
        "tiles": [
            tile() | {"portrait": True},
            tile(port=2, column=199, row=199) | {"portrait": False},
        ],
        "turned": 270,
    }


@pytest.mark.parametrize(
    ("tiles", "told"),
    [
        ([tile(), tile(port=2)], "value.tiles[1].column: another tile is there: tiles[0]; leave one of them"),
        ([tile(), tile(WEST, row=1), tile(column=1)], "value.tiles[2].port_number: this port has another "),
        ([tile(column=200)], "value.tiles[0].column: must be a whole number from 0 to 199"),
        ([tile(row=-1)], "value.tiles[0].row: must be a whole number from 0 to 199"),
        ([tile() | {"row": 1.5}], "value.tiles[0].row: must be a whole number from 0 to 199"),
        ([tile() | {"row": True}], "value.tiles[0].row: must be a whole number from 0 to 199"),
        ([tile(port=0)], "value.tiles[0].port_number: must be a whole number from 1 to 255"),
        ([tile(serial="a b")], "value.tiles[0].serial_number: must be 1 to 64 letters, digits, _ and -"),
        ([tile() | {"portrait": 1}], "value.tiles[0].portrait: must be true or false"),
        ([tile() | {"colour": "red"}], "value.tiles[0].colour: no such field here; known are serial_number"),
        ([tile()] * (MOST_TILES + 1), "value.tiles: must be a list of at most 2000 objects"),
    ],
)
def test_a_bad_tile_is_named_with_the_way_out(tiles: list[dict[str, object]], told: str) -> None:
    with pytest.raises(Invalid) as error:
        roof(*tiles)
    assert str(error.value).startswith(told)


@pytest.mark.parametrize("turned", [1, -90, 360, "90", True, [90]])
def test_a_plan_is_turned_by_right_angles(turned: object) -> None:
    with pytest.raises(Invalid, match=r"value\.turned: must be one of 0, 90, 180, 270"):
        roof(turned=turned)


def test_whoever_sees_some_devices_sees_their_tiles() -> None:
    whole = roof(tile(), tile(WEST, column=1), tile(port=2, column=2), turned=90)
    own = whole.seen_by(lambda device: device == WEST)
    assert own.value == {"tiles": [tile(WEST, column=1) | {"portrait": True}], "turned": 90}
    names = SETTING.read("entity_friendly_names", {"value": {"pv_power": "P"}})
    assert names.seen_by(lambda _: False) == names


MEMBERS = st.none() | st.booleans() | st.integers(-1, 201) | st.text(max_size=3) | st.floats()
TILES = st.lists(
    st.dictionaries(st.sampled_from([*tile(), "portrait", "else"]), MEMBERS, max_size=6) | MEMBERS, max_size=3
)


@given(tiles=TILES | MEMBERS, turned=MEMBERS)
def test_anything_is_a_roof_or_an_error_of_ours(tiles: object, turned: object) -> None:
    try:
        found = SETTING.read("roof", {"value": {"tiles": tiles, "turned": turned}})
    except SitesError:
        return
    assert SETTING.read("roof", found.content()) == found
