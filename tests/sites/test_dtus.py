"""DTUs as entries: what people may say of one, what the configuration pins, and who is told of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from sunledger.sites import DTU, DtuEntry, Invalid, Pin, Pinned, Registry, Taken, Unknown
from sunledger.sitetime import ManualClock
from sunledger.store.memory_documents import MemoryDocuments

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)
ROOF = {"host": "192.168.1.100"}
WHERE = "DTU_HOST (environment)"


def pins(id_: str, **fields: object) -> list[Pin]:
    """What the configuration says of a DTU."""
    content = DTU.read(id_, fields).content()
    return [
        Pin(kind="dtu", id=id_, field=field, value=value, where=WHERE, seeds=False)
        for field, value in content.items()
    ]


async def registry_of(documents: MemoryDocuments, *pinned: Pin) -> Registry:
    registry = Registry(documents, ManualClock(NOON), pinned)
    await registry.open()
    return registry


@pytest.fixture
async def registry() -> Registry:
    return await registry_of(MemoryDocuments())


def followed(registry: Registry) -> list[list[str]]:
    """The names that a follower is told, each time."""
    told: list[list[str]] = []

    def follower(dtus: Sequence[DtuEntry]) -> None:
        told.append([f"{dtu.id}@{dtu.host}" for dtu in dtus])

    registry.dtus.follow(follower)
    return told


async def test_a_dtu_has_what_the_configuration_would_give_it(registry: Registry) -> None:
    made = (await registry.create(DTU, "roof", ROOF)).entry
    assert made == DtuEntry(
        id="roof", host="192.168.1.100", port=502, unit_id=1, register_step=None, current_scale="auto"
    )
    changed = await registry.change(DTU, "roof", {"port": 5020, "register_step": 40})
    assert (changed.entry.port, changed.entry.register_step, changed.version) == (5020, 40, 2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({}, "host: must be a host name or an address alone"),
        ({"host": "http://10.0.0.1"}, "host: must be a host name or an address alone"),
        ({"host": "a b"}, "host: must be a host name"),
        ({"host": "10.0.0.1:502"}, "host: give the host here, and its port as port"),
        ({"host": "dtu", "port": 0}, "port: must be a whole number from 1 to 65535"),
        ({"host": "dtu", "port": True}, "port: must be a whole number"),
        ({"host": "dtu", "unit_id": 256}, "unit_id: must be a whole number from 1 to 255"),
        ({"host": "dtu", "register_step": 30}, "register_step: must be 20 or 40, or null"),
        ({"host": "dtu", "current_scale": "mA"}, "current_scale: must be one of auto, tenths, hundredths"),
        ({"host": "dtu", "colour": 1}, "colour: no such field here; known are host, port"),
    ],
)
async def test_a_bad_field_is_named(registry: Registry, content: Mapping[str, object], told: str) -> None:
    with pytest.raises(Invalid) as error:
        await registry.create(DTU, "roof", content)
    assert str(error.value).startswith(told)


@pytest.mark.parametrize("host", ["fd12::1%eth0", "dtu_roof.lan", "DTU", "10.0.0.1"])
async def test_any_name_or_address_may_be_a_host(registry: Registry, host: str) -> None:
    assert (await registry.create(DTU, "roof", {"host": host})).entry.host == host


async def test_no_dtu_is_entered_where_none_can_be(registry: Registry) -> None:
    await registry.create(DTU, "roof", ROOF)
    for host in ("169.254.169.254", "::ffff:169.254.169.254", "fe80::1%eth0", "224.0.0.1", "0.0.0.0"):
        with pytest.raises(Invalid, match=r"host: .* is no address of a DTU"):
            await registry.create(DTU, "barn", {"host": host})
        with pytest.raises(Invalid, match=r"host: .* is no address of a DTU"):
            await registry.change(DTU, "roof", {"host": host})


async def test_the_owner_may_configure_a_dtu_anywhere() -> None:
    registry = await registry_of(MemoryDocuments(), *pins("roof", host="169.254.7.7"))
    await registry.create(DTU, "barn", ROOF)
    assert followed(registry) == [["barn@192.168.1.100", "roof@169.254.7.7"]]
    assert [registry.dtus.is_pinned(name) for name in ("roof", "barn", "shed")] == [True, False, False]


async def test_one_device_is_one_dtu(registry: Registry) -> None:
    await registry.create(DTU, "roof", {"host": "dtu.lan"})
    with pytest.raises(Invalid, match=r"host: dtu\.lan:502 unit 1 is the DTU roof already"):
        await registry.create(DTU, "barn", {"host": "DTU.lan"})
    with pytest.raises(Taken, match="there is a dtu roof already"):
        await registry.create(DTU, "roof", {"host": "other.lan"})
    await registry.create(DTU, "barn", {"host": "dtu.lan", "unit_id": 2})
    with pytest.raises(Invalid, match="is the DTU roof already"):
        await registry.change(DTU, "barn", {"unit_id": None})


async def test_followers_are_told_of_every_change(registry: Registry) -> None:
    told = followed(registry)
    await registry.create(DTU, "roof", ROOF)
    await registry.change(DTU, "roof", ROOF)
    await registry.change(DTU, "roof", {"host": "10.0.0.1"})
    await registry.remove(DTU, "roof")
    assert told == [[], ["roof@192.168.1.100"], ["roof@10.0.0.1"], []]


async def test_what_another_process_has_changed_is_learned() -> None:
    documents = MemoryDocuments()
    here, there = await registry_of(documents), await registry_of(documents)
    told = followed(here)
    await there.create(DTU, "roof", ROOF)
    await here.learn()
    await there.remove(DTU, "roof")
    await here.learn()
    assert told == [[], ["roof@192.168.1.100"], []]


async def test_what_the_configuration_names_is_there_and_pinned() -> None:
    documents = MemoryDocuments()
    registry = await registry_of(documents, *pins("roof", host="10.0.0.1"))
    assert followed(registry) == [["roof@10.0.0.1"]]
    (shown,) = await registry.listed(DTU, limit=10)
    assert (shown.version, set(shown.pinned), set(shown.pinned.values())) == (
        0,
        {"host", "port", "unit_id", "register_step", "current_scale"},
        {WHERE},
    )
    for change in ({"host": "10.0.0.2"}, {"host": "10.0.0.1"}):
        with pytest.raises(Pinned, match="is set by configuration: change it at DTU_HOST"):
            await registry.change(DTU, "roof", change)
    with pytest.raises(Pinned, match="remove it at DTU_HOST"):
        await registry.remove(DTU, "roof")
    with pytest.raises(Taken):
        await registry.create(DTU, "roof", {"host": "10.0.0.3"})
    with pytest.raises(Invalid, match="is the DTU roof already"):
        await registry.create(DTU, "barn", {"host": "10.0.0.1"})


async def test_it_is_gone_with_the_line_of_the_configuration() -> None:
    documents = MemoryDocuments()
    await registry_of(documents, *pins("roof", host="10.0.0.1"))
    registry = await registry_of(documents)
    assert await registry.listed(DTU, limit=10) == []
    assert followed(registry) == [[]]
    with pytest.raises(Unknown):
        await registry.get(DTU, "roof")


async def test_the_configuration_goes_before_what_people_have_entered() -> None:
    documents = MemoryDocuments()
    before = await registry_of(documents)
    await before.create(DTU, "a", {"host": "10.0.0.1"})
    await before.create(DTU, "roof", {"host": "10.0.0.9"})
    registry = await registry_of(documents, *pins("roof", host="10.0.0.1"))
    assert followed(registry) == [["roof@10.0.0.1"]], "one connection, and never two"
    assert [each.entry.id for each in await registry.listed(DTU, limit=10)] == ["a", "roof"]
    again = await registry_of(documents)
    assert followed(again) == [["a@10.0.0.1", "roof@10.0.0.9"]], "what was kept before counts again"


async def test_lists_come_in_pages_with_those_of_the_configuration() -> None:
    registry = await registry_of(MemoryDocuments(), *pins("b", host="10.0.0.2"), *pins("d", host="10.0.0.4"))
    for number, name in enumerate("ace"):
        await registry.create(DTU, name, {"host": f"10.0.1.{number}"})
    found: list[str] = []
    while page := await registry.listed(DTU, limit=2, after=found[-1] if found else ""):
        found += [each.entry.id for each in page]
    assert found == list("abcde")
