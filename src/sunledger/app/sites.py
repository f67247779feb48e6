"""The sites of a running Sunledger: opened beside the store, with what the configuration pins."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from sunledger.app.configuration import Configuration
from sunledger.app.databases import address_of, make_records, require_driver
from sunledger.app.polling import dtu_pins
from sunledger.app.problems import ConfigurationError, Problem
from sunledger.sites import (
    DEVICE,
    DTU,
    HOME,
    SETTING,
    SITE,
    DtuEntry,
    Invalid,
    Journal,
    Pin,
    Registry,
    kept_home,
)
from sunledger.sitetime import Clock
from sunledger.store.documents import Documents
from sunledger.store.protocol import StoreError, StoreUnusable
from sunledger.store.sqlite_statements import has_documents

log = structlog.get_logger("sunledger.app")

Origin = Mapping[str, str]
"""Where each key of the configuration was set."""


@dataclass(frozen=True, slots=True)
class Sites:
    """What is known of the sites, and what happened there."""

    registry: Registry
    journal: Journal


async def open_sites(
    documents: Documents,
    clock: Clock,
    pins: tuple[Pin, ...] = (),
    *,
    may_be_away: bool = False,
    makes: bool = True,
) -> Sites:
    """The sites over open documents. Raises ConfigurationError when a pinned value cannot be used.

    Where the database may be away, the registry is to be opened again once it is back. Where it does not
    make the first site, another process does.
    """
    registry = Registry(documents, clock, pins)
    try:
        await (registry.open() if makes else registry.learn())
    except Invalid as error:
        where = ", ".join(sorted({pin.where for pin in pins}))
        fix = "give another value where it is set"
        raise ConfigurationError([Problem(error.field or "sites", where, str(error), fix)]) from None
    except StoreError as error:
        if not may_be_away:
            raise
        log.warning("sites_not_known_yet", error=str(error))
    return Sites(registry, Journal(documents, clock))


@asynccontextmanager
async def _kept(configuration: Configuration) -> AsyncIterator[Documents | None]:
    """The documents as the database has them; None where there is none yet, or its server is away."""
    database = configuration.database
    if not configuration.keeps_readings:
        there = False
    elif database.db_type == "sqlite":
        there = await asyncio.to_thread(has_documents, database.database_path)
    else:
        there = await _server_has_documents(configuration)
    if not there:
        yield None
        return
    documents = make_records(configuration, read_only=True).documents
    try:
        await documents.open()
        yield documents
    finally:
        await documents.close()


async def kept_dtus(configuration: Configuration) -> Sequence[DtuEntry]:
    """The first DTUs that people have entered, but for those that the configuration names itself."""
    async with _kept(configuration) as documents:
        found = [] if documents is None else await documents.listed(DTU.name, limit=_FIRST)
    entries = [DTU.read(document.id, document.content) for document in found]
    named = {dtu.name for dtu in configuration.dtu.plant}
    places = {(dtu.host.lower(), dtu.port, dtu.unit_id) for dtu in configuration.dtu.plant}
    return [each for each in entries if each.id not in named and each.address not in places]


_FIRST = 100


async def _server_has_documents(configuration: Configuration) -> bool:
    require_driver()
    from sunledger.store import postgres_statements

    try:
        return await postgres_statements.has_documents(address_of(configuration.database))
    except StoreUnusable:
        raise
    except StoreError:
        return False


async def at_home(configuration: Configuration) -> Configuration:
    """The configuration with the zone and place of the site that is kept, where it names none itself."""
    async with _kept(configuration) as documents:
        home = None if documents is None else await kept_home(documents)
    if home is None:
        return configuration
    timing, site = configuration.timing, configuration.site
    if not configuration.names_zone:
        timing = timing.model_copy(update={"timezone": home.zone})
    if site.place is None and home.place is not None:
        place = {"latitude": home.place.latitude, "longitude": home.place.longitude}
        site = site.model_copy(update=place)
    return configuration.model_copy(update={"timing": timing, "site": site})


def pins_of(configuration: Configuration, origin: Origin) -> tuple[Pin, ...]:
    """What the configuration itself sets, and therefore pins."""
    dtus = dtu_pins(configuration, origin)
    return (*_of_home(configuration, origin), *_of_filters(configuration, origin), *dtus)


def _of_home(configuration: Configuration, origin: Origin) -> Iterator[Pin]:
    if configuration.names_zone:
        zone = configuration.timing.timezone.key
        yield Pin(kind=SITE.name, id=HOME, field="zone", value=zone, where=_where(origin, "timezone"))
    place = configuration.site.place
    if place is not None:
        value = {"latitude": place.latitude, "longitude": place.longitude}
        where = _where(origin, "latitude", "longitude")
        yield Pin(kind=SITE.name, id=HOME, field="place", value=value, where=where)


def _of_filters(configuration: Configuration, origin: Origin) -> Iterator[Pin]:
    filters = configuration.filters
    for serial in filters.exclude_inverters:
        yield Pin(
            kind=DEVICE.name, id=serial, field="excluded", value=True,
            where=_where(origin, "exclude_inverters"), seeds=False,
        )  # fmt: skip
    settings = {
        "value_multipliers": filters.value_multipliers,
        "entity_friendly_names": filters.entity_friendly_names,
    }
    for name, value in settings.items():
        if value:
            yield Pin(
                kind=SETTING.name, id=name, field="value", value=dict(value), where=_where(origin, name)
            )  # fmt: skip


def _where(origin: Origin, *keys: str) -> str:
    """The keys, and the source that set the first of them."""
    return f"{', '.join(key.upper() for key in keys)} ({origin.get(keys[0], 'configuration')})"
