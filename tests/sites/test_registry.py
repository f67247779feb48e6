"""Entries: one site by itself, changes in versions, and what the configuration pins."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.files import served

from sunledger.sites import (
    CUSTOMER,
    DEVICE,
    HOME,
    SETTING,
    SETTINGS,
    SITE,
    Array,
    InUse,
    Invalid,
    Kind,
    Pin,
    Pinned,
    Registry,
    SitesError,
    Taken,
    Unknown,
    kept_home,
)
from sunledger.sitetime import ManualClock, Place
from sunledger.store.document_table import DocumentTable
from sunledger.store.documents import Document
from sunledger.store.memory_documents import MemoryDocuments
from sunledger.store.protocol import StoreError
from sunledger.store.sqlite_statements import SqliteStatements

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
ZONE = Pin(kind="site", id=HOME, field="zone", value="Europe/Warsaw", where="TIMEZONE (environment)")
EXCLUDED = Pin(
    kind="device", id="116180000001", field="excluded", value=True, where="EXCLUDE_INVERTERS (config.yaml)",
    seeds=False,
)  # fmt: skip


async def registry_of(*pins: Pin, documents: MemoryDocuments | None = None) -> Registry:
    """A registry, open, over documents that may have been there before."""
    registry = Registry(documents or MemoryDocuments(), ManualClock(NOON), pins)
    await registry.open()
    return registry


@pytest.fixture
async def registry() -> Registry:
    return await registry_of()


async def test_one_site_exists_by_itself(registry: Registry) -> None:
    (home,) = await registry.listed(SITE, limit=10)
    assert (home.entry.id, home.entry.name, home.entry.zone.key, home.entry.place) == (
        HOME,
        "Home",
        "UTC",
        None,
    )
    assert (home.version, home.created_at, home.pinned) == (1, NOON, {})


async def test_starting_again_changes_nothing() -> None:
    documents = MemoryDocuments()
    registry = await registry_of(ZONE, documents=documents)
    await registry.change(SITE, HOME, {"name": "Dach"})
    again = await registry_of(ZONE, documents=documents)
    assert (await again.get(SITE, HOME)).version == 2
    assert (await again.get(SITE, HOME)).entry.name == "Dach"


async def test_a_site_has_a_zone_a_place_and_arrays(registry: Registry) -> None:
    await registry.create(CUSTOMER, "smith", {"name": "Family Smith"})
    made = await registry.create(
        SITE,
        "barn",
        {
            "name": "The barn",
            "customer": "smith",
            "zone": "Australia/Lord_Howe",
            "place": {"latitude": -31.55, "longitude": 159.08},
            "arrays": [{"capacity": 4100, "tilt": 30, "azimuth": 0}],
        },
    )
    assert await registry.get(SITE, "barn") == made
    assert made.entry.zone.key == "Australia/Lord_Howe"
    assert made.entry.place == Place(-31.55, 159.08)
    assert made.entry.arrays == (Array(capacity=4100, tilt=30, azimuth=0),)
    assert [kept.entry.id for kept in await registry.listed(SITE, limit=1, after="barn")] == [HOME]


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        (SITE, {}, "name: must be a text of 1 to 200 characters"),
        (SITE, {"name": " "}, "name: must be a text of 1 to 200 characters"),
        (SITE, {"name": "a\nb"}, "name: holds characters that cannot be shown"),
        (SITE, {"name": "a", "zone": "Mars/Base"}, "zone: no such zone; write an IANA name such as Europe/"),
        (SITE, {"name": "a", "zone": "../etc"}, "zone: no such zone"),
        (SITE, {"name": "a", "place": 3}, "place: must be an object"),
        (SITE, {"name": "a", "place": {"latitude": 91, "longitude": 0}}, "place.latitude: must be from -90 "),
        (SITE, {"name": "a", "place": {"latitude": 1}}, "place.longitude: is missing; give a number"),
        (SITE, {"name": "a", "arrays": {}}, "arrays: must be a list of at most 100 objects"),
        (
            SITE,
            {"name": "a", "arrays": [{"capacity": 1, "tilt": 0, "azimuth": 0}, {"capacity": 0}]},
            "arrays[1].capacity: must be at least 1",
        ),
        (SITE, {"name": "a", "arrays": [{"capacity": True}]}, "arrays[0].capacity: must be a number"),
        (SITE, {"name": "a", "customer": "nobody"}, "customer: there is no customer nobody"),
        (SITE, {"name": "a", "colour": "red"}, "colour: no such field here; known are name, customer, zone"),
        (CUSTOMER, {"name": "a", "zone": "UTC"}, "zone: no such field here; known are name"),
    ],
)
async def test_a_bad_field_is_named_with_the_way_out(
    registry: Registry, kind: Kind[Any], content: Mapping[str, object], told: str
) -> None:
    with pytest.raises(Invalid) as error:
        await registry.create(kind, "new", content)
    assert str(error.value).startswith(told)
    assert error.value.field == told.partition(":")[0]
    with pytest.raises(Unknown):
        await registry.get(kind, "new")


@pytest.mark.parametrize("id_", ["", "a b", "ä", "a" * 65, "a/b", "a\n"])
async def test_identifiers_are_letters_digits_and_dashes(registry: Registry, id_: str) -> None:
    with pytest.raises(Invalid, match="1 to 64 letters"):
        await registry.create(CUSTOMER, id_, {"name": "a"})


async def test_an_id_is_given_once_while_its_entry_lasts(registry: Registry) -> None:
    await registry.create(CUSTOMER, "smith", {"name": "Family Smith"})
    with pytest.raises(Taken, match="there is a customer smith already"):
        await registry.create(CUSTOMER, "smith", {"name": "The other Smiths"})
    await registry.remove(CUSTOMER, "smith")
    again = await registry.create(CUSTOMER, "smith", {"name": "The other Smiths"})
    assert again.version == 3
    names = [version.content.get("name") for version in await registry.versions(CUSTOMER, "smith")]
    assert names == ["Family Smith", "Family Smith", "The other Smiths"]


async def test_a_change_concerns_the_fields_it_names(registry: Registry) -> None:
    await registry.change(SITE, HOME, {"zone": "Asia/Tokyo", "place": {"latitude": 35, "longitude": 139}})
    changed = await registry.change(SITE, HOME, {"name": "Shed", "place": None})
    assert (changed.entry.name, changed.entry.zone.key, changed.entry.place) == ("Shed", "Asia/Tokyo", None)
    assert changed.version == 3
    assert (await registry.change(SITE, HOME, {"name": "Shed"})).version == 3, "no change, no version"


async def test_what_others_refer_to_stays(registry: Registry) -> None:
    await registry.create(CUSTOMER, "smith", {"name": "Family Smith"})
    await registry.change(SITE, HOME, {"customer": "smith"})
    with pytest.raises(InUse, match="site home refers to customer smith"):
        await registry.remove(CUSTOMER, "smith")
    with pytest.raises(InUse, match="has to be there"):
        await registry.remove(SITE, HOME)
    await registry.change(SITE, HOME, {"customer": None})
    await registry.remove(CUSTOMER, "smith")
    with pytest.raises(Unknown):
        await registry.remove(CUSTOMER, "smith")


async def test_what_the_configuration_sets_is_shown_with_its_origin_and_cannot_be_changed() -> None:
    registry = await registry_of(ZONE)
    home = await registry.get(SITE, HOME)
    assert (home.entry.zone.key, home.pinned) == ("Europe/Warsaw", {"zone": "TIMEZONE (environment)"})
    with pytest.raises(Pinned) as told:
        await registry.change(SITE, HOME, {"zone": "UTC", "name": "Dach"})
    assert str(told.value) == (
        "zone: is set by configuration: change it at TIMEZONE (environment), or remove it there"
    )
    same = await registry.change(SITE, HOME, {"zone": "Europe/Warsaw", "name": "Dach"})
    assert same.entry.name == "Dach"


async def test_what_the_configuration_once_set_stays_until_it_is_changed() -> None:
    documents = MemoryDocuments()
    await registry_of(ZONE, documents=documents)
    home = await kept_home(documents)
    assert home is not None
    assert home.zone.key == "Europe/Warsaw"
    registry = await registry_of(documents=documents)
    assert (await registry.get(SITE, HOME)).pinned == {}
    assert (await registry.change(SITE, HOME, {"zone": "UTC"})).entry.zone.key == "UTC"


async def test_an_exclusion_by_the_configuration_ends_with_it() -> None:
    documents = MemoryDocuments()
    registry = await registry_of(EXCLUDED, documents=documents)
    assert registry.excluded == {EXCLUDED.id}
    await registry.describe(EXCLUDED.id, {"name": "Under the tree"})
    assert registry.device(EXCLUDED.id).pinned == {"excluded": EXCLUDED.where}
    with pytest.raises(Pinned):
        await registry.describe(EXCLUDED.id, {"excluded": False})
    later = await registry_of(documents=documents)
    assert later.excluded == set()
    assert later.device(EXCLUDED.id).entry.name == "Under the tree"


async def test_while_the_store_is_away_the_configuration_counts_and_opening_again_is_enough(
    tmp_path: Path,
) -> None:
    async with served(tmp_path / "sunledger.db"):
        documents = DocumentTable(SqliteStatements(tmp_path / "sunledger.db"))
        registry = Registry(documents, ManualClock(NOON), [EXCLUDED])
        with pytest.raises(StoreError):
            await registry.open()
        assert registry.excluded == {EXCLUDED.id}
        await documents.open()
        await registry.open()
        assert (await registry.get(SITE, HOME)).version == 1
        await documents.close()


async def test_a_device_has_a_name_of_its_own_and_can_be_excluded(registry: Registry) -> None:
    serial = "116180000001"
    excluded = registry.excluded
    assert registry.device(serial).entry.name == serial
    await registry.describe(serial, {"name": "East", "kind": "inverter", "excluded": True})
    assert excluded == {serial}
    assert (await registry.get(DEVICE, serial)).entry == registry.device(serial).entry
    await registry.describe(serial, {"excluded": None, "name": None})
    assert excluded == set()
    assert (registry.device(serial).entry.name, registry.device(serial).entry.site) == (serial, HOME)
    with pytest.raises(Invalid, match="site: there is no site elsewhere"):
        await registry.describe(serial, {"site": "elsewhere"})


async def test_a_device_has_notes_of_several_lines_and_names_of_ports(registry: Registry) -> None:
    serial = "116180000001"
    before = registry.device(serial).entry
    assert (before.notes, before.port_names) == ("", {})
    said = {
        "notes": "Behind the chimney.\r\nZażółć\u00a0👩‍🔧\n",
        "port_names": {"10": " Shed ", "2": "East", "1": None},
    }
    kept = await registry.describe(serial, said)
    assert kept.entry.notes == "Behind the chimney.\nZażółć\u00a0👩‍🔧"
    assert kept.entry.port_names == {2: "East", 10: "Shed"}
    assert (await registry.get(DEVICE, serial)).entry == registry.device(serial).entry == kept.entry
    back = await registry.describe(serial, {"notes": None, "port_names": None})
    assert (back.entry.notes, back.entry.port_names) == ("", {})
    for content, told in (
        ({"notes": "x" * 4001}, "notes: must be a text of at most 4000 characters"),
        ({"notes": "a\x00b"}, "notes: holds characters that cannot be shown"),
        ({"port_names": ["East"]}, "port_names: must be an object"),
        ({"port_names": {"0": "a"}}, "port_names.0: must be a number from 1 to 255"),
        ({"port_names": {"256": "a"}}, "port_names.256: must be a number from 1 to 255"),
        ({"port_names": {"01": "a"}}, "port_names.01: must be a number from 1 to 255"),
        ({"port_names": {"1": "a\nb"}}, "port_names.1: holds characters that cannot be shown"),
    ):
        with pytest.raises(Invalid, match=told):
            await registry.describe(serial, content)


async def test_what_was_kept_of_a_device_before_it_could_have_notes_is_read() -> None:
    documents = MemoryDocuments()
    content = {"name": "East", "kind": None, "site": HOME, "excluded": False}
    await documents.append(Document(kind="device", id="1", content=content, created_at=NOON, updated_at=NOON))
    registry = await registry_of(documents=documents)
    assert (registry.device("1").entry.name, registry.device("1").entry.notes) == ("East", "")


async def test_settings_are_known_by_name_and_have_a_value_before_anybody_gives_one(
    registry: Registry,
) -> None:
    assert [(await registry.get(SETTING, name)).entry.value for name in SETTINGS] == [
        {},
        {},
        {"tiles": [], "turned": 0},
    ]
    changed = await registry.change(SETTING, "value_multipliers", {"value": {"pv_power": 1}})
    assert (changed.entry.value, changed.version) == ({"pv_power": 1.0}, 1)
    await registry.remove(SETTING, "value_multipliers")
    assert (await registry.get(SETTING, "value_multipliers")).entry.value == {}
    with pytest.raises(Unknown, match="no setting colour; known are value_multipliers"):
        await registry.get(SETTING, "colour")
    for value, told in (
        ({"pv_powr": 1}, "value.pv_powr: no such field here"),
        ({"pv_power": "1"}, "value.pv_power: must be a number"),
        ([], "value: must be an object"),
    ):
        with pytest.raises(Invalid, match=told):
            await registry.change(SETTING, "value_multipliers", {"value": value})


async def test_of_two_who_change_the_same_version_one_is_told() -> None:
    documents = MemoryDocuments()
    one = await registry_of(documents=documents)

    class Meanwhile(MemoryDocuments):
        """Documents that somebody else changes between reading and writing."""

        async def append(self, *appended: Any) -> None:
            await one.change(SITE, HOME, {"name": "Quicker"})
            await documents.append(*appended)

    other = Meanwhile()
    other._kept = documents._kept
    with pytest.raises(Taken, match="somebody else has changed site home; read it and try again"):
        await Registry(other, ManualClock(NOON)).change(SITE, HOME, {"name": "Slower"})
    assert (await one.get(SITE, HOME)).entry.name == "Quicker"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.dictionaries(
    st.sampled_from(
        [
            "name",
            "customer",
            "zone",
            "place",
            "arrays",
            "kind",
            "site",
            "excluded",
            "value",
            "notes",
            "port_names",
        ]
    )
    | st.text(max_size=4),
    JSON,
    max_size=5,
)


@given(kind=st.sampled_from([CUSTOMER, SITE, DEVICE, SETTING]), content=MEMBERS)
def test_anything_that_json_can_say_is_an_entry_or_an_error_of_ours(
    kind: Kind[Any], content: dict[str, object]
) -> None:
    try:
        entry = kind.read("value_multipliers", content)
    except SitesError:
        return
    assert kind.read(entry.id, entry.content()) == entry


@given(st.lists(st.tuples(st.sampled_from(["zone", "name"]), st.sampled_from("abc")), max_size=8))
async def test_every_change_is_a_version_that_says_what_was_in_force(changes: list[tuple[str, str]]) -> None:
    zones = {"a": "UTC", "b": "Asia/Tokyo", "c": "Europe/Paris"}
    registry = await registry_of()
    expected = [{"name": "Home", "zone": "UTC"}]
    for field, letter in changes:
        value = zones[letter] if field == "zone" else letter
        await registry.change(SITE, HOME, {field: value})
        if expected[-1] | {field: value} != expected[-1]:
            expected.append(expected[-1] | {field: value})
    versions = await registry.versions(SITE, HOME)
    shown = [SITE.read(HOME, version.content) for version in versions if version.active]
    seen = [{"name": site.name, "zone": site.zone.key} for site in shown]
    deduplicated = [each for at, each in enumerate(seen) if at == 0 or each != seen[at - 1]]
    assert deduplicated == expected
    assert [version.version for version in versions] == list(range(1, len(versions) + 1))
    assert all(later.updated_at - versions[0].created_at >= timedelta() for later in versions)
